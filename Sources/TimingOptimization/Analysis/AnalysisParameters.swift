import TrafficModel

/// The constants of a signalised analysis; the defaults are those of the Highway Capacity Manual.
public struct AnalysisParameters: Hashable, Sendable {
  /// s₀, in passenger cars per hour and lane, for lanes whose saturation headway was not measured.
  public var baseSaturationFlow = 1900.0
  /// E_LT: passenger cars going straight that a protected left turn is worth.
  public var leftTurnEquivalent = 1.05
  /// E_RT: the same for a right turn.
  public var rightTurnEquivalent = 1.18
  /// Lost at the start of each green.
  public var startUpLostSeconds = 2.0
  /// Used of the change interval at the end of each green (HCM: extension of effective green).
  public var endUseSeconds = 2.0
  /// Smallest gap that a permitted turn takes, where the movement has none of its own.
  public var criticalGapSeconds = 4.5
  /// Between two permitted turns in the same gap.
  public var followUpSeconds = 2.5
  /// The same two for turns on red (HCM exhibits 20-11 and 20-12, a minor right turn).
  public var stopCriticalGapSeconds = 6.2
  public var stopFollowUpSeconds = 3.3
  /// Permitted left turns that clear the junction after each green that is not followed by their own.
  public var sneakersPerCycle = 2.0
  /// T; `nil` takes the measured time of the scenario, which is what a simulation of it measures.
  public var hours: Double?
  /// k of pretimed control.
  public var incrementalDelayFactor = 0.5
  /// I of an isolated junction.
  public var upstreamFilteringFactor = 1.0

  public init() {}

  /// f_HV on level ground with the share `heavy` (0 to 1) of heavy vehicles: (100 − 0.78 P_HV)/100 (HCM equation
  /// 19-10 with no grade).
  public static func heavyVehicleFactor(share heavy: Double) -> Double { 1 - 0.78 * heavy }

  func turnEquivalent(_ turn: Turn) -> Double {
    switch turn {
    case .left, .uTurn: leftTurnEquivalent
    case .right: rightTurnEquivalent
    case .through: 1
    }
  }
}
