import TrafficModel

/// The part of the sequencer that turns moves of rings into requests to the interlock.
extension RingBarrierSequencer {
  // MARK: - Hand-over between phases

  /// Ends and starts groups for rings that have just left their phases, and sets when the next greens begin.
  ///
  /// A group that the next phase serves too goes on without yellow, but a phase that follows itself ends.
  mutating func handOver(
    _ moving: Range<Int>, at tick: SimTime, interlock: inout Interlock,
    into changes: inout ContiguousArray<IndicationChange>
  ) {
    var due = tick
    for ring in moving { due = max(due, tick + clearance(of: ring)) }
    if !plan.runsStages {
      for group in starts.indices where endsNow(group, moving, interlock) {
        interlock.end(group, at: tick, into: &changes)
      }
    }
    for group in starts.indices where startsNext(group, moving) && !goesOn(group, moving, interlock) {
      let bound = interlock.startBound(of: group, ignoringGreens: true)
      due = max(due, max(bound, tick) + interlock.gainingDuration(of: group))
    }
    for ring in moving {
      rings[ring].changeAt = due
      schedule(ring, among: moving, interlock, from: tick, to: due)
    }
  }

  private func clearance(of ring: Int) -> TimeSpan {
    guard let phase = leaving(ring) else { return .zero }
    guard let next = rings[ring].next else { return plan.phases[phase].clearance }
    return plan.clearance(of: phase, before: next)
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
      starts[group] = due + late - interlock.gainingDuration(of: group)
    }
  }

  /// Starts and ends the groups whose time has come; what the interlock refuses is tried again.
  mutating func switchDueGroups(
    at tick: SimTime, interlock: inout Interlock, into changes: inout ContiguousArray<IndicationChange>
  ) {
    for group in starts.indices {
      if ends[group] <= tick, interlock.end(group, at: tick, into: &changes) { ends[group] = .distantFuture }
    }
    for group in starts.indices where starts[group] <= tick {
      if interlock.isStarted(group) || interlock.start(group, at: tick, into: &changes) {
        starts[group] = .distantFuture
      }
    }
  }

  // MARK: - Pedestrians

  /// Starts walks that wait, and those asked for during a green that keeps nobody waiting.
  mutating func servePedestrians(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    into changes: inout ContiguousArray<IndicationChange>
  ) {
    for ring in rings.indices where rings[ring].mode == .green {
      guard let phase = rings[ring].phase, let group = plan.phases[phase].pedestrianGroup else { continue }
      let member = PhaseSet(phase: phase)
      let isFree = rings[ring].opposedSince == .distantFuture
      if isFree && detection.pedestrianCalls.contains(member) && interlock.isRed(group) {
        awaitedWalks.insert(member)
      }
      if awaitedWalks.contains(member), interlock.start(group, at: tick, into: &changes) {
        awaitedWalks.remove(member)
        ends[group] = interlock.isGreen(group) ? interlock.earliestEnd(of: group) : tick
        detection.pedestriansServed(phasesSharing(group))
        terminations[phase].walks += 1
      }
    }
  }

  private func phasesSharing(_ pedestrianGroup: Int) -> PhaseSet {
    var result: PhaseSet = []
    for (index, phase) in plan.phases.enumerated() where phase.pedestrianGroup == pedestrianGroup {
      result.insert(PhaseSet(phase: index))
    }
    return result
  }

  // MARK: - Readiness

  func hasGap(_ phase: Int, at tick: SimTime, _ detection: Detection) -> Bool {
    !plan.maximumRecalls.contains(phase: phase) && detection.hasGap(phase, at: tick)
  }

  /// Whether a ring may leave what it shows; `next` matters for stages, whose clearance depends on it.
  func isReady(
    _ ring: Int, before next: Int?, at tick: SimTime, _ interlock: Interlock, _ detection: Detection
  ) -> Bool {
    let state = rings[ring]
    switch state.mode {
    case .dwell: return true
    case .change: return false
    case .green: break
    }
    guard let phase = state.phase, !control.hold.contains(phase: phase) else { return false }
    if minimumTime(ring, phase, before: next, interlock) > tick { return false }
    let isMaximum = maximumTime(ring, phase, before: next) <= tick
    if let group = plan.phases[phase].pedestrianGroup {
      // A walk that could not even begin by the maximum is left for the next green.
      let isAwaited = awaitedWalks.contains(phase: phase) && !isMaximum
      if isAwaited || !interlock.isRed(group) { return false }
    }
    return isMaximum || control.forceOff.contains(phase: phase) || hasGap(phase, at: tick, detection)
  }

  private func headStart(_ phase: Int, before next: Int?) -> TimeSpan {
    guard plan.runsStages, let next else { return .zero }
    return plan.clearance(of: phase, before: next)
  }

  /// When the phase's own minimum and those of its groups are over.
  private func minimumTime(_ ring: Int, _ phase: Int, before next: Int?, _ interlock: Interlock) -> SimTime {
    let head = headStart(phase, before: next)
    var time = rings[ring].greenStart + plan.phases[phase].minimumGreen - head
    for index in plan.phases[phase].groups {
      let group = plan.groups[index]
      if let next, plan.runsStages {
        if plan.serves(next, group) { continue }
        let own = plan.loss(of: group, from: phase, to: next)
        time = max(time, interlock.earliestEnd(of: group) - (head - own))
      } else {
        time = max(time, interlock.earliestEnd(of: group))
      }
    }
    return time
  }

  private func maximumTime(_ ring: Int, _ phase: Int, before next: Int?) -> SimTime {
    let since = rings[ring].opposedSince
    if since == .distantFuture { return since }
    return (since + plan.phases[phase].maximumGreen - headStart(phase, before: next)).firstTick()
  }

  // MARK: - Deadline

  /// The first moment after `tick` at which something may happen by itself.
  func deadline(after tick: SimTime, _ interlock: Interlock, _ detection: Detection) -> SimTime {
    var result = min(interlock.nextDeadline, detection.nextDeadline)
    func consider(_ time: SimTime) { if time > tick { result = min(result, time) } }
    for group in starts.indices {
      if starts[group] < .distantFuture { consider(max(starts[group], interlock.earliestStart(of: group))) }
      if ends[group] < .distantFuture { consider(max(ends[group], interlock.earliestEnd(of: group))) }
    }
    let demand = demand(detection)
    for (ring, state) in rings.enumerated() {
      switch state.mode {
      case .dwell: continue
      case .change: consider(state.changeAt)
      case .green:
        guard let phase = state.phase else { continue }
        if awaitedWalks.contains(phase: phase), let group = plan.phases[phase].pedestrianGroup {
          consider(interlock.earliestStart(of: group))
        }
        if state.opposedSince == .distantFuture { continue }
        let crossing = plan.runsStages ? nextSide(for: demand.subtracting(detection.greenPhases)).first : nil
        let next = nextInPass(ring, demand) ?? crossing
        consider(minimumTime(ring, phase, before: next, interlock))
        consider(maximumTime(ring, phase, before: next))
        if !plan.maximumRecalls.contains(phase: phase) { consider(detection.gapTime(phase)) }
      }
    }
    return result.firstTick()
  }
}
