import TrafficModel

/// The invariants of lamps: an exact checker of every change that the unit commands.
///
/// It has its own copy of the signal data and shares no code with the interlock, so that a mistake there shows
/// here. Where the ``ConflictMonitor`` knows the coarse limits of a cabinet's hardware, this one knows the programmed
/// times to the tick. Pairs that merely yield are none of its business, and flash of all lamps is legitimate.
public struct LampMonitor: Sendable {
  /// Bound on the list of violations; a broken controller repeats itself.
  public static let maximumViolationCount = 100
  private static let longAgo = SimTime(milliseconds: Int64.min / 4)

  private struct Seen: Sendable {
    var colour = Indication.red
    /// What it shows once the instant is over.
    var final = Indication.red
    var since = LampMonitor.longAgo
    var greenSince = LampMonitor.longAgo
    var lastGreenEnd = LampMonitor.longAgo
    /// By how much a preempt has cut the pedestrian clearance after its last green.
    var cut = TimeSpan.zero
    /// A preempt was in force at some time of its present clearance, so its end may come early after the preempt too.
    var wasPreempted = false
  }

  private struct Rule: Sendable {
    var isVehicle: Bool
    var proceed: Indication
    /// Colours that must follow green.
    var losing: [TimedIndication]
    var minimumGreen: TimeSpan
    /// What a preempt may cut the minimum green (or walk) and the pedestrian clearance to.
    var preemptedGreen: TimeSpan
    var preemptedClearance: TimeSpan
    /// What may be added to the pedestrian clearance.
    var longestExtension: TimeSpan
    var minimumRed: TimeSpan
    /// For a flashing yellow arrow: the opposing groups that must end with it.
    var opposing: [Int]
  }

  private let controller: ControllerID
  private let groupCount: Int
  private let rules: [Rule]
  /// By `ending · groupCount + starting`; `nil` where the pair is not excluded.
  private let requiredIntergreen: [TimeSpan?]
  private let hasPreempts: Bool
  private var seen: [Seen]
  /// Groups that look as in flash.
  private var flashingCount = 0
  public private(set) var violations: [SafetyViolation] = []
  /// Whether a preempt is in force, which may cut pedestrian times; `nil` where nobody tells.
  public var isPreempting: Bool?
  /// The last moment at which stop time was on; until then a colour may last longer. The distant future, the
  /// default, where nobody tells.
  public var timeStoodUntil = SimTime.distantFuture

  public init(_ data: SignalController, id: ControllerID) {
    controller = id
    groupCount = data.groups.count
    hasPreempts = !data.preempts.isEmpty
    var pairs: [TimeSpan?] = []
    for ending in data.groups.indices {
      for starting in data.groups.indices {
        let mayNotMeet = data.conflicts[ending, starting] == .excluded
        pairs.append(mayNotMeet ? data.intergreens[ending, starting] : nil)
      }
    }
    requiredIntergreen = pairs
    rules = data.groups.indices.map { Self.rule(of: $0, data) }
    seen = Array(repeating: Seen(), count: data.groups.count)
  }

  private static func rule(of index: Int, _ data: SignalController) -> Rule {
    let group = data.groups[index]
    let isVehicle = group.kind == .vehicle
    let owners = data.phases.filter { $0.pedestrianGroup == index }
    var rule = Rule(
      isVehicle: isVehicle, proceed: group.proceed, losing: group.losing.filter { $0.duration > .zero },
      minimumGreen: group.minimumGreen, preemptedGreen: group.minimumGreen,
      preemptedClearance: TimeSpan(milliseconds: Int64.max / 8),
      longestExtension: owners.map(\.pedestrians.extendedClearance).max() ?? .zero,
      minimumRed: isVehicle ? min(data.options.redRevert, .redRevert) : .zero, opposing: [])
    for preempt in data.preempts {
      let least = (isVehicle ? preempt.minimumGreen : preempt.minimumWalk) ?? group.minimumGreen
      rule.preemptedGreen = min(rule.preemptedGreen, least)
      if let clearance = preempt.pedestrianClearance, !isVehicle {
        rule.preemptedClearance = min(rule.preemptedClearance, clearance)
      }
    }
    for overlap in data.overlaps where overlap.group == index && overlap.kind == .flashingYellowArrow {
      for phase in overlap.includedPhases where data.phases.indices.contains(phase) {
        rule.opposing += data.phases[phase].groups.filter { $0 != index && data.groups.indices.contains($0) }
      }
    }
    return rule
  }

