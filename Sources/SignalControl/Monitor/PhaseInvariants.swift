import TrafficModel

/// The invariants of rings and barriers (NEMA TS 2), worked out from the lamps and the unit's own status.
///
/// A phase is told by its *own* groups: those that no other phase and no overlap has. So it is known without asking
/// the sequencer which phases time. Phases without a group of their own are left out.
///
/// | Rule                                                                             | Looked at                  |
/// |----------------------------------------------------------------------------------|----------------------------|
/// | one phase per ring, all rings on one side of every barrier                       | whenever phases are rung   |
/// | a phase begins only after the yellow and red clearance of its ring's last phase  | whenever phases are rung   |
/// | … and, beyond a barrier, of every ring's                                         | whenever phases are rung   |
/// | no green below the phase's minimum                                               | free and coordinated       |
/// | a group that goes on into the next phase shows no yellow                         | free                       |
/// | a called phase is not passed over                                                | free                       |
/// | no turn that yields sees its green end while oncoming traffic keeps its own      | free and coordinated       |
///
/// Phases are "rung" once all lamps have been red under the present program, or after two of its cycles: a pattern
/// takes over the lamps that it finds. Stage plans have no phases. A preempt may take the right of way from one of two
/// facing approaches; which may then see its green end first is in its data.
struct PhaseInvariants: Sendable {
  private struct Member: Sendable {
    var ownGroups: [Int]
    /// Vehicle groups that it shares with other phases; not those of special overlaps.
    var sharedGroups: [Int]
    var ring: Int
    var side: Int
    /// Place in its ring on its side.
    var place: Int
    var minimumGreen: TimeSpan
    var clearance: TimeSpan
  }

  private struct State: Sendable {
    var isGreen = false
    var isLit = false
    var greenSince = PhaseInvariants.longAgo
    var greenEnded = PhaseInvariants.longAgo
    /// Calls that stood when its green ended.
    var callsAtEnd: PhaseSet = []
    /// Those of them that have stood ever since: a unit that comes to its rings from elsewhere decides later, and
    /// a call that has gone meanwhile was nobody's to serve.
    var callsSinceEnd: PhaseSet = []
    var waitingSince = SimTime.distantFuture
    var longestWait = TimeSpan.zero
  }

  /// What drives the phases, as far as the rules care.
  private enum Program: Hashable {
    case free
    case pattern(Int)
    case preempt
    case other
  }

  private static let longAgo = SimTime(milliseconds: Int64.min / 4)

  private let controller: ControllerID
  private let members: [Member]
  private var patterns: [Pattern]
  private let kinds: [(isVehicle: Bool, proceed: Indication)]
  private let turns: PermissiveTurns
  private var shown: ContiguousArray<Indication>
  private var greenSince: ContiguousArray<SimTime>
  private var states: ContiguousArray<State>
  /// By ring: the phase whose green ended last.
  private var lastEnded: ContiguousArray<Int?>
  private var program = Program.other
  private var isRung = false
  private var rungFrom = SimTime.distantFuture
  /// Phases that a command keeps from being served, and from serving pedestrians, and until when.
  private var omitted: PhaseSet = []
  private var pedestrianOmitted: PhaseSet = []
  private var omittedUntil = SimTime.distantFuture
  /// As they were last noted.
  private var notedCalls: PhaseSet = []
  private(set) var violations: [SafetyViolation] = []

  /// - Returns: `nil` for a controller without phases in a diagram.
  init?(_ data: SignalController, id: ControllerID, network: Network? = nil) {
    guard !data.phases.isEmpty, data.phases.count <= 32, data.diagram.sideCount > 0 else { return nil }
    let special = Set(data.overlaps.map(\.group))
    controller = id
    patterns = data.patterns
    kinds = data.groups.map { ($0.kind == .vehicle, $0.proceed) }
    turns = PermissiveTurns(data, network: network)
    members = data.phases.indices.map { index in
      let phase = data.phases[index]
      let vehicles = phase.groups.filter { data.groups.indices.contains($0) }
      let isShared = { (group: Int) in
        data.phases.indices.contains { $0 != index && data.phases[$0].groups.contains(group) }
      }
      let place = data.diagram.place(of: index)
      let order = place.map { data.diagram.phases(ring: $0.ring, side: $0.side) } ?? []
      return Member(
        ownGroups: place == nil ? [] : vehicles.filter { !isShared($0) && !special.contains($0) },
        sharedGroups: vehicles.filter { isShared($0) && !special.contains($0) }, ring: place?.ring ?? 0,
        side: place?.side ?? 0, place: order.firstIndex(of: index) ?? 0, minimumGreen: phase.minimumGreen,
        clearance: phase.clearance)
    }
    shown = ContiguousArray(repeating: .red, count: data.groups.count)
    greenSince = ContiguousArray(repeating: Self.longAgo, count: data.groups.count)
    states = ContiguousArray(repeating: State(), count: data.phases.count)
    lastEnded = ContiguousArray(repeating: nil, count: data.diagram.rings.count)
  }

