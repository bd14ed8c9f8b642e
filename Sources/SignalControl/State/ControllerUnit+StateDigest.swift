import TrafficModel

/// Everything that changes in a unit, for whoever compares units.
extension ControllerUnit {
  /// Feeds everything that can change in the unit and matters for what it does next, relative to the last tick that it
  /// was advanced to where it has been rebased to the same one.
  ///
  /// Left out are what never changes, statistics and the event log, what is asked of the rings, which is worked out anew
  /// before each of their moves, and whatever the present program does not read: rings and overlaps begin anew after a
  /// pretimed pattern, clearing or flash. Two units of the same data that feed the
  /// same do the same from there on.
  public func feedState(into digest: inout StateDigest) {
    feedAllButCalls(into: &digest)
    feedCalls(into: &digest)
  }

  /// The same without what ``CallState`` holds.
  package func feedAllButCalls(into digest: inout StateDigest) {
    digest.combine(lastTick, leaseEnd)
    digest.combine((isStarted ? 1 : 0) | (isHalted ? 2 : 0) | (wakesAgain ? 4 : 0))
    digest.combine(program.code, desired.code)
    command.feed(into: &digest)
    commandControl.feed(into: &digest)
    if let rejection { digest.combine(hashOf: rejection) }
    digest.combine((panel.isManual ? 1 : 0) | (panel.isStopTimeOn ? 2 : 0), Int(panel.advanced.rawValue))
    digest.combine(panel.stoppedSince)
    flash.feedState(into: &digest)
    interlock.feedState(into: &digest)
    preemption.feedState(into: &digest)
    if !priority.entries.isEmpty { digest.combine(hashOf: priority) }
    coordination.feedState(into: &digest)
    feedCycles(into: &digest)
    overlaps.feedState(isFollowing: program == .free && !isHalted, into: &digest)
    if case .pattern(let index) = program {
      fixed[index]?.feedState(into: &digest)
      changedPattern?.sequencer.feedState(into: &digest)
    }
    actuated?.feedState(isRunning: program == .free && !isHalted, into: &digest)
    detection.feedAllButCalls(into: &digest)
  }

  /// What ``CallState`` holds.
  package func feedCalls(into digest: inout StateDigest) {
    callState.feed(into: &digest)
    digest.combine(nextDeadline)
  }

  /// Where in the cycles of its patterns the unit is, if no clock tells it.
  private func feedCycles(into digest: inout StateDigest) {
    guard !coordination.timeBase.clock.isSet else { return digest.combine(hashOf: coordination.timeBase) }
    for pattern in data.patterns where pattern.cycle > .zero {
      digest.combine((lastTick - coordination.timeBase.masterZero).modulo(pattern.cycle))
    }
  }
}

extension ControllerUnit.Program {
  fileprivate var code: Int {
    switch self {
    case .clearing: -2
    case .free: -1
    case .pattern(let index): index
    }
  }
}

extension CabinetCommand {
  fileprivate func feed(into digest: inout StateDigest) {
    switch program {
    case .local: digest.combine(0)
    case .free: digest.combine(1)
    case .flash: digest.combine(2)
    case .pattern(let number): digest.combine(3, number)
    case .coordinated(let number): digest.combine(4, number)
    }
    digest.combine(vehicleCalls, pedestrianCalls)
    digest.combine(hold, forceOff)
    digest.combine(omit, pedestrianOmit)
    digest.combine(splits.count)
    for split in splits { digest.combine(split) }
    digest.combine(offset)
    digest.combine(stage)
    digest.combine(redClearanceExtension, lease)
    digest.combine(UInt64(extendRedClearance.rawValue), UInt64(emergencyCalls))
    if !priorityRequests.isEmpty { digest.combine(hashOf: priorityRequests) }
  }
}

extension PhaseControl {
  fileprivate func feed(into digest: inout StateDigest) {
    digest.combine(vehicleCalls, pedestrianCalls)
    digest.combine(hold, forceOff)
    digest.combine(omit, pedestrianOmit)
    digest.combine(maximum2, inhibitMaximum)
    digest.combine(minimumRecall, maximumRecall)
    digest.combine(pedestrianRecall, restInWalk)
    digest.combine(preemptForceOff, priorityForceOff)
    digest.combine(preemptNumber, priorityNumber)
    digest.combine(abandoned, pedestriansFit)
    digest.combine(sideEnd)
    digest.combine(shortestGreen)
  }
}

extension Interlock {
  fileprivate func feedState(into digest: inout StateDigest) {
    for index in lamps.indices { lamps[index].feed(into: &digest) }
    digest.combine(cut != nil)
    if let cut {
      digest.combine(cut.minimumGreen)
      digest.combine(cut.minimumWalk)
      digest.combine(cut.pedestrianClearance)
    }
    digest.combine(nextDeadline)
  }
}

