import Interchange
import Reporting
import TrafficModel

extension Finding {
  /// The finding as a line of words: where, what, and how to mend it.
  var sentence: String {
    let start = place.isEmpty ? message : "\(place): \(message)"
    return mend.isEmpty ? "\(start) [\(rule)]" : "\(start); \(mend) [\(rule)]"
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
