import TrafficModel

extension StudyDocument {
  /// Rules of the warnings that follow from the values alone; they are computed whenever a document is written.
  static let derivedRules = ["single-replication", "few-replications", "unserved-vehicles", "lock"]

  /// Fewer replications than this give an interval that hangs on the luck of the first runs
  /// (FHWA Traffic Analysis Toolbox III, 2019: start with four).
  static let leastReplications = 4

  /// From this share of the demand on, vehicles left outside colour every other measure.
  static let noteworthyUnservedShare = 0.005

  /// The warnings of the inputs, and what the values themselves warn of.
  public func allWarnings(_ statistics: StudyStatistics) -> [Finding] {
    var warnings = manifest.warnings
    if replicationCount == 1 {
      warnings.append(
        Finding(
          .warning, rule: "single-replication", place: "replications",
          message: "one replication has no confidence interval and no test",
          mend: "run several, --replications 10 for instance"))
    } else if replicationCount < Self.leastReplications {
      warnings.append(
        Finding(
          .warning, rule: "few-replications", place: "replications",
          message: "\(replicationCount) replications give wide and unsteady intervals",
          mend: "run at least \(Self.leastReplications), better 10"))
    }
    for (index, strategy) in strategies.enumerated() {
      if let locks = statistics.network.summary(strategy: index, .locks)?.mean, locks > 0 {
        warnings.append(
          Finding(
            .warning, rule: "lock", place: "strategy \(strategy.name)",
            message:
              "queues closed to a ring in which nobody could move, \(NumberText.fixed(locks, decimals: 1)) times "
              + "per replication; after a minute one driver at a time squeezes out of such a ring",
            mend: "read its delay as a breakdown, and look in the event log (\"locked\") for the place"))
      }
      let scope = statistics.network
      guard let unserved = scope.unservedShare(strategy: index),
        unserved >= Self.noteworthyUnservedShare
      else { continue }
      let share = NumberText.fixed(100 * unserved, decimals: 1)
      warnings.append(
        Finding(
          .warning, rule: "unserved-vehicles", place: "strategy \(strategy.name)",
          message: "\(share) % of the demanded vehicles still waited outside at the end, so travel time and "
            + "throughput flatter it and delay grows with the measured time",
          mend: "compare unserved vehicles too, or check the demand"))
    }
    return warnings
  }
}
