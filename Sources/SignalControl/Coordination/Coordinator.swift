import TrafficModel

/// Keeps a ring-barrier sequencer in step with a pattern: a local cycle timer, and what it asks of the phases.
///
/// Theory of operation. Time is divided into *local cycles*, from one yield point of the anchor phase to its next; the
/// anchor is the coordinated phase with which the others fit best. The points of a local cycle stand in its
/// ``CoordinationTable``. All moves of the timer happen at the yield point:
///
/// | State    | At                                              | What happens                                   |
/// |----------|-------------------------------------------------|------------------------------------------------|
/// | pick-up  | the anchor is green                             | the timer starts as if that green were planned |
/// | cycle    | yield point, anchor not green or below its minimum | the cycle *slips* until it is               |
/// | cycle    | yield point, another pattern is wanted          | it is taken over, or picked up if its anchor is not green |
/// | cycle    | yield point, in step                            | the next cycle is as long as the pattern's     |
/// | cycle    | yield point, out of step                        | ``TransitionStep``: dwell, or a longer or shorter cycle |
/// | cycle    | a slip of more than a cycle                     | pick-up                                        |
///
/// So a pattern, an offset, a jump of master time, a return from free or from a preempt, and a cycle that slipped are
/// all mended by the same arithmetic, and the timer never depends on what the phases do except in a slip.
///
/// Within a cycle, see `Coordinator+Control.swift`: coordinated phases are called and held until their own yield
/// point; the others may begin while their permissive is open, and are forced off at their points.
struct Coordinator: Sendable {
  /// All that changes, so that units can be compared and hashed.
  struct Timer: Hashable, Sendable {
    /// Waits for the anchor to turn green.
    var isPickingUp = true
    /// The yield point with which the cycle began; it may lie between ticks.
    var start = SimTime.zero
    var length = TimeSpan.zero
    /// The cycle goes on because the anchor was late at its end.
    var isSlipping = false
    /// One dwell per cycle; the rest follows in the next.
    var hasDwelt = false
    var state = CoordinationState.free
    /// Counts the local cycles.
    var number = 0
    /// Cycles until the unit is in step, the running one included.
    var cyclesToGo = 0
    /// Phases that were called while their permissive was open.
    var permitted: PhaseSet = []
    /// Phases that were still green past their force-off when the cycle ended.
    var overdue: PhaseSet = []
    /// Coordinated phases that have passed their yield point in this cycle, and those whose green was reported.
    var yielded: PhaseSet = []
    var begun: PhaseSet = []
    var masterZero = SimTime.zero
  }

  private(set) var plan: CoordinationPlan
  /// To be taken over at the next yield point.
  private(set) var pending: CoordinationPlan?
  let rule: TransitionRule
  var timer = Timer()
  private(set) var table: CoordinationTable
  /// What the phases are asked for, as of the last update.
  var control = PhaseControl()
  /// When the control may change by itself.
  var nextDeadline = Interlock.longAgo

  init(_ plan: CoordinationPlan, rule: TransitionRule) {
    self.plan = plan
    self.rule = rule
    table = CoordinationTable(plan)
  }

  /// The pattern that is wanted, whether it has been taken over or not.
  var wanted: CoordinationPlan { pending ?? plan }

  // MARK: - Orders

  /// Goes over to another pattern, or to other splits or another offset, by an ordinary transition.
  mutating func change(to plan: CoordinationPlan) {
    pending = plan == self.plan ? nil : plan
    nextDeadline = Interlock.longAgo
  }

  /// Forgets where it was: after free operation, a preempt, or anything else that kept it from the phases.
  mutating func pickUp() {
    let before = timer
    timer = Timer()
    timer.masterZero = before.masterZero
    timer.number = before.number
    timer.begun = before.begun
    timer.state = .pickingUp
    nextDeadline = Interlock.longAgo
  }

  // MARK: - Time

  /// Carries the timer on to `tick` and sets ``control``; before the sequencer acts.
  /// - Parameter calls: Phases with a call of a vehicle or a pedestrian.
  mutating func update(
    at tick: SimTime, masterZero: SimTime, calls: PhaseSet, sequencer: inout RingBarrierSequencer,
    recorder: inout ControllerEventRecorder
  ) {
    timer.masterZero = masterZero
    let before = timer.state
    if timer.isPickingUp { startTimer(at: tick, sequencer: &sequencer, recorder: &recorder) }
    turnCycles(at: tick, sequencer: &sequencer, recorder: &recorder)
    if timer.isPickingUp { timer.state = .pickingUp }
    if timer.state != before {
      recorder.record(.coordinationState, Int(timer.state.rawValue), at: tick)
    }
    if timer.isPickingUp {
      setPickUpControl(at: tick, sequencer)
    } else {
      setControl(at: tick, calls: calls, sequencer)
    }
  }

