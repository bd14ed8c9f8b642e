import BenchmarkSupport
import Foundation
import Interchange
import ProcessFigures
import RoadSimulation
import TestSupport
import TimingOptimization
import TrafficModel

/// A scenario to run, with the strategies to run it under.
struct BenchmarkCase {
  var name: String
  var scenario: Scenario
  var strategies: [String]
  /// What is on: detectors and pedestrians.
  var features: String
  /// CPU seconds that reading the file took; `nil` for a city made in code.
  var readSeconds: Double?

  static let names = ["grid20", "grid20-features", "grid20-shares", "grid50", "grid50-features", "million"]

  static func load(_ input: BenchmarkInput) throws -> BenchmarkCase {
    let time = ProcessorTime()
    switch input {
    case .generatedUTDF(let rows, let columns):
      let text = Array(GeneratedUTDF(rows: rows, columns: columns).text.utf8)
      let reading = ProcessorTime()
      let scenario = try UTDFReader.read(text, file: "generated.csv").scenario
      return BenchmarkCase(
        "utdf\(rows)x\(columns)", scenario, StrategyRegistry.names, seconds: reading.elapsedSeconds)
    case .file(let path):
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let scenario =
        path.lowercased().hasSuffix(".csv")
        ? try UTDFReader.read(bytes, file: path).scenario
        : try ScenarioReader.read(bytes, file: path).scenario
      return BenchmarkCase(path, scenario, StrategyRegistry.names, seconds: time.elapsedSeconds)
    case .named(let name):
      guard let city = city(name) else {
        var shipped = try load(.file("Scenarios/\(name)/scenario.json"))
        shipped.name = name
        return shipped
      }
      let scenario = city.scenario
      try check(scenario)
      return BenchmarkCase(
        name, scenario, city.hasDetectors ? ["fixed", "actuated"] : ["fixed"], seconds: nil)
    }
  }

  private init(_ name: String, _ scenario: Scenario, _ strategies: [String], seconds: Double?) {
    self.name = name
    self.scenario = scenario
    self.strategies = strategies
    readSeconds = seconds
    let hasPedestrians = scenario.demand.pedestrians.contains { $0.pedestriansPerHour > 0 }
    let parts =
      (scenario.network.detectors.isEmpty ? [] : ["detectors"]) + (hasPedestrians ? ["pedestrians"] : [])
    features = parts.isEmpty ? "none" : parts.joined(separator: "+")
  }

  private static func city(_ name: String) -> GridCity? {
    var city: GridCity
    switch name {
    case "grid20", "grid20-features": city = GridCity(size: 20, vehiclesPerHour: 20_000, seconds: 3600)
    case "grid50", "grid50-features": city = GridCity(size: 50, vehiclesPerHour: 125_000, seconds: 1200)
    case "grid20-shares":
      city = GridCity(size: 20, vehiclesPerHour: 20_000, seconds: 3600)
      city.sendsTrips = false
    case "million":
      city = GridCity(size: 50, vehiclesPerHour: 125_000, seconds: 29_000)
      city.sendsTrips = false
    default: return nil
    }
    if name.hasSuffix("features") {
      city.hasDetectors = true
      city.pedestriansPerHour = 60
    }
    return city
  }

  private struct InvalidCity: Error, CustomStringConvertible {
    var description: String
  }

  /// A city that breaks the rules of scenarios would measure something else.
  private static func check(_ scenario: Scenario) throws {
    if let finding = scenario.findings().first(where: { $0.severity == .error }) {
      throw InvalidCity(description: "\(finding.place): \(finding.message)")
    }
  }

