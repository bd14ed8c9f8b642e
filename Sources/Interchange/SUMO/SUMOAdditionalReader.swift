/// A detector of an additional file.
struct SUMODetector: Sendable {
  var id: String
  var lane: String
  /// Upstream end from the lane's begin; negative: from its end.
  var positionMeters: Double
  var lengthMeters: Double
}

/// Reads detectors of additional files (`inductionLoop`/`e1Detector`, `laneAreaDetector`/`e2Detector`).
enum SUMOAdditionalReader {
  static func read(_ files: [SUMOFile]) throws(DocumentError) -> [SUMODetector] {
    var detectors: [SUMODetector] = []
    for file in files {
      try SUMODocument.read(file.bytes, file: file.name) { (element, _) throws(DocumentError) in
        switch element.name {
        case "inductionLoop", "e1Detector":
          detectors.append(
            SUMODetector(
              id: try element.text("id"), lane: try element.text("lane"),
              positionMeters: try element.number(required: "pos"), lengthMeters: 1))
        case "laneAreaDetector", "e2Detector":
          guard let lane = element["lane"] else { return }
          let length = try element.number("length") ?? 1
          let end = try element.number("endPos").map { $0 - length }
          detectors.append(
            SUMODetector(
              id: try element.text("id"), lane: lane,
              positionMeters: try element.number("pos") ?? end ?? 0, lengthMeters: length))
        default: break
        }
      }
    }
    return detectors
  }
}
