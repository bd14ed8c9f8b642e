import Interchange
import RoadSimulation
import TimingOptimization
import TrafficModel

/// What became of one text.
public struct ProbeVerdict: Sendable {
  /// The reader took it.
  public var isDecoded = false
  /// What it gave passed all checks.
  public var isValid = false
  /// It was compiled and simulated for ten seconds.
  public var hasRun = false
  /// A broken promise: it was valid and could not be run.
  public var complaint: String?
}

/// Gives a text to its reader, and what comes out of it to everything behind.
public struct ReaderProbe: Sendable {
  /// The scenario that counts are put on.
  private let counted: Scenario?

  public init() {
    let text = Array(FuzzSeed.oneCrossing.utf8)
    counted = try? UTDFReader.read(text, file: "crossing.csv").scenario
  }

  /// - Parameter runs: whether a valid scenario is also simulated.
  public func probe(_ bytes: [UInt8], as kind: FuzzKind, runs: Bool) -> ProbeVerdict {
    var verdict = ProbeVerdict()
    let scenario: Scenario?
    switch kind {
    case .scenario: scenario = try? ScenarioReader.read(bytes, file: "mutant.json").scenario
    case .utdf: scenario = try? UTDFReader.read(bytes, file: "mutant.csv").scenario
    case .counts:
      guard let counts = try? TurningCountReader.read(bytes, file: "mutant.csv") else { return verdict }
      verdict.isDecoded = true
      for site in counts.sites { _ = counts.peakHour(site: site) }
      scenario = counted.flatMap { counts.applied(to: $0)?.scenario }
    }
    guard let scenario else { return verdict }
    verdict.isDecoded = true
    verdict.isValid = scenario.findings().allSatisfy { $0.severity != .error }
    if kind == .scenario && !verdict.isValid { verdict.complaint = "read, though its checks find errors" }
    if verdict.isValid && runs { run(scenario, &verdict) }
    return verdict
  }

  private func run(_ scenario: Scenario, _ verdict: inout ProbeVerdict) {
    var short = scenario
    short.run = RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 10))
    // More demand than a street can hold is valid and costs time without end for nothing.
    if short.demand.expectedVehicles(run: short.run) > 20_000 { return }
    do {
      let compiled = try CompiledScenario(short)
      for name in StrategyRegistry.names {
        guard let strategy = StrategyRegistry.strategy(named: name, for: short) else { continue }
        _ = try simulate(compiled, strategy: strategy, options: RunOptions(seed: 1, replication: 1))
      }
      verdict.hasRun = true
    } catch {
      verdict.complaint = "valid, but: \(error)"
    }
  }
}
