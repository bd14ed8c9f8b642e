import TrafficModel

/// A junction as documents and reports name it.
public struct JunctionRecord: Hashable, Sendable {
  /// The node's name.
  public var node: String
  public var title: String
  public var control: NodeControl
}

/// A movement as documents and reports name it.
public struct MovementRecord: Hashable, Sendable {
  /// The node's name.
  public var node: String
  /// The direction of travel on the approach: `NB`, `SE`, …; see ``ApproachNames``.
  public var approach: String
  public var turn: Turn
  /// Names of the links.
  public var from: String
  public var to: String
  public var lanes: Int
  /// The shortest of its lanes: the pocket, or the whole link.
  public var storageMeters: Double
}

/// One strategy's values on the network that was simulated without the suspect junctions.
public struct ReducedRecord: Hashable, Sendable {
  public var network: MeasureTable
  /// By ``StudyDocument/remainingJunctions``.
  public var junctions: [MeasureTable]
}

/// One strategy's values in every scope; junctions and movements in the order of the document's records.
public struct StrategyRecord: Hashable, Sendable {
  public var name: String
  public var network: MeasureTable
  /// `nil` if no junction is suspect, or all are.
  public var withoutSuspects: ReducedRecord?
  public var junctions: [MeasureTable]
  public var movements: [MeasureTable]
  /// By movement; empty where none was made.
  public var analyses: [MovementAnalysis?]
  /// By kind, then by part of the document's ``StudyDocument/parts``.
  public var parts: [[MeasureTable]]

  public func parts(_ kind: StudyPartKind) -> [MeasureTable] { parts[kind.index] }
}

/// Everything that a study found, with the value of every measure in every replication.
///
/// It is what `--json` prints. Slices of a study are documents too, and ``merged(_:)`` joins them; statistics are
/// always computed from the values, so a joined study has the same bytes as one that ran whole.
public struct StudyDocument: Hashable, Sendable {
  public var manifest: StudyManifest
  public var seed: UInt64
  public var scenarioName: String
  public var units: UnitSystem
  public var driverProfile: DriverProfileName
  public var warmUpSeconds: Double
  public var measuredSeconds: Double
  /// Ascending, without gaps.
  public var replications: ClosedRange<Int>
  public var junctions: [JunctionRecord]
  public var movements: [MovementRecord]
  /// By kind, in the order of ``StudyPartKind``; a kind without parts has an empty list.
  public var parts: [[PartRecord]]
  /// Index into ``junctions`` and the reason.
  public var suspects: [SuspectRecord]
  public var strategies: [StrategyRecord]

  public struct SuspectRecord: Hashable, Sendable {
    public var junction: Int
    public var reason: String
  }

  public var replicationCount: Int { replications.count }

  /// Indices of the junctions that are not suspect.
  public var remainingJunctions: [Int] {
    junctions.indices.filter { index in !suspects.contains { $0.junction == index } }
  }
}

extension StudyDocument {
  /// Takes every measure from the runs.
  /// - Precondition: all strategies ran the same replications, ascending and without gaps, and at least one; the
  ///   reduced network, if there is one, is the network without its suspect junctions under the same strategies and
  ///   replications.
  public init(_ result: StudyResult, manifest: StudyManifest) {
    let numbers = result.strategies.first?.runs.map(\.replication) ?? []
    precondition(!numbers.isEmpty, "a study has a strategy and a replication")
    precondition(
      numbers == Array(numbers[0]..<(numbers[0] + numbers.count)), "replications ascend without gaps")
    precondition(
      result.strategies.allSatisfy { $0.runs.map(\.replication) == numbers },
      "every strategy runs the same replications")
    let scenario = result.scenario
    let scopes = StudyScopes(scenario.network)
    self.manifest = manifest
    seed = result.seed
    scenarioName = scenario.name
    units = scenario.units
    driverProfile = scenario.driverProfile
    warmUpSeconds = scenario.run.warmUp.seconds
    measuredSeconds = scenario.run.duration.seconds
    replications = numbers[0]...(numbers[0] + numbers.count - 1)
    junctions = scopes.junctionRecords(in: scenario.network)
    movements = scopes.movementRecords(in: scenario.network)
    let parts = StudyParts(scenario, scopes)
    self.parts = parts.records
    suspects = result.suspectJunctions.compactMap { suspect in
      scopes.junctionNodes.firstIndex(of: suspect.node).map {
        SuspectRecord(junction: $0, reason: suspect.reason)
      }
    }
    strategies = result.strategies.map { strategy in
      let runs = strategy.runs.map { MeasuredRun($0) }
      return StrategyRecord(
        name: strategy.name,
        network: scopes.networkTable(runs),
        junctions: scopes.junctionTables(runs),
        movements: scopes.movementTables(runs),
        analyses: strategy.analyses.isEmpty
          ? [] : scopes.movementOrder.map { strategy.analyses[$0.index]?.rounded },
        parts: parts.tables(runs))
    }
    if let reduced = result.withoutSuspects { add(reduced, replications: numbers) }
  }

  private mutating func add(_ reduced: ReducedResult, replications numbers: [Int]) {
    let scopes = StudyScopes(reduced.scenario.network)
    precondition(
      reduced.runs.map { $0.map(\.replication) } == strategies.map { _ in numbers },
      "the reduced network runs the same replications under the same strategies")
    precondition(
      scopes.junctionRecords(in: reduced.scenario.network) == remainingJunctions.map { junctions[$0] },
      "the reduced network has all junctions but the suspect ones")
    for index in strategies.indices {
      let runs = reduced.runs[index].map { MeasuredRun($0) }
      strategies[index].withoutSuspects = ReducedRecord(
        network: scopes.networkTable(runs), junctions: scopes.junctionTables(runs))
    }
  }
}
