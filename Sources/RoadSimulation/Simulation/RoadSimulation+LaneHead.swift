import TrafficModel

/// How a vehicle gets over the end of its segment.
struct Release {
  /// When its front crosses.
  var time: Int32
  var speed: Float
  /// It had come to a stop at the end.
  var stood = false
}

/// The first vehicle of a segment: when it could go, what keeps it, and how it gets away.
///
/// It is looked at when it reaches the segment's end, and again whenever something may have changed. Signal, room,
/// gap and merging are asked in this order, and the first that says no decides what wakes it.
extension RoadSimulation {
  /// Puts the segment on the agenda, unless it is looked at earlier anyway.
  mutating func schedule(_ segment: Int, at milliseconds: Int32) {
    let time = max(milliseconds, now)
    if segments[segment].due <= time { return }
    segments[segment].due = time
    events.insert(EventKey(milliseconds: time, kind: .laneHead, entity: Int32(segment)))
  }

  /// What the first vehicle does at the end: its own connector at a stop line, the segment's elsewhere.
  @inline(__always)
  mutating func connectorOfHead(_ segment: Int) -> Int {
    let head = segments[segment].head
    let own = vehicles[Int(head)].connector
    if segments[segment].kind == .stopLine { return Int(own) }
    if segments[segment].endsInMidblock && layout.connectors.endsInMidblock(own) {
      return Int(own)
    }
    return Int(shape(segment).connector)
  }

  /// Looks at a new first vehicle, if there is one: when it is ready, and what it has to do before it goes.
  @inline(__always)
  mutating func beginHead(_ segment: Int) {
    segments[segment].forgetHead()
    let head = Int(segments[segment].head)
    if head < 0 { return }
    if segments[segment].isPlain { beginSectionHead(segment, head) } else { beginJunctionHead(segment, head) }
  }

  private mutating func beginJunctionHead(_ segment: Int, _ head: Int) {
    let vehicle = vehicles[head]
    let connector = layout.connectors[connectorOfHead(segment)]
    let kind = driver.kind(vehicle)
    let limit = shape(segment).speedLimit
    segments[segment].receiveHead(
      kind, arrival: vehicle.arrival,
      freeSpeed: driver.freeSpeed(vehicle, limit: limit), speedLimit: limit, connector.drive,
      carefulSpeed: carefulSpeed(segment, connector),
      reaction: driver.reaction(vehicle, connector.drive),
      fixedHeadway: fixedHeadway(segment, connector, isHeavy: kind.isHeavy),
      hasSaturationHeadway: driver.hasSaturationHeadway,
      headwayFactor: segments[segment].hasIncident ? rare[segment].headwayFactor : 1)
    if dwells(segment, head) { dwell(segment, head) }
    if connector.stopsFirst && segments[segment].kind == .stopLine { stopAtLine(segment, connector) }
    schedule(segment, at: segments[segment].ready)
  }

  /// The headway where vehicles take turns or gaps; `nil` where they follow each other.
  @inline(__always)
  private mutating func fixedHeadway(_ segment: Int, _ connector: Connector, isHeavy: Bool) -> Int32? {
    if connector.rule == .firstCome && segments[segment].kind == .stopLine {
      return allWayHeadway(connector, isHeavy: isHeavy)
    }
    if !driver.hasSaturationHeadway || !isYielding(segment, connector) { return nil }
    return stopsToYield(segment, connector) ? stopFollowUp(connector) : connector.followUp
  }

  /// The speed at which drivers who have others to look for cross the end of the segment; without bound elsewhere.
  @inline(__always)
  private mutating func carefulSpeed(_ segment: Int, _ connector: Connector) -> Float {
    if driver.carefulSpeed == .infinity || connector.foeCount == 0 || segments[segment].kind != .stopLine {
      return .infinity
    }
    settleLamps(Int(connector.movement))
    return lamps.movements[Int(connector.movement)].state == .protected ? .infinity : driver.carefulSpeed
  }

  /// Whether a vehicle is a bus that stops at the end of the segment.
  @inline(__always)
  mutating func dwells(_ segment: Int, _ index: Int) -> Bool {
    if !segments[segment].hasBusStop || vehicles[index].busLine < 0 { return false }
    let stop = Int(rare[segment].busStop)
    return layout.busLines.meanDwellSeconds(line: Int(vehicles[index].busLine), stop: stop) > 0
  }

