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
  public func hashState(into hasher: inout Hasher) {
    hasher.combine(lastTick)
    hasher.combine(nextDeadline)
    hasher.combine(leaseEnd)
    hasher.combine(isStarted)
    hasher.combine(isHalted)
    hasher.combine(wakesAgain)
    hasher.combine(program)
    hasher.combine(desired)
    hasher.combine(command)
    hasher.combine(commandControl)
    hasher.combine(rejection)
    hasher.combine(panel)
    hasher.combine(flash)
    interlock.hashState(into: &hasher)
    detection.hashState(into: &hasher)
    preemption.hashState(into: &hasher)
    if !priority.entries.isEmpty { hasher.combine(priority) }
    coordination.hashState(into: &hasher)
    hashCycles(into: &hasher)
    overlaps.hashState(isFollowing: program == .free && !isHalted, into: &hasher)
    if case .pattern(let index) = program {
      fixed[index]?.hashState(into: &hasher)
      changedPattern?.sequencer.hashState(into: &hasher)
    }
    actuated?.hashState(isRunning: program == .free && !isHalted, into: &hasher)
  }

  /// Where in the cycles of its patterns the unit is, if no clock tells it.
  private func hashCycles(into hasher: inout Hasher) {
    guard !coordination.timeBase.clock.isSet else { return hasher.combine(coordination.timeBase) }
    for pattern in data.patterns where pattern.cycle > .zero {
      hasher.combine((lastTick - coordination.timeBase.masterZero).modulo(pattern.cycle))
    }
  }
}

extension Interlock {
  fileprivate func hashState(into hasher: inout Hasher) {
    for lamp in lamps { hasher.combine(lamp) }
    hasher.combine(cut)
    hasher.combine(nextDeadline)
  }
}

extension Detection {
  fileprivate func hashState(into hasher: inout Hasher) {
    for state in states { hasher.combine(state) }
    for phase in phases { hasher.combine(phase) }
    intervals.hashState(into: &hasher)
    hasher.combine(lockedCalls)
    hasher.combine(presentCalls)
    hasher.combine(pedestrianCalls)
    hasher.combine(extendedCalls)
    hasher.combine(greenPhases)
    hasher.combine(failedMaximumRecalls)
    hasher.combine(failedRecalls)
    hasher.combine(frozenSince)
    hasher.combine(nextDeadline)
  }
}

extension Preemption {
  fileprivate func hashState(into hasher: inout Hasher) {
    for call in calls { hasher.combine(call) }
    hasher.combine(nextDeadline)
    hasher.combine(active)
    guard active != nil else { return }
    hasher.combine(stage)
    hasher.combine(enteredAt)
    hasher.combine(stageStart)
  }
}

extension CoordinationDesk {
  fileprivate func hashState(into hasher: inout Hasher) {
    hasher.combine(freeReason)
    hasher.combine(faults)
    hasher.combine(hasCycleFailure)
    hasher.combine(handOverSince)
    hasher.combine(wanted)
    hasher.combine(faulted)
    guard let coordinator else { return }
    hasher.combine(coordinator.plan)
    hasher.combine(coordinator.pending)
    hasher.combine(coordinator.timer)
    hasher.combine(coordinator.control)
    hasher.combine(coordinator.nextDeadline)
  }
}

extension OverlapControl {
  fileprivate func hashState(isFollowing: Bool, into hasher: inout Hasher) {
    guard isFollowing else { return }
    for state in states {
      hasher.combine(state.stage)
      if state.stage == .trailing { hasher.combine(state.trailingEnd) }
    }
    hasher.combine(nextDeadline)
  }
}

extension FixedTimeSequencer {
  fileprivate func hashState(into hasher: inout Hasher) {
    hasher.combine(wishes)
    hasher.combine(nextDeadline)
  }
}

extension RingBarrierSequencer {
  fileprivate func hashState(isRunning: Bool, into hasher: inout Hasher) {
    hasher.combine(extendedReds)
    if !extendedReds.isEmpty { hasher.combine(redExtension) }
    hasher.combine(dynamicMaxima)
    guard isRunning else { return }
    for ring in rings { hasher.combine(ring) }
    hasher.combine(plan.order)
    hasher.combine(side)
    hasher.combine(crossingTo)
    for start in starts { hasher.combine(start) }
    for end in ends { hasher.combine(end) }
    hasher.combine(awaitedWalks)
    hasher.combine(restingWalks)
    hasher.combine(softCalls)
    hasher.combine(nextDeadline)
  }
}
