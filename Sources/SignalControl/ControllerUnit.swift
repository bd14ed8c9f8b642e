import TrafficModel

/// The controller in the cabinet: a pure machine from detector inputs and commands to lamps.
///
/// Theory of operation. The unit runs one program at a time, and all of them through one ``Interlock``, which alone
/// changes lamps.
///
/// | Program         | While                                          | Sequencer                      |
/// |-----------------|------------------------------------------------|--------------------------------|
/// | pattern         | the command in force asks for it, or for local | pretimed, ``CycleTimeline``    |
/// | clearing        | free is asked for and something is still green | ends every green as it may     |
/// | free            | free is asked for and all was red              | actuated rings, or stages      |
///
/// From any program to a pattern the lamps are taken over as they are. A command holds until its lease ends; then
/// the unit returns to its first pattern by itself. A command that cannot be followed is refused, see
/// ``CabinetStatus/refusals``, and the unit runs locally.
///
/// Use: initial commands, then ``start(at:into:)``, then inputs and commands in order of time, and
/// ``advance(to:into:)`` whenever ``nextDeadline`` has come; inputs and commands that are due at a tick come before
/// its advance. Advancing more often changes nothing. Nothing is polled, and no call allocates in steady state.
public struct ControllerUnit: Sendable {
  enum Program: Hashable, Sendable {
    case pattern(Int)
    case clearing
    case free
  }

  let data: SignalController
  private let plan: ActuatedPlan?
  /// One per pattern; `nil` where the pattern cannot be laid out.
  private(set) var fixed: ContiguousArray<FixedTimeSequencer?>
  /// `nil` where the controller cannot run free.
  private var actuated: RingBarrierSequencer?
  private(set) var interlock: Interlock
  private var detection: Detection
  private(set) var program = Program.pattern(0)
  /// What the command in force comes to.
  private(set) var desired = Program.pattern(0)
  private(set) var command = CabinetCommand()
  private(set) var leaseEnd = SimTime.distantFuture
  private(set) var lastTick = SimTime.zero
  private(set) var isStarted = false
  /// A tick, at which ``advance(to:into:)`` must be called next; until the start the distant future.
  public private(set) var nextDeadline = SimTime.distantFuture

  /// - Parameter network: Tells which push buttons belong to which pedestrian groups.
  /// - Throws: If the first pattern, to which the unit always returns, cannot be laid out.
  public init(_ controller: SignalController, id: ControllerID, network: Network) throws(TimelineFailure) {
    guard let local = controller.patterns.first else {
      throw TimelineFailure(
        .nothingServed, place: "controller \(controller.name)", message: "it has no pattern",
        mend: "Give it at least one pattern")
    }
    var sequencers: ContiguousArray<FixedTimeSequencer?> = [
      FixedTimeSequencer(try controller.timeline(of: local), of: controller)
    ]
    for pattern in controller.patterns.dropFirst() {
      let timeline = try? controller.timeline(of: pattern)
      sequencers.append(timeline.map { FixedTimeSequencer($0, of: controller) })
    }
    data = controller
    fixed = sequencers
    plan = ActuatedPlan(controller)
    actuated = plan.map { RingBarrierSequencer($0) }
    interlock = Interlock(controller, id: id)
    detection = Detection(controller, plan: plan, network: network)
  }

  // MARK: - Inputs and commands

