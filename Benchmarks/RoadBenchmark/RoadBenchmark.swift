import Foundation
import Interchange
import RoadSimulation
import TimingOptimization
import TrafficModel

/// How fast the road runs: one line per strategy, best of a few runs, in CPU time of this process.
///
/// Usage: `RoadBenchmark SCENARIO [REPLICATIONS]`
@main
struct RoadBenchmark {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: RoadBenchmark SCENARIO [REPLICATIONS]")
      return
    }
    do {
      try run(path: arguments[1], replications: arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3)
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  private static func run(path: String, replications: Int) throws {
    let start = cpuSeconds()
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let scenario: Scenario
    scenario = try ScenarioReader.read(bytes, file: path).scenario
    let read = cpuSeconds()
    let compiled = try CompiledScenario(scenario)
    let compiledAt = cpuSeconds()
    print(String(format: "read %.3f s, compile %.3f s", read - start, compiledAt - read))
    for name in StrategyRegistry.names {
      guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else { continue }
      var best = Double.infinity
      var last: RunMeasures?
      for replication in 1...max(1, replications) {
        let begin = cpuSeconds()
        let outcome = try simulate(
          compiled, strategy: strategy, options: RunOptions(seed: 1, replication: replication))
        best = min(best, cpuSeconds() - begin)
        last = outcome.measures
      }
      if let last, CommandLine.arguments.contains("--movements") {
        for (i, m) in last.movements.enumerated() {
          let x = scenario.network.movements[i]
          print(
            scenario.network[x.from].name, scenario.network[x.to].name, x.turn, "passed", m.passed,
            "unfinished", m.unfinished, "delay", m.delayPerVehicleSeconds, "outside",
            m.outsideDelaySeconds / Double(max(1, m.vehicles)), "stops",
            Double(m.stops) / Double(max(1, m.vehicles)), "aog", m.arrivedOnGreen, "green", m.greenSeconds)
        }
        for (i, l) in last.lanes.enumerated() {
          print(
            "lane", i, l.queue95Meters, l.queueMaximumMeters, l.overflowSeconds, l.queueMaximaMeters.count)
        }
      }
      if let network = last?.network {
        print(
          "\(name): \(network.demanded) vehicles,",
          String(
            format: "%.1f veh-h, %d events, %.3f CPU s, %.0f veh-h per CPU s, delay %.1f s/veh, outside %d",
            network.vehicleHours, network.events, best, network.vehicleHours / best,
            network.delaySeconds / Double(max(1, network.demanded)), network.neverInserted))
      }
    }
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
