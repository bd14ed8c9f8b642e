import TrafficModel

/// Where vehicles that do not say so are taken to go.
extension PredictiveJunction {
  /// The pocket that a vehicle still beside or before it will turn into; −1: it stays on its lane.
  func pocket(for seen: TrafficPicture.Seen, from lane: Int, _ picture: TrafficPicture) -> Int {
    let street = planner.street
    var result = -1
    for other in street.lanes.indices where Int(street.lanes[other].parent) == lane {
      guard seen.distance > street.lanes[other].lengthMeters else { continue }
      if seen.movement >= 0 {
        let wants = street.lanes[other].movements.contains {
          street.movements[Int(street.movementsOfLane[Int($0)])].movement == seen.movement
        }
        let stays = street.lanes[lane].movements.contains {
          street.movements[Int(street.movementsOfLane[Int($0)])].movement == seen.movement
        }
        if wants && !stays { result = other }
      } else {
        let through = picture.lanes[Int(street.lanes[lane].lane)].rate + 0.01
        let turning = picture.lanes[Int(street.lanes[other].lane)].rate + 0.002
        if Self.draw(seen.serial, 11 &+ UInt32(other)) < turning / (through + turning) { result = other }
      }
    }
    return result
  }

  /// The local lane of the link on which a vehicle that has not been seen there yet will queue.
  func laneOf(_ serial: UInt32, onLinkOf lane: Int, _ picture: TrafficPicture) -> Int {
    let link = planner.street.lanes[lane].link
    var total: Float = 0
    for other in planner.street.lanes.indices where planner.street.lanes[other].link == link {
      total += picture.lanes[Int(planner.street.lanes[other].lane)].rate + 0.005
    }
    var draw = Self.draw(serial, 5) * total
    var last = lane
    for other in planner.street.lanes.indices where planner.street.lanes[other].link == link {
      last = other
      draw -= picture.lanes[Int(planner.street.lanes[other].lane)].rate + 0.005
      if draw < 0 { break }
    }
    return last
  }

  /// The movement that a vehicle of a lane will take: what it says, or a draw by the learnt shares that stays the same from
  /// one decision to the next.
  func movement(of serial: UInt32, _ lane: Int, _ picture: TrafficPicture, knownAs known: Int32)
    -> Int
  {
    let street = planner.street
    let range = street.lanes[lane].movements
    if known >= 0 {
      for place in range where street.movements[Int(street.movementsOfLane[Int(place)])].movement == known {
        return Int(street.movementsOfLane[Int(place)])
      }
    }
    if range.count == 1 { return Int(street.movementsOfLane[Int(range.lowerBound)]) }
    let choice = choice(of: serial, Int(street.lanes[lane].lane), picture, salt: 3)
    let place = min(Int(range.lowerBound) + choice, Int(range.upperBound) - 1)
    return Int(street.movementsOfLane[place])
  }

  /// The place among the movements of a lane of the network that a vehicle is taken to choose, without those that its
  /// behaviour has ruled out.
  func choice(of serial: UInt32, _ lane: Int, _ picture: TrafficPicture, salt: UInt32) -> Int {
    let choices = picture.choiceRange(lane)
    let ruledOut = picture.track(of: serial)?.ruledOut ?? 0
    func isOpen(_ place: Int) -> Bool { place >= 8 || ruledOut & (1 << UInt8(place)) == 0 }
    var total: Float = 0
    for (place, choice) in choices.enumerated() where isOpen(place) { total += picture.passages[choice] }
    var draw = Self.draw(serial, salt) * total
    var last = 0
    for (place, choice) in choices.enumerated() where isOpen(place) {
      last = place
      draw -= picture.passages[choice]
      if draw < 0 { break }
    }
    return last
  }

  /// The local lane that a vehicle on a lane upstream will queue on; −1 if it goes elsewhere.
  func lane(
    of serial: UInt32, at physical: Int, on before: JunctionStreet.UpstreamLink, _ picture: TrafficPicture
  ) -> Int {
    let first = picture.choiceRange(physical)
    let choice = choice(of: serial, physical, picture, salt: 17)
    guard !first.isEmpty, picture.choices[first.lowerBound + choice] == before.movement else { return -1 }
    var next = Int(before.next)
    while next >= 0 {
      let data = planner.street.upstream[next]
      if Self.draw(serial, 19) >= picture.share(of: data.movement, onLink: Int(data.link)) { return -1 }
      next = Int(data.next)
    }
    guard let any = planner.street.lanes.firstIndex(where: { $0.link == before.target }) else { return -1 }
    if before.keepsLanes {
      let place = physical - picture.firstLane[Int(before.link)]
      return any + place
    }
    return laneOf(serial, onLinkOf: any, picture)
  }

