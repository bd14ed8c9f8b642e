import Foundation
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// `predictive` with every sensor preset and with broken sensors, against the local plan.
struct SensorCurve {
  private struct Point {
    var title: String
    var options: StrategyOptions
  }

  private let request: BrainRequest
  private let points: [Point] = [
    Point(title: "connected", options: StrategyOptions(sensors: .connected)),
    Point(title: "lane-area:150", options: StrategyOptions(sensors: .laneArea(meters: 150))),
    Point(title: "lane-area:100", options: StrategyOptions(sensors: .laneArea(meters: 100))),
    Point(title: "advance", options: StrategyOptions(sensors: .advance)),
    Point(title: "stopbar", options: StrategyOptions(sensors: .stopbar)),
    Point(title: "100 m, 10 % dead", options: StrategyOptions(deadDetectorShare: 0.1, seed: 1)),
    Point(title: "100 m, 30 % dead", options: StrategyOptions(deadDetectorShare: 0.3, seed: 1)),
    Point(title: "none", options: StrategyOptions(sensors: SensorPreset.none)),
  ]

  init(_ request: BrainRequest) { self.request = request }

  func run() throws {
    let estimator = IntervalEstimator(replications: request.replications)
    for scenario in try request.scenarios() {
      let compiled = try CompiledScenario(scenario)
      let local = try delays(compiled, scenario, "fixed", StrategyOptions()).delays
      let mean = local.reduce(0, +) / Double(local.count)
      print("\n\(scenario.name): local plan \(String(format: "%.2f", mean)) s")
      for point in points {
        let found = try delays(compiled, scenario, "predictive", point.options)
        let difference = estimator.difference(from: local, to: found.delays)
        let own = found.delays.reduce(0, +) / Double(found.delays.count)
        print(
          padded("  " + point.title, 22)
            + String(
              format: "%8.2f s  %+6.1f ± %.1f %% of the local plan, longest call %.0f s", own,
              (difference.mean ?? 0) / mean * 100, (difference.interval?.halfWidth ?? 0) / mean * 100,
              found.longestWait))
      }
    }
  }

  private func delays(
    _ compiled: CompiledScenario, _ scenario: Scenario, _ name: String, _ options: StrategyOptions
  ) throws -> (delays: [Double], longestWait: Double) {
    var longest = 0.0
    let delays = try (1...request.replications).map { replication in
      guard let strategy = StrategyRegistry.strategy(named: name, for: scenario, options: options) else {
        throw BrainRequest.Usage()
      }
      let outcome = try simulate(
        compiled, strategy: strategy, options: RunOptions(seed: 1, replication: replication))
      longest = max(longest, outcome.longestWaits.joined().map(\.seconds).max() ?? 0)
      return outcome.measures.network.delaySeconds / Double(max(1, outcome.measures.network.demanded))
    }
    return (delays, longest)
  }
}
