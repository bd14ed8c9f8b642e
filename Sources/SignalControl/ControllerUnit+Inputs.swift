import TrafficModel

/// What the cabinet senses, and when it acts.
extension ControllerUnit {
  /// Takes an input; it acts at the first tick at or after `now` that has not been advanced to yet.
  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    let tick = actingTick(now)
    detection.handle(input, at: tick)
    if case .clock(let milliseconds) = input {
      coordination.timeBase.set(unixMilliseconds: milliseconds, at: now)
      recorder.record(.clockUpdated, 0, at: tick)
      wake(at: tick)
    }
    // Inputs cannot change a pretimed program, so they need not wake it.
    if program == .free { wake(at: tick) }
    nextDeadline = isStarted ? min(nextDeadline, detection.nextDeadline) : nextDeadline
  }

  func actingTick(_ now: SimTime) -> SimTime {
    let tick = now.firstTick()
    // Before the start nothing has been advanced, and nextDeadline is not used either.
    return isStarted && tick <= lastTick ? lastTick + .tick : tick
  }

  mutating func wake(at tick: SimTime) {
    if isStarted { nextDeadline = min(nextDeadline, tick) }
  }
}
