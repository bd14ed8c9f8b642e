import TrafficModel

/// What a unit may forget without doing anything else than before.
///
/// Exhaustive search needs a finite number of states, so whatever only grows must stop growing once no rule can tell
/// the difference:
///
/// | What                                     | Becomes                     | Once it lies back by                     |
/// |------------------------------------------|-----------------------------|------------------------------------------|
/// | begin of a red or green                  | long ago                    | minimum green, red revert, walk buffer   |
/// | end of a green                           | long ago                    | longest intergreen; at once in a new green |
/// | last actuation of a phase                | long ago                    | passage time; in red, if its minimum green is longer |
/// | begin of a phase's green                 | its minimum ago             | minimum green or variable initial        |
/// | begin of a phase's other intervals       | now                         |                                          |
/// | begin of its opposition                  | its maximum ago             | the longest of its maxima                |
/// | begin of a preempt's stage or duration   | its longest time ago        | dwell, duration, track green; at once in other stages |
/// | what has been written of a green         | nothing                     | at once while nothing is written         |
/// | begin of a preempt's call                | its maximum presence ago    | maximum presence                         |
/// | actuations that wait                     | as many as matter           |                                          |
/// | counts and occupancy of detectors        | zero                        |                                          |
///
/// Ages are kept where more than the rings may look at them: in a unit with coordinated patterns, with transit priority,
/// with dynamic maxima. Nothing is forgotten while time is stopped. A pretimed pattern that a command coordinates later
/// may be picked up elsewhere.
extension ControllerUnit {
  /// Forgets what no rule can see any more. Statistics start anew, and so does what ``status`` tells of them.
  public mutating func forgetPast() {
    detection.forgetStatistics(at: lastTick)
    guard panel.stoppedSince == nil, coordination.coordinator == nil, coordination.wanted == nil,
      coordination.plans.allSatisfy({ $0 == nil }), priority.entries.isEmpty, !hasDynamicMaxima
    else { return }
    interlock.forgetPast(at: lastTick)
    preemption.forgetPast(at: lastTick)
    let longestFailGreen = detection.channels.reduce(TimeSpan.zero) {
      max($0, $1.diagnostics.failTime?.roundedUpToTick ?? .zero)
    }
    actuated?.forgetPast(
      at: lastTick, longestFailGreen: longestFailGreen, isRecording: recorder.isRecording)
    if let plan { detection.forgetPast(plan, at: lastTick) }
  }

  /// Starts anew what only counts time: the waits of all calls, whose length raises an alarm and does nothing else, and
  /// while the unit runs free the cycle of its patterns, so that each is always joined at its zero.
  ///
  /// Not part of ``forgetPast()``, because a unit can tell the difference. Nothing happens under coordination, or where
  /// the clock has been set.
  package mutating func restartClocks() {
    guard coordination.coordinator == nil, !coordination.timeBase.clock.isSet else { return }
    let isDue = nextDeadline == coordination.faults.nextDeadline
    coordination.faults.restart()
    if isDue { nextDeadline = deadline(after: lastTick) }
    guard program == .free else { return }
    coordination.timeBase.restart(at: lastTick)
    for index in fixed.indices { fixed[index]?.masterZero = lastTick }
  }

  private var hasDynamicMaxima: Bool {
    plan?.phases.contains { $0.actuation.dynamicMaximumLimit != nil } ?? false
  }
}

extension RingBarrierSequencer {
  fileprivate mutating func forgetPast(at now: SimTime, longestFailGreen: TimeSpan, isRecording: Bool) {
    if !plan.runsStages { forgetLateness(at: now) }
    for ring in rings.indices {
      if !isRecording { rings[ring].reported = [] }
      switch rings[ring].mode {
      case .dwell:
        rings[ring].changeAt = now
        rings[ring].greenStart = now
      case .change:
        rings[ring].greenStart = now
        rings[ring].opposedSince = .distantFuture
        rings[ring].reductionAt = .distantFuture
        rings[ring].gapStandsFrom = .distantFuture
        rings[ring].isLeading = false
        rings[ring].initial = .zero
        rings[ring].reported = []
      case .green:
        rings[ring].changeAt = now
        rings[ring].lead = .zero
        if let phase = rings[ring].phase {
          forgetAge(ring, phase, at: now, longestFailGreen: longestFailGreen)
        }
      }
    }
  }

