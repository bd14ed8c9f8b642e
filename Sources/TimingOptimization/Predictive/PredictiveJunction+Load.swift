import TrafficModel

/// How much of its capacity a junction needs.
extension PredictiveJunction {
  /// Looks at the flows with which the lanes depart: which waits people on foot can be promised, not less than Webster's
  /// cycle (Road Research Technical Paper 39, 1958), and what lost time costs.
  ///
  /// A plan knows what a change costs those it sees. At high load the queues outlast it, and a second in which nobody goes
  /// keeps everybody who comes until they have gone: a busy period grows as load / (1 − load), and with it the number of
  /// those who come in it.
  mutating func adaptLoad(_ picture: TrafficPicture) {
    var ratios = ContiguousArray<Float>(repeating: 0, count: states.phases.count)
    for lane in planner.street.lanes {
      let ratio = picture.lanes[Int(lane.lane)].rate * picture.headway(Int(lane.lane))
      for phase in ratios.indices {
        let needs = lane.movements.contains {
          planner.street.movementsOfPhase[phase] & (1 << UInt64(planner.street.movementsOfLane[Int($0)])) != 0
        }
        if needs { ratios[phase] = max(ratios[phase], ratio) }
      }
    }
    var sum: Float = 0
    var lost: Float = 0
    for side in 0...(states.phases.map(\.side).max() ?? 0) {
      var longest: Float = 0
      var clearance: Float = 0
      for ring in 0..<SignalStates.ringLimit {
        var own: Float = 0
        var ownLost: Float = 0
        for phase in ratios.indices
        where states.phases[phase].ring == ring && (states.runsStages || states.phases[phase].side == side) {
          own += ratios[phase]
          ownLost += states.phases[phase].clearance
        }
        longest = max(longest, own)
        clearance = max(clearance, ownLost)
      }
      sum += longest
      lost += clearance
    }
    waits.adapt(toCycle: sum < 0.9 ? (1.5 * lost + 5) / (1 - sum) : .infinity)
    let load = min(parameters.highestLoad, sum / max(1 - lost / waits.limit, 0.05))
    planner.lostTimePrice = parameters.lostTimePrice * load / (1 - load)
  }
}
