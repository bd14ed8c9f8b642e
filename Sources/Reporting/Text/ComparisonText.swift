import TrafficModel

/// A study as a terminal shows it: the answer, the table of strategies, the differences and the advice.
public struct ComparisonText: Sendable {
  private let document: StudyDocument
  private let statistics: StudyStatistics
  private let format: MeasureFormat

  public init(_ document: StudyDocument) {
    self.document = document
    statistics = StudyStatistics(document)
    format = MeasureFormat(document.units)
  }

  /// Lines of plain text, ending with a line feed.
  public func text() -> String {
    let answer = StudyAnswer(document, statistics)
    var lines = [heading, ""]
    lines += answer.sentences
    lines.append("")
    if let others = statistics.withoutSuspects {
      lines += scope(statistics.network, title: "All junctions")
      lines += ["", sentence(document.reductionMeaning)]
      lines += scope(others, title: "Without \(document.suspectNames)")
    } else {
      lines += scope(statistics.network, title: "Network")
      if !document.suspects.isEmpty { lines += ["", sentence(document.reductionMeaning)] }
    }
    lines += parts(.corridors, [.travelTime, .delayPerVehicle, .stopsPerVehicle])
    if shownParts(.vehicleClasses).count > 1 {
      lines += parts(.vehicleClasses, [.demanded, .persons, .delayPerVehicle])
    }
    lines.append("")
    lines += statistics.advice.map { $0.sentence(names: document.strategies.map(\.name)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    let minutes = NumberText.fixed(document.measuredSeconds / 60, decimals: 0)
    let warmUp = NumberText.fixed(document.warmUpSeconds / 60, decimals: 0)
    return "\(document.scenarioName) · \(NumberText.count(document.replicationCount, "replication"))"
      + " (\(document.replications.lowerBound)–\(document.replications.upperBound)) · seed \(document.seed)"
      + " · \(minutes) min measured after \(warmUp) min of warm-up · driver profile \(document.driverProfile.rawValue)"
  }

  private func scope(_ scope: ScopeStatistics, title: String) -> [String] {
    var lines = table(scope, title: title)
    if scope.differences.contains(where: { $0.difference.p != nil }) { lines += [""] + differences(scope) }
    return lines
  }

  private func sentence(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() + "." }

  private func table(_ scope: ScopeStatistics, title: String) -> [String] {
    var rows = [[title + ", mean ± half of 95 % interval", ""] + document.strategies.map(\.name)]
    for (index, measure) in scope.measures.enumerated() {
      rows.append(
        [measure.title, format.symbol(measure)]
          + document.strategies.indices.map { format.summary(scope.summaries[$0][index], measure) })
    }
    return aligned(rows)
  }

  private func differences(_ scope: ScopeStatistics) -> [String] {
    let names = document.strategies.map(\.name)
    var lines: [String] = []
    for first in names.indices {
      for second in names.indices.dropFirst(first + 1) {
        let tests = scope.differences.filter {
          $0.first == first && $0.second == second && $0.difference.p != nil
        }
        if tests.isEmpty { continue }
        if !lines.isEmpty { lines.append("") }
        let header = [
          "\(names[second]) − \(names[first]), paired", "", "difference", "p", "p (Holm)", "p (Wilcoxon)",
        ]
        lines += aligned([header] + tests.map(row))
      }
    }
    return lines
  }

  private func row(_ tested: MeasureDifference) -> [String] {
    [
      tested.measure.title, format.symbol(tested.measure),
      format.difference(tested.difference, tested.measure), NumberText.probability(tested.difference.p),
      NumberText.probability(tested.holmP), NumberText.probability(tested.difference.wilcoxonP),
    ]
  }

  /// Indices of the parts of a kind that somebody took: others have nothing to show.
  private func shownParts(_ kind: StudyPartKind) -> [Int] {
    document.parts(kind).indices.filter { index in
      document.strategies.contains { strategy in
        strategy.parts(kind)[index].values.contains { values in values.contains { ($0 ?? 0) > 0 } }
      }
    }
  }

  /// A table of a kind of parts, after an empty line; nothing where nobody took one.
  private func parts(_ kind: StudyPartKind, _ measures: [StudyMeasure]) -> [String] {
    let shown = shownParts(kind)
    if shown.isEmpty { return [] }
    var rows = [[kind.title + ", mean ± half of 95 % interval", ""] + document.strategies.map(\.name)]
    for index in shown {
      for measure in measures {
        rows.append(
          ["\(document.parts(kind)[index].name): \(measure.title)", format.symbol(measure)]
            + document.strategies.map { strategy in
              format.summary(
                statistics.summary(of: strategy.parts(kind)[index][measure]), measure)
            })
      }
    }
    return [""] + aligned(rows)
  }

  /// First two columns to the left, numbers to the right, two spaces between.
  private func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column < 2 ? cell + padding : padding + cell
        if column < row.count - 1 { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
