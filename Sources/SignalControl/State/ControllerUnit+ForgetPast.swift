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
    forgetPastOfCalls()
    guard mayForget else { return }
    interlock.forgetPast(at: lastTick)
    preemption.forgetPast(at: lastTick)
    let longestFailGreen = detection.channels.reduce(TimeSpan.zero) {
      max($0, $1.diagnostics.failTime?.roundedUpToTick ?? .zero)
    }
    actuated?.forgetPast(
      at: lastTick, longestFailGreen: longestFailGreen, isRecording: recorder.isRecording)
  }

  /// The part of ``forgetPast()`` that detectors and push buttons have to do with.
  mutating func forgetPastOfCalls() { forgetPastOfCalls(at: lastTick, all: mayForget) }

  /// - Parameter all: Not statistics only.
  mutating func forgetPastOfCalls(at now: SimTime, all: Bool) {
    detection.forgetStatistics(at: now)
    // Not bound to a name, which would copy the plan.
    if all { plan?.forgetPast(of: &detection, at: now) }
  }

  /// Nothing that looks further back is in charge.
  package var mayForget: Bool {
    panel.stoppedSince == nil && coordination.coordinator == nil && coordination.wanted == nil
      && coordination.plans.indices.allSatisfy { coordination.plans[$0] == nil } && priority.entries.isEmpty
      && !hasDynamicMaxima
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
    for index in fixed.indices {
      if let zero = fixed[index]?.masterZero, zero != lastTick { fixed[index]?.masterZero = lastTick }
    }
  }

  private var hasDynamicMaxima: Bool {
    plan?.phases.contains { $0.actuation.dynamicMaximumLimit != nil } ?? false
  }
}

extension RingBarrierSequencer {
  fileprivate mutating func forgetPast(at now: SimTime, longestFailGreen: TimeSpan, isRecording: Bool) {
    if !plan.runsStages { forgetLateness(at: now) }
    for index in rings.indices {
      var ring = rings[index]
      if !isRecording { ring.reported = [] }
      switch ring.mode {
      case .dwell:
        ring.changeAt = now
        ring.greenStart = now
      case .change:
        ring.greenStart = now
        ring.opposedSince = .distantFuture
        ring.reductionAt = .distantFuture
        ring.gapStandsFrom = .distantFuture
        ring.isLeading = false
        ring.initial = .zero
        ring.reported = []
      case .green:
        ring.changeAt = now
        ring.lead = .zero
        if let phase = ring.phase { forgetAge(&ring, phase, at: now, longestFailGreen: longestFailGreen) }
      }
      // Writing would copy the rings of every unit that was made from another.
      if ring != rings[index] { rings[index] = ring }
    }
  }

  /// What is due stays due, however long it has been.
  private mutating func forgetLateness(at now: SimTime) {
    for group in starts.indices {
      if starts[group] < now { starts[group] = now }
      if ends[group] < now { ends[group] = now }
    }
  }

  private func forgetAge(_ ring: inout Ring, _ phase: Int, at now: SimTime, longestFailGreen: TimeSpan) {
    let timing = plan.phases[phase]
    let shortest = max(timing.minimumGreen, ring.initial, longestFailGreen)
    if ring.opposedSince < .distantFuture {
      // Maximum and reduction count from the later of the two.
      let longest = max(shortest, timing.maximumGreen, timing.actuation.maximumGreen2 ?? .zero)
      ring.opposedSince = max(ring.opposedSince, ring.greenStart, (now - longest).firstTick())
    }
    ring.greenStart = max(ring.greenStart, min(now - shortest, ring.opposedSince))
    if ring.reductionAt < .distantFuture {
      let fall = max(timing.actuation.timeToReduce, .zero) + timing.passage
      ring.reductionAt = max(ring.reductionAt, now - fall - .tick)
    }
    ring.gapStandsFrom = max(ring.gapStandsFrom, now)
  }
}

extension ActuatedPlan {
  fileprivate func forgetPast(of detection: inout Detection, at now: SimTime) {
    detection.forgetPast(self, at: now)
  }
}

extension Detection {
  fileprivate mutating func forgetStatistics(at now: SimTime) {
    for index in states.indices where states[index].count != 0 || states[index].occupied != .zero {
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
      let changed = longest > .zero ? max(states[index].changed, now - longest) : now
      if states[index].changed != changed { states[index].changed = changed }
    }
    let mostCars = plan.phases.reduce(0) { max($0, $1.actuation.carsBeforeReduction) }
    for index in phases.indices {
      var phase = phases[index]
      let timing = plan.phases[index]
      let opens = phase.lastOff + passages[index]
      // Before a green it is over with the minimum green at the latest.
      let isWaiting = !greenPhases.contains(phase: index) && !plan.runsStages
      if opens <= now || (isWaiting && opens <= now + timing.minimumGreen) {
        phase.lastOff = Interlock.longAgo
      }
      phase.greenStart = longestLimit > .zero ? max(phase.greenStart, now - longestLimit - .tick) : now
      phase.waitingCount = min(phase.waitingCount, mostCars)
      if timing.actuation.addedInitial <= .zero {
        phase.initialCount = 0
      } else {
        let enough =
          timing.actuation.maximumInitial.milliseconds / timing.actuation.addedInitial.milliseconds + 1
        phase.initialCount = min(phase.initialCount, max(Int(enough), 0))
      }
      if phase != phases[index] { phases[index] = phase }
    }
  }
}

extension Preemption {
  fileprivate mutating func forgetPast(at now: SimTime) {
    for (index, entry) in plan.entries.enumerated() {
      var call = calls[index]
      if call.since < .distantFuture {
        let longest = call.isFaulty ? .zero : entry.maximumPresence ?? .zero
        call.since = max(call.since, now - longest)
      }
      call.due = max(call.due, now)
      if call != calls[index] { calls[index] = call }
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
