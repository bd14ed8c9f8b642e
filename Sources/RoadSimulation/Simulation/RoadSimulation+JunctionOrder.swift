import TrafficModel

/// Who goes first where neither lamps nor priority signs say it, and where people walk.
extension RoadSimulation {
  // MARK: All-way stop

  /// The headway between two vehicles of one approach: it grows with the approaches on which somebody stands or moves up
  /// (HCM 6th edition, chapter 21).
  mutating func allWayHeadway(_ connector: Connector, isHeavy: Bool) -> Int32 {
    let rule = layout.junctionRules[Int(connector.junctionRule)]
    var sides: UInt8 = 0
    for position in Int(rule.firstRival)..<Int(rule.firstRival + rule.rivalCount) {
      let rival = layout.rivals[position]
      let segment = Int(rival.segment)
      if segments[segment].head < 0 { continue }
      if ticket(segment) - driver.moveUp <= now { sides |= rival.side }
    }
    let base: Int32
    switch sides {
    case 0: base = driver.allWayHeadways.0
    case 1: base = driver.allWayHeadways.1
    case 2, 4: base = driver.allWayHeadways.2
    case 7: base = driver.allWayHeadways.4
    default: base = driver.allWayHeadways.3
    }
    return base + rule.turnHeadway + (isHeavy ? driver.allWayHeavy : 0)
  }

  /// When the first vehicle came to the stop line.
  private mutating func ticket(_ segment: Int) -> Int32 {
    max(
      segments[segment].lastDeparture + driver.moveUp, vehicles[Int(segments[segment].head)].arrival)
  }

  /// `now` if it is the first vehicle's turn, else the earliest time when it may be.
  ///
  /// Who came to the stop line first goes first; of two in the same millisecond the one whose link was named first.
  /// Who cannot go because his exit is full is passed over. So there is always one who may go, and nobody waits for
  /// ever.
  mutating func turnOpening(_ segment: Int, _ connector: Connector) -> Int32 {
    let own = ticket(segment)
    var opening = now
    if segments[segment].isFree && segments[segment].hindrance == .none {
      // Nobody of its lane went just before: it takes its time at the line, the headway without the moving up.
      let headway = allWayHeadway(
        connector, isHeavy: driver.kind(vehicles[Int(segments[segment].head)]).isHeavy)
      opening = max(now, segments[segment].ready - driver.stopDwell + headway - driver.moveUp)
    }
    for position in Int(connector.firstFoe)..<Int(connector.firstFoe) + Int(connector.foeCount) {
      let foe = Int(layout.foes[position])
      opening = max(opening, lamps.movements[foe].lastCrossing + driver.allWayClearance)
      for lane in layout.lanes(ofMovement: foe) {
        let other = Int(layout.movementLanes[lane].segment)
        let head = segments[other].head
        if head < 0 || segments[other].hindrance == .room { continue }
        if layout.connectors.movement(of: vehicles[Int(head)].connector) != Int32(foe) { continue }
        let its = ticket(other)
        if its > own || (its == own && other > segment) { continue }
        let due = segments[other].due == .max ? segments[other].ready : segments[other].due
        opening = max(opening, max(due, now) + driver.allWayClearance)
      }
    }
    return opening
  }

  // MARK: Right before left

  /// `now` if the first vehicle may cross, else the earliest time when that may have changed.
  ///
  /// It needs a gap in the streams to which it yields, and nobody inside the junction in its way. Those who stand for a
  /// gap themselves are no stream: among them who has stood longest goes. That is also how four drivers get away of
  /// whom each has one on his right.
  mutating func rightOpening(_ segment: Int, _ connector: Connector) -> Int32 {
    var opening = now
    let met = Int(layout.junctionRules[Int(connector.junctionRule)].metCount)
    let yielding = Int(connector.firstFoe) + Int(connector.foeCount)
    for position in Int(connector.firstFoe)..<yielding + met {
      let foe = Int(layout.foes[position])
      opening = max(opening, lamps.movements[foe].lastPassage)
      if position >= yielding { continue }
      for lane in layout.lanes(ofMovement: foe) {
        let other = Int(layout.movementLanes[lane].segment)
        if segments[other].hindrance == .gap {
          if hasStoodLonger(other, than: segment, for: foe) {
            opening = max(opening, max(segments[other].due == .max ? now : segments[other].due, now) + 100)
          }
          continue
        }
        opening = max(opening, firstFreeTime(foe, on: other, gap: connector.criticalGapMilliseconds))
      }
    }
    return opening
  }

  private mutating func hasStoodLonger(_ other: Int, than segment: Int, for movement: Int) -> Bool {
    let head = segments[other].head
    if head < 0 { return false }
    if layout.connectors.movement(of: vehicles[Int(head)].connector) != Int32(movement) { return false }
    let its = segments[other].ready
    let own = segments[segment].ready
    return its < own || (its == own && other < segment)
  }

  // MARK: Crosswalks

  /// When nobody walks, or is about to walk, where the vehicle would be. Who moves into a waiting place inside the
  /// junction looks at the crosswalk before it only, and from there at the one behind it.
  mutating func crosswalkOpening(_ segment: Int, _ connector: Connector, entering target: Int) -> Int32 {
    let rule = layout.junctionRules[Int(connector.junctionRule)]
    var first = Int(rule.firstZone)
    var end = first + Int(rule.zoneCount)
    if segments[segment].kind == .waitingPlace { first += Int(rule.nearZoneCount) }
    if segments[target].kind == .waitingPlace { end = first + Int(rule.nearZoneCount) }
    var opening = now
    var position = first
    while position < end {
      opening = max(opening, crossings.freeTime(layout.crossedZones[position], at: now))
      position += 1
    }
    return opening
  }
}
