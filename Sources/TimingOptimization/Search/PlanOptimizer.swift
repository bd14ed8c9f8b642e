import RoadSimulation
import TrafficModel

/// The search for a better plan, batch by batch: stop whenever you like, it has an answer after the first batch.
///
/// First guesses by the classical methods; hill climbing before the cyclic-flow judge, at many cycles; a race of the
/// best plans of different cycles in the simulator, with common random numbers; then small changes of the winner, each
/// kept only if the simulator says so. What it finds depends on scenario, options and the counts done, never on
/// threads or time.
public struct PlanOptimizer: Sendable {
  public enum Stage: Hashable, Sendable {
    /// Before the cyclic-flow judge.
    case climbing
    /// The best plans run against each other in the simulator.
    case racing
    /// Changes of the winner in the simulator.
    case improving
    case finished
  }

  public let space: PlanSpace
  public let options: SearchOptions
  public let model: CyclicFlowModel
  public private(set) var stage = Stage.climbing
  /// Batches and replications done so far.
  public private(set) var done = SearchEffort(rounds: 0, simulations: 0)
  /// Junctions worked out by the cyclic-flow judge.
  public private(set) var cyclicEvaluations = 0
  /// Plans in the order of their cost before the cyclic-flow judge, the best first, one for each cycle.
  var archive: [CostedPlan] = []
  var race: PlanRace
  let tree: CouplingTree
  private var stream: RandomStream
  /// Times that the judge was calibrated, and the plan with which it was last.
  private var learnt = 0
  private var taught: NetworkPlan?
  private static let mostLessons = 8

  struct CostedPlan: Sendable {
    var plan: NetworkPlan
    var cost: Double
  }

  /// - Parameter start: a plan to begin from beside the classical first guesses, from an earlier search.
  /// - Throws: if there is nothing to plan.
  public init(
    _ scenario: Scenario, options: SearchOptions, start: TimingPlan? = nil,
    parameters: CyclicFlowParameters = CyclicFlowParameters()
  ) throws(PlanningFailure) {
    space = try PlanSpace(scenario, limits: options.limits)
    self.options = options
    model = CyclicFlowModel(scenario, parameters: parameters)
    tree = CouplingTree(model)
    stream = RandomStream(seed: options.seed, purpose: .testing, place: 0x0971)
    race = PlanRace(
      SimulationJudge(
        space: space, objective: options.objective,
        seed: RandomStream.hash(options.seed ^ 0x5EA2_C4ED) >> 12),
      replications: options.replications)
    if let start, let plan = space.plan(start), space.isLegal(plan) {
      add(CostedPlan(plan: plan, cost: cost(plan)))
    }
  }

  public var isFinished: Bool { stage == .finished }

  /// The best plan so far; the plan on the street before anything was done.
  public var best: NetworkPlan { race.leader?.plan ?? archive.first?.plan ?? space.given }

  /// The best plan so far as patterns of the controllers.
  public var bestPatterns: TimingPlan { space.patterns(best) }

  /// Webster's cycle and splits with offsets for progression, as patterns; `nil` where cycle or splits are locked.
  public var classicalPatterns: TimingPlan? {
    if !options.limits.locks.isDisjoint(with: [.cycle, .splits, .offsets]) { return nil }
    return FirstGuess(space, model: model).websterWithProgression().map { space.patterns($0) }
  }

  /// What the cyclic-flow judge makes of a plan: seconds per vehicle for delay, and like it for other objectives.
  public func cost(_ plan: NetworkPlan) -> Double {
    PlanEvaluator(space, model: model, objective: options.objective, plan: plan).cost
  }

  // MARK: - Advancing

  /// Does one batch of work.
  public mutating func advance(_ runner: some WorkRunner) {
    switch stage {
    case .climbing:
      climb(runner)
      if done.rounds >= options.effort.rounds { beginSimulating() }
    case .racing, .improving:
      if done.simulations >= options.effort.simulations {
        stage = .finished
      } else if stage == .racing {
        done.simulations += race.step(runner)
        if race.isDecided { stage = .improving }
      } else {
        improve(runner)
      }
    case .finished: break
    }
  }

  /// Ends the climbing, so that the rest of the time goes to the simulator.
  public mutating func beginSimulating() {
    guard stage == .climbing else { return }
    stage = options.effort.simulations > 0 ? .racing : .finished
    if stage == .finished { return }
    var plans = archive.prefix(Self.racers).map(\.plan)
    if let classical = FirstGuess(space, model: model).websterWithProgression() { plans.append(classical) }
    race.enter(plans, reference: space.isLegal(space.given) ? space.given : nil)
  }

  /// Plans of the climbing that enter the race.
  private static let racers = 8

  // MARK: - Climbing

  /// Tasks of one round; their number does not depend on the machine.
  static let tasksPerRound = 8

  /// Junctions that one task may have worked out.
  var taskBudget: Int { options.junctionsPerTask ?? min(60_000, 6000 + 4000 * space.junctions.count) }

