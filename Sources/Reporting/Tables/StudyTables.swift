import TrafficModel

/// The tables of a study as comma-separated values (RFC 4180, line feeds), in metres and seconds like the document.
public enum StudyTables {
  /// Names and contents of the files: `measures.csv`, `differences.csv`, `junctions.csv`, `movements.csv`, and a file
  /// for each kind of parts that the study has: `vehicle-classes.csv`, `routes.csv`, `lane-groups.csv`,
  /// `corridors.csv`.
  public static func csv(_ document: StudyDocument) -> [(name: String, text: String)] {
    let statistics = StudyStatistics(document)
    return [
      ("measures.csv", measures(document, statistics)),
      ("differences.csv", differences(document, statistics)),
      ("junctions.csv", junctions(document, statistics)),
      ("movements.csv", movements(document, statistics)),
    ]
      + StudyPartKind.allCases.filter { !document.parts($0).isEmpty }.map {
        ($0.fileName, parts($0, document, statistics))
      }
  }

  private static let summaryColumns = ["replications", "mean", "ci95Low", "ci95High"]
  private static let wholeScope = "network"
  private static let reducedScope = "networkWithoutSuspectJunctions"

  private static func scopes(_ statistics: StudyStatistics) -> [(String, ScopeStatistics)] {
    [(wholeScope, statistics.network)] + (statistics.withoutSuspects.map { [(reducedScope, $0)] } ?? [])
  }

  private static func measures(_ document: StudyDocument, _ statistics: StudyStatistics) -> String {
    var rows = [["scope", "strategy", "measure"] + summaryColumns]
    for (name, scope) in scopes(statistics) {
      for (index, strategy) in document.strategies.enumerated() {
        for (place, measure) in scope.measures.enumerated() {
          rows.append([name, strategy.name, measure.rawValue] + cells(scope.summaries[index][place]))
        }
      }
    }
    return text(rows)
  }

  private static func differences(_ document: StudyDocument, _ statistics: StudyStatistics) -> String {
    var rows = [
      [
        "scope", "a", "b", "measure", "replications", "meanOfBMinusA", "ci95Low", "ci95High", "p", "pHolm",
        "wilcoxonP",
      ]
    ]
    for (name, scope) in scopes(statistics) {
      for tested in scope.differences {
        let difference = tested.difference
        rows.append(
          [
            name, document.strategies[tested.first].name, document.strategies[tested.second].name,
            tested.measure.rawValue, "\(difference.count)",
          ]
            + [
              difference.mean, difference.interval?.low, difference.interval?.high, difference.p,
              tested.holmP,
              difference.wilcoxonP,
            ].map(number))
      }
    }
    return text(rows)
  }

  private static func junctions(_ document: StudyDocument, _ statistics: StudyStatistics) -> String {
    var rows = [["scope", "node", "title", "control", "suspect", "strategy", "measure"] + summaryColumns]
    let suspects = document.suspects.map(\.junction)
    func append(_ table: MeasureTable, _ index: Int, _ scope: String, _ strategy: StrategyRecord) {
      let junction = document.junctions[index]
      for (measure, values) in zip(table.measures, table.values) {
        rows.append(
          [
            scope, junction.node, junction.title, junction.control.rawValue, "\(suspects.contains(index))",
            strategy.name, measure.rawValue,
          ] + cells(statistics.summary(of: values)))
      }
    }
    for strategy in document.strategies {
      for (index, table) in strategy.junctions.enumerated() { append(table, index, wholeScope, strategy) }
    }
    for strategy in document.strategies {
      let tables = strategy.withoutSuspects?.junctions ?? []
      for (index, table) in zip(document.remainingJunctions, tables) {
        append(table, index, reducedScope, strategy)
      }
    }
    return text(rows)
  }

  private static func movements(_ document: StudyDocument, _ statistics: StudyStatistics) -> String {
    var header = ["node", "approach", "turn", "from", "to", "lanes", "storage_m", "strategy"]
    header += ["volume_vehPerHour", "capacity_vehPerHour", "degreeOfSaturation", "hcmDelay_s"]
    for measure in StudyMeasure.movement {
      header += [measure.rawValue, "\(measure.rawValue)_ci95Low", "\(measure.rawValue)_ci95High"]
    }
    var rows = [header]
    for strategy in document.strategies {
      for (index, movement) in document.movements.enumerated() {
        var row = [
          movement.node, movement.approach, movement.turn.rawValue, movement.from, movement.to,
          "\(movement.lanes)", number(movement.storageMeters), strategy.name,
        ]
        let analysis = strategy.analyses.indices.contains(index) ? strategy.analyses[index] : nil
        row += [
          analysis?.volumeVehiclesPerHour, analysis?.capacityVehiclesPerHour, analysis?.degreeOfSaturation,
          analysis?.hcmDelaySeconds,
        ].map(number)
        for values in strategy.movements[index].values {
          row += cells(statistics.summary(of: values)).dropFirst()
        }
        rows.append(row)
      }
    }
    return text(rows)
  }

  private static func parts(
    _ kind: StudyPartKind, _ document: StudyDocument, _ statistics: StudyStatistics
  ) -> String {
    let isGroup = kind == .laneGroups
    var header = isGroup ? ["node", "name", "strategy"] : ["name", "strategy"]
    if isGroup {
      header += [
        "volume_vehPerHour", "capacity_vehPerHour", "degreeOfSaturation", "hcmDelay_s", "levelOfService",
      ]
    }
    for measure in kind.measures {
      header += [measure.rawValue, "\(measure.rawValue)_ci95Low", "\(measure.rawValue)_ci95High"]
    }
    var rows = [header]
    for strategy in document.strategies {
      for (part, table) in zip(document.parts(kind), strategy.parts(kind)) {
        var row = isGroup ? [part.node, part.name, strategy.name] : [part.name, strategy.name]
        if isGroup {
          let analysis = document.analysis(of: part, under: strategy)
          let level = document.levelOfService(
            of: part, delaySeconds: statistics.summary(of: table[.delayPerVehicle]).mean, analysis)
          row += [
            analysis?.volumeVehiclesPerHour, analysis?.capacityVehiclesPerHour, analysis?.degreeOfSaturation,
            analysis?.hcmDelaySeconds,
          ].map(number)
          row.append(level?.rawValue ?? "")
        }
        for values in table.values { row += cells(statistics.summary(of: values)).dropFirst() }
        rows.append(row)
      }
    }
    return text(rows)
  }

  private static func cells(_ summary: MeasureSummary) -> [String] {
    ["\(summary.count)"] + [summary.mean, summary.interval?.low, summary.interval?.high].map(number)
  }

  /// The document's digits; empty where there is no value.
  private static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    let short = rounded(value)
    return short == short.rounded() && abs(short) < 1e15 ? "\(Int(short))" : "\(short)"
  }

  private static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
