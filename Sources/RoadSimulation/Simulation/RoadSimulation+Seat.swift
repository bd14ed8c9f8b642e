import ControlLoop
import TrafficModel

/// The Road seat: cabinets are outside, and the road runs from tick to tick.
extension RoadSimulation: RoadSeat {
  public mutating func advance(
    to time: SimTime, inputs: inout ContiguousArray<TimedInput>
  ) -> SimTime {
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
    now = Int32(clamping: time.milliseconds)
    apply(changes)
  }

  /// Positions and speeds from the closed forms; schedules nothing and changes nothing.
  public func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {
    let reach: Double
    switch preset {
    case .none: return
    case .stopbar: reach = 10
    case .advance: reach = 100
    case .laneArea(let meters): reach = meters
    case .connected: reach = .infinity
    }
    for lane in 0..<layout.firstSegmentOfLane.count - 1 {
      observe(lane: lane, reachMeters: reach, into: &observations, at: Int32(clamping: time.milliseconds))
    }
  }

  private func observe(
    lane: Int, reachMeters: Double, into observations: inout [VehicleObservation], at time: Int32
  ) {
    for position in layout.segments(ofLane: lane) {
      let segment = Int(layout.laneSegments[position])
      if Double(segments[segment].distanceToStopLine) / 100 > reachMeters { return }
      var ahead: Int32 = 0
      var index = segments[segment].head
      while index >= 0 {
        let vehicle = vehicles[Int(index)]
        index = vehicle.next
        if vehicle.entered > time { continue }
        let free = frontDistance(vehicle, segment, at: time)
        let bound = ahead + unknownSpace(segment, distance: ahead, at: time)
        let distance = Double(segments[segment].distanceToStopLine + max(free, bound)) / 100
        ahead += driver.spacing(vehicle)
        if distance > reachMeters { continue }
        let speed = free > bound ? driver.freeSpeed(vehicle, limit: segments[segment].speedLimit) : 0
        observations.append(
          VehicleObservation(
            lane: LaneID(lane), distanceMeters: distance, speedMetersPerSecond: Double(speed),
            vehicle: vehicle.serial))
      }
    }
  }
}
