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

/// A junction whose input cannot be right, so that means over the network are also given without it.
public struct SuspectJunction: Hashable, Sendable {
  public var node: NodeID
  /// In words, with the numbers: "northbound through v/c 9.0".
  public var reason: String

  public init(node: NodeID, reason: String) {
    self.node = node
    self.reason = reason
  }
}

/// What a study simulated: one scenario, some strategies, the same replications of each.
public struct StudyResult: Sendable {
  public var scenario: Scenario
  public var seed: UInt64
  /// In the order in which they are compared; the first is the baseline.
  public var strategies: [StrategyResult]
  public var suspectJunctions: [SuspectJunction]

  public init(
    scenario: Scenario, seed: UInt64, strategies: [StrategyResult], suspectJunctions: [SuspectJunction] = []
  ) {
    self.scenario = scenario
    self.seed = seed
    self.strategies = strategies
    self.suspectJunctions = suspectJunctions
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
