/// What SUMO counted on one edge (`edgeData` output), inner edges included.
public struct SUMOEdgeData: Hashable, Sendable {
  /// Vehicle-seconds spent on it.
  public var sampledSeconds = 0.0
  public var timeLossSeconds = 0.0
  /// Vehicles that drove on from it, and vehicles whose way ended on it.
  public var left = 0.0
  public var arrived = 0.0

  public init() {}

  /// The additional file that asks for it.
  /// - Parameter output: where SUMO shall write.
  public static func request(output: String) -> String {
    "<additional>\n  <edgeData id=\"all\" file=\"\(SUMOText.escaped(output))\" withInternal=\"true\"/>\n</additional>\n"
  }

  /// By edge, summed over all intervals.
  public static func read(_ file: SUMOFile) throws(DocumentError) -> [String: SUMOEdgeData] {
    var result: [String: SUMOEdgeData] = [:]
    try SUMODocument.read(file.bytes, file: file.name) { (element, path) throws(DocumentError) in
      guard element.name == "edge", path.last == "interval" else { return }
      let id = try element.text("id")
      var data = result[id] ?? SUMOEdgeData()
      data.sampledSeconds += try element.number("sampledSeconds") ?? 0
      data.timeLossSeconds += try element.number("timeLoss") ?? 0
      data.left += try element.number("left") ?? 0
      data.arrived += try element.number("arrived") ?? 0
      result[id] = data
    }
    return result
  }
}
