import TrafficModel

/// How much of its capacity a junction needs, and what lost time costs it.
extension PredictiveJunction {
  /// Looks at the flows with which the lanes depart: which waits people on foot can be promised, not less than Webster's
  /// cycle (Road Research Technical Paper 39, 1958), and how long queues are to last.
  mutating func adaptLoad(_ picture: TrafficPicture) {
    let ratio = critical(
      busiest { lane in
        let number = Int(planner.street.lanes[lane].lane)
        return picture.lanes[number].rate * picture.headway(number)
      })
    let lost = clearances
    waits.adapt(toCycle: ratio < 0.9 ? (1.5 * lost + 5) / (1 - ratio) : .infinity)
    let load = min(parameters.highestLoad, ratio / max(1 - lost / waits.limit, 0.05))
    busyPeriod = load / (1 - load)
  }

  /// Works out what a second costs in which nobody goes.
  ///
  /// A plan knows what a change costs those whom it serves. Who is left waits longer by all of it, and would only drain as
  /// if his lane shared the greens to come, whatever these lose: of the queue that stands now it is the part for which
  /// the time at hand does not suffice. Those who are still to come wait longer as well, until the queues have gone: a
  /// busy period grows as load / (1 − load), and with it the number of those who come in it.
  mutating func priceLostTime() {
    var queue: Float = 0
    let seconds = critical(
      busiest { lane in
        var standing: Float = 0
        for vehicle in Int(planner.laneFirst[lane])..<Int(planner.laneFirst[lane + 1])
        where planner.stopCost[vehicle] == 0 {
          standing += 1
        }
        queue += standing
        return standing * planner.headway[lane]
      })
    let left = seconds > parameters.queueSeconds ? queue * (1 - parameters.queueSeconds / seconds) : 0
    planner.lostTimePrice = parameters.lostTimePrice * busyPeriod + parameters.leftPrice * left
  }

  /// By phase, the most that one of its lanes has of something.
  private func busiest(_ amount: (Int) -> Float) -> ContiguousArray<Float> {
    let street = planner.street
    var result = ContiguousArray<Float>(repeating: 0, count: states.phases.count)
    for (index, lane) in street.lanes.enumerated() {
      let own = amount(index)
      for phase in result.indices {
        let needs = lane.movements.contains {
          street.movementsOfPhase[phase] & (1 << UInt64(street.movementsOfLane[Int($0)])) != 0
        }
        if needs { result[phase] = max(result[phase], own) }
      }
    }
    return result
  }

  /// What the phases of the longest ring add up to, from barrier to barrier.
  private func critical(_ ofPhase: ContiguousArray<Float>) -> Float {
    var result: Float = 0
    for side in 0...(states.phases.lazy.map(\.side).max() ?? 0) {
      var longest: Float = 0
      for ring in 0..<SignalStates.ringLimit {
        var own: Float = 0
        for phase in ofPhase.indices
        where states.phases[phase].ring == ring && (states.runsStages || states.phases[phase].side == side) {
          own += ofPhase[phase]
        }
        longest = max(longest, own)
      }
      result += longest
    }
    return result
  }

  /// Of one round.
  private var clearances: Float { critical(ContiguousArray(states.phases.map(\.clearance))) }
}
