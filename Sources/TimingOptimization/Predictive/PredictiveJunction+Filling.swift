import TrafficModel

/// From the picture of the traffic to the planner's problem.
extension PredictiveJunction {
  /// Puts what the picture shows before the planner.
  mutating func fill(_ picture: TrafficPicture, at now: Int32) {
    lookedAt = now
    for claim in stood.indices { stood[claim] = 0 }
    unseen = []
    planner.clearProblem()
    places.removeAll(keepingCapacity: true)
    for lane in planner.street.lanes.indices { fillLane(lane, picture, at: now) }
    planner.closeProblem()
    blockUpstream(picture)
    if now >= cycleAt {
      cycleAt = now + 60_000
      adaptLoad(picture)
    }
    if now >= gapsAt {
      gapsAt = now + 10_000
      findGaps(picture)
    }
    for exit in planner.street.exits.indices {
      if planner.street.exits[exit].storage < .infinity { planner.room[exit] = room(exit, picture) }
    }
    for lane in planner.street.lanes
    where !picture.seesAreas || picture.lanes[Int(lane.lane)].trust != .whole {
      for place in lane.movements {
        unseen.formUnion(planner.claims.ofMovement[Int(planner.street.movementsOfLane[Int(place)])])
      }
    }
  }

  /// Vehicles that an exit still takes.
  private func room(_ exit: Int, _ picture: TrafficPicture) -> Float {
    let data = planner.street.exits[exit]
    let link = Int(data.link)
    let room = data.storage - picture.count(onLink: link)
    let length = picture.linkLength(link)
    guard data.isSignalled && length < parameters.ownedLinkMeters else {
      return room > data.storage / 2 || isMoving(link, picture) ? .infinity : room
    }
    // Between two signals that stand close nobody may be left in the junction: whole vehicles only, unless the next
    // signal lets them go on.
    var goesOn = true
    for lane in picture.lanes(ofLink: link)
    where !picture.lanes[lane].isProtected || picture.lanes[lane].openSince < 0 {
      goesOn = false
    }
    if goesOn && isMoving(link, picture) { return .infinity }
    return room < 1 && length < parameters.tinyLinkMeters ? 0 : room
  }

  /// A short link that traffic passes without stopping is never full, however many are on it.
  private func isMoving(_ link: Int, _ picture: TrafficPicture) -> Bool {
    if picture.linkLength(link) >= parameters.shortLinkMeters { return false }
    for index in picture.range(ofLink: link) where picture.vehicles[index].speed < 3 { return false }
    return true
  }

  mutating func fillLane(_ lane: Int, _ picture: TrafficPicture, at now: Int32) {
    let data = planner.street.lanes[lane]
    let own = Int(data.lane)
    planner.headway[lane] = picture.headway(own)
    (planner.releaseAt[lane], planner.permittedReleaseAt[lane]) = releaseTimes(lane, picture, at: now)
    planner.staysOnRed[lane] = staysOnRed(lane, picture)
    planner.laneFirst[lane] = Int32(planner.arrival.count)
    for index in picture.range(own) {
      let seen = picture.vehicles[index]
      if !data.isPocket && pocket(for: seen, from: lane, picture) >= 0 { continue }
      add(seen, lane, picture)
    }
    if data.parent >= 0 {
      let parent = Int(data.parent)
      for index in picture.range(Int(planner.street.lanes[parent].lane)) {
        let seen = picture.vehicles[index]
        if pocket(for: seen, from: parent, picture) == lane { add(seen, lane, picture) }
      }
    }
    addUpstream(lane, picture)
    for entry in picture.hidden[own] {
      let arrival = max(Float(entry.arrival - now) / 1000, 0.5)
      planner.add(
        arrival: arrival, movement: movement(of: entry.serial, lane, picture, knownAs: -1),
        weight: entry.weight, stopCost: entry.arrival > now ? parameters.stopCost : 0)
    }
    for entry in picture.inTransit[Int(data.link)] where entry.weight >= 0.2 {
      guard laneOf(entry.serial, onLinkOf: lane, picture) == lane else { continue }
      let arrival = max(Float(entry.arrival - now) / 1000, min(reach, data.lengthMeters) / data.speed)
      let movement = movement(of: entry.serial, lane, picture, knownAs: -1)
      planner.add(
        arrival: arrival, movement: movement, weight: min(1, entry.weight), stopCost: parameters.stopCost)
    }
    addUnseen(lane, picture)
  }

