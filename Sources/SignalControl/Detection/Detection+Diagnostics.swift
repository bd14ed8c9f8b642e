import TrafficModel

/// Detectors that are found broken, and what their phases get instead.
///
/// | Fault       | Comes when                                                | Goes when                          | Log |
/// |-------------|-----------------------------------------------------------|------------------------------------|-----|
/// | no activity | it has been off for the longest absence                   | it goes on                         | 84  |
/// | presence    | it has been on for the longest presence                   | it goes off                        | 84  |
/// | erratic     | more actuations in a minute than allowed                  | a minute with no more than allowed | 88  |
/// | reported    | its own electronics say so                                | they take it back                  | 85  |
///
/// A minute begins with the first actuation after the last one. With the end of its last fault a detector is in
/// service again at once (83).
extension Detection {
  private static let minute = TimeSpan(milliseconds: 60_000)

  /// Starts every timer, when the unit starts.
  mutating func start(at tick: SimTime) {
    for index in states.indices where !states[index].isOn {
      states[index].changed = max(states[index].changed, tick)
    }
    nextDeadline = tick
  }

  mutating func diagnoseActuation(
    _ index: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder
  ) {
    let limits = channels[index].diagnostics
    setFault(.noActivity, false, index, at: tick, &recorder)
    if let longest = limits.longestPresence { nextDeadline = min(nextDeadline, (tick + longest).firstTick()) }
    guard let most = limits.mostActuationsPerMinute else { return }
    if states[index].minuteStart + Self.minute <= tick {
      states[index].minuteStart = tick
      states[index].minuteCount = 0
    }
    states[index].minuteCount += 1
    if states[index].minuteCount > most {
      nextDeadline = min(nextDeadline, states[index].minuteStart + Self.minute)
      setFault(.erratic, true, index, at: tick, &recorder)
    }
  }

  /// Looks at the timers of a detector's diagnostics.
  mutating func diagnose(_ index: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    let limits = channels[index].diagnostics
    if !states[index].isOn, let longest = limits.longestAbsence {
      check(.noActivity, due: states[index].changed + longest, index, at: tick, &recorder)
    }
    if states[index].isOn, let longest = limits.longestPresence {
      check(.presence, due: states[index].changed + longest, index, at: tick, &recorder)
    }
    if states[index].faults.contains(.erratic), let most = limits.mostActuationsPerMinute {
      if states[index].minuteStart + Self.minute <= tick {
        let isQuiet = states[index].minuteCount <= most
        states[index].minuteStart = tick
        states[index].minuteCount = 0
        if isQuiet { setFault(.erratic, false, index, at: tick, &recorder) }
      }
      if states[index].faults.contains(.erratic) {
        nextDeadline = min(nextDeadline, states[index].minuteStart + Self.minute)
      }
    }
  }

  private mutating func check(
    _ fault: Faults, due: SimTime, _ index: Int, at tick: SimTime,
    _ recorder: inout ControllerEventRecorder
  ) {
    if due <= tick {
      setFault(fault, true, index, at: tick, &recorder)
    } else {
      nextDeadline = min(nextDeadline, due.firstTick())
    }
  }

  mutating func setFault(
    _ fault: Faults, _ isThere: Bool, _ index: Int, at tick: SimTime,
    _ recorder: inout ControllerEventRecorder
  ) {
    guard states[index].faults.contains(fault) != isThere else { return }
    let number = channels[index].number
    if isThere {
      if states[index].faults.isEmpty { takeOutOfService(index) }
      states[index].faults.insert(fault)
      let code: ControllerEventCode =
        fault == .reported
        ? .detectorFaultWatchdog : fault == .erratic ? .detectorFaultExcessive : .detectorFaultOther
      recorder.record(code, number, at: tick)
    } else {
      states[index].faults.remove(fault)
      guard states[index].faults.isEmpty else { return }
      failedCount -= 1
      recorder.record(.detectorRestored, number, at: tick)
      if states[index].isOn { beginService(index, at: tick) }
    }
    updateRecalls()
  }

  private mutating func takeOutOfService(_ index: Int) {
    failedCount += 1
    endCall(index)
    for phase in states[index].extending.indices { phases[phase].occupied -= 1 }
    states[index].extending = []
  }

  /// The recalls that stand in for broken detectors.
  private mutating func updateRecalls() {
    failedMaximumRecalls = []
    failedRecalls = []
    for phase in phases.indices { phases[phase].failGreen = .zero }
    for index in channels.indices where !states[index].faults.isEmpty {
      guard let green = channels[index].diagnostics.failTime else {
        failedMaximumRecalls.formUnion(channels[index].calls)
        continue
      }
      if green <= .zero { continue }
      failedRecalls.formUnion(channels[index].calls)
      for phase in channels[index].calls.indices {
        phases[phase].failGreen = max(phases[phase].failGreen, green.roundedUpToTick)
      }
    }
    failedRecalls.formUnion(failedMaximumRecalls)
    if failedCount > 0 && Double(failedCount) >= failedShare * Double(channels.count) {
      failedRecalls.formUnion(allPhases)
    }
  }
}
