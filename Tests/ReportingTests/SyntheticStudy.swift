import Reporting
import TrafficModel

/// Fabricated runs on a small made-up street, to test and look at reports; nothing here was simulated.
enum SyntheticStudy {
  struct Options {
    var replications = 1...5
    var strategies = ["fixed", "actuated"]
    var hasVehicles = true
    var hasPedestrians = true
    var hasSignals = true
    var hasCorridor = true
    var hasTrace = false
    var hasAnalysis = true
    var suspects: [Int] = []
    var units = UnitSystem.metric
    var junctions = 2
    var name = "two-signals"
    var warnings: [Finding] = []
  }

  static func manifest(_ options: Options) -> StudyManifest {
    StudyManifest(
      command: options.strategies.count == 1 ? .simulate : .compare, toolVersion: "0.1.0",
      arguments: [
        "compare", "\(options.name).json", "--strategies", options.strategies.joined(separator: ","),
      ],
      inputs: [InputFile(path: "\(options.name).json", sha256: String(repeating: "0f", count: 32))],
      warnings: options.warnings)
  }

  static func result(_ options: Options = Options()) -> StudyResult {
    let scenario = SyntheticScenario(options).scenario
    let runner = SyntheticRuns(scenario: scenario, options: options)
    var reduced: ReducedResult?
    if !options.suspects.isEmpty && options.suspects.count < options.junctions {
      let rest = scenario.removing(junctions: Set(options.suspects.map { NodeID($0) }))
      let runner = SyntheticRuns(scenario: rest, options: options)
      reduced = ReducedResult(
        scenario: rest,
        runs: options.strategies.indices.map { index in
          options.replications.map { runner.run(replication: $0, strategy: index) }
        })
    }
    return StudyResult(
      scenario: scenario, seed: 7,
      strategies: options.strategies.enumerated().map { index, name in
        StrategyResult(
          name: name, runs: options.replications.map { runner.run(replication: $0, strategy: index) },
          trace: options.hasTrace ? runner.trace(strategy: index) : nil,
          analyses: options.hasAnalysis ? runner.analyses(strategy: index) : [])
      },
      suspectJunctions: options.suspects.map {
        SuspectJunction(node: NodeID($0), reason: "northbound through has v/c 3.4")
      }, withoutSuspects: reduced)
  }

  static func document(_ options: Options = Options()) -> StudyDocument {
    StudyDocument(result(options), manifest: manifest(options))
  }
}
