import TrafficModel

/// What detectors and push buttons change in a unit, apart from all the rest, so that whoever compares states can combine
/// the one with the other.
extension ControllerUnit {
  /// The calls of one moment, and when the unit looks at them.
  package struct CallState: Sendable {
    fileprivate var states: ContiguousArray<Detection.ChannelState>
    fileprivate var phases: ContiguousArray<Detection.PhaseState>
    fileprivate var lockedCalls: PhaseSet
    fileprivate var presentCalls: PhaseSet
    fileprivate var pedestrianCalls: PhaseSet
    fileprivate var extendedCalls: PhaseSet
    fileprivate var detectionDeadline: SimTime
    /// The deadline of the whole unit: acts of any kind wake it.
    package var nextDeadline: SimTime

    /// Feeds all of it but ``nextDeadline``.
    package func feed(into digest: inout StateDigest) {
      for index in states.indices { states[index].feed(into: &digest) }
      for phase in phases.indices { phases[phase].feed(into: &digest) }
      digest.combine(lockedCalls, presentCalls)
      digest.combine(pedestrianCalls, extendedCalls)
      digest.combine(detectionDeadline)
    }

    /// Which phases are called: vehicles in the lower half, pedestrians in the upper.
    package var vector: UInt32 {
      lockedCalls.union(presentCalls).rawValue & 0xFFFF | pedestrianCalls.rawValue << 16
    }
  }

  package var callState: CallState {
    get {
      CallState(
        states: detection.states, phases: detection.phases, lockedCalls: detection.lockedCalls,
        presentCalls: detection.presentCalls, pedestrianCalls: detection.pedestrianCalls,
        extendedCalls: detection.extendedCalls, detectionDeadline: detection.nextDeadline,
        nextDeadline: nextDeadline)
    }
    set {
      detection.states = newValue.states
      detection.phases = newValue.phases
      detection.lockedCalls = newValue.lockedCalls
      detection.presentCalls = newValue.presentCalls
      detection.pedestrianCalls = newValue.pedestrianCalls
      detection.extendedCalls = newValue.extendedCalls
      detection.nextDeadline = newValue.detectionDeadline
      nextDeadline = newValue.nextDeadline
    }
  }

  /// Feeds what ``CallState`` does not hold and what decides nevertheless how an input of a detector or of a push button,
  /// and ``settleCalls()`` after it, change a call state; such an input changes none of it.
  package func feedCallContext(into digest: inout StateDigest) {
    digest.combine(detection.greenPhases, detection.intervals.yellows)
    digest.combine(detection.frozenSince)
    digest.combine((isStarted ? 1 : 0) | (program == .free ? 2 : 0) | (mayForget ? 4 : 0))
    digest.combine(coordination.faults.nextDeadline)
    var copy = self
    copy.detection.nextDeadline = .distantFuture
    digest.combine(copy.deadline(after: lastTick))
  }

  /// Does as ``restartClocks()`` and ``forgetPast()`` would after an input of a detector or a push button, if both had
  /// been called before it.
  package mutating func settleCalls() {
    if nextDeadline == coordination.faults.nextDeadline { restartClocks() }
    forgetPastOfCalls()
  }

  /// Does to the call state what ``rebase(by:)``, ``restartClocks()`` and ``forgetPast()`` would, but for the deadline of
  /// the unit; all else is left as it is.
  /// - Parameter mayForget: What ``mayForget`` says, which calls do not change.
  package mutating func rebaseCalls(by shift: TimeSpan, mayForget: Bool) {
    detection.rebase(by: shift)
    forgetPastOfCalls(at: lastTick - shift, all: mayForget)
  }
}

/// Ticks that do not look at calls: they do the same whatever is pressed.
extension ControllerUnit {
  /// Whether the last tick may have looked at calls. Only the rings do so, which move in free operation and not while the
  /// lamps flash; waits of calls are watched too, but ``restartClocks()`` takes that back.
  package var mayHaveLookedAtCalls: Bool { program == .free && !isHalted }

  /// Sets every call that there can be.
  package mutating func callEverybody() {
    let everybody = PhaseSet.first(detection.phases.count)
    detection.lockedCalls = everybody
    detection.pedestrianCalls = everybody
    detection.extendedCalls = everybody
  }

  /// Feeds what a tick has done to call states, if it has not looked at them: which calls it has answered, and what the
  /// rest of the unit tells detectors before it and after it.
  /// - Parameter earlier: The unit before the tick, in which ``callEverybody()`` had been called.
  package func feedAnswers(since earlier: ControllerUnit, into digest: inout StateDigest) {
    digest.combine(earlier.detection.greenPhases, detection.greenPhases)
    digest.combine(earlier.detection.lockedCalls.subtracting(detection.lockedCalls), detection.presentCalls)
    digest.combine(
      earlier.detection.pedestrianCalls.subtracting(detection.pedestrianCalls),
      earlier.detection.extendedCalls.subtracting(detection.extendedCalls))
    digest.combine(earlier.detection.frozenSince)
    digest.combine(detection.frozenSince)
    digest.combine(mayForget)
  }
}
