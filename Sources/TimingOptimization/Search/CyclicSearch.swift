import TrafficModel

/// Hill climbing before the cyclic-flow judge: offsets of parts of the network and of single junctions, splits,
/// sequences, in turns, until no move makes the plan better.
struct CyclicSearch: Sendable {
  private(set) var evaluator: PlanEvaluator
  /// Parts of the network that move together; see ``CouplingTree``.
  private let parts: [[Int]]
  private let budget: Int
  /// By junction: its own Webster cycle.
  private let own: [Int?]

  /// - Parameter budget: junctions that the judge may work out.
  init(_ evaluator: PlanEvaluator, tree: CouplingTree, budget: Int) {
    self.evaluator = evaluator
    parts = tree.parts
    self.budget = budget
    let guess = FirstGuess(evaluator.space, model: evaluator.model)
    own = evaluator.plan.indices.map { guess.ownCycle($0) }
  }

  private var space: PlanSpace { evaluator.space }
  private var locks: PlanLocks { space.limits.locks }
  private var isOver: Bool { evaluator.evaluations >= budget }

  /// Passes over all moves; each pass that gains less than this part of the cost is the last.
  private static let leastGain = 0.0005

  mutating func descend() {
    for pass in 0..<40 {
      let before = evaluator.cost
      if !locks.contains(.offsets) && space.junctions.count > 1 {
        for part in parts where !isOver { shift(part) }
        for junction in space.junctions.indices where !isOver { shift([junction]) }
      }
      if !locks.contains(.splits) {
        for junction in space.junctions.indices where !isOver { trade(junction, coarse: pass == 0) }
      }
      if !locks.contains(.sequence) {
        for junction in space.junctions.indices where !isOver { reorder(junction) }
      }
      if locks.isDisjoint(with: [.splits, .cycle]) && space.junctions.count > 1 && pass < 2 {
        for junction in space.junctions.indices where !isOver { recycle(junction) }
      }
      if isOver || evaluator.cost > before * (1 - Self.leastGain) { break }
    }
  }

  // MARK: - Offsets

  /// Moves the offsets of some junctions together to where the plan is best: first over the whole cycle, then finely.
  mutating func shift(_ part: [Int]) {
    let grid = space.limits.gridTenths
    let cycle = evaluator.plan[part[0]].cycle
    if locks.contains(.offsets) { return }
    let coarse = max(1, cycle / 24 / grid) * grid
    let start = evaluator.plan
    var best = 0
    for shift in stride(from: coarse, to: cycle, by: coarse) where attempt(part, shift, start) {
      best = shift
    }
    var fine = coarse / 2 / grid * grid
    while fine > 0 {
      for shift in [best - fine, best + fine] where attempt(part, shift, start) { best = shift }
      fine = fine / 2 / grid * grid
    }
  }

  /// Tries a shift from where the offsets were; keeps it if the plan is better than the best so far.
  private mutating func attempt(_ part: [Int], _ shift: Int, _ start: NetworkPlan) -> Bool {
    let changes = part.map { junction -> (junction: Int, plan: JunctionPlan) in
      var plan = evaluator.plan[junction]
      plan.offset = ((start[junction].offset + shift) % plan.cycle + plan.cycle) % plan.cycle
      return (junction, plan)
    }
    return evaluator.improve(changes)
  }

  // MARK: - Splits

  /// Lets phases or stages of a junction trade time; a trade that helps is repeated until it does no more.
  mutating func trade(_ junction: Int, coarse: Bool) {
    let grid = space.limits.gridTenths
    for factor in coarse ? [8, 4, 2, 1] : [4, 2, 1] {
      var count = space.junctions[junction].trades(of: evaluator.plan[junction], shift: factor * grid).count
      var index = 0
      while index < count && !isOver {
        let trades = space.junctions[junction].trades(of: evaluator.plan[junction], shift: factor * grid)
        count = trades.count
        if index >= count { break }
        if !evaluator.improve([(junction, trades[index])]) { index += 1 }
      }
    }
  }

  // MARK: - Own cycles