  private mutating func climb(_ runner: some WorkRunner) {
    let starts = done.rounds == 0 ? firstStarts() : laterStarts()
    let (space, model, objective, tree) = (space, model, options.objective, tree)
    let budget = taskBudget
    let found = runner.map(starts.count) { index -> (CostedPlan, Int) in
      let evaluator = PlanEvaluator(space, model: model, objective: objective, plan: starts[index])
      var search = CyclicSearch(evaluator, tree: tree, budget: budget)
      search.descend()
      return (
        CostedPlan(plan: search.evaluator.plan, cost: search.evaluator.cost), search.evaluator.evaluations
      )
    }
    for (plan, count) in found {
      cyclicEvaluations += count
      add(plan)
    }
    done.rounds += 1
  }

  /// Keeps the best plan of each cycle.
  private mutating func add(_ plan: CostedPlan) {
    guard plan.cost.isFinite else { return }
    let common = PlanSpace.commonCycle(plan.plan)
    if let index = archive.firstIndex(where: { PlanSpace.commonCycle($0.plan) == common }) {
      if archive[index].cost <= plan.cost { return }
      archive.remove(at: index)
    }
    let place = archive.firstIndex { $0.cost > plan.cost } ?? archive.count
    archive.insert(plan, at: place)
  }

  /// Cycles spread over the range, Webster's and the given one among them, each with the better of two first guesses.
  private func firstStarts() -> [NetworkPlan] {
    if space.cycles.isEmpty { return Array(repeating: space.given, count: 1) }
    let last = space.cycles.count - 1
    var cycles: [Int] = []
    for place in 0..<Self.tasksPerRound - 2 {
      let cycle = space.cycles[last * place / (Self.tasksPerRound - 3)]
      if cycles.last != cycle { cycles.append(cycle) }
    }
    let guess = FirstGuess(space, model: model)
    let given = space.cycles.min { first, second in
      abs(first - space.given[0].cycle) < abs(second - space.given[0].cycle)
    }
    for cycle in [guess.websterCycle, given].compactMap({ $0 }) where !cycles.contains(cycle) {
      cycles.append(cycle)
    }
    let starts = cycles.compactMap { cycle -> NetworkPlan? in
      var plans: [NetworkPlan] = []
      if let plan = guess.splits(cycle: cycle) {
        plans.append(
          options.limits.locks.contains(.offsets)
            ? plan : ProgressionOffsets(space, model: model).improved(plan))
      }
      if let plan = space.scaled(space.given, cycle: cycle) { plans.append(plan) }
      return plans.map { CostedPlan(plan: $0, cost: cost($0)) }.min { $0.cost < $1.cost }?.plan
    }
    return starts + (space.junctions.count > 1 ? [guess.isolated()].compactMap { $0 } : [])
  }

  /// The best plans so far at neighbouring cycles, or with some offsets and splits thrown about.
  private mutating func laterStarts() -> [NetworkPlan] {
    (0..<Self.tasksPerRound).compactMap { index -> NetworkPlan? in
      if archive.isEmpty { return nil }
      let parent = archive[min(index / 2, archive.count - 1)].plan
      if index % 2 == 0, let moved = neighbour(of: parent) { return moved }
      return disturbed(parent)
    }
  }

  private mutating func neighbour(of plan: NetworkPlan) -> NetworkPlan? {
    guard let place = space.cycles.firstIndex(of: PlanSpace.commonCycle(plan)) else { return nil }
    let reach = max(1, space.cycles.count / (8 * done.rounds + 4))
    let step = 1 + Int(stream.uniform() * Double(reach))
    let moved = place + (stream.uniform() < 0.5 ? -step : step)
    guard space.cycles.indices.contains(moved) else { return nil }
    return space.retimed(plan, cycle: space.cycles[moved])
  }

  private mutating func disturbed(_ plan: NetworkPlan) -> NetworkPlan {
    var result = plan
    let grid = space.limits.gridTenths
    for junction in plan.indices where stream.uniform() < max(0.35, 1 / Double(plan.count)) {
      if !options.limits.locks.contains(.offsets) && plan.count > 1 {
        let count = plan[junction].cycle / grid
        result[junction].offset = Int(stream.uniform() * Double(count)) * grid
      }
      if !options.limits.locks.contains(.splits) {
        let trades = space.junctions[junction].trades(of: result[junction], shift: 4 * grid)
        if !trades.isEmpty { result[junction] = trades[Int(stream.uniform() * Double(trades.count))] }
      }
    }
    return result
  }
}

// MARK: - Improving

extension PlanOptimizer {
  /// Changes that are tried side by side; their number does not depend on the machine.
  private static let proposals = 4

