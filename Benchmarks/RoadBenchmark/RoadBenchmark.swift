import Foundation
import Interchange
import RoadSimulation
import TestSupport
import TimingOptimization
import TrafficModel

/// How fast files are read and the road runs: one line per strategy, the best of a few runs, in CPU time of this
/// process.
///
///     RoadBenchmark Scenarios/grid/scenario.json
///     RoadBenchmark study/UTDF.csv --replications 5
///     RoadBenchmark --generated-utdf 25x10
@main
struct RoadBenchmark {
  static func main() {
    do {
      let request = try Request(Array(CommandLine.arguments.dropFirst()))
      try run(request)
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }

  private static func run(_ request: Request) throws {
    let bytes = try request.bytes()
    let readTime = ProcessorTime()
    let scenario = try request.scenario(bytes)
    let read = readTime.elapsedSeconds
    let compileTime = ProcessorTime()
    let compiled = try CompiledScenario(scenario)
    print(
      "\(bytes.count) bytes, \(scenario.controllers.count) controllers, \(scenario.network.links.count) links:",
      String(format: "read in %.3f CPU s, compiled in %.3f CPU s", read, compileTime.elapsedSeconds))
    print("strategy      vehicles   veh-h      events     CPU s   veh-h per CPU s   delay s/veh   outside")
    for name in StrategyRegistry.names {
      guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else { continue }
      let (best, network) = try measure(compiled, strategy, replications: request.replications)
      let columns = String(
        format: "%9d %9.1f %10d %9.3f %14.0f %15.1f %9d", network.demanded, network.vehicleHours,
        network.events, best, network.vehicleHours / best,
        network.delaySeconds / Double(max(1, network.demanded)), network.neverInserted)
      print(name.padding(toLength: 12, withPad: " ", startingAt: 0), columns)
    }
  }

  private static func measure(
    _ compiled: CompiledScenario, _ strategy: any Strategy, replications: Int
  ) throws -> (best: Double, network: NetworkMeasures) {
    var best = Double.infinity
    var network = NetworkMeasures()
    for _ in 1...replications {
      let time = ProcessorTime()
      network = try simulate(
        compiled, strategy: strategy, options: RunOptions(seed: 1, replication: 1)
      ).measures.network
      best = min(best, time.elapsedSeconds)
    }
    return (best, network)
  }
}

/// What to read and how often to run it.
private struct Request {
  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: RoadBenchmark FILE.json|FILE.csv|--generated-utdf ROWSxCOLUMNS [--replications N]"
  }

  private var path = ""
  private var grid: (rows: Int, columns: Int)?
  var replications = 3

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--generated-utdf":
        let sizes = (rest.popFirst() ?? "").split(separator: "x").compactMap { Int($0) }
        if sizes.count != 2 { throw Usage() }
        grid = (sizes[0], sizes[1])
      case "--replications":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else { throw Usage() }
        replications = count
      default: path = word
      }
    }
    if path.isEmpty && grid == nil { throw Usage() }
  }

  func bytes() throws -> [UInt8] {
    if let grid { return Array(GeneratedUTDF(rows: grid.rows, columns: grid.columns).text.utf8) }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func scenario(_ bytes: [UInt8]) throws -> Scenario {
    if grid != nil || path.hasSuffix(".csv") {
      return try UTDFReader.read(bytes, file: path).scenario
    }
    return try ScenarioReader.read(bytes, file: path).scenario
  }
}

/// CPU time of this process since the value was made.
private struct ProcessorTime {
  private let start = Self.now()

  var elapsedSeconds: Double { Self.now() - start }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