  /// Tries cycles of its own for a junction: shorter ones, for which it gives up the platoons, or the common one again.
  mutating func recycle(_ junction: Int) {
    let grid = space.limits.gridTenths
    let plan = evaluator.plan[junction]
    let common = PlanSpace.commonCycle(evaluator.plan)
    guard let allowed = space.ownCycles(junction), let webster = own[junction] else { return }
    let candidates =
      plan.cycle == common
      ? [webster, (3 * webster / 4) / grid * grid, common / 2 / grid * grid, allowed.lowerBound]
      : [common]
    var tried = [plan.cycle]
    for cycle in candidates where allowed.contains(cycle) && cycle <= common && !isOver {
      if tried.contains(cycle) { continue }
      tried.append(cycle)
      guard let other = space.junctions[junction].scaled(evaluator.plan[junction], cycle: cycle) else {
        continue
      }
      let memory = evaluator.memory
      let before = evaluator.cost
      if evaluator.change([(junction, other)]) && evaluator.cost < 1.1 * before {
        if cycle == common { shift([junction]) }
        trade(junction, coarse: true)
      }
      if evaluator.cost >= before - 1e-9 { evaluator.restore(memory) }
    }
  }

  // MARK: - Sequences

  /// Tries every other sequence with the offset that suits it.
  mutating func reorder(_ junction: Int) {
    let own = space.junctions[junction]
    for sequence in own.sequences.indices where !isOver {
      let plan = evaluator.plan[junction]
      if sequence == plan.sequence { continue }
      guard
        let other = own.fitted(
          weights: plan.durations.map(Double.init), cycle: plan.cycle, sequence: sequence, offset: plan.offset
        )
      else { continue }
      let memory = evaluator.memory
      let before = evaluator.cost
      guard evaluator.change([(junction, other)]) else {
        evaluator.restore(memory)
        continue
      }
      if space.junctions.count > 1 && evaluator.cost < 1.15 * before { nudge(junction) }
      if evaluator.cost >= before - 1e-9 { evaluator.restore(memory) }
    }
  }

  /// A few offsets near the present one.
  private mutating func nudge(_ junction: Int) {
    if locks.contains(.offsets) { return }
    let grid = space.limits.gridTenths
    let start = evaluator.plan
    let step = max(1, start[junction].cycle / 24 / grid) * grid
    for factor in [-4, -3, -2, -1, 1, 2, 3, 4] { _ = attempt([junction], factor * step, start) }
  }
}

/// Parts of the network to one side of a link of its backbone, so that one move of offsets shifts a whole side.
struct CouplingTree: Sendable {
  let parts: [[Int]]

  /// A spanning forest of the junctions by the vehicles that they exchange, heaviest first (Kruskal); each of its
  /// edges cuts off one part, the smaller one.
  init(_ model: CyclicFlowModel) {
    let count = model.junctions.count
    var weights: [(volume: Double, first: Int, second: Int)] = []
    for (to, junction) in model.junctions.enumerated() {
      for feed in junction.approaches.flatMap({ $0.platoons.flatMap(\.feeds) }) where feed.junction != to {
        let volume = feed.share * model.junctions[feed.junction].streams[feed.stream].volume
        weights.append((volume, min(to, feed.junction), max(to, feed.junction)))
      }
    }
    weights.sort { ($0.first, $0.second) < ($1.first, $1.second) }
    var edges: [(volume: Double, first: Int, second: Int)] = []
    for weight in weights {
      if let last = edges.last, last.first == weight.first, last.second == weight.second {
        edges[edges.count - 1].volume += weight.volume
      } else {
        edges.append(weight)
      }
    }
    edges.sort { ($1.volume, $0.first, $0.second) < ($0.volume, $1.first, $1.second) }
    var tree: [(Int, Int)] = []
    var root = Array(0..<count)
    func find(_ start: Int) -> Int {
      var index = start
      while root[index] != index { index = root[index] }
      return index
    }
    for edge in edges where find(edge.first) != find(edge.second) {
      root[find(edge.first)] = find(edge.second)
      tree.append((edge.first, edge.second))
    }
    parts = tree.indices.map { cut in
      var side: [Int] = [tree[cut].0]
      var seen = Set(side)
      var next = 0
      while next < side.count {
        for (index, edge) in tree.enumerated() where index != cut {
          let other = edge.0 == side[next] ? edge.1 : edge.1 == side[next] ? edge.0 : -1
          if other >= 0 && seen.insert(other).inserted { side.append(other) }
        }
        next += 1
      }
      let others = (0..<count).filter { !seen.contains($0) && find($0) == find(tree[cut].0) }
      return side.count <= others.count ? side.sorted() : others
    }.filter { $0.count > 1 }
  }
}
