import TrafficModel

/// Lines of the event log that are told by the lamps, or by what is asked of the phases.
extension ControllerUnit {
  /// Walk, clearance and don't walk, whoever drives the lamps.
  mutating func recordPedestrians(
    _ changes: ContiguousArray<IndicationChange>.SubSequence, at tick: SimTime
  ) {
    guard recorder.isRecording, let plan else { return }
    for change in changes {
      for phase in plan.phases.indices where plan.phases[phase].pedestrianGroup == change.group {
        let code: ControllerEventCode =
          switch change.indication {
          case .green: .beginWalk
          case .red: .beginDontWalk
          case .dark: .pedestriansDark
          default: .beginPedestrianClearance
          }
        recorder.record(code, plan.phases[phase].number, at: tick)
      }
    }
  }

  /// Holds and omits that come or go, of phases that exist.
  mutating func recordControl(_ control: PhaseControl, at tick: SimTime) {
    guard recorder.isRecording, let before = actuated?.control, before != control else { return }
    recordChange(before.hold, control.hold, .holdOn, .holdOff, at: tick)
    recordChange(before.omit, control.omit, .omitOn, .omitOff, at: tick)
    recordChange(
      before.pedestrianOmit, control.pedestrianOmit, .pedestrianOmitOn, .pedestrianOmitOff, at: tick)
  }

  private mutating func recordChange(
    _ before: PhaseSet, _ after: PhaseSet, _ on: ControllerEventCode, _ off: ControllerEventCode,
    at tick: SimTime
  ) {
    guard before != after, let plan else { return }
    for phase in after.subtracting(before).intersection(plan.servable).indices {
      recorder.record(on, plan.phases[phase].number, at: tick)
    }
    for phase in before.subtracting(after).intersection(plan.servable).indices {
      recorder.record(off, plan.phases[phase].number, at: tick)
    }
  }
}
