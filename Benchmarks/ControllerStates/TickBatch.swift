import Dispatch
import SignalControl
import Synchronization
import TrafficModel

/// Ticks of many states, done on all cores of the machine; the result does not depend on their number.
struct TickBatch: Sendable {
  /// States of one core.
  struct Task: Sendable {
    var core: Int
    var node: SearchNode
    var calls: ArraySlice<UInt32>
  }

  /// What came of one task.
  struct Outcome: Sendable {
    var core = 0
    /// Each once: cores and call states that were reached.
    var nodes: [(digest: UInt64, node: SearchNode)] = []
    var calls: [(pressedDigest: UInt64, state: ControllerUnit.CallState)] = []
    /// By state of the task: places in the lists above, the core's in the upper half.
    var targets: [UInt64] = []
    var rows = [Int](repeating: 0, count: 64)
    /// The state of the task that broke a rule.
    var failure: (call: UInt32, text: String)?
  }

  let rules: LampRules
  let states: ContiguousArray<ControllerUnit.CallState>
  let tasks: [Task]

  func run() -> [Outcome] {
    let outcomes = Mutex([Outcome](repeating: Outcome(), count: tasks.count))
    DispatchQueue.concurrentPerform(iterations: tasks.count) { place in
      let outcome = run(tasks[place])
      outcomes.withLock { $0[place] = outcome }
    }
    return outcomes.withLock { $0 }
  }

  private func run(_ task: Task) -> Outcome {
    var outcome = Outcome(core: task.core)
    outcome.targets.reserveCapacity(task.calls.count)
    var known = KnownTicks()
    var calls: [UInt64: Int] = [:]
    for call in task.calls {
      var node = task.node
      node.calls = states[Int(call)]
      if let text = node.tick(rules) {
        outcome.failure = (call, text)
        return outcome
      }
      let core = known.number(of: node, since: task.node, &outcome)
      known.note(core, in: &outcome.rows)
      let deadline = known.deadline(of: node, core)
      node.rebaseCalls(mayForget: known.mayForget[core])
      var state = node.calls
      state.nextDeadline = deadline
      let pressed = state.pressedDigest
      let digest = ControllerUnit.CallState.digest(pressed: pressed, deadline: deadline)
      let place = calls[digest] ?? outcome.calls.count
      if place == outcome.calls.count {
        calls[digest] = place
        outcome.calls.append((pressed, state))
      }
      outcome.targets.append(UInt64(known.targets[core]) << 32 | UInt64(place))
    }
    return outcome
  }
}

/// What has come of the ticks of one core so far, known by what the core was after the tick and before it was rebased and
/// settled: equal cores are settled only once. Calls are settled each time, because that is quick.
private struct KnownTicks {
  private var numbers: [UInt64: Int] = [:]
  private var settled: [UInt64: Int] = [:]
  /// By number of a core after the tick: its place among the outcome's nodes.
  private(set) var targets: [Int] = []
  private(set) var mayForget: [Bool] = []
  private var rows: [TransitionRows] = []
  /// By number of a core after the tick: deadlines before and after it was settled.
  private var deadlines: [[(before: SimTime, after: SimTime)]] = []

  mutating func number(of node: SearchNode, since origin: SearchNode, _ outcome: inout TickBatch.Outcome) -> Int {
    let digest = node.coreDigest
    if let number = numbers[digest] { return number }
    let number = targets.count
    numbers[digest] = number
    rows.append(node.unit.rows(since: origin.unit))
    mayForget.append(node.unit.mayForget)
    deadlines.append([])
    var copy = node
    copy.rebase()
    let settledDigest = copy.coreDigest
    let place = settled[settledDigest] ?? outcome.nodes.count
    if place == outcome.nodes.count {
      settled[settledDigest] = place
      outcome.nodes.append((settledDigest, copy))
    }
    targets.append(place)
    return number
  }

  /// The deadline of a unit after it is settled, which only its core and its deadline decide.
  mutating func deadline(of node: SearchNode, _ core: Int) -> SimTime {
    let before = node.unit.nextDeadline
    for known in deadlines[core] where known.before == before { return known.after }
    var copy = node
    copy.rebase()
    let after = copy.unit.nextDeadline
    deadlines[core].append((before, after))
    return after
  }

  func note(_ core: Int, in counts: inout [Int]) {
    var taken = rows[core].rawValue
    while taken != 0 {
      counts[taken.trailingZeroBitCount] += 1
      taken &= taken - 1
    }
  }
}
