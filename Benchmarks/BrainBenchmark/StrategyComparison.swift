import Foundation
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// Every strategy on every scenario and demand, with the paired difference of `predictive` to the best other.
///
/// The plan in the cabinets, which `fixed` and `coordinated` follow, is the one that our own search makes for each
/// demand: a plan that was made for other flows would be a straw man.
struct StrategyComparison {
  private let request: BrainRequest
  private let estimator: IntervalEstimator

  /// What one strategy's replications came to.
  private struct Result {
    var name: String
    var delays: [Double] = []
    var pedestrianDelays: [Double] = []
    var longestWait = 0.0
    var locks = 0
    var outside = 0
    /// Delay and vehicles by turn.
    var turns: [Turn: (delay: Double, vehicles: Int)] = [:]

    var mean: Double { delays.reduce(0, +) / Double(max(1, delays.count)) }
    var pedestrianMean: Double { pedestrianDelays.reduce(0, +) / Double(max(1, pedestrianDelays.count)) }
  }

  init(_ request: BrainRequest) {
    self.request = request
    estimator = IntervalEstimator(replications: request.replications)
  }

  func run() throws {
    print(
      "delay per vehicle in s, mean of \(request.replications) replications; † jams (locks, or outside at the end)"
    )
    var worst = -Double.infinity
    for scenario in try request.scenarios() {
      for factor in request.demand {
        let results = try results(planned(scenario.scaled(by: factor)))
        worst = max(worst, report(scenario.name, factor, results))
      }
    }
    if worst > -.infinity {
      print(String(format: "worst upper bound of predictive against the best other: %+.1f %%", worst))
    }
  }

  private func planned(_ scenario: Scenario) throws -> Scenario {
    let runner = SerialRunner()
    let made = try StrategyRegistry.preparedScenario(forStrategy: "optimized", scenario, runner: runner)
    return made ?? scenario
  }

  private func results(_ scenario: Scenario) throws -> [Result] {
    let compiled = try CompiledScenario(scenario)
    // On this plan `optimized` is `fixed`.
    return try request.strategies.filter { $0 != "optimized" }.map { name in
      var result = Result(name: name)
      for replication in 1...request.replications {
        guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else {
          throw BrainRequest.Usage()
        }
        let outcome = try simulate(
          compiled, strategy: strategy, options: RunOptions(seed: 1, replication: replication))
        add(outcome, scenario, to: &result)
      }
      return result
    }
  }

  private func add(_ outcome: RunOutcome, _ scenario: Scenario, to result: inout Result) {
    let network = outcome.measures.network
    result.delays.append(network.delaySeconds / Double(max(1, network.demanded)))
    let walkers = outcome.measures.crosswalks.reduce(0) { $0 + $1.pedestrians }
    let waited = outcome.measures.crosswalks.reduce(0) { $0 + $1.delaySeconds }
    result.pedestrianDelays.append(walkers == 0 ? 0 : waited / Double(walkers))
    result.longestWait = max(
      result.longestWait, outcome.longestWaits.joined().map(\.seconds).max() ?? 0)
    result.locks += network.locks
    result.outside += network.neverInserted
    for (index, movement) in outcome.measures.movements.enumerated() {
      let turn = scenario.network.movements[index].turn
      let before = result.turns[turn] ?? (0, 0)
      result.turns[turn] = (before.delay + movement.delaySeconds, before.vehicles + movement.vehicles)
    }
  }

  /// Prints one scenario; returns the upper 95 % bound of the difference in %.
  private func report(_ name: String, _ factor: Double, _ results: [Result]) -> Double {
    print("\n\(name) × \(factor)")
    print(padded("", 24) + "    delay  through     left    right  on foot  longest call  locks  outside")
    for result in results {
      let turns = [Turn.through, .left, .right].map { turn -> String in
        guard let found = result.turns[turn], found.vehicles > 0 else { return "       –" }
        return String(format: "%8.1f", found.delay / Double(found.vehicles))
      }
      print(
        padded(result.name, 24) + String(format: "%9.2f", result.mean) + " " + turns.joined(separator: " ")
          + String(
            format: "%9.1f %13.0f %6d %8d", result.pedestrianMean, result.longestWait, result.locks,
            result.outside))
    }
    guard let mine = results.first(where: { $0.name == "predictive" }),
      let best = results.filter({ $0.name != "predictive" }).min(by: { $0.mean < $1.mean })
    else { return -.infinity }
    let difference = estimator.difference(from: best.delays, to: mine.delays)
    let bound = (difference.interval?.high ?? 0) / best.mean * 100
    print(
      String(
        format: "predictive − %@: %+.2f s (%+.1f %%), upper 95 %% bound %+.1f %%", best.name,
        difference.mean ?? 0, (difference.mean ?? 0) / best.mean * 100, bound))
    return bound
  }
}
