import TrafficModel

/// A junction whose flows fill the longest cycle that can be promised.
extension PredictiveJunction {
  /// Whether the brain must choose the next state itself: going on for another decision, or one of the states that the cabinet
  /// may go to by itself next, with its pedestrians, would keep somebody longer than promised.
  ///
  /// A cabinet goes through its phases in its own order, so that a promise must be looked after while it can still be kept.
  mutating func isPromiseInDanger(_ current: Int, _ status: CabinetStatus, at now: Int32) -> Bool {
    let ready = ready(current, status, at: now)
    let leave = max(Float(parameters.decisionMilliseconds) / 1000, ready.max()) + restingClearance
    var worst = waits.lateness(showing: current, from: 0, leavingAt: leave, states)
    for next in 0..<states.count where next != current {
      guard !waits.waiting.intersection(planner.claims.ofState[next]).isEmpty,
        states.change(from: current, to: next) < .infinity
      else { continue }
      let begin = leave + states.change(from: current, to: next)
      let green = states.minimumGreen(of: next, walking: waits.walking)
      worst = max(worst, waits.lateness(showing: next, from: begin, leavingAt: begin + green, states))
    }
    hasTakenOver = worst > (hasTakenOver ? -parameters.dangerEnds : 0)
    return hasTakenOver
  }

  /// Lets the cabinet run actuated; ends greens that have had their share of the longest cycle.
  ///
  /// Where the flows fill the cycle there is nothing to look ahead for: every change costs capacity, and greens in turn that
  /// last until their queue has gone carry most.
  mutating func watch(_ current: Int, _ status: CabinetStatus, at now: Int32) -> CabinetCommand {
    request.state = current
    var command = CabinetCommand(program: .free, lease: StateRequest.lease)
    guard !waits.waiting.subtracting(states.phasesOfState[current]).isEmpty else { return command }
    for phase in states.phasesOfState[current].members where phase < status.phaseSince.count {
      let green = Float(now - Int32(clamping: status.phaseSince[phase].milliseconds)) / 1000
      if green >= greenShare[phase] * parameters.fullLoadGreen {
        command.forceOff.insert(PhaseSet(phase: phase))
      }
    }
    return command
  }

  /// Looks at the flows with which the lanes depart: whether a cycle that keeps the promise can carry them with time to
  /// spare, and which waits people on foot can be promised, not less than Webster's cycle (Road Research Technical
  /// Paper 39, 1958).
  mutating func adaptWaits(_ picture: TrafficPicture) {
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
    let full = isFull ? parameters.fullLoadEnds : parameters.fullLoad
    isFull = !states.runsStages && sum > full * (1 - lost / waits.limit)
    for phase in ratios.indices {
      greenShare[phase] = max(0, waits.limit - parameters.waitReserve - lost) * ratios[phase] / max(sum, 0.05)
    }
  }
}
