import Testing
import TestSupport
import TrafficModel

@testable import TimingOptimization

@Suite("Cyclic-flow judge")
struct CyclicFlowTests {
  /// One lane group with 30 s of effective green in 60 s at half a vehicle per second.
  static func queue(flow: Double) -> LaneGroupQueue {
    let group = CyclicFlowModel.Group(
      approach: 0, lanes: 1, streams: 0..<1, share: 1, volume: flow, storage: 100, persons: 1,
      isYielding: false)
    var queue = LaneGroupQueue(group, cycle: 60, step: 1, capacity: 15)
    let arrivals = ContiguousArray(repeating: flow, count: 60)
    let rates = ContiguousArray((0..<60).map { $0 < 30 ? 0 : 0.5 })
    var outflow = arrivals
    var queues = arrivals
    queue.run(arrivals: arrivals, capacity: rates, outflow: &outflow, queue: &queues)
    #expect(abs(outflow.reduce(0, +) - min(flow * 60, 15)) < 1e-9)
    return queue
  }

  @Test("even arrivals at one green have the uniform delay of the manual", arguments: [0.05, 0.15, 0.2])
  func uniformDelay(flow: Double) {
    let queue = Self.queue(flow: flow)
    let delay = queue.meanQueue / flow
    let expected = ControlDelay.uniform(
      cycleSeconds: 60, greenSeconds: 30, degreeOfSaturation: flow * 60 / 15)
    // Within a step flows are even, which costs less than half a step.
    #expect(abs(delay - expected) < 0.25)
  }

  @Test("demand above capacity goes out at capacity and waits in the random queue")
  func oversaturated() {
    let queue = Self.queue(flow: 0.3)
    #expect(queue.degreeOfSaturation == 1.2)
    let waiting = queue.randomQueue(hours: 0.5, filtering: 1)
    // The deterministic part alone grows to 0.05/s·1800 s, half of it on average.
    #expect(waiting > 45 * 0.3 / 0.25 && waiting < 80)
  }

  @Test("changing one junction gives the same as working out the whole plan anew")
  func incremental() throws {
    var stream = RandomStream(state: 21)
    let scenario = SmallCorridor(count: 4, load: 0.8, from: &stream).scenario
    let space = try PlanSpace(scenario)
    let model = CyclicFlowModel(scenario)
    var evaluator = PlanEvaluator(space, model: model, objective: .delay, plan: space.given)
    for _ in 0..<40 {
      let junction = Int(stream.uniform() * 4)
      var plan = evaluator.plan[junction]
      plan.offset = Int(stream.uniform() * 90) * 10
      let trades = space.junctions[junction].trades(of: plan, shift: 10)
      plan = trades[Int(stream.uniform() * Double(trades.count))]
      let isLaidOut = evaluator.change([(junction, plan)])
      #expect(isLaidOut)
    }
    let whole = PlanEvaluator(space, model: model, objective: .delay, plan: evaluator.plan)
    #expect(abs(evaluator.cost - whole.cost) < 0.01 * whole.cost)
  }

  @Test("shifting all offsets alike changes nothing")
  func invariance() throws {
    var stream = RandomStream(state: 22)
    let scenario = SmallCorridor(count: 3, load: 0.8, from: &stream).scenario
    let space = try PlanSpace(scenario)
    let model = CyclicFlowModel(scenario)
    var plan = space.given
    let before = PlanEvaluator(space, model: model, objective: .delay, plan: plan).cost
    for index in plan.indices { plan[index].offset = (plan[index].offset + 370) % plan[index].cycle }
    let after = PlanEvaluator(space, model: model, objective: .delay, plan: plan).cost
    #expect(abs(before - after) < 0.005 * before)
  }

  @Test("of two signals the best offset lets the platoon through on green")
  func progression() throws {
    var stream = RandomStream(state: 23)
    var corridor = SmallCorridor(count: 2, from: &stream)
    corridor.blocksMeters = [500]
    // Nearly all goes east.
    for junction in 0..<2 {
      for place in 0..<12 { corridor.volumes[junction][place] = place == 1 ? 900 : 20 }
    }
    var options = SearchOptions(
      limits: PlanLimits(locks: [.splits, .sequence]), effort: SearchEffort(rounds: 1, simulations: 0))
    options.seed = 2
    let optimizer = try OptimizerTests.searched(corridor.scenario, options)
    let difference = (optimizer.best[1].offset - optimizer.best[0].offset + 900) % 900
    // 480 m at 16 m/s take 30 s.
    #expect((250...350).contains(difference))
  }
}
