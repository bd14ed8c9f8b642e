import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

@Suite("Offline optimizer")
struct OptimizerTests {
  static func corridor(_ count: Int, seed: UInt64 = 3) -> SmallCorridor {
    var stream = RandomStream(state: seed)
    return SmallCorridor(count: count, load: 0.8, from: &stream)
  }

  static func searched(
    _ scenario: Scenario, _ options: SearchOptions, runner: some WorkRunner = SerialRunner()
  ) throws -> PlanOptimizer {
    var optimizer = try PlanOptimizer(scenario, options: options)
    while !optimizer.isFinished { optimizer.advance(runner) }
    return optimizer
  }

  static var quick: SearchOptions {
    var options = SearchOptions(
      limits: PlanLimits(cycleSeconds: 60...90, gridTenths: 50),
      effort: SearchEffort(rounds: 1, simulations: 0))
    options.seed = 5
    options.junctionsPerTask = 2500
    return options
  }

  @Test("the plan of a search keeps every rule of the validator and is better than the plan on the street")
  func legalAndBetter() throws {
    let scenario = Self.corridor(2).scenario
    let optimizer = try Self.searched(scenario, Self.quick)
    #expect(optimizer.space.isLegal(optimizer.best))
    #expect(optimizer.cost(optimizer.best) < 0.9 * optimizer.cost(optimizer.space.given))
    let planned = optimizer.bestPatterns.applied(to: scenario)
    #expect(planned.findings().filter { $0.severity == .error }.isEmpty)
    for entry in optimizer.bestPatterns.entries {
      #expect(entry.pattern.cycle.milliseconds % 5000 == 0)
      #expect(entry.pattern.offset.milliseconds % 5000 == 0)
      guard case .ringBarrier(_, let splits, _) = entry.pattern.timing else { continue }
      #expect(splits.allSatisfy { $0.milliseconds % 5000 == 0 })
    }
  }

  @Test("no split is below its minimum split, and a plan on the street that is may not be entered")
  func minimumSplits() throws {
    var scenario = Self.corridor(1).scenario
    let free = try Self.searched(scenario, Self.quick)
    guard case .ringBarrier(_, let before, _) = free.bestPatterns.entries[0].pattern.timing else {
      Issue.record("no ring-barrier plan")
      return
    }
    let phase = try #require(before.indices.first { before[$0] > .zero })
    scenario.controllers[0].phases[phase].minimumSplit = before[phase] + TimeSpan(seconds: 7)
    let bound = try Self.searched(scenario, Self.quick)
    guard case .ringBarrier(_, let after, _) = bound.bestPatterns.entries[0].pattern.timing else {
      Issue.record("no ring-barrier plan")
      return
    }
    #expect(after[phase] >= before[phase] + TimeSpan(seconds: 7))
    var short = bound.best
    short[0].durations = free.best[0].durations
    #expect(!bound.space.isLegal(short))
  }

