import TrafficModel

/// Something that the lamps of a controller must never have shown.
public struct SafetyViolation: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Two excluded groups showed something other than red at the same time.
    case conflict
    /// A yellow (or another losing colour) was shorter than programmed.
    case shortYellow
    /// A green went to red, or to the wrong colour, without its losing colours.
    case skippedYellow
    /// A green began too soon after the green of an excluded group had ended.
    case shortClearance
  }

  public var kind: Kind
  public var time: SimTime
  public var controller: ControllerID
  /// Index of the group that did it.
  public var group: Int
  /// The other group of a conflict or a clearance.
  public var other: Int?
  public var measured: TimeSpan
  public var required: TimeSpan

  public var description: String {
    let place = "controller index \(controller.rawValue) at \(time.seconds) s: group index \(group)"
    switch kind {
    case .conflict: return "\(place) is not red together with group index \(other ?? -1)"
    case .shortYellow: return "\(place) changed after \(measured.text), and \(required.text) is programmed"
    case .skippedYellow: return "\(place) left out a programmed colour of \(required.text)"
    case .shortClearance:
      return """
        \(place) turned green \(measured.text) after the end of green of group index \(other ?? -1), and \
        \(required.text) is required
        """
    }
  }
}

/// A second pair of eyes, like a malfunction management unit: it sees lamps and time only.
///
/// It has its own copy of the signal data and shares no code with the interlock, so that a mistake there shows
/// here. Pairs that merely yield are none of its business.
public struct LampMonitor: Sendable {
  /// Bound on the list of violations; a broken controller repeats itself.
  public static let maximumViolationCount = 100

  private struct Seen: Sendable {
    var colour = Indication.red
    var since = SimTime(milliseconds: Int64.min / 4)
    var lastGreenEnd = SimTime(milliseconds: Int64.min / 4)
  }

  private let controller: ControllerID
  private let groupCount: Int
  /// Colours that must follow green, by group.
  private let afterGreen: [[TimedIndication]]
  /// By `ending · groupCount + starting`; `nil` where the pair is not excluded.
  private let requiredIntergreen: [TimeSpan?]
  private var seen: [Seen]
  public private(set) var violations: [SafetyViolation] = []

  public init(_ data: SignalController, id: ControllerID) {
    controller = id
    groupCount = data.groups.count
    var rules: [TimeSpan?] = []
    for ending in data.groups.indices {
      for starting in data.groups.indices {
        let mayNotMeet = data.conflicts[ending, starting] == .excluded
        rules.append(mayNotMeet ? data.intergreens[ending, starting] : nil)
      }
    }
    requiredIntergreen = rules
    afterGreen = data.groups.map { group in group.losing.filter { $0.duration > .zero } }
    seen = Array(repeating: Seen(), count: data.groups.count)
  }

  public var firstViolation: SafetyViolation? { violations.first }

  /// Looks at all changes of one instant; those of other controllers do not matter.
  public mutating func observe(_ changes: ArraySlice<IndicationChange>, at time: SimTime) {
    for change in changes where change.controller == controller && change.group < groupCount {
      checkSequence(change, at: time)
      if change.indication == .green { checkClearance(of: change.group, at: time) }
      if seen[change.group].colour == .green { seen[change.group].lastGreenEnd = time }
      seen[change.group].colour = change.indication
      seen[change.group].since = time
    }
    // Only now has the instant its final look.
    for change in changes where change.controller == controller && change.group < groupCount {
      checkConflicts(of: change.group, at: time)
    }
  }

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
      if measured < required {
        report(.shortClearance, group, other, at: time, measured: measured, required: required)
      }
    }
  }

  private mutating func checkSequence(_ change: IndicationChange, at time: SimTime) {
    let group = change.group
    let rule = afterGreen[group]
    let previous = seen[group]
    if previous.colour == .green, change.indication != .green, let first = rule.first,
      first.indication != change.indication
    {
      report(.skippedYellow, group, nil, at: time, measured: .zero, required: first.duration)
    }
    // A losing colour that was shown must have been shown in full, and the next one must follow.
    guard let position = rule.firstIndex(where: { $0.indication == previous.colour }),
      previous.lastGreenEnd > SimTime(milliseconds: Int64.min / 8), previous.colour != .green
    else { return }
    let shown = time - previous.since
    if shown < rule[position].duration {
      report(.shortYellow, group, nil, at: time, measured: shown, required: rule[position].duration)
    }
    if position + 1 < rule.count, rule[position + 1].indication != change.indication {
      report(.skippedYellow, group, nil, at: time, measured: .zero, required: rule[position + 1].duration)
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
