import TrafficModel

/// Detectors going on and off, push buttons, and the timers of both.
extension Detection {
  /// Takes an input that acts at `tick`.
  /// - Returns: Whether whoever runs the phases must look again: a call came or went, or a green is extended.
  mutating func handle(
    _ input: CabinetInput, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) -> Bool {
    switch input {
    case .pushButton(let crosswalk): return push(crosswalk, isExtended: false, at: tick, &recorder)
    case .extendedPushButton(let crosswalk): return push(crosswalk, isExtended: true, at: tick, &recorder)
    case .detector(let detector, let isOn):
      let calls = vehicleCalls
      var matters = false
      for place in places(of: detector) where states[lookup[place]].isOn != isOn {
        let index = lookup[place]
        let extended = states[index].extending
        if isOn { turnOn(index, at: tick, &recorder) } else { turnOff(index, at: tick, &recorder) }
        let touched = extended.union(states[index].extending)
        if !touched.isDisjoint(with: greenPhases) { matters = true }
      }
      return matters || calls != vehicleCalls
    case .detectorFault(let detector, let isFaulty):
      for place in places(of: detector) {
        setFault(.reported, isFaulty, lookup[place], at: tick, &recorder)
      }
      return true
    default:
      return false
    }
  }

  private mutating func push(
    _ crosswalk: CrosswalkID, isExtended: Bool, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) -> Bool {
    var hasCalled = false
    for (index, button) in buttons.enumerated() where button.crosswalk == crosswalk {
      recorder.record(.pedestrianDetectorOn, index + 1, at: tick)
      recorder.record(.pedestrianDetectorOff, index + 1, at: tick)
      if buttonsCallStages {
        lockedCalls.formUnion(button.phases.subtracting(greenPhases))
      } else {
        for phase in button.phases.subtracting(pedestrianCalls).indices {
          recorder.record(.pedestrianCallRegistered, intervals.number(of: phase), at: tick)
        }
        pedestrianCalls.formUnion(button.phases)
        if isExtended { extendedCalls.formUnion(button.phases) }
      }
      hasCalled = true
    }
    return hasCalled
  }

  // MARK: - On and off

  private mutating func turnOn(_ index: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    let channel = channels[index]
    states[index].isOn = true
    states[index].changed = tick
    states[index].count += 1
    recorder.record(.detectorOn, channel.number, at: tick)
    diagnoseActuation(index, at: tick, &recorder)
    guard states[index].faults.isEmpty else { return }
    for phase in channel.calls.subtracting(greenPhases).indices {
      phases[phase].waitingCount += 1
      if channel.addsInitial { phases[phase].initialCount += 1 }
    }
    beginService(index, at: tick)
  }

  private mutating func turnOff(_ index: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    let channel = channels[index]
    states[index].isOn = false
    states[index].occupied += tick - states[index].changed
    states[index].changed = tick
    recorder.record(.detectorOff, channel.number, at: tick)
    if let longest = channel.diagnostics.longestAbsence {
      nextDeadline = min(nextDeadline, (tick + longest).firstTick())
    }
    setFault(.presence, false, index, at: tick, &recorder)
    guard states[index].faults.isEmpty else { return }
    if states[index].isCalling {
      if channel.prolongation > .zero {
        states[index].heldUntil = (tick + channel.prolongation).firstTick()
        nextDeadline = min(nextDeadline, states[index].heldUntil)
      } else {
        endCall(index)
      }
    }
    for phase in states[index].extending.indices {
      phases[phase].occupied -= 1
      var off = (frozenSince ?? tick) + channel.prolongation
      if let limit = channel.queueLimit, greenPhases.contains(phase: phase) {
        off = min(off, phases[phase].greenStart + limit - passages[phase])
      }
      phases[phase].lastOff = max(phases[phase].lastOff, off)
    }
    states[index].extending = []
  }

  /// Lets a detector that is on call and extend.
  mutating func beginService(_ index: Int, at tick: SimTime) {
    states[index].heldUntil = .distantFuture
    if channels[index].delay == .zero {
      beginCall(index)
    } else if !states[index].isCalling {
      nextDeadline = min(nextDeadline, tick + channels[index].delay)
    }
    settleExtension(index, at: tick)
  }