  /// By phase index: the longest that a call has waited for green so far, calls that still wait included.
  func longestWaits(at now: SimTime) -> [TimeSpan] {
    states.map { state in
      state.waitingSince < .distantFuture
        ? max(state.longestWait, now - state.waitingSince) : state.longestWait
    }
  }

  // MARK: - Observation

  /// The unit has other patterns from here on. One that runs and is changed is joined as another pattern would be.
  mutating func adopt(_ changed: [Pattern], at now: SimTime) {
    defer { patterns = changed }
    guard case .pattern(let number) = program else { return }
    let next = changed.first { $0.number == number }
    let before = patterns.first { $0.number == number }
    guard next != before else { return }
    isRung = false
    rungFrom = now + max(next?.cycle ?? .zero, before?.cycle ?? .zero) * 2
  }

  mutating func excuse(_ phases: PhaseSet, pedestrians: PhaseSet, until end: SimTime) {
    omitted = phases
    pedestrianOmitted = pedestrians
    for phase in states.indices { states[phase].callsSinceEnd.subtract(phases) }
    omittedUntil = end
  }

  /// Looks at calls, whether lamps have changed or not.
  mutating func noteCalls(_ calls: PhaseSet, at now: SimTime) {
    if calls != notedCalls { follow(calls, at: now) }
  }

  private mutating func follow(_ calls: PhaseSet, at now: SimTime) {
    notedCalls = calls
    for phase in states.indices {
      states[phase].callsSinceEnd.formIntersection(calls)
      let waits = calls.contains(phase: phase) && !states[phase].isGreen
      if waits == (states[phase].waitingSince < .distantFuture) { continue }
      if !waits {
        states[phase].longestWait = max(states[phase].longestWait, now - states[phase].waitingSince)
      }
      states[phase].waitingSince = waits ? now : .distantFuture
    }
  }

  /// Looks at all changes of one instant, and at the status after them.
  mutating func observe(_ changes: ArraySlice<IndicationChange>, status: CabinetStatus, at now: SimTime) {
    let yellows = take(changes, at: now)
    if omittedUntil < now { excuse([], pedestrians: [], until: .distantFuture) }
    let isPreempt = program == .preempt
    follow(status.mode, at: now)
    let calls = status.vehicleCalls.union(status.pedestrianCalls.subtracting(pedestrianOmitted))
    var begun: PhaseSet = []
    for phase in members.indices where !members[phase].ownGroups.isEmpty {
      let wasGreen = states[phase].isGreen
      states[phase].isGreen = members[phase].ownGroups.contains { goes($0) }
      states[phase].isLit = members[phase].ownGroups.contains { isLit($0) }
      if states[phase].isGreen && !wasGreen { begun.insert(PhaseSet(phase: phase)) }
      if wasGreen && !states[phase].isGreen { end(phase, calls, status.mode, at: now) }
    }
    for phase in members.indices where begun.contains(phase: phase) { begin(phase, calls, at: now) }
    if isRung && program != .other { checkConcurrency(at: now) }
    if isRung && isActuated && !isPreempt { checkTurns(yellows, at: now) }
    if program == .free && status.mode == .free { checkYellows(yellows, status.greenPhases, at: now) }
    follow(calls, at: now)
  }

  /// - Returns: Groups that have just turned yellow.
  private mutating func take(_ changes: ArraySlice<IndicationChange>, at now: SimTime) -> [Int] {
    var yellows: [Int] = []
    for change in changes where change.controller == controller && change.group < shown.count {
      let went = goes(change.group)
      shown[change.group] = change.indication
      if !went && goes(change.group) { greenSince[change.group] = now }
      if change.indication == .yellow && went { yellows.append(change.group) }
    }
    return yellows
  }

  private mutating func follow(_ mode: CabinetMode, at now: SimTime) {
    let next: Program
    var settling = TimeSpan.zero
    switch mode {
    case .free: next = .free
    case .manual: next = program == .other ? .other : program
    case .preempt: next = .preempt
    case .startUp, .flash: next = .other
    case .pattern(let number):
      let pattern = patterns.first { $0.number == number }
      if case .ringBarrier = pattern?.timing { next = .pattern(number) } else { next = .other }
      settling = (pattern?.cycle ?? .zero) * 2
    }
    if next != program {
      // A preempt and what it comes from and goes to are rung alike.
      let isPreempt = next == .preempt || program == .preempt
      program = next
      if next != .free { forgetOrder() }
      if !isPreempt || next == .other {
        isRung = false
        rungFrom = settling > .zero ? now + settling : .distantFuture
      }
    }
    if now >= rungFrom || areAllRed { isRung = true }
  }

  /// Who waited when a green ended was to come next in the rings' own order; what has driven the lamps since then may
  /// have had another, also where it ended no green itself.
  private mutating func forgetOrder() {
    for phase in states.indices {
      states[phase].callsAtEnd = []
      states[phase].callsSinceEnd = []
    }
  }

  private var areAllRed: Bool { shown.allSatisfy { $0 == .red } }

