import TrafficModel

/// The coordinator's lines of the event log.
extension Coordinator {
  /// Lines of a pattern that comes into force: its number, and of cycle, offset and splits those that changed.
  /// - Parameter all: Report also what stays the same: at the start, or after another kind of pattern.
  func recordChange(
    to next: CoordinationPlan, all: Bool = false, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    guard recorder.isRecording else { return }
    if all || next.number != plan.number { recorder.record(.patternChange, next.number, at: tick) }
    if all || next.cycle != plan.cycle {
      let seconds = Int(next.cycle.milliseconds / 1000)
      recorder.record(.cycleLengthChange, min(seconds, 255), at: tick)
      if seconds > 255 { recorder.record(.cycleLengthAbove255, seconds, at: tick) }
    }
    if all || next.offset != plan.offset {
      recorder.record(.offsetChange, Int(next.offset.milliseconds / 1000), at: tick)
    }
    for (index, phase) in next.phases.enumerated() where phase.number >= 1 && phase.number <= 16 {
      let first = Int(ControllerEventCode.split1Change.rawValue)
      let code = ControllerEventCode(rawValue: Int16(first + phase.number - 1))
      if let code, all || plan.phases[index].split != phase.split {
        recorder.record(code, Int(phase.split.milliseconds / 1000), at: tick)
      }
    }
  }

  /// One line when a coordinated phase passes its yield point.
  mutating func reportYields(at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    guard !timer.isPickingUp else { return }
    for phase in table.points.indices where plan.coordinated.contains(phase: phase) {
      let member = PhaseSet(phase: phase)
      let end = table.points[phase].end
      let yield = end == table.length ? TimeSpan.zero : end
      if timer.yielded.contains(member) || tick < timer.start + yield { continue }
      timer.yielded.insert(member)
      recorder.record(.coordinatedPhaseYield, plan.phases[phase].number, at: tick)
    }
  }

  /// One line when a coordinated phase turns green; after the sequencer has acted.
  mutating func reportBegins(
    at tick: SimTime, _ sequencer: RingBarrierSequencer, _ recorder: inout ControllerEventRecorder
  ) {
    let green = sequencer.greenPhases.intersection(plan.coordinated)
    for phase in table.points.indices where green.subtracting(timer.begun).contains(phase: phase) {
      recorder.record(.coordinatedPhaseBegin, plan.phases[phase].number, at: tick)
    }
    timer.begun = green
  }
}
