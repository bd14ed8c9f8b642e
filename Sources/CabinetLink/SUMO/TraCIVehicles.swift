import CabinetProtocols
import Interchange
import TrafficModel

/// Where lanes of SUMO lie in the scenario.
struct TraCIPlaces: Sendable {
  struct Place: Sendable {
    var lane: LaneID
    /// From the begin of SUMO's lane to the stop line of ours.
    var toStopLine: Double
    /// Inside a junction with lamps.
    var isInside = false
  }

  private var places: [String: Place] = [:]

  init(_ network: Network, _ mapping: SUMOMapping) {
    let numbering = LaneNumbering(network)
    func length(_ lane: LaneID) -> Double { network[numbering.place(of: lane).link].lengthMeters }
    for (index, id) in mapping.lanes.enumerated() {
      places[id] = Place(lane: LaneID(index), toStopLine: mapping.begins[id] ?? length(LaneID(index)))
    }
    for (id, lane) in mapping.otherLanes {
      places[id] = Place(lane: lane, toStopLine: mapping.begins[id] ?? length(lane))
    }
    for (id, inner) in mapping.innerLanes {
      let movement = network[inner.movement]
      places[id] = Place(
        lane: inner.to, toStopLine: inner.remainingMeters + length(inner.to),
        isInside: !(movement.protectedGroups + movement.permittedGroups).isEmpty)
    }
  }

  subscript(id: String) -> Place? { places[id] }
}

/// The vehicles that SUMO has on its roads, as they were after the last step.
///
/// A vehicle inside a junction counts to the lane that it is bound for, at its whole distance to that stop line. Sensors
/// that see lanes see the inside of a junction with lamps too, however long the lane behind it is.
struct TraCIVehicles: Sendable {
  static let variables = [TraCIVariable.laneIdentifier, TraCIVariable.lanePosition, TraCIVariable.speed]

  struct Vehicle: Sendable {
    /// In the order of departure.
    var serial: UInt32
    var lengthMeters: Double
    var lane: LaneID?
    var distanceMeters = 0.0
    var speedMetersPerSecond = 0.0
    /// Where it was a step before.
    var lastLane: LaneID?
    var lastDistanceMeters = 0.0
    var isSeen = false
    var isInside = false
  }

  private var slots: [String: Int] = [:]
  private var free: [Int] = []
  private(set) var vehicles: ContiguousArray<Vehicle> = []
  private var ids: ContiguousArray<String> = []
  private var departures: UInt32 = 0

  /// The results of a step; vehicles without one have left.
  mutating func take(_ results: [TraCISubscriptionResult], _ places: TraCIPlaces) {
    for index in vehicles.indices { vehicles[index].isSeen = false }
    for result in results where result.domain == .vehicle {
      if let slot = slots[result.object] { update(slot, result, places) }
    }
    for index in vehicles.indices where !vehicles[index].isSeen && !ids[index].isEmpty {
      slots[ids[index]] = nil
      ids[index] = ""
      vehicles[index].lane = nil
      vehicles[index].lastLane = nil
      free.append(index)
    }
  }

  mutating func add(
    _ id: String, lengthMeters: Double, _ result: TraCISubscriptionResult?, _ places: TraCIPlaces
  ) {
    let vehicle = Vehicle(serial: departures, lengthMeters: lengthMeters)
    departures += 1
    let slot: Int
    if let last = free.popLast() {
      slot = last
      vehicles[slot] = vehicle
      ids[slot] = id
    } else {
      slot = vehicles.count
      vehicles.append(vehicle)
      ids.append(id)
    }
    slots[id] = slot
    if let result { update(slot, result, places) }
  }

  private mutating func update(_ slot: Int, _ result: TraCISubscriptionResult, _ places: TraCIPlaces) {
    var vehicle = vehicles[slot]
    vehicle.isSeen = true
    vehicle.lastLane = vehicle.lane
    vehicle.lastDistanceMeters = vehicle.distanceMeters
    vehicle.lane = nil
    if let id = result[TraCIVariable.laneIdentifier]?.text, let place = places[id],
      let position = result[TraCIVariable.lanePosition]?.number
    {
      vehicle.lane = place.lane
      vehicle.isInside = place.isInside
      vehicle.distanceMeters = max(0, place.toStopLine - position)
    }
    vehicle.speedMetersPerSecond = result[TraCIVariable.speed]?.number ?? 0
    vehicles[slot] = vehicle
  }

  func observe(
    within reach: Double, seesInside: Bool, into observations: inout [VehicleObservation]
  ) {
    for vehicle in vehicles {
      guard let lane = vehicle.lane,
        vehicle.distanceMeters <= reach || (seesInside && vehicle.isInside)
      else { continue }
      observations.append(
        VehicleObservation(
          lane: lane, distanceMeters: vehicle.distanceMeters,
          speedMetersPerSecond: vehicle.speedMetersPerSecond, vehicle: vehicle.serial))
    }
  }
}
