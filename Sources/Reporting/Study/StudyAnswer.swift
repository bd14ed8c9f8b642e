/// What a study says, in sentences; the first is the answer, for the network as it is and, where junctions are
/// suspect, for the network without them.
///
/// Delay per vehicle is the measure that a study is asked about, so its test between two strategies needs no
/// correction for the other measures; between more than two it is corrected for the number of pairs (Holm).
public struct StudyAnswer: Hashable, Sendable {
  public private(set) var sentences: [String] = []

  /// A difference counts as found below this p-value.
  public static let significance = 0.05

  public var headline: String { sentences.first ?? "" }

  public init(_ document: StudyDocument, _ statistics: StudyStatistics) {
    let writer = AnswerWriter(names: document.strategies.map(\.name), replications: document.replicationCount)
    let whole = writer.sentence(about: statistics.network)
    if let others = statistics.withoutSuspects {
      sentences.append(
        "With all junctions: \(whole) Simulated without \(document.suspectNames): "
          + writer.sentence(about: others))
    } else {
      sentences.append(whole)
    }
    addUnserved(
      document, statistics.network, place: statistics.withoutSuspects == nil ? "" : "with all junctions ")
    if let others = statistics.withoutSuspects {
      addUnserved(document, others, place: "without \(document.suspectNames) ")
    }
  }

  private mutating func addUnserved(_ document: StudyDocument, _ scope: ScopeStatistics, place: String) {
    for (index, strategy) in document.strategies.enumerated() {
      guard let share = scope.unservedShare(strategy: index), share >= StudyDocument.noteworthyUnservedShare
      else { continue }
      sentences.append(
        "Under \(strategy.name) \(place)\(NumberText.fixed(share * 100, decimals: 1)) % of the vehicles still waited "
          + "outside the network at the end; their wait so far is part of the delay.")
    }
  }
}

extension StudyDocument {
  /// "junctions 39 and 82", as sentences name what was left out.
  public var suspectNames: String {
    let names = suspects.map { junctions[$0.junction].node }
    let list =
      names.count <= 2
      ? names.joined(separator: " and ")
      : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
    return (names.count == 1 ? "junction " : "junctions ") + list
  }

  /// What the figures of the reduced network stand for.
  public var reductionMeaning: String {
    remainingJunctions.isEmpty
      ? "every junction is suspect, so no network is left to simulate without them"
      : "simulated without \(suspectNames): vehicles enter at the cut as counted at the next junction"
  }
}

/// Puts one scope's delays into a sentence.
private struct AnswerWriter {
  let names: [String]
  let replications: Int

  func sentence(about scope: ScopeStatistics) -> String {
    let means = names.indices.map { scope.summary(strategy: $0, .delayPerVehicle)?.mean }
    guard let firstMean = means.first.flatMap({ $0 }) else {
      return "No vehicle was measured, so there is no delay to report."
    }
    if names.count == 1 {
      let interval = scope.summary(strategy: 0, .delayPerVehicle)?.interval
      return "\(names[0]): \(seconds(firstMean)) of delay per vehicle (\(evidence(interval)))."
    }
    var best = 0
    for index in names.indices {
      if let mean = means[index], mean < means[best] ?? .infinity { best = index }
    }
    // The best is measured against the baseline; a best baseline against the runner-up.
    var other = 0
    if best == 0 {
      other = 1
      for index in names.indices.dropFirst() {
        if let mean = means[index], mean < means[other] ?? .infinity { other = index }
      }
    }
    return comparison(scope, better: best, other: other) + lead(scope, best: best, compared: other, means)
  }

  /// With three strategies or more: whether the best one's lead over the runner-up is real.
  private func lead(_ scope: ScopeStatistics, best: Int, compared: Int, _ means: [Double?]) -> String {
    var second: Int?
    for index in names.indices where index != best {
      guard let mean = means[index] else { continue }
      if let known = second.flatMap({ means[$0] }), known <= mean { continue }
      second = index
    }
    guard let second, second != compared, let p = delayP(scope, best, second),
      let found = scope.difference(from: best, to: second, .delayPerVehicle),
      let saving = found.difference.mean, found.difference.interval != nil
    else { return "" }
    let proof = evidence(found.difference.interval)
    return p < StudyAnswer.significance
      ? " It is also ahead of \(names[second]), the next best, by \(seconds(saving)) (\(proof))."
      : " Its lead of \(seconds(saving)) over \(names[second]) is not significant (\(proof))."
  }

  /// The p-value of a pair's delay, corrected for the number of pairs.
  private func delayP(_ scope: ScopeStatistics, _ a: Int, _ b: Int) -> Double? {
    let pairs = scope.differences.filter { $0.measure == .delayPerVehicle }
    let place = pairs.firstIndex { ($0.first, $0.second) == (min(a, b), max(a, b)) }
    return place.flatMap { HolmCorrection.adjusted(pairs.map(\.difference.p))[$0] }
  }

  private func comparison(_ scope: ScopeStatistics, better: Int, other: Int) -> String {
    guard let found = scope.difference(from: better, to: other, .delayPerVehicle),
      let saving = found.difference.mean
    else { return "The strategies share no replication with a delay." }
    let proof = evidence(found.difference.interval)
    guard found.difference.interval != nil else {
      return "In one replication \(names[better]) had \(seconds(saving)) less delay per vehicle than "
        + "\(names[other]); a single run has no interval, so nothing follows from it."
    }
    let p = delayP(scope, better, other) ?? 1
    if p >= StudyAnswer.significance {
      let lead = "No significant difference in delay between \(names[other]) and \(names[better])"
      return "\(lead): \(names[better]) has \(seconds(saving)) less per vehicle (\(proof))."
    }
    if names.count == 2 || better != 0 {
      return
        "\(names[better]) saves \(seconds(saving)) of delay per vehicle against \(names[other]) (\(proof))."
    }
    return "\(names[better]) has the least delay: \(seconds(saving)) less per vehicle than \(names[other]), "
      + "the next best (\(proof))."
  }

  private func seconds(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) + " s" }

  private func evidence(_ interval: ConfidenceInterval?) -> String {
    let runs = NumberText.count(replications, "replication")
    guard let interval else { return "no interval, \(runs)" }
    let low = NumberText.fixed(interval.low, decimals: 1)
    let high = NumberText.fixed(interval.high, decimals: 1)
    return "95 % interval \(low) to \(high) s, \(runs)"
  }
}
