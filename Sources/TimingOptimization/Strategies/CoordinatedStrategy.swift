import TrafficModel

/// Lets every cabinet run its first pattern coordinated-actuated: the cycle, offset and splits of the plan on the street,
/// with the green that nobody needs given to the coordinated phases.
///
/// A controller that knows stages only runs its pattern as it is.
public struct CoordinatedStrategy: Strategy {
  public let name = "coordinated"
  public let sensors = SensorPreset.none
  /// By controller: the pattern to coordinate.
  private let patterns: [Int?]

  public init(_ scenario: Scenario) {
    patterns = scenario.controllers.map { controller in
      guard case .ringBarrier = controller.patterns.first?.timing else { return nil }
      return controller.patterns.first?.number
    }
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    for index in view.statuses.indices {
      guard index < patterns.count, let number = patterns[index] else { continue }
      commands.append(
        AddressedCommand(
          controller: ControllerID(index), command: CabinetCommand(program: .coordinated(number))))
    }
    return nil
  }
}
