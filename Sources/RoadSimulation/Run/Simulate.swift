import ControlLoop
import TrafficModel

/// What a run gives.
public struct RunOutcome: Sendable {
  public var measures: RunMeasures
  /// Empty unless it was asked for.
  public var events: ContiguousArray<EventRecord>
  public var trace: RunTrace?
  /// The event log of each controller, in order of time; empty unless it was asked for.
  public var controllerEvents: [ContiguousArray<ControllerEvent>] = []
  /// By controller, then phase index: the longest that a call waited for green, in the whole run; empty for a
  /// controller without phases, and zero where a pretimed plan ran that no call can change.
  public var longestWaits: [[TimeSpan]] = []
  /// What the strategy had to say at the end.
  public var remarks: [String] = []
}

/// Runs one replication with the cabinets inside the road's event loop.
///
/// The same scenario, strategy and options give the same outcome, byte for byte, on any machine and beside any
/// other runs.
/// - Throws: `safetyViolation` if the lamp monitor of a cabinet trips.
public func simulate(
  _ compiled: CompiledScenario, strategy: any Strategy, options: RunOptions
) throws(RunFailure) -> RunOutcome {
  var run = try InnerLoop(compiled, strategy: strategy, options: options)
  return try run.complete()
}

/// Road, cabinets and brain on one virtual clock, in one queue of events.
struct InnerLoop {
  var road: RoadSimulation
  /// Empty where tapes stand for them.
  private var cabinets: ContiguousArray<EmulatedCabinet> = []
  private var cabinetDue: ContiguousArray<Int32>
  /// In place of the cabinets where the brain leaves them alone for good.
  private var player: LampPlayer?
  /// Lamps follow their programs, and nobody here has anything to do with them.
  private var isOnItsOwn = false
  private var strategy: any Strategy
  private var brainDue: Int32 = 0
  private var commands: [AddressedCommand] = []
  private var observations: [VehicleObservation] = []
  private var changes: ContiguousArray<IndicationChange> = []
  private let scenario: Scenario

  init(
    _ compiled: CompiledScenario, strategy: any Strategy, options: RunOptions
  ) throws(RunFailure) {
    road = RoadSimulation(compiled, options: options)
    cabinetDue = ContiguousArray(repeating: .max, count: compiled.scenario.controllers.count)
    self.strategy = strategy
    scenario = compiled.scenario
    // The brain speaks first, so that the cabinets begin with what it wants.
    let next = ask(at: .zero, statuses: compiled.firstStatuses)
    // A tape has no event log.
    let isLeftAlone = next == nil && commands.isEmpty && !options.recordsControllerEvents
    if isLeftAlone && options.looksAtLampsLate && road.hearsNoLamps, let programs = compiled.programs {
      isOnItsOwn = true
      road.follow(programs)
      return
    }
    if isLeftAlone, let tapes = compiled.tapes {
      player = LampPlayer(tapes)
      for index in scenario.controllers.indices {
        player?.play(index, at: 0, into: &changes)
        scheduleTape(of: index)
      }
    } else {
      cabinets = try compiled.freshCabinets()
      obey(at: .zero, askedAgainAt: next)
      for index in cabinets.indices {
        cabinets[index].recordsEvents = options.recordsControllerEvents
        cabinets[index].start(at: .zero, into: &changes)
        scheduleTick(of: index, at: cabinets[index].nextDeadline)
      }
    }
    road.apply(changes)
    changes.removeAll(keepingCapacity: true)
  }

  mutating func complete() throws(RunFailure) -> RunOutcome {
    road.makeUnique()
    while try step() {}
    let closed = road.close()
    let end = SimTime(milliseconds: Int64(road.measuredUntil))
    var outcome = RunOutcome(measures: closed.measures, events: road.log.records, trace: closed.trace)
    // Cabinets that a tape stands for have seen no calls.
    for index in cabinets.indices { outcome.longestWaits.append(cabinets[index].longestWaits(at: end)) }
    for index in scenario.controllers.indices {
      outcome.controllerEvents.append(cabinets.isEmpty ? [] : cabinets[index].takeEvents())
    }
    outcome.remarks = strategy.remarks
    return outcome
  }

