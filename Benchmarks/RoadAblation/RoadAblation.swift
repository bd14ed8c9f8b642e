import Foundation
import Interchange
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// What each detail of the road model is worth: every one is left out in turn, and the change of mean delay on the
/// shipped scenarios is printed with its 95 % interval.
///
///     RoadAblation [--replications 10] [--strategy fixed] [--markdown] [SCENARIO…]
///
/// Mean delay is that of all vehicles that wanted to enter, waiting outside included. Differences are paired: both
/// runs of a replication have the same arrivals, drivers and routes. `·` marks a change whose interval holds zero.
@main
struct RoadAblation {
  static func main() {
    do {
      let request = try AblationRequest(Array(CommandLine.arguments.dropFirst()))
      try AblationTable(request).print()
    } catch {
      print("error: \(error)")
      exit(2)
    }
  }
}

struct AblationRequest {
  struct Usage: Error, CustomStringConvertible {
    let description =
      "usage: RoadAblation [--replications N] [--strategy NAME] [--markdown] [SCENARIO.json|FOLDER…]"
  }

  var replications = 10
  var strategy = "fixed"
  var isMarkdown = false
  var paths: [String] = []

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--replications":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 1 else { throw Usage() }
        replications = count
      case "--strategy":
        guard let name = rest.popFirst() else { throw Usage() }
        strategy = name
      case "--markdown": isMarkdown = true
      case let option where option.hasPrefix("-"): throw Usage()
      default: paths.append(word.hasSuffix(".json") ? word : word + "/scenario.json")
      }
    }
    if paths.isEmpty {
      paths = try FileManager.default.contentsOfDirectory(atPath: "Scenarios").sorted()
        .map { "Scenarios/\($0)/scenario.json" }
        .filter { FileManager.default.fileExists(atPath: $0) }
    }
  }
}

/// The scenarios side by side, one line per ablation.
struct AblationTable {
  private struct Column {
    var subject: AblationSubject
    /// Mean delay by replication of the whole model.
    var base: [Double]
  }

  private let request: AblationRequest
  private let estimator: IntervalEstimator
  private var columns: [Column] = []

  init(_ request: AblationRequest) throws {
    self.request = request
    estimator = IntervalEstimator(replications: request.replications)
    for path in request.paths {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let scenario = try ScenarioReader.read(bytes, file: path).scenario
      let subject = AblationSubject(
        scenario: scenario, constants: DriverConstants(profile: scenario.driverProfile))
      columns.append(Column(subject: subject, base: try delays(subject)))
    }
  }

  func print() throws {
    line("", columns.map { $0.subject.scenario.name })
    if request.isMarkdown { Swift.print("|---|" + columns.map { _ in "---:|" }.joined()) }
    line(
      "whole model, delay in s",
      columns.map { column in
        let summary = estimator.summary(of: column.base)
        return String(format: "%.1f ± %.1f", summary.mean ?? 0, summary.interval?.halfWidth ?? 0)
      })
    for ablation in Ablation.all {
      line(ablation.name, try columns.map { try effect(of: ablation, on: $0) })
    }
    Swift.print(
      "\nChange of mean delay in %, 95 % interval; \(request.replications) replications, paired; strategy "
        + "\(request.strategy); · : the interval holds zero")
  }

  private func effect(of ablation: Ablation, on column: Column) throws -> String {
    var subject = column.subject
    ablation.change(&subject)
    let changed = try delays(subject)
    let difference = estimator.difference(from: column.base, to: changed)
    let base = column.base.reduce(0, +) / Double(column.base.count)
    let mean = (difference.mean ?? 0) / base * 100
    let half = (difference.interval?.halfWidth ?? 0) / base * 100
    if mean == 0 && half == 0 { return "0" }
    return String(format: "%+.1f ± %.1f", mean, half) + (abs(mean) <= half ? " ·" : "")
  }

  /// Mean delay per vehicle in seconds, by replication.
  private func delays(_ subject: AblationSubject) throws -> [Double] {
    let compiled = try CompiledScenario(
      subject.scenario, constants: subject.constants, details: subject.details)
    return try (1...request.replications).map { replication in
      guard let strategy = StrategyRegistry.strategy(named: request.strategy, for: subject.scenario) else {
        throw AblationRequest.Usage()
      }
      let network = try simulate(
        compiled, strategy: strategy, options: RunOptions(seed: 1, replication: replication)
      ).measures.network
      return network.delaySeconds / Double(max(1, network.demanded))
    }
  }

  private func line(_ name: String, _ cells: [String]) {
    if request.isMarkdown {
      Swift.print("| \(name) | " + cells.joined(separator: " | ") + " |")
      return
    }
    let padded = cells.map { String(repeating: " ", count: max(1, 19 - $0.count)) + $0 }.joined()
    Swift.print(name.padding(toLength: 42, withPad: " ", startingAt: 0) + padded)
  }
}