  /// Starts the timer once the anchor is green: its yield point comes when its planned green is over.
  private mutating func startTimer(
    at tick: SimTime, sequencer: inout RingBarrierSequencer, recorder: inout ControllerEventRecorder
  ) {
    if let next = pending, sequencer.adopt(next.actuated) {
      recordChange(to: next, at: tick, &recorder)
      takeOver(next)
    }
    guard pending == nil, sequencer.adopt(plan.actuated),
      let since = sequencer.greenStart(of: plan.anchor)
    else { return }
    table.layOut(plan, changedBy: .zero)
    let end = max(since + table.points[plan.anchor].green, tick)
    timer.isPickingUp = false
    timer.length = plan.cycle
    timer.start = end - plan.cycle
    // The cycle that ends here never ran: nobody is permitted, and nothing has to be reported.
    timer.yielded = plan.coordinated
  }

  /// Ends the cycles whose time is over.
  private mutating func turnCycles(
    at tick: SimTime, sequencer: inout RingBarrierSequencer, recorder: inout ControllerEventRecorder
  ) {
    reportYields(at: tick, &recorder)
    while !timer.isPickingUp, tick >= timer.start + timer.length {
      let due = timer.start + timer.length
      guard isAnchorReady(at: tick, sequencer), adoptPending(&sequencer) else {
        slip(since: due, at: tick)
        return
      }
      let end = timer.isSlipping ? tick : due
      timer.isSlipping = false
      if let next = pending {
        recordChange(to: next, at: tick, &recorder)
        takeOver(next)
        timer.hasDwelt = false
        guard sequencer.greenStart(of: plan.anchor) != nil else {
          pickUp()
          return
        }
      }
      if !beginCycle(at: end, sequencer) { return }
      reportYields(at: tick, &recorder)
    }
  }

  private func isAnchorReady(at tick: SimTime, _ sequencer: RingBarrierSequencer) -> Bool {
    guard let since = sequencer.greenStart(of: plan.anchor) else { return false }
    return since + plan.phases[plan.anchor].minimumGreen <= tick
  }

  /// Gives the sequencer the order of the pending pattern's phases, which it refuses while a ring is changing.
  private func adoptPending(_ sequencer: inout RingBarrierSequencer) -> Bool {
    guard let next = pending else { return true }
    return sequencer.adopt(next.actuated)
  }

  private mutating func slip(since due: SimTime, at tick: SimTime) {
    timer.isSlipping = true
    if tick - due > plan.cycle { pickUp() }
  }

  private mutating func takeOver(_ next: CoordinationPlan) {
    plan = next
    pending = nil
    table = CoordinationTable(next)
  }

  /// Begins the next cycle at its yield point, or lets the last one go on for a dwell.
  /// - Returns: `false` for a dwell.
  private mutating func beginCycle(at end: SimTime, _ sequencer: RingBarrierSequencer) -> Bool {
    let step = TransitionStep(
      lag: lag(at: end), cycle: plan.cycle, rule: rule, shrinkable: plan.shrinkable)
    timer.cyclesToGo = step.cycles
    let mayDwell = step.kind == .dwell && !timer.hasDwelt
    timer.hasDwelt = mayDwell
    if mayDwell {
      table.layOut(plan, changedBy: .zero)
      timer.state = .dwelling
      timer.start = end - plan.cycle
      timer.length = plan.cycle + step.change
      timer.permitted = []
      return false
    }
    timer.overdue = overduePhases(sequencer)
    timer.state = step.kind == .dwell ? .dwelling : step.state
    table.layOut(plan, changedBy: step.kind == .dwell ? .zero : step.change)
    timer.start = end
    timer.length = table.length
    timer.number += 1
    timer.permitted = []
    timer.yielded = []
    return true
  }

  /// How much later the yield point would have to come for the pattern to be in step.
  private func lag(at yield: SimTime) -> TimeSpan {
    let base = plan.reference(ofYieldAt: yield, masterZero: timer.masterZero)
    return (plan.offset - base).modulo(plan.cycle)
  }

  private func overduePhases(_ sequencer: RingBarrierSequencer) -> PhaseSet {
    var result = sequencer.greenPhases.union(sequencer.nextPhases).subtracting(plan.coordinated)
    for phase in table.points.indices where table.points[phase].start >= table.points[phase].end {
      // The plan itself lets it run across the yield point.
      result.remove(PhaseSet(phase: phase))
    }
    return result
  }

  mutating func rebase(by shift: TimeSpan) {
    timer.start = timer.start - shift
    timer.masterZero = timer.masterZero - shift
    control.rebase(by: shift)
    if nextDeadline > Interlock.longAgo && nextDeadline < .distantFuture {
      nextDeadline = nextDeadline - shift
    }
  }
}

extension CoordinationPlan {
  /// The master time of the referenced point in the cycle that begins with a yield point, folded.
  func reference(ofYieldAt yield: SimTime, masterZero: SimTime) -> TimeSpan {
    (yield - masterZero + yieldToReference).modulo(cycle)
  }
}
