import TrafficModel

/// Gap acceptance: when nobody who goes first will be in the way.
extension RoadSimulation {
  /// `now` if the first vehicle may cross, else the earliest time when that may have changed.
  ///
  /// The passages of the streams that go first are predicted from the closed forms of their vehicles: when each
  /// reaches the stop line, at most one every 1.8 s. A gap of the critical length must follow. The first vehicle of
  /// a list that waits for room does not yield to those who want the same place: else the stronger stream would
  /// take each place that becomes free.
  mutating func gapOpening(_ connector: Connector, ignoringSameTarget: Bool) -> Int32 {
    var opening = now
    for position in Int(connector.firstFoe)..<Int(connector.firstFoe) + Int(connector.foeCount) {
      let foe = Int(layout.foes[position])
      settleLamps(foe)
      if lamps.movements[foe].state == .stopped && lamps.movements[foe].lastPassage <= now { continue }
      let lanes = layout.lanes(ofMovement: foe)
      if ignoringSameTarget {
        let other = layout.movementLanes[lanes.lowerBound].connector
        if layout.connectors.targetLink(of: other) == connector.targetLink { continue }
      }
      opening = max(opening, lamps.movements[foe].lastPassage)
      if lamps.movements[foe].state == .stopped { continue }
      for lane in lanes {
        opening = max(
          opening,
          firstFreeTime(
            foe, on: Int(layout.movementLanes[lane].segment), gap: connector.criticalGapMilliseconds))
      }
    }
    return opening
  }

  /// When the stream of `foe` in one lane next leaves a gap, looking at the vehicles that could come within it.
  mutating func firstFreeTime(_ foe: Int, on segment: Int, gap: Int32) -> Int32 {
    var segment = segment
    var head = segments[segment].head
    var passage = now
    if head >= 0 {
      // Nobody comes past a vehicle that stands.
      if segments[segment].hindrance != .none && segments[segment].due > now { return now }
      passage = segments[segment].ready - 1800
    }
    // From a stop line to the vehicle: time that those on upstream segments still need.
    var lead: Int32 = 0
    var looked = 0
    while true {
      while head >= 0 && looked < 24 {
        let vehicle = vehicles[Int(head)]
        passage = max(vehicle.arrival + lead, passage + 1800)
        if passage >= now + gap { return now }
        let own = layout.connectors[Int(vehicle.connector)]
        if own.movement == Int32(foe) {
          // A gap is measured where the streams meet: half way through the junction.
          let speed = min(shape(segment).speedLimit, own.crossingSpeed)
          let half = Int32(Float(own.innerCentimeters) * 5 / speed)
          if passage + half >= now + gap { return now }
          return max(now + 100, max(passage, now) + half)
        }
        looked += 1
        head = vehicle.next
      }
      lead += Int32(Float(shape(segment).lengthCentimeters) * 10 / shape(segment).speedLimit)
      let feeder = Int(rare[segment].feeder)
      if feeder < 0 && lead <= gap && details.looksOverShortLinks {
        return freeTimeBefore(link: Int(segments[segment].link), foe: foe, lead: lead, gap: gap)
      }
      if feeder < 0 || lead > gap || looked >= 24 { return now }
      segment = feeder
      if segments[segment].hindrance != .none { return now }
      head = segments[segment].head
    }
  }
}