  mutating func beginCall(_ index: Int) {
    let channel = channels[index]
    for phase in channel.calls.indices {
      let member = PhaseSet(phase: phase)
      if !states[index].isCalling {
        phases[phase].callers += 1
        presentCalls.insert(member)
      }
      if greenPhases.contains(member) { continue }
      let isYellow = intervals.yellows.contains(member)
      if lockingPhases.contains(member) || (isYellow ? channel.locksInYellow : channel.locksInRed) {
        lockedCalls.insert(member)
      }
    }
    states[index].isCalling = true
  }

  mutating func endCall(_ index: Int) {
    guard states[index].isCalling else { return }
    states[index].isCalling = false
    states[index].heldUntil = .distantFuture
    for phase in channels[index].calls.indices {
      phases[phase].callers -= 1
      if phases[phase].callers == 0 { presentCalls.remove(PhaseSet(phase: phase)) }
    }
  }

  /// Counts a detector for the phases that it extends now.
  mutating func settleExtension(_ index: Int, at tick: SimTime) {
    guard states[index].isOn, states[index].faults.isEmpty else { return }
    let wanted = extended(by: index, at: tick)
    let present = states[index].extending
    if wanted == present { return }
    for phase in present.subtracting(wanted).indices { phases[phase].occupied -= 1 }
    for phase in wanted.subtracting(present).indices { phases[phase].occupied += 1 }
    states[index].extending = wanted
  }

  private func extended(by index: Int, at tick: SimTime) -> PhaseSet {
    let channel = channels[index]
    var result = channel.extends
    if let other = channel.switchPhase, greenPhases.contains(phase: other),
      greenPhases.isDisjoint(with: channel.extends)
    {
      result.insert(PhaseSet(phase: other))
    }
    if let limit = channel.queueLimit {
      for phase in result.intersection(greenPhases).indices where phases[phase].greenStart + limit <= tick {
        result.remove(PhaseSet(phase: phase))
      }
    }
    return result
  }

  // MARK: - Time

  /// Carries delays, prolongations, queue limits and diagnostics on to `tick`.
  mutating func advance(to tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    if frozenSince == nil { intervals.advance(to: tick, &recorder) }
    guard nextDeadline <= tick else { return }
    nextDeadline = .distantFuture
    for index in channels.indices {
      diagnose(index, at: tick, &recorder)
      if !states[index].faults.isEmpty { continue }
      if states[index].isOn {
        if !states[index].isCalling {
          let due = states[index].changed + channels[index].delay
          if due <= tick { beginCall(index) } else { nextDeadline = min(nextDeadline, due) }
        }
        if let limit = channels[index].queueLimit {
          settleExtension(index, at: tick)
          for phase in states[index].extending.intersection(greenPhases).indices {
            nextDeadline = min(nextDeadline, (phases[phase].greenStart + limit).firstTick())
          }
        }
      } else if states[index].isCalling {
        if states[index].heldUntil <= tick {
          endCall(index)
        } else {
          nextDeadline = min(nextDeadline, states[index].heldUntil)
        }
      }
    }
  }

  // MARK: - Moved origin of time

  /// Moves the timers that stood still while the unit's time was stopped.
  mutating func moveTimers(by span: TimeSpan) {
    for phase in phases.indices {
      phases[phase].lastOff = phases[phase].lastOff.rebased(by: -span)
      phases[phase].greenStart = phases[phase].greenStart.rebased(by: -span)
    }
    intervals.rebase(by: -span)
  }

  mutating func rebase(by shift: TimeSpan) {
    for phase in phases.indices {
      phases[phase].lastOff = phases[phase].lastOff.rebased(by: shift)
      phases[phase].greenStart = phases[phase].greenStart.rebased(by: shift)
    }
    for index in states.indices {
      states[index].changed = states[index].changed.rebased(by: shift)
      states[index].heldUntil = states[index].heldUntil.rebased(by: shift)
      states[index].minuteStart = states[index].minuteStart.rebased(by: shift)
    }
    intervals.rebase(by: shift)
    frozenSince = frozenSince?.rebased(by: shift)
    nextDeadline = nextDeadline.rebased(by: shift)
  }
}
