import TrafficModel

extension JunctionSpace {
  /// Plans that differ from `plan` by `shift` tenths of a second moved from one phase or stage to another; all legal.
  ///
  /// Within a ring and side two phases trade; between sides every ring gives and takes, each with one phase.
  func trades(of plan: JunctionPlan, shift: Int) -> [JunctionPlan] {
    switch sequences[plan.sequence] {
    case .stages:
      var result: [JunctionPlan] = []
      for giver in plan.durations.indices {
        for taker in plan.durations.indices where taker != giver {
          if let changed = moved(plan, from: [giver], to: [taker], shift) { result.append(changed) }
        }
      }
      return result
    case .ringBarrier(let diagram):
      let rings = served(plan.sequence)
      return innerTrades(plan, rings, shift) + sideTrades(plan, rings, sides: diagram.sideCount, shift)
    }
  }

  private func innerTrades(_ plan: JunctionPlan, _ rings: [[[Int]]], _ shift: Int) -> [JunctionPlan] {
    var result: [JunctionPlan] = []
    for phases in rings.joined() where phases.count > 1 {
      for giver in phases {
        for taker in phases where taker != giver {
          if let changed = moved(plan, from: [giver], to: [taker], shift) { result.append(changed) }
        }
      }
    }
    return result
  }

  private func sideTrades(
    _ plan: JunctionPlan, _ rings: [[[Int]]], sides: Int, _ shift: Int
  ) -> [JunctionPlan] {
    var result: [JunctionPlan] = []
    for from in 0..<sides {
      for to in 0..<sides where to != from {
        for givers in choices(rings, side: from) {
          for takers in choices(rings, side: to) {
            if let changed = moved(plan, from: givers, to: takers, shift) { result.append(changed) }
          }
        }
      }
    }
    return result
  }

  /// One phase of every ring that serves any on a side, in every combination.
  private func choices(_ rings: [[[Int]]], side: Int) -> [[Int]] {
    var result: [[Int]] = [[]]
    for ring in rings where side < ring.count && !ring[side].isEmpty {
      result = result.flatMap { known in ring[side].map { known + [$0] } }
    }
    return result[0].isEmpty ? [] : result
  }

  private func moved(_ plan: JunctionPlan, from givers: [Int], to takers: [Int], _ shift: Int)
    -> JunctionPlan?
  {
    var changed = plan
    for giver in givers {
      changed.durations[giver] -= shift
      if changed.durations[giver] < minima[plan.sequence][giver] { return nil }
    }
    for taker in takers {
      changed.durations[taker] += shift
      if changed.durations[taker] > maxima[plan.sequence][taker] { return nil }
    }
    return changed
  }

  /// Whether a plan keeps every bound: minimum times, sums at barriers and of the cycle, the grid.
  public func isLegal(_ plan: JunctionPlan) -> Bool {
    guard sequences.indices.contains(plan.sequence), plan.durations.count == minima[0].count,
      (0..<plan.cycle).contains(plan.offset), plan.cycle % grid == 0, plan.offset % grid == 0
    else { return false }
    for index in plan.durations.indices {
      let duration = plan.durations[index]
      if duration < minima[plan.sequence][index] || duration > maxima[plan.sequence][index]
        || duration % grid != 0
      {
        return false
      }
    }
    switch sequences[plan.sequence] {
    case .stages: return plan.durations.reduce(0, +) == plan.cycle
    case .ringBarrier(let diagram):
      let rings = served(plan.sequence)
      var sum = 0
      for side in 0..<diagram.sideCount {
        let lengths = rings.map { ring in ring[side].reduce(0) { $0 + plan.durations[$1] } }
        let longest = lengths.max() ?? 0
        if !lengths.allSatisfy({ $0 == longest || $0 == 0 }) { return false }
        sum += longest
      }
      return sum == plan.cycle
    }
  }
}
