import TrafficModel

/// Walks: with the green, before it, in the middle of it, and resting.
extension RingBarrierSequencer {
  // MARK: - Leading interval

  /// How long the walk of a phase goes before its vehicles; stages have late starts for that.
  func leadingInterval(_ phase: Int) -> TimeSpan {
    let timing = plan.phases[phase]
    return plan.runsStages || timing.pedestrianGroup == nil ? .zero : timing.pedestrians.leadingInterval
  }

  /// Puts the leading interval before a green that was planned without, for a button pushed in the clearance; not where
  /// gaining colours have been scheduled before the green already.
  mutating func grantLeads(at tick: SimTime, _ interlock: Interlock, _ detection: Detection) {
    for ring in rings.indices where rings[ring].mode == .change && rings[ring].changeAt <= tick {
      guard rings[ring].lead == .zero, let next = rings[ring].next else { continue }
      let lead = leadingInterval(next)
      guard lead > .zero, pedestrianDemand(detection).contains(phase: next) else { continue }
      let groups = plan.phases[next].groups
      let isPlain = groups.allSatisfy {
        starts[plan.groups[$0]] < .distantFuture && interlock.gainingDuration(of: plan.groups[$0]) == .zero
          && interlock.isRed(plan.groups[$0])
      }
      guard isPlain else { continue }
      rings[ring].lead = lead
      for index in groups { starts[plan.groups[index]] = rings[ring].changeAt + lead }
    }
  }

  // MARK: - Walks

  /// Lets walks rest that coordination wants to rest, although they began before it said so; before any walk ends.
  mutating func restWalks(_ interlock: Interlock) {
    guard !control.restInWalk.isEmpty else { return }
    for ring in rings.indices where rings[ring].mode == .green {
      guard let phase = rings[ring].phase, control.restInWalk.contains(phase: phase),
        let group = plan.phases[phase].pedestrianGroup, ends[group] < .distantFuture, interlock.isGreen(group)
      else { continue }
      ends[group] = .distantFuture
      restingWalks.insert(PhaseSet(phase: phase))
    }
  }

  /// Starts walks that wait, and those asked for during a green that can still serve them; ends those that rested.
  mutating func servePedestrians(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) {
    for ring in rings.indices where rings[ring].mode == .green {
      guard let phase = rings[ring].phase, let group = plan.phases[phase].pedestrianGroup else { continue }
      let member = PhaseSet(phase: phase)
      endRestedWalk(ring, phase, group, at: tick, &interlock, into: &changes)
      let isCalled = detection.pedestrianCalls.contains(member) && !control.pedestrianOmit.contains(member)
      if isCalled, interlock.isRed(group), mayWalk(ring, phase, group, at: tick, interlock, detection) {
        awaitedWalks.insert(member)
      }
      if awaitedWalks.contains(member), interlock.start(group, at: tick, into: &changes) {
        beginWalk(phase, group, at: tick, &interlock, &detection, &recorder)
      }
    }
  }

  /// Whether a button that was pushed in the green can be served in it.
  private func mayWalk(
    _ ring: Int, _ phase: Int, _ group: Int, at tick: SimTime, _ interlock: Interlock, _ detection: Detection
  ) -> Bool {
    if rings[ring].opposedSince == .distantFuture { return true }
    let pedestrians = plan.phases[phase].pedestrians
    guard pedestrians.recycles, !control.forceOff.contains(phase: phase) else { return false }
    let isExtended = detection.extendedCalls.contains(phase: phase) && pedestrians.extendedClearance > .zero
    let fits = control.pedestriansFit.contains(phase: phase) && !isExtended
    let end = min(maximumTime(ring, phase, before: nil), control.sideEnd)
    if end == .distantFuture { return fits }
    var need = interlock.timings[group].minimumGreen + interlock.timings[group].losing + pedestrians.buffer
    if isExtended { need += pedestrians.extendedClearance }
    return tick + need <= end
  }

  private mutating func beginWalk(
    _ phase: Int, _ group: Int, at tick: SimTime, _ interlock: inout Interlock,
    _ detection: inout Detection, _ recorder: inout ControllerEventRecorder
  ) {
    let member = PhaseSet(phase: phase)
    awaitedWalks.remove(member)
    let pedestrians = plan.phases[phase].pedestrians
    if detection.extendedCalls.contains(member), pedestrians.extendedClearance > .zero {
      interlock.lengthenNextLosing(of: group, by: pedestrians.extendedClearance)
      recorder.record(.extendedPedestrianClearance, plan.phases[phase].number, at: tick)
    }
    if pedestrians.restsInWalk || control.restInWalk.contains(member) {
      restingWalks.insert(member)
    } else {
      ends[group] = interlock.isGreen(group) ? interlock.earliestEnd(of: group) : tick
    }
    detection.pedestriansServed(phasesSharing(group))
    terminations[phase].walks += 1
  }

  /// A walk that rests ends when its green keeps somebody waiting; while coordination holds it, when that says so.
  private mutating func endRestedWalk(
    _ ring: Int, _ phase: Int, _ group: Int, at tick: SimTime, _ interlock: inout Interlock,
    into changes: inout ContiguousArray<IndicationChange>
  ) {
    let member = PhaseSet(phase: phase)
    guard restingWalks.contains(member) else { return }
    let isOpposed = rings[ring].opposedSince < .distantFuture
    let isHeld = control.restInWalk.contains(member) && control.hold.contains(member)
    let mayRest = plan.phases[phase].pedestrians.restsInWalk || control.restInWalk.contains(member)
    if mayRest && (isHeld || !isOpposed) { return }
    restingWalks.remove(member)
    ends[group] = max(tick, interlock.isGreen(group) ? interlock.earliestEnd(of: group) : tick)
    if ends[group] <= tick, interlock.end(group, at: tick, into: &changes) { ends[group] = .distantFuture }
  }

  private func phasesSharing(_ pedestrianGroup: Int) -> PhaseSet {
    var result: PhaseSet = []
    for (index, phase) in plan.phases.enumerated() where phase.pedestrianGroup == pedestrianGroup {
      result.insert(PhaseSet(phase: index))
    }
    return result
  }
}