  /// What is due stays due, however long it has been.
  private mutating func forgetLateness(at now: SimTime) {
    for group in starts.indices {
      starts[group] = max(starts[group], now)
      ends[group] = max(ends[group], now)
    }
  }

  private mutating func forgetAge(
    _ ring: Int, _ phase: Int, at now: SimTime, longestFailGreen: TimeSpan
  ) {
    let timing = plan.phases[phase]
    let shortest = max(timing.minimumGreen, rings[ring].initial, longestFailGreen)
    var opposed = rings[ring].opposedSince
    var start = rings[ring].greenStart
    if opposed < .distantFuture {
      // Maximum and reduction count from the later of the two.
      let longest = max(shortest, timing.maximumGreen, timing.actuation.maximumGreen2 ?? .zero)
      opposed = max(opposed, start, (now - longest).firstTick())
    }
    start = max(start, min(now - shortest, opposed))
    rings[ring].greenStart = start
    rings[ring].opposedSince = opposed
    if rings[ring].reductionAt < .distantFuture {
      let fall = max(timing.actuation.timeToReduce, .zero) + timing.passage
      rings[ring].reductionAt = max(rings[ring].reductionAt, now - fall - .tick)
    }
    rings[ring].gapStandsFrom = max(rings[ring].gapStandsFrom, now)
  }
}

extension Detection {
  fileprivate mutating func forgetStatistics(at now: SimTime) {
    for index in states.indices {
      states[index].count = 0
      states[index].occupied = .zero
    }
  }

  fileprivate mutating func forgetPast(_ plan: ActuatedPlan, at now: SimTime) {
    intervals.forgetPast(at: now, plan)
    var longestLimit = TimeSpan.zero
    for (index, channel) in channels.enumerated() {
      longestLimit = max(longestLimit, channel.queueLimit ?? .zero)
      let longest = max(
        channel.delay, channel.diagnostics.longestPresence ?? .zero,
        channel.diagnostics.longestAbsence ?? .zero)
      states[index].changed = longest > .zero ? max(states[index].changed, now - longest) : now
    }
    let mostCars = plan.phases.reduce(0) { max($0, $1.actuation.carsBeforeReduction) }
    for phase in phases.indices {
      let opens = phases[phase].lastOff + passages[phase]
      // Before a green it is over with the minimum green at the latest.
      let isWaiting = !greenPhases.contains(phase: phase) && !plan.runsStages
      if opens <= now || (isWaiting && opens <= now + plan.phases[phase].minimumGreen) {
        phases[phase].lastOff = Interlock.longAgo
      }
      let start = max(phases[phase].greenStart, now - longestLimit - .tick)
      phases[phase].greenStart = longestLimit > .zero ? start : now
      phases[phase].waitingCount = min(phases[phase].waitingCount, mostCars)
      let actuation = plan.phases[phase].actuation
      if actuation.addedInitial <= .zero {
        phases[phase].initialCount = 0
      } else {
        let enough = actuation.maximumInitial.milliseconds / actuation.addedInitial.milliseconds + 1
        phases[phase].initialCount = min(phases[phase].initialCount, max(Int(enough), 0))
      }
    }
  }
}

extension Preemption {
  fileprivate mutating func forgetPast(at now: SimTime) {
    for (index, entry) in plan.entries.enumerated() {
      if calls[index].since < .distantFuture {
        let longest = calls[index].isFaulty ? .zero : entry.maximumPresence ?? .zero
        calls[index].since = max(calls[index].since, now - longest)
      }
      calls[index].due = max(calls[index].due, now)
    }
    nextDeadline = max(nextDeadline, now)
    guard let active else {
      enteredAt = Interlock.longAgo
      stageStart = Interlock.longAgo
      return
    }
    let entry = plan.entries[active]
    enteredAt = max(enteredAt, now - entry.minimumDuration)
    switch stage {
    case .track: stageStart = max(stageStart, now - entry.trackGreen)
    case .dwell: stageStart = max(stageStart, now - entry.minimumDwell)
    case .entry, .clearing, .exit: stageStart = now
    }
    if stage == .exit { enteredAt = now }
  }
}
