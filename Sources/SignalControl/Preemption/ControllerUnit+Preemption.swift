import TrafficModel

/// Preemption in the unit: who has the right of way, before anything else is asked of the phases.
extension ControllerUnit {
  var isPreempted: Bool { preemption.isActive }

  /// What the preempt that is being served wants; `nil` without one.
  func preemptionControl(at tick: SimTime) -> PhaseControl? { isPreempted ? preemption.control : nil }

  /// Carries the preempts on, before and after the sequencer has acted at `tick`. A switch or a monitor that flashes
  /// goes before every preempt.
  /// - Returns: Whether something else is asked of the phases from now on.
  @discardableResult
  mutating func advancePreemption(
    at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    guard !flash.isForced, preemption.isActive || preemption.nextDeadline <= tick else { return false }
    let before = (preemption.active, preemption.stage)
    preemption.advance(to: tick, preemptionView, into: &recorder)
    let hasMoved = before != (preemption.active, preemption.stage)
    if hasMoved {
      interlock.allowCuts(preemption.cut, at: tick, into: &changes)
      if preemption.isActive { priority.cancel(at: tick, into: &recorder) }
    }
    return hasMoved
  }

  private var preemptionView: Preemption.View {
    guard program == .free, flash.isSteady, let actuated else {
      return Preemption.View(green: [], isChanging: !interlock.isFlashing)
    }
    let green = actuated.greenPhases
    let isChanging = actuated.isChanging || (green.isEmpty && !interlock.areAllRed)
    return Preemption.View(green: green, isChanging: isChanging)
  }

  /// Ends the walks that are in the way of a preempt's entry; the sequencer would let them run out.
  mutating func endWalksInTheWay(
    at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard preemption.cut != nil, let plan else { return }
    for phase in plan.phases {
      if let walk = phase.pedestrianGroup { interlock.end(walk, at: tick, into: &changes) }
    }
  }

  /// When the next of those walks may end.
  var walkDeadline: SimTime {
    guard preemption.cut != nil, let plan else { return .distantFuture }
    var result = SimTime.distantFuture
    for phase in plan.phases {
      if let walk = phase.pedestrianGroup { result = min(result, interlock.earliestEnd(of: walk)) }
    }
    return result
  }

  /// Lets the rings take over from whatever runs, for a preempt: as the lamps are where they are greens of phases that
  /// may meet, otherwise through red.
  mutating func selectProgramForPreempt(at tick: SimTime) {
    guard case .pattern = program, let plan else { return }
    let isTaken = actuated?.takeOver(plan, at: tick, interlock, &detection) ?? false
    program = isTaken ? .free : .clearing
    if isTaken { overlaps.begin(interlock) }
  }

  /// Gives coordination up for a preempt: the rings return to the controller's own order of phases, and the timer is
  /// picked up anew when the coordinated phases are green again.
  mutating func suspendCoordination(at tick: SimTime) {
    if let isPickingUp = coordination.coordinator?.timer.isPickingUp, !isPickingUp {
      coordination.coordinator?.pickUp()
      recorder.record(.coordinationState, Int(CoordinationState.pickingUp.rawValue), at: tick)
    }
    if let plan { _ = actuated?.adopt(plan) }
  }
}
