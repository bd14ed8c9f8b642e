/// What a number of a measure counts.
public enum MeasureUnit: Hashable, Sendable {
  case seconds
  /// A length along a lane, shown in feet where the scenario speaks US customary units.
  case meters
  case vehicles
  case vehiclesPerHour
  case stopsPerVehicle
  /// 0 to 1, shown as a percentage.
  case share
  /// A ratio that may exceed 1.
  case ratio
  case count
}

/// Something that every replication yields one number of; the raw value is the key in documents.
public enum StudyMeasure: String, Hashable, Sendable, CaseIterable {
  case delayPerVehicle = "delayPerVehicle_s"
  case travelTime = "travelTime_s"
  case stopsPerVehicle = "stopsPerVehicle"
  case throughput = "throughput_vehPerHour"
  case queue95 = "queue95_m"
  case pedestrianDelay = "pedestrianDelay_s"
  case unserved = "unserved_veh"
  case arrivalsOnGreen = "arrivalsOnGreen_share"
  case crossingsOnRed = "crossingsOnRed_vehPerHour"
  case locks = "locks"
  case demanded = "demanded_veh"
  case finished = "finished_veh"
  case drivingAtEnd = "drivingAtEnd_veh"
  case unfinished = "unfinished_veh"
  case queueStorageRatio = "queueStorageRatio"
  case overflow = "overflow_s"
  case personDelay = "personDelay_s"
  case locksResolved = "locksResolved"
  case queueMaximum = "queueMaximum_m"
  case splitFailures = "splitFailures_share"
  case persons = "persons"

  /// The measures of the network, in the order of documents and tables.
  public static let network: [StudyMeasure] = [
    .delayPerVehicle, .travelTime, .stopsPerVehicle, .throughput, .queue95, .pedestrianDelay, .unserved,
    .arrivalsOnGreen, .crossingsOnRed, .locks, .demanded, .finished, .drivingAtEnd,
    .personDelay, .splitFailures, .locksResolved,
  ]

  /// The measures of a junction and of a set of junctions.
  public static let junction: [StudyMeasure] = [
    .delayPerVehicle, .stopsPerVehicle, .throughput, .queue95, .pedestrianDelay, .arrivalsOnGreen,
    .unfinished, .personDelay, .splitFailures, .overflow,
  ]

  /// The measures of a movement.
  public static let movement: [StudyMeasure] = [
    .throughput, .delayPerVehicle, .stopsPerVehicle, .arrivalsOnGreen, .queue95, .queueStorageRatio,
    .overflow,
    .unfinished, .travelTime, .personDelay, .queueMaximum, .splitFailures,
  ]

  /// Whether strategies are tested against each other on it.
  ///
  /// What all strategies share under common random numbers (demand) or what is the complement of another measure
  /// is shown, but a test of it would only weaken the correction of the others.
  public var isTested: Bool {
    switch self {
    // The last four go with measures that are tested: delay, queues and locks.
    case .demanded, .persons, .finished, .drivingAtEnd, .unfinished, .locks, .locksResolved, .personDelay,
      .queueMaximum,
      .splitFailures:
      false
    case .delayPerVehicle, .travelTime, .stopsPerVehicle, .throughput, .queue95, .pedestrianDelay, .unserved,
      .arrivalsOnGreen, .crossingsOnRed, .queueStorageRatio, .overflow:
      true
    }
  }

  /// Whether a smaller number is the better one; `nil` where it says nothing by itself.
  public var lowerIsBetter: Bool? {
    switch self {
    case .throughput, .arrivalsOnGreen, .finished: false
    case .demanded, .persons, .drivingAtEnd, .locksResolved: nil
    case .delayPerVehicle, .travelTime, .stopsPerVehicle, .queue95, .pedestrianDelay, .unserved,
      .crossingsOnRed,
      .unfinished, .queueStorageRatio, .overflow, .locks, .personDelay, .queueMaximum, .splitFailures:
      true
    }
  }

  public var unit: MeasureUnit {
    switch self {
    case .delayPerVehicle, .travelTime, .pedestrianDelay, .overflow, .personDelay: .seconds
    case .stopsPerVehicle: .stopsPerVehicle
    case .throughput, .crossingsOnRed: .vehiclesPerHour
    case .queue95, .queueMaximum: .meters
    case .unserved, .demanded, .finished, .drivingAtEnd, .unfinished: .vehicles
    case .arrivalsOnGreen, .splitFailures: .share
    case .queueStorageRatio: .ratio
    case .locks, .locksResolved, .persons: .count
    }
  }

