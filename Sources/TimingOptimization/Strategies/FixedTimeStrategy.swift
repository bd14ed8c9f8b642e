import TrafficModel

/// Leaves every cabinet to its own plan: the first pattern of each controller.
public struct FixedTimeStrategy: Strategy {
  public let name = "fixed"
  public let sensors = SensorPreset.none

  public init() {}

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? { nil }
}
