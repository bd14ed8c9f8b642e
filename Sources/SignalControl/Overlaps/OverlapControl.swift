import TrafficModel

/// The overlaps of a unit: groups that follow the phases of the rings.
///
/// Theory of operation. A *parent* is a phase that the overlap includes; a *modifier* one that suppresses it. Each
/// overlap looks at the rings after they have moved, in the same tick, and asks the interlock.
///
/// | Stage    | Event                                                                               | Next            |
/// |----------|-------------------------------------------------------------------------------------|-----------------|
/// | off      | a parent turns green (or its gaining colours begin), nothing suppresses the overlap  | green           |
/// | green    | the parent's green ends and the phase that comes next is a parent too                | green: no yellow |
/// | green    | the parent's green ends, nobody follows, trailing green longer than 0               | trailing        |
/// | green    | the same without trailing green; or a modifier suppresses it                        | ending          |
/// | trailing | a parent is green again                                                             | green           |
/// | trailing | the trailing green is over, or a preempt takes the right of way                     | ending          |
/// | ending   | the group's minimum green is over                                                   | off: its yellow and red clearance follow |
///
/// That nobody starts against its trailing green and clearance is the interlock's business; the sequencer asks it
/// when the next greens can begin, so that rings that cross a barrier together go on doing so.
///
/// Suppression. A *minus-green-yellow* overlap ends when a ring turns to a modifier, and stays off until that one's
/// yellow is over. A *flashing yellow arrow* does not begin while a modifier (the protected turn of its own head) is
/// green, clears or comes next, and the two arrows of the head exclude each other: after the green arrow comes its
/// steady yellow and at least its red clearance, after the flashing arrow its steady yellow together with that of the
/// opposing through (FHWA Interim Approval IA-10 with Interpretation 4-320(I), taken over into MUTCD part 4). No arrow
/// ever changes into the other without a steady yellow.
///
/// Yellow-trap guard. Once it flashes, an arrow goes on until no parent (opposing through) is green any more: neither
/// a modifier nor anything else ends it while oncoming traffic still has green. It may begin in the middle of the
/// parent's green, because it still ends with it, or after it where its own minimum asks for more.
struct OverlapControl: Sendable {
  struct Entry: Sendable, Hashable {
    var number: Int
    var group: Int
    var kind: Overlap.Kind
    var included: PhaseSet
    var modifiers: PhaseSet
    var trailing: TimeSpan
    /// Half-open range of the modifiers' groups in `modifierGroups`.
    var modifierGroups: Range<Int>
  }

  enum Stage: UInt8, Sendable, Hashable {
    case off
    case green
    case trailing
    case ending
  }

  /// What the lamps of an overlap last said, for the event log.
  enum Logged: UInt8, Sendable, Hashable {
    case off
    case green
    case losing
    case clearing
  }

  struct State: Sendable, Hashable {
    var stage = Stage.off
    var trailingEnd = SimTime.distantFuture
    var logged = Logged.off
  }

  let entries: ContiguousArray<Entry>
  private let modifierGroups: ContiguousArray<Int>
  private(set) var states: ContiguousArray<State>
  private(set) var nextDeadline = SimTime.distantFuture

  /// Overlaps that name groups or phases that do not exist are left out.
  init(_ data: SignalController) {
    var entries: ContiguousArray<Entry> = []
    var modifierGroups: ContiguousArray<Int> = []
    func set(_ phases: [Int]) -> PhaseSet {
      phases.reduce(into: []) { $0.insert(PhaseSet(phase: $1)) }
    }
    for overlap in data.overlaps where data.groups.indices.contains(overlap.group) {
      let phases = overlap.includedPhases + overlap.modifierPhases
      guard phases.allSatisfy({ data.phases.indices.contains($0) && $0 < ActuatedPlan.maximumPhaseCount })
      else { continue }
      let first = modifierGroups.count
      for phase in overlap.modifierPhases { modifierGroups += data.phases[phase].groups }
      entries.append(
        Entry(
          number: overlap.number, group: overlap.group, kind: overlap.kind,
          included: set(overlap.includedPhases), modifiers: set(overlap.modifierPhases),
          trailing: max(overlap.trailingGreen, .zero).roundedUpToTick,
          modifierGroups: first..<modifierGroups.count))
    }
    self.entries = entries
    self.modifierGroups = modifierGroups
    states = ContiguousArray(repeating: State(), count: entries.count)
  }

