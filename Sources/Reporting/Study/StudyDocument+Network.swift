import TrafficModel

extension StudyMeasure {
  /// What the trips of another simulator tell about a network: no queues, no junctions.
  public static let trips: [StudyMeasure] = [
    .delayPerVehicle, .travelTime, .stopsPerVehicle, .throughput, .unserved, .demanded, .finished,
    .drivingAtEnd,
  ]
}

extension StudyDocument {
  /// A study of which only the network as a whole is known: another simulator moved the vehicles.
  ///
  /// - Parameters:
  ///   - strategies: by strategy its name, then by replication its values in the order of ``StudyMeasure/trips``.
  ///   - replications: as many as each strategy has rows.
  public init(
    tripsOf scenario: Scenario, strategies: [(name: String, rows: [[Double?]])],
    replications: ClosedRange<Int>, seed: UInt64, manifest: StudyManifest
  ) {
    precondition(
      strategies.allSatisfy { $0.rows.count == replications.count }, "every strategy ran all replications")
    self.manifest = manifest
    self.seed = seed
    self.replications = replications
    scenarioName = scenario.name
    units = scenario.units
    driverProfile = .sumo
    warmUpSeconds = scenario.run.warmUp.seconds
    measuredSeconds = scenario.run.duration.seconds
    junctions = []
    movements = []
    parts = StudyPartKind.allCases.map { _ in [] }
    suspects = []
    let scopes = StudyScopes(Network())
    self.strategies = strategies.map { strategy in
      StrategyRecord(
        name: strategy.name, network: scopes.table(StudyMeasure.trips, strategy.rows), withoutSuspects: nil,
        junctions: [], movements: [], analyses: [], parts: StudyPartKind.allCases.map { _ in [] })
    }
  }
}