  private func goes(_ group: Int) -> Bool { shown[group] == .green || shown[group] == kinds[group].proceed }

  private func isLit(_ group: Int) -> Bool {
    goes(group) || shown[group] == .yellow || shown[group] == .flashingGreen
  }

  // MARK: - Rules

  private mutating func end(_ phase: Int, _ calls: PhaseSet, _ mode: CabinetMode, at now: SimTime) {
    states[phase].greenEnded = now
    // What a preempt has passed over is excused, also when it is over before the next phase begins.
    states[phase].callsAtEnd = program == .free ? calls.subtracting(omitted) : []
    states[phase].callsSinceEnd = states[phase].callsAtEnd
    lastEnded[members[phase].ring] = phase
    let green = now - states[phase].greenSince
    if isRung, isActuated, green < members[phase].minimumGreen {
      report(.shortPhase, phase, nil, at: now, measured: green, required: members[phase].minimumGreen)
    }
  }

  /// Minimum greens of phases hold where phases are timed one by one; a pretimed plan knows groups only.
  private var isActuated: Bool {
    switch program {
    case .free: return true
    case .preempt, .other: return false
    case .pattern(let number):
      guard let pattern = patterns.first(where: { $0.number == number }) else { return false }
      if case .coordinated = pattern.operation { return true }
      return false
    }
  }

  private mutating func begin(_ phase: Int, _ calls: PhaseSet, at now: SimTime) {
    states[phase].greenSince = now
    guard isRung, program != .other else { return }
    let member = members[phase]
    for other in members.indices where other != phase && !members[other].ownGroups.isEmpty {
      let isBefore = members[other].ring == member.ring || members[other].side != member.side
      if !isBefore || states[other].isGreen { continue }
      let elapsed = now - states[other].greenEnded
      if elapsed < members[other].clearance {
        report(
          .shortPhaseClearance, phase, other, at: now, measured: elapsed, required: members[other].clearance)
      }
    }
    if program == .free { checkOrder(phase, calls, at: now) }
  }

  /// Between the last phase of the ring and this one nobody with a call was passed over, and what both show went on.
  private mutating func checkOrder(_ phase: Int, _ calls: PhaseSet, at now: SimTime) {
    guard let last = lastEnded[members[phase].ring], last != phase else { return }
    let from = members[last]
    let to = members[phase]
    if from.side == to.side && from.place < to.place {
      for other in members.indices where members[other].ring == to.ring && members[other].side == to.side {
        let isBetween = members[other].place > from.place && members[other].place < to.place
        let waited = states[last].callsSinceEnd.contains(phase: other) && calls.contains(phase: other)
        if isBetween && waited && !omitted.contains(phase: other) {
          report(.skippedCall, other, phase, at: now, measured: .zero, required: .zero)
        }
      }
    }
    // The next phase is decided when green ends; one that is called later may find its groups red.
    let isDirect =
      now - states[last].greenEnded == from.clearance && states[last].callsAtEnd.contains(phase: phase)
    for group in from.sharedGroups where isDirect && to.sharedGroups.contains(group) && goes(group) {
      if greenSince[group] > states[last].greenEnded {
        report(.yellowOnContinuing, group, phase, at: now, measured: .zero, required: .zero)
      }
    }
  }

  private mutating func checkConcurrency(at now: SimTime) {
    for phase in members.indices where states[phase].isLit {
      for other in (phase + 1)..<max(members.count, phase + 1) where states[other].isLit {
        if members[phase].side != members[other].side {
          report(.acrossBarrier, phase, other, at: now, measured: .zero, required: .zero)
        } else if members[phase].ring == members[other].ring {
          report(.twoPhasesInRing, phase, other, at: now, measured: .zero, required: .zero)
        }
      }
    }
  }

  /// A phase that the unit calls green loses none of its groups.
  private mutating func checkYellows(_ yellows: [Int], _ green: PhaseSet, at now: SimTime) {
    for group in yellows {
      for phase in members.indices where green.contains(phase: phase) {
        if members[phase].ownGroups.contains(group) || members[phase].sharedGroups.contains(group) {
          report(.yellowOnContinuing, group, phase, at: now, measured: .zero, required: .zero)
        }
      }
    }
  }

  /// The yellow trap: its driver takes the yellow for everybody's, and turns before traffic that goes on.
  private mutating func checkTurns(_ yellows: [Int], at now: SimTime) {
    for group in yellows {
      // Who begins at this instant stood until now, and nobody takes the yellow for his.
      for other in turns.oncoming(to: group) where goes(other) && greenSince[other] < now {
        report(.yellowTrap, group, other, at: now, measured: .zero, required: .zero)
      }
    }
  }

  private mutating func report(
    _ kind: SafetyViolation.Kind, _ index: Int, _ other: Int?, at time: SimTime, measured: TimeSpan,
    required: TimeSpan
  ) {
    guard violations.count < LampMonitor.maximumViolationCount else { return }
    violations.append(
      SafetyViolation(
        kind: kind, time: time, controller: controller, group: index, other: other, measured: measured,
        required: required))
  }
}
