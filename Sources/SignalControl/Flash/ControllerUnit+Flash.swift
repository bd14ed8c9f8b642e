import TrafficModel

/// Flash in the unit: while the lamps flash, or stay red after it, no program runs.
///
/// | Asked by | Outranked by |
/// |---|---|
/// | conflict monitor, flash switch | nothing |
/// | preempt that flashes in its dwell | monitor, switch |
/// | schedule, command | also every preempt: no command delays one |
extension ControllerUnit {
  private var isFlashScheduled: Bool {
    if case .flash = command.program { return true }
    return command.program == .local && coordination.timeBase.event?.action == .flash
  }

  /// Carries flash on and brings the lamps to what it says.
  /// - Returns: Whether the programs may run.
  mutating func advanceFlash(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) -> Bool
  {
    let before = flash.reportedStatus
    flash.set(.preempt, preemption.wantsFlash)
    flash.set(.automatic, isFlashScheduled && !isPreempted)
    if flash.isForced { preemption.interrupt(at: tick) }
    flash.advance(to: tick)
    if flash.reportedStatus != before { recorder.record(.unitFlashStatus, flash.reportedStatus, at: tick) }
    switch flash.state {
    case .flash:
      halt(at: tick)
      interlock.allowCuts(nil, at: tick, into: &changes)
      interlock.enterFlash(at: tick, into: &changes)
      return false
    case .allRed:
      halt(at: tick)
      interlock.leaveFlash(at: tick, into: &changes)
      return false
    case .steady:
      interlock.leaveFlash(at: tick, into: &changes)
      if isHalted { resume() }
      return true
    }
  }

  /// No program runs from here on; what was green is not any more.
  private mutating func halt(at tick: SimTime) {
    guard !isHalted else { return }
    isHalted = true
    priority.cancel(at: tick, into: &recorder)
    guard let plan else { return }
    for phase in plan.phases.indices where detection.greenPhases.contains(phase: phase) {
      detection.phaseEndedGreen(phase, at: tick)
    }
    detection.intervals.breakOff(at: tick, &recorder)
  }

  /// The program begins anew, from all red.
  private mutating func resume() {
    isHalted = false
    begin(program)
    overlaps.begin(interlock)
    if coordination.coordinator?.timer.isPickingUp == false { coordination.coordinator?.pickUp() }
  }
}
