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
    var cores: [UInt64: Int] = [:]
    var calls: [UInt64: Int] = [:]
    for call in task.calls {
      var node = task.node
      node.calls = states[Int(call)]
      if let text = node.tick(rules) {
        outcome.failure = (call, text)
        return outcome
      }
      var rows = node.unit.rows(since: task.node.unit).rawValue
      while rows != 0 {
        outcome.rows[rows.trailingZeroBitCount] += 1
        rows &= rows - 1
      }
      node.rebase()
      let digest = node.coreDigest
      let core = cores[digest] ?? outcome.nodes.count
      if core == outcome.nodes.count {
        cores[digest] = core
        outcome.nodes.append((digest, node))
      }
      let state = node.calls
      let pressed = state.pressedDigest
      let key = ControllerUnit.CallState.digest(pressed: pressed, deadline: state.nextDeadline)
      let place = calls[key] ?? outcome.calls.count
      if place == outcome.calls.count {
        calls[key] = place
        outcome.calls.append((pressed, state))
      }
      outcome.targets.append(UInt64(core) << 32 | UInt64(place))
    }
    return outcome
  }
}
