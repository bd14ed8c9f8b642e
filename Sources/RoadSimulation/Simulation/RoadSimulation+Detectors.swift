import ControlLoop
import TrafficModel

/// Vehicles cross the edges of detectors.
extension RoadSimulation {
  private mutating func detectors(on segment: Int) -> Range<Int> {
    let first = Int(rare[segment].firstCordon)
    return first..<first + Int(rare[segment].cordonCount)
  }

  /// A vehicle came into a segment with detectors.
  mutating func cordonsOnEntry(_ segment: Int, _ vehicle: Int) {
    for position in detectors(on: segment) {
      let detector = Int(detection.bySegment[position])
      if detection.states[detector].entry.next < 0 {
        detection.states[detector].entry.next = Int32(vehicle)
        scheduleEntry(detector)
      }
      if detection.states[detector].exit.next < 0 {
        detection.states[detector].exit.next = Int32(vehicle)
        scheduleExit(detector)
      }
    }
  }

  /// The first vehicle of a segment with detectors crosses its end at `time`.
  mutating func cordonsOnDeparture(_ segment: Int, _ vehicle: Int, at time: Int32, speed: Float) {
    let spacing = driver.spacing(vehicles[vehicle])
    for position in detectors(on: segment) {
      let detector = Int(detection.bySegment[position])
      // A departure is known a little before it happens; whoever departs has crossed every line.
      if detection.states[detector].entry.next == Int32(vehicle) { crossEntry(detector) }
      if detection.states[detector].exit.next == Int32(vehicle) {
        let beyond = driver.length(vehicles[vehicle]) - detection.states[detector].downstreamEdge
        if beyond > 0 {
          leaveLater(
            detector, at: time + driver.travelTime(beyond, from: speed, to: max(speed, 5), vehicles[vehicle]))
        }
        crossExit(detector, leavesNow: beyond <= 0)
      }
      let state = detection.states[detector]
      let share =
        Float(shape(segment).waveMilliseconds) / Float(max(1, shape(segment).lengthCentimeters))
      let clear = time + Int32(share * Float(max(0, state.upstreamEdge)))
      detection.states[detector].entry.release(
        spacing, line: state.upstreamEdge, at: clear, driver.greatestLength)
      scheduleEntry(detector)
      let exitClear = time + Int32(share * Float(max(0, state.downstreamEdge)))
      detection.states[detector].exit.release(
        spacing, line: state.downstreamEdge, at: exitClear, driver.greatestLength)
      scheduleExit(detector)
    }
  }

  /// When the next vehicle's front is at `line` cm before the segment's end; `nil` while the queue ahead keeps it.
  private mutating func crossing(_ cordon: DetectorZones.Cordon, line: Int32, segment: Int) -> Int32? {
    if cordon.insideCentimeters > line { return nil }
    let vehicle = vehicles[Int(cordon.next)]
    let free = driver.freeSpeed(vehicle, limit: shape(segment).speedLimit)
    let way = shape(segment).lengthCentimeters - line
    let unhindered =
      vehicle.entered + driver.travelTime(max(0, way), from: vehicle.entrySpeed, to: free, vehicle)
    // Before anything was released the line is free since ever.
    return cordon.freeAt > vehicle.entered ? max(unhindered, cordon.freeAt) : unhindered
  }

  private mutating func scheduleEntry(_ detector: Int) {
    let state = detection.states[detector]
    if state.entry.next < 0 || state.entry.due != .max { return }
    guard let time = crossing(state.entry, line: state.upstreamEdge, segment: Int(state.segment)) else {
      return
    }
    let due = max(time, now)
    detection.states[detector].entry.due = due
    events.insert(EventKey(milliseconds: due, kind: .detectorEntry, entity: Int32(detector)))
  }

  private mutating func scheduleExit(_ detector: Int) {
    let state = detection.states[detector]
    if state.exit.next < 0 || state.exit.due != .max { return }
    let line = state.downstreamEdge - driver.length(vehicles[Int(state.exit.next)])
    if line <= 0 { return }
    guard let time = crossing(state.exit, line: line, segment: Int(state.segment)) else { return }
    let due = max(time, now)
    detection.states[detector].exit.due = due
    events.insert(EventKey(milliseconds: due, kind: .detectorExit, entity: Int32(detector)))
  }

  mutating func handleDetectorEntry(_ detector: Int) {
    if detection.states[detector].entry.due != now { return }
    crossEntry(detector)
    scheduleEntry(detector)
  }

  mutating func handleDetectorExit(_ detector: Int) {
    if detection.states[detector].departedDue == now {
      let count = detection.states[detector].departing
      detection.states[detector].departedDue = .max
      detection.states[detector].departing = 0
      vacate(detector, count)
    }
    if detection.states[detector].exit.due == now {
      crossExit(detector, leavesNow: true)
      scheduleExit(detector)
    }
  }

  private mutating func crossEntry(_ detector: Int) {
    let vehicle = Int(detection.states[detector].entry.next)
    detection.states[detector].entry.due = .max
    detection.states[detector].entry.insideCentimeters += driver.spacing(vehicles[vehicle])
    detection.states[detector].entry.next = vehicles[vehicle].next
    detection.states[detector].occupancy += 1
    let whole = Int(detection.states[detector].detector)
    detection.occupancies[whole] += 1
    if detection.occupancies[whole] == 1 { report(detector, isOn: true) }
  }

  private mutating func crossExit(_ detector: Int, leavesNow: Bool) {
    let vehicle = Int(detection.states[detector].exit.next)
    detection.states[detector].exit.due = .max
    detection.states[detector].exit.insideCentimeters += driver.spacing(vehicles[vehicle])
    detection.states[detector].exit.next = vehicles[vehicle].next
    if leavesNow { vacate(detector, 1) }
  }

  /// A rear leaves the zone behind the stop line. Rears follow each other; the zone is occupied in between anyway,
  /// so one event, for the last of them, is enough.
  private mutating func leaveLater(_ detector: Int, at time: Int32) {
    detection.states[detector].departing += 1
    detection.states[detector].departedDue = max(time, now)
    events.insert(EventKey(milliseconds: max(time, now), kind: .detectorExit, entity: Int32(detector)))
  }

  private mutating func vacate(_ detector: Int, _ count: Int32) {
    let gone = min(count, detection.states[detector].occupancy)
    if gone == 0 { return }
    let whole = Int(detection.states[detector].detector)
    detection.states[detector].occupancy -= gone
    detection.occupancies[whole] -= gone
    if detection.occupancies[whole] == 0 { report(detector, isOn: false) }
  }

  private mutating func report(_ part: Int, isOn: Bool) {
    let detector = Int(detection.states[part].detector)
    log.append(now, isOn ? .detectorOn : .detectorOff, UInt32(detector))
    let controller = detection.states[part].controller
    if controller < 0 { return }
    pendingInputs.append(
      TimedInput(
        time: SimTime(milliseconds: Int64(now)), controller: ControllerID(Int(controller)),
        input: .detector(DetectorID(detector), isOn: isOn)))
  }
}
