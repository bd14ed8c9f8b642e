import TrafficModel

/// Lets every cabinet run free: fully actuated by its own detectors, without coordination.
public struct ActuatedStrategy: Strategy {
  public let name = "actuated"
  public let sensors = SensorPreset.none

  public init() {}

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    for index in view.statuses.indices {
      commands.append(
        AddressedCommand(controller: ControllerID(index), command: CabinetCommand(program: .free)))
    }
    return nil
  }
}
