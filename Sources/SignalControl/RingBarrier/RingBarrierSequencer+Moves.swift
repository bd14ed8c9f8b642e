import TrafficModel

/// The moves of rings: within a side, across a barrier, into red.
extension RingBarrierSequencer {
  // MARK: - Leaving a green

  mutating func moveWithinPass(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode != .change && crossingTo == nil {
      let demand = demand(detection)
      var next = nextInPass(ring, demand)
      var isConditional = false
      if next == nil {
        next = conditionalPhase(ring, demand, at: tick, interlock, detection)
        isConditional = next != nil
      }
      guard next != nil, isReady(ring, before: next, at: tick, interlock, detection) else { continue }
      endPhase(of: ring, at: tick, &detection, &recorder)
      recordSkips(
        ring, from: rings[ring].mode == .green ? rings[ring].phase : nil, to: next, at: tick, &recorder)
      rings[ring].next = next
      rings[ring].isConditional = isConditional
      leave(ring..<(ring + 1), at: tick, &interlock, &detection, &recorder, into: &changes)
      hasMoved = true
    }
    return hasMoved
  }

  mutating func cross(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    let wanted = demand(detection)
    guard crossingTo == nil, needsCrossing(wanted) else { return false }
    for ring in rings.indices {
      if rings[ring].mode == .change || nextInPass(ring, wanted) != nil { return false }
      let next = plan.runsStages ? nextSide(for: wanted.subtracting(detection.greenPhases)).first : nil
      if !isReady(ring, before: next, at: tick, interlock, detection) { return false }
    }
    let endsGreen = rings.contains { $0.mode == .green }
    for ring in rings.indices {
      endPhase(of: ring, at: tick, &detection, &recorder)
      recordSkips(
        ring, from: rings[ring].mode == .green ? rings[ring].phase : nil, to: nil, at: tick, &recorder)
    }
    let demand = demand(detection)
    let target = nextSide(for: demand)
    crossingTo = target.side
    for ring in rings.indices {
      rings[ring].next = phaseAfterCrossing(ring, to: target.side, demand)
      rings[ring].isConditional = false
      recordPassedOver(ring, on: target.side, at: tick, &recorder)
    }
    leave(rings.indices, at: tick, &interlock, &detection, &recorder, into: &changes)
    if endsGreen { recorder.record(.barrierTermination, side + 1, at: tick) }
    return true
  }

