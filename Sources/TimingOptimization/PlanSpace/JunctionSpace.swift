import TrafficModel

/// The plans that one controller may run: its sequences, and the bounds of its splits or stages.
public struct JunctionSpace: Sendable {
  public enum Sequence: Hashable, Sendable {
    case ringBarrier(RingBarrierDiagram)
    /// The stage chain: positions of the chain on the street, in their new order.
    case stages([Int])
  }

  public let controller: SignalController
  /// The pattern on the street, from which number, name, reference and operation come.
  public let base: Pattern
  /// The first is the one on the street; all are legal, and none brings a warning that the first does not.
  public let sequences: [Sequence]
  /// By sequence: shortest durations in tenths of a second, on the grid; 0 for phases that the plan omits. Those of
  /// stages depend on what follows.
  let minima: [[Int]]
  let maxima: [[Int]]
  let grid: Int

  /// - Throws: `unusablePattern` if the pattern on the street does not lay out.
  public init(
    _ controller: SignalController, in network: Network, limits: PlanLimits
  ) throws(PlanningFailure) {
    self.controller = controller
    guard let base = controller.patterns.first else {
      throw .unusablePattern(controller: controller.name, reason: "there is none")
    }
    do {
      _ = try controller.timeline(of: base)
    } catch {
      throw .unusablePattern(controller: controller.name, reason: error.description)
    }
    self.base = base
    grid = limits.gridTenths
    sequences =
      limits.locks.contains(.sequence)
      ? [SequenceChoice.given(base)]
      : SequenceChoice.legal(
        controller, base, in: network, served: PlanBounds(controller, base, grid: limits.gridTenths).minima)
    let bounds = sequences.map { PlanBounds(controller, base, sequence: $0, grid: limits.gridTenths) }
    minima = bounds.map(\.minima)
    maxima = bounds.map(\.maxima)
  }

  /// Phases of each ring on each side that the plan serves, in the order of a sequence.
  func served(_ sequence: Int) -> [[[Int]]] {
    guard case .ringBarrier(let diagram) = sequences[sequence] else { return [] }
    return diagram.rings.map { ring in ring.map { side in side.filter { minima[0][$0] > 0 } } }
  }

  /// The sum of the minimum times, in tenths of a second.
  public var shortestCycle: Int {
    switch sequences[0] {
    case .stages: return minima[0].reduce(0, +)
    case .ringBarrier(let diagram):
      let rings = served(0)
      return (0..<diagram.sideCount).reduce(0) { $0 + shortestSide($1, rings) }
    }
  }

  func shortestSide(_ side: Int, _ rings: [[[Int]]]) -> Int {
    rings.map { ring in side < ring.count ? ring[side].reduce(0) { $0 + minima[0][$1] } : 0 }.max() ?? 0
  }

  // MARK: - Patterns

  /// The plan as the controller stores it.
  public func pattern(_ plan: JunctionPlan) -> Pattern {
    var pattern = base
    pattern.cycle = TimeSpan(tenths: plan.cycle)
    pattern.offset = TimeSpan(tenths: plan.offset)
    switch (sequences[plan.sequence], base.timing) {
    case (.ringBarrier(let diagram), .ringBarrier(_, _, let references)):
      pattern.timing = .ringBarrier(
        diagram: diagram, splits: plan.durations.map { TimeSpan(tenths: $0) }, referencePhases: references)
    case (.stages(let order), .stages(let chain)):
      pattern.timing = .stages(
        order.map {
          StageInterval(stage: chain[$0].stage, duration: TimeSpan(tenths: plan.durations[$0]))
        })
    default: break
    }
    return pattern
  }

  /// A pattern of this controller as a plan of this space; `nil` where its sequence is none of those here.
  func plan(of pattern: Pattern) -> JunctionPlan? {
    var plan = given
    plan.cycle = Int(pattern.cycle.milliseconds / 100)
    plan.offset = Int(pattern.offset.milliseconds / 100)
    for (index, sequence) in sequences.enumerated() {
      switch (sequence, pattern.timing, base.timing) {
      case (.ringBarrier(let diagram), .ringBarrier(let own, let splits, _), _) where diagram == own:
        plan.sequence = index
        plan.durations = splits.map { Int($0.milliseconds / 100) }
        return plan
      case (.stages(let order), .stages(let chain), .stages(let street))
      where order.map({ street[$0].stage }) == chain.map(\.stage):
        plan.sequence = index
        for (place, position) in order.enumerated() {
          plan.durations[position] = Int(chain[place].duration.milliseconds / 100)
        }
        return plan
      default: continue
      }
    }
    return nil
  }

  /// The pattern on the street, to the tenth of a second.
  public var given: JunctionPlan {
    let durations: [Int]
    switch base.timing {
    case .ringBarrier(_, let splits, _): durations = splits.map { Int($0.milliseconds / 100) }
    case .stages(let chain): durations = chain.map { Int($0.duration.milliseconds / 100) }
    }
    return JunctionPlan(
      sequence: 0, durations: durations, cycle: Int(base.cycle.milliseconds / 100),
      offset: Int(base.offset.milliseconds / 100))
  }

  /// A legal plan of another cycle whose durations stand to each other as the weights do.
  ///
  /// - Parameters:
  ///   - weights: by phase, or by position in the chain; what is to be green longer has more.
  ///   - cycle: a multiple of the grid, in tenths of a second.
  /// - Returns: `nil` if the minimum times do not fit.
  public func fitted(weights: [Double], cycle: Int, sequence: Int, offset: Int) -> JunctionPlan? {
    var plan = JunctionPlan(
      sequence: sequence, durations: minima[sequence], cycle: cycle, offset: (offset % cycle + cycle) % cycle)
    switch sequences[sequence] {
    case .stages:
      guard
        let durations = apportioned(
          cycle, weights: weights, minima: minima[sequence], maxima: maxima[sequence], grid: grid)
      else { return nil }
      plan.durations = durations
    case .ringBarrier(let diagram):
      let rings = served(sequence)
      let sides = 0..<diagram.sideCount
      let needs = sides.map { side in
        rings.map { ring in ring[side].reduce(0.0) { $0 + weights[$1] } }.max() ?? 0
      }
      guard
        let lengths = apportioned(
          cycle, weights: needs, minima: sides.map { shortestSide($0, rings) },
          maxima: sides.map { needs[$0] > 0 || shortestSide($0, rings) > 0 ? cycle : 0 }, grid: grid)
      else { return nil }
      for ring in rings {
        for side in sides where !ring[side].isEmpty {
          let phases = ring[side]
          guard
            let splits = apportioned(
              lengths[side], weights: phases.map { weights[$0] }, minima: phases.map { minima[sequence][$0] },
              maxima: phases.map { _ in cycle }, grid: grid)
          else { return nil }
          for (phase, split) in zip(phases, splits) { plan.durations[phase] = split }
        }
      }
    }
    return plan
  }

  /// The same proportions at another cycle.
  public func scaled(_ plan: JunctionPlan, cycle: Int) -> JunctionPlan? {
    let offset = (Int((Double(plan.offset) * Double(cycle) / Double(plan.cycle)).rounded()) / grid) * grid
    return fitted(
      weights: plan.durations.map(Double.init), cycle: cycle, sequence: plan.sequence, offset: offset)
  }
}
