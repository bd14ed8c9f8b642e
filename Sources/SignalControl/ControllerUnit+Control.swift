import TrafficModel

/// Who speaks to the phase sequencer, and who outranks whom.
///
/// | Rank | Source | Place |
/// |---|---|---|
/// | 1 | rail, then emergency preemption | ``ControllerUnit/preemptionControl(at:)`` |
/// | 2 | manual control | ``ControllerUnit/manualControl(at:)`` |
/// | 3 | transit priority | ``ControllerUnit/priorityControl(at:)`` |
/// | 4 | coordination | ``ControllerUnit/coordinationControl(at:)`` |
/// | 5 | the brain's command | `commandControl` |
/// | 6 | the unit's own schedule and diagnostics | ``ControllerUnit/localControl(at:)`` |
///
/// Ranks 1 and 2 stand alone: while they speak nobody below is heard. The others are merged, and where two contradict
/// each other the higher one stands (``PhaseControl/yield(to:)``). Flash lets no sequencer run at all, and stop time
/// lets none run unless a train is due.
extension ControllerUnit {
  /// What is asked of the phases at `tick`.
  func phaseControl(at tick: SimTime) -> PhaseControl {
    if let preempt = preemptionControl(at: tick) { return preempt }
    if let manual = manualControl(at: tick) { return manual }
    var control = localControl(at: tick)
    control.yield(to: commandControl)
    if let coordination = coordinationControl(at: tick) { control.yield(to: coordination) }
    if let priority = priorityControl(at: tick) {
      control.yield(to: priority)
      control.omit.subtract(self.priority.opened)
    }
    if !panel.advanced.isEmpty { control.yield(to: PhaseControl(forceOff: panel.advanced)) }
    return control
  }

  /// What the coordinator wants; `nil` while the unit runs free.
  func coordinationControl(at tick: SimTime) -> PhaseControl? { coordination.coordinator?.control }

  /// What the unit wants by itself: MAX 2 where its schedule says so.
  func localControl(at tick: SimTime) -> PhaseControl {
    var control = PhaseControl()
    guard let maximum2 = coordination.timeBase.event?.maximum2, !maximum2.isEmpty else { return control }
    for phase in maximum2 where (0..<ActuatedPlan.maximumPhaseCount).contains(phase) {
      control.maximum2.insert(PhaseSet(phase: phase))
    }
    return control
  }
}
