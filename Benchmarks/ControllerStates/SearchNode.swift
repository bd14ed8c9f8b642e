import SignalControl
import TrafficModel

/// A state while it is looked at: a unit that stands at time zero, and the lamps that the street has seen of it.
///
/// It is a *core* with a *call state*: the core is all but what detectors and push buttons change.
struct SearchNode {
  private(set) var unit: ControllerUnit
  private var watch: LampWatch

  init(_ unit: ControllerUnit, _ watch: LampWatch) {
    self.unit = unit
    self.watch = watch
    settle()
  }

  /// Does an act.
  mutating func act(_ act: SearchAct) {
    perform(act)
    settle()
  }

  /// Does an act that only adds a call.
  mutating func call(_ act: SearchAct) {
    perform(act)
    unit.settleCalls()
  }

  /// Lets a tick pass.
  /// - Returns: Which rule the lamps have broken; `nil` if none.
  mutating func tick(_ rules: LampRules) -> String? {
    var changes: ContiguousArray<IndicationChange> = []
    unit.advance(to: .zero + .tick, into: &changes)
    return watch.observe(changes, rules)
  }

  /// After a tick: it is zero again.
  mutating func rebase() {
    unit.rebase(by: .tick)
    settle()
  }

  /// After a tick: as ``rebase()``, of the calls alone and without the deadline.
  mutating func rebaseCalls(mayForget: Bool) { unit.rebaseCalls(by: .tick, mayForget: mayForget) }

  /// What a tick does to call states, if it does not look at them.
  func answers(_ rules: LampRules) -> UInt64 {
    var before = self
    before.unit.callEverybody()
    var after = before
    _ = after.tick(rules)
    var digest = StateDigest()
    after.unit.feedAnswers(since: before.unit, into: &digest)
    return digest.value
  }

  private mutating func perform(_ act: SearchAct) {
    for input in act.inputs { unit.handle(input, at: .zero) }
    if let command = act.command { unit.apply(command, at: .zero) }
  }

  /// Brings the unit to its place among the states: what cannot matter is forgotten.
  private mutating func settle() {
    unit.restartClocks()
    unit.forgetPast()
  }

  // MARK: - Core and calls

  var calls: ControllerUnit.CallState {
    get { unit.callState }
    set { unit.callState = newValue }
  }

  var coreDigest: UInt64 {
    var digest = StateDigest()
    watch.feed(into: &digest)
    unit.feedAllButCalls(into: &digest)
    return digest.value
  }

  /// Of what decides what a call does to the call state.
  var callContext: UInt64 {
    var digest = StateDigest()
    unit.feedCallContext(into: &digest)
    return digest.value
  }

  var fingerprint: UInt64 { Self.fingerprint(core: coreDigest, calls: calls.digest) }

  static func fingerprint(core: UInt64, calls: UInt64) -> UInt64 {
    var digest = StateDigest()
    digest.combine(core, calls)
    return digest.value
  }
}

extension ControllerUnit.CallState {
  /// Of all but the deadline.
  var pressedDigest: UInt64 {
    var digest = StateDigest()
    feed(into: &digest)
    return digest.value
  }

  var digest: UInt64 { Self.digest(pressed: pressedDigest, deadline: nextDeadline) }

  static func digest(pressed: UInt64, deadline: SimTime) -> UInt64 {
    var digest = StateDigest()
    digest.combine(pressed, UInt64(bitPattern: deadline.milliseconds))
    return digest.value
  }
}
