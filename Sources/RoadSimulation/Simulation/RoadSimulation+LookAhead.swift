import TrafficModel

/// Memory is asked in good time.
///
/// A city's records do not fit into the processor's cache, and a departure needs two dozen that hang together: the
/// vehicle of a segment, its connector, the lanes that this leads to. Asked for one after the other they take most of
/// the time of a run. The records of several events do not hang together, and memory answers eight such questions in
/// the time of one. So what the events of the next milliseconds will need is looked at beforehand, in loops that do
/// nothing else; nothing is decided by it.
extension RoadSimulation {
  /// Looks at what the events of a slot that has just been opened will need.
  @inline(__always)
  mutating func lookAhead() {
    if events.hasOpenedSlot { lookAtOpenedSlot() }
  }

  private mutating func lookAtOpenedSlot() {
    events.hasOpenedSlot = false
    if events.nearCount < 2 { return }
    lookAtSegments()
    lookAtVehicles()
    lookAtConnectors()
    lookAtWays()
  }

  /// The segments whose first vehicles come.
  private mutating func lookAtSegments() {
    var sum: Int32 = 0
    coming.removeAll()
    for position in 0..<events.nearCount {
      let key = events.nearEvent(position)
      if key.kind != EventKind.laneHead.rawValue { continue }
      coming.append(Int32(key.entity))
      sum &+= segments[key.entity].head
    }
    seen &+= sum
  }

  /// The first vehicle of each segment, where the space it leaves is noted, and the lamps that count its cycles.
  private mutating func lookAtVehicles() {
    var sum: Int32 = 0
    for position in 0..<coming.count {
      let segment = Int(coming[position])
      let head = segments[segment].head
      if head >= 0 { sum &+= vehicles[Int(head)].connector }
      if segments[segment].usesRing { sum &+= returns.look(at: segments[segment].returns) }
      if segments[segment].isPlain { continue }
      let lane = Int(segments[segment].lane)
      if lane < 0 || layout.cycleMovement[lane] < 0 { continue }
      sum &+= lamps.movements[Int(layout.cycleMovement[lane])].nextChange
    }
    seen &+= sum
  }

  /// What each first vehicle does at the end of its link, the one behind it, and its route or the segment that follows.
  private mutating func lookAtConnectors() {
    var sum: Int32 = 0
    for position in 0..<coming.count {
      let segment = Int(coming[position])
      let head = Int(segments[segment].head)
      if head < 0 { continue }
      if vehicles[head].next >= 0 { sum &+= vehicles[Int(vehicles[head].next)].connector }
      sum &+= layout.connectors.movement(of: vehicles[head].connector)
      switch segments[segment].kind {
      case .section:
        let next = follower(of: segment, lane: vehicles[head].lane)
        if next >= 0 { sum &+= segments[next].head }
      case .stopLine where vehicles[head].route >= 0:
        sum &+= layout.routes.movement(start: vehicles[head].route, hop: Int(vehicles[head].hops))
      case .stopLine, .outside, .waitingPlace: break
      }
    }
    seen &+= sum
  }

  /// The lanes behind the junction for vehicles with a route, and the lamps before it.
  private mutating func lookAtWays() {
    var sum: Int32 = 0
    for position in 0..<coming.count {
      let segment = Int(coming[position])
      if segments[segment].kind != .stopLine {
        if segments[segment].kind == .section { sum &+= lampsBehind(segment) }
        continue
      }
      sum &+= book.lanes[Int(segments[segment].lane)].cycleMaximum
      let head = Int(segments[segment].head)
      if head < 0 { continue }
      let movement = layout.connectors.movement(of: vehicles[head].connector)
      if movement < 0 { continue }
      sum &+= lamps.movements[Int(movement)].lastPassage &+ book.look(atPassagesOf: Int(movement))
      if vehicles[head].route < 0 { continue }
      let next = layout.routes.movement(start: vehicles[head].route, hop: Int(vehicles[head].hops) + 1)
      if next < 0 { continue }
      for lane in layout.lanes(ofMovement: Int(next)) {
        let way = layout.movementLanes[lane].way
        sum &+= segments[Int(way.entry)].head
        if way.count == 2 { sum &+= segments[Int(way.rest)].head }
      }
    }
    seen &+= sum
  }

  /// What the first vehicle of a section settles if it comes first to the stop line behind it.
  @inline(__always)
  private mutating func lampsBehind(_ segment: Int) -> Int32 {
    let head = Int(segments[segment].head)
    if head < 0 { return 0 }
    let next = follower(of: segment, lane: vehicles[head].lane)
    if next < 0 || segments[next].head >= 0 || segments[next].lampsDue > now { return 0 }
    let lane = Int(segments[next].lane)
    return book.lanes[lane].cycleMaximum &+ lamps.movements[Int(layout.cycleMovement[lane])].since
  }

  /// Looks at what a change of lamps concerns: its movements, then their lanes, then who stands there.
  mutating func lookAhead(_ changes: ContiguousArray<IndicationChange>) {
    var sum: Int32 = 0
    for change in changes {
      for position in lamps.positions(change) {
        let movement = lamps.movement(position)
        sum &+= lamps.movements[movement].since &+ layout.firstLaneOfMovement[movement]
      }
    }
    for change in changes {
      for position in lamps.positions(change) {
        for lane in layout.lanes(ofMovement: lamps.movement(position)) {
          let segment = Int(layout.movementLanes[lane].segment)
          sum &+= segments[segment].head &+ book.lanes[Int(layout.movementLanes[lane].number)].cycleMaximum
        }
      }
    }
    seen &+= sum
  }
}