  /// Whether overlap number `index` of the plan is what drives a group.
  func drives(_ group: Int) -> Bool { entries.contains { $0.group == group } }

  /// Takes the lamps over as they are, when the rings begin.
  mutating func begin(_ interlock: Interlock) {
    for index in entries.indices {
      states[index].stage = interlock.isStarted(entries[index].group) ? .green : .off
      states[index].trailingEnd = .distantFuture
    }
  }

  // MARK: - Following the rings

  /// Acts at `tick`, after the rings have moved.
  /// - Returns: Whether a lamp has changed, so that the rings may be able to go on.
  mutating func advance(
    to tick: SimTime, _ rings: RingBarrierSequencer, interlock: inout Interlock,
    into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    guard !entries.isEmpty else { return false }
    var hasActed = false
    let situation = Situation(rings, at: tick)
    for index in entries.indices {
      if follow(index, situation, at: tick, &interlock, into: &changes) { hasActed = true }
    }
    updateDeadline(after: tick, situation, interlock)
    return hasActed
  }

  /// What the rings are doing, as sets.
  struct Situation {
    var green: PhaseSet = []
    /// Phases whose green a changing ring has ended, and those that come.
    var left: PhaseSet = []
    var next: PhaseSet = []
    /// When the changes of rings are due, the earliest of them.
    var changeAt = SimTime.distantFuture

    init(_ sequencer: RingBarrierSequencer, at tick: SimTime) {
      for ring in sequencer.rings {
        switch ring.mode {
        case .dwell: break
        case .green:
          if let phase = ring.phase { green.insert(PhaseSet(phase: phase)) }
        case .change:
          if let phase = ring.phase { left.insert(PhaseSet(phase: phase)) }
          guard let coming = ring.next else { continue }
          next.insert(PhaseSet(phase: coming))
          changeAt = min(changeAt, ring.changeAt)
        }
      }
    }
  }

  private func hasParent(_ entry: Entry, _ situation: Situation) -> Bool {
    !entry.included.isDisjoint(with: situation.green)
  }

  /// A parent's green has ended, and the next phase is a parent again.
  private func goesOn(_ entry: Entry, _ situation: Situation) -> Bool {
    !entry.included.isDisjoint(with: situation.left) && !entry.included.isDisjoint(with: situation.next)
  }

  private func isSuppressed(_ entry: Entry, _ situation: Situation, _ interlock: Interlock) -> Bool {
    if entry.kind == .normal || entry.modifiers.isEmpty { return false }
    if !entry.modifiers.isDisjoint(with: situation.green.union(situation.next)) { return true }
    for index in entry.modifierGroups where !interlock.isRed(modifierGroups[index]) { return true }
    return false
  }

  /// Whether a parent is about to turn green, so near that the overlap's gaining colours begin.
  private func isComing(_ entry: Entry, _ situation: Situation, _ interlock: Interlock, at tick: SimTime) -> Bool {
    let gaining = interlock.gainingDuration(of: entry.group)
    guard gaining > .zero, !entry.included.isDisjoint(with: situation.next) else { return false }
    return situation.changeAt - gaining <= tick
  }