  /// A bus stands at its stop before it goes on; neither that nor starting again is delay.
  private mutating func dwell(_ segment: Int, _ index: Int) {
    let vehicle = vehicles[index]
    let stop = Int(rare[segment].busStop)
    let mean = layout.busLines.meanDwellSeconds(line: Int(vehicle.busLine), stop: stop)
    var draws = RandomStream(
      seed: seed, purpose: .dwell, place: UInt64(vehicle.serial) << 16 | UInt64(stop & 0xFFFF))
    let time = Int32((mean / 2 + draws.exponential(mean: mean / 2)) * 1000 + 0.5)
    vehicles[index].arrival += time
    segments[segment].ready += time
    segments[segment].readySpeed = min(segments[segment].readySpeed, driver.standingStartSpeed)
    segments[segment].readyDischargeSpeed = segments[segment].readySpeed
  }

  /// Whether vehicles leave the segment through gaps, one follow-up time behind the other.
  @inline(__always)
  private mutating func isYielding(_ segment: Int, _ connector: Connector) -> Bool {
    if connector.foeCount == 0 { return false }
    switch segments[segment].kind {
    case .waitingPlace: return true
    case .stopLine:
      settleLamps(Int(connector.movement))
      return connector.waitingPlace < 0
        && (lamps.movements[Int(connector.movement)].state == .permitted || stopsToYield(segment, connector))
    case .section, .outside: return false
    }
  }

  mutating func handleLaneHead(_ segment: Int) {
    if segments[segment].due != now { return }
    segments[segment].due = .max
    if segments[segment].head < 0 { return }
    if segments[segment].isPlain { return handleSectionEnd(segment) }
    let number = connectorOfHead(segment)
    let connector = layout.connectors[number]
    let isCrossing = connector.movement >= 0
    settleLane(segment)
    if isCrossing { settleLamps(Int(connector.movement)) }
    let flashesRed = isCrossing && lamps.movements[Int(connector.movement)].stopsFirst
    if isCrossing && segments[segment].kind == .stopLine && (flashesRed || !mayPassLamp(segment, connector)) {
      let stopEnds = flashesRed || connector.turnsOnRed ? endOfStopAtRed(segment, connector) : .max
      if stopEnds > now {
        leaveWaitingList(segment)
        hinder(segment, by: .signal, until: stopEnds)
        return
      }
    }
    let leaves =
      connector.targetLink < 0 && segments[segment].kind != .outside
      && number != Int(shape(segment).connector)
    if leaves {
      let release = releaseFromEnd(segment, connector)
      finish(segment, release)
      return
    }
    let target = decideTarget(segment, connector)
    if target < 0 {
      // All lanes ahead are closed: look again when an incident ends.
      leaveWaitingList(segment)
      hinder(segment, by: .room, until: .max)
      return
    }
    if let room = roomMissing(segment, in: target) {
      hinder(segment, by: .room, until: room)
      return
    }
    if zips(segment, connector, into: target) {
      joinWaitingList(segment, of: target)
      return
    }
    if isCrossing && (flashesRed || connector.foeCount > 0 || connector.crossesPeople) {
      let opening = max(
        opening(segment, connector, entering: target), flashesRed ? flashOpening(connector) : now)
      if opening > now {
        leaveWaitingList(segment)
        hinder(segment, by: .gap, until: opening)
        return
      }
    }
    if driver.insertionHeadway >= 0 && segments[segment].kind == .outside {
      let time = insertionTime(segment, into: target)
      if time > now {
        segments[segment].hindrance = .room
        schedule(segment, at: time)
        return
      }
    }
    let release = releaseFromEnd(segment, connector)
    let squeeze = mergeDelay(segment, connector, target, release)
    if squeeze > Self.longestMergeDelay {
      hinder(segment, by: .gap, until: now + squeeze - Self.longestMergeDelay)
      return
    }
    leaveWaitingList(segment)
    let loss = changeLoss(segment, connector, target)
    depart(segment, connector, to: target, release, mergeDelay: squeeze + loss, changeLoss: loss)
  }

  /// When neither other vehicles nor people on a crosswalk are in the way; `now` if the first vehicle may cross.
  private mutating func opening(_ segment: Int, _ connector: Connector, entering target: Int) -> Int32 {
    var opening = now
    if connector.foeCount > 0 && mustYield(segment, connector, entering: target) {
      switch connector.rule {
      case .gaps:
        opening = gapOpening(
          connector,
          ignoringSameTarget: details.takesTurnsForRoom && segments[segment].waitsFor == Int32(target))
      case .firstCome: opening = turnOpening(segment, connector)
      case .rightFirst: opening = rightOpening(segment, connector)
      }
    }
    if connector.crossesPeople {
      opening = max(opening, crosswalkOpening(segment, connector, entering: target))
    }
    return opening
  }

  /// Vehicles that come into a lane from different sides sort themselves inside the junction as long as nobody has to
  /// wait longer there than this; then the stop line holds them.
  static var longestMergeDelay: Int32 { 3000 }

