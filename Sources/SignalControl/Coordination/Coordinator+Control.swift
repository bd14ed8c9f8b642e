import TrafficModel

/// What the coordinator asks of the phases at a position of its cycle.
///
/// | Phase | Position | Asked |
/// |---|---|---|
/// | coordinated | always | called |
/// | coordinated, green | before its yield point | held; rests in walk until its clearance must begin |
/// | coordinated, green since before its yield point | after it, while somebody is permitted | forced off |
/// | coordinated, green since before its yield point | after it, nobody permitted any more | held to the next |
/// | other, not green | its permissive is closed and nobody called in time | omitted |
/// | other, green | fixed: at its point; floating: after its own green, and at its point at the latest | forced off |
///
/// A pedestrian call is taken as long as walk and clearance still fit, and always when the phase comes at its planned
/// time: pedestrians who need longer than the split are served, and the cycle slips.
extension Coordinator {
  mutating func setControl(at tick: SimTime, calls: PhaseSet, _ sequencer: RingBarrierSequencer) {
    let position = tick - timer.start
    let isOver = position >= timer.length
    let green = sequencer.greenPhases
    let active = green.union(sequencer.nextPhases)
    timer.overdue.formIntersection(active)
    let old = oldGreens(position, sequencer)
    let isHome = !old.isEmpty
    control = standingControl()
    var isSomebodyPermitted = false
    for phase in table.points.indices where !plan.coordinated.contains(phase: phase) {
      let member = PhaseSet(phase: phase)
      guard plan.served.contains(member), !plan.recalls.omitted.contains(member) else {
        control.omit.insert(member)
        control.forceOff.insert(member)
        continue
      }
      if active.contains(member) {
        if timer.overdue.contains(member) || position >= forceOffPosition(phase, position, sequencer) {
          control.forceOff.insert(member)
        }
      } else if isOver || !isPermitted(phase, position, calls, isHome: isHome) {
        control.omit.insert(member)
      } else {
        isSomebodyPermitted = true
      }
      limitPedestrians(of: phase, position, isActive: active.contains(member), sequencer)
    }
    for phase in table.points.indices where plan.coordinated.contains(phase: phase) {
      let member = PhaseSet(phase: phase)
      if green.contains(member) {
        if old.contains(member) && isSomebodyPermitted && !isOver {
          control.forceOff.insert(member)
          control.pedestrianOmit.insert(member)
          continue
        }
        control.hold.insert(member)
      }
      limitPedestrians(of: phase, position, isActive: active.contains(member), sequencer)
    }
  }

  /// Until the anchor is green nobody is kept out; greens end after their own splits at the latest.
  mutating func setPickUpControl(at tick: SimTime, _ sequencer: RingBarrierSequencer) {
    control = standingControl()
    for phase in table.points.indices where phase != plan.anchor {
      let member = PhaseSet(phase: phase)
      if !plan.served.contains(member) || plan.recalls.omitted.contains(member) {
        control.omit.insert(member)
        control.forceOff.insert(member)
      } else if let since = sequencer.greenStart(of: phase), since + table.points[phase].green <= tick {
        control.forceOff.insert(member)
      }
    }
  }

  private func standingControl() -> PhaseControl {
    var result = PhaseControl()
    result.minimumRecall = plan.recalls.minimum.union(plan.coordinated)
    result.maximumRecall = plan.recalls.maximum
    result.pedestrianRecall = plan.recalls.pedestrian
    if plan.coordination.restsInWalk { result.pedestrianRecall.formUnion(plan.coordinated) }
    switch plan.coordination.maximum {
    case .maximum1: break
    case .maximum2: result.maximum2 = plan.served
    case .inhibited: result.inhibitMaximum = plan.served
    }
    return result
  }

  /// Coordinated phases whose green began before their last yield point, and that the plan does not want now.
  private func oldGreens(_ position: TimeSpan, _ sequencer: RingBarrierSequencer) -> PhaseSet {
    var result: PhaseSet = []
    for phase in table.points.indices where plan.coordinated.contains(phase: phase) {
      guard let since = sequencer.greenStart(of: phase) else { continue }
      let point = table.points[phase]
      let isPlanned =
        point.start >= point.end
        ? position < point.end || position >= point.start : position >= point.start && position < point.end
      if isPlanned { continue }
      // A phase that ends with the cycle has had its yield point at the cycle's beginning.
      let yield = position >= point.end ? point.end : point.end - table.length
      if since < timer.start + yield { result.insert(PhaseSet(phase: phase)) }
    }
    return result
  }

  /// When a service that begins now, or has begun at `since`, ends in the plan, as a position.
  ///
  /// A phase that the plan lets run across the yield point has two ends in reach: that of the service that the last
  /// cycle has begun, and that of the one which this cycle begins.
  private func plannedEnd(_ phase: Int, _ position: TimeSpan, since: SimTime?) -> TimeSpan {
    let point = table.points[phase]
    if point.end == table.length { return timer.length }
    let begin = since.map { $0 - timer.start } ?? position
    return point.straddles && begin >= point.end ? timer.length + point.end : point.end
  }

  /// The force-off or yield point of a phase, as a position.
  private func forceOffPosition(
    _ phase: Int, _ position: TimeSpan, _ sequencer: RingBarrierSequencer
  ) -> TimeSpan {
    let since = sequencer.greenStart(of: phase)
    let end = plannedEnd(phase, position, since: since)
    guard plan.coordination.forceOff == .floating, let since, !plan.coordinated.contains(phase: phase) else {
      return end
    }
    return min(end, since + table.points[phase].green - timer.start)
  }

