import TrafficModel

/// The search itself: first changes, second changes, and the base policy behind both.
extension StatePlanner {
  /// Finds the best plan from the root; ``options`` then holds the best of every first step.
  mutating func search() {
    options.removeAll(keepingCapacity: true)
    for _ in 0...states.count { options.append(Option()) }
    noteRollout(of: 0)
    expand(0)
    let firstEnd = used
    var picked = pick(from: 1, to: firstEnd, parameters.firstBeam)
    for slot in picked { noteRollout(of: Int(slot)) }
    for slot in picked where used < Self.nodeLimit { expand(Int(slot)) }
    if used > firstEnd {
      picked = pick(from: firstEnd, to: used, parameters.secondBeam)
      for slot in picked { noteRollout(of: Int(slot)) }
    }
  }

  /// The slots of least estimate.
  mutating func pick(from: Int, to: Int, _ limit: Int) -> ContiguousArray<Int32> {
    order.removeAll(keepingCapacity: true)
    for slot in from..<to { order.append(Int32(slot)) }
    let keys = nodes
    order.sort {
      keys[Int($0)].estimate == keys[Int($1)].estimate
        ? $0 < $1 : keys[Int($0)].estimate < keys[Int($1)].estimate
    }
    return ContiguousArray(order.prefix(limit))
  }

  mutating func findEnds(_ slot: Int) {
    gaps.removeAll(keepingCapacity: true)
    copy(slot, to: scratch)
    let node = nodes[slot]
    discharge(
      scratch, node.state, next: -1, from: node.time, to: node.time + parameters.longestBaseGreen,
      findsGaps: true)
    gaps.sort()
    ends.removeAll(keepingCapacity: true)
    var earliest = Float.infinity
    for next in 0..<states.count
    where next != node.state && states.change(from: node.state, to: next) < .infinity {
      earliest = min(earliest, earliestEnd(slot, to: next))
    }
    if earliest == .infinity { return }
    ends.append(earliest)
    for gap in gaps {
      // The last vehicle of a platoon passes in yellow.
      let end = gap - 1
      if end > ends[ends.count - 1] + 1 && ends.count < parameters.endCandidates { ends.append(end) }
    }
  }

  mutating func expand(_ slot: Int) {
    findEnds(slot)
    copy(slot, to: scratch)
    let state = nodes[slot].state
    var reached = nodes[slot].time
    for place in ends.indices {
      let end = ends[place]
      discharge(scratch, state, next: -1, from: reached, to: end)
      reached = max(reached, end)
      scoreStates(scratch, by: end + 12)
      for next in 0..<states.count where next != state {
        if score[next] <= 0 || states.change(from: state, to: next) == .infinity { continue }
        if earliestEnd(slot, to: next) > end + 0.01 { continue }
        if used >= Self.nodeLimit { return }
        let child = used
        used += 1
        copy(scratch, to: child)
        nodes[child].parent = Int32(slot)
        change(child, at: end, to: next)
        nodes[child].estimate = nodes[child].cost + remainder(child)
      }
    }
  }

  /// Follows the base policy from a slot to the horizon and notes the plan under its first step.
  mutating func noteRollout(of slot: Int) {
    copy(slot, to: rollout)
    var first = Option()
    steps.removeAll(keepingCapacity: true)
    for round in 0..<12 {
      let end = baseEnd()
      discharge(rollout, nodes[rollout].state, next: -1, from: nodes[rollout].time, to: end)
      nodes[rollout].time = max(nodes[rollout].time, end)
      scoreStates(rollout, by: end + 6)
      var best = -1
      let urgent = urgentClaim(rollout, by: end)
      for next in 0..<states.count
      where (urgent < 0 ? score[next] > 0 : claims.ofState[next].contains(phase: urgent))
        && states.change(from: nodes[rollout].state, to: next) < .infinity
        && (best < 0 || score[next] > score[best])
      {
        best = next
      }
      if best >= 0 {
        let allowed = max(end, earliestEnd(rollout, to: best))
        if allowed > end { discharge(rollout, nodes[rollout].state, next: -1, from: end, to: allowed) }
        if round == 0 { (first.end, first.next) = (allowed, best) }
        if keepsSteps { steps.append(Step(state: nodes[rollout].state, end: allowed)) }
        change(rollout, at: allowed, to: best)
      } else if round == 0 {
        (first.end, first.next) = (parameters.horizon, -1)
      }
      if nodes[rollout].time >= parameters.horizon || isEmpty(rollout) { break }
      if best < 0 { nodes[rollout].time += 1 }
    }
    first.cost = nodes[rollout].cost + remainder(rollout)
    for claim in deadline.indices
    where !nodes[rollout].greened.contains(phase: claim) && deadline[claim] < nodes[rollout].time + 5 {
      first.cost += 10_000 + 1_000 * (nodes[rollout].time + 5 - deadline[claim])
    }
    first.leaf = Int32(slot)
    var ancestor = slot
    while nodes[ancestor].depth > 1 { ancestor = Int(nodes[ancestor].parent) }
    if nodes[ancestor].depth == 1 { (first.end, first.next) = (nodes[ancestor].ended, nodes[ancestor].state) }
    let step = first.next >= 0 && first.end <= Self.now ? 1 + first.next : 0
    guard first.cost < options[step].cost else { return }
    if keepsSteps { first.steps = sequence(to: slot) + steps }
    options[step] = first
  }