  /// One row per strategy.
  func measure(replications: Int) throws -> [BenchmarkRow] {
    let compileTime = ProcessorTime()
    let compiled = try CompiledScenario(scenario)
    let compileSeconds = compileTime.elapsedSeconds
    var rows: [BenchmarkRow] = try strategies.compactMap { name in
      guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else { return nil }
      var seconds: [Double] = []
      var reference: [Double] = []
      var measures: RunMeasures?
      var peak = 0.0
      for _ in 1...replications {
        let time = ProcessorTime()
        measures = try simulate(
          compiled, strategy: strategy, options: RunOptions(seed: 1, replication: 1)
        ).measures
        seconds.append(time.elapsedSeconds)
        // Before the reference loop takes memory of its own for the first time.
        if peak == 0 { peak = ProcessFigures.peakMegabytes }
        reference.append(ProcessFigures.referenceLoop().seconds)
      }
      guard let measures else { return nil }
      return BenchmarkRow(
        case: self.name, strategy: name, features: features,
        vehicleHoursPerCPUSecond: measures.network.vehicleHours / median(seconds),
        vehicles: measures.network.demanded, vehicleHours: measures.network.vehicleHours,
        passages: measures.movements.reduce(0) { $0 + $1.passed }, events: measures.network.events,
        cpuSeconds: median(seconds), fastestCPUSeconds: seconds.min() ?? 0, replications: replications,
        simulatedSeconds: scenario.run.end.seconds, readSeconds: readSeconds ?? 0,
        compileSeconds: compileSeconds,
        delaySecondsPerVehicle: measures.network.delaySeconds / Double(max(1, measures.network.demanded)),
        neverInserted: measures.network.neverInserted, peakMegabytes: peak,
        referenceLoopSeconds: median(reference))
    }
    // A city is written and read once, after the runs, so that its text does not count as their memory.
    let reading = try readSeconds ?? secondsToReadOwnText()
    for index in rows.indices { rows[index].readSeconds = reading }
    return rows
  }

  /// One line per strategy: a hash of what happened and of what was measured.
  func fingerprints() throws -> [String] {
    let compiled = try CompiledScenario(scenario)
    return try strategies.compactMap { name in
      guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else { return nil }
      let outcome = try simulate(
        compiled, strategy: strategy, options: RunOptions(seed: 1, replication: 1, recordsEvents: true))
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      func take(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01B3 }
      for record in outcome.events {
        take(UInt64(record.milliseconds) << 32 | UInt64(record.entity))
        take(UInt64(record.kind.rawValue) << 32 | UInt64(UInt32(bitPattern: record.value)))
      }
      let log = hash
      // The number of events handled is no result.
      var measures = outcome.measures
      measures.network.events = 0
      for byte in "\(measures)".utf8 { take(UInt64(byte)) }
      return "\(self.name) \(name): \(outcome.events.count) records, log \(String(log, radix: 16)), "
        + "measures \(String(hash, radix: 16))"
    }
  }

  private func secondsToReadOwnText() throws -> Double {
    let text = Array(ScenarioWriter.text(scenario).utf8)
    let time = ProcessorTime()
    _ = try ScenarioReader.read(text, file: name)
    return time.elapsedSeconds
  }
}

/// What was measured of one case under one strategy.
struct BenchmarkRow: Encodable {
  var `case`: String
  var strategy: String
  var features: String
  var vehicleHoursPerCPUSecond: Double
  var vehicles: Int
  var vehicleHours: Double
  /// Vehicles over stop lines within the measured time.
  var passages: Int
  var events: Int
  /// The median of the replications.
  var cpuSeconds: Double
  var fastestCPUSeconds: Double
  var replications: Int
  var simulatedSeconds: Double
  /// Reading the scenario file (that of a city is written for it), and compiling the scenario.
  var readSeconds: Double
  var compileSeconds: Double
  var delaySecondsPerVehicle: Double
  var neverInserted: Int
  var peakMegabytes: Double
  var referenceLoopSeconds: Double

  static func json(_ rows: [BenchmarkRow]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(rows), as: UTF8.self)
  }

  func line(isFirst: Bool) -> String {
    let header =
      "case              strategy   features              vehicles     veh-h     events    CPU s  veh-h/CPU s"
      + "  read s  compile s  delay s  outside  peak MB  reference s\n"
    func padded(_ text: String, _ width: Int) -> String {
      text.count >= width ? text + " " : text.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    let figures = String(
      format: "%9d %9.0f %10d %8.3f %12.0f %7.3f %10.3f %8.1f %8d %8.0f %12.3f", vehicles, vehicleHours,
      events, cpuSeconds, vehicleHoursPerCPUSecond, readSeconds, compileSeconds, delaySecondsPerVehicle,
      neverInserted, peakMegabytes, referenceLoopSeconds)
    return (isFirst ? header : "") + padded(self.case, 18) + padded(strategy, 11) + padded(features, 21)
      + figures
  }
}
