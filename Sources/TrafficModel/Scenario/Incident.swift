/// Something that takes capacity from lanes of a link for a time: a crash, works, a lorry that unloads.
public struct Incident: Hashable, Sendable {
  public var name: String
  public var link: LinkID
  /// Indices into the lanes of ``link``.
  public var lanes: [Int]
  /// From the downstream end of the affected stretch to the stop line.
  public var distanceMeters: Double
  /// Length of the affected stretch.
  public var lengthMeters: Double
  public var startSeconds: Double
  public var endSeconds: Double
  /// What is left of the saturation flow of these lanes: 0 closes them, 0.6 leaves 60 %.
  public var capacityShare: Double

  public init(
    name: String, link: LinkID, lanes: [Int], distanceMeters: Double, lengthMeters: Double,
    startSeconds: Double,
    endSeconds: Double, capacityShare: Double = 0
  ) {
    self.name = name
    self.link = link
    self.lanes = lanes
    self.distanceMeters = distanceMeters
    self.lengthMeters = lengthMeters
    self.startSeconds = startSeconds
    self.endSeconds = endSeconds
    self.capacityShare = capacityShare
  }
}
