import TrafficModel

/// Why a report cannot be drawn from a result and a scenario.
public enum ReportFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The scenario is not the one that the result was made from.
  case otherScenario(expected: String, found: String)

  public var description: String {
    switch self {
    case .otherScenario(let expected, let found):
      "the result was made from another network than scenario \"\(found)\" (expected \"\(expected)\"); name the "
        + "scenario that the result lists under inputs"
    }
  }
}

/// Everything that a report shows.
public struct ReportInput: Sendable {
  public let scenario: Scenario
  public let document: StudyDocument
  /// The first replication in detail, by strategy; drawings that need one are left out where it is missing.
  public let traces: [RunTrace?]
  let statistics: StudyStatistics
  let scopes: StudyScopes
  let approaches: ApproachNames

  /// A report of a study that has just run.
  public init(_ result: StudyResult, manifest: StudyManifest) {
    scenario = result.scenario
    document = StudyDocument(result, manifest: manifest)
    traces = result.strategies.map(\.trace)
    statistics = StudyStatistics(document)
    scopes = StudyScopes(scenario.network)
    approaches = ApproachNames(scenario.network)
  }

  /// A report of a stored or merged result.
  ///
  /// - Parameters:
  ///   - scenario: the one that the result was made from; another network is refused.
  ///   - traces: by strategy; may be empty.
  public init(scenario: Scenario, document: StudyDocument, traces: [RunTrace?] = []) throws(ReportFailure) {
    let scopes = StudyScopes(scenario.network)
    guard scopes.junctionRecords(in: scenario.network) == document.junctions,
      scopes.movementRecords(in: scenario.network) == document.movements
    else { throw .otherScenario(expected: document.scenarioName, found: scenario.name) }
    self.scenario = scenario
    self.document = document
    self.traces = document.strategies.indices.map { $0 < traces.count ? traces[$0] : nil }
    statistics = StudyStatistics(document)
    self.scopes = scopes
    approaches = ApproachNames(scenario.network)
  }

  /// One network with its values under all strategies.
  struct Scope {
    var statistics: ScopeStatistics
    /// By strategy.
    var tables: [MeasureTable]
  }

  /// With all junctions.
  var whole: Scope { Scope(statistics: statistics.network, tables: document.strategies.map(\.network)) }

  /// Without the suspect junctions; `nil` if none is suspect, or all are.
  var reduced: Scope? {
    statistics.withoutSuspects.map {
      Scope(statistics: $0, tables: document.strategies.compactMap(\.withoutSuspects?.network))
    }
  }

  /// ``StudyDocument/reductionMeaning`` as a sentence.
  var reductionSentence: String {
    document.reductionMeaning.prefix(1).uppercased() + document.reductionMeaning.dropFirst() + "."
  }

  var format: MeasureFormat { MeasureFormat(document.units) }
  var strategyNames: [String] { document.strategies.map(\.name) }

  /// Networks with more junctions than this are drawn in detail at their worst ones only.
  public static let detailLimit = 24
  public static let detailedJunctions = 12

  var drawsAllJunctions: Bool { document.junctions.count <= Self.detailLimit }

  /// Indices of the junctions that get tables and drawings, in the order of the network: all of them, or those
  /// with the most delay per vehicle under any strategy.
  var detailed: [Int] {
    if drawsAllJunctions { return Array(document.junctions.indices) }
    let worst = document.junctions.indices.map { index in
      document.strategies.indices.map { junctionDelay($0, index) ?? 0 }.max() ?? 0
    }
    let ranked = worst.indices.sorted { worst[$0] != worst[$1] ? worst[$0] > worst[$1] : $0 < $1 }
    return ranked.prefix(Self.detailedJunctions).sorted()
  }

  /// "Only the 12 junctions …" where not all are shown, else nothing.
  var detailNote: String {
    drawsAllJunctions
      ? ""
      : "Of \(document.junctions.count) junctions the \(Self.detailedJunctions) with the most delay per vehicle are "
        + "shown; the JSON result holds all."
  }

  func junctionDelay(_ strategy: Int, _ junction: Int) -> Double? {
    statistics.summary(of: document.strategies[strategy].junctions[junction][.delayPerVehicle]).mean
  }

  /// "4 Oak Street": the node's name and what people call it.
  func junctionName(_ index: Int) -> String {
    let record = document.junctions[index]
    return record.title.isEmpty || record.title == record.node
      ? record.node : "\(record.node) \(record.title)"
  }
}
