import TrafficModel

/// The strategies that can be named on the command line; a new one is a file beside this and a line in it.
public enum StrategyRegistry {
  private static let factories: [(name: String, make: @Sendable (Scenario) -> any Strategy)] = [
    ("fixed", { _ in FixedTimeStrategy() }),
    ("actuated", { _ in ActuatedStrategy() }),
    ("coordinated", { CoordinatedStrategy($0) }),
  ]

  /// In the order in which help and reports list them.
  public static var names: [String] { factories.map(\.name) }

  /// - Returns: A fresh strategy for a run of `scenario`, or `nil` if no strategy has that name.
  public static func strategy(named name: String, for scenario: Scenario) -> (any Strategy)? {
    factories.first { $0.name == name }?.make(scenario)
  }
}
