import TrafficModel

/// From one state to another.
extension StatePlanner {
  func earliestEnd(_ slot: Int, to next: Int) -> Float {
    let node = nodes[slot]
    let restarts = states.restartsRings[node.state * states.count + next]
    var result = node.time
    for ring in 0..<SignalStates.ringLimit {
      let phase = states.ringPhase[node.state * SignalStates.ringLimit + ring]
      if phase < 0 { continue }
      if !restarts && states.ringPhase[next * SignalStates.ringLimit + ring] == phase { continue }
      result = max(result, node.ready[ring])
    }
    return result
  }

  /// How much longer than programmed the change from the root's state to another is to take, so that nobody is caught inside
  /// the junction.
  func redExtension(to next: Int) -> Float {
    let late = leftInside[next] - states.change(from: nodes[0].state, to: next) - parameters.insidePatience
    return min(max(0, late), parameters.longestRedExtension)
  }

  /// Ends the green of a slot at `end` and goes to `next`; the lanes have been discharged up to `end`.
  mutating func change(_ slot: Int, at end: Float, to next: Int) {
    let from = nodes[slot].state
    let longer = nodes[slot].depth == 0 ? redExtension(to: next) : 0
    let begin = end + states.change(from: from, to: next) + longer
    discharge(slot, from, next: next, from: end, to: begin)
    let restarts = states.restartsRings[from * states.count + next]
    var goesOn = false
    for ring in 0..<SignalStates.ringLimit {
      let phase = states.phase(ofState: next, ring: ring)
      if phase < 0 {
        nodes[slot].ready[ring] = 0
        continue
      }
      if !restarts && states.phase(ofState: from, ring: ring) == phase {
        goesOn = true
        continue
      }
      let walks = walking.contains(phase: phase) && !nodes[slot].walked.contains(phase: phase)
      let walker = walks ? PhaseSet(phase: phase) : []
      nodes[slot].ready[ring] = begin + states.minimumGreen(ofPhase: phase, walking: walker)
      if walks {
        nodes[slot].cost += parameters.pedestrianWeight * begin
        nodes[slot].walked.insert(walker)
      }
    }
    if !goesOn { nodes[slot].cost += lostTimePrice * (begin - end) }
    for claim in claims.ofState[next].subtracting(nodes[slot].greened).members where begin > deadline[claim] {
      nodes[slot].cost += 10_000 + 1_000 * (begin - deadline[claim])
    }
    nodes[slot].greened.formUnion(claims.ofState[next])
    nodes[slot].time = begin
    nodes[slot].state = next
    nodes[slot].ended = end
    nodes[slot].depth += 1
  }

  /// By state, how much would be served there that is not served now, among what is here by `horizon` (or
  /// will be).
  mutating func scoreStates(_ slot: Int, by horizon: Float) {
    let state = nodes[slot].state
    let base = slot * laneCount
    for other in score.indices { score[other] = 0 }
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      // Who stands behind a vehicle that will not be let go is not served either.
      var reach: UInt32 = .max
      while vehicle < last && reach != 0 {
        if arrival[vehicle] > horizon { break }
        let turn = Int(movement[vehicle])
        let now = street.services[state * movementCount + turn]
        // Who has found no gap for long is served by a green of its own only.
        let isHeld = now == .permitted && permittedReleaseAt[lane] > horizon
        if now < .permitted || isHeld {
          for other in score.indices where other != state && reach & (1 << UInt32(other)) != 0 {
            let service = street.services[other * movementCount + turn]
            if isHeld ? service == .protected : service >= .permitted {
              // What has been waited already counts, so that small streams get their turn.
              let waited = max(0, horizon - arrival[vehicle]) + (weight[vehicle] - 1) * parameters.ageing
              score[other] += (service == .protected ? 1 : 0.5) * (10 + waited)
            } else {
              reach &= ~(1 << UInt32(other))
            }
          }
        }
        vehicle += 1
      }
    }
    for phase in pedestrianWait.indices
    where pedestrianWait[phase] >= 0 && !nodes[slot].walked.contains(phase: phase) {
      for other in score.indices
      where other != state && states.phasesOfState[other].contains(phase: phase)
        && !states.phasesOfState[state].contains(phase: phase)
      {
        score[other] += parameters.pedestrianWeight * (10 + horizon + pedestrianWait[phase])
      }
    }
  }
}