  private mutating func improve(_ runner: some WorkRunner) {
    guard let leader = race.leader else {
      stage = .finished
      return
    }
    // What the simulator has measured under the leader makes the fast judge a better one; it then proposes.
    if learnt < Self.mostLessons, leader.plan != taught {
      learn(from: leader, runner)
      return
    }
    var plans: [NetworkPlan] = []
    var evaluator = PlanEvaluator(space, model: model, objective: options.objective, plan: leader.plan)
    let cost = evaluator.cost
    for _ in 0..<40 where plans.count < Self.proposals {
      guard let plan = changed(leader.plan), !plans.contains(plan), plan != leader.plan else { continue }
      let memory = evaluator.memory
      let changes = plan.indices.filter { plan[$0] != leader.plan[$0] }.map { (junction: $0, plan: plan[$0]) }
      if evaluator.change(changes) && evaluator.cost < cost * 1.03 { plans.append(plan) }
      evaluator.restore(memory)
    }
    cyclicEvaluations += evaluator.evaluations
    if plans.isEmpty {
      stage = .finished
      return
    }
    done.simulations += race.challenge(plans, runner)
  }

  /// Calibrates the judge with the leader's replications, climbs from the leader at cycles around its own, and lets the
  /// best plans run against it.
  private mutating func learn(from leader: SimulationJudge.Candidate, _ runner: some WorkRunner) {
    learnt += 1
    taught = leader.plan
    let runs = Double(max(leader.runs, 1))
    let plain = PlanEvaluator(space, model: model, objective: options.objective, plan: leader.plan)
    let model = self.model.calibrated(waiting: leader.waiting.map { $0 / runs }, at: plain)
    let common = PlanSpace.commonCycle(leader.plan)
    let grid = space.limits.gridTenths
    var starts = [leader.plan]
    for change in [-8, -4, -2, 2, 4, 8, 14] {
      let cycle = common + change * grid
      if let plan = space.cycles.contains(cycle) ? space.retimed(leader.plan, cycle: cycle) : nil {
        starts.append(plan)
      }
    }
    let (space, objective, tree, budget, list) = (space, options.objective, tree, taskBudget / 2, starts)
    let found = runner.map(list.count) { index -> (CostedPlan, Int) in
      let evaluator = PlanEvaluator(space, model: model, objective: objective, plan: list[index])
      var search = CyclicSearch(evaluator, tree: tree, budget: budget)
      search.descend()
      return (
        CostedPlan(plan: search.evaluator.plan, cost: search.evaluator.cost), search.evaluator.evaluations
      )
    }
    cyclicEvaluations += plain.evaluations + found.reduce(0) { $0 + $1.1 }
    let order = found.indices.sorted { (found[$0].0.cost, $0) < (found[$1].0.cost, $1) }
    var plans: [NetworkPlan] = []
    for index in order where !plans.contains(found[index].0.plan) && found[index].0.plan != leader.plan {
      plans.append(found[index].0.plan)
    }
    if !plans.isEmpty { done.simulations += race.challenge(Array(plans.prefix(Self.proposals)), runner) }
  }

  /// A random small change of a plan; `nil` where the kind drawn is locked or changes nothing.
  private mutating func changed(_ plan: NetworkPlan) -> NetworkPlan? {
    let grid = space.limits.gridTenths
    let locks = options.limits.locks
    var result = plan
    func folded(_ offset: Int, _ cycle: Int) -> Int { (offset % cycle + cycle) % cycle }
    let kind = stream.uniform()
    let junction = Int(stream.uniform() * Double(plan.count))
    let size = (1 + Int(stream.uniform() * 8)) * grid * (stream.uniform() < 0.5 ? -1 : 1)
    if kind < 0.30 {
      if locks.contains(.offsets) || plan.count < 2 { return nil }
      result[junction].offset = folded(plan[junction].offset + size, plan[junction].cycle)
    } else if kind < 0.45 {
      if locks.contains(.offsets) || tree.parts.isEmpty { return nil }
      for member in tree.parts[Int(stream.uniform() * Double(tree.parts.count))] {
        result[member].offset = folded(plan[member].offset + size, plan[member].cycle)
      }
    } else if kind < 0.80 {
      if locks.contains(.splits) { return nil }
      let trades = space.junctions[junction].trades(of: plan[junction], shift: min(abs(size), 5 * grid))
      if trades.isEmpty { return nil }
      result[junction] = trades[Int(stream.uniform() * Double(trades.count))]
    } else if kind < 0.86 {
      let own = space.junctions[junction]
      if own.sequences.count < 2 { return nil }
      guard
        let other = own.fitted(
          weights: plan[junction].durations.map(Double.init), cycle: plan[junction].cycle,
          sequence: Int(stream.uniform() * Double(own.sequences.count)), offset: plan[junction].offset)
      else { return nil }
      result[junction] = other
    } else if kind < 0.91 {
      guard plan.count > 1, !space.cycles.isEmpty, let allowed = space.ownCycles(junction) else { return nil }
      let cycle = plan[junction].cycle + size
      guard allowed.contains(cycle), cycle <= PlanSpace.commonCycle(plan),
        let scaled = space.junctions[junction].scaled(plan[junction], cycle: cycle)
      else { return nil }
      result[junction] = scaled
    } else {
      guard let place = space.cycles.firstIndex(of: PlanSpace.commonCycle(plan)) else { return nil }
      let moved = place + size / grid
      guard space.cycles.indices.contains(moved),
        let retimed = space.retimed(plan, cycle: space.cycles[moved])
      else { return nil }
      result = retimed
    }
    return result
  }
}
