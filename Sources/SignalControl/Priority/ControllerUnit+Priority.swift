import TrafficModel

/// Transit priority in the unit: after coordination has said when greens end, before the sequencer acts.
extension ControllerUnit {
  /// What the bus that is being served wants; `nil` without one.
  func priorityControl(at tick: SimTime) -> PhaseControl? { priority.isIdle ? nil : priority.control }

  mutating func advancePriority(at tick: SimTime) {
    // Also after a check-out, which leaves nothing to serve but has asked to be looked at.
    guard !priority.isIdle || priority.nextDeadline <= tick, !isPreempted, let actuated else { return }
    let coordinator = coordination.coordinator
    priority.advance(
      to: tick, actuated,
      plannedEnd: { ring in
        guard let phase = actuated.view(ofRing: ring).phase else { return .distantFuture }
        guard let coordinator, !coordinator.timer.isPickingUp else {
          return actuated.maximumEnd(ofRing: ring)
        }
        return coordinator.plannedEnd(of: phase, at: tick, actuated)
      }, into: &recorder)
  }

  /// Takes the requests of a new command that were not in the one before.
  mutating func takeRequests(of command: CabinetCommand, after before: CabinetCommand, at tick: SimTime) {
    priorityRefusals.removeAll()
    for request in command.priorityRequests where !before.priorityRequests.contains(request) {
      if let refusal = priority.request(request, at: tick, into: &recorder) {
        priorityRefusals.append(refusal)
      }
    }
  }
}
