import TrafficModel

/// When a green may end: minimum, maximum, gap, pedestrians.
extension RingBarrierSequencer {
  // MARK: - Times

  /// How long before the next stage the decision for it falls; zero for phases.
  func headStart(_ phase: Int, before next: Int?) -> TimeSpan {
    guard plan.runsStages, let next else { return .zero }
    return plan.clearance(of: phase, before: next)
  }

  /// When the phase's own minimum (or variable initial) and those of its groups are over.
  func minimumTime(_ ring: Int, _ phase: Int, before next: Int?, _ interlock: Interlock) -> SimTime {
    let head = headStart(phase, before: next)
    var least = max(plan.phases[phase].minimumGreen, rings[ring].initial)
    if let shortest = control.shortestGreen { least = min(least, shortest) }
    var time = rings[ring].greenStart + least - head
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

  /// MAX 1 or MAX 2, whichever is in force, moved by the dynamic maximum.
  func maximumGreen(_ phase: Int) -> TimeSpan {
    let timing = plan.phases[phase]
    var result = timing.maximumGreen
    if control.maximum2.contains(phase: phase), let second = timing.actuation.maximumGreen2 {
      result = second
    }
    return result + dynamicMaxima[phase].shift
  }

  /// When the maximum ends the green; the distant future while nobody waits.
  func maximumTime(_ ring: Int, _ phase: Int, before next: Int?) -> SimTime {
    let since = rings[ring].opposedSince
    if since == .distantFuture || control.inhibitMaximum.contains(phase: phase) { return .distantFuture }
    let base = max(since, rings[ring].greenStart)
    return (base + maximumGreen(phase) - headStart(phase, before: next)).firstTick()
  }

  // MARK: - Gap

  private func isRecalledToMaximum(_ phase: Int, _ detection: Detection) -> Bool {
    plan.maximumRecalls.union(control.maximumRecall).union(detection.failedMaximumRecalls)
      .contains(phase: phase)
  }

  /// When the gap opens if no vehicle comes any more; the distant future while something keeps it closed.
  func gapOpens(_ ring: Int, _ phase: Int, _ detection: Detection) -> SimTime {
    if isRecalledToMaximum(phase, detection) || detection.isOccupied(phase) { return .distantFuture }
    let timing = plan.phases[phase]
    let last = detection.lastOff(phase)
    var opens = (last + timing.passage).firstTick()
    if rings[ring].reductionAt < opens, timing.reducesGap {
      opens = reducedGapOpens(after: last, from: rings[ring].reductionAt, timing)
    }
    let failGreen = detection.phases[phase].failGreen
    return failGreen > .zero ? max(opens, rings[ring].greenStart + failGreen) : opens
  }

  /// The first tick t at which t − last is at least the gap in force at t: the passage time until `start`, then falling
  /// in a straight line to the minimum gap within the time to reduce.
  private func reducedGapOpens(
    after last: SimTime, from start: SimTime, _ timing: ActuatedPlan.PhaseTiming
  ) -> SimTime {
    let least = timing.actuation.minimumGap ?? timing.passage
    let fall = (timing.passage - least).milliseconds
    let span = max(timing.actuation.timeToReduce, .zero).milliseconds
    let end = start + TimeSpan(milliseconds: span)
    if span == 0 { return max(end, last + least).firstTick() }
    // Not yet open at the start of reduction, so that this is more than zero.
    let missing = (last + timing.passage - start).milliseconds
    let numerator = span * missing
    let denominator = span + fall
    let crossing = start + TimeSpan(milliseconds: (numerator + denominator - 1) / denominator)
    return (crossing <= end ? crossing : max(end, last + least)).firstTick()
  }

  /// Notes the gap-outs that stand although another vehicle may come: of phases that do not wait for the other rings'
  /// gaps, and of those that owe their last vehicle its passage time.
  mutating func markGaps(
    at tick: SimTime, _ interlock: Interlock, _ detection: Detection,
    _ recorder: inout ControllerEventRecorder
  ) {
    for ring in rings.indices where rings[ring].mode == .green {
      guard let phase = rings[ring].phase, rings[ring].opposedSince < .distantFuture else { continue }
      let actuation = plan.phases[phase].actuation
      let opens = gapOpens(ring, phase, detection)
      if opens > tick {
        rings[ring].reported.remove(.gap)
        let isOver = rings[ring].gapStandsFrom < tick
        if isOver && actuation.gapsOutSimultaneously { rings[ring].gapStandsFrom = .distantFuture }
        continue
      }
      if minimumTime(ring, phase, before: nil, interlock) > tick { continue }
      if !rings[ring].reported.contains(.gap) {
        rings[ring].reported.insert(.gap)
        recorder.record(.extensionTimerGapOut, plan.phases[phase].number, at: tick)
      }
      guard rings[ring].gapStandsFrom == .distantFuture else { continue }
      if actuation.guaranteesPassage {
        let full = (detection.lastOff(phase) + plan.phases[phase].passage).firstTick()
        if full > tick {
          rings[ring].gapStandsFrom = full
          continue
        }
      }
      if !actuation.gapsOutSimultaneously { rings[ring].gapStandsFrom = tick }
    }
  }

  /// Whether the ring's green has gapped out.
  func hasGap(_ ring: Int, _ phase: Int, at tick: SimTime, _ detection: Detection) -> Bool {
    let stands = rings[ring].gapStandsFrom
    if stands == .distantFuture { return gapOpens(ring, phase, detection) <= tick }
    return stands <= tick
  }

  // MARK: - Readiness

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
    guard let phase = state.phase else { return false }
    let isForcedOff = control.forceOff.contains(phase: phase)
    if state.isLeading || (control.hold.contains(phase: phase) && !isForcedOff) { return false }
    if minimumTime(ring, phase, before: next, interlock) > tick { return false }
    let isMaximum = maximumTime(ring, phase, before: next) <= tick
    if let group = plan.phases[phase].pedestrianGroup {
      // A walk that could not even begin by the maximum is left for the next green.
      let isAwaited = awaitedWalks.contains(phase: phase) && !isMaximum
      if isAwaited || pedestriansDone(phase, group, interlock) > tick { return false }
    }
    return isMaximum || isForcedOff || hasGap(ring, phase, at: tick, detection)
  }

  /// When the pedestrians of a green phase have cleared, buffer included.
  func pedestriansDone(_ phase: Int, _ group: Int, _ interlock: Interlock) -> SimTime {
    guard interlock.isRed(group) else { return .distantFuture }
    let buffer = plan.phases[phase].pedestrians.buffer
    return buffer > .zero ? interlock.lamps[group].since + buffer : Interlock.longAgo
  }
}