  /// Turns on from all red; emits what is green at once.
  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    precondition(!isStarted, "a controller unit starts once")
    isStarted = true
    lastTick = now.firstTick()
    nextDeadline = lastTick
    program = desired
    begin(program)
    advance(to: lastTick, into: &changes)
  }

  /// Takes an input; it acts at the first tick at or after `now` that has not been advanced to yet.
  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    let tick = actingTick(now)
    detection.handle(input, at: tick)
    // Inputs cannot change a pretimed program, so they need not wake it.
    if program == .free { wake(at: tick) }
    nextDeadline = isStarted ? min(nextDeadline, detection.nextDeadline) : nextDeadline
  }

  /// Takes over the state that the brain wants; a repeated copy only renews the lease.
  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    leaseEnd = min(now + command.lease, .distantFuture).firstTick()
    if command != self.command {
      self.command = command
      desired = program(for: command)
      wake(at: actingTick(now))
    }
    if isStarted { nextDeadline = min(nextDeadline, leaseEnd) }
  }

  private func actingTick(_ now: SimTime) -> SimTime {
    let tick = now.firstTick()
    // Before the start nothing has been advanced, and nextDeadline is not used either.
    return isStarted && tick <= lastTick ? lastTick + .tick : tick
  }

  private mutating func wake(at tick: SimTime) {
    if isStarted { nextDeadline = min(nextDeadline, tick) }
  }

  // MARK: - Time

  /// Carries everything on to `tick` and appends the changes of lamps.
  /// - Parameter tick: A multiple of 0.1 s, never earlier than before, and not beyond ``nextDeadline``.
  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    precondition(tick >= lastTick, "time runs forwards")
    lastTick = tick
    guard isStarted, nextDeadline <= tick else { return }
    if leaseEnd <= tick {
      command = CabinetCommand()
      desired = program(for: command)
      leaseEnd = .distantFuture
    }
    detection.advance(to: tick)
    interlock.advance(to: tick, into: &changes)
    selectProgram()
    switch program {
    case .pattern(let index):
      fixed[index]?.advance(to: tick, interlock: &interlock, into: &changes)
      reportServiceToDetection(at: tick)
    case .clearing:
      clear(at: tick, into: &changes)
    case .free:
      runFree(at: tick, into: &changes)
    }
    nextDeadline = deadline(after: tick)
  }

  private mutating func selectProgram() {
    switch (program, desired) {
    case (.free, .free), (.clearing, .free):
      break
    case (.pattern(let old), .pattern(let new)) where old == new:
      break
    case (.pattern, .free):
      program = .clearing
    case (_, .pattern), (_, .clearing):
      program = desired
      begin(desired)
    }
  }

  private mutating func begin(_ program: Program) {
    switch program {
    case .pattern(let index): fixed[index]?.begin()
    case .free: actuated?.begin()
    case .clearing: break
    }
  }

  private mutating func clear(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    for group in 0..<interlock.groupCount { interlock.end(group, at: tick, into: &changes) }
    reportServiceToDetection(at: tick)
    guard interlock.areAllRed else { return }
    program = .free
    begin(.free)
    runFree(at: tick, into: &changes)
  }

  private mutating func runFree(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    actuated?.command = command
    actuated?.advance(to: tick, interlock: &interlock, detection: &detection, into: &changes)
  }

  private func deadline(after tick: SimTime) -> SimTime {
    var result = min(leaseEnd, min(interlock.nextDeadline, detection.nextDeadline))
    switch program {
    case .pattern(let index): result = min(result, fixed[index]?.nextDeadline ?? .distantFuture)
    case .free: result = min(result, actuated?.nextDeadline ?? .distantFuture)
    case .clearing:
      for group in 0..<interlock.groupCount { result = min(result, interlock.earliestEnd(of: group)) }
    }
    return max(result, tick + .tick)
  }

  // MARK: - Program choice

  private func program(for command: CabinetCommand) -> Program {
    switch command.program {
    case .local, .flash: return .pattern(0)
    case .free: return actuated == nil ? .pattern(0) : .free
    case .pattern(let number):
      let index = data.patterns.firstIndex { $0.number == number }
      guard let index, fixed[index] != nil else { return .pattern(0) }
      return .pattern(index)
    }
  }

  private var refusals: [CommandRefusal] {
    var result: [CommandRefusal] = []
    switch command.program {
    case .local: break
    case .flash: result.append(.outranked)
    case .free: if actuated == nil { result.append(.cannotRunFree) }
    case .pattern(let number):
      if let index = data.patterns.firstIndex(where: { $0.number == number }) {
        if fixed[index] == nil { result.append(.infeasiblePattern(number)) }
      } else {
        result.append(.unknownPattern(number))
      }
    }
    let phaseControl = command.hold.union(command.forceOff).union(command.omit)
    if !phaseControl.isEmpty && desired != .free { result.append(.phaseControlNeedsFreeOperation) }
    return result
  }

  // MARK: - Service seen from the lamps

  /// A pretimed program knows no phases, so the calls that its greens have served are taken back here.
  private mutating func reportServiceToDetection(at tick: SimTime) {
    guard let plan else { return }
    for phase in plan.phases.indices {
      let isGreen = showsGreen(phase, plan)
      if isGreen != detection.greenPhases.contains(phase: phase) {
        if isGreen {
          detection.phaseTurnedGreen(phase)
        } else {
          detection.phaseEndedGreen(phase, at: tick)
        }
      }
      if let group = plan.phases[phase].pedestrianGroup, interlock.isGreen(group) {
        detection.pedestriansServed(PhaseSet(phase: phase))
      }
    }
  }

  private func showsGreen(_ phase: Int, _ plan: ActuatedPlan) -> Bool {
    let groups = plan.phases[phase].groups
    if groups.isEmpty { return plan.phases[phase].pedestrianGroup.map { interlock.isGreen($0) } ?? false }
    for index in groups where !interlock.isGreen(plan.groups[index]) { return false }
    return true
  }

  // MARK: - Status

  /// What the unit shows and runs, as of the last tick it was advanced to.
  public var status: CabinetStatus { status(at: lastTick) }

  /// The same, with the cycle timer read at `now`, which may be after the last advance.
  public func status(at now: SimTime) -> CabinetStatus {
    // Running free, the rings know; a plan's stages and phases are told by their lamps.
    var green: PhaseSet = program == .free ? detection.greenPhases : []
    if let plan, program != .free {
      for phase in plan.phases.indices where showsGreen(phase, plan) { green.insert(PhaseSet(phase: phase)) }
    }
    var mode = CabinetMode.free
    var cycleTimer: TimeSpan?
    if !isStarted {
      mode = .startUp
    } else if case .pattern(let index) = program {
      mode = .pattern(data.patterns[index].number)
      cycleTimer = (now - .zero).modulo(data.patterns[index].cycle)
    }
    return CabinetStatus(
      mode: mode, indications: (0..<interlock.groupCount).map { interlock.indication(of: $0) },
      greenPhases: green, vehicleCalls: detection.vehicleCalls, pedestrianCalls: detection.pedestrianCalls,
      cycleTimer: cycleTimer, refusals: refusals)
  }

  /// Services and terminations of each phase (or stage) in free operation so far; empty where it cannot run free.
  public var terminationCounts: ContiguousArray<TerminationCounts> { actuated?.terminations ?? [] }
}
