import TrafficModel

/// What a study reports part by part, beside junctions and movements; the raw value is the key in documents.
public enum StudyPartKind: String, Hashable, Sendable, CaseIterable {
  case vehicleClasses
  case routes
  /// Movements of an approach that share lanes, as the capacity analysis groups them.
  case laneGroups
  /// The scenario's corridor, one part for each direction that has links all the way: sums of means over its movements,
  /// from entering its first link until entering its last. Delay also holds waiting outside, travel time does not.
  case corridors

  /// In the order of documents and tables.
  public var measures: [StudyMeasure] {
    switch self {
    case .vehicleClasses:
      [.demanded, .finished, .delayPerVehicle, .travelTime, .stopsPerVehicle, .persons, .personDelay]
    case .routes: [.demanded, .finished, .delayPerVehicle, .travelTime, .stopsPerVehicle]
    case .laneGroups:
      [
        .throughput, .delayPerVehicle, .stopsPerVehicle, .arrivalsOnGreen, .queue95, .queueMaximum,
        .queueStorageRatio, .overflow, .unfinished, .personDelay, .splitFailures,
      ]
    case .corridors: [.travelTime, .delayPerVehicle, .stopsPerVehicle]
    }
  }

  public var title: String {
    switch self {
    case .vehicleClasses: "Vehicle classes"
    case .routes: "Routes"
    case .laneGroups: "Lane groups"
    case .corridors: "Corridor"
    }
  }

  /// The name of the file with its table.
  var fileName: String {
    switch self {
    case .vehicleClasses: "vehicle-classes.csv"
    case .routes: "routes.csv"
    case .laneGroups: "lane-groups.csv"
    case .corridors: "corridors.csv"
    }
  }

  /// The place in lists by kind.
  var index: Int {
    switch self {
    case .vehicleClasses: 0
    case .routes: 1
    case .laneGroups: 2
    case .corridors: 3
    }
  }
}

/// A vehicle class, a route, a lane group or a direction of the corridor, as documents and reports name it.
public struct PartRecord: Hashable, Sendable {
  public var name: String
  /// The junction's name, for lane groups; else empty.
  public var node: String
  /// Indices into ``StudyDocument/movements``, for lane groups; else empty.
  public var movements: [Int]

  public init(name: String, node: String = "", movements: [Int] = []) {
    self.name = name
    self.node = node
    self.movements = movements
  }
}

extension StudyDocument {
  public func parts(_ kind: StudyPartKind) -> [PartRecord] { parts[kind.index] }

  /// What the capacity analysis says of a lane group under a strategy; `nil` where none was made.
  ///
  /// Volume and capacity are the sums over its movements, v/c the greatest of theirs and delay their mean by volume,
  /// because the method may take a lane of turning vehicles out of the group.
  func analysis(of group: PartRecord, under strategy: StrategyRecord) -> MovementAnalysis? {
    let known = group.movements.compactMap {
      strategy.analyses.indices.contains($0) ? strategy.analyses[$0] : nil
    }
    if known.isEmpty || known.count < group.movements.count { return nil }
    let volume = known.reduce(0) { $0 + $1.volumeVehiclesPerHour }
    let capacities = known.compactMap(\.capacityVehiclesPerHour)
    let delays = known.compactMap { part in
      part.hcmDelaySeconds.map { $0 * part.volumeVehiclesPerHour }
    }
    return MovementAnalysis(
      volumeVehiclesPerHour: volume,
      capacityVehiclesPerHour: capacities.count == known.count ? capacities.reduce(0, +) : nil,
      degreeOfSaturation: known.compactMap(\.degreeOfSaturation).max(),
      hcmDelaySeconds: delays.count == known.count && volume > 0 ? delays.reduce(0, +) / volume : nil)
  }

  /// Of a lane group, by simulated delay; F also where v/c exceeds 1. `nil` without vehicles.
  func levelOfService(of group: PartRecord, delaySeconds: Double?, _ analysis: MovementAnalysis?)
    -> LevelOfService?
  {
    guard let delaySeconds else { return nil }
    let control = junctions.first { $0.node == group.node }?.control ?? .signal
    return LevelOfService(
      controlDelaySeconds: delaySeconds, degreeOfSaturation: analysis?.degreeOfSaturation, control: control)
  }
}