  /// When a green ends at the latest: now if it is forced off, at its force-off or yield point if that is to come, the
  /// distant future otherwise.
  func plannedEnd(of phase: Int, at tick: SimTime, _ sequencer: RingBarrierSequencer) -> SimTime {
    if control.forceOff.contains(phase: phase) { return tick }
    let position = forceOffPosition(phase, tick - timer.start, sequencer)
    let end = (timer.start + position).firstTick()
    return end > tick ? end : .distantFuture
  }

  // MARK: - Permissives

  /// Whether a phase that is not green may begin; remembers a call that came in time.
  private mutating func isPermitted(
    _ phase: Int, _ position: TimeSpan, _ calls: PhaseSet, isHome: Bool
  ) -> Bool {
    let member = PhaseSet(phase: phase)
    let recalled = plan.standingCalls.contains(member)
    let end = plannedEnd(phase, position, since: nil)
    let last =
      recalled ? end : permissiveEnd(phase, before: end, clearance: plan.phases[phase].clearanceBefore)
    guard position < last + .tick else { return false }
    let isOpen = isHome ? isOpenFromHome(phase, position) : true
    if isOpen && (recalled || calls.contains(member)) { timer.permitted.insert(member) }
    return isOpen || timer.permitted.contains(member)
  }

  /// The last moment to leave what comes before a phase for it to get its minimum, and never before the planned one.
  private func permissiveEnd(_ phase: Int, before end: TimeSpan, clearance: TimeSpan) -> TimeSpan {
    max(table.points[phase].leave, end - plan.phases[phase].minimumGreen - clearance)
  }

  /// Whether a call now ends the coordinated phases.
  private func isOpenFromHome(_ phase: Int, _ position: TimeSpan) -> Bool {
    switch plan.coordination.permissive {
    case .single: return position < .tick
    case .flexible: return position < homePermissiveEnd(phase, position) + .tick
    case .byPhase:
      return windowStart(phase) <= position && position < table.points[phase].leave + .tick
    }
  }

  private func homePermissiveEnd(_ phase: Int, _ position: TimeSpan) -> TimeSpan {
    permissiveEnd(
      phase, before: plannedEnd(phase, position, since: nil),
      clearance: max(plan.phases[phase].clearanceBefore, plan.coordinatedClearance))
  }

  /// When the window of the phase before closes; the first one after the yield point opens with it.
  private func windowStart(_ phase: Int) -> TimeSpan {
    guard let previous = plan.phases[phase].previous, previous != phase,
      !plan.coordinated.contains(phase: previous),
      table.points[previous].leave < table.points[phase].leave
    else { return .zero }
    return table.points[previous].leave
  }

  private mutating func limitPedestrians(
    of phase: Int, _ position: TimeSpan, isActive: Bool, _ sequencer: RingBarrierSequencer
  ) {
    let timing = plan.phases[phase]
    guard timing.pedestrians > .zero else { return }
    let member = PhaseSet(phase: phase)
    let end = forceOffPosition(phase, position, sequencer)
    let last = max(end - timing.pedestrians, table.points[phase].start)
    let begin = isActive ? position : position + timing.clearanceBefore
    if begin >= last + .tick {
      control.pedestrianOmit.insert(member)
    } else if isActive && begin + timing.pedestrians <= end {
      control.pedestriansFit.insert(member)
    }
    if plan.coordination.restsInWalk && control.hold.contains(member)
      && position < end - timing.pedestrianClearance
    {
      control.restInWalk.insert(member)
    }
  }

  // MARK: - Deadline

  /// Sets when the control may change by itself; after the sequencer has acted.
  mutating func setDeadline(after tick: SimTime, _ sequencer: RingBarrierSequencer) {
    var result = SimTime.distantFuture
    func consider(_ time: SimTime) { if time > tick && time < result { result = time } }
    if timer.isPickingUp {
      for phase in table.points.indices {
        if let since = sequencer.greenStart(of: phase) { consider(since + table.points[phase].green) }
      }
      nextDeadline = result.firstTick()
      return
    }
    consider(timer.start + timer.length)
    if tick >= timer.start + timer.length { consider(anchorReadiness(after: tick, sequencer)) }
    consider(timer.start + .tick)
    let position = tick - timer.start
    let green = sequencer.greenPhases
    for phase in table.points.indices where plan.phases[phase].isServed {
      // A green that has just begun is held, and its walk rests, from the next tick on.
      if sequencer.greenStart(of: phase) == tick { consider(tick + .tick) }
      let timing = plan.phases[phase]
      let point = table.points[phase]
      let end = forceOffPosition(phase, position, sequencer)
      consider(timer.start + end)
      if timing.pedestrians > .zero {
        let last = max(end - timing.pedestrians, point.start)
        consider(timer.start + last + .tick)
        consider(timer.start + last + .tick - timing.clearanceBefore)
        consider(timer.start + end - timing.pedestrianClearance)
      }
      if green.contains(phase: phase) || plan.coordinated.contains(phase: phase) { continue }
      let planned = plannedEnd(phase, position, since: nil)
      let last = permissiveEnd(phase, before: planned, clearance: timing.clearanceBefore)
      consider(timer.start + last + .tick)
      consider(timer.start + point.leave)
      consider(timer.start + point.leave + .tick)
      consider(timer.start + homePermissiveEnd(phase, position) + .tick)
      consider(timer.start + planned + .tick)
    }
    nextDeadline = result.firstTick()
  }

  /// At the end of a cycle that slips: when the anchor has had its minimum. Its green itself wakes the unit.
  private func anchorReadiness(after tick: SimTime, _ sequencer: RingBarrierSequencer) -> SimTime {
    guard let since = sequencer.greenStart(of: plan.anchor) else {
      return timer.start + timer.length + plan.cycle + .tick
    }
    return max(since + plan.phases[plan.anchor].minimumGreen, tick + .tick)
  }
}