  /// The claim that must be met soonest, if the base policy should go there next; −1 for none.
  func urgentClaim(_ slot: Int, by end: Float) -> Int {
    var result = -1
    for claim in deadline.indices
    where deadline[claim] < end + parameters.urgentSeconds && !nodes[slot].greened.contains(phase: claim)
      && (result < 0 || deadline[claim] < deadline[result])
    {
      result = claim
    }
    return result
  }

  /// What ends within this is now.
  static let now: Float = 0.5

  func isEmpty(_ slot: Int) -> Bool {
    for lane in 0..<laneCount where nextVehicle[slot * laneCount + lane] < laneFirst[lane + 1] {
      return false
    }
    return true
  }

  /// When the base policy ends the green of the rollout's slot: once the platoons of its protected lanes have passed, or,
  /// where nobody else is about to come, when somebody does.
  func baseEnd() -> Float {
    let node = nodes[rollout]
    let base = rollout * laneCount
    var end = node.time
    for ring in 0..<SignalStates.ringLimit where states.phase(ofState: node.state, ring: ring) >= 0 {
      end = max(end, node.ready[ring])
    }
    let cap = max(end, node.time + parameters.longestBaseGreen)
    var served = end
    var nextElsewhere = Float.infinity
    for lane in 0..<laneCount {
      let last = Int(laneFirst[lane + 1])
      var vehicle = Int(nextVehicle[base + lane])
      if vehicle >= last { continue }
      var free = max(release[base + lane], node.time)
      while vehicle < last {
        let service = street.services[node.state * movementCount + Int(movement[vehicle])]
        if service < .permitted {
          nextElsewhere = min(nextElsewhere, arrival[vehicle])
          break
        }
        if service < .protected { break }
        let departure = max(arrival[vehicle], free)
        if departure > max(free, node.time) + parameters.platoonGap || departure > cap { break }
        free = departure + headway[lane]
        served = max(served, departure - 1)
        vehicle += 1
      }
    }
    if nextElsewhere == .infinity { return min(max(served, node.time + 5), cap) }
    return min(max(served, nextElsewhere - 6), max(cap, nextElsewhere - 6))
  }

  /// The greens from the root to a slot.
  func sequence(to slot: Int) -> ContiguousArray<Step> {
    var result: ContiguousArray<Step> = []
    var place = slot
    while place > 0, nodes[place].parent >= 0 {
      let parent = Int(nodes[place].parent)
      result.append(Step(state: nodes[parent].state, end: nodes[place].ended))
      place = parent
    }
    return ContiguousArray(result.reversed())
  }

  /// What a plan costs each lane: the plan is followed once more from the root.
  mutating func costsByLane(of plan: ContiguousArray<Step>) -> ContiguousArray<Float> {
    for lane in 0..<laneCount { laneCosts[lane] = 0 }
    copy(0, to: rollout)
    for (place, step) in plan.enumerated() {
      discharge(rollout, step.state, next: -1, from: nodes[rollout].time, to: step.end)
      nodes[rollout].time = step.end
      if place + 1 < plan.count { change(rollout, at: step.end, to: plan[place + 1].state) }
    }
    _ = remainder(rollout)
    return laneCosts
  }
}
