import TrafficModel

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
  func connectorOfHead(_ segment: Int) -> Int {
    let head = segments[segment].head
    let own = vehicles[Int(head)].connector
    if segments[segment].kind == .stopLine { return Int(own) }
    if segments[segment].endsInMidblock && own == layout.midblockConnector[Int(segments[segment].link)] {
      return Int(own)
    }
    return Int(segments[segment].connector)
  }

  /// Works out when a new first vehicle is ready, from the vehicle that went before (the acceleration recursion).
  mutating func beginHead(_ segment: Int) {
    let head = segments[segment].head
    segments[segment].hindrance = .none
    segments[segment].wasHindered = false
    segments[segment].target = -1
    segments[segment].due = .max
    if head < 0 { return }
    let vehicle = vehicles[Int(head)]
    let connector = layout.connectors[connectorOfHead(segment)]
    let free = driver.freeSpeed(vehicle, limit: segments[segment].speedLimit)
    let crossing = min(free, connector.crossingSpeed)
    let before = segments[segment].lastDepartureSpeed
    let spacing = Float(driver.spacing(vehicle)) / 100
    let following = min(
      segments[segment].platoonSpeed, crossing,
      (before * before + 2 * driver.acceleration * spacing).squareRoot())
    var headway: Int32
    if connector.foeCount > 0 && segments[segment].kind == .waitingPlace && driver.hasFollowUp {
      headway = driver.followUp
    } else {
      let reaction = vehicle.isHeavy ? connector.heavyReaction : connector.carReaction
      let speeds = min(following, connector.referenceSpeed) + min(before, connector.referenceSpeed)
      headway = Int32((reaction + 2 * spacing / speeds) * 1000 + 0.5)
    }
    if segments[segment].kind == .outside { headway = 0 }
    let earliest = segments[segment].lastDeparture + headway
    if vehicle.arrival >= earliest {
      segments[segment].isFree = true
      segments[segment].ready = vehicle.arrival
      segments[segment].readySpeed = crossing
    } else {
      segments[segment].isFree = false
      segments[segment].ready = earliest
      segments[segment].readySpeed = following
    }
    schedule(segment, at: segments[segment].ready)
  }

  mutating func handleLaneHead(_ segment: Int) {
    if segments[segment].due != now { return }
    segments[segment].due = .max
    if segments[segment].head < 0 { return }
    let number = connectorOfHead(segment)
    let connector = layout.connectors[number]
    let isCrossing = connector.movement >= 0
    if isCrossing && segments[segment].kind == .stopLine && !mayPassLamp(segment, connector) {
      leaveWaitingList(segment)
      hinder(segment, by: .signal, until: .max)
      return
    }
    let leaves =
      connector.targetLink < 0 && segments[segment].kind != .outside
      && number != Int(segments[segment].connector)
    if leaves {
      let release = releaseFromEnd(segment, connector)
      finish(segment, at: release.time, speed: release.speed)
      return
    }
    let target = decideTarget(segment, connector)
    if let room = roomMissing(segment, in: target) {
      hinder(segment, by: .room, until: room)
      return
    }
    let yields = isCrossing && connector.foeCount > 0 && mustYield(segment, connector, entering: target)
    if yields {
      let opening = gapOpening(
        connector, ignoringSameTarget: segments[segment].waitsFor == Int32(target))
      if opening > now {
        leaveWaitingList(segment)
        hinder(segment, by: .gap, until: opening)
        return
      }
    }
    var release = releaseFromEnd(segment, connector)
    if segments[target].lastEntryFrom != Int32(segment) && (isCrossing || segments[segment].kind == .outside)
    {
      let entry = release.time + innerTime(segment, connector, target, speed: release.speed)
      let earliest = segments[target].lastEntry + segments[target].lastEntryHeadway
      let shift = earliest - entry
      if shift > 3000 {
        hinder(segment, by: .gap, until: now + shift - 3000)
        return
      }
      if shift > 0 { release.time += shift }
    }
    leaveWaitingList(segment)
    depart(segment, connector, to: target, at: release.time, speed: release.speed)
  }

  /// Notes why the first vehicle does not go and when to look again.
  private mutating func hinder(_ segment: Int, by hindrance: Hindrance, until time: Int32) {
    if !segments[segment].wasHindered { settleQueue(segment) }
    segments[segment].hindrance = hindrance
    segments[segment].wasHindered = true
    if time != .max { schedule(segment, at: max(time, now + 1)) }
  }

  /// Whether the lamp lets the first vehicle over the stop line: green, or yellow and too late to stop.
  private func mayPassLamp(_ segment: Int, _ connector: Connector) -> Bool {
    let movement = Int(connector.movement)
    switch lamps.states[movement] {
    case .protected, .permitted: return true
    case .stopped: return false
    case .yellow:
      if segments[segment].wasHindered { return false }
      let speed = segments[segment].readySpeed
      let allowance = driver.yellowReaction + speed / (2 * driver.yellowDeceleration)
      return segments[segment].ready <= lamps.since[movement] + Int32(max(0, allowance) * 1000 + 0.5)
    }
  }

  /// Whether other movements go first: always at a waiting place without protection, at the stop line if the lamp
  /// only permits and there is no waiting place to move into.
  private func mustYield(_ segment: Int, _ connector: Connector, entering target: Int) -> Bool {
    if lamps.states[Int(connector.movement)] == .protected { return false }
    return segments[target].kind != .waitingPlace
  }

  /// When and how fast the vehicle crosses, given when its hindrance ended.
  private func releaseFromEnd(_ segment: Int, _ connector: Connector) -> (time: Int32, speed: Float) {
    let ready = segments[segment].ready
    let speed = segments[segment].readySpeed
    let brake = driver.deceleration
    var hindered = segments[segment].hindrance
    var end = now
    // A lamp that turned green while the vehicle was already braking costs time though it never stopped it.
    var braking = speed / (2 * brake)
    if segments[segment].kind == .stopLine && connector.movement >= 0 && hindered != .room && hindered != .gap
    {
      hindered = .signal
      end = lamps.since[Int(connector.movement)]
      if lamps.states[Int(connector.movement)] == .yellow { return (max(ready, now), speed) }
    }
    // The start wave of a queue that dissolves holds the reaction already: who finds room late has just slowed down.
    if hindered == .room { braking = 0 }
    if hindered == .none { return (max(ready, now), speed) }
    let late = Float(end - ready) / 1000 + braking
    if late <= 0 { return (max(ready, now), speed) }
    let slowest = max(0, speed - brake * late)
    if slowest > 1 {
      let regained = min(speed, slowest * (1 + driver.acceleration / brake).squareRoot())
      let time = end + Int32((regained - slowest) / driver.acceleration * 1000 + 0.5)
      return (max(time, ready, now), regained)
    }
    let delay: Int32
    switch hindered {
    case .signal: delay = connector.startDelayMilliseconds
    case .gap: delay = driver.gapStartDelay
    case .room, .none: delay = 0
    }
    return (max(end + delay, ready, now), min(speed, driver.standingStartSpeed))
  }

  /// Time through the junction, from the stop line to the entry of the target.
  func innerTime(_ segment: Int, _ connector: Connector, _ target: Int, speed: Float) -> Int32 {
    let length = innerLength(segment, connector, target)
    if length == 0 { return 0 }
    let vehicle = vehicles[Int(segments[segment].head)]
    let free = min(
      driver.freeSpeed(vehicle, limit: segments[segment].speedLimit), connector.crossingSpeed)
    return driver.travelTime(length, from: speed, to: free)
  }

  /// The way through the junction; up to a waiting place it is the waiting place's own length.
  func innerLength(_ segment: Int, _ connector: Connector, _ target: Int) -> Int32 {
    if connector.movement < 0 || segments[target].kind == .waitingPlace { return 0 }
    return connector.innerCentimeters
  }
}
