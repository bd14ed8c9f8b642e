import TrafficModel

/// The only place that changes lamps: it owns their sequences, minimum greens, intergreens and exclusions.
///
/// Theory of operation. Each signal group is in one of four states; a sequencer asks, the interlock refuses what
/// is illegal, and whatever it has begun it carries through.
///
/// | State   | Leaves it when                                                                   | To      |
/// |---------|----------------------------------------------------------------------------------|---------|
/// | red     | `start` is asked and ``earliestStart(of:)`` has come                               | gaining |
/// | gaining | its gaining colours have been shown in full                                      | green   |
/// | green   | `end` is asked and ``earliestEnd(of:)`` has come                                   | losing  |
/// | losing  | its losing colours have been shown in full                                       | red     |
///
/// A group without gaining (losing) colours passes that state in no time. A group may start when
/// - every excluded group's green ended at least an intergreen before this group's green begins; the intergreen is
///   never less than the losing colours of the one and the gaining colours of the other;
/// - a vehicle group has been red for the red revert time (NEMA TS 2), whatever the plan says.
///
/// All times are cabinet ticks; the interlock is exact on them and never early.
public struct Interlock: Sendable {
  enum State: UInt8, Sendable {
    case red
    case gaining
    case green
    case losing
  }

  struct Lamp: Sendable {
    var state = State.red
    /// Step of the gaining or losing sequence.
    var step: UInt8 = 0
    var shown = Indication.red
    /// When the present step ends; ``SimTime/distantFuture`` in red and green.
    var until = SimTime.distantFuture
    /// When the present red or green began.
    var since = Interlock.longAgo
    var greenEnded = Interlock.longAgo
  }

  /// What never changes of a group.
  struct Timing: Sendable {
    var minimumGreen: TimeSpan
    var minimumRed: TimeSpan
    var gaining: TimeSpan
    var losing: TimeSpan
    /// Half-open range of its colours in `sequence`: gaining, then losing.
    var gainingSteps: Range<Int>
    var losingSteps: Range<Int>
    /// Half-open range of its partners in `exclusions`.
    var exclusions: Range<Int>
  }

  struct Exclusion: Sendable {
    var group: Int
    /// From the end of `group`'s green to the start of the green of this entry's owner.
    var intergreen: TimeSpan
  }

  static let longAgo = SimTime(milliseconds: Int64.min / 4)

  let controller: ControllerID
  let timings: ContiguousArray<Timing>
  let sequence: ContiguousArray<TimedIndication>
  let exclusions: ContiguousArray<Exclusion>
  private(set) var lamps: ContiguousArray<Lamp>
  /// The end of the next gaining or losing step.
  public private(set) var nextDeadline = SimTime.distantFuture

  public init(_ data: SignalController, id: ControllerID) {
    controller = id
    var timings: ContiguousArray<Timing> = []
    var sequence: ContiguousArray<TimedIndication> = []
    var exclusions: ContiguousArray<Exclusion> = []
    for (index, group) in data.groups.enumerated() {
      let firstStep = sequence.count
      sequence += Self.onTicks(group.gaining)
      let firstLosing = sequence.count
      sequence += Self.onTicks(group.losing)
      let firstExclusion = exclusions.count
      for other in data.groups.indices where data.conflicts[index, other] == .excluded {
        let least = Self.duration(Self.onTicks(data.groups[other].losing + group.gaining))
        let intergreen = max(data.intergreens[other, index].roundedUpToTick, least)
        exclusions.append(Exclusion(group: other, intergreen: intergreen))
      }
      timings.append(
        Timing(
          minimumGreen: group.minimumGreen.roundedUpToTick,
          minimumRed: group.kind == .vehicle ? TimeSpan.redRevert : .zero,
          gaining: Self.duration(Self.onTicks(group.gaining)),
          losing: Self.duration(Self.onTicks(group.losing)), gainingSteps: firstStep..<firstLosing,
          losingSteps: firstLosing..<sequence.count, exclusions: firstExclusion..<exclusions.count))
    }
    self.timings = timings
    self.sequence = sequence
    self.exclusions = exclusions
    lamps = ContiguousArray(repeating: Lamp(), count: data.groups.count)
  }

