/// A vehicle detector: a zone of one lane that is on while any part of a vehicle is over it.
public struct Detector: Hashable, Sendable {
  public var name: String
  public var link: LinkID
  /// Index into the lanes of ``link``.
  public var lane: Int
  /// From the stop line to the zone's downstream edge.
  public var distanceMeters: Double
  /// From the zone's downstream edge to its upstream edge.
  public var lengthMeters: Double

  public init(name: String, link: LinkID, lane: Int, distanceMeters: Double, lengthMeters: Double) {
    self.name = name
    self.link = link
    self.lane = lane
    self.distanceMeters = distanceMeters
    self.lengthMeters = lengthMeters
  }
}
