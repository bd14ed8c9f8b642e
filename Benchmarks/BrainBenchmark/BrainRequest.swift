import BenchmarkSupport
import Foundation
import Interchange
import RoadSimulation
import TimingOptimization
import TrafficModel

struct BrainRequest {
  enum Mode {
    case compare
    case sensors
    case faults
    case decisions
  }

  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: BrainBenchmark --compare|--sensors|--faults|--decisions [--replications N] [--demand A,B] "
      + "[--strategies A,B] [--generated N] [--hours H] [--side N] [SCENARIO.json|FOLDER…]"
  }

  var mode = Mode.compare
  var replications = 10
  var demand = [1.0]
  var strategies = StrategyRegistry.names
  var generated = 0
  var hours = 24.0
  var side = 32
  var paths: [String] = []

  init(_ words: [String]) throws {
    var rest = words[...]
    func number(_ text: String?) throws -> Double {
      guard let text, let value = Double(text), value > 0 else { throw Usage() }
      return value
    }
    while let word = rest.popFirst() {
      switch word {
      case "--compare": mode = .compare
      case "--sensors": mode = .sensors
      case "--faults": mode = .faults
      case "--decisions": mode = .decisions
      case "--replications": replications = max(2, Int(try number(rest.popFirst())))
      case "--generated": generated = Int(try number(rest.popFirst()))
      case "--hours": hours = try number(rest.popFirst())
      case "--side": side = Int(try number(rest.popFirst()))
      case "--demand":
        demand = try (rest.popFirst() ?? "").split(separator: ",").map { try number(String($0)) }
      case "--strategies":
        strategies = (rest.popFirst() ?? "").split(separator: ",").map(String.init)
        if !strategies.allSatisfy(StrategyRegistry.names.contains) { throw Usage() }
      case let option where option.hasPrefix("-"): throw Usage()
      default: paths.append(word.hasSuffix(".json") ? word : word + "/scenario.json")
      }
    }
  }

  /// The scenarios named, or all that are shipped and have signals, and the generated ones behind them.
  func scenarios() throws -> [Scenario] {
    var files = paths
    if files.isEmpty && mode != .decisions {
      files = try FileManager.default.contentsOfDirectory(atPath: "Scenarios").sorted()
        .map { "Scenarios/\($0)/scenario.json" }.filter { FileManager.default.fileExists(atPath: $0) }
    }
    var result: [Scenario] = []
    for file in files {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
      let scenario = try ScenarioReader.read(bytes, file: file).scenario
      if !scenario.controllers.isEmpty { result.append(scenario) }
    }
    return result + (0..<generated).map(Self.generated)
  }

  /// A grid city of its own size, load, people on foot, and way of generating trips for every number.
  static func generated(_ number: Int) -> Scenario {
    var stream = RandomStream(seed: UInt64(number), purpose: .testing, place: 1)
    let size = 2 + number % 4
    // Up to what the approaches of such a grid carry: 400 to 900 vehicles per hour and junction.
    let load = (400 + 500 * stream.uniform()) * Double(size * size)
    var city = GridCity(size: size, vehiclesPerHour: load, seconds: 1_800)
    city.hasDetectors = true
    city.pedestriansPerHour = number % 3 == 0 ? 60 : 0
    city.tripBlocks = 1...(2 * size)
    city.sendsTrips = false
    var scenario = city.scenario
    scenario.name = "generated \(number)"
    scenario.run = RunSettings(warmUp: TimeSpan(seconds: 600), duration: TimeSpan(seconds: 1_800))
    return scenario
  }
}

extension Scenario {
  /// The same with all flows multiplied; single trips stay.
  func scaled(by factor: Double) -> Scenario {
    var result = self
    for source in result.demand.sources.indices {
      for step in result.demand.sources[source].flow.indices {
        result.demand.sources[source].flow[step].vehiclesPerHour *= factor
      }
    }
    for flow in result.demand.routeFlows.indices {
      for step in result.demand.routeFlows[flow].flow.indices {
        result.demand.routeFlows[flow].flow[step].vehiclesPerHour *= factor
      }
    }
    return result
  }
}

func padded(_ text: String, _ width: Int) -> String {
  text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
}
