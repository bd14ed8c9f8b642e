import Interchange
import TrafficModel

extension StudyDocument {
  /// The schema's name and version, by the command that made the document.
  public var schema: String { "citybrain.\(manifest.command.rawValue)/1" }

  /// The arguments that run the study again to the same bytes, replications included.
  public var rerunArguments: [String] {
    manifest.arguments + ["--replications", "\(replications.lowerBound)-\(replications.upperBound)"]
  }

  /// The document as it is printed and stored: indented JSON with a line feed at its end.
  public func text() -> String { json().text(pretty: true) }

  /// The document as a JSON value; numbers have ``documentSignificantDigits`` digits.
  public func json() -> JSONValue {
    let statistics = StudyStatistics(self)
    return .object([
      ("schema", .string(schema)),
      ("tool", .object([("name", "citybrain"), ("version", .string(manifest.toolVersion))])),
      ("arguments", .array(rerunArguments.map { .string($0) })),
      (
        "inputs",
        .array(
          manifest.inputs.map {
            .object([("path", .string($0.path)), ("sha256", .string($0.sha256))])
          })
      ),
      ("seed", Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)")),
      (
        "scenario",
        .object([
          ("name", .string(scenarioName)), ("units", .string(units.rawValue)),
          ("driverProfile", .string(driverProfile.rawValue)), ("warmUp_s", .number(warmUpSeconds)),
          ("measured_s", .number(measuredSeconds)),
        ])
      ),
      ("stopThreshold_mps", .number(stopThresholdMetersPerSecond)),
      ("warnings", .array(allWarnings(statistics).map(encoded))),
      ("result", result(statistics)),
    ])
  }

  private func result(_ statistics: StudyStatistics) -> JSONValue {
    let suspect = Set(suspects.map(\.junction))
    return .object([
      ("answer", .array(StudyAnswer(self, statistics).sentences.map { .string($0) })),
      ("replications", .integer(replicationCount)),
      ("replicationNumbers", .array(replications.map { .integer($0) })),
      ("confidence", .number(confidenceLevel)),
      (
        "strategies",
        .array(
          strategies.map { strategy in
            .object(
              [
                ("name", .string(strategy.name)),
                ("measures", measures(strategy.network, statistics)),
                (
                  "junctions",
                  .array(
                    junctions.indices.map { index in
                      .object([
                        ("node", .string(junctions[index].node)), ("title", .string(junctions[index].title)),
                        ("control", .string(junctions[index].control.rawValue)),
                        ("suspect", .bool(suspect.contains(index))),
                        ("measures", measures(strategy.junctions[index], statistics)),
                      ])
                    })
                ),
                (
                  "movements",
                  .array(movements.indices.map { encodedMovement($0, of: strategy, statistics) })
                ),
              ] + encodedParts(of: strategy, statistics))
          })
      ),
      ("differencesMean", "b minus a, paired by replication under common random numbers"),
      ("differences", differences(statistics.network)),
      ("networkWithoutSuspectJunctions", withoutSuspects(statistics)),
      (
        "advice",
        .array(
          statistics.advice.map { advice in
            .object([
              ("strategy", .string(strategies[advice.strategy].name)),
              ("measure", .string(StudyMeasure.delayPerVehicle.rawValue)),
              ("relativePrecision", .number(PrecisionAdvice.relativePrecision)),
              ("replications", advice.replications.map { .integer($0) } ?? .null),
              ("text", .string(advice.sentence(names: strategies.map(\.name)))),
            ])
          })
      ),
    ])
  }

  private func encoded(_ finding: Finding) -> JSONValue {
    .object([
      ("severity", .string(finding.severity.rawValue)), ("rule", .string(finding.rule)),
      ("place", .string(finding.place)), ("message", .string(finding.message)),
      ("mend", .string(finding.mend)),
    ])
  }

