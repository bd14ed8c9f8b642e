import TrafficModel

/// Turns that must yield to traffic which is not all seen.
extension PredictiveJunction {
  /// How long a turn that must yield waits for each gap once those it yields to are not seen any more: with flow q, critical
  /// gap t_c and follow-up time t_f it has q e^(−q t_c) / (1 − e^(−q t_f)) places a second (HCM 6th edition,
  /// chapter 19).
  mutating func findGaps(_ picture: TrafficPicture) {
    let street = planner.street
    let critical = parameters.gapBefore + parameters.gapAfter
    for state in 0..<states.count {
      for turn in street.movements.indices where street.service(turn, in: state) == .permitted {
        var flow: Float = 0
        var seenSeconds = Float.infinity
        for lane in street.lanes {
          let own = Int(lane.lane)
          let choices = picture.choiceRange(own)
          let total = choices.reduce(0) { $0 + picture.passages[$1] }
          for (place, choice) in zip(lane.movements, choices) {
            let other = Int(street.movementsOfLane[Int(place)])
            guard street.movements[turn].yieldsTo & (1 << UInt64(other)) != 0,
              street.service(other, in: state) >= .permitted
            else { continue }
            flow += picture.lanes[own].rate * picture.passages[choice] / max(total, 0.001)
            let meters = lane.isFedBySignal ? lane.lengthMeters : min(reach, lane.approachMeters)
            seenSeconds = min(seenSeconds, meters / lane.speed)
          }
        }
        let place = state * street.movements.count + turn
        planner.gapHorizon[place] = seenSeconds + parameters.gapReserve
        planner.gapWait[place] = Self.gapWait(flow: flow, critical: critical, followUp: parameters.followUp)
      }
    }
  }

  /// What a vehicle waits beyond its follow-up time, in seconds.
  static func gapWait(flow: Float, critical: Float, followUp: Float) -> Float {
    guard flow > 0.001 else { return 0 }
    let free = Float(exponential(Double(-flow * critical)))
    let taken = 1 - Float(exponential(Double(-flow * followUp)))
    return min(60, max(0, taken / (flow * free) - followUp))
  }
}