  @Test(
    "what is locked stays as it is on the street",
    arguments: [PlanLocks.offsets, .splits, .cycle, .sequence, [.offsets, .sequence]])
  func locks(_ locks: PlanLocks) throws {
    var options = Self.quick
    options.limits.locks = locks
    options.limits.gridTenths = 10
    let optimizer = try Self.searched(Self.corridor(2).scenario, options)
    for (own, given) in zip(optimizer.best, optimizer.space.given) {
      if locks.contains(.cycle) || locks.contains(.splits) { #expect(own.cycle == given.cycle) }
      if locks.contains(.splits) { #expect(own.durations == given.durations) }
      if locks.contains(.sequence) { #expect(own.sequence == 0) }
      if locks.contains(.offsets) && own.cycle == given.cycle { #expect(own.offset == given.offset) }
    }
  }

  @Test("the same counts give the same plan, whatever the runner's order of tasks")
  func deterministic() throws {
    var options = Self.quick
    options.effort = SearchEffort(rounds: 1, simulations: 40)
    var corridor = Self.corridor(2)
    corridor.hours = 0.1
    let first = try Self.searched(corridor.scenario, options)
    let second = try Self.searched(corridor.scenario, options, runner: BackwardRunner())
    #expect(first.best == second.best)
    #expect(first.done == second.done)
    // The race may end early; it must have been run.
    #expect(first.done.simulations > 0)
  }

  /// Runs the last task first.
  struct BackwardRunner: WorkRunner {
    func map<Result: Sendable>(_ count: Int, _ task: @escaping @Sendable (Int) -> Result) -> [Result] {
      Array((0..<count).reversed().map(task).reversed())
    }
  }

  @Test("a single junction's best plan is within half a percent of the best of all plans")
  func junctionGap() throws {
    var options = Self.quick
    options.limits = PlanLimits(cycleSeconds: 55...75, gridTenths: 50)
    options.effort = SearchEffort(rounds: 2, simulations: 0)
    let optimizer = try Self.searched(Self.corridor(1, seed: 11).scenario, options)
    let best = try #require(ExhaustiveSearch(optimizer).bestOfJunction())
    #expect(best.count > 1000)
    let cost = optimizer.cost(optimizer.best)
    #expect(cost >= best.cost - 1e-9)
    #expect(cost <= best.cost * 1.005)
  }

  @Test("offsets of three junctions come within half a percent of the best of all")
  func offsetGap() throws {
    var options = Self.quick
    options.limits.locks = [.splits, .sequence, .cycle]
    options.effort = SearchEffort(rounds: 2, simulations: 0)
    let optimizer = try Self.searched(Self.corridor(3, seed: 7).scenario, options)
    let best = ExhaustiveSearch(optimizer).bestOffsets(of: optimizer.space.given)
    #expect(best.count == 18 * 18)
    #expect(optimizer.cost(optimizer.best) <= best.cost * 1.005)
  }

  @Test("a cycle that is too short for the minimum times is refused with the time that is needed")
  func tooShort() {
    #expect(throws: PlanningFailure.self) {
      _ = try PlanSpace(
        Self.corridor(1).scenario, limits: PlanLimits(cycleSeconds: 20...30))
    }
  }

  @Test("random plans keep every rule of the validator, with people on crosswalks too")
  func randomPlans() throws {
    var corridor = Self.corridor(2, seed: 31)
    corridor.pedestriansPerHour = 60
    corridor.permitsLeft = true
    let scenario = corridor.scenario
    let space = try PlanSpace(scenario, limits: PlanLimits(cycleSeconds: 60...120))
    var plans = RandomPlans(space, seed: 8)
    for _ in 0..<20 {
      let plan = plans.next()
      #expect(space.isLegal(plan))
      let errors = space.patterns(plan).applied(to: scenario).findings().filter { $0.severity == .error }
      #expect(errors.isEmpty, "\(errors)")
    }
  }

  @Test("every trade of time leaves a plan legal, and none is its own plan")
  func trades() throws {
    let space = try PlanSpace(Self.corridor(1, seed: 33).scenario)
    let junction = space.junctions[0]
    let trades = junction.trades(of: junction.given, shift: 20)
    // Four within rings and sides, both ways; between sides each ring gives and takes with one of two phases.
    #expect(trades.count == 8 + 2 * 16)
    for plan in trades { #expect(junction.isLegal(plan) && plan != junction.given) }
  }

  @Test("shares keep their bounds and their sum, and leave the remainder to the largest")
  func shares() {
    #expect(
      apportioned(100, weights: [1, 1, 2], minima: [10, 40, 10], maxima: [99, 99, 99], grid: 10) == [
        20, 40, 40,
      ])
    #expect(apportioned(100, weights: [1, 1], minima: [60, 50], maxima: [99, 99], grid: 10) == nil)
    #expect(apportioned(100, weights: [3, 1], minima: [10, 10], maxima: [50, 99], grid: 10) == [50, 50])
    #expect(apportioned(105, weights: [1, 1], minima: [10, 10], maxima: [99, 99], grid: 10) == nil)
  }

  @Test("a queue that the simulator finds longer makes the judge think less of the lane group's flow")
  func calibration() throws {
    let scenario = Self.corridor(1, seed: 35).scenario
    let space = try PlanSpace(scenario)
    let model = CyclicFlowModel(scenario)
    let evaluator = PlanEvaluator(space, model: model, objective: .delay, plan: space.given)
    let group = model.junctions[0].groups.indices.max {
      model.junctions[0].groups[$0].volume < model.junctions[0].groups[$1].volume
    }
    let index = try #require(group)
    var waiting = [Double?](repeating: nil, count: scenario.network.movements.count)
    let streams = model.junctions[0].groups[index].streams
    let now = evaluator.waiting(0, index, under: model)
    for stream in streams {
      let data = model.junctions[0].streams[stream]
      waiting[data.movement.index] = 2 * now * data.share
    }
    let learnt = model.calibrated(waiting: waiting, at: evaluator)
    let before = model.junctions[0].streams[streams.lowerBound].saturation
    #expect(learnt.junctions[0].streams[streams.lowerBound].saturation < before)
    #expect(abs(evaluator.waiting(0, index, under: learnt) - 2 * now) < 0.1 * now)
    for other in model.junctions[0].groups.indices where other != index {
      #expect(learnt.junctions[0].groups[other].weight == 1)
    }
  }

  @Test("a controller that knows stages only is planned too")
  func stages() throws {
    var scenario = Self.corridor(2, seed: 37).scenario
    scenario.controllers = try scenario.controllers.map { try $0.stages(realising: $0.patterns[0]) }
    var options = Self.quick
    options.limits.gridTenths = 10
    let optimizer = try Self.searched(scenario, options)
    #expect(optimizer.space.isLegal(optimizer.best))
    #expect(optimizer.cost(optimizer.best) < optimizer.cost(optimizer.space.given))
    let planned = optimizer.bestPatterns.applied(to: scenario)
    #expect(planned.findings().filter { $0.severity == .error }.isEmpty)
  }
}
