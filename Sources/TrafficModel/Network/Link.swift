/// A lane of a link, seen in the direction of travel.
public struct Lane: Hashable, Sendable {
  /// The length of a turn pocket before the stop line; `nil` for a lane that runs the whole link.
  public var pocketMeters: Double?
  public var widthMeters: Double
  /// Seconds per passenger car at saturation, straight ahead, if it was measured; `nil` leaves it to the driver
  /// profile. Effects that the road model has of its own (heavy vehicles, turns, yielding) are not part of it.
  public var saturationHeadwaySeconds: Double?

  public init(
    pocketMeters: Double? = nil, widthMeters: Double = 3.6, saturationHeadwaySeconds: Double? = nil
  ) {
    self.pocketMeters = pocketMeters
    self.widthMeters = widthMeters
    self.saturationHeadwaySeconds = saturationHeadwaySeconds
  }
}

/// A one-way carriageway between two nodes.
public struct Link: Hashable, Sendable {
  /// The author's own name for it, unique among links.
  public var name: String
  /// The street's name.
  public var title: String
  public var from: NodeID
  public var to: NodeID
  /// From the upstream node's exit to the stop line.
  public var lengthMeters: Double
  public var speedLimitMetersPerSecond: Double
  /// Numbered from the kerb side: lane 0 is the rightmost where traffic keeps right.
  public var lanes: [Lane]
  /// Points between the nodes, in order of travel, for maps and for the angle at which the link meets a node.
  public var shape: [Point]
  /// Rise per length before its end, uphill in the direction of travel positive; change intervals depend on it.
  public var grade: Double

  public init(
    name: String, title: String = "", from: NodeID, to: NodeID, lengthMeters: Double,
    speedLimitMetersPerSecond: Double, lanes: [Lane], shape: [Point] = [], grade: Double = 0
  ) {
    self.name = name
    self.title = title
    self.from = from
    self.to = to
    self.lengthMeters = lengthMeters
    self.speedLimitMetersPerSecond = speedLimitMetersPerSecond
    self.lanes = lanes
    self.shape = shape
    self.grade = grade
  }
}
