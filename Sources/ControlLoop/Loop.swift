import SignalControl
import TrafficModel

/// The table at which road, cabinets and brain sit, with a virtual clock: it jumps to the next thing that happens.
///
/// Theory of operation. At equal times: inputs of the road, then the brain, then the cabinets in the order of their
/// numbers, then the lamps on the road, then its lanes. A run covers `start ..< end`: what is due at the end does
/// not happen. At the start the brain decides first, so that the cabinets begin with its commands. A decision time
/// between ticks acts at the first tick after it.
///
/// A simulation that runs the same cabinets inside its own event loop gives the same bytes.
public struct Loop<Road: RoadSeat>: Sendable {
  public private(set) var road: Road
  public private(set) var cabinets: [any CabinetSeat]
  public private(set) var brain: any Strategy
  public private(set) var now: SimTime
  private var deadlines: ContiguousArray<SimTime>
  private var nextDecision = SimTime.distantFuture
  private var isStarted = false
  /// The road stands before a tick at which the others have not acted yet.
  private var hasOpenTick = false
  // Buffers, so that a step allocates nothing.
  private var inputs: ContiguousArray<TimedInput> = []
  private var changes: ContiguousArray<IndicationChange> = []
  private var commands: [AddressedCommand] = []
  private var observations: [VehicleObservation] = []

  /// - Parameter cabinets: In the order of their numbers, from 0 without gaps.
  public init(
    road: Road, cabinets: [any CabinetSeat], brain: any Strategy, startingAt start: SimTime = .zero
  ) {
    precondition(
      cabinets.enumerated().allSatisfy { $0.offset == $0.element.controller.index },
      "cabinets stand in the order of their numbers")
    self.road = road
    self.cabinets = cabinets
    self.brain = brain
    now = start.firstTick()
    deadlines = ContiguousArray(repeating: .distantFuture, count: cabinets.count)
  }

  /// Runs until `end`; may be called again with a later one.
  /// - Throws: The first thing that a monitor saw; the run stops there.
  public mutating func run(until end: SimTime) throws(SafetyViolation) {
    if !isStarted && now < end { try start() }
    // A run that ended between two ticks goes on to the next before anybody acts.
    if hasOpenTick && now < end && now == now.firstTick() { try act() }
    while now < end {
      let nextTick = (now + TimeSpan(milliseconds: 1)).firstTick()
      // Inputs that a run which ended between two ticks has left reach the cabinets at the next.
      let wanted = inputs.isEmpty ? min(nextDecision, deadlines.min() ?? .distantFuture) : nextTick
      let due = min(end, max(wanted, nextTick))
      let reached = road.advance(to: due, inputs: &inputs)
      precondition(reached > now && reached <= due, "a road goes forward, and not beyond what it was told")
      now = reached
      hasOpenTick = true
      if now < end { try act() }
    }
  }

  /// Everything that happens at the tick that the road has reached.
  private mutating func act() throws(SafetyViolation) {
    hasOpenTick = false
    deliverInputs()
    if nextDecision <= now { decide() }
    try tickCabinets()
  }

  private mutating func start() throws(SafetyViolation) {
    isStarted = true
    decide()
    changes.removeAll(keepingCapacity: true)
    for index in cabinets.indices {
      cabinets[index].start(at: now, into: &changes)
      try note(index)
    }
    if !changes.isEmpty { road.show(changes, at: now) }
  }

  private mutating func deliverInputs() {
    for entry in inputs where entry.controller.index < cabinets.count {
      let index = entry.controller.index
      cabinets[index].handle(entry.input, at: entry.time)
      deadlines[index] = cabinets[index].nextDeadline
    }
    inputs.removeAll(keepingCapacity: true)
  }

  private mutating func decide() {
    observations.removeAll(keepingCapacity: true)
    road.observe(brain.sensors, at: now, into: &observations)
    let view = RegionalView(statuses: cabinets.map { $0.status(at: now) }, observations: observations)
    commands.removeAll(keepingCapacity: true)
    let wanted = brain.decide(at: now, seeing: view, into: &commands)
    // A brain that cannot wait is asked again at the next tick, not in the same one.
    nextDecision = wanted.map { max($0.firstTick(), now + .tick) } ?? .distantFuture
    for entry in commands where entry.controller.index < cabinets.count {
      let index = entry.controller.index
      cabinets[index].apply(entry.command, at: now)
      deadlines[index] = cabinets[index].nextDeadline
    }
  }

  private mutating func tickCabinets() throws(SafetyViolation) {
    changes.removeAll(keepingCapacity: true)
    for index in cabinets.indices where deadlines[index] <= now {
      cabinets[index].advance(to: now, into: &changes)
      try note(index)
    }
    if !changes.isEmpty { road.show(changes, at: now) }
  }

  private mutating func note(_ index: Int) throws(SafetyViolation) {
    deadlines[index] = cabinets[index].nextDeadline
    if let violation = cabinets[index].violation { throw violation }
  }
}
