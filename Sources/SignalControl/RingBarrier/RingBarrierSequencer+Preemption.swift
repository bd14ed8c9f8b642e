import TrafficModel

/// The one thing that only a preempt may ask of the rings: to give a green up although nobody waits behind it.
extension RingBarrierSequencer {
  /// Clears the rings of the phases in ``PhaseControl/abandoned``: a green one that is ready and has no successor ends
  /// in red, and one that is only about to begin does not.
  mutating func abandonPhases(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    guard !control.abandoned.isEmpty else { return false }
    awaitedWalks.subtract(control.pedestrianOmit.union(control.abandoned))
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode == .change {
      guard let next = rings[ring].next, control.abandoned.contains(phase: next), !hasBegun(next, interlock)
      else { continue }
      for index in plan.phases[next].groups where !isWanted(plan.groups[index], besides: ring) {
        starts[plan.groups[index]] = .distantFuture
      }
      rings[ring].next = nil
      rings[ring].lead = .zero
      hasMoved = true
    }
    let wanted = demand(detection)
    for ring in rings.indices where rings[ring].mode == .green && crossingTo == nil {
      guard let phase = rings[ring].phase, control.abandoned.contains(phase: phase),
        nextInPass(ring, wanted) == nil, !needsCrossing(wanted),
        isReady(ring, before: nil, at: tick, interlock, detection)
      else { continue }
      endPhase(of: ring, at: tick, &detection, &recorder)
      rings[ring].next = nil
      leave(ring..<(ring + 1), at: tick, &interlock, &detection, &recorder, into: &changes)
      // Stages end their groups by what comes next, and here nothing does.
      if plan.runsStages { for index in plan.phases[phase].groups { ends[plan.groups[index]] = tick } }
      hasMoved = true
    }
    return hasMoved
  }

  private func hasBegun(_ phase: Int, _ interlock: Interlock) -> Bool {
    for index in plan.phases[phase].groups where interlock.isStarted(plan.groups[index]) { return true }
    return false
  }

  /// Whether another ring is coming to a phase with this group.
  private func isWanted(_ group: Int, besides ring: Int) -> Bool {
    for other in rings.indices where other != ring && rings[other].mode == .change {
      if let next = rings[other].next, plan.serves(next, group) { return true }
    }
    return false
  }
}