  /// A vehicle that stands at the stop line while what it was taken to want has the right of way wants something else.
  mutating func inferTurns(_ picture: inout TrafficPicture, at now: Int32) {
    guard shown >= 0 else { return }
    let street = planner.street
    for lane in street.lanes.indices where street.lanes[lane].movements.count > 1 {
      let own = Int(street.lanes[lane].lane)
      guard let head = picture.range(own).first else { continue }
      let seen = picture.vehicles[head]
      guard seen.movement < 0, seen.speed < 0.3, seen.distance < 4, seen.stood > 2 else { continue }
      let guess = movement(of: seen.serial, lane, picture, knownAs: -1)
      let exit = Int(street.movements[guess].exit)
      let service = street.service(guess, in: shown)
      let isIdle =
        service == .protected && now - greenSince[guess] >= parameters.inferenceMilliseconds
        || service == .afterStop && seen.stood * 1000 >= Float(parameters.inferenceMilliseconds)
      guard isIdle, planner.room[exit] >= 1,
        now - picture.lanes[own].lastDeparture >= parameters.inferenceMilliseconds
      else { continue }
      let choice = choice(of: seen.serial, own, picture, salt: 3)
      if picture.isLastChoice(choice, of: seen.serial, own) { continue }
      picture.ruleOut(choice, for: seen.serial)
    }
  }

  /// Who stands at the end of a link upstream, before a link to the stop line on which nobody finds room, wants to go there:
  /// whoever goes elsewhere would have gone.
  mutating func inferUpstream(_ picture: inout TrafficPicture, at now: Int32) {
    let street = planner.street
    for (entry, before) in street.upstream.enumerated() {
      var first = -1
      for physical in before.lanes {
        guard let head = picture.range(Int(physical)).first, picture.vehicles[head].distance < 8 else {
          continue
        }
        if first < 0 || picture.vehicles[head].distance < picture.vehicles[first].distance { first = head }
      }
      guard first >= 0, picture.vehicles[first].speed < 0.3 else {
        firstUpstream[entry].serial = .max
        continue
      }
      let seen = picture.vehicles[first]
      if firstUpstream[entry].serial != seen.serial { firstUpstream[entry] = (seen.serial, now) }
      guard seen.movement < 0, Float(now - firstUpstream[entry].since) >= parameters.upstreamPatience * 1000,
        isFull(before.next >= 0 ? street.upstream[Int(before.next)].link : before.target, picture)
      else { continue }
      let own = Int(seen.lane)
      let choice = choice(of: seen.serial, own, picture, salt: 17)
      let wanted = picture.choices[picture.choiceRange(own).lowerBound + choice]
      let leadsHere = street.upstream.contains {
        $0.movement == wanted && $0.lanes.contains(Int32(truncatingIfNeeded: own))
      }
      if leadsHere || picture.isLastChoice(choice, of: seen.serial, own) { continue }
      picture.ruleOut(choice, for: seen.serial)
    }
  }

  /// Whether on some lane of a link those who stand leave no room for another.
  private func isFull(_ link: Int32, _ picture: TrafficPicture) -> Bool {
    for lane in picture.lanes(ofLink: Int(link)) {
      var standing: Float = 0
      for index in picture.range(lane) where picture.vehicles[index].speed < 0.5 { standing += 1 }
      if standing > 0 && (standing + 1) * JunctionStreet.spacing > picture.linkLength(Int(link)) {
        return true
      }
    }
    return false
  }

  /// Evenly distributed over 0 ..< 1, the same for the same numbers.
  static func draw(_ serial: UInt32, _ salt: UInt32) -> Float {
    var mixed: UInt32 = (serial &+ 1) &* 2_654_435_769
    mixed ^= salt &* 2_246_822_519
    mixed ^= mixed >> 15
    mixed = mixed &* 2_246_822_507
    mixed ^= mixed >> 13
    return Float(mixed >> 8) / 16_777_216
  }
}
