import SignalControl
import TrafficModel

/// A state while it is looked at: a unit that stands at time zero, and the lamps that the street has seen of it.
struct SearchNode {
  private(set) var unit: ControllerUnit
  private var watch: LampWatch
  /// Place of the command in force among the acts; `nil`: none of them.
  private(set) var command: Int?

  init(_ unit: ControllerUnit, _ watch: LampWatch, command: Int?) {
    self.unit = unit
    self.watch = watch
    self.command = command
    settle()
  }

  /// Does the act with that number.
  mutating func act(_ number: Int, _ act: SearchAct) {
    perform(number, act)
    settle()
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

  private mutating func perform(_ number: Int, _ act: SearchAct) {
    for input in act.inputs { unit.handle(input, at: .zero) }
    guard let command = act.command else { return }
    unit.apply(command, at: .zero)
    self.command = number
  }

  /// Brings the unit to its place among the states: what cannot matter is forgotten.
  private mutating func settle() {
    unit.restartClocks()
    unit.forgetPast()
  }

  // MARK: - Fingerprints

  var fingerprint: UInt64 {
    var digest = digestWithoutCalls
    unit.feedCalls(into: &digest)
    return digest.value
  }

  private var digestWithoutCalls: StateDigest {
    var digest = StateDigest()
    watch.feed(into: &digest)
    unit.feedAllButCalls(into: &digest)
    return digest
  }

  /// Does each of several calls by itself; the node is as before afterwards.
  /// - Parameters:
  ///   - numbers: Of acts that only add a call.
  ///   - found: Gets the number, and the fingerprint and the vector of calls of the node after the act.
  mutating func tryCalls(
    _ numbers: Range<Int>, of acts: [SearchAct], found: (Int, UInt64, UInt32) -> Void
  ) {
    if numbers.isEmpty { return }
    let calls = unit.callState
    let unchanged = digestWithoutCalls
    for number in numbers {
      perform(number, acts[number])
      unit.settleCalls()
      var digest = unchanged
      unit.feedCalls(into: &digest)
      found(number, digest.value, unit.callVector)
      unit.callState = calls
    }
  }
}
