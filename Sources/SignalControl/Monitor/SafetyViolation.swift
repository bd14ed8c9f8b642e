import TrafficModel

/// Something that a controller must never have done or shown.
public struct SafetyViolation: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Two excluded groups showed something other than red at the same time.
    case conflict
    /// A yellow (or another losing colour) was shorter than programmed.
    case shortYellow
    /// A losing colour was longer than programmed although time ran.
    case longYellow
    /// A green went to red, or to the wrong colour, without its losing colours.
    case skippedYellow
    /// A green began too soon after the green of an excluded group had ended.
    case shortClearance
    /// A green or a walk was shorter than its minimum.
    case shortGreen
    /// A vehicle group was red for less than the red revert time.
    case shortRed
    /// A permissive left turn lost its green while the opposing through traffic kept its own.
    case yellowTrap
    /// Two phases of one ring were green or yellow together.
    case twoPhasesInRing
    /// Phases on different sides of a barrier were green or yellow together.
    case acrossBarrier
    /// A phase began before its ring, or before a barrier any ring, had finished its yellow and red clearance.
    case shortPhaseClearance
    /// A phase ended before its minimum green.
    case shortPhase
    /// A group or overlap that goes on into the next phase showed yellow.
    case yellowOnContinuing
    /// A phase with a call was passed over.
    case skippedCall
    /// The lamps flash although the unit does not say so.
    case unexpectedFlash
    /// The conflict monitor tripped although nothing in the cabinet was broken.
    case monitorTrip
  }

  public var kind: Kind
  public var time: SimTime
  public var controller: ControllerID
  /// Index of the group, or of the phase for rules on phases, that did it.
  public var group: Int
  /// The other one of a conflict or a clearance.
  public var other: Int?
  public var measured: TimeSpan
  public var required: TimeSpan
  /// What happened in the last two cycles, one line each, the oldest first; filled in by the cabinet.
  public var history: [String] = []

  public init(
    kind: Kind, time: SimTime, controller: ControllerID, group: Int, other: Int? = nil,
    measured: TimeSpan = .zero, required: TimeSpan = .zero
  ) {
    self.kind = kind
    self.time = time
    self.controller = controller
    self.group = group
    self.other = other
    self.measured = measured
    self.required = required
  }

  public var description: String {
    let place = "controller index \(controller.rawValue) at \(time.seconds) s: "
    return place + sentence + (history.isEmpty ? "" : "\n" + history.joined(separator: "\n"))
  }

  private var sentence: String {
    let rival = other.map { "\($0)" } ?? "none"
    switch kind {
    case .conflict: return "group index \(group) is not red together with group index \(rival)"
    case .shortYellow:
      return "group index \(group) changed after \(measured.text), and \(required.text) is programmed"
    case .longYellow:
      return
        "group index \(group) held a losing colour for \(measured.text), and \(required.text) is programmed"
    case .skippedYellow: return "group index \(group) left out a programmed colour of \(required.text)"
    case .shortClearance:
      return """
        group index \(group) turned green \(measured.text) after the end of green of group index \(rival), and \
        \(required.text) is required
        """
    case .shortGreen:
      return "group index \(group) was green for \(measured.text), and its minimum is \(required.text)"
    case .shortRed:
      return "group index \(group) was red for \(measured.text), and red revert is \(required.text)"
    case .yellowTrap:
      return "permissive group index \(group) ended while opposing group index \(rival) stayed green"
    case .twoPhasesInRing: return "phase indices \(group) and \(rival) of one ring time together"
    case .acrossBarrier: return "phase indices \(group) and \(rival) time together across a barrier"
    case .shortPhaseClearance:
      return """
        phase index \(group) began \(measured.text) after the end of green of phase index \(rival), whose yellow \
        and red clearance are \(required.text)
        """
    case .shortPhase:
      return "phase index \(group) was green for \(measured.text), and its minimum is \(required.text)"
    case .yellowOnContinuing:
      return "group index \(group) showed yellow though phase index \(rival) continues it"
    case .skippedCall: return "phase index \(group) had a call and was passed over for phase index \(rival)"
    case .unexpectedFlash: return "the lamps flash, and the unit does not know it"
    case .monitorTrip: return "the conflict monitor tripped at group index \(group)"
    }
  }
}
