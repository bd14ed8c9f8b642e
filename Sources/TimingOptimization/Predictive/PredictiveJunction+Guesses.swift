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
    let choices = picture.choiceRange(Int(street.lanes[lane].lane))
    var total: Float = 0
    for choice in choices { total += picture.passages[choice] }
    var draw = Self.draw(serial, 3) * total
    var place = Int(range.lowerBound)
    for choice in choices {
      draw -= picture.passages[choice]
      if draw < 0 || place == Int(range.upperBound) - 1 { break }
      place += 1
    }
    return Int(street.movementsOfLane[place])
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
