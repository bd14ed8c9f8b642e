import Interchange
import Reporting
import TrafficModel

extension Finding {
  /// The finding as a line of words: where, what, and how to mend it.
  var sentence: String {
    let end = message.hasSuffix(".") ? "" : "."
    let start = (place.isEmpty ? "" : "\(place): ") + message + end
    // Conventions are told, and there is nothing to mend about them.
    return mend.isEmpty || mend == "nothing" ? "\(start) [\(rule)]" : "\(start) To mend: \(mend). [\(rule)]"
  }

  var json: JSONValue {
    .object([
      ("severity", .string(severity.rawValue)), ("rule", .string(rule)), ("place", .string(place)),
      ("message", .string(message)), ("mend", .string(mend)),
    ])
  }
}

extension InputFile {
  var json: JSONValue { .object([("path", .string(path)), ("sha256", .string(sha256))]) }
}