  public var firstViolation: SafetyViolation? { violations.first }

  /// Whether all lamps flash: vehicle groups yellow or red, pedestrian groups dark.
  public var isFlash: Bool { flashingCount == groupCount && groupCount > 0 }

  /// Looks at all changes of one instant; those of other controllers do not matter.
  public mutating func observe(_ changes: ArraySlice<IndicationChange>, at time: SimTime) {
    let wasFlash = isFlash
    for change in changes where concerns(change) { foresee(change) }
    let isExempt = wasFlash || isFlash
    if mayCut { notePreemption() }
    for change in changes where concerns(change) {
      let group = change.group
      if !isExempt {
        checkSequence(change, at: time)
        checkLeastTimes(change, at: time)
        if goes(change.indication, group) && !goes(seen[group].colour, group) {
          checkClearance(of: group, at: time)
        }
      }
      if goes(seen[group].colour, group) && !goes(change.indication, group) {
        seen[group].lastGreenEnd = time
        seen[group].cut = .zero
        seen[group].wasPreempted = mayCut
        if !isExempt { checkYellowTrap(group, at: time) }
      }
      if change.indication == .red && seen[group].colour != .red { noteCut(of: group, at: time) }
      if goes(change.indication, group) { seen[group].greenSince = time }
      seen[group].colour = change.indication
      seen[group].since = time
    }
    // Only now has the instant its final look.
    if isFlash { return }
    for change in changes where concerns(change) { checkConflicts(of: change.group, at: time) }
  }

  private func concerns(_ change: IndicationChange) -> Bool {
    change.controller == controller && change.group < groupCount
  }

  private func goes(_ colour: Indication, _ group: Int) -> Bool {
    colour == .green || colour == rules[group].proceed
  }

  private mutating func foresee(_ change: IndicationChange) {
    let group = change.group
    flashingCount -= looksFlashing(seen[group].final, group) ? 1 : 0
    seen[group].final = change.indication
    flashingCount += looksFlashing(change.indication, group) ? 1 : 0
  }

  private func looksFlashing(_ colour: Indication, _ group: Int) -> Bool {
    rules[group].isVehicle ? colour == .flashingRed || colour == .flashingYellow : colour == .dark
  }

  /// Pedestrian times may be cut only by a preempt.
  private var mayCut: Bool { isPreempting ?? hasPreempts }

  /// Clearances that are being shown may be cut from now on, and end cut when the preempt is over.
  private mutating func notePreemption() {
    for group in 0..<groupCount where !rules[group].isVehicle && !goes(seen[group].colour, group) {
      seen[group].wasPreempted = true
    }
  }

  /// The clearances after a pedestrian clearance that a preempt has cut begin that much earlier.
  private mutating func noteCut(of group: Int, at time: SimTime) {
    guard mayCut || seen[group].wasPreempted, !rules[group].isVehicle, seen[group].lastGreenEnd > Self.longAgo
    else { return }
    let programmed = rules[group].losing.reduce(TimeSpan.zero) { $0 + $1.duration }
    let most = max(programmed - max(rules[group].preemptedClearance, .zero), .zero)
    seen[group].cut = min(max(programmed - (time - seen[group].lastGreenEnd), .zero), most)
  }

  // MARK: - Rules

