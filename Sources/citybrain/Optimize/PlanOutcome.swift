import Interchange
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// Old against new: the plan that a search found beside the plan on the street, on replications that the search never
/// saw.
struct PlanOutcome: Sendable {
  let scenario: Scenario
  let files: [InputFile]
  let found: FoundPlan
  /// One per replication.
  let old: [RunMeasures]
  let new: [RunMeasures]
  /// Webster's splits with offsets for progression; empty where parts of the plan are locked.
  let classical: [RunMeasures]
  /// The best of so many random legal plans, if they were asked for.
  let random: (count: Int, runs: [RunMeasures])?
  let seed: UInt64

  var options: SearchOptions { found.options }
  var plan: TimingPlan { found.plan }

  init(
    _ optimizer: PlanOptimizer, request: OptimizeRequest, input: ScenarioInput, pool: TaskPool
  ) throws(CommandFailure) {
    scenario = input.scenario
    files = input.files
    found = FoundPlan(optimizer)
    seed = request.options.seed
    let replications = request.replications
    old = try Self.runs(input.scenario, seed: seed, count: replications, pool)
    new = try Self.runs(found.plan.applied(to: input.scenario), seed: seed, count: replications, pool)
    classical =
      try optimizer.classicalPatterns.map { plan throws(CommandFailure) in
        try Self.runs(
          plan.applied(to: input.scenario), seed: request.options.seed, count: replications, pool)
      } ?? []
    random = try Self.bestOfRandom(optimizer, request, input.scenario, pool)
  }

  /// Every random plan meets one replication of the search's own; the ten best of them meet those of the comparison.
  private static func bestOfRandom(
    _ optimizer: PlanOptimizer, _ request: OptimizeRequest, _ scenario: Scenario, _ pool: TaskPool
  ) throws(CommandFailure) -> (count: Int, runs: [RunMeasures])? {
    if request.randomPlans == 0 { return nil }
    let objective = request.options.objective
    var draw = RandomPlans(optimizer.space, seed: request.options.seed)
    let plans = (0..<request.randomPlans).map { _ in optimizer.space.patterns(draw.next()) }
    let values = try pool.map(plans.count) { (index) throws(CommandFailure) in
      let runs = try Self.runs(
        plans[index].applied(to: scenario), seed: request.options.seed &+ 1, count: 1,
        TaskPool(jobs: 1, interruption: pool.interruption))
      return objective.value(of: runs[0], in: scenario.network)
    }
    let order = plans.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var best: (value: Double, runs: [RunMeasures])?
    for index in order.prefix(10) {
      let runs = try Self.runs(
        plans[index].applied(to: scenario), seed: request.options.seed, count: request.replications, pool)
      let value = runs.reduce(0) { $0 + objective.value(of: $1, in: scenario.network) }
      if value < best?.value ?? .infinity { best = (value, runs) }
    }
    return best.map { (plans.count, $0.runs) }
  }

  /// The user's own seed, as `compare` and `simulate` use it: the search has drawn others.
  private static func runs(
    _ scenario: Scenario, seed: UInt64, count: Int, _ pool: TaskPool
  ) throws(CommandFailure) -> [RunMeasures] {
    let compiled: CompiledScenario
    do {
      compiled = try CompiledScenario(scenario)
    } catch {
      throw CommandFailure(error)
    }
    return try pool.map(count) { (index) throws(CommandFailure) in
      do throws(RunFailure) {
        return try simulate(
          compiled, strategy: FixedTimeStrategy(), options: RunOptions(seed: seed, replication: index + 1)
        ).measures
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  func values(_ objective: PlanObjective, _ runs: [RunMeasures]) -> [Double?] {
    runs.map { run in
      let value = objective.value(of: run, in: scenario.network)
      return value.isFinite ? value : nil
    }
  }
}
