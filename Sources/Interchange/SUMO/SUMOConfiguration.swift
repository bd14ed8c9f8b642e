/// What a `.sumocfg` names: its files and its window.
public struct SUMOConfiguration: Hashable, Sendable {
  /// As written, relative to the configuration's own folder.
  public var net = ""
  public var routes: [String] = []
  public var additional: [String] = []
  public var beginSeconds: Double?
  public var endSeconds: Double?
  /// In seconds.
  public var stepLength: Double?
  /// Options that are not used here, as `name=value`.
  public var others: [String] = []

  public init() {}

  /// - Throws: where the file is no configuration.
  public static func read(_ file: SUMOFile) throws(DocumentError) -> SUMOConfiguration {
    var result = SUMOConfiguration()
    try SUMODocument.read(file.bytes, file: file.name) { (element, path) throws(DocumentError) in
      if path.isEmpty {
        if ["configuration", "sumoConfiguration"].contains(element.name) { return }
        throw element.error(
          found: "a document <\(element.name)>", expected: "<configuration>",
          mend: "name a .sumocfg or .net.xml file")
      }
      guard let value = element["value"] ?? element["v"] else { return }
      func list() -> [String] { value.split { $0 == "," || $0 == " " }.map(String.init) }
      switch element.name {
      case "net-file", "net", "n": result.net = value
      case "route-files", "routes", "r": result.routes = list()
      case "additional-files", "additional", "a": result.additional = list()
      case "begin", "b": result.beginSeconds = SUMOTime.seconds(value)
      case "end", "e": result.endSeconds = SUMOTime.seconds(value).flatMap { $0 < 0 ? nil : $0 }
      case "step-length": result.stepLength = SUMOTime.seconds(value)
      default: result.others.append("\(element.name)=\(value)")
      }
    }
    if result.net.isEmpty {
      throw DocumentError(
        file: file.name, line: 0, column: 0, path: "input", found: "no net-file",
        expected: "the network's file",
        mend: "write <net-file value=\"NAME.net.xml\"/>")
    }
    return result
  }
}