  private mutating func checkConflicts(of group: Int, at time: SimTime) {
    guard isLit(group) else { return }
    for other in 0..<groupCount
    where requiredIntergreen[group * groupCount + other] != nil && isLit(other) {
      report(.conflict, group, other, at: time, measured: .zero, required: .zero)
    }
  }

  /// Red-yellow still tells everybody to stop.
  private func isLit(_ group: Int) -> Bool {
    switch seen[group].colour {
    case .red, .dark, .redYellow: false
    case .green, .flashingGreen, .yellow, .flashingYellow, .flashingRed: true
    }
  }

  private mutating func checkClearance(of group: Int, at time: SimTime) {
    for other in 0..<groupCount {
      guard let required = requiredIntergreen[other * groupCount + group] else { continue }
      let measured = time - seen[other].lastGreenEnd
      if measured < required - seen[other].cut {
        report(.shortClearance, group, other, at: time, measured: measured, required: required)
      }
    }
  }

  private mutating func checkYellowTrap(_ group: Int, at time: SimTime) {
    // Who begins at this instant stood until now, and nobody takes the yellow for his.
    for other in rules[group].opposing
    where goes(seen[other].final, other) && goes(seen[other].colour, other) && seen[other].greenSince < time {
      report(.yellowTrap, group, other, at: time, measured: .zero, required: .zero)
    }
  }

  private mutating func checkLeastTimes(_ change: IndicationChange, at time: SimTime) {
    let group = change.group
    let previous = seen[group]
    if goes(previous.colour, group), !goes(change.indication, group) {
      let required = mayCut ? rules[group].preemptedGreen : rules[group].minimumGreen
      let shown = time - previous.greenSince
      if shown < required {
        report(.shortGreen, group, nil, at: time, measured: shown, required: required)
      }
    }
    if previous.colour == .red, change.indication != .red, previous.lastGreenEnd > Self.longAgo {
      let shown = time - previous.since
      if shown < rules[group].minimumRed {
        report(.shortRed, group, nil, at: time, measured: shown, required: rules[group].minimumRed)
      }
    }
  }

  private mutating func checkSequence(_ change: IndicationChange, at time: SimTime) {
    let group = change.group
    let rule = rules[group]
    let previous = seen[group]
    let wasGreen = goes(previous.colour, group)
    let mayBeLeftOut = mayCut && !rule.isVehicle && rule.preemptedClearance == .zero
    if wasGreen, !goes(change.indication, group), let first = rule.losing.first,
      first.indication != change.indication, !mayBeLeftOut
    {
      report(.skippedYellow, group, nil, at: time, measured: .zero, required: first.duration)
    }
    // A losing colour that was shown must have been shown in full, and the next one must follow.
    guard !wasGreen, previous.lastGreenEnd > Self.longAgo,
      let position = rule.losing.firstIndex(where: { $0.indication == previous.colour })
    else { return }
    let shown = time - previous.since
    let programmed = rule.losing[position].duration
    let least =
      (mayCut || previous.wasPreempted) && !rule.isVehicle
      ? min(programmed, rule.preemptedClearance) : programmed
    if shown < least {
      report(.shortYellow, group, nil, at: time, measured: shown, required: least)
    }
    if shown >= programmed + rule.longestExtension + .tick, previous.since > timeStoodUntil {
      report(.longYellow, group, nil, at: time, measured: shown, required: programmed)
    }
    if position + 1 < rule.losing.count, rule.losing[position + 1].indication != change.indication,
      !mayBeLeftOut
    {
      report(
        .skippedYellow, group, nil, at: time, measured: .zero, required: rule.losing[position + 1].duration)
    }
  }

  private mutating func report(
    _ kind: SafetyViolation.Kind, _ group: Int, _ other: Int?, at time: SimTime, measured: TimeSpan,
    required: TimeSpan
  ) {
    guard violations.count < Self.maximumViolationCount else { return }
    violations.append(
      SafetyViolation(
        kind: kind, time: time, controller: controller, group: group, other: other, measured: measured,
        required: required))
  }
}