  /// How much later than it could a vehicle enters its lane because another one came in from elsewhere just before.
  @inline(__always)
  private mutating func mergeDelay(
    _ segment: Int, _ connector: Connector, _ target: Int, _ release: Release
  ) -> Int32 {
    if segments[target].lastEntryFrom == Int32(segment) || isNarrowing(segment, target) { return 0 }
    if !details.hasMergeHeadway { return 0 }
    let entry = release.time + innerTime(segment, connector, target, speed: release.speed)
    return max(0, segments[target].mergeTime - entry)
  }

  /// Notes why the first vehicle does not go and when to look again.
  mutating func hinder(_ segment: Int, by hindrance: Hindrance, until time: Int32) {
    segments[segment].hindrance = hindrance
    segments[segment].wasHindered = true
    if time != .max { schedule(segment, at: max(time, now + 1)) }
    if lamps.followPrograms { lookAtNextGreen(segment) }
  }

  /// Whether the lamp lets the first vehicle over the stop line: green, or yellow and too late to stop.
  @inline(__always)
  private mutating func mayPassLamp(_ segment: Int, _ connector: Connector) -> Bool {
    let movement = Int(connector.movement)
    switch lamps.movements[movement].state {
    case .protected, .permitted: return true
    case .stopped: return false
    case .yellow where details.yellow != .whoCannotStop: return details.yellow == .everybody
    case .yellow:
      if segments[segment].wasHindered { return false }
      let speed = segments[segment].readySpeed
      let allowance = driver.yellowReaction + speed / (2 * driver.yellowDeceleration)
      return segments[segment].ready <= lamps.movements[movement].since
        + Int32(max(0, allowance) * 1000 + 0.5)
    }
  }

  /// Whether other movements go first: always at a waiting place without protection, at the stop line if the lamp
  /// only permits and there is no waiting place to move into.
  private mutating func mustYield(_ segment: Int, _ connector: Connector, entering target: Int) -> Bool {
    if lamps.movements[Int(connector.movement)].state == .protected { return false }
    return segments[target].kind != .waitingPlace
  }

  /// When and how fast the vehicle crosses, given when its hindrance ended.
  mutating func releaseFromEnd(_ segment: Int, _ connector: Connector) -> Release {
    let ready = segments[segment].ready
    let speed = segments[segment].readySpeed
    let kind = driver.kind(vehicles[Int(segments[segment].head)])
    let brake = kind.deceleration
    var hindered = segments[segment].hindrance
    var end = now
    if isStopLineWithStop(segment, connector) {
      let start = hindered == .gap ? driver.gapStartDelay : 0
      return Release(time: max(ready, now) + start, speed: min(speed, driver.standingStartSpeed), stood: true)
    }
    // A lamp that turned green while the vehicle was already braking costs time though it never stopped it.
    var braking = speed / (2 * brake)
    if segments[segment].kind == .stopLine && connector.movement >= 0 && hindered != .room && hindered != .gap
    {
      hindered = .signal
      end = lamps.movements[Int(connector.movement)].since
      if lamps.movements[Int(connector.movement)].state == .yellow {
        return Release(time: max(ready, now), speed: speed)
      }
    }
    // The start wave of a queue that dissolves holds the reaction already: who finds room late has just slowed down.
    if hindered == .room { braking = 0 }
    if hindered == .none { return Release(time: max(ready, now), speed: speed) }
    let late = Float(end - ready) / 1000 + braking
    if late <= 0 { return Release(time: max(ready, now), speed: speed) }
    let slowest = max(0, speed - brake * late)
    if slowest > 1 {
      let regained = min(speed, slowest * (1 + kind.acceleration / brake).squareRoot())
      let time = end + Int32((regained - slowest) / kind.acceleration * 1000 + 0.5)
      return Release(time: max(time, ready, now), speed: regained)
    }
    let delay: Int32
    switch hindered {
    case .signal: delay = connector.startDelayMilliseconds
    case .gap: delay = driver.gapStartDelay
    case .room, .none: delay = 0
    }
    return Release(
      time: max(end + delay, ready, now), speed: min(speed, driver.standingStartSpeed), stood: true)
  }

  /// Time through the junction, from the stop line to the entry of the target.
  mutating func innerTime(_ segment: Int, _ connector: Connector, _ target: Int, speed: Float) -> Int32 {
    let length = innerLength(connector, target)
    if length == 0 { return 0 }
    let head = Int(segments[segment].head)
    let free = min(
      driver.freeSpeed(vehicles[head], limit: shape(segment).speedLimit), connector.crossingSpeed)
    return driver.kind(vehicles[head]).travelTime(length, from: speed, to: free)
  }

  /// The way through the junction; up to a waiting place it is the waiting place's own length.
  @inline(__always)
  mutating func innerLength(_ connector: Connector, _ target: Int) -> Int32 {
    if connector.movement < 0 || segments[target].kind == .waitingPlace { return 0 }
    return connector.innerCentimeters
  }
}
