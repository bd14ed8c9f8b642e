import TrafficModel

/// The runs of one strategy.
public struct StrategyResult: Hashable, Sendable {
  /// As on the command line.
  public var name: String
  /// In ascending order of replication.
  public var runs: [RunMeasures]
  /// The first replication in detail, for the drawings.
  public var trace: RunTrace?
  /// By movement of the network; empty where none was made. Must not depend on the replications.
  public var analyses: [MovementAnalysis?]

  public init(
    name: String, runs: [RunMeasures], trace: RunTrace? = nil, analyses: [MovementAnalysis?] = []
  ) {
    self.name = name
    self.runs = runs
    self.trace = trace
    self.analyses = analyses
  }
}

/// A junction whose input cannot be right, so that the network is also simulated without it.
public struct SuspectJunction: Hashable, Sendable {
  public var node: NodeID
  /// In words, with the numbers: "northbound through v/c 9.0".
  public var reason: String

  public init(node: NodeID, reason: String) {
    self.node = node
    self.reason = reason
  }
}

/// The same study on the network without its suspect junctions.
public struct ReducedResult: Sendable {
  /// ``Scenario/removing(junctions:)`` of the study's scenario.
  public var scenario: Scenario
  /// By strategy, then by replication: in the order of the study.
  public var runs: [[RunMeasures]]

  public init(scenario: Scenario, runs: [[RunMeasures]]) {
    self.scenario = scenario
    self.runs = runs
  }
}

/// What a study simulated: one scenario, some strategies, the same replications of each.
public struct StudyResult: Sendable {
  public var scenario: Scenario
  public var seed: UInt64
  /// In the order in which they are compared; the first is the baseline.
  public var strategies: [StrategyResult]
  public var suspectJunctions: [SuspectJunction]
  /// `nil` if no junction is suspect, or all are.
  public var withoutSuspects: ReducedResult?

  public init(
    scenario: Scenario, seed: UInt64, strategies: [StrategyResult], suspectJunctions: [SuspectJunction] = [],
    withoutSuspects: ReducedResult? = nil
  ) {
    self.scenario = scenario
    self.seed = seed
    self.strategies = strategies
    self.suspectJunctions = suspectJunctions
    self.withoutSuspects = withoutSuspects
  }
}

/// A file that a study read.
public struct InputFile: Hashable, Sendable {
  public var path: String
  /// Lower-case hexadecimal.
  public var sha256: String

  public init(path: String, sha256: String) {
    self.path = path
    self.sha256 = sha256
  }
}

/// Where a study came from: everything that is needed to run it again to the same bytes.
public struct StudyManifest: Hashable, Sendable {
  public enum Command: String, Hashable, Sendable, CaseIterable {
    case compare
    case simulate
  }

  public var command: Command
  public var toolVersion: String
  /// The command's arguments without the replications, the number of jobs and the places of outputs, which change
  /// no result; the document adds the replications.
  public var arguments: [String]
  public var inputs: [InputFile]
  /// What the reading and checking of the inputs had to say.
  public var warnings: [Finding]

  public init(
    command: Command, toolVersion: String, arguments: [String], inputs: [InputFile], warnings: [Finding]
  ) {
    self.command = command
    self.toolVersion = toolVersion
    self.arguments = arguments
    self.inputs = inputs
    self.warnings = warnings
  }
}
