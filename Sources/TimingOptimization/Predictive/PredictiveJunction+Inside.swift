import TrafficModel

/// Vehicles that are still inside the junction when a green is to end.
extension PredictiveJunction {
  /// A vehicle inside the junction that does not go freely.
  struct Inside: Sendable {
    /// In the network, the lane that it came from.
    var origin: Int32
    /// Local movement.
    var movement: Int
    /// From the stop line to its front, and from there to the end of the path.
    var travelled: Float
    var remaining: Float
    var speed: Float
  }

  /// Works out how long after the end of the green everybody has left the junction who is kept inside it by a vehicle of his
  /// own lane that waits for a gap.
  ///
  /// The first one who waits goes when the oncoming traffic stops, as the yellow allows for. Who follows him through,
  /// however, starts only then, and after the oncoming turns that waited too, and is met by the vehicles of the next
  /// green in the middle of his path: where these turn across each other they keep one another for ever, and no signal
  /// could part them. So the red clearance is to be longer, and the plans know that it is: a green for the turns that
  /// wait may cost less. Where they stand because there is no room beyond, longer red would not help.
  mutating func findInside(_ picture: TrafficPicture) {
    for next in 0..<states.count { planner.leftInside[next] = 0 }
    guard shown >= 0 else { return }
    collectInside(picture)
    for vehicle in inside {
      let start = startAfterTurns(vehicle)
      if start == 0 { continue }
      let way = vehicle.remaining + parameters.vehicleMeters
      let left = parameters.endGain + start + freeSeconds(over: way, from: 0, limit: parameters.insideSpeed)
      for next in 0..<states.count where isMet(vehicle.movement, after: next) {
        planner.leftInside[next] = max(planner.leftInside[next], left)
      }
    }
  }

  /// How long after the oncoming traffic has stopped a vehicle starts that is kept by the first of his lane or by oncoming
  /// turns; 0 where nobody keeps him.
  ///
  /// One after the other go the turns that wait, ours and theirs. Where somebody follows theirs through as well, he too
  /// starts late, and our turn waits for him to pass.
  private func startAfterTurns(_ vehicle: Inside) -> Float {
    let street = planner.street
    var own: Float = 0
    var oncoming: Float = 0
    for other in inside where other.speed < parameters.insideCrawl {
      guard street.service(other.movement, in: shown) == .permitted else { continue }
      if other.origin == vehicle.origin {
        if other.travelled > vehicle.travelled { own += parameters.insideStart }
      } else if street.meet(other.movement, vehicle.movement) {
        oncoming += parameters.insideStart
        if isFollowed(other) {
          let half = street.movements[other.movement].innerMeters / 2
          oncoming += parameters.insideStart + freeSeconds(over: half, from: 0, limit: parameters.insideSpeed)
        }
      }
    }
    if own > 0 { return own + oncoming }
    // Who stands without one before him lets those pass who turn across his way.
    let goesFirst = street.service(vehicle.movement, in: shown) == .protected
    return goesFirst && vehicle.speed < parameters.insideStanding ? oncoming : 0
  }

  /// Whether somebody from the same lane is behind a turn that waits inside, or comes to be by the end of the green, and has
  /// the right of way.
  private func isFollowed(_ turn: Inside) -> Bool {
    let street = planner.street
    func goesFirst(_ movement: Int) -> Bool { street.service(movement, in: shown) == .protected }
    for other in inside where other.origin == turn.origin && other.travelled < turn.travelled {
      if goesFirst(other.movement) { return true }
    }
    guard let lane = street.lanes.firstIndex(where: { $0.lane == turn.origin }) else { return false }
    let first = Int(planner.laneFirst[lane])
    guard first < Int(planner.laneFirst[lane + 1]) else { return false }
    return planner.arrival[first] < parameters.endGain && goesFirst(Int(planner.movement[first]))
  }

  /// Whether another state closes a movement and lets turns start that come across its path and yield: who has the right of
  /// way waits for those inside, but a turn that waits for a gap stands in everybody's way.
  private func isMet(_ movement: Int, after next: Int) -> Bool {
    let street = planner.street
    if street.service(movement, in: next) >= .permitted { return false }
    return street.movements.indices.contains { other in
      street.service(other, in: shown) < .permitted && street.service(other, in: next) == .permitted
        && street.meet(other, movement)
    }
  }

  private mutating func collectInside(_ picture: TrafficPicture) {
    let street = planner.street
    inside.removeAll(keepingCapacity: true)
    for exit in street.exits {
      let link = Int(exit.link)
      for index in picture.range(ofLink: link) {
        let seen = picture.vehicles[index]
        guard seen.speed < parameters.insideKept, picture.isInside(seen),
          let track = picture.track(of: seen.serial),
          let movement = street.movements.firstIndex(where: { $0.movement == track.passed })
        else { continue }
        let remaining = seen.distance - picture.linkLength(link)
        inside.append(
          Inside(
            origin: track.origin, movement: movement,
            travelled: street.movements[movement].innerMeters - remaining, remaining: remaining,
            speed: seen.speed))
      }
    }
  }
}
