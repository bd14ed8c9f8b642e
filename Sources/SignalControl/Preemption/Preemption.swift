import TrafficModel

/// The preempts of a unit: who has the right of way, and what the phase sequencer must do for it.
///
/// Theory of operation. Every preempt has its own call timer; at most one of them is *active*. The table is complete.
///
/// | Stage        | Event                                                                | Next stage        |
/// |--------------|----------------------------------------------------------------------|-------------------|
/// | idle         | a call                                                               | delay             |
/// | delay        | the call ends, and the preempt does not lock                         | idle              |
/// | delay        | the delay is over                                                    | waiting           |
/// | waiting      | no preempt that goes first is active or waiting                      | entry             |
/// | waiting      | the call ends, and the preempt does not lock                         | idle              |
/// | entry        | just the track phases are green                                      | track             |
/// | entry        | no track phases, and just the dwell phases are green (all is red where the dwell flashes) | dwell |
/// | track        | the track clearance green is over                                    | clearing          |
/// | clearing     | just the dwell phases are green; all is red where the dwell flashes   | dwell             |
/// | dwell        | no call, minimum dwell and minimum duration over                     | exit              |
/// | dwell        | the call has lasted longer than the maximum presence: a fault        | exit; idle until the call drops |
/// | exit         | a new call whose delay is over                                       | entry             |
/// | exit         | the exit phases are green, or there are none                         | idle              |
/// | entry … exit | a preempt that goes first waits                                      | idle, or waiting while the call stands; the other one enters |
///
/// Rail goes before emergency, then the lower number. A preempt that has lost the right of way to another one enters
/// anew, with its own track clearance, when that one leaves its dwell and it is still called (or locks); then the
/// other's exit phases are left out.
///
/// On entry everything else is omitted and forced off. Greens of the unit end after `Preempt.minimumGreen`, walks
/// and pedestrian clearances as ``PreemptCut`` allows; yellow and red clearance are the interlock's and are never
/// cut. Nothing here touches a lamp.
///
/// A command calls emergency preempts only. It never calls, delays or cancels a rail preempt.
public struct Preemption: Sendable, Hashable {
  /// What the active preempt is doing.
  public enum Stage: UInt8, Sendable, Hashable {
    case entry
    case track
    case clearing
    case dwell
    case exit
  }

  struct Call: Sendable, Hashable {
    /// Whether the input, and the command, ask for it.
    var hasInput = false
    var isCommanded = false
    /// Since when it has been called without a break; the distant future: it is not.
    var since = SimTime.distantFuture
    /// When its delay is over, or was; the distant future: nobody waits for it to enter.
    var due = SimTime.distantFuture
    /// A call that was on for longer than its maximum presence counts no more, until it drops.
    var isFaulty = false

    var isOn: Bool { (hasInput || isCommanded) && !isFaulty }
  }

  /// What the machine sees of the sequencer and the lamps.
  public struct View: Sendable, Hashable {
    /// Phases that are green in their rings.
    public var green: PhaseSet
    /// Whether a ring is between two phases.
    public var isChanging: Bool

    public init(green: PhaseSet, isChanging: Bool) {
      self.green = green
      self.isChanging = isChanging
    }
  }

  let plan: PreemptionPlan
  var calls: ContiguousArray<Call>
  var active: Int?
  public internal(set) var stage = Stage.entry
  var enteredAt = Interlock.longAgo
  /// When the present stage began.
  var stageStart = Interlock.longAgo
  public internal(set) var nextDeadline = SimTime.distantFuture

  public init(_ plan: PreemptionPlan) {
    self.plan = plan
    calls = ContiguousArray(repeating: Call(), count: plan.entries.count)
  }

  // MARK: - Getters

  /// Whether a preempt has the right of way or is taking or giving it back.
  public var isActive: Bool { active != nil }
  /// The number of the active preempt.
  public var activeNumber: Int? { active.map { plan.entries[$0].number } }
  /// A call has lasted longer than it may.
  public var hasPresenceFault: Bool { calls.contains { $0.isFaulty } }
  /// All lamps are to flash.
  public var wantsFlash: Bool {
    guard let active, plan.entries[active].flashes else { return false }
    return stage == .dwell
  }

  /// When a rail preempt has the right of way or should take it; the distant future: never.
  var railDeadline: SimTime {
    if let active, plan.entries[active].isRail { return Interlock.longAgo }
    var first = SimTime.distantFuture
    for index in calls.indices where plan.entries[index].isRail { first = min(first, calls[index].due) }
    return first
  }

  func isRailDue(at tick: SimTime) -> Bool { railDeadline <= tick }

  /// What the entry may cut; `nil` when nothing may be cut.
  public var cut: PreemptCut? {
    guard let active, stage == .entry else { return nil }
    return plan.entries[active].cut
  }

  // MARK: - Inputs

  /// The input of preempt `number` changes; it acts with the next advance. Until then an input counts as
  /// one that does not call, also one that is fail-safe.
  public mutating func setInput(
    _ number: Int, isEnergised: Bool, at tick: SimTime, into events: inout ControllerEventRecorder
  ) {
    for index in calls.indices where plan.entries[index].number == number {
      let isCalled = isEnergised != plan.entries[index].isFailSafe
      change(index, at: tick, into: &events) { $0.hasInput = isCalled }
    }
  }

  /// The command in force calls these emergency preempts: bit `n − 1` stands for number `n`.
  public mutating func setCommand(
    _ emergencyCalls: UInt32, at tick: SimTime, into events: inout ControllerEventRecorder
  ) {
    for index in calls.indices where !plan.entries[index].isRail {
      let bit = plan.entries[index].number - 1
      let isCalled = bit >= 0 && bit < 32 && emergencyCalls & (1 << UInt32(bit)) != 0
      if calls[index].isCommanded != isCalled {
        change(index, at: tick, into: &events) { $0.isCommanded = isCalled }
      }
    }
  }

  /// Which bits of a command's calls name a rail preempt, or none at all.
  public func refusals(of emergencyCalls: UInt32) -> [CommandRefusal] {
    guard emergencyCalls != 0 else { return [] }
    var result: [CommandRefusal] = []
    for bit in 0..<32 where emergencyCalls & (1 << UInt32(bit)) != 0 {
      let named = plan.entries.filter { $0.number == bit + 1 }
      if named.isEmpty {
        result.append(.unknownPreempt(bit + 1))
      } else if named.contains(where: \.isRail) {
        result.append(.railPreempt(bit + 1))
      }
    }
    return result
  }

  private mutating func change(
    _ index: Int, at tick: SimTime, into events: inout ControllerEventRecorder, _ edit: (inout Call) -> Void
  ) {
    let wasOn = calls[index].hasInput || calls[index].isCommanded
    edit(&calls[index])
    let isOn = calls[index].hasInput || calls[index].isCommanded
    guard isOn != wasOn else { return }
    events.record(isOn ? .preemptCallOn : .preemptCallOff, plan.entries[index].number, at: tick)
    if isOn {
      calls[index].since = tick
      // A call that comes back while it is being served goes on being served.
      if active != index || stage == .exit { calls[index].due = tick + plan.entries[index].delay }
    } else {
      calls[index].since = .distantFuture
      calls[index].isFaulty = false
      if !plan.entries[index].isLocking { calls[index].due = .distantFuture }
    }
    nextDeadline = min(nextDeadline, tick)
  }
}
