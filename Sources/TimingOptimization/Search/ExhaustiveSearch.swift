import TrafficModel

/// Every plan there is, before the cyclic-flow judge: the yardstick of the search on cases that are small enough.
public struct ExhaustiveSearch: Sendable {
  public let optimizer: PlanOptimizer

  /// - Parameter optimizer: its space, model and objective are used; it need not have done anything.
  public init(_ optimizer: PlanOptimizer) { self.optimizer = optimizer }

  public struct Best: Sendable {
    public var plan: NetworkPlan
    public var cost: Double
    /// Plans that were looked at.
    public var count: Int
  }

  /// The best of all cycles, splits and sequences of a single junction; its offset does not matter.
  ///
  /// - Complexity: the product of all choices; keep the grid coarse.
  public func bestOfJunction() -> Best? {
    let space = optimizer.space
    guard let junction = space.junctions.first, space.junctions.count == 1 else { return nil }
    var evaluator = PlanEvaluator(
      space, model: optimizer.model, objective: optimizer.options.objective, plan: space.given)
    var best: Best?
    var count = 0
    for cycle in space.cycles {
      for sequence in junction.sequences.indices {
        for durations in junction.allDurations(cycle: cycle, sequence: sequence) {
          let plan = JunctionPlan(sequence: sequence, durations: durations, cycle: cycle, offset: 0)
          guard evaluator.change([(0, plan)]) else { continue }
          count += 1
          if evaluator.cost < best?.cost ?? .infinity {
            best = Best(plan: [plan], cost: evaluator.cost, count: 0)
          }
        }
      }
    }
    best?.count = count
    return best
  }

  /// The best offsets of a few junctions with everything else as in `plan`; the first junction stays where it is.
  ///
  /// - Complexity: cycle over grid to the power of the number of junctions but one.
  public func bestOffsets(of plan: NetworkPlan) -> Best {
    let space = optimizer.space
    let grid = space.limits.gridTenths
    var evaluator = PlanEvaluator(
      space, model: optimizer.model, objective: optimizer.options.objective, plan: plan)
    var best = Best(plan: plan, cost: evaluator.cost, count: 0)
    let steps = plan.map { $0.cycle / grid }
    var choice = [Int](repeating: 0, count: plan.count)
    var count = 0
    while true {
      var changes: [(junction: Int, plan: JunctionPlan)] = []
      for junction in plan.indices.dropFirst() {
        var own = evaluator.plan[junction]
        if own.offset == choice[junction] * grid { continue }
        own.offset = choice[junction] * grid
        changes.append((junction, own))
      }
      if evaluator.change(changes) {
        count += 1
        if evaluator.cost < best.cost { best = Best(plan: evaluator.plan, cost: evaluator.cost, count: 0) }
      }
      var place = plan.count - 1
      while place > 0 {
        choice[place] += 1
        if choice[place] < steps[place] { break }
        choice[place] = 0
        place -= 1
      }
      if place == 0 { break }
    }
    best.count = count
    return best
  }
}

extension ExhaustiveSearch {
  /// Plans to be judged elsewhere: offsets of the plan on the street where splits are locked, else cycles and splits of
  /// the first junction; evenly thinned to at most `limit`.
  public func plans(limit: Int) -> [NetworkPlan] {
    let space = optimizer.space
    let given = space.given
    var all: [NetworkPlan] = []
    if space.cycles.isEmpty {
      guard let last = given.indices.last else { return [] }
      for offset in stride(from: 0, to: given[last].cycle, by: space.limits.gridTenths) {
        var plan = given
        plan[last].offset = offset
        all.append(plan)
      }
    } else {
      for cycle in space.cycles {
        for durations in space.junctions[0].allDurations(cycle: cycle, sequence: 0) {
          var plan = given
          plan[0] = JunctionPlan(sequence: 0, durations: durations, cycle: cycle, offset: 0)
          all.append(plan)
        }
      }
    }
    if all.count <= limit { return all }
    return (0..<limit).map { all[$0 * all.count / limit] }
  }
}

extension JunctionSpace {
  /// All legal durations of a cycle and sequence.
  func allDurations(cycle: Int, sequence: Int) -> [[Int]] {
    switch sequences[sequence] {
    case .stages:
      let places = Array(minima[sequence].indices)
      return shares(places, total: cycle, sequence).map { part in places.map { part[$0] ?? 0 } }
    case .ringBarrier(let diagram):
      let rings = served(sequence)
      var result: [[Int]] = [minima[sequence]]
      var left: [Int] = [cycle]
      for side in 0..<diagram.sideCount {
        var nextResult: [[Int]] = []
        var nextLeft: [Int] = []
        let isLast = side == diagram.sideCount - 1
        for (durations, rest) in zip(result, left) {
          let shortest = shortestSide(side, rings)
          let lengths = isLast ? [rest] : Array(stride(from: shortest, through: rest, by: grid))
          for length in lengths where length >= shortest {
            var partial = [durations]
            for ring in rings where !ring[side].isEmpty {
              let parts = shares(ring[side], total: length, sequence)
              partial = partial.flatMap { known in
                parts.map { part in
                  var changed = known
                  for phase in ring[side] { changed[phase] = part[phase] ?? 0 }
                  return changed
                }
              }
            }
            nextResult += partial
            nextLeft += Array(repeating: rest - length, count: partial.count)
          }
        }
        result = nextResult
        left = nextLeft
      }
      return result
    }
  }

  /// All ways to share `total` among phases or stages.
  private func shares(_ places: [Int], total: Int, _ sequence: Int) -> [[Int: Int]] {
    guard let first = places.first else { return total == 0 ? [[:]] : [] }
    let rest = Array(places.dropFirst())
    let needed = rest.reduce(0) { $0 + minima[sequence][$1] }
    var result: [[Int: Int]] = []
    let longest = min(total - needed, maxima[sequence][first])
    for value in stride(from: minima[sequence][first], through: longest, by: grid) {
      if rest.isEmpty && value != total { continue }
      for tail in shares(rest, total: total - value, sequence) {
        var whole = tail
        whole[first] = value
        result.append(whole)
      }
    }
    return result
  }
}
