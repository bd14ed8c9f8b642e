import SignalControl
import TestSupport
import TrafficModel

/// Breadth-first search over the values of a controller unit, each with the lamps that the street has seen.
struct StateSearch {
  struct Node {
    var unit: ControllerUnit
    var watch: LampWatch
    /// Place in `parents`, if traces are kept.
    var trace: Int32
  }

  struct Act {
    var name: String
    var inputs: [CabinetInput] = []
    var command: CabinetCommand?
  }

  let rules: LampRules
  let acts: [Act]
  private let keepsTraces: Bool
  private var seen = FingerprintSet()
  private var parents: [(parent: Int32, act: Int16)] = []
  private var frontier: [Node] = []
  private(set) var transitions = 0
  private(set) var depth = 0
  private(set) var largestFrontier = 0
  private(set) var rowCounts = [Int](repeating: 0, count: 64)
  private(set) var vectors: Set<UInt32> = []
  private(set) var failure: (text: String, trace: [String])?

  var states: Int { seen.count }
  var isComplete: Bool { frontier.isEmpty && failure == nil }

  init?(_ data: SignalController, acts: [Act], keepsTraces: Bool) {
    guard let rules = LampRules(data),
      var unit = try? ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    else { return nil }
    self.rules = rules
    self.acts = acts
    self.keepsTraces = keepsTraces
    unit.apply(Self.free, at: .zero)
    var changes: ContiguousArray<IndicationChange> = []
    unit.start(at: .zero, into: &changes)
    var node = Node(unit: unit, watch: LampWatch(rules), trace: -1)
    if let text = node.watch.observe(changes, rules) { failure = (text, ["start"]) }
    add(&node, act: -1)
  }

  static let free = CabinetCommand(program: .free, lease: SimTime.distantFuture - .zero)

  // MARK: - Search

  /// Searches until nothing new is found, until there are `limit` states, or until something is wrong.
  mutating func run(limit: Int, progress: (StateSearch) -> Void) {
    while !frontier.isEmpty && failure == nil && states < limit {
      let level = frontier
      frontier = []
      largestFrontier = max(largestFrontier, level.count)
      for (place, node) in level.enumerated() {
        expand(node)
        if failure != nil { return }
        if states >= limit {
          // What has not been expanded is still to come.
          frontier += level[(place + 1)...]
          return
        }
      }
      depth += 1
      progress(self)
    }
  }

  private mutating func expand(_ node: Node) {
    for act in acts.indices {
      var next = node
      for input in acts[act].inputs { next.unit.handle(input, at: .zero) }
      if let command = acts[act].command { next.unit.apply(command, at: .zero) }
      finish(&next, after: node, act)
    }
    var next = node
    var changes: ContiguousArray<IndicationChange> = []
    next.unit.advance(to: .zero + .tick, into: &changes)
    if let text = next.watch.observe(changes, rules) {
      failure = (text, trace(of: node) + ["tick"])
      return
    }
    finish(&next, after: node, acts.count)
  }

  private mutating func finish(_ next: inout Node, after node: Node, _ act: Int) {
    transitions += 1
    var rows = next.unit.rows(since: node.unit).rawValue
    while rows != 0 {
      rowCounts[rows.trailingZeroBitCount] += 1
      rows &= rows - 1
    }
    if act == acts.count { next.unit.rebase(by: .tick) }
    next.trace = node.trace
    add(&next, act: act)
  }

  private mutating func add(_ node: inout Node, act: Int) {
    node.unit.restartClocks()
    node.unit.forgetPast()
    var hasher = Hasher()
    node.unit.hashState(into: &hasher)
    hasher.combine(node.watch)
    guard seen.insert(UInt64(bitPattern: Int64(hasher.finalize()))) else { return }
    if keepsTraces {
      parents.append((node.trace, Int16(act)))
      node.trace = Int32(parents.count - 1)
    }
    vectors.insert(node.unit.callVector)
    frontier.append(node)
  }

  private func trace(of node: Node) -> [String] {
    var result: [String] = []
    var place = Int(node.trace)
    while place >= 0 && keepsTraces {
      let act = Int(parents[place].act)
      if act >= 0 { result.append(act == acts.count ? "tick" : acts[act].name) }
      place = Int(parents[place].parent)
    }
    return result.reversed()
  }
}
