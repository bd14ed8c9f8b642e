import TrafficModel

/// The only place that changes lamps: it owns their sequences, minimum greens, intergreens and exclusions.
///
/// Theory of operation. Each signal group is in one of five states; a sequencer asks, the interlock refuses what
/// is illegal, and whatever it has begun it carries through.
///
/// | State    | Leaves it when                                                                   | To       |
/// |----------|----------------------------------------------------------------------------------|----------|
/// | red      | `start` is asked and ``earliestStart(of:)`` has come                               | gaining  |
/// | gaining  | its gaining colours have been shown in full                                      | green    |
/// | green    | `end` is asked and ``earliestEnd(of:)`` has come                                   | losing   |
/// | losing   | its losing colours have been shown in full                                       | red      |
/// | any      | `enterFlash`: all groups in the same instant                                     | flashing |
/// | flashing | `leaveFlash`: all groups in the same instant                                     | red      |
///
/// A group without gaining (losing) colours passes that state in no time. A group may start when
/// - every excluded group's green ended at least an intergreen before this group's green begins; the intergreen is
///   never less than the losing colours of the one and the gaining colours of the other;
/// - a vehicle group has been red for the red revert time (NEMA TS 2), whatever the plan says.
///
/// A flashing yellow arrow ends only when the groups that oppose it have ended (the yellow trap), whoever asks.
///
/// A clearance may be lengthened, see ``lengthenNextLosing(of:by:)`` and ``lengthenNextClearance(of:by:)``; it is
/// shortened for one reason only, a preempt that cuts pedestrians to its own values, see ``PreemptCut``. Yellow and
/// red clearance of vehicles are never cut.
///
/// All times are cabinet ticks; the interlock is exact on them and never early.
public struct Interlock: Sendable {
  enum State: UInt8, Sendable, Hashable {
    case red
    case gaining
    case green
    case losing
    case flashing
  }

  struct Lamp: Sendable, Hashable {
    var state = State.red
    /// Step of the gaining or losing sequence.
    var step: UInt8 = 0
    var shown = Indication.red
    /// When the present step ends; `SimTime.distantFuture` in red, green and flash.
    var until = SimTime.distantFuture
    /// When the present red, green or flash began.
    var since = Interlock.longAgo
    var greenEnded = Interlock.longAgo
    /// How much longer (or, cut by a preempt, shorter) than programmed its last losing colours are.
    var losingShift = TimeSpan.zero
    /// The same for the intergreens after its last green; it contains `losingShift`.
    var clearanceShift = TimeSpan.zero
    /// What is to be added to the losing colours, and to the red clearance, after its present or next green.
    var awaitedLosing = TimeSpan.zero
    var awaitedClearance = TimeSpan.zero
  }

  static let longAgo = SimTime(milliseconds: Int64.min / 4)

  let controller: ControllerID
  let timings: ContiguousArray<Timing>
  let sequence: ContiguousArray<TimedIndication>
  let exclusions: ContiguousArray<Exclusion>
  /// Groups that must not go on when a flashing yellow arrow ends.
  let opposing: ContiguousArray<Int>
  var lamps: ContiguousArray<Lamp>
  /// The preempt that is taking the right of way, if one is.
  var cut: PreemptCut?
  /// The end of the next gaining or losing step.
  public internal(set) var nextDeadline = SimTime.distantFuture

  // MARK: - Getters

  public var groupCount: Int { lamps.count }
  public func indication(of group: Int) -> Indication { lamps[group].shown }
  public func isGreen(_ group: Int) -> Bool { lamps[group].state == .green }
  public func isRed(_ group: Int) -> Bool { lamps[group].state == .red }
  public func isLosing(_ group: Int) -> Bool { lamps[group].state == .losing }
  /// In its gaining colours or green.
  public func isStarted(_ group: Int) -> Bool {
    lamps[group].state == .gaining || lamps[group].state == .green
  }
  public var areAllRed: Bool { lamps.allSatisfy { $0.state == .red } }
  public func gainingDuration(of group: Int) -> TimeSpan { timings[group].gaining }

  /// When the group's gaining colours (its green, if it has none) may begin: `SimTime.distantFuture` while it is
  /// not red or while an excluded group has its green before it.
  public func earliestStart(of group: Int) -> SimTime {
    lamps[group].state == .red ? startBound(of: group, ignoringGreens: false) : .distantFuture
  }

  /// The same for a group that may still be losing its green.
  /// - Parameters:
  ///   - ignoringGreens: As if every green of an excluded group were going to end in time by itself.
  ///   - tick: With `ignoringGreens`: greens of overlaps end now at the earliest, and their trailing green counts.
  func startBound(of group: Int, ignoringGreens: Bool, at tick: SimTime? = nil) -> SimTime {
    let timing = timings[group]
    let lamp = lamps[group]
    var bound = Self.longAgo
    switch lamp.state {
    case .red: bound = lamp.since + timing.minimumRed
    case .losing: bound = lamp.greenEnded + timing.losing + lamp.losingShift + timing.minimumRed
    case .gaining, .green: break
    case .flashing: return .distantFuture
    }
    for index in timing.exclusions {
      let exclusion = exclusions[index]
      let other = lamps[exclusion.group]
      switch other.state {
      case .gaining, .green:
        if !ignoringGreens { return .distantFuture }
        if let tick, let trailing = timings[exclusion.group].trailing {
          let least = other.state == .green ? minimumEnd(of: exclusion.group) : tick
          let end = max(cut == nil ? tick + trailing : tick, least)
          bound = max(bound, end + exclusion.intergreen - timing.gaining)
        }
      case .red, .losing:
        let clearance = exclusion.intergreen + other.clearanceShift
        bound = max(bound, other.greenEnded + clearance - timing.gaining)
      case .flashing: return .distantFuture
      }
    }
    return bound
  }

