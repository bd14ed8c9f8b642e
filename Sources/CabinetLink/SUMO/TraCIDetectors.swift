import ControlLoop
import TrafficModel

/// The scenario's detectors on SUMO's road: on while a vehicle stands over their zone after a step.
///
/// A vehicle that passed a whole zone within one step gives a pulse of half a step, so that short loops miss nobody.
struct TraCIDetectors: Sendable {
  private struct Zone: Sendable {
    var detector: DetectorID
    var controllers: [ControllerID]
    var nearMeters: Double
    var farMeters: Double
  }

  /// By lane: indices of zones.
  private var zonesOfLane: [[Int]]
  private var zones: ContiguousArray<Zone> = []
  private var isOn: ContiguousArray<Bool>
  private var isNowOn: ContiguousArray<Bool>
  private var isPassed: ContiguousArray<Bool>

  init(_ scenario: Scenario) {
    let network = scenario.network
    let numbering = LaneNumbering(network)
    zonesOfLane = Array(repeating: [], count: numbering.count)
    for (index, detector) in network.detectors.enumerated() {
      let id = DetectorID(index)
      let controllers = scenario.controllers.indices.filter { controller in
        scenario.controllers[controller].detectors.contains { $0.detector == id }
      }
      if controllers.isEmpty { continue }
      zonesOfLane[numbering.laneID(detector.link, lane: detector.lane).index].append(zones.count)
      zones.append(
        Zone(
          detector: id, controllers: controllers.map { ControllerID($0) },
          nearMeters: detector.distanceMeters,
          farMeters: detector.distanceMeters + detector.lengthMeters))
    }
    isOn = ContiguousArray(repeating: false, count: zones.count)
    isNowOn = isOn
    isPassed = isOn
  }

  mutating func sense(
    _ vehicles: TraCIVehicles, from before: SimTime, to now: SimTime,
    into inputs: inout ContiguousArray<TimedInput>
  ) {
    for index in zones.indices {
      isNowOn[index] = false
      isPassed[index] = false
    }
    for vehicle in vehicles.vehicles {
      if let lane = vehicle.lane {
        for index in zonesOfLane[lane.index]
        where vehicle.distanceMeters <= zones[index].farMeters
          && vehicle.distanceMeters + vehicle.lengthMeters >= zones[index].nearMeters
        {
          isNowOn[index] = true
        }
      }
      notePassages(of: vehicle)
    }
    let middle = (before + TimeSpan(milliseconds: (now - before).milliseconds / 2)).firstTick()
    for index in zones.indices {
      if isPassed[index] && !isNowOn[index] && !isOn[index] {
        append(index, true, at: min(middle, now), &inputs)
        append(index, false, at: now, &inputs)
      } else if isNowOn[index] != isOn[index] {
        append(index, isNowOn[index], at: now, &inputs)
      }
      isOn[index] = isNowOn[index]
    }
  }

  /// Zones of the lane where the vehicle was that lie wholly behind it now.
  private mutating func notePassages(of vehicle: TraCIVehicles.Vehicle) {
    guard let last = vehicle.lastLane else { return }
    for index in zonesOfLane[last.index] where vehicle.lastDistanceMeters > zones[index].farMeters {
      let isBehind =
        vehicle.lane != last || vehicle.distanceMeters + vehicle.lengthMeters < zones[index].nearMeters
      if isBehind { isPassed[index] = true }
    }
  }

  private func append(
    _ index: Int, _ isOn: Bool, at time: SimTime, _ inputs: inout ContiguousArray<TimedInput>
  ) {
    for controller in zones[index].controllers {
      inputs.append(
        TimedInput(time: time, controller: controller, input: .detector(zones[index].detector, isOn: isOn)))
    }
  }
}
