import TrafficModel

/// Sensors that say nothing or lie, and vehicles that no sensor shows.
extension TrafficPicture {
  /// A vehicle at the stop line that protected green does not move, while nobody departs and there is room beyond.
  mutating func suspectStuck(_ seen: Seen, _ lane: Int, _ elapsed: Int32) {
    guard judges, seen.distance < 8, lanes[lane].isProtected, lanes[lane].openSince >= 0 else { return }
    let quiet = now - max(lanes[lane].openSince, lanes[lane].lastDeparture)
    guard quiet > 25_000, tracks[slot(seen.serial)].stood > 15, hasRoomBeyond(lane) else { return }
    lanes[lane].evidence += Float(elapsed) / 1000
    if lanes[lane].evidence > Self.stuckGreenSeconds {
      lanes[lane].trust = .lying
      lanes[lane].isStuck = true
    }
  }

  /// A sensor that shows somebody moving is not stuck: what stood there was a vehicle that something held back.
  mutating func restoreTrust(_ observations: [VehicleObservation]) {
    for seen in observations where seen.speedMetersPerSecond > 2 && seen.lane.index < lanes.count {
      let lane = seen.lane.index
      guard lanes[lane].isStuck else { continue }
      lanes[lane].isStuck = false
      lanes[lane].trust = .whole
      lanes[lane].evidence = 0
    }
  }

  func hasRoomBeyond(_ lane: Int) -> Bool {
    for choice in choiceRange(lane) {
      let link = Int(destination[Int(choices[choice])])
      if count(onLink: link) * 15 > lengths[link] { return false }
    }
    return true
  }

  /// What the cabinet's own detector says of a lane's phase, against what is seen before the stop line.
  mutating func note(isCalled: Bool, lane: Int) {
    guard judges, lanes[lane].trust == .whole else { return }
    if !isCalled || first[lane] < first[lane + 1] {
      lanes[lane].calledEmptySince = now
    } else if now - lanes[lane].calledEmptySince > Self.silenceMilliseconds,
      now - lanes[lane].lastSeen > 4 * Self.silenceMilliseconds
    {
      lanes[lane].trust = .silent
    }
  }

  /// Takes over what the lamps let the lane do.
  mutating func setOpen(_ lane: Int, since: Int32, isProtected: Bool, canLeave: Bool) {
    lanes[lane].canLeave = canLeave
    if since < 0 && lanes[lane].openSince >= 0 { lanes[lane].evidence = max(0, lanes[lane].evidence - 2) }
    lanes[lane].openSince = since
    lanes[lane].isProtected = isProtected
  }

  /// Lanes whose arrivals nobody shows get them at their rate; what must have passed unseen is forgotten.
  mutating func settleHidden(_ elapsed: Int32) {
    for lane in lanes.indices where lanes[lane].isWatched {
      let isBlind = lanes[lane].trust != .whole
      let entered = isBlind || (invents && inTransit[Int(lanes[lane].link)].isEmpty)
      if entered && elapsed > 0 {
        lanes[lane].fraction += max(lanes[lane].rate, Self.leastRate) * Float(elapsed) / 1000
        if lanes[lane].fraction >= 1 && hidden[lane].count < Self.hiddenLimit {
          lanes[lane].fraction -= 1
          nextInvented &+= 1
          hidden[lane].append(InTransit(serial: nextInvented, arrival: now, weight: 1))
        }
      }
      guard !hidden[lane].isEmpty, lanes[lane].openSince >= 0 else { continue }
      let isEmpty = first[lane] == first[lane + 1]
      if isBlind {
        // Nobody sees them leave either: they leave as a queue does.
        let green = now - lanes[lane].openSince
        if green > 2_000 && now - lanes[lane].lastDeparture > Int32(headway(lane) * 1000) {
          lanes[lane].lastDeparture = now
          hidden[lane].removeFirst()
        }
      } else if isEmpty && now - lanes[lane].openSince > 4_000 {
        let passed = now - 4_000
        hidden[lane].removeAll { $0.arrival < passed }
      }
    }
  }
}

/// What vehicles do at the ends of their lanes.
extension TrafficPicture {
  /// Of those who leave a link, the share that takes a movement, as learnt.
  func share(of movement: Int32, onLink link: Int) -> Float {
    var own: Float = 0
    var total: Float = 0
    for lane in firstLane[link]..<firstLane[link + 1] {
      for choice in choiceRange(lane) {
        total += passages[choice]
        if choices[choice] == movement { own += passages[choice] }
      }
    }
    return own / max(total, 0.001)
  }

  /// Whether all other movements of its lane have been ruled out for a vehicle.
  func isLastChoice(_ choice: Int, of serial: UInt32, _ lane: Int) -> Bool {
    let ruledOut = track(of: serial)?.ruledOut ?? 0
    for place in choiceRange(lane).indices {
      let number = place - choiceRange(lane).lowerBound
      if number != choice && (number >= 8 || ruledOut & (1 << UInt8(number)) == 0) { return false }
    }
    return true
  }
}