  /// When the group's green may end: `SimTime.distantFuture` while it is not green, and for a flashing yellow arrow
  /// while an opposing group goes on.
  public func earliestEnd(of group: Int) -> SimTime {
    for index in timings[group].opposing where isStarted(opposing[index]) { return .distantFuture }
    return minimumEnd(of: group)
  }

  /// When the group's green has lasted as long as it must, whoever else is green.
  private func minimumEnd(of group: Int) -> SimTime {
    let lamp = lamps[group]
    guard lamp.state == .green else { return .distantFuture }
    guard let cut else { return lamp.since + timings[group].minimumGreen }
    return lamp.since + cut.minimumGreen(of: timings[group])
  }

  public func canStart(_ group: Int, at now: SimTime) -> Bool { earliestStart(of: group) <= now }
  public func canEnd(_ group: Int, at now: SimTime) -> Bool { earliestEnd(of: group) <= now }

  // MARK: - Commands

  /// Begins the group's green, its gaining colours first.
  /// - Returns: `false` if that is not allowed now; then nothing has changed.
  @discardableResult
  public mutating func start(
    _ group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    advance(to: now, into: &changes)
    guard canStart(group, at: now) else { return false }
    if timings[group].gainingSteps.isEmpty {
      turnGreen(group, at: now, into: &changes)
    } else {
      lamps[group].state = .gaining
      enter(step: timings[group].gainingSteps.lowerBound, of: group, at: now, into: &changes)
    }
    return true
  }

  /// Ends the group's green; its losing colours follow.
  /// - Returns: `false` if that is not allowed now; then nothing has changed.
  @discardableResult
  public mutating func end(
    _ group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    advance(to: now, into: &changes)
    guard canEnd(group, at: now) else { return false }
    settleClearance(of: group, at: now)
    if timings[group].losingSteps.isEmpty || losingEnd(of: group) <= now {
      turnRed(group, at: now, into: &changes)
    } else {
      lamps[group].state = .losing
      enter(step: timings[group].losingSteps.lowerBound, of: group, at: now, into: &changes)
    }
    return true
  }

  /// Carries gaining and losing colours on to `tick`.
  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    guard nextDeadline <= tick else { return }
    for group in lamps.indices where lamps[group].until <= tick {
      leaveStep(of: group, at: tick, into: &changes)
    }
    updateDeadline()
  }

  func updatedDeadline() -> SimTime { lamps.reduce(.distantFuture) { min($0, $1.until) } }
  mutating func updateDeadline() { nextDeadline = updatedDeadline() }

  // MARK: - Transitions

  private mutating func leaveStep(
    of group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    let timing = timings[group]
    let isGaining = lamps[group].state == .gaining
    let steps = isGaining ? timing.gainingSteps : timing.losingSteps
    let next = steps.lowerBound + Int(lamps[group].step) + 1
    if isGaining {
      if next < steps.upperBound {
        enter(step: next, of: group, at: now, into: &changes)
      } else {
        turnGreen(group, at: now, into: &changes)
      }
    } else if next < steps.upperBound && losingEnd(of: group) > now {
      enter(step: next, of: group, at: now, into: &changes)
    } else {
      turnRed(group, at: now, into: &changes)
    }
  }

  private mutating func enter(
    step: Int, of group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    let timing = timings[group]
    let isLosing = lamps[group].state == .losing
    let steps = isLosing ? timing.losingSteps : timing.gainingSteps
    lamps[group].step = UInt8(clamping: step - steps.lowerBound)
    var until = now + sequence[step].duration
    if isLosing {
      // The first losing colour is the one that lasts longer; a cut takes from the last.
      if step == steps.lowerBound { until += max(lamps[group].losingShift, .zero) }
      until = min(until, losingEnd(of: group))
    }
    lamps[group].until = until
    nextDeadline = min(nextDeadline, until)
    show(sequence[step].indication, group, into: &changes)
  }

  private mutating func turnGreen(
    _ group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    // The second half of the rule that a start has checked: whatever was asked since, nobody else got in.
    for index in timings[group].exclusions {
      precondition(
        lamps[exclusions[index].group].state == .red, "a group turned green against an excluded group")
    }
    lamps[group].state = .green
    lamps[group].since = now
    lamps[group].until = .distantFuture
    show(timings[group].proceed, group, into: &changes)
  }

  mutating func turnRed(
    _ group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    lamps[group].state = .red
    lamps[group].since = now
    lamps[group].until = .distantFuture
    show(.red, group, into: &changes)
  }

  mutating func show(
    _ indication: Indication, _ group: Int, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard lamps[group].shown != indication else { return }
    lamps[group].shown = indication
    changes.append(IndicationChange(controller: controller, group: group, indication: indication))
  }
}