  /// Handles the next event; `false` when the measured time is over.
  mutating func step() throws(RunFailure) -> Bool {
    let key = road.events.first()
    if key.isNone || key.milliseconds >= road.measuredUntil { return false }
    road.lookAhead()
    road.events.remove(first: key)
    switch EventKind(rawValue: key.kind) {
    case .cabinetTick: try tick(key.entity, at: key.milliseconds)
    case .brain where brainDue == key.milliseconds: decide(at: key.milliseconds)
    case .brain: break
    default:
      road.handle(key)
      if !road.pendingInputs.isEmpty { handOver(from: key) }
    }
    return true
  }

  /// What happens at a tick after the cabinets have acted reaches them at the next, as it does from outside.
  private mutating func handOver(from key: EventKey) {
    if player != nil || isOnItsOwn {
      // Nothing that happens on the road changes a pretimed program.
      road.pendingInputs.removeAll(keepingCapacity: true)
      return
    }
    let isAfterTick = key.kind > EventKind.cabinetTick.rawValue
    let earliest = SimTime(milliseconds: Int64(key.milliseconds) + (isAfterTick ? 1 : 0)).firstTick()
    for input in road.pendingInputs {
      let index = input.controller.index
      cabinets[index].handle(input.input, at: input.time)
      scheduleTick(of: index, at: max(cabinets[index].nextDeadline, earliest))
    }
    road.pendingInputs.removeAll(keepingCapacity: true)
  }

  private mutating func scheduleTick(of index: Int, at time: SimTime) {
    if time.milliseconds >= Int64(cabinetDue[index]) { return }
    let due = Int32(time.milliseconds)
    cabinetDue[index] = due
    road.events.insert(EventKey(milliseconds: due, kind: .cabinetTick, entity: Int32(index)))
  }

  private mutating func scheduleTape(of index: Int) {
    guard let due = player?.nextChange(index) else { return }
    road.events.insert(EventKey(milliseconds: due, kind: .cabinetTick, entity: Int32(index)))
  }

  private mutating func tick(_ index: Int, at milliseconds: Int32) throws(RunFailure) {
    if player != nil {
      player?.play(index, at: milliseconds, into: &changes)
      road.show(changes, at: SimTime(milliseconds: Int64(milliseconds)))
      changes.removeAll(keepingCapacity: true)
      scheduleTape(of: index)
      return
    }
    if cabinetDue[index] != milliseconds { return }
    cabinetDue[index] = .max
    let time = SimTime(milliseconds: Int64(milliseconds))
    cabinets[index].advance(to: time, into: &changes)
    if let violation = cabinets[index].violation {
      throw .safetyViolation("controller \(scenario.controllers[index].name): \(violation)")
    }
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
    let time = SimTime(milliseconds: Int64(milliseconds))
    let next = ask(at: time, statuses: cabinets.map { $0.status(at: time) })
    obey(at: time, askedAgainAt: next)
  }

  /// Asks the brain for ``commands``, and returns when it wants to be asked again within the run.
  private mutating func ask(at time: SimTime, statuses: [CabinetStatus]) -> SimTime? {
    observations.removeAll(keepingCapacity: true)
    road.observe(strategy.sensors, at: time, into: &observations)
    commands.removeAll(keepingCapacity: true)
    let next = strategy.decide(
      at: time, seeing: RegionalView(statuses: statuses, observations: observations), into: &commands)
    // A brain that cannot wait is asked again at the next tick, not in the same one.
    guard let next = next.map({ max($0.firstTick(), time + .tick) }),
      next.milliseconds < Int64(road.measuredUntil)
    else { return nil }
    return next
  }

  private mutating func obey(at time: SimTime, askedAgainAt next: SimTime?) {
    for addressed in commands {
      cabinets[addressed.controller.index].apply(addressed.command, at: time)
      scheduleTick(of: addressed.controller.index, at: time)
    }
    if let next { scheduleBrain(at: next) }
  }
}
