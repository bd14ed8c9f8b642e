import TrafficModel

/// The part of the sequencer that turns moves of rings into requests to the interlock.
extension RingBarrierSequencer {
  // MARK: - Hand-over between phases

  /// Ends and starts groups for rings that have just left their phases, and sets when the next greens begin.
  ///
  /// A group that the next phase serves too goes on without yellow, but a phase that follows itself ends.
  mutating func handOver(
    _ moving: Range<Int>, at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) {
    var due = tick
    for ring in moving { due = max(due, tick + lengthenedClearance(of: ring, &interlock)) }
    if !plan.runsStages {
      for group in starts.indices where endsNow(group, moving, interlock) {
        interlock.end(group, at: tick, into: &changes)
      }
    }
    for group in starts.indices where startsNext(group, moving) && !goesOn(group, moving, interlock) {
      let bound = interlock.startBound(of: group, ignoringGreens: true, at: tick)
      due = max(due, max(bound, tick) + interlock.gainingDuration(of: group))
    }
    for ring in moving {
      rings[ring].changeAt = due
      reportEnd(of: ring, at: tick, due: due, &detection, &recorder)
      schedule(ring, among: moving, interlock, from: tick, to: due)
      if let phase = leaving(ring) { extendedReds.remove(PhaseSet(phase: phase)) }
    }
  }

  private func clearance(of ring: Int) -> TimeSpan {
    guard let phase = leaving(ring) else { return .zero }
    guard let next = rings[ring].next else { return plan.phases[phase].clearance }
    return plan.clearance(of: phase, before: next)
  }

  private func redClearanceExtension(of ring: Int) -> TimeSpan {
    guard let phase = leaving(ring), extendedReds.contains(phase: phase) else { return .zero }
    return redExtension
  }

  /// The clearance of a ring with the red clearance extension that was asked for; the interlock keeps it too. Groups of
  /// a stage end at their own times, so there the interlock alone does.
  private func lengthenedClearance(of ring: Int, _ interlock: inout Interlock) -> TimeSpan {
    let longer = redClearanceExtension(of: ring)
    guard longer > .zero, let phase = leaving(ring) else { return clearance(of: ring) }
    for index in plan.phases[phase].groups {
      interlock.lengthenNextClearance(of: plan.groups[index], by: longer)
    }
    return clearance(of: ring) + (plan.runsStages ? .zero : longer)
  }

  private func reportEnd(
    of ring: Int, at tick: SimTime, due: SimTime, _ detection: inout Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    guard let phase = leaving(ring) else { return }
    let timing = plan.phases[phase]
    detection.intervals.end(
      phase, yellow: timing.yellow,
      redClearance: plan.runsStages ? due - tick : timing.redClearance + redClearanceExtension(of: ring),
      at: tick,
      &recorder)
  }

  /// The phase whose green a changing ring has just ended.
  private func leaving(_ ring: Int) -> Int? { rings[ring].mode == .change ? rings[ring].phase : nil }

  private func startsNext(_ group: Int, _ moving: Range<Int>) -> Bool {
    for ring in moving {
      if let next = rings[ring].next, plan.serves(next, group) { return true }
    }
    return false
  }

  private func isLeft(_ group: Int, _ moving: Range<Int>) -> Bool {
    for ring in moving {
      if let phase = leaving(ring), plan.serves(phase, group) { return true }
    }
    return false
  }

  /// Whether a group stays green into the next phases: because a ring that does not move has it, or because a
  /// moving ring comes to it with a phase that has not just ended.
  private func goesOn(_ group: Int, _ moving: Range<Int>, _ interlock: Interlock) -> Bool {
    guard interlock.isStarted(group) else { return false }
    for ring in rings.indices where !moving.contains(ring) {
      let state = rings[ring]
      if state.mode == .green, let phase = state.phase, plan.serves(phase, group) { return true }
      if state.mode == .change, let next = state.next, plan.serves(next, group) { return true }
    }
    for ring in moving {
      guard let next = rings[ring].next, plan.serves(next, group) else { continue }
      if !moving.contains(where: { leaving($0) == next }) { return true }
    }
    return false
  }

  private func endsNow(_ group: Int, _ moving: Range<Int>, _ interlock: Interlock) -> Bool {
    isLeft(group, moving) && interlock.isGreen(group) && !goesOn(group, moving, interlock)
  }

  private mutating func schedule(
    _ ring: Int, among moving: Range<Int>, _ interlock: Interlock, from tick: SimTime, to due: SimTime
  ) {
    if plan.runsStages, let phase = leaving(ring), let next = rings[ring].next {
      for index in plan.phases[phase].groups where !plan.serves(next, plan.groups[index]) {
        let group = plan.groups[index]
        starts[group] = .distantFuture
        if interlock.isStarted(group) {
          ends[group] = max(tick, due - plan.loss(of: group, from: phase, to: next))
        }
      }
    }
    guard let next = rings[ring].next else { return }
    for index in plan.phases[next].groups where !goesOn(plan.groups[index], moving, interlock) {
      let group = plan.groups[index]
      // A late start that is still to come belongs to a green that goes on into this phase.
      if let phase = leaving(ring), plan.serves(phase, group), starts[group] < .distantFuture { continue }
      let late = plan.lateStart(of: group, in: next)
      starts[group] = due + rings[ring].lead + late - interlock.gainingDuration(of: group)
    }
  }

  /// Starts and ends the groups whose time has come; what the interlock refuses is tried again.
  mutating func switchDueGroups(
    at tick: SimTime, interlock: inout Interlock, into changes: inout ContiguousArray<IndicationChange>
  ) {
    for group in ends.indices {
      if ends[group] <= tick, interlock.end(group, at: tick, into: &changes) { ends[group] = .distantFuture }
    }
    for group in starts.indices where starts[group] <= tick {
      if interlock.isStarted(group) || interlock.start(group, at: tick, into: &changes) {
        starts[group] = .distantFuture
      }
    }
  }
}
