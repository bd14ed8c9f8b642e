import Dispatch
import SignalControl
import Synchronization
import TrafficModel

/// Ticks of many states, done on all cores of the machine; the result does not depend on their number.
///
/// Some ticks look at no calls: nothing was due, or the rings did not move. Such a tick takes all call states of a core
/// that have one deadline to one core and one deadline, and does the same to what is pressed as any other tick that has
/// answered the same calls. So it is done on a unit for the first state of them, for the last, which must have gone the
/// same way, and where no tick is known yet that has answered the same calls.
struct TickBatch: Sendable {
  /// States of one core.
  struct Task: Sendable {
    var core: Int
    var node: SearchNode
    var calls: ArraySlice<UInt32>
  }

  /// What came of one task.
  struct Outcome: Sendable {
    /// Each once: cores and call states that were reached.
    var nodes: [(digest: UInt64, node: SearchNode)] = []
    var calls: [SettledCalls] = []
    /// States whose tick was done on a unit, and places in the lists above, the core's in the upper half.
    var ticked: [UInt32] = []
    var targets: [UInt64] = []
    /// The others.
    var groups: [Group] = []
    var rows = [Int](repeating: 0, count: 64)
    var steps = 0
    /// The state of the task that broke a rule.
    var failure: (call: UInt32, text: String)?
  }

  /// States whose tick looked at no calls.
  struct Group: Sendable {
    var deadlineBefore: SimTime
    var deadline: SimTime
    /// Place of the core that was reached.
    var node: Int
    /// Number of the core after the tick, in the task.
    var raw: Int
    var answers: UInt64
    var states: [UInt32] = []
    /// What was not known yet: what was pressed before, and then.
    var learnt: [(pressed: UInt32, calls: SettledCalls)] = []
  }

  typealias SettledCalls = (pressedDigest: UInt64, state: ControllerUnit.CallState)

  let rules: LampRules
  let states: ContiguousArray<ControllerUnit.CallState>
  let pressed: ContiguousArray<UInt32>
  /// By answers and what is pressed before: a call state with what is pressed then.
  let answered: [UInt64: ContiguousArray<UInt32>]
  let tasks: [Task]

  func run() -> [Outcome] {
    let outcomes = Mutex([Outcome](repeating: Outcome(), count: tasks.count))
    DispatchQueue.concurrentPerform(iterations: tasks.count) { place in
      var run = TaskRun(batch: self, task: tasks[place])
      run.run()
      let outcome = run.outcome
      outcomes.withLock { $0[place] = outcome }
    }
    return outcomes.withLock { $0 }
  }
}

private struct TaskRun {
  let batch: TickBatch
  let task: TickBatch.Task
  var outcome = TickBatch.Outcome()
  private var known = KnownTicks()
  private var calls: [UInt64: Int] = [:]
  /// Deadlines with which calls are looked at.
  private var looking: [SimTime] = []

  init(batch: TickBatch, task: TickBatch.Task) {
    self.batch = batch
    self.task = task
  }

  mutating func run() {
    for call in task.calls {
      let deadline = batch.states[Int(call)].nextDeadline
      if let group = outcome.groups.firstIndex(where: { $0.deadlineBefore == deadline }) {
        add(call, to: group)
      } else {
        tick(call, deadline)
      }
      if outcome.failure != nil { return }
    }
    for group in outcome.groups.indices { check(group) }
  }

  private mutating func ticked(_ call: UInt32) -> SearchNode? {
    var node = task.node
    node.calls = batch.states[Int(call)]
    outcome.steps += 1
    guard let text = node.tick(batch.rules) else { return node }
    outcome.failure = (call, text)
    return nil
  }

  private mutating func settledCalls(
    _ node: inout SearchNode, _ core: Int, _ deadline: SimTime
  ) -> TickBatch.SettledCalls {
    node.rebaseCalls(mayForget: known.mayForget[core])
    var state = node.calls
    state.nextDeadline = deadline
    return (state.pressedDigest, state)
  }

  private mutating func tick(_ call: UInt32, _ before: SimTime) {
    guard var node = ticked(call) else { return }
    let core = known.number(of: node, since: task.node, &outcome)
    let deadline = known.deadline(of: node, core)
    if !looking.contains(before) {
      if before > .zero + .tick || !node.unit.mayHaveLookedAtCalls {
        var origin = task.node
        origin.calls = batch.states[Int(call)]
        outcome.groups.append(
          TickBatch.Group(
            deadlineBefore: before, deadline: deadline, node: known.targets[core], raw: core,
            answers: origin.answers(batch.rules)))
        return add(call, to: outcome.groups.count - 1)
      }
      looking.append(before)
    }
    known.note(core, in: &outcome.rows)
    let settled = settledCalls(&node, core, deadline)
    let digest = ControllerUnit.CallState.digest(pressed: settled.pressedDigest, deadline: deadline)
    let place = calls[digest] ?? outcome.calls.count
    if place == outcome.calls.count {
      calls[digest] = place
      outcome.calls.append(settled)
    }
    outcome.ticked.append(call)
    outcome.targets.append(UInt64(known.targets[core]) << 32 | UInt64(place))
  }

  // MARK: - Ticks that look at no calls

  private mutating func add(_ call: UInt32, to group: Int) {
    outcome.groups[group].states.append(call)
    known.note(outcome.groups[group].raw, in: &outcome.rows)
    let pressed = batch.pressed[Int(call)]
    if answer(to: pressed, outcome.groups[group].answers) != nil { return }
    guard var node = ticked(call) else { return }
    let settled = settledCalls(&node, outcome.groups[group].raw, outcome.groups[group].deadline)
    outcome.groups[group].learnt.append((pressed, settled))
  }

  private func answer(to pressed: UInt32, _ answers: UInt64) -> UInt32? {
    guard let list = batch.answered[answers], pressed < list.count else { return nil }
    let call = list[Int(pressed)]
    return call == CallStates.none ? nil : call
  }

  /// The last of a group must go where all of it goes.
  private mutating func check(_ group: Int) {
    let states = outcome.groups[group]
    guard let call = states.states.last, var node = ticked(call) else { return }
    let core = known.number(of: node, since: task.node, &outcome)
    let deadline = known.deadline(of: node, core)
    let pressedDigest = settledCalls(&node, core, deadline).pressedDigest
    let pressed = batch.pressed[Int(call)]
    let expected =
      answer(to: pressed, states.answers).map { batch.states[Int($0)].pressedDigest }
      ?? states.learnt.last { $0.pressed == pressed }?.calls.pressedDigest
    if core != states.raw || deadline != states.deadline || pressedDigest != expected {
      outcome.failure = (call, "a tick has looked at calls")
    }
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

  mutating func number(of node: SearchNode, since origin: SearchNode, _ outcome: inout TickBatch.Outcome)
    -> Int
  {
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
