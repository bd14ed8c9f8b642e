/// A tested difference between two strategies in one measure.
public struct MeasureDifference: Hashable, Sendable {
  /// Indices of the strategies; the difference is `second` minus `first`.
  public var first: Int
  public var second: Int
  public var measure: StudyMeasure
  public var difference: PairedDifference
  /// The p-value after Holm's correction over all tests of the same scope.
  public var holmP: Double?
}

/// The summaries and tests of one scope: the network, or the network that was simulated without the suspect junctions.
public struct ScopeStatistics: Hashable, Sendable {
  public var measures: [StudyMeasure]
  /// By strategy, then by measure.
  public var summaries: [[MeasureSummary]]
  /// By pair of strategies in their order, then by tested measure.
  public var differences: [MeasureDifference]

  init(_ tables: [MeasureTable], _ estimator: IntervalEstimator) {
    measures = tables.first?.measures ?? []
    summaries = tables.map { table in table.values.map { estimator.summary(of: $0) } }
    differences = []
    for first in tables.indices {
      for second in tables.indices.dropFirst(first + 1) {
        for (index, measure) in measures.enumerated() where measure.isTested {
          differences.append(
            MeasureDifference(
              first: first, second: second, measure: measure,
              difference: estimator.difference(
                from: tables[first].values[index], to: tables[second].values[index])))
        }
      }
    }
    let adjusted = HolmCorrection.adjusted(differences.map(\.difference.p))
    for index in differences.indices { differences[index].holmP = adjusted[index] }
  }

  public func summary(strategy: Int, _ measure: StudyMeasure) -> MeasureSummary? {
    measures.firstIndex(of: measure).map { summaries[strategy][$0] }
  }

  /// Vehicles left outside over vehicles demanded; `nil` where nobody demanded or the scope does not know.
  func unservedShare(strategy: Int) -> Double? {
    guard let unserved = summary(strategy: strategy, .unserved)?.mean,
      let demanded = summary(strategy: strategy, .demanded)?.mean, demanded > 0
    else { return nil }
    return unserved / demanded
  }

  /// The difference `second` minus `first`, whichever way it is stored; `nil` if it was not tested.
  public func difference(from first: Int, to second: Int, _ measure: StudyMeasure) -> MeasureDifference? {
    differences.first { $0.first == first && $0.second == second && $0.measure == measure }
      ?? differences.first { $0.first == second && $0.second == first && $0.measure == measure }
      .map(\.reversed)
  }
}

extension MeasureDifference {
  /// The same difference seen from the other side.
  var reversed: MeasureDifference {
    var result = self
    result.first = second
    result.second = first
    result.difference.mean = difference.mean.map { -$0 }
    result.difference.interval = difference.interval.map { ConfidenceInterval(low: -$0.high, high: -$0.low) }
    return result
  }
}

/// How many replications a strategy's mean delay needs for ``relativePrecision``.
public struct PrecisionAdvice: Hashable, Sendable {
  public static let relativePrecision = 0.05
  public var strategy: Int
  /// `nil` without two replications, without delay, or beyond ``ReplicationAdvice/limit``.
  public var replications: Int?
}

/// Everything that is computed from a document's values.
public struct StudyStatistics: Hashable, Sendable {
  public var network: ScopeStatistics
  /// `nil` if no junction is suspect, or all are.
  public var withoutSuspects: ScopeStatistics?
  /// By strategy.
  public var advice: [PrecisionAdvice]
  /// For junction and movement tables.
  let estimator: IntervalEstimator

  public init(_ document: StudyDocument) {
    estimator = IntervalEstimator(replications: document.replicationCount)
    network = ScopeStatistics(document.strategies.map(\.network), estimator)
    let others = document.strategies.compactMap(\.withoutSuspects?.network)
    withoutSuspects = others.isEmpty ? nil : ScopeStatistics(others, estimator)
    var advice: [PrecisionAdvice] = []
    for index in document.strategies.indices {
      let delay = network.summary(strategy: index, .delayPerVehicle)
      var replications: Int?
      if let delay, let mean = delay.mean, delay.count > 1 {
        replications = ReplicationAdvice.replications(
          mean: mean, standardDeviation: delay.standardDeviation,
          relativePrecision: PrecisionAdvice.relativePrecision)
      }
      advice.append(PrecisionAdvice(strategy: index, replications: replications))
    }
    self.advice = advice
  }

  public func summary(of values: [Double?]) -> MeasureSummary { estimator.summary(of: values) }

  public func difference(from first: [Double?], to second: [Double?]) -> PairedDifference {
    estimator.difference(from: first, to: second)
  }
}
