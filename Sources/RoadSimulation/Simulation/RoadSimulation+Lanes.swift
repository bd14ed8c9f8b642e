import TrafficModel

/// What a vehicle does at the end of a link, the lane it takes for it, and the segment by which it enters.
struct ChosenWay {
  var connector: Int32
  var lane: UInt8
  var entry: Int32
}

/// Which lane a vehicle takes, and whether there is room for it.
extension RoadSimulation {
  /// The segment that the first vehicle enters next; decided once, when nothing but room can still keep it.
  mutating func decideTarget(_ segment: Int, _ connector: Connector) -> Int {
    if segments[segment].target >= 0 {
      let decided = Int(segments[segment].target)
      if segments[decided].kind != .waitingPlace && !isClosed(decided) && !reconsiders(segment) {
        return decided
      }
    }
    let vehicle = vehicles[Int(segments[segment].head)]
    switch segments[segment].kind {
    case .section, .outside:
      segments[segment].target = Int32(follower(of: segment, lane: vehicle.lane))
    case .stopLine where connector.waitingPlace >= 0 && entersWaitingPlace(connector):
      segments[segment].target = connector.waitingPlace
    case .stopLine, .waitingPlace:
      decideLane(segment, of: Int(connector.targetLink), vehicle)
    }
    let target = Int(segments[segment].target)
    if isClosed(target) { segments[segment].target = openSegment(beside: target) }
    return Int(segments[segment].target)
  }

  /// Whether an incident lets nobody in for the time being.
  @inline(__always)
  mutating func isClosed(_ segment: Int) -> Bool { segments[segment].hasIncident && rare[segment].isClosed }

  /// A turning vehicle moves into the waiting place when it has no protection, or when others stand there.
  private mutating func entersWaitingPlace(_ connector: Connector) -> Bool {
    lamps.movements[Int(connector.movement)].state != .protected
      || segments[Int(connector.waitingPlace)].head >= 0
  }

  private mutating func decideLane(_ segment: Int, of link: Int, _ vehicle: Vehicle) {
    let connector = layout.connectors[Int(vehicle.connector)]
    let way = nextConnector(
      vehicle, on: link, hop: Int(vehicle.hops) + 1, comingFrom: connector.naturalLane,
      span: Int32(connector.naturalSpan))
    segments[segment].decide(way)
  }

  /// What a vehicle does at the end of `link`, and the lane it takes for it.
  ///
  /// The draw depends on the vehicle and the number of links it has seen, and on nothing that signals do: all
  /// strategies get the same routes.
  ///
  /// - Parameters:
  ///   - natural: The lane, by its number in the network, that the vehicle comes out on if it changes none; −1 for none.
  ///   - span: How many lanes beyond it do as well.
  mutating func nextConnector(
    _ vehicle: Vehicle, on link: Int, hop: Int, comingFrom natural: Int32, span: Int32 = 0,
    mayLeaveInMidblock: Bool = true
  ) -> ChosenWay {
    if vehicle.route >= 0 {
      let movement = layout.routes.movement(start: vehicle.route, hop: hop)
      if movement < 0 { return way(out: layout.exitConnector[link], on: link, natural, span) }
      return way(of: movement, natural, span, ahead: layout.routes.laneCosts(start: vehicle.route, hop: hop))
    }
    let step = layout.turning.step(at: vehicle.demanded)
    var draws = turningDraws(vehicle, hop: hop)
    if layout.midblockConnector[link] >= 0,
      layout.turning.leavesInMidblock(link: link, step: step, draw: draws.uniform()), mayLeaveInMidblock
    {
      return way(out: layout.midblockConnector[link], on: link, natural, span)
    }
    let movement = layout.turning.movement(link: link, step: step, draw: draws.uniform())
    if movement < 0 { return way(out: layout.exitConnector[link], on: link, natural, span) }
    return way(of: movement, natural, span, ahead: -1)
  }

  /// The connector and the lane for a movement: the lane with the least cost on its whole way to the stop line, the
  /// kerb-most of equals.
  /// - Parameter ahead: what lanes cost further on; see ``RouteTable/laneCosts(start:hop:)``.
  private mutating func way(
    of movement: Int32, _ natural: Int32, _ span: Int32, ahead: Int32
  ) -> ChosenWay {
    let range = layout.lanes(ofMovement: Int(movement))
    var best = range.lowerBound
    if range.count > 1 && details.choosesEmptiestLane {
      var least = Int32.max
      for position in range {
        var cost = laneCost(layout.movementLanes[position].way, natural, span)
        if ahead >= 0 { cost += layout.routes.laneCost(ahead, position - range.lowerBound) }
        if cost < least {
          least = cost
          best = position
        }
      }
    }
    let choice = layout.movementLanes[best]
    return ChosenWay(connector: choice.connector, lane: choice.lane, entry: choice.way.entry)
  }

