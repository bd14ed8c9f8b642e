import ControlLoop
import TrafficModel

/// What a run gives.
public struct RunOutcome: Sendable {
  public var measures: RunMeasures
  /// Empty unless it was asked for.
  public var events: ContiguousArray<EventRecord>
  public var trace: RunTrace?
}

/// Runs one replication with the cabinets inside the road's event loop.
///
/// The same scenario, strategy and options give the same outcome, byte for byte, on any machine and beside any
/// other runs.
/// - Throws: `safetyViolation` if the lamp monitor of a cabinet trips.
public func simulate(
  _ compiled: CompiledScenario, strategy: any Strategy, options: RunOptions
) throws(RunFailure) -> RunOutcome {
  var run = InnerLoop(compiled, strategy: strategy, options: options)
  return try run.complete()
}

/// Road, cabinets and brain on one virtual clock, in one queue of events.
struct InnerLoop {
  var road: RoadSimulation
  private var cabinets: ContiguousArray<EmulatedCabinet>
  private var cabinetDue: ContiguousArray<Int32>
  private var strategy: any Strategy
  private var brainDue: Int32 = 0
  private var commands: [AddressedCommand] = []
  private var observations: [VehicleObservation] = []
  private var changes: ContiguousArray<IndicationChange> = []
  private let scenario: Scenario

  init(_ compiled: CompiledScenario, strategy: any Strategy, options: RunOptions) {
    road = RoadSimulation(compiled, options: options)
    cabinets = compiled.cabinets
    cabinetDue = ContiguousArray(repeating: .max, count: cabinets.count)
    self.strategy = strategy
    scenario = compiled.scenario
    for index in cabinets.indices {
      cabinets[index].start(at: .zero, into: &changes)
    }
    scheduleBrain(at: .zero)
    for index in cabinets.indices { scheduleTick(of: index, at: cabinets[index].nextDeadline) }
    road.apply(changes)
    changes.removeAll(keepingCapacity: true)
  }

  mutating func complete() throws(RunFailure) -> RunOutcome {
    while step() {}
    for index in cabinets.indices {
      if let violation = cabinets[index].violation {
        throw .safetyViolation("controller \(scenario.controllers[index].name): \(violation)")
      }
    }
    let closed = road.close()
    return RunOutcome(measures: closed.measures, events: road.log.records, trace: closed.trace)
  }

  /// Handles the next event; `false` when the measured time is over.
  mutating func step() -> Bool {
    if road.events.isEmpty || road.events.first.milliseconds >= road.measuredUntil { return false }
    let key = road.events.removeFirst()
    switch EventKind(rawValue: key.kind) {
    case .cabinetTick: tick(key.entity, at: key.milliseconds)
    case .brain: decide(at: key.milliseconds)
    default:
      road.handle(key)
      if !road.pendingInputs.isEmpty { handOver() }
    }
    return true
  }

  private mutating func handOver() {
    for input in road.pendingInputs {
      let index = input.controller.index
      cabinets[index].handle(input.input, at: input.time)
      scheduleTick(of: index, at: input.time.firstTick())
    }
    road.pendingInputs.removeAll(keepingCapacity: true)
  }

  private mutating func scheduleTick(of index: Int, at time: SimTime) {
    if time.milliseconds >= Int64(cabinetDue[index]) { return }
    let due = Int32(time.milliseconds)
    cabinetDue[index] = due
    road.events.insert(EventKey(milliseconds: due, kind: .cabinetTick, entity: Int32(index)))
  }

  private mutating func tick(_ index: Int, at milliseconds: Int32) {
    if cabinetDue[index] != milliseconds { return }
    cabinetDue[index] = .max
    let time = SimTime(milliseconds: Int64(milliseconds))
    cabinets[index].advance(to: time, into: &changes)
    if !changes.isEmpty {
      road.show(changes, at: time)
      changes.removeAll(keepingCapacity: true)
    }
    scheduleTick(of: index, at: cabinets[index].nextDeadline)
  }

  private mutating func scheduleBrain(at time: SimTime) {
    brainDue = Int32(time.milliseconds)
    road.events.insert(EventKey(milliseconds: brainDue, kind: .brain, entity: 0))
  }

  private mutating func decide(at milliseconds: Int32) {
    if brainDue != milliseconds { return }
    let time = SimTime(milliseconds: Int64(milliseconds))
    observations.removeAll(keepingCapacity: true)
    road.observe(strategy.sensors, at: time, into: &observations)
    let view = RegionalView(statuses: cabinets.map(\.status), observations: observations)
    commands.removeAll(keepingCapacity: true)
    let next = strategy.decide(at: time, seeing: view, into: &commands)
    for addressed in commands {
      cabinets[addressed.controller.index].apply(addressed.command, at: time)
      scheduleTick(of: addressed.controller.index, at: time)
    }
    if let next, next > time, next.milliseconds < Int64(road.measuredUntil) {
      scheduleBrain(at: next.firstTick())
    }
  }
}
