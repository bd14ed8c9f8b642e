import TrafficModel

/// The moves of the active preempt through its stages, and what each asks of the sequencer.
extension Preemption {
  /// Acts at `tick`. While a preempt is active it must be called at every tick at which the sequencer has moved.
  mutating func advance(to tick: SimTime, _ view: View, into events: inout ControllerEventRecorder) {
    guard isActive || nextDeadline <= tick else { return }
    noticeLongPresence(at: tick, into: &events)
    // A preempt passes each stage at most once in a tick, and as many as there are may follow each other.
    for _ in 0...(6 * plan.entries.count) {
      if takeOver(at: tick, into: &events) { continue }
      if !leaveStage(at: tick, view, into: &events) { break }
    }
    nextDeadline = deadline(after: tick)
  }

  private mutating func noticeLongPresence(at tick: SimTime, into events: inout ControllerEventRecorder) {
    for index in calls.indices where calls[index].isOn {
      guard let longest = plan.entries[index].maximumPresence, calls[index].since + longest <= tick else {
        continue
      }
      calls[index].isFaulty = true
      calls[index].due = .distantFuture
      events.record(.preemptMaximumPresence, plan.entries[index].number, at: tick)
    }
  }

  /// Lets the first preempt that waits in, if it goes before the active one or that one is on its way out.
  private mutating func takeOver(at tick: SimTime, into events: inout ControllerEventRecorder) -> Bool {
    guard let winner = calls.firstIndex(where: { $0.due <= tick }) else { return false }
    if let active, stage != .exit, winner >= active { return false }
    if let active, stage != .exit, calls[active].isOn || plan.entries[active].isLocking {
      calls[active].due = tick
    }
    calls[winner].due = .distantFuture
    active = winner
    enteredAt = tick
    enter(.entry, at: tick, into: &events)
    return true
  }

  private mutating func enter(_ next: Stage, at tick: SimTime, into events: inout ControllerEventRecorder) {
    guard let active else { return }
    stage = next
    stageStart = tick
    let number = plan.entries[active].number
    switch next {
    case .entry:
      events.record(.preemptEntryStarted, number, at: tick)
    case .track: events.record(.preemptTrackClearance, number, at: tick)
    case .clearing: break
    case .dwell: events.record(.preemptDwell, number, at: tick)
    case .exit: events.record(.preemptExit, number, at: tick)
    }
  }

  private mutating func leaveStage(
    at tick: SimTime, _ view: View, into events: inout ControllerEventRecorder
  ) -> Bool {
    guard let active else { return false }
    let entry = plan.entries[active]
    switch stage {
    case .entry:
      guard shows(target(of: entry), view) else { return false }
      enter(entry.track.isEmpty ? .dwell : .track, at: tick, into: &events)
    case .track:
      guard stageStart + entry.trackGreen <= tick else { return false }
      enter(.clearing, at: tick, into: &events)
    case .clearing:
      guard shows(target(of: entry), view) else { return false }
      enter(.dwell, at: tick, into: &events)
    case .dwell:
      guard !calls[active].isOn, endOfDwell(of: entry) <= tick else { return false }
      enter(.exit, at: tick, into: &events)
    case .exit:
      guard entry.exit.isSubset(of: view.green) else { return false }
      self.active = nil
    }
    return true
  }

  private func shows(_ phases: PhaseSet, _ view: View) -> Bool { view.green == phases && !view.isChanging }

  private func endOfDwell(of entry: PreemptionPlan.Entry) -> SimTime {
    max(stageStart + entry.minimumDwell, enteredAt + entry.minimumDuration)
  }

  /// The phases that shall be green, and nothing else.
  private func target(of entry: PreemptionPlan.Entry) -> PhaseSet {
    switch stage {
    case .entry: entry.track.isEmpty ? (entry.flashes ? [] : entry.dwell) : entry.track
    case .track: entry.track
    case .clearing, .dwell: entry.flashes ? [] : entry.dwell
    case .exit: entry.exit
    }
  }

  private func deadline(after tick: SimTime) -> SimTime {
    var result = SimTime.distantFuture
    func consider(_ time: SimTime) { if time > tick { result = min(result, time) } }
    for index in calls.indices {
      consider(calls[index].due)
      if calls[index].isOn, let longest = plan.entries[index].maximumPresence {
        consider(calls[index].since + longest)
      }
    }
    if let active {
      switch stage {
      case .track: consider(stageStart + plan.entries[active].trackGreen)
      case .dwell: consider(endOfDwell(of: plan.entries[active]))
      case .entry, .clearing, .exit: break
      }
    }
    return result
  }

  /// Flash has come from elsewhere: who had the right of way enters anew afterwards, with his own track clearance.
  public mutating func interrupt(at tick: SimTime) {
    guard let active else { return }
    if stage != .exit, calls[active].isOn || plan.entries[active].isLocking { calls[active].due = tick }
    self.active = nil
    nextDeadline = min(nextDeadline, tick)
  }

  // MARK: - What it asks for

  /// What the sequencer must do for the active preempt; it replaces every other source of control.
  var control: PhaseControl {
    var control = PhaseControl()
    guard let active else { return control }
    let entry = plan.entries[active]
    let wanted = target(of: entry)
    let all = plan.servable
    control.pedestrianOmit = all
    control.preemptNumber = entry.number
    if stage == .dwell && !entry.flashes {
      control.pedestrianOmit = all.subtracting(entry.dwellPedestrians)
      if !entry.cycling.isEmpty {
        control.omit = all.subtracting(entry.cycling)
        control.vehicleCalls = entry.cycling
        return control
      }
    }
    control.vehicleCalls = wanted
    control.omit = all.subtracting(wanted)
    control.abandoned = control.omit
    switch stage {
    case .track, .dwell:
      control.hold = wanted
      control.forceOff = all.subtracting(wanted)
      control.preemptForceOff = control.forceOff
    case .entry, .clearing, .exit:
      // Also a phase that is wanted: where another one can only be reached by crossing a barrier, it ends and comes back.
      control.forceOff = all
      control.preemptForceOff = all
      if stage == .entry { control.shortestGreen = entry.cut.minimumGreen }
      if stage == .exit { control.pedestrianOmit = all.subtracting(wanted) }
    }
    return control
  }

  // MARK: - Moved origin of time

  /// Subtracts `shift` from every time that is kept.
  public mutating func rebase(by shift: TimeSpan) {
    for index in calls.indices {
      if calls[index].since < .distantFuture { calls[index].since = calls[index].since - shift }
      // A call that is due stays due, however long ago.
      if calls[index].due < .distantFuture {
        calls[index].due = max(calls[index].due - shift, Interlock.longAgo)
      }
    }
    if active == nil {
      enteredAt = Interlock.longAgo
      stageStart = Interlock.longAgo
    } else {
      enteredAt = enteredAt - shift
      stageStart = stageStart - shift
    }
    if nextDeadline < .distantFuture { nextDeadline = nextDeadline - shift }
  }
}
