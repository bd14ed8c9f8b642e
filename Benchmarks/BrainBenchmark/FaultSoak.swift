import Foundation
import RoadSimulation
import TimingOptimization
import TrafficModel

/// Long runs of every strategy on every scenario while sensors break at random times: the lamp monitors must see nothing.
///
/// A run stops with an error at the first violation or trip, so that a line that says 0 means that it ran to the end.
struct FaultSoak {
  private let request: BrainRequest

  init(_ request: BrainRequest) { self.request = request }

  func run() throws {
    var hours = 0.0
    var failures = 0
    for scenario in try request.scenarios() {
      var long = scenario
      long.run = RunSettings(warmUp: .zero, duration: TimeSpan(seconds: request.hours * 3600))
      let compiled = try CompiledScenario(long)
      for (index, name) in request.strategies.enumerated() {
        let options = StrategyOptions(deadDetectorShare: 0.2, seed: UInt64(index) + 1)
        guard let strategy = StrategyRegistry.strategy(named: name, for: long, options: options) else {
          throw BrainRequest.Usage()
        }
        do {
          let outcome = try simulate(
            compiled, strategy: strategy, options: RunOptions(seed: 7, replication: 1))
          let wait = outcome.longestWaits.joined().map(\.seconds).max() ?? 0
          print(
            padded("\(scenario.name), \(name)", 46)
              + String(format: "%.0f h, 0 violations, 0 trips, longest call %.0f s", request.hours, wait))
        } catch {
          failures += 1
          print("\(scenario.name), \(name): \(error)")
        }
        hours += request.hours
      }
    }
    print(String(format: "%.0f simulated hours, %d stopped by a violation or trip", hours, failures))
  }
}
