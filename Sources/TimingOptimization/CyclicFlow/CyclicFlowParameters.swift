/// The constants of the cyclic-flow judge.
public struct CyclicFlowParameters: Hashable, Sendable {
  /// Saturation flows, lost times, gaps: as in the capacity analysis.
  public var analysis = AnalysisParameters()
  public var dispersion = PlatoonDispersion(spread: 0.25)
  /// Added to the travel time behind a stop line: a vehicle that crosses it slowly still has to gain its speed.
  public var accelerationSeconds = 1.5
  /// Vehicles of a queue take this many metres each.
  public var spacingMeters = 7.5
  /// What one vehicle beyond the storage of its lanes counts for, in vehicles that wait.
  public var overflowWeight = 1.0

  public init() {}
}
