import TrafficModel

/// Everything that must be true of a controller unit at every change of its lamps, checked in every run.
///
/// The rules are those of NEMA TS 2 as executable sentences: of lamps (``LampMonitor``) and of rings and barriers. They
/// see what the unit shows and says, and the inputs that excuse something; they share no code with its decisions.
/// Between changes of lamps they cost nothing.
public struct Invariants: Sendable {
  private let controller: ControllerID
  private var lamps: LampMonitor
  private var phases: PhaseInvariants?
  private var isTimeStopped = false
  private var timeStoodUntil = SimTime(milliseconds: Int64.min / 4)
  private var wasPreempting = false
  private var ownViolation: SafetyViolation?

  /// - Parameters:
  ///   - data: What the controller controls and how; the invariants keep their own copy.
  ///   - id: The controller whose changes are looked at.
  ///   - network: Tells which greens let turns go that yield; without it they are not watched.
  public init(_ data: SignalController, id: ControllerID, network: Network? = nil) {
    controller = id
    lamps = LampMonitor(data, id: id)
    phases = PhaseInvariants(data, id: id, network: network)
  }

  /// Inputs that excuse what would be wrong without them.
  public mutating func note(_ input: CabinetInput, at now: SimTime) {
    if case .stopTime(let isOn) = input {
      if isTimeStopped { timeStoodUntil = now.firstTick() }
      isTimeStopped = isOn
    }
  }

  /// Phases that a command omits may be passed over while its lease runs; a command without a lease is none.
  public mutating func note(_ command: CabinetCommand, at now: SimTime) {
    guard command.lease > .zero else { return }
    let end = min(now + command.lease, .distantFuture)
    phases?.excuse(command.omit, pedestrians: command.pedestrianOmit, until: end.firstTick())
  }

  /// The unit has taken over other patterns.
  public mutating func noteDownload(_ patterns: [Pattern], at now: SimTime) {
    phases?.adopt(patterns, at: now)
  }

  /// Looks at calls, so that waits are measured from their beginning.
  public mutating func noteCalls(_ calls: PhaseSet, at now: SimTime) { phases?.noteCalls(calls, at: now) }

  /// Looks at all changes of one instant and at what the unit says after them.
  public mutating func observe(
    _ changes: ArraySlice<IndicationChange>, status: CabinetStatus, at now: SimTime
  ) {
    if changes.isEmpty { return }
    var isPreempting = status.alarms.contains(.preempt)
    if case .preempt = status.mode { isPreempting = true }
    lamps.isPreempting = isPreempting || wasPreempting
    wasPreempting = isPreempting
    lamps.timeStoodUntil = isTimeStopped ? .distantFuture : timeStoodUntil
    lamps.observe(changes, at: now)
    phases?.observe(changes, status: status, at: now)
    if lamps.isFlash && ownViolation == nil && !mayFlash(status) {
      ownViolation = SafetyViolation(kind: .unexpectedFlash, time: now, controller: controller, group: 0)
    }
  }

  private func mayFlash(_ status: CabinetStatus) -> Bool {
    switch status.mode {
    case .flash, .startUp, .preempt: true
    case .pattern, .free, .manual: !status.alarms.isDisjoint(with: [.monitorFlash, .localFlash])
    }
  }

  /// The first that was found, if any.
  public var firstViolation: SafetyViolation? {
    lamps.firstViolation ?? phases?.violations.first ?? ownViolation
  }

  /// What was found, rules on lamps first; bounded.
  public var violations: [SafetyViolation] {
    lamps.violations + (phases?.violations ?? []) + (ownViolation.map { [$0] } ?? [])
  }

  /// By phase index: the longest that a call has waited for green, calls that still wait included; empty for a
  /// controller without phases.
  public func longestWaits(at now: SimTime) -> [TimeSpan] { phases?.longestWaits(at: now) ?? [] }
}