extension Interlock.Lamp {
  fileprivate func feed(into digest: inout StateDigest) {
    digest.combine(UInt64(state.rawValue) << 16 | UInt64(step) << 8 | UInt64(shown.rawValue))
    digest.combine(until, since)
    digest.combine(greenEnded)
    digest.combine(losingShift, clearanceShift)
    digest.combine(awaitedLosing, awaitedClearance)
  }
}

extension Detection {
  fileprivate func feedAllButCalls(into digest: inout StateDigest) {
    intervals.feedState(into: &digest)
    digest.combine(failedMaximumRecalls, failedRecalls)
    digest.combine(greenPhases, [])
    digest.combine(frozenSince)
  }
}

extension Detection.ChannelState {
  func feed(into digest: inout StateDigest) {
    let flags = (isOn ? 1 : 0) | (isCalling ? 2 : 0) | UInt64(faults.rawValue) << 8
    digest.combine(flags | UInt64(extending.rawValue) << 32)
    digest.combine(changed, heldUntil)
    digest.combine(minuteStart)
    digest.combine(count, minuteCount)
    digest.combine(occupied)
  }
}

extension Detection.PhaseState {
  func feed(into digest: inout StateDigest) {
    digest.combine(occupied, callers)
    digest.combine(initialCount, waitingCount)
    digest.combine(lastOff, greenStart)
    digest.combine(failGreen)
  }
}

extension Preemption {
  fileprivate func feedState(into digest: inout StateDigest) {
    for call in calls {
      digest.combine((call.hasInput ? 1 : 0) | (call.isCommanded ? 2 : 0) | (call.isFaulty ? 4 : 0))
      digest.combine(call.since, call.due)
    }
    digest.combine(nextDeadline)
    digest.combine(active)
    guard active != nil else { return }
    digest.combine(Int(stage.rawValue))
    digest.combine(enteredAt, stageStart)
  }
}

extension CoordinationDesk {
  fileprivate func feedState(into digest: inout StateDigest) {
    digest.combine(freeReason?.code ?? 0)
    faults.feedState(into: &digest)
    digest.combine(hasCycleFailure)
    digest.combine(handOverSince)
    if let wanted { digest.combine(hashOf: wanted) }
    digest.combine((wanted == nil ? 0 : 1) | (faulted == nil ? 0 : 2))
    if let faulted { digest.combine(hashOf: faulted) }
    guard let coordinator else { return }
    digest.combine(hashOf: coordinator.plan)
    digest.combine(hashOf: coordinator.pending)
    digest.combine(hashOf: coordinator.timer)
    digest.combine(hashOf: coordinator.control)
    digest.combine(coordinator.nextDeadline)
  }
}

extension FreeReason {
  fileprivate var code: Int {
    switch self {
    case .commanded: 1
    case .badPlan: 2
    case .badCycle: 3
    case .splitOverrun: 4
    case .invalidOffset: 5
    case .cycleFault: 6
    }
  }
}

extension OverlapControl {
  fileprivate func feedState(isFollowing: Bool, into digest: inout StateDigest) {
    guard isFollowing else { return }
    for state in states {
      digest.combine(Int(state.stage.rawValue))
      if state.stage == .trailing { digest.combine(state.trailingEnd) }
    }
    digest.combine(nextDeadline)
  }
}

extension FixedTimeSequencer {
  fileprivate func feedState(into digest: inout StateDigest) {
    for wish in wishes { digest.combine(wish.isGreen ? 1 : 0, Int(wish.until.milliseconds)) }
    digest.combine(nextDeadline)
  }
}

extension RingBarrierSequencer {
  fileprivate func feedState(isRunning: Bool, into digest: inout StateDigest) {
    digest.combine(extendedReds, [])
    if !extendedReds.isEmpty { digest.combine(redExtension) }
    for (phase, maximum) in dynamicMaxima.enumerated() where maximum != DynamicMaximum() {
      digest.combine(phase, Int(maximum.shift.milliseconds))
      digest.combine(maximum.maxOutsInRow, maximum.gapOutsInRow)
    }
    guard isRunning else { return }
    for ring in rings.indices { rings[ring].feed(into: &digest) }
    for index in plan.order { digest.combine(index) }
    digest.combine(side)
    digest.combine(crossingTo)
    for group in starts.indices { digest.combine(starts[group], ends[group]) }
    digest.combine(awaitedWalks, restingWalks)
    digest.combine(softCalls, [])
    digest.combine(nextDeadline)
  }
}

extension RingBarrierSequencer.Ring {
  fileprivate func feed(into digest: inout StateDigest) {
    let flags = (isSpent ? 1 : 0) | (isLeading ? 2 : 0) | (isConditional ? 4 : 0)
    digest.combine(flags | Int(mode.rawValue) << 8 | Int(reported.rawValue) << 16)
    digest.combine(phase)
    digest.combine(next)
    digest.combine(changeAt, greenStart)
    digest.combine(opposedSince, reductionAt)
    digest.combine(gapStandsFrom)
    digest.combine(lead, initial)
  }
}
