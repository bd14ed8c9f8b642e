import SignalControl
import TestSupport
import TrafficModel

/// Breadth-first search over the values of a controller unit, each with the lamps that the street has seen.
///
/// A unit is several kilobytes, so no state keeps its own: known are the hash, from which state it was first reached, and
/// by which act. States have numbers in the order in which they were found, so that a level is a range of numbers and the
/// ancestors of a level's states come in order too. Going through a level it keeps the units along one path from the root,
/// and makes anew what differs from the path before: few steps, because neighbours share most of their way.
struct StateSearch {
  struct Node {
    var unit: ControllerUnit
    var watch: LampWatch
  }

  struct Act {
    var name: String
    var inputs: [CabinetInput] = []
    var command: CabinetCommand?

    /// A detector or a push button: it only adds a call.
    var isCall: Bool { !inputs.isEmpty && inputs.allSatisfy { Self.isCall($0) } }

    private static func isCall(_ input: CabinetInput) -> Bool {
      switch input {
      case .detector, .pushButton: true
      default: false
      }
    }
  }

  let rules: LampRules
  let acts: [Act]
  private var seen = FingerprintSet()
  /// By number of state; the root has number 0 and is its own parent.
  private var parents: ContiguousArray<UInt32> = []
  private var actsOfStates: ContiguousArray<UInt8> = []
  /// From the root to the state that is expanded.
  private var path: [(state: Int, node: Node)] = []
  /// States whose acts have not all been tried yet.
  private var level = 0..<0
  private(set) var transitions = 0
  private(set) var replays = 0
  private(set) var depth = 0
  private(set) var largestLevel = 0
  private(set) var rowCounts = [Int](repeating: 0, count: 64)
  private(set) var vectors: Set<UInt32> = []
  private(set) var failure: (text: String, trace: [String])?

  var states: Int { seen.count }
  var isComplete: Bool { level.isEmpty && failure == nil }

  /// - Returns: `nil` for a controller that cannot be searched.
  init?(_ data: SignalController, acts: [Act]) {
    guard let rules = LampRules(data), acts.count < Int(UInt8.max),
      var unit = try? ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    else { return nil }
    self.rules = rules
    self.acts = acts
    unit.apply(Self.free, at: .zero)
    var changes: ContiguousArray<IndicationChange> = []
    unit.start(at: .zero, into: &changes)
    var node = Node(unit: unit, watch: LampWatch(rules))
    if let text = node.watch.observe(changes, rules) { failure = (text, ["start"]) }
    settle(&node, isTick: false)
    add(node, parent: 0, act: 0)
    path = [(0, node)]
    level = 0..<1
  }

  static let free = CabinetCommand(program: .free, lease: SimTime.distantFuture - .zero)

  // MARK: - Search

  /// Searches until nothing new is found, until there are `limit` states, or until something is wrong.
  mutating func run(limit: Int, progress: (StateSearch) -> Void) {
    while !level.isEmpty && failure == nil && states < limit {
      largestLevel = max(largestLevel, level.count)
      for state in level {
        expand(state)
        if failure != nil { return }
        if states >= limit {
          level = (state + 1)..<states
          return
        }
      }
      level = level.upperBound..<states
      depth += 1
      progress(self)
    }
  }

  /// The unit of a state of the present level.
  private mutating func node(of state: Int) -> Node {
    var missing: [Int] = []
    var ancestor = state
    var place = depth
    while place >= path.count || path[place].state != ancestor {
      missing.append(ancestor)
      ancestor = Int(parents[ancestor])
      place -= 1
    }
    path.removeLast(path.count - 1 - place)
    for next in missing.reversed() {
      var node = path[path.count - 1].node
      let number = Int(actsOfStates[next])
      _ = act(number, on: &node)
      settle(&node, isTick: number == acts.count)
      path.append((next, node))
      replays += 1
    }
    return path[path.count - 1].node
  }

  private mutating func expand(_ state: Int) {
    let origin = node(of: state)
    let last = Int(actsOfStates[state])
    for number in 0...acts.count {
      // Calls commute: whatever several of them between two ticks lead to, they lead to in their own order too.
      if state > 0 && number < last && last < acts.count && acts[number].isCall && acts[last].isCall {
        continue
      }
      var next = origin
      if let text = act(number, on: &next) {
        failure = (text, trace(of: state) + [name(of: number)])
        return
      }
      transitions += 1
      if !(number < acts.count && acts[number].isCall) { note(next.unit.rows(since: origin.unit)) }
      settle(&next, isTick: number == acts.count)
      add(next, parent: state, act: number)
    }
  }

  /// Does what the number says: one of the acts, or a tick.
  /// - Returns: Which rule the lamps have broken; `nil` if none.
  private func act(_ number: Int, on node: inout Node) -> String? {
    guard number < acts.count else {
      var changes: ContiguousArray<IndicationChange> = []
      node.unit.advance(to: .zero + .tick, into: &changes)
      return node.watch.observe(changes, rules)
    }
    for input in acts[number].inputs { node.unit.handle(input, at: .zero) }
    if let command = acts[number].command { node.unit.apply(command, at: .zero) }
    return nil
  }

  private mutating func note(_ taken: TransitionRows) {
    var rows = taken.rawValue
    while rows != 0 {
      rowCounts[rows.trailingZeroBitCount] += 1
      rows &= rows - 1
    }
  }

  /// Brings the unit to its place among the states: now is zero, and what cannot matter is forgotten.
  private func settle(_ node: inout Node, isTick: Bool) {
    if isTick { node.unit.rebase(by: .tick) }
    node.unit.restartClocks()
    node.unit.forgetPast()
  }

  private mutating func add(_ node: Node, parent: Int, act: Int) {
    var hasher = Hasher()
    node.unit.hashState(into: &hasher)
    hasher.combine(node.watch)
    guard seen.insert(UInt64(bitPattern: Int64(hasher.finalize()))) else { return }
    parents.append(UInt32(parent))
    actsOfStates.append(UInt8(act))
    vectors.insert(node.unit.callVector)
  }

  private func name(of act: Int) -> String { act == acts.count ? "tick" : acts[act].name }

  private func trace(of state: Int) -> [String] {
    var result: [String] = []
    var place = state
    while place > 0 {
      result.append(name(of: Int(actsOfStates[place])))
      place = Int(parents[place])
    }
    return result.reversed()
  }
}