  private mutating func follow(
    _ index: Int, _ situation: Situation, at tick: SimTime, _ interlock: inout Interlock,
    into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    let entry = entries[index]
    let isSuppressed = isSuppressed(entry, situation, interlock)
    let hasParent = hasParent(entry, situation)
    switch states[index].stage {
    case .off, .ending:
      let comes = hasParent || isComing(entry, situation, interlock, at: tick)
      if comes && !isSuppressed && (states[index].stage == .off || interlock.isStarted(entry.group)) {
        if interlock.isStarted(entry.group) || interlock.start(entry.group, at: tick, into: &changes) {
          states[index].stage = .green
          return true
        }
      }
      if states[index].stage == .ending { return end(index, at: tick, &interlock, into: &changes) }
      return false
    case .green, .trailing:
      let isGuarded = entry.kind == .flashingYellowArrow && hasParent
      if (hasParent || goesOn(entry, situation) || isComing(entry, situation, interlock, at: tick))
        && (isGuarded || !isSuppressed)
      {
        states[index].stage = .green
        return false
      }
      if entry.trailing > .zero && !isSuppressed && interlock.cut == nil {
        if states[index].stage == .green {
          states[index].stage = .trailing
          states[index].trailingEnd = tick + entry.trailing
        }
        if tick < states[index].trailingEnd { return false }
      }
      states[index].stage = .ending
      return end(index, at: tick, &interlock, into: &changes)
    }
  }

  private mutating func end(
    _ index: Int, at tick: SimTime, _ interlock: inout Interlock,
    into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    let group = entries[index].group
    if interlock.isStarted(group) && !interlock.end(group, at: tick, into: &changes) { return false }
    states[index].stage = .off
    states[index].trailingEnd = .distantFuture
    return true
  }

  private mutating func updateDeadline(after tick: SimTime, _ situation: Situation, _ interlock: Interlock) {
    var result = SimTime.distantFuture
    func consider(_ time: SimTime) { if time > tick { result = min(result, time) } }
    for (index, entry) in entries.enumerated() {
      switch states[index].stage {
      case .off:
        if hasParent(entry, situation) {
          consider(interlock.earliestStart(of: entry.group))
        } else if !entry.included.isDisjoint(with: situation.next) {
          consider(situation.changeAt - interlock.gainingDuration(of: entry.group))
        }
      case .green: break
      case .trailing: consider(states[index].trailingEnd)
      case .ending: consider(interlock.earliestEnd(of: entry.group))
      }
      if states[index].logged == .clearing { consider(interlock.clearanceEnd(of: entry.group)) }
    }
    nextDeadline = result
  }

  // MARK: - Event log

  /// Writes what the lamps of overlaps have done, whoever drives them: codes 61 to 65, for arrows 32 and 33 too.
  mutating func record(at tick: SimTime, _ interlock: Interlock, into events: inout ControllerEventRecorder) {
    guard events.isRecording else { return }
    for (index, entry) in entries.enumerated() {
      let isArrow = entry.kind == .flashingYellowArrow
      let before = states[index].logged
      let now = logged(index, at: tick, interlock)
      if now == before {
        continue
      }
      states[index].logged = now
      if before == .green && isArrow { events.record(.flashingYellowArrowEnd, entry.number, at: tick) }
      switch now {
      case .green:
        events.record(isArrow ? .flashingYellowArrowBegin : .overlapBeginGreen, entry.number, at: tick)
      case .losing: events.record(.overlapBeginYellow, entry.number, at: tick)
      case .clearing: events.record(.overlapBeginRedClearance, entry.number, at: tick)
      case .off: events.record(.overlapOff, entry.number, at: tick)
      }
    }
  }

  private func logged(_ index: Int, at tick: SimTime, _ interlock: Interlock) -> Logged {
    let group = entries[index].group
    if interlock.isGreen(group) { return .green }
    if interlock.isLosing(group) { return .losing }
    let wasLit = states[index].logged != .off
    return wasLit && !interlock.isFlashing && tick < interlock.clearanceEnd(of: group) ? .clearing : .off
  }

  /// Writes the begin of trailing greens; the rest is told by the lamps.
  mutating func recordTrailing(at tick: SimTime, into events: inout ControllerEventRecorder) {
    for (index, entry) in entries.enumerated()
    where states[index].stage == .trailing && states[index].trailingEnd == tick + entry.trailing {
      events.record(.overlapBeginTrailingGreen, entry.number, at: tick)
    }
  }

  /// Subtracts `shift` from every time that is kept.
  mutating func rebase(by shift: TimeSpan) {
    for index in states.indices where states[index].trailingEnd < .distantFuture {
      states[index].trailingEnd = states[index].trailingEnd - shift
    }
    if nextDeadline < .distantFuture { nextDeadline = nextDeadline - shift }
  }
}