  /// The way of a vehicle that leaves the network on `link`.
  private mutating func way(
    out connector: Int32, on link: Int, _ natural: Int32, _ span: Int32
  ) -> ChosenWay {
    let lane = emptiestLane(of: link, natural, span)
    return ChosenWay(
      connector: connector, lane: lane, entry: layout.entries[Int(layout.firstEntry[link]) + Int(lane)].entry)
  }

  /// The same among all lanes of a link, for vehicles that leave the network there.
  private mutating func emptiestLane(of link: Int, _ natural: Int32, _ span: Int32) -> UInt8 {
    if !details.choosesEmptiestLane { return 0 }
    var best = 0
    var least = Int32.max
    let first = Int(layout.firstEntry[link])
    for final in 0..<Int(layout.firstEntry[link + 1]) - first {
      let cost = laneCost(layout.entries[first + final], natural, span)
      if cost < least {
        least = cost
        best = final
      }
    }
    return UInt8(best)
  }

  /// What a lane costs a driver who chooses one, in centimetres of queue.
  ///
  /// Another lane than the natural one must be shorter by two cars for each lane that is crossed: without this,
  /// vehicles that start side by side would get into each other's way all the time.
  private mutating func laneCost(_ way: LaneWay, _ natural: Int32, _ span: Int32) -> Int32 {
    var occupied: Int32 = 0
    if way.count <= 2 {
      occupied = segments[Int(way.entry)].present
      if way.count == 2 { occupied += segments[Int(way.rest)].present }
    } else {
      for number in 0..<Int(way.count) { occupied += segments[wayPart(way, number)].present }
    }
    if !incidents.isEmpty { occupied = max(occupied, closedLength(way)) }
    if natural < 0 || !details.prefersNaturalLane { return occupied }
    let lanes = max(0, max(natural - way.entryLane, way.entryLane - natural - span))
    let change = lanes * 2 * driver.carSpacing
    if change == 0 || !details.hasLaneChangeFriction { return occupied + change }
    // The fuller the lane, the harder to get into it: twice as dear where it is full.
    let length = max(1, way.lengthCentimeters)
    return occupied + change + Int32(Int64(change) * Int64(min(occupied, length)) / Int64(length))
  }

  /// The segments of a way, from its entry to the stop line.
  private mutating func wayPart(_ way: LaneWay, _ number: Int) -> Int {
    if number == 0 { return Int(way.entry) }
    return way.count == 2 ? Int(way.rest) : Int(layout.waySegments[Int(way.rest) + number])
  }

  /// What is closed of a lane counts as full: drivers see the closure from the beginning of the link.
  private mutating func closedLength(_ way: LaneWay) -> Int32 {
    var sum: Int32 = 0
    for number in 0..<Int(way.count) {
      let segment = wayPart(way, number)
      sum += isClosed(segment) ? shape(segment).lengthCentimeters : segments[segment].present
    }
    return sum
  }

  // MARK: Room

  /// `nil` if the first vehicle of `segment` may enter `target` now; else when to look again (`Int32.max`: when
  /// woken). It stands in the target's list of waiting segments then.
  ///
  /// A vehicle may enter while the vehicles on the segment and the space still on its way back do not exceed its
  /// length: its own tail may hang back. Asking for its whole length would make every short exit lane a gate.
  mutating func roomMissing(_ segment: Int, in target: Int) -> Int32? {
    var missing = missingCentimeters(target, for: segment)
    if missing > 0 {
      collectReturns(target)
      missing = missingCentimeters(target, for: segment)
    }
    if !details.hasFiniteStorage && segments[target].kind != .waitingPlace { return nil }
    let isFirst =
      segments[target].firstWaiting < 0 || segments[target].firstWaiting == Int32(segment)
    if missing <= 0 && isFirst || squeezing == Int32(segment) { return nil }
    joinWaitingList(segment, of: target)
    let again = reconsiders(segment) ? now + Self.lookBeside : .max
    if segments[target].firstWaiting != Int32(segment) { return again }
    return min(again, timeOfReturn(target, ofAtLeast: missing) ?? .max)
  }