  private func encodedMovement(
    _ index: Int, of strategy: StrategyRecord, _ statistics: StudyStatistics
  ) -> JSONValue {
    let movement = movements[index]
    var members: [(String, JSONValue)] = [
      ("node", .string(movement.node)), ("approach", .string(movement.approach)),
      ("turn", .string(movement.turn.rawValue)), ("from", .string(movement.from)),
      ("to", .string(movement.to)), ("lanes", .integer(movement.lanes)),
      ("storage_m", .number(movement.storageMeters)),
      ("measures", measures(strategy.movements[index], statistics)),
    ]
    if !strategy.analyses.isEmpty {
      members.append(("analysis", strategy.analyses[index].map(encoded) ?? .null))
    }
    return .object(members)
  }

  func encoded(_ analysis: MovementAnalysis) -> JSONValue {
    .object([
      ("volume_vehPerHour", number(analysis.volumeVehiclesPerHour)),
      ("capacity_vehPerHour", number(analysis.capacityVehiclesPerHour)),
      ("degreeOfSaturation", number(analysis.degreeOfSaturation)),
      ("hcmDelay_s", number(analysis.hcmDelaySeconds)),
    ])
  }

  func measures(_ table: MeasureTable, _ statistics: StudyStatistics) -> JSONValue {
    .object(
      zip(table.measures, table.values).map { measure, values in
        let summary = statistics.summary(of: values)
        return (
          measure.rawValue,
          .object([
            ("mean", number(summary.mean)), ("ci95", encoded(summary.interval)),
            ("values", .array(values.map(number))),
          ])
        )
      })
  }

  private func differences(_ scope: ScopeStatistics) -> JSONValue {
    .array(
      scope.differences.map { tested in
        .object([
          ("a", .string(strategies[tested.first].name)), ("b", .string(strategies[tested.second].name)),
          ("measure", .string(tested.measure.rawValue)), ("mean", number(tested.difference.mean)),
          ("ci95", encoded(tested.difference.interval)), ("p", number(tested.difference.p)),
          ("pHolm", number(tested.holmP)), ("wilcoxonP", number(tested.difference.wilcoxonP)),
        ])
      })
  }

  private func withoutSuspects(_ statistics: StudyStatistics) -> JSONValue {
    if suspects.isEmpty { return .null }
    let remaining = remainingJunctions
    return .object([
      (
        "excluded",
        .array(
          suspects.map {
            .object([("node", .string(junctions[$0.junction].node)), ("reason", .string($0.reason))])
          })
      ),
      ("meaning", .string(reductionMeaning)),
      (
        "strategies",
        .array(
          strategies.compactMap { strategy in
            guard let reduced = strategy.withoutSuspects else { return nil }
            return .object([
              ("name", .string(strategy.name)),
              ("measures", measures(reduced.network, statistics)),
              (
                "junctions",
                .array(
                  zip(remaining, reduced.junctions).map { index, table in
                    .object([
                      ("node", .string(junctions[index].node)), ("measures", measures(table, statistics)),
                    ])
                  })
              ),
            ])
          })
      ),
      ("differences", statistics.withoutSuspects.map(differences) ?? .array([])),
    ])
  }

  private func number(_ value: Double?) -> JSONValue { value.map { .number(rounded($0)) } ?? .null }

  private func encoded(_ interval: ConfidenceInterval?) -> JSONValue {
    interval.map { .array([number($0.low), number($0.high)]) } ?? .null
  }
}

extension PrecisionAdvice {
  /// "fixed: about 12 replications for ±5 % of its mean delay at 95 % confidence".
  public func sentence(names: [String]) -> String {
    let aim =
      "±\(NumberText.fixed(Self.relativePrecision * 100, decimals: 0)) % of its mean delay at 95 % confidence"
    guard let replications else {
      return "\(names[strategy]): no advice on replications for \(aim), which needs two runs with delay"
    }
    return "\(names[strategy]): about \(NumberText.count(replications, "replication")) for \(aim)"
  }
}