  /// As a table's row calls it, without the unit.
  public var title: String {
    switch self {
    case .delayPerVehicle: "Delay per vehicle"
    case .travelTime: "Travel time"
    case .stopsPerVehicle: "Stops per vehicle"
    case .throughput: "Throughput"
    case .queue95: "95 % queue, worst lane"
    case .pedestrianDelay: "Pedestrian delay"
    case .unserved: "Unserved vehicles"
    case .arrivalsOnGreen: "Arrivals on green"
    case .crossingsOnRed: "Crossings on red"
    case .locks: "Locks"
    case .demanded: "Vehicles demanded"
    case .finished: "Vehicles finished"
    case .drivingAtEnd: "On the road at the end"
    case .unfinished: "Not through at the end"
    case .queueStorageRatio: "95 % queue / storage"
    case .overflow: "Queue beyond storage"
    case .personDelay: "Delay per person on board"
    case .locksResolved: "Squeezed out of locks"
    case .queueMaximum: "Longest queue, worst lane"
    case .splitFailures: "Split failures"
    case .persons: "Persons"
    }
  }

  /// The definition, in a sentence.
  public var meaning: String {
    switch self {
    case .delayPerVehicle:
      "Time beyond free flow per vehicle that wanted to enter (or to pass), waiting outside the network included, "
        + "finished or not."
    case .travelTime:
      "From wanting to enter until leaving the network, mean over the vehicles that left; for a movement, from "
        + "entering its link until entering the next."
    case .stopsPerVehicle: "Standstills per vehicle that wanted to enter (or to pass)."
    case .throughput: "Vehicles that left the network (or crossed the stop line) per measured hour."
    case .queue95:
      "95th percentile over cycles of the furthest back of queue in a lane, the worst lane of the scope."
    case .pedestrianDelay: "Waiting time for the walk signal per pedestrian."
    case .unserved: "Vehicles that still waited outside the network when the measured time ended."
    case .arrivalsOnGreen:
      "Vehicles that would have met green with nobody ahead, as a share of all stop-line arrivals."
    case .crossingsOnRed:
      "Crossings after the lamp had turned red, by vehicles that could not stop comfortably."
    case .locks:
      "Rings of lanes in which each waited for room in the next for a minute, so that nobody in them could move."
    case .demanded: "Vehicles that wanted to enter within the measured time."
    case .finished: "Those of them that left before it ended."
    case .drivingAtEnd: "Those of them that were on the road when it ended."
    case .unfinished: "Vehicles that had not crossed the stop line when the measured time ended."
    case .queueStorageRatio:
      "95 % queue over the length of the lane or pocket, the worst lane; 1 means that the queue fills it."
    case .overflow:
      "Time during which a queue reached the upstream end of its lane or pocket (spillback), the worst lane."
    case .personDelay: "Delay per person in vehicles, those in them counted by vehicle class and bus line."
    case .locksResolved: "Times that a driver of a locked ring squeezed into the full lane ahead."
    case .queueMaximum: "The furthest back of queue in a lane, the worst lane."
    case .splitFailures:
      "Greens whose stop line was occupied for 80 % of the green and of the first 5 s of red, of all greens; the "
        + "worst lane of a movement, all lanes of a larger scope."
    case .persons: "Persons in the vehicles that wanted to enter, counted by vehicle class and bus line."
    }
  }
}

/// The values of some measures over the replications of a study.
public struct MeasureTable: Hashable, Sendable {
  public let measures: [StudyMeasure]
  /// By measure, then by replication, rounded to ``documentSignificantDigits``; `nil` where nothing was to measure
  /// (the delay of pedestrians without pedestrians).
  public private(set) var values: [[Double?]]

  public init(measures: [StudyMeasure], values: [[Double?]]) {
    precondition(measures.count == values.count, "a row of values for each measure")
    self.measures = measures
    self.values = values
  }

  /// The values of one measure; empty if the table does not hold it.
  public subscript(measure: StudyMeasure) -> [Double?] {
    measures.firstIndex(of: measure).map { values[$0] } ?? []
  }

  /// Appends the replications of a table of the same measures.
  mutating func append(_ other: MeasureTable) {
    for index in values.indices { values[index] += other.values[index] }
  }
}