  mutating func add(
    _ seen: TrafficPicture.Seen, _ lane: Int, _ picture: TrafficPicture, offset: Float = 0, behind: Float = 0
  ) {
    let data = planner.street.lanes[lane]
    let movement = movement(of: seen.serial, lane, picture, knownAs: offset > 0 ? -1 : seen.movement)
    let isStanding = seen.speed < 0.5
    let distance = seen.distance + offset
    let age = min(seen.stood, parameters.ageingLimit) / parameters.ageing
    planner.add(
      arrival: freeSeconds(over: distance, from: seen.speed, limit: data.speed), movement: movement,
      weight: seen.weight * (1 + age) + behind, stopCost: isStanding ? 0 : parameters.stopCost * seen.weight,
      beforePocket: seen.lane != data.lane || seen.distance > planner.street.pocketMeters(beside: lane))
    if isStanding && distance < 15 {
      for claim in planner.claims.ofMovement[movement].members {
        stood[claim] = max(stood[claim], max(seen.stood, 0.1))
      }
    }
  }

  /// From a speed, with the acceleration of ordinary drivers up to the limit, in seconds.
  func freeSeconds(over distance: Float, from speed: Float, limit: Float) -> Float {
    if speed >= limit { return distance / max(speed, 1) }
    let acceleration = parameters.acceleration
    let ramp = (limit * limit - speed * speed) / (2 * acceleration)
    if distance <= ramp {
      return ((speed * speed + 2 * acceleration * distance).squareRoot() - speed) / acceleration
    }
    return (limit - speed) / acceleration + (distance - ramp) / limit
  }

  // MARK: - Upstream

  /// Vehicles of the links before, in order of their distance.
  mutating func addUpstream(_ lane: Int, _ picture: TrafficPicture) {
    let data = planner.street.lanes[lane]
    coming.removeAll(keepingCapacity: true)
    standing.removeAll(keepingCapacity: true)
    for _ in planner.street.upstream { standing.append(-1) }
    for (entry, before) in planner.street.upstream.enumerated()
    where before.target == data.link && before.offsetMeters < reach {
      for physical in before.lanes {
        var blocker = before.next >= 0 ? standing[Int(before.next)] : -1
        for index in picture.range(Int(physical)) {
          let seen = picture.vehicles[index]
          if seen.distance + before.offsetMeters > reach { break }
          let wanted = self.lane(of: seen.serial, at: Int(physical), on: before, picture)
          if wanted == lane {
            coming.append((index, entry, 0))
            if seen.speed < 0.5 { blocker = coming.count - 1 }
          } else if wanted < 0, blocker >= 0, seen.speed < 0.5 {
            // Goes elsewhere, but cannot before the one ahead does.
            coming[blocker].behind += seen.weight
          }
        }
        standing[entry] = max(standing[entry], blocker)
      }
    }
    func distance(_ place: (index: Int, entry: Int, behind: Float)) -> Float {
      picture.vehicles[place.index].distance + planner.street.upstream[place.entry].offsetMeters
    }
    coming.sort { distance($0) == distance($1) ? $0.index < $1.index : distance($0) < distance($1) }
    for place in coming {
      places.append((Int32(place.index), Int32(planner.arrival.count), Int32(lane)))
      add(
        picture.vehicles[place.index], lane, picture,
        offset: planner.street.upstream[place.entry].offsetMeters,
        behind: min(place.behind, parameters.mostBehind))
    }
  }

