import TrafficModel

/// The controller in the cabinet: a pure machine from detector inputs and commands to lamps.
///
/// Theory of operation. The unit runs one program at a time, and all of them through one ``Interlock``, which alone
/// changes lamps.
///
/// | Program         | While                                          | Sequencer                      |
/// |-----------------|------------------------------------------------|--------------------------------|
/// | pattern         | the command in force asks for it, or for local | pretimed, `CycleTimeline`      |
/// | clearing        | free is asked for and something is still green | ends every green as it may     |
/// | free            | free is asked for and all was red              | actuated rings, or stages      |
///
/// From any program to a pattern the lamps are taken over as they are. A command holds until its lease ends; then
/// the unit returns to its first pattern by itself. A command that cannot be followed is refused, see
/// `CabinetStatus.refusals`, and the unit runs locally.
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

  /// Patterns and schedule can be replaced at any time, see ``adopt(_:at:)``; all else is as it was at the start.
  var data: SignalController
  let plan: ActuatedPlan?
  /// One per pattern; `nil` where the pattern cannot be laid out.
  var fixed: ContiguousArray<FixedTimeSequencer?>
  /// `nil` where the controller cannot run free.
  var actuated: RingBarrierSequencer?
  var interlock: Interlock
  var detection: Detection
  var program = Program.pattern(0)
  /// What the command in force comes to.
  var desired = Program.pattern(0)
  var command = CabinetCommand()
  /// What the command asks of the phases.
  var commandControl = PhaseControl()
  var coordination: CoordinationDesk
  var overlaps: OverlapControl
  var preemption: Preemption
  var priority: PriorityControl
  /// Of the requests in the command in force.
  var priorityRefusals: [CommandRefusal] = []
  var flash: FlashControl
  /// The lamps flash, or stay red after it.
  var isHalted = false
  /// Something has changed at this tick that the rings can only act on at the next.
  var wakesAgain = false
  /// Refusals of a command that was not taken over at all.
  var rejection: CommandRefusal?
  /// A pretimed pattern with the command's splits or offset.
  var changedPattern: ChangedPattern?
  var panel = PolicePanel()
  var leaseEnd = SimTime.distantFuture
  var lastTick = SimTime.zero
  var isStarted = false
  /// The event log; switched on by its owner, who also takes the lines away.
  public var recorder = ControllerEventRecorder()
  /// A tick, at which ``advance(to:into:)`` must be called next; until the start the distant future.
  public internal(set) var nextDeadline = SimTime.distantFuture

  /// - Parameters:
  ///   - controller: What it controls and how; need not pass the validator.
  ///   - id: Its number in the scenario, which its lamps' changes carry.
  ///   - network: Tells which push buttons belong to which pedestrian groups.
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
    coordination = CoordinationDesk(controller, phaseCount: plan?.phases.count ?? 0)
    overlaps = OverlapControl(controller)
    let servable = plan?.servable ?? []
    preemption = Preemption(PreemptionPlan(actuated == nil ? [] : controller.preempts, servable: servable))
    priority = PriorityControl(
      actuated == nil ? [] : controller.priorities, phaseCount: plan?.phases.count ?? 0, servable: servable)
    flash = FlashControl(controller.options)
    chooseProgram()
  }

  // MARK: - Time

  /// Turns on from all red; emits what is green at once.
  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    precondition(!isStarted, "a controller unit starts once")
    isStarted = true
    lastTick = now.firstTick()
    nextDeadline = lastTick
    program = desired
    detection.start(at: lastTick)
    begin(program)
    flash.begin(at: lastTick)
    if flash.reportedStatus != FlashCause.none {
      recorder.record(.unitFlashStatus, flash.reportedStatus, at: lastTick)
    }
    advance(to: lastTick, into: &changes)
  }

  /// Carries everything on to `tick` and appends the changes of lamps.
  /// - Parameters:
  ///   - tick: A multiple of 0.1 s, never earlier than before, and not beyond ``nextDeadline``.
  ///   - changes: Gets what changes, in order.
  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    precondition(tick >= lastTick, "time runs forwards")
    lastTick = tick
    guard isStarted, nextDeadline <= tick else { return }
    let first = changes.count
    advanceTimeBase(to: tick)
    endLease(at: tick)
    detection.advance(to: tick, &recorder)
    wakesAgain = false
    if panel.stoppedSince != nil { yieldStopTime(at: tick) }
    // A switch or a monitor that flashes goes before a stop of time.
    if panel.stoppedSince == nil || flash.isForced { act(at: tick, into: &changes) }
    renewStopTime(at: tick)
    recordPedestrians(changes[first...], at: tick)
    detection.reportCalls(at: tick, &recorder)
    nextDeadline = deadline(after: tick)
  }

  private mutating func act(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    interlock.advance(to: tick, into: &changes)
    advancePreemption(at: tick, into: &changes)
    if advanceFlash(at: tick, into: &changes) {
      selectProgram(at: tick)
      runProgram(at: tick, into: &changes)
      if advancePreemption(at: tick, into: &changes) { wakesAgain = true }
    }
    overlaps.record(at: tick, interlock, into: &recorder)
  }

  private mutating func runProgram(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    switch program {
    case .pattern(let index):
      runPretimed(index, at: tick, into: &changes)
      reportServiceToDetection(at: tick)
    case .clearing:
      clear(at: tick, into: &changes)
    case .free:
      runFree(at: tick, into: &changes)
    }
  }

  func deadline(after tick: SimTime) -> SimTime {
    var result = min(coordination.timeBase.nextDeadline, min(leaseEnd, detection.nextDeadline))
    if panel.stoppedSince != nil && !flash.isForced {
      return max(min(result, preemption.railDeadline), tick + .tick)
    }
    result = min(
      result, min(interlock.nextDeadline, min(detection.intervals.nextDeadline, flash.nextDeadline)))
    if !flash.isForced { result = min(result, preemption.nextDeadline) }
    if isHalted { return max(result, tick + .tick) }
    if wakesAgain { return tick + .tick }
    switch program {
    case .pattern(let index): result = min(result, pretimedDeadline(index))
    case .free:
      result = min(result, min(actuated?.nextDeadline ?? .distantFuture, overlaps.nextDeadline))
      result = min(result, walkDeadline)
      // Who is not heard is not carried on either, and its time to act may have passed.
      if !isPreempted { result = min(result, priority.nextDeadline) }
      if !isPreempted && !isManual { result = min(result, coordination.nextDeadline) }
    case .clearing:
      for group in 0..<interlock.groupCount { result = min(result, clearingEnd(of: group)) }
    }
    return max(result, tick + .tick)
  }
}
