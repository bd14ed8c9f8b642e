import TrafficModel

/// What the cabinet senses, and when it acts.
extension ControllerUnit {
  /// Takes an input; it acts at the first tick at or after `now` that has not been advanced to yet.
  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    let tick = actingTick(now)
    let matters = detection.handle(input, at: tick, &recorder)
    if case .clock(let milliseconds) = input {
      coordination.timeBase.set(unixMilliseconds: milliseconds, at: now)
      recorder.record(.clockUpdated, 0, at: tick)
      wake(at: tick)
    }
    handlePanel(input, at: tick)
    take(input, at: tick)
    // Inputs cannot change a pretimed program, so they need not wake it.
    if matters && program == .free { wake(at: tick) }
    detection.reportCalls(at: tick, &recorder)
    nextDeadline = isStarted ? min(nextDeadline, detection.nextDeadline) : nextDeadline
  }

  /// What outranks the programs: it wakes every one of them.
  private mutating func take(_ input: CabinetInput, at tick: SimTime) {
    switch input {
    case .preempt(let number, let isEnergised):
      preemption.setInput(number, isEnergised: isEnergised, at: tick, into: &recorder)
    case .priority(let request): _ = priority.request(request, at: tick, into: &recorder)
    case .priorityCheckOut(let vehicle): priority.checkOut(vehicle: vehicle, at: tick, into: &recorder)
    case .flashSwitch(let isOn): flash.set(.flashSwitch, isOn)
    case .monitorFlash(let isOn): flash.set(.monitor, isOn)
    default: return
    }
    wake(at: tick)
  }

  /// The first tick at or after `now` that has not been advanced to yet.
  package func actingTick(_ now: SimTime) -> SimTime {
    let tick = now.firstTick()
    // Before the start nothing has been advanced, and nextDeadline is not used either.
    return isStarted && tick <= lastTick ? lastTick + .tick : tick
  }

  mutating func wake(at tick: SimTime) {
    if isStarted { nextDeadline = min(nextDeadline, tick) }
  }
}
