import TrafficModel

/// Vehicles followed from one look to the next: who stands, who has departed, and who is on his way unseen.
extension TrafficPicture {
  func slot(_ serial: UInt32) -> Int {
    let mixed: UInt32 = serial &* 2_654_435_761
    return Int(mixed >> 4) & trackMask
  }

  func track(of serial: UInt32) -> Track? {
    let track = tracks[slot(serial)]
    return track.serial == serial ? track : nil
  }

  /// - Parameter choice: its place among the movements of the vehicle's lane.
  mutating func ruleOut(_ choice: Int, for serial: UInt32) {
    let place = slot(serial)
    if tracks[place].serial == serial && choice < 8 { tracks[place].ruledOut |= 1 << UInt8(choice) }
  }

  mutating func follow(_ index: Int, _ elapsed: Int32) {
    let seen = vehicles[index]
    let place = slot(seen.serial)
    if tracks[place].serial != seen.serial {
      tracks[place] = Track(serial: seen.serial, lane: seen.lane, lastSeen: now)
    } else if tracks[place].lane != seen.lane {
      let old = tracks[place].lane
      if lanes[Int(old)].link != lanes[Int(seen.lane)].link {
        if tracks[place].departed < 0, lanes[Int(old)].isWatched { depart(from: Int(old)) }
        arrive(seen.serial, from: Int(old), on: lanes[Int(seen.lane)].link)
        tracks[place].passed = movement(from: Int(old), to: lanes[Int(seen.lane)].link)
        tracks[place].origin = old
        // Who has passed no signal still waits for the same one.
        if lanes[Int(old)].isWatched { tracks[place].stood = 0 }
      }
      tracks[place].ruledOut = 0
      tracks[place].lane = seen.lane
    }
    tracks[place].lastSeen = now
    tracks[place].departed = -1
    if seen.speed < 0.5 { tracks[place].stood += Float(elapsed) / 1000 }
    vehicles[index].stood = tracks[place].stood
    let lane = Int(seen.lane)
    lanes[lane].lastSeen = now
    if lanes[lane].trust == .silent { lanes[lane].trust = .whole }
    if !hidden[lane].isEmpty { hidden[lane].removeAll { $0.serial == seen.serial } }
    let link = Int(lanes[lane].link)
    if !inTransit[link].isEmpty { inTransit[link].removeAll { $0.serial == seen.serial } }
    suspectStuck(seen, lane, elapsed)
  }

  /// It was seen a decision ago and is not any more.
  mutating func notice(vanished seen: Seen) {
    let place = slot(seen.serial)
    guard tracks[place].serial == seen.serial, tracks[place].lastSeen != now, tracks[place].departed < 0
    else { return }
    let lane = Int(seen.lane)
    guard lanes[lane].isWatched || isInside(seen) else { return }
    if seen.distance > Self.vanishingMeters {
      if isInside(seen) {
        // It has left the junction for a stretch that nobody sees.
        let link = Int(lanes[lane].link)
        let seconds = linkSeconds[link]
        inTransit[link].append(
          InTransit(serial: seen.serial, arrival: now + Int32(seconds * 1000), weight: seen.weight))
      } else if !seesAreas {
        let seconds = seen.distance / max(seen.speed, 3)
        hidden[lane].append(
          InTransit(serial: seen.serial, arrival: now + Int32(seconds * 1000), weight: seen.weight))
      }
      return
    }
    if judges && seen.speed < 0.5 && !lanes[lane].canLeave && seen.distance < 12 && seen.movement < 0 {
      lanes[lane].evidence += 1
      if lanes[lane].evidence > Self.flickerLimit { lanes[lane].trust = .lying }
    }
    tracks[place].departed = now
    depart(from: lane)
    var total: Float = 0
    for choice in choiceRange(lane) { total += passages[choice] }
    for choice in choiceRange(lane) {
      let movement = Int(choices[choice])
      if seen.movement >= 0 && seen.movement != Int32(movement) { continue }
      let share = seen.movement >= 0 ? 1 : passages[choice] / max(total, 0.001)
      let link = Int(destination[movement])
      // Half a decision ago, on average.
      let seconds = innerSeconds[movement] + linkSeconds[link] - 0.5
      inTransit[link].append(
        InTransit(serial: seen.serial, arrival: now + Int32(seconds * 1000), weight: share * seen.weight))
    }
  }

  mutating func depart(from lane: Int) {
    lanes[lane].departures += 1
    lanes[lane].evidence = max(0, lanes[lane].evidence - 0.3)
    if now - lanes[lane].lastDeparture > 4_000 { lanes[lane].dischargeStart = now }
    lanes[lane].lastDeparture = now
    // Who has departed is one of those that no sensor showed.
    if let oldest = hidden[lane].first, oldest.arrival <= now { hidden[lane].removeFirst() }
  }

  /// A vehicle from `lane` has come to `link`: which of the lane's movements it took.
  mutating func arrive(_ serial: UInt32, from lane: Int, on link: Int32) {
    for choice in choiceRange(lane) {
      let target = Int(destination[Int(choices[choice])])
      if Int32(target) == link { passages[choice] += 1 }
      inTransit[target].removeAll { $0.serial == serial }
    }
  }

  /// Whether a vehicle is still in the junction before its link.
  func isInside(_ seen: Seen) -> Bool { seen.distance > lengths[Int(lanes[Int(seen.lane)].link)] + 0.1 }

  private func movement(from lane: Int, to link: Int32) -> Int32 {
    for choice in choiceRange(lane) where destination[Int(choices[choice])] == link { return choices[choice] }
    return -1
  }

  mutating func forgetOldTransits() {
    for link in inTransit.indices where !inTransit[link].isEmpty {
      let limit = now - Self.transitPatience
      if inTransit[link][0].arrival < limit { inTransit[link].removeAll { $0.arrival < limit } }
    }
  }
}
