import TrafficModel

/// Plans before the cyclic-flow judge: translates them into greens, remembers what it translated, and gives a cost.
struct PlanEvaluator: Sendable {
  let space: PlanSpace
  let objective: PlanObjective
  private(set) var plan: NetworkPlan
  private(set) var cost = 0.0
  private var judge: CyclicFlowJudge
  /// By junction: services by sequence and durations.
  private var known: [[Key: JunctionService]]

  private struct Key: Hashable {
    var sequence: Int
    var durations: [Int]
  }

  /// - Precondition: the plan's patterns lay out.
  init(_ space: PlanSpace, model: CyclicFlowModel, objective: PlanObjective, plan: NetworkPlan) {
    self.space = space
    self.objective = objective
    self.plan = plan
    known = Array(repeating: [:], count: plan.count)
    var services: [JunctionService] = []
    for index in plan.indices {
      services.append(
        Self.lay(plan[index], space.junctions[index], model, index)
          ?? JunctionService(
            model.junctions[index],
            timeline: CycleTimeline(
              cycle: TimeSpan(tenths: plan[index].cycle),
              greens: space.junctions[index].controller.groups.map { _ in [] }, intervals: []),
            parameters: model.parameters.analysis, space.scenario.network))
    }
    judge = CyclicFlowJudge(model, services: services, offsets: plan.map { Double($0.offset) / 10 })
    cost = value()
  }

  /// Junctions that the judge has worked out.
  var evaluations: Int { judge.evaluations }

  var model: CyclicFlowModel { judge.model }
  var figures: [JunctionFigures] { judge.states.map(\.figures) }
  /// Vehicles that would wait in one lane group if the model were another, the arrivals staying as they are.
  func waiting(_ junction: Int, _ group: Int, under model: CyclicFlowModel) -> Double {
    judge.waiting(junction, group, under: model)
  }

  /// X of every stream, by junction.
  var saturations: [[Double]] { judge.states.map { Array($0.saturation) } }

  private static func lay(
    _ plan: JunctionPlan, _ space: JunctionSpace, _ model: CyclicFlowModel, _ index: Int
  ) -> JunctionService? {
    var pattern = space.pattern(plan)
    pattern.offset = .zero
    guard let timeline = try? space.controller.timeline(of: pattern) else { return nil }
    return JunctionService(
      model.junctions[index], timeline: timeline, parameters: model.parameters.analysis,
      model.scenario.network)
  }

  /// More plans per junction than this are not remembered.
  private static let mostKnown = 4096

  private mutating func service(_ junction: Int, _ plan: JunctionPlan) -> JunctionService? {
    let key = Key(sequence: plan.sequence, durations: plan.durations)
    if let service = known[junction][key] { return service }
    guard let service = Self.lay(plan, space.junctions[junction], judge.model, junction) else { return nil }
    if known[junction].count >= Self.mostKnown { known[junction].removeAll() }
    known[junction][key] = service
    return service
  }

  // MARK: - Changes

  /// Where the evaluator stood.
  struct Memory: Sendable {
    fileprivate var plan: NetworkPlan
    fileprivate var cost: Double
    fileprivate var judge: CyclicFlowJudge.Memory
  }

  var memory: Memory { Memory(plan: plan, cost: cost, judge: judge.memory) }

  mutating func restore(_ memory: Memory) {
    plan = memory.plan
    cost = memory.cost
    judge.restore(memory.judge)
  }

  /// Changes some junctions; `false`, with nothing changed, if a plan does not lay out.
  mutating func change(_ changes: [(junction: Int, plan: JunctionPlan)]) -> Bool {
    var services: [JunctionService?] = []
    for (junction, new) in changes {
      let old = plan[junction]
      if new.sequence == old.sequence && new.durations == old.durations {
        services.append(nil)
      } else {
        guard let service = service(junction, new) else { return false }
        services.append(service)
      }
    }
    for (change, service) in zip(changes, services) {
      plan[change.junction] = change.plan
      let offset = Double(change.plan.offset) / 10
      if let service {
        judge.set(change.junction, service: service, offset: offset)
      } else {
        judge.set(change.junction, offset: offset)
      }
    }
    judge.settle()
    cost = value()
    return true
  }

  /// Keeps the changes if they make the plan better by more than nothing; goes back otherwise.
  mutating func improve(_ changes: [(junction: Int, plan: JunctionPlan)]) -> Bool {
    let memory = self.memory
    if change(changes) && cost < memory.cost - 1e-9 { return true }
    restore(memory)
    return false
  }

  // MARK: - Cost

  private func value() -> Double {
    var sum = JunctionFigures()
    for state in judge.states {
      let own = state.figures
      sum.waiting += own.waiting
      sum.waitingPersons += own.waitingPersons
      sum.waitingPedestrians += own.waitingPedestrians
      sum.stops += own.stops
      sum.overflow += own.overflow
      sum.worstQueue = max(sum.worstQueue, own.worstQueue)
    }
    let entering = judge.model.entering
    let overflow = judge.model.parameters.overflowWeight * sum.overflow / entering
    switch objective {
    case .delay: return sum.waiting / entering + overflow
    case .stops:
      return PlanObjective.stopSeconds * sum.stops / entering + 0.05 * sum.waiting / entering + overflow
    case .weighted: return (sum.waiting + PlanObjective.stopSeconds * sum.stops) / entering + overflow
    case .queue: return 100 * sum.worstQueue + 0.05 * sum.waiting / entering + overflow
    case .person: return (sum.waitingPersons + sum.waitingPedestrians) / entering + overflow
    case .pedestrian: return (20 * sum.waitingPedestrians + sum.waiting) / entering + overflow
    }
  }
}