  /// Whether drivers leave the junction before `target` clear: they cross others, and the lane stands.
  private mutating func keepsClear(_ segment: Int, before target: Int) -> Bool {
    if !details.keepsJunctionsClear || segments[target].head < 0 || segments[target].hindrance == .none {
      return false
    }
    return layout.connectors.crossesOthers(Int(connectorOfHead(segment)))
  }

  private mutating func missingCentimeters(_ target: Int, for segment: Int) -> Int32 {
    let used = segments[target].usedCentimeters
    if segments[target].kind == .waitingPlace {
      // Who stands in the middle of a junction stands there whole.
      if segments[target].head < 0 { return 0 }
      if driver.hasMovingWaitingPlaces && segments[target].hindrance == .none {
        return used - shape(target).lengthCentimeters
      }
      return used + driver.carSpacing - shape(target).lengthCentimeters
    }
    if details.asksRoomForWholeVehicle && segments[target].head >= 0 {
      return used + driver.carSpacing - shape(target).lengthCentimeters
    }
    let missing = used - shape(target).lengthCentimeters
    if driver.insertionHeadway >= 0 && segments[segment].kind == .outside && segments[target].head >= 0 {
      return missing + driver.spacing(vehicles[Int(segments[segment].head)])
    }
    // Only where the whole vehicle makes a difference does it matter who comes from where.
    if missing > 0 || missing + driver.greatestSpacing <= 0 || !keepsClear(segment, before: target) {
      return missing
    }
    return missing + driver.spacing(vehicles[Int(segments[segment].head)])
  }

  mutating func joinWaitingList(_ segment: Int, of target: Int) {
    if segments[segment].waitsFor == Int32(target) { return }
    leaveWaitingList(segment)
    segments[segment].waitsFor = Int32(target)
    waiting[segment >> 6] |= 1 << UInt64(segment & 63)
    segments[segment].nextWaiting = -1
    if segments[target].firstWaiting < 0 {
      segments[target].firstWaiting = Int32(segment)
      rare[target].fullSince = now
    } else {
      segments[Int(segments[target].lastWaiting)].nextWaiting = Int32(segment)
    }
    segments[target].lastWaiting = Int32(segment)
  }

  /// Takes a segment out of the list it stands in; if it was the first, the next one gets its turn.
  @inline(__always)
  mutating func leaveWaitingList(_ segment: Int) {
    if segments[segment].waitsFor >= 0 { quitWaitingList(segment) }
  }

  private mutating func quitWaitingList(_ segment: Int) {
    let target = Int(segments[segment].waitsFor)
    segments[segment].waitsFor = -1
    waiting[segment >> 6] &= ~(1 << UInt64(segment & 63))
    let next = segments[segment].nextWaiting
    if segments[target].firstWaiting == Int32(segment) {
      segments[target].firstWaiting = next
      if next < 0 {
        segments[target].lastWaiting = -1
        if isEntry(target) {
          book.noteFull(segments[target].lane, since: rare[target].fullSince, until: now)
        }
        rare[target].fullSince = -1
      } else {
        schedule(Int(next), at: now)
      }
    } else {
      var before = Int(segments[target].firstWaiting)
      while segments[before].nextWaiting != Int32(segment) { before = Int(segments[before].nextWaiting) }
      segments[before].nextWaiting = next
      if next < 0 { segments[target].lastWaiting = Int32(before) }
    }
    segments[segment].nextWaiting = -1
  }

  /// Whether a segment is where its lane, or its pocket, begins.
  mutating func isEntry(_ segment: Int) -> Bool {
    let lane = segments[segment].lane
    if lane < 0 { return false }
    return layout.laneSegments[layout.segments(ofLane: Int(lane)).upperBound - 1] == Int32(segment)
  }

  /// Tells the first waiting segment when space will have come back to the entry of `target`.
  mutating func wakeWaiting(for target: Int) {
    let first = segments[target].firstWaiting
    if first < 0 { return }
    let missing = missingCentimeters(target, for: Int(first))
    if missing <= 0 {
      schedule(Int(first), at: now)
    } else if let time = timeOfReturn(target, ofAtLeast: missing) {
      schedule(Int(first), at: time)
    }
  }
}
