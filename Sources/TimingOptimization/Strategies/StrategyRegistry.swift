import TrafficModel

/// The strategies that can be named on the command line; a new one is a file beside this and a line in it.
public enum StrategyRegistry {
  private static let factories: [(name: String, make: @Sendable (Scenario) -> any Strategy)] = [
    ("fixed", { _ in FixedTimeStrategy() }),
    ("actuated", { _ in ActuatedStrategy() }),
    ("coordinated", { CoordinatedStrategy($0) }),
    ("optimized", { _ in OptimizedStrategy() }),
  ]

  /// In the order in which help and reports list them.
  public static var names: [String] { factories.map(\.name) }

  /// - Returns: A fresh strategy for a run of `scenario`, or `nil` if no strategy has that name.
  public static func strategy(named name: String, for scenario: Scenario) -> (any Strategy)? {
    factories.first { $0.name == name }?.make(scenario)
  }

  /// Plans that strategies need on the street before the first run, by name; they may take long to make.
  private static let preparations:
    [(name: String, make: @Sendable (Scenario, any WorkRunner) throws(PlanningFailure) -> TimingPlan)] = [
      (
        "optimized",
        { (scenario, runner) throws(PlanningFailure) in
          try OptimizedStrategy.plan(for: scenario, runner: runner)
        }
      )
    ]

  /// The scenario that a strategy runs on: once per study, before its runs, since it may take long to make.
  /// - Returns: `nil` where the strategy takes the scenario as it is.
  /// - Throws: where no plan can be made for it.
  public static func preparedScenario(
    forStrategy name: String, _ scenario: Scenario, runner: any WorkRunner
  ) throws(PlanningFailure) -> Scenario? {
    guard let preparation = preparations.first(where: { $0.name == name }) else { return nil }
    return try preparation.make(scenario, runner).applied(to: scenario)
  }
}
