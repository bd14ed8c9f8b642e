/// A marked place where pedestrians cross one leg of a node.
public struct Crosswalk: Hashable, Sendable {
  public var name: String
  public var node: NodeID
  public var lengthMeters: Double
  /// The pedestrian group of the node's controller that governs it; `nil` where nothing does.
  public var group: Int?
  /// A link of the leg that it crosses, to the node or from it; `nil` where that does not matter, because no vehicle
  /// yields to the people on it.
  public var leg: LinkID?
  /// Without a group: vehicles yield to people on it (a zebra crossing). Otherwise people find gaps by themselves, and
  /// their wait for them is not simulated.
  public var hasPriority: Bool
  /// The walking speed for which its signal is to be timed; `nil`: 1.07 m/s (3.5 ft/s, MUTCD).
  public var designWalkingSpeedMetersPerSecond: Double?

  public init(
    name: String, node: NodeID, lengthMeters: Double, group: Int?, leg: LinkID? = nil,
    hasPriority: Bool = true, designWalkingSpeedMetersPerSecond: Double? = nil
  ) {
    self.name = name
    self.node = node
    self.lengthMeters = lengthMeters
    self.group = group
    self.leg = leg
    self.hasPriority = hasPriority
    self.designWalkingSpeedMetersPerSecond = designWalkingSpeedMetersPerSecond
  }
}

/// How fast pedestrians walk: most of them normally, a share slowly, both normally distributed.
///
/// The defaults: signals are timed for 1.07 m/s (3.5 ft/s, MUTCD) so that most people walk faster, about 1.2 m/s on
/// crosswalks (HCM chapter 19), and about one in ten does not.
public struct WalkingSpeeds: Hashable, Sendable {
  public var metersPerSecond: Double
  public var deviationMetersPerSecond: Double
  /// Share of slow walkers, 0 to 1; their speeds scatter half as much.
  public var slowShare: Double
  public var slowMetersPerSecond: Double

  public init(
    metersPerSecond: Double = 1.2, deviationMetersPerSecond: Double = 0.2, slowShare: Double = 0.1,
    slowMetersPerSecond: Double = 0.9
  ) {
    self.metersPerSecond = metersPerSecond
    self.deviationMetersPerSecond = deviationMetersPerSecond
    self.slowShare = slowShare
    self.slowMetersPerSecond = slowMetersPerSecond
  }

  /// Nobody walks slower than this, or faster than 2.5 m/s.
  static let slowest = 0.5

  /// The speed of the next pedestrian of a stream.
  public func draw(from stream: inout RandomStream) -> Double {
    let isSlow = stream.uniform() < slowShare
    let mean = isSlow ? slowMetersPerSecond : metersPerSecond
    let deviation = isSlow ? deviationMetersPerSecond / 2 : deviationMetersPerSecond
    return min(max(mean + deviation * stream.standardNormal(), Self.slowest), 2.5)
  }
}
