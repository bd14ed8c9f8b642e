import TrafficModel

/// Runs a plan that the offline optimizer has made for the scenario: every cabinet its own pattern, by itself.
///
/// The plan is made once per study, by ``plan(for:runner:)``, and put on the street; the strategy then has nothing to
/// command.
public struct OptimizedStrategy: Strategy {
  public let name = "optimized"
  public let sensors = SensorPreset.none

  public init() {}

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? { nil }

  /// What the search may do: fixed, so that the plan is the same on every machine, and little, so that a comparison
  /// does not wait for it; `citybrain optimize` searches as long as one likes.
  static func options(_ scenario: Scenario) -> SearchOptions {
    var options = SearchOptions(effort: SearchEffort(rounds: 1, simulations: 40))
    options.junctionsPerTask = min(40_000, 1500 + 1200 * scenario.controllers.count)
    return options
  }

  /// The plan of a short search for the least delay.
  /// - Throws: if the scenario has no signals to plan for.
  public static func plan(
    for scenario: Scenario, runner: some WorkRunner
  ) throws(PlanningFailure) -> TimingPlan {
    var optimizer = try PlanOptimizer(scenario, options: options(scenario))
    while !optimizer.isFinished { optimizer.advance(runner) }
    return optimizer.bestPatterns
  }
}
