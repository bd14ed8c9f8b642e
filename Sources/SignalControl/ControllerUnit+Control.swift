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
/// each other the higher one stands (``PhaseControl/yield(to:)``). Flash and stop time let no sequencer run at all.
extension ControllerUnit {
  /// What is asked of the phases at `tick`.
  func phaseControl(at tick: SimTime) -> PhaseControl {
    if let preempt = preemptionControl(at: tick) { return preempt }
    if let manual = manualControl(at: tick) { return manual }
    var control = localControl(at: tick)
    control.yield(to: commandControl)
    if let coordination = coordinationControl(at: tick) { control.yield(to: coordination) }
    if let priority = priorityControl(at: tick) { control.yield(to: priority) }
    return control
  }

  /// What the preempt that is being served wants; `nil` without one.
  func preemptionControl(at tick: SimTime) -> PhaseControl? { nil }

  /// What an officer at the panel wants; `nil` while nobody stands there.
  func manualControl(at tick: SimTime) -> PhaseControl? { nil }

  /// What the bus that is being served wants; `nil` without one.
  func priorityControl(at tick: SimTime) -> PhaseControl? { nil }

  /// What the coordinator wants; `nil` while the unit runs free.
  func coordinationControl(at tick: SimTime) -> PhaseControl? { coordination.coordinator?.control }

  /// What the unit wants by itself.
  func localControl(at tick: SimTime) -> PhaseControl { PhaseControl() }
}