  /// Colours that are shown at all, each for a whole number of ticks.
  private static func onTicks(_ colours: [TimedIndication]) -> [TimedIndication] {
    colours.filter { $0.duration > .zero }
      .map { TimedIndication($0.indication, $0.duration.roundedUpToTick) }
  }

  private static func duration(_ colours: [TimedIndication]) -> TimeSpan {
    colours.reduce(.zero) { $0 + $1.duration }
  }

  // MARK: - Getters

  public var groupCount: Int { lamps.count }
  public func indication(of group: Int) -> Indication { lamps[group].shown }
  public func isGreen(_ group: Int) -> Bool { lamps[group].state == .green }
  public func isRed(_ group: Int) -> Bool { lamps[group].state == .red }
  /// In its gaining colours or green.
  public func isStarted(_ group: Int) -> Bool {
    lamps[group].state == .gaining || lamps[group].state == .green
  }
  public var areAllRed: Bool { lamps.allSatisfy { $0.state == .red } }
  public func gainingDuration(of group: Int) -> TimeSpan { timings[group].gaining }

  /// When the group's gaining colours (its green, if it has none) may begin: ``SimTime/distantFuture`` while it is
  /// not red or while an excluded group has its green before it.
  public func earliestStart(of group: Int) -> SimTime {
    lamps[group].state == .red ? startBound(of: group, ignoringGreens: false) : .distantFuture
  }

  /// The same for a group that may still be losing its green; `ignoringGreens` as if every green of an excluded
  /// group were going to end in time by itself.
  func startBound(of group: Int, ignoringGreens: Bool) -> SimTime {
    let timing = timings[group]
    let lamp = lamps[group]
    var bound = Self.longAgo
    switch lamp.state {
    case .red: bound = lamp.since + timing.minimumRed
    case .losing: bound = lamp.greenEnded + timing.losing + timing.minimumRed
    case .gaining, .green: break
    }
    for index in timing.exclusions {
      let exclusion = exclusions[index]
      let other = lamps[exclusion.group]
      switch other.state {
      case .gaining, .green:
        if !ignoringGreens { return .distantFuture }
      case .red, .losing:
        bound = max(bound, other.greenEnded + exclusion.intergreen - timing.gaining)
      }
    }
    return bound
  }

  /// When the group's green may end: ``SimTime/distantFuture`` while it is not green.
  public func earliestEnd(of group: Int) -> SimTime {
    let lamp = lamps[group]
    return lamp.state == .green ? lamp.since + timings[group].minimumGreen : .distantFuture
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
    lamps[group].greenEnded = now
    if timings[group].losingSteps.isEmpty {
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
    nextDeadline = lamps.reduce(.distantFuture) { min($0, $1.until) }
  }

  // MARK: - Transitions

  private mutating func leaveStep(
    of group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    let timing = timings[group]
    let isGaining = lamps[group].state == .gaining
    let steps = isGaining ? timing.gainingSteps : timing.losingSteps
    let next = steps.lowerBound + Int(lamps[group].step) + 1
    if next < steps.upperBound {
      enter(step: next, of: group, at: now, into: &changes)
    } else if isGaining {
      turnGreen(group, at: now, into: &changes)
    } else {
      turnRed(group, at: now, into: &changes)
    }
  }

  private mutating func enter(
    step: Int, of group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    let timing = timings[group]
    let steps = lamps[group].state == .gaining ? timing.gainingSteps : timing.losingSteps
    lamps[group].step = UInt8(clamping: step - steps.lowerBound)
    lamps[group].until = now + sequence[step].duration
    nextDeadline = min(nextDeadline, lamps[group].until)
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
    show(.green, group, into: &changes)
  }

  private mutating func turnRed(
    _ group: Int, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    lamps[group].state = .red
    lamps[group].since = now
    lamps[group].until = .distantFuture
    show(.red, group, into: &changes)
  }

  private mutating func show(
    _ indication: Indication, _ group: Int, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard lamps[group].shown != indication else { return }
    lamps[group].shown = indication
    changes.append(IndicationChange(controller: controller, group: group, indication: indication))
  }
}

extension TimeSpan {
  /// A cabinet switches only on ticks, and nothing that protects somebody may get shorter by that.
  var roundedUpToTick: TimeSpan {
    TimeSpan(milliseconds: SimTime(milliseconds: milliseconds).firstTick().milliseconds)
  }
}