  /// Carries out what has been decided for rings that leave their greens.
  mutating func leave(
    _ moving: Range<Int>, at tick: SimTime, _ interlock: inout Interlock, _ detection: inout Detection,
    _ recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) {
    for ring in moving {
      // A ring that dwelt has no phase to leave.
      if rings[ring].mode == .dwell { rings[ring].phase = nil }
      rings[ring].mode = .change
      rings[ring].lead = .zero
      if let next = rings[ring].next, pedestrianDemand(detection).contains(phase: next) {
        rings[ring].lead = leadingInterval(next)
      }
    }
    handOver(
      moving, at: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
    for ring in moving {
      if let next = rings[ring].next {
        recorder.record(.nextPhaseDecision, plan.phases[next].number, at: tick)
      }
    }
  }

  /// The first side with a call, going round from the present one and ending with it; and its first called phase.
  func nextSide(for demand: PhaseSet) -> (side: Int, first: Int?) {
    for step in 1...plan.sideCount {
      let candidate = (side + step) % plan.sideCount
      for ring in rings.indices {
        if let phase = plan.first(of: demand, ring: ring, side: candidate) { return (candidate, phase) }
      }
    }
    return (side, nil)
  }

  private func phaseAfterCrossing(_ ring: Int, to side: Int, _ demand: PhaseSet) -> Int? {
    if let called = plan.first(of: demand, ring: ring, side: side) { return called }
    return plan.first(of: plan.dualEntries.subtracting(control.omit), ring: ring, side: side)
  }

  // MARK: - Conditional service and red rest

  /// An earlier phase of the pass that is worth serving again, because the other rings still need the time.
  private func conditionalPhase(
    _ ring: Int, _ demand: PhaseSet, at tick: SimTime, _ interlock: Interlock, _ detection: Detection
  ) -> Int? {
    guard !plan.conditionalPhases.isEmpty, rings[ring].mode == .green, !rings[ring].isConditional,
      let phase = rings[ring].phase
    else { return nil }
    let earlier = plan.members(ring: ring, side: side).subtracting(plan.phases[phase].later)
      .subtracting(PhaseSet(phase: phase))
    let wanted = demand.intersection(earlier).intersection(plan.conditionalPhases)
    guard let first = plan.first(of: wanted, ring: ring, side: side) else { return nil }
    var sideEnd = Interlock.longAgo
    for other in rings.indices where other != ring && rings[other].mode == .green {
      guard let running = rings[other].phase,
        !isReady(other, before: nil, at: tick, interlock, detection)
      else { continue }
      sideEnd = max(sideEnd, min(maximumTime(other, running, before: nil), control.sideEnd))
    }
    let timing = plan.phases[first]
    let least = max(timing.actuation.conditionalServiceMinimum, timing.minimumGreen)
    guard sideEnd < .distantFuture, sideEnd - (tick + plan.phases[phase].clearance) >= least else {
      return nil
    }
    return first
  }

  /// Ends all greens where nobody is left to be green for: all rings in the same tick, because a green that ended
  /// beside one that goes on would be a yellow trap for those who turn left under it.
  mutating func restInRed(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    recorder: inout ControllerEventRecorder, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    guard plan.restsInRed, crossingTo == nil, mayRestInRed(at: tick, interlock, detection) else {
      return false
    }
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode == .green {
      endPhase(of: ring, at: tick, &detection, &recorder)
      recordSkips(ring, from: rings[ring].phase, to: nil, at: tick, &recorder)
      rings[ring].next = nil
      rings[ring].isConditional = false
      leave(ring..<(ring + 1), at: tick, &interlock, &detection, &recorder, into: &changes)
      hasMoved = true
    }
    return hasMoved
  }

  private func mayRestInRed(at tick: SimTime, _ interlock: Interlock, _ detection: Detection) -> Bool {
    guard demand(detection).subtracting(activePhases).isEmpty else { return false }
    let recalled = plan.vehicleRecalls.union(control.minimumRecall).union(control.maximumRecall)
      .union(control.vehicleCalls).union(detection.failedRecalls)
    for ring in rings.indices {
      switch rings[ring].mode {
      case .dwell: continue
      case .change: if rings[ring].next != nil { return false }
      case .green:
        guard let phase = rings[ring].phase, !recalled.contains(phase: phase),
          isReady(ring, before: nil, at: tick, interlock, detection)
        else { return false }
      }
    }
    return true
  }

  // MARK: - Ends of greens

  private enum Reason {
    case gap
    case maximum
    case forceOff
  }

  private func recordForceOff(of phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    let number = plan.phases[phase].number
    if control.preemptForceOff.contains(phase: phase) {
      recorder.record(.preemptForceOff, number, at: tick)
      recorder.record(.preemptForceOffByNumber, control.preemptNumber, at: tick)
    } else if control.priorityForceOff.contains(phase: phase) {
      recorder.record(.priorityForceOff, number, at: tick)
      recorder.record(.priorityForceOffByNumber, control.priorityNumber, at: tick)
    } else {
      recorder.record(.forceOff, number, at: tick)
    }
  }

  mutating func endPhase(
    of ring: Int, at tick: SimTime, _ detection: inout Detection, _ recorder: inout ControllerEventRecorder
  ) {
    guard rings[ring].mode == .green, let phase = rings[ring].phase else { return }
    let number = plan.phases[phase].number
    let reason: Reason
    if control.forceOff.contains(phase: phase) {
      reason = .forceOff
      terminations[phase].forceOffs += 1
      recordForceOff(of: phase, at: tick, &recorder)
    } else if isMaxOut(ring, phase, at: tick, detection) {
      reason = .maximum
      terminations[phase].maxOuts += 1
      recorder.record(.maxOut, number, at: tick)
    } else {
      reason = .gap
      terminations[phase].gapOuts += 1
      recorder.record(.gapOut, number, at: tick)
    }
    moveDynamicMaximum(phase, after: reason, at: tick, detection, &recorder)
    awaitedWalks.remove(PhaseSet(phase: phase))
    restingWalks.remove(PhaseSet(phase: phase))
    detection.phaseEndedGreen(phase, at: tick)
  }

  /// The maximum has come, and came before the gap opened or with it.
  private func isMaxOut(_ ring: Int, _ phase: Int, at tick: SimTime, _ detection: Detection) -> Bool {
    let stands = rings[ring].gapStandsFrom
    let gap = stands == .distantFuture ? gapOpens(ring, phase, detection) : stands
    // Without a gap it can be nothing else: of stages the decision falls before the maximum.
    return gap > tick || maximumTime(ring, phase, before: nil) <= gap
  }

  /// Two max-outs in a row lengthen the maximum, two gap-outs in a row shorten it again (NTCIP 1202
  /// `phaseDynamicMaxLimit`, `phaseDynamicMaxStep`); a phase whose detector is broken learns nothing.
  private mutating func moveDynamicMaximum(
    _ phase: Int, after reason: Reason, at tick: SimTime, _ detection: Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    let timing = plan.phases[phase]
    guard let limit = timing.actuation.dynamicMaximumLimit, timing.actuation.dynamicMaximumStep > .zero,
      !detection.failedRecalls.contains(phase: phase)
    else { return }
    var state = dynamicMaxima[phase]
    state.maxOutsInRow = reason == .maximum ? min(state.maxOutsInRow + 1, 2) : 0
    state.gapOutsInRow = reason == .gap ? min(state.gapOutsInRow + 1, 2) : 0
    let range = limit - timing.maximumGreen
    let before = state.shift
    if state.maxOutsInRow == 2 {
      state.shift = min(state.shift + timing.actuation.dynamicMaximumStep, max(range, .zero))
    } else if state.gapOutsInRow == 2 {
      state.shift = max(state.shift - timing.actuation.dynamicMaximumStep, min(range, .zero))
    }
    dynamicMaxima[phase] = state
    if state.shift != before {
      recorder.record(state.shift > before ? .dynamicMaximumUp : .dynamicMaximumDown, timing.number, at: tick)
    }
  }

  /// Phases that a ring passes over: between the one that ends and the next, or all that are left of its side.
  private func recordSkips(
    _ ring: Int, from phase: Int?, to next: Int?, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    guard recorder.isRecording else { return }
    var skipped =
      phase.map { plan.phases[$0].later } ?? (next == nil ? [] : plan.members(ring: ring, side: side))
    if let next { skipped.subtract(plan.phases[next].later.union(PhaseSet(phase: next))) }
    for index in plan.ranges[ring * plan.sideCount + side] where skipped.contains(phase: plan.order[index]) {
      recorder.record(.phaseSkipped, plan.phases[plan.order[index]].number, at: tick)
    }
  }

  /// The same after a crossing, on the new side.
  private func recordPassedOver(
    _ ring: Int, on side: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    guard recorder.isRecording, let next = rings[ring].next else { return }
    for index in plan.ranges[ring * plan.sideCount + side] {
      if plan.order[index] == next { return }
      recorder.record(.phaseSkipped, plan.phases[plan.order[index]].number, at: tick)
    }
  }

  // MARK: - Changes that are due

  /// Lets the changes that are due become greens, all rings of a crossing at once.
  mutating func finishChanges(
    at tick: SimTime, _ interlock: Interlock, _ detection: inout Detection,
    _ recorder: inout ControllerEventRecorder
  ) -> Bool {
    if let target = crossingTo {
      for ring in rings.indices where !isChangeDone(ring, at: tick, interlock) { return false }
      crossingTo = nil
      side = target
      for ring in rings.indices { finishChange(of: ring, at: tick, &detection, &recorder) }
      return true
    }
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode == .change && isChangeDone(ring, at: tick, interlock) {
      finishChange(of: ring, at: tick, &detection, &recorder)
      hasMoved = true
    }
    return hasMoved
  }

  private func isChangeDone(_ ring: Int, at tick: SimTime, _ interlock: Interlock) -> Bool {
    guard rings[ring].changeAt <= tick else { return false }
    guard let next = rings[ring].next, rings[ring].lead == .zero else { return true }
    return areGreen(next, interlock)
  }

  /// Whether every group of a phase that is not to start late is green.
  private func areGreen(_ phase: Int, _ interlock: Interlock) -> Bool {
    for index in plan.phases[phase].groups {
      let group = plan.groups[index]
      if plan.lateStart(of: group, in: phase) == .zero && !interlock.isGreen(group) { return false }
    }
    return true
  }

  private mutating func finishChange(
    of ring: Int, at tick: SimTime, _ detection: inout Detection, _ recorder: inout ControllerEventRecorder
  ) {
    guard let next = rings[ring].next else {
      rings[ring] = Ring()
      rings[ring].isSpent = false
      return
    }
    let lead = rings[ring].lead
    let start = rings[ring].changeAt
    let isConditional = rings[ring].isConditional
    rings[ring] = Ring()
    rings[ring].mode = .green
    rings[ring].phase = next
    rings[ring].isConditional = isConditional
    if pedestrianDemand(detection).contains(phase: next), plan.phases[next].pedestrianGroup != nil {
      awaitedWalks.insert(PhaseSet(phase: next))
    }
    if lead > .zero {
      rings[ring].isLeading = true
      rings[ring].greenStart = max(start + lead, tick)
      detection.intervals.turnOn(next, at: tick, &recorder)
    } else {
      beginGreen(ring, next, at: tick, &detection, &recorder)
    }
  }

  /// Lets the vehicles follow whose pedestrians went first.
  mutating func finishLeads(
    at tick: SimTime, _ interlock: Interlock, _ detection: inout Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    for ring in rings.indices where rings[ring].isLeading && rings[ring].greenStart <= tick {
      guard let phase = rings[ring].phase, areGreen(phase, interlock) else { continue }
      rings[ring].isLeading = false
      beginGreen(ring, phase, at: tick, &detection, &recorder)
    }
  }

  private mutating func beginGreen(
    _ ring: Int, _ phase: Int, at tick: SimTime, _ detection: inout Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    let actuation = plan.phases[phase].actuation
    rings[ring].greenStart = tick
    if actuation.addedInitial > .zero {
      let added = actuation.addedInitial * detection.phases[phase].initialCount
      rings[ring].initial = min(added, actuation.maximumInitial).roundedUpToTick
    }
    terminations[phase].greens += 1
    detection.phaseTurnedGreen(phase, at: tick)
    detection.intervals.beginGreen(phase, at: tick, &recorder)
  }
}
