/// What a study says, in sentences; the first is the answer.
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
    sentences.append(writer.sentence(about: statistics.network))
    if let others = statistics.withoutSuspects {
      let nodes = document.suspects.map { document.junctions[$0.junction].node }
      let noun = nodes.count == 1 ? "junction" : "junctions"
      sentences.append(
        "Without the suspect \(noun) \(nodes.joined(separator: ", ")): " + writer.sentence(about: others))
    }
    for (index, strategy) in document.strategies.enumerated() {
      guard let unserved = statistics.network.summary(strategy: index, .unserved)?.mean, unserved > 0,
        let demanded = statistics.network.summary(strategy: index, .demanded)?.mean, demanded > 0
      else { continue }
      sentences.append(
        "Under \(strategy.name) \(NumberText.fixed(unserved, decimals: 1)) of "
          + "\(NumberText.fixed(demanded, decimals: 1)) vehicles still waited outside the network at the end; "
          + "their wait so far is part of the delay.")
    }
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
    return comparison(scope, better: best, other: other)
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
    let pairs = scope.differences.filter { $0.measure == .delayPerVehicle }
    let adjusted = HolmCorrection.adjusted(pairs.map(\.difference.p))
    let place = pairs.firstIndex {
      ($0.first, $0.second) == (min(better, other), max(better, other))
    }
    let p = place.flatMap { adjusted[$0] } ?? 1
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
