import TrafficModel

/// The switches of the police panel, and of whoever works at the open cabinet.
///
/// | Switch           | While it is on                                                                     |
/// |------------------|------------------------------------------------------------------------------------|
/// | manual control   | every phase is called, vehicles and pedestrians; a green stays until interval advance |
/// | interval advance | (a button) the greens of this moment end as soon as their minimum times allow       |
/// | stop time        | no interval ends and no timer of the phases runs; afterwards they run on where they stood |
///
/// Yellow and red clearance run by themselves under manual control, only stop time holds them. From a pretimed pattern
/// manual control hands the lamps to the rings, as they are if they are greens of phases that may meet, else through
/// red. Interval advance without manual control ends the present greens of the rings in the same way, once; a pretimed
/// pattern keeps its times. Detectors and their diagnostics, the clock, leases and
/// the timers of preempts go on in stop time. A flash goes before it, and so does a train: a vehicle on the tracks cannot
/// wait for an officer, so a rail preempt that is due ends the stop, and the stop comes back when it is over. An
/// emergency preempt moves no lamp until time runs again, because whoever stops time stands at the junction.
struct PolicePanel: Hashable, Sendable {
  var isManual = false
  var isStopTimeOn = false
  /// Since when time is stopped; a rail preempt lets it run although the switch is on.
  var stoppedSince: SimTime?
  /// Phases whose greens interval advance is to end.
  var advanced: PhaseSet = []

  mutating func rebase(by shift: TimeSpan) { stoppedSince = stoppedSince?.rebased(by: shift) }
}

extension ControllerUnit {
  /// Whether an officer steps through the phases; without rings or stages there is nothing to step through.
  var isManual: Bool { panel.isManual && actuated != nil }

  /// What an officer at the panel wants; `nil` while nobody stands there.
  func manualControl(at tick: SimTime) -> PhaseControl? {
    guard isManual, let plan else { return nil }
    return PhaseControl(
      vehicleCalls: plan.servable, pedestrianCalls: plan.servable, hold: plan.servable,
      forceOff: panel.advanced)
  }

  mutating func handlePanel(_ input: CabinetInput, at tick: SimTime) {
    switch input {
    case .manualControl(let isOn):
      guard isOn != panel.isManual else { return }
      panel.isManual = isOn
      panel.advanced = []
      recorder.record(.manualControl, isOn ? 1 : 0, at: tick)
    case .intervalAdvance:
      panel.advanced = program == .free ? actuated?.greenPhases ?? [] : []
      recorder.record(.intervalAdvance, 1, at: tick)
    case .stopTime(let isOn):
      panel.isStopTimeOn = isOn
      if isOn { stopTime(at: tick) } else { resumeTime(at: tick) }
    default: return
    }
    wake(at: tick)
  }

  /// Lets time run for a train.
  mutating func yieldStopTime(at tick: SimTime) {
    if !flash.isForced, preemption.isRailDue(at: tick) { resumeTime(at: tick) }
  }

  /// Stops time anew once the train has passed and the exit phases are green.
  mutating func renewStopTime(at tick: SimTime) {
    if panel.isStopTimeOn { stopTime(at: tick) }
  }

  private mutating func stopTime(at tick: SimTime) {
    guard panel.stoppedSince == nil, !preemption.isRailDue(at: tick) else { return }
    panel.stoppedSince = tick
    detection.frozenSince = tick
    recorder.record(.stopTime, 1, at: tick)
  }

  /// Everything that was timed before the stop is timed from here on as if the stop had not been.
  private mutating func resumeTime(at tick: SimTime) {
    guard let since = panel.stoppedSince else { return }
    panel.stoppedSince = nil
    detection.frozenSince = nil
    let stopped = tick - since
    interlock.move(by: -stopped)
    actuated?.rebase(by: -stopped)
    detection.moveTimers(by: stopped)
    overlaps.rebase(by: -stopped)
    // A plan in time of day has gone on.
    if case .pattern = program { begin(program) }
    recorder.record(.stopTime, 0, at: tick)
  }
}
