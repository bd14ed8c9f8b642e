import TrafficModel

/// What the lanes do under a plan, and what that costs.
extension StatePlanner {
  /// Lets the lanes of a slot discharge from `start` to `end` in `state`; with `next`, during the change to it.
  ///
  /// - Parameter findsGaps: notes in `gaps` where platoons of lanes with green end.
  mutating func discharge(
    _ slot: Int, _ state: Int, next: Int, from start: Float, to end: Float, findsGaps: Bool = false
  ) {
    work += 1
    let restarts = next >= 0 && states.restartsRings[state * states.count + next]
    let lossEnd = start + parameters.endGain
    let base = slot * laneCount
    for lane in 0..<laneCount { departureCount[lane] = 0 }
    var cost: Float = 0
    var waitsForOthers: UInt64 = 0
    // Lanes beside pockets wait for each other, so that they get a second look.
    for place in 0..<2 * laneCount {
      let isSecond = place >= laneCount
      if isSecond && waitsForOthers == 0 { break }
      let lane = Int(laneOrder[state * laneCount + place % laneCount])
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      if isSecond && waitsForOthers & (1 << UInt64(lane)) == 0 { continue }
      var free = release[base + lane]
      var previous: Float = -1
      let firstDeparture = lane * Self.departureLimit
      while vehicle < last {
        let earliest = arrival[vehicle]
        if earliest >= end { break }
        let turn = Int(movement[vehicle])
        let service = street.services[state * movementCount + turn]
        var limit = end
        if next >= 0, service >= .permitted,
          restarts || street.services[next * movementCount + turn] < .permitted
        {
          limit = min(end, lossEnd)
        }
        if service == .closed || (service == .afterStop && staysOnRed[lane]) {
          free = max(free, end + parameters.startUp)
          break
        }
        if isBlocked(vehicle, base) {
          waitsForOthers |= 1 << UInt64(lane)
          if isSecond { free = max(free, end) }
          break
        }
        var departure = max(max(earliest, free), start)
        if service < .protected && departure < limit {
          departure = waitForGap(departure, turn, lane, state, until: limit)
        }
        if departure >= limit {
          if limit < end || service == .afterStop { free = max(free, end + parameters.startUp) }
          break
        }
        let exit = Int(street.movements[turn].exit)
        let sentPlace = slot * room.count + exit
        if sent[sentPlace] + 0.5 > room[exit] {
          cost += parameters.blockedCost * (end - departure)
          free = max(free, end)
          break
        }
        sent[sentPlace] += 1
        let share = delayCost(vehicle, departure - earliest)
        cost += share
        if keepsSteps { laneCosts[lane] += share }
        if findsGaps && previous >= 0 && departure - previous > parameters.platoonGap {
          gaps.append(previous)
        }
        previous = departure
        let step: Float =
          service == .protected
          ? headway[lane] * street.movements[turn].headwayFactor
          : service == .permitted ? parameters.followUp : parameters.followUpAfterStop
        free = departure + step
        let count = Int(departureCount[lane])
        if count < Self.departureLimit {
          departureTime[firstDeparture + count] = departure
          departureMovement[firstDeparture + count] = UInt8(turn)
          departureCount[lane] = Int32(count + 1)
        }
        vehicle += 1
      }
      if findsGaps && previous >= 0
        && (vehicle >= last || arrival[vehicle] > previous + parameters.platoonGap)
      {
        gaps.append(previous)
      }
      nextVehicle[base + lane] = Int32(vehicle)
      release[base + lane] = free
    }
    nodes[slot].cost += cost
  }

  func delayCost(_ vehicle: Int, _ delay: Float) -> Float {
    let stop = stopCost[vehicle] * min(1, delay / parameters.fullStopDelay)
    let wait = (weight[vehicle] - 1) * parameters.ageing + delay
    let long =
      wait > parameters.longWait ? parameters.longWaitCost * min(delay, wait - parameters.longWait) : 0
    return weight[vehicle] * delay + delay * delay / (2 * parameters.ageing) + stop + long
  }

  /// The first time from `time` on that leaves the gaps a permitted movement needs to those that were let go before, and,
  /// where nobody can be seen yet, to those who are to be expected.
  func waitForGap(_ time: Float, _ turn: Int, _ lane: Int, _ state: Int, until limit: Float) -> Float {
    let mask = street.movements[turn].yieldsTo
    if mask == 0 { return time }
    let place = state * movementCount + turn
    var result = max(time, permittedReleaseAt[lane])
    if result > gapHorizon[place] { result += gapWait[place] }
    var moved = true
    var rounds = 0
    while moved && result < limit && rounds < 6 {
      moved = false
      rounds += 1
      for lane in 0..<laneCount {
        let first = lane * Self.departureLimit
        for index in first..<first + Int(departureCount[lane]) {
          if mask & (1 << UInt64(departureMovement[index])) == 0 { continue }
          let other = departureTime[index]
          if result > other - parameters.gapBefore && result < other + parameters.gapAfter {
            result = other + parameters.gapAfter
            moved = true
          }
        }
      }
    }
    return result
  }

  /// What the vehicles that are left will cost, about: every lane drains as if it shared the greens to come.
  mutating func remainder(_ slot: Int) -> Float {
    let base = slot * laneCount
    let state = nodes[slot].state
    let time = nodes[slot].time
    var result: Float = 0
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      var free = max(release[base + lane], time)
      if street.services[state * movementCount + Int(movement[vehicle])] < .permitted {
        free = max(free, time + parameters.closedDelay)
      }
      let step = headway[lane] * parameters.sharedHeadways
      while vehicle < last {
        let earliest = arrival[vehicle]
        let departure = max(earliest, free)
        let share = delayCost(vehicle, departure - earliest)
        result += share
        if keepsSteps { laneCosts[lane] += share }
        free = departure + step
        vehicle += 1
      }
    }
    for phase in pedestrianWait.indices where pedestrianWait[phase] >= 0 {
      if !nodes[slot].walked.contains(phase: phase) { result += parameters.pedestrianWeight * (time + 10) }
    }
    return result
  }
}