  /// Who stands upstream behind a vehicle that does not fit on its lane before the signal stays behind it, whatever green
  /// its own movement has.
  mutating func blockUpstream(_ picture: TrafficPicture) {
    for rear in places {
      let seen = picture.vehicles[Int(rear.seen)]
      for front in places
      where front.seen < rear.seen && picture.vehicles[Int(front.seen)].lane == seen.lane
        && picture.vehicles[Int(front.seen)].speed < 0.5 && front.lane != rear.lane
      {
        let storage = Int32(planner.street.lanes[Int(front.lane)].lengthMeters / JunctionStreet.spacing)
        let leaving = front.vehicle - storage
        if leaving >= planner.laneFirst[Int(front.lane)] {
          planner.blocker[Int(rear.vehicle)] = max(planner.blocker[Int(rear.vehicle)], leaving)
        }
      }
    }
  }

  /// Arrivals beyond what is seen or on its way, at the rate at which the lane departs. Where vehicles are seen all the way
  /// to the stop line nobody is invented: greens kept for vehicles that do not come cost more than those that come cost.
  mutating func addUnseen(_ lane: Int, _ picture: TrafficPicture) {
    let data = planner.street.lanes[lane]
    let rate = picture.lanes[Int(data.lane)].rate
    if rate < 0.004 || picture.seesAreas { return }
    let known =
      (data.isFedBySignal ? picture.linkLength(Int(data.link)) : min(reach, data.approachMeters)) / data.speed
    var arrival = known + 0.5 / rate
    var serial = UInt32(truncatingIfNeeded: lane)
    while arrival < parameters.arrivalHorizon {
      serial = serial &* 31 &+ 7
      planner.add(
        arrival: arrival, movement: movement(of: serial, lane, picture, knownAs: -1), weight: 1,
        stopCost: parameters.stopCost)
      arrival += 1 / rate
    }
  }

  /// Whether the first vehicle has stood at the stop line for so long that it will not turn on red: it finds no gap, or does
  /// not want one.
  func staysOnRed(_ lane: Int, _ picture: TrafficPicture) -> Bool {
    guard let head = picture.range(Int(planner.street.lanes[lane].lane)).first else { return false }
    let seen = picture.vehicles[head]
    return seen.speed < 0.5 && seen.distance < 12 && seen.stood >= parameters.stuckSeconds
  }

  /// When the head of a lane may cross at the earliest: after the vehicle before it, after the start-up of a young green,
  /// and not soon where it has not moved although it could. What it did not do while it had to yield says only when it
  /// would yield again, the second figure.
  func releaseTimes(_ lane: Int, _ picture: TrafficPicture, at now: Int32) -> (any: Float, yielding: Float) {
    let memory = picture.lanes[Int(planner.street.lanes[lane].lane)]
    var result = max(
      0, picture.headway(Int(planner.street.lanes[lane].lane)) - Float(now - memory.lastDeparture) / 1000)
    guard openSince[lane] >= 0 else { return (result, 0) }
    let green = Float(now - openSince[lane]) / 1000
    result = max(result, parameters.startUp - green)
    let range = picture.range(Int(planner.street.lanes[lane].lane))
    guard let head = range.first, shown >= 0 else { return (result, 0) }
    let seen = picture.vehicles[head]
    if seen.speed < 0.5 && seen.distance < 12 {
      let wanted = movement(of: seen.serial, lane, picture, knownAs: seen.movement)
      guard greenSince[wanted] >= 0 else { return (result, 0) }
      let idle = Float(now - max(greenSince[wanted], memory.lastDeparture)) / 1000
      let isProtected = planner.street.service(wanted, in: shown) == .protected
      if isProtected && idle >= parameters.stuckSeconds { result = max(result, min(60, 2 * idle)) }
      if !isProtected && idle >= parameters.stuckPermittedSeconds { return (result, min(60, 2 * idle)) }
    }
    return (result, 0)
  }
}
