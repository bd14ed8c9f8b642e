import TrafficModel

/// What the user may say about a strategy beside its name.
public struct StrategyOptions: Hashable, Sendable {
  /// Instead of the strategy's own preset, where it can work with others.
  public var sensors: SensorPreset?
  /// Share of lanes whose sensors are broken from the start, 0 to 1, and the seed by which they are drawn.
  public var deadDetectorShare: Double
  public var seed: UInt64
  /// A decision that it shall explain.
  public var explains: DecisionReference?

  public init(
    sensors: SensorPreset? = nil, deadDetectorShare: Double = 0, seed: UInt64 = 1,
    explains: DecisionReference? = nil
  ) {
    self.sensors = sensors
    self.deadDetectorShare = deadDetectorShare
    self.seed = seed
    self.explains = explains
  }
}

/// The strategies that can be named on the command line; a new one is a file beside this and a line in it.
public enum StrategyRegistry {
  private typealias Factory = @Sendable (Scenario, StrategyOptions) -> any Strategy

  private static let factories: [(name: String, make: Factory)] = [
    ("fixed", { _, _ in FixedTimeStrategy() }),
    ("webster", { scenario, _ in WebsterStrategy(scenario) }),
    ("actuated", { _, _ in ActuatedStrategy() }),
    ("coordinated", { scenario, _ in CoordinatedStrategy(scenario) }),
    ("sotl", { scenario, _ in SelfOrganizingStrategy(scenario) }),
    ("longest-queue", { scenario, _ in LongestQueueStrategy(scenario) }),
    ("max-pressure", { scenario, _ in MaxPressureStrategy(scenario) }),
    ("max-pressure-position", { scenario, _ in MaxPressureStrategy(scenario, weighsPositions: true) }),
    ("max-pressure-cyclic", { scenario, _ in CyclicMaxPressureStrategy(scenario) }),
    ("optimized", { _, _ in OptimizedStrategy() }),
    ("predictive", { scenario, options in PredictiveStrategy(scenario, options) }),
  ]

  /// In the order in which help and reports list them.
  public static var names: [String] { factories.map(\.name) }

  /// - Returns: A fresh strategy for a run of `scenario`, or `nil` if no strategy has that name.
  public static func strategy(
    named name: String, for scenario: Scenario, options: StrategyOptions = StrategyOptions()
  ) -> (any Strategy)? {
    guard let strategy = factories.first(where: { $0.name == name })?.make(scenario, options) else {
      return nil
    }
    return withBrokenSensors(strategy, scenario, options)
  }

  /// A strategy that sees only what the sensors that are left see.
  public static func withBrokenSensors(
    _ strategy: any Strategy, _ scenario: Scenario, _ options: StrategyOptions
  ) -> any Strategy {
    if options.deadDetectorShare <= 0 { return strategy }
    return FaultySensors(strategy, scenario, share: options.deadDetectorShare, seed: options.seed)
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
