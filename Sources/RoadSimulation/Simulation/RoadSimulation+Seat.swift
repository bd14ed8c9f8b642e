import ControlLoop
import TrafficModel

/// The Road seat: cabinets are outside, and the road runs from tick to tick.
extension RoadSimulation: RoadSeat {
  public mutating func advance(
    to time: SimTime, inputs: inout ContiguousArray<TimedInput>
  ) -> SimTime {
    makeUnique()
    // What happens at a tick after the cabinets have acted reaches them at the next.
    let earliest = SimTime(milliseconds: Int64(now) + 1).firstTick()
    // Nothing is simulated beyond the run, and no time beyond it fits into the clock.
    var limit = min(time, SimTime(milliseconds: Int64(max(now, measuredUntil))))
    while true {
      let bound = EventKey(
        milliseconds: Int32(limit.milliseconds), kind: .brain, entity: 0)
      if events.isEmpty || !(events.first() < bound) { break }
      handle(events.removeFirst())
      if !pendingInputs.isEmpty {
        limit = min(limit, max(earliest, SimTime(milliseconds: Int64(now)).firstTick()))
        inputs.append(contentsOf: pendingInputs)
        pendingInputs.removeAll(keepingCapacity: true)
      }
    }
    now = max(now, Int32(limit.milliseconds))
    return limit.milliseconds >= Int64(measuredUntil) ? time : limit
  }

  public mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {
    makeUnique()
    now = Int32(clamping: time.milliseconds)
    apply(changes)
  }

  /// Positions and speeds from the closed forms; schedules nothing and changes nothing.
  public func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {
    let view: SensorView
    switch preset {
    case .none: return
    case .stopbar: view = SensorView(reachMeters: 10)
    case .advance: view = SensorView(reachMeters: 100, blindMeters: 10..<75)
    case .laneArea(let meters): view = SensorView(reachMeters: meters)
    case .connected: view = SensorView(reachMeters: .infinity, isConnected: true)
    }
    let now = Int32(clamping: time.milliseconds)
    for lane in 0..<layout.firstSegmentOfLane.count - 1 {
      for position in layout.segments(ofLane: lane) {
        let segment = Int(layout.laneSegments[position])
        if Double(shape(segment).distanceToStopLine) / 100 > view.reachMeters { break }
        if segments[segment].head < 0 { continue }
        observe(segment, of: lane, view, into: &observations, at: now)
      }
    }
  }

  /// What part of a lane a preset shows.
  private struct SensorView {
    var reachMeters: Double
    /// Between a detector at the stop line and one upstream of it.
    var blindMeters = 0.0..<0.0
    /// Vehicles tell what they will do, and who sits in them.
    var isConnected = false
  }

  private func observe(
    _ segment: Int, of lane: Int, _ view: SensorView, into observations: inout [VehicleObservation],
    at time: Int32
  ) {
    var ahead: Int32 = 0
    var index = segments[segment].head
    while index >= 0 {
      let vehicle = vehicles[Int(index)]
      index = vehicle.next
      if vehicle.entered > time { continue }
      let free = frontDistance(vehicle, segment, at: time)
      let bound = ahead + unknownSpace(segment, distance: ahead, at: time)
      let distance = Double(shape(segment).distanceToStopLine + max(free, bound)) / 100
      ahead += driver.spacing(vehicle)
      if distance > view.reachMeters || view.blindMeters.contains(distance) { continue }
      let speed = free > bound ? driver.freeSpeed(vehicle, limit: shape(segment).speedLimit) : 0
      var seen = VehicleObservation(
        lane: LaneID(lane), distanceMeters: distance, speedMetersPerSecond: Double(speed),
        vehicle: vehicle.serial)
      if view.isConnected {
        if vehicle.connector >= 0 {
          let movement = layout.connectors[Int(vehicle.connector)].movement
          if movement >= 0 { seen.movement = MovementID(Int(movement)) }
        }
        if vehicle.busLine >= 0 {
          seen.weight = Float(VehicleClass.busPersons / VehicleClass.builtInPersons[0])
        }
      }
      observations.append(seen)
    }
  }
}
