import TrafficModel

/// From the picture of the traffic to the planner's problem.
extension PredictiveJunction {
  /// Puts what the picture shows before the planner.
  mutating func fill(_ picture: TrafficPicture, at now: Int32) {
    lookedAt = now
    for phase in stood.indices { stood[phase] = 0 }
    planner.clearProblem()
    for lane in planner.street.lanes.indices { fillLane(lane, picture, at: now) }
    planner.closeProblem()
    if now >= cycleAt {
      cycleAt = now + 60_000
      adaptWaits(picture)
    }
    for exit in planner.street.exits.indices {
      let data = planner.street.exits[exit]
      guard data.storage < .infinity else { continue }
      let count = picture.count(onLink: Int(data.link))
      planner.room[exit] = count < data.storage / 2 ? .infinity : data.storage - count
    }
  }

  mutating func fillLane(_ lane: Int, _ picture: TrafficPicture, at now: Int32) {
    let data = planner.street.lanes[lane]
    let own = Int(data.lane)
    planner.headway[lane] = picture.headway(own)
    planner.releaseAt[lane] = releaseTime(lane, picture, at: now)
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

  mutating func add(_ seen: TrafficPicture.Seen, _ lane: Int, _ picture: TrafficPicture) {
    let data = planner.street.lanes[lane]
    let movement = movement(of: seen.serial, lane, picture, knownAs: seen.movement)
    let isStanding = seen.speed < 0.5
    let arrival: Float
    if isStanding {
      // From rest at 2 m/s².
      let ramp = data.speed * data.speed / 4
      arrival =
        seen.distance <= ramp ? seen.distance.squareRoot() : seen.distance / data.speed + data.speed / 4
    } else {
      arrival = seen.distance / max(seen.speed, 3)
    }
    let age = min(seen.stood, parameters.ageingLimit) / parameters.ageing
    planner.add(
      arrival: arrival, movement: movement, weight: seen.weight * (1 + age),
      stopCost: isStanding ? 0 : parameters.stopCost * seen.weight,
      beforePocket: seen.lane != data.lane || seen.distance > planner.street.pocketMeters(beside: lane))
    if isStanding {
      for phase in stood.indices
      where planner.street.movementsOfPhase[phase] & (1 << UInt64(movement)) != 0 && seen.distance < 15 {
        stood[phase] = max(stood[phase], seen.stood)
      }
    }
  }

  /// Arrivals beyond what is seen or on its way, at the rate at which the lane departs.
  mutating func addUnseen(_ lane: Int, _ picture: TrafficPicture) {
    let data = planner.street.lanes[lane]
    let rate = picture.lanes[Int(data.lane)].rate
    if rate < 0.004 { return }
    let link = picture.linkLength(Int(data.link))
    let known = (data.isFedBySignal ? link : min(reach, link)) / data.speed
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

  /// When the head of a lane may cross at the earliest: after the vehicle before it, after the start-up of a young green,
  /// and not soon where it has not moved although it could.
  func releaseTime(_ lane: Int, _ picture: TrafficPicture, at now: Int32) -> Float {
    let memory = picture.lanes[Int(planner.street.lanes[lane].lane)]
    var result = max(
      0, picture.headway(Int(planner.street.lanes[lane].lane)) - Float(now - memory.lastDeparture) / 1000)
    guard openSince[lane] >= 0 else { return result }
    let green = Float(now - openSince[lane]) / 1000
    result = max(result, parameters.startUp - green)
    let range = picture.range(Int(planner.street.lanes[lane].lane))
    if let head = range.first, picture.vehicles[head].speed < 0.5, picture.vehicles[head].distance < 12 {
      let idle = min(green, Float(now - memory.lastDeparture) / 1000)
      if idle > 6 { result = max(result, min(60, 2 * (idle - 4))) }
    }
    return result
  }
}
