import TrafficModel

/// When the rings want to be asked again, and the lines of the log that only tell the time.
extension RingBarrierSequencer {
  /// The first moment after `tick` at which something may happen by itself, or is to be written.
  func deadline(
    after tick: SimTime, _ interlock: Interlock, _ detection: Detection, isRecording: Bool
  ) -> SimTime {
    var result = min(interlock.nextDeadline, min(detection.nextDeadline, detection.intervals.nextDeadline))
    func consider(_ time: SimTime) { if time > tick && time < result { result = time } }
    for group in starts.indices {
      if starts[group] < .distantFuture { consider(max(starts[group], interlock.earliestStart(of: group))) }
      if ends[group] < .distantFuture { consider(max(ends[group], interlock.earliestEnd(of: group))) }
    }
    let demand = demand(detection)
    for ring in rings.indices {
      switch rings[ring].mode {
      case .dwell: continue
      case .change: consider(rings[ring].changeAt)
      case .green:
        if let time = greenDeadline(ring, after: tick, demand, interlock, detection) { consider(time) }
        if isRecording, let phase = rings[ring].phase, !rings[ring].reported.contains(.minimum) {
          let least = max(plan.phases[phase].minimumGreen, rings[ring].initial)
          consider(rings[ring].greenStart + least)
        }
      }
    }
    return result.firstTick()
  }

  private func greenDeadline(
    _ ring: Int, after tick: SimTime, _ demand: PhaseSet, _ interlock: Interlock, _ detection: Detection
  ) -> SimTime? {
    guard let phase = rings[ring].phase else { return nil }
    var result = SimTime.distantFuture
    func consider(_ time: SimTime) { if time > tick && time < result { result = time } }
    consider(rings[ring].greenStart)
    if let group = plan.phases[phase].pedestrianGroup {
      if awaitedWalks.contains(phase: phase) { consider(interlock.earliestStart(of: group)) }
      consider(pedestriansDone(phase, group, interlock))
    }
    let isAbandoned = control.abandoned.contains(phase: phase)
    let watchesGap = !plan.softRecalls.isEmpty || plan.restsInRed || isAbandoned
    guard rings[ring].opposedSince < .distantFuture || watchesGap else { return result }
    let crossing = plan.runsStages ? nextSide(for: demand.subtracting(detection.greenPhases)).first : nil
    let next = nextInPass(ring, demand) ?? crossing
    consider(minimumTime(ring, phase, before: next, interlock))
    consider(maximumTime(ring, phase, before: next))
    consider(gapOpens(ring, phase, detection))
    consider(rings[ring].gapStandsFrom)
    if rings[ring].reductionAt < .distantFuture {
      consider(rings[ring].reductionAt)
      consider(rings[ring].reductionAt + plan.phases[phase].actuation.timeToReduce)
    }
    return result
  }

  // MARK: - Log

  /// Writes that the minimum (or variable initial) of a green is over.
  mutating func reportMinimums(at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    guard recorder.isRecording else { return }
    for ring in rings.indices where rings[ring].mode == .green && !rings[ring].isLeading {
      guard let phase = rings[ring].phase else { continue }
      let timing = plan.phases[phase]
      let least = max(timing.minimumGreen, rings[ring].initial)
      guard once(.minimum, ring, when: rings[ring].greenStart + least <= tick) else { continue }
      recorder.record(.minimumComplete, timing.number, at: tick)
      if rings[ring].initial > timing.minimumGreen {
        recorder.record(.addedInitialComplete, timing.number, at: tick)
      }
    }
  }

  /// Writes what a green has reached: gap reduction, pedestrians that need more than its maximum.
  mutating func report(
    at tick: SimTime, _ interlock: Interlock, _ detection: Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    guard recorder.isRecording else { return }
    for ring in rings.indices where rings[ring].mode == .green && !rings[ring].isLeading {
      guard let phase = rings[ring].phase else { continue }
      let timing = plan.phases[phase]
      let reduction = rings[ring].reductionAt
      if once(.reductionStart, ring, when: reduction <= tick) {
        recorder.record(.gapReductionStart, timing.number, at: tick)
      }
      let isReduced = reduction < .distantFuture && reduction + timing.actuation.timeToReduce <= tick
      if once(.reductionEnd, ring, when: isReduced) {
        recorder.record(.gapReductionComplete, timing.number, at: tick)
      }
      guard let group = timing.pedestrianGroup, !interlock.isRed(group) else { continue }
      let isOver =
        maximumTime(ring, phase, before: nil) <= tick
        || (control.forceOff.contains(phase: phase) && rings[ring].opposedSince <= tick)
      if once(.oversized, ring, when: isOver) {
        recorder.record(.oversizedPedestrianService, timing.number, at: tick)
      }
    }
  }

  private mutating func once(_ line: Reported, _ ring: Int, when holds: Bool) -> Bool {
    guard holds, !rings[ring].reported.contains(line) else { return false }
    rings[ring].reported.insert(line)
    return true
  }
}
