import TrafficModel

/// Legal plans drawn at random: what blind search would find, as a bound for better ones.
public struct RandomPlans: Sendable {
  private let space: PlanSpace
  private var stream: RandomStream

  public init(_ space: PlanSpace, seed: UInt64) {
    self.space = space
    stream = RandomStream(seed: seed, purpose: .testing, place: 0x4A2D)
  }

  /// One cycle for all, sequences and offsets evenly drawn, splits by evenly drawn weights; locked parts as on the
  /// street.
  public mutating func next() -> NetworkPlan {
    let locks = space.limits.locks
    let cycle = space.cycles.isEmpty ? nil : space.cycles[draw(space.cycles.count)]
    return space.junctions.map { junction in
      var plan = junction.given
      let sequence = draw(junction.sequences.count)
      let weights = plan.durations.map { _ in 0.2 + stream.uniform() }
      let splits = locks.contains(.splits) ? plan.durations.map(Double.init) : weights
      if let fitted = junction.fitted(
        weights: splits, cycle: cycle ?? plan.cycle, sequence: sequence, offset: plan.offset),
        !locks.contains(.splits) || sequence != plan.sequence
      {
        plan = fitted
      }
      if !locks.contains(.offsets) {
        plan.offset = draw(max(1, plan.cycle / space.limits.gridTenths)) * space.limits.gridTenths
      }
      return plan
    }
  }

  private mutating func draw(_ count: Int) -> Int { Int(stream.uniform() * Double(count)) }
}
