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
  let rules: LampRules
  let acts: [SearchAct]
  /// `nil`: every act is tried everywhere.
  private let order: ActOrder?
  /// Detectors and push buttons come last among the acts.
  private let firstCall: Int
  private var seen = FingerprintSet()
  /// By number of state; the root has number 0 and is its own parent.
  private var parents: ContiguousArray<UInt32> = []
  private var actsOfStates: ContiguousArray<UInt8> = []
  /// From the root to the state that is expanded: numbers, and what they stand for.
  private var path: ContiguousArray<Int> = []
  private var nodes: ContiguousArray<SearchNode> = []
  /// The state that is expanded, and what comes of it.
  private var origin: SearchNode
  private var next: SearchNode
  /// States whose acts have not all been tried yet.
  private var level = 0..<0
  private(set) var transitions = 0
  private(set) var replays = 0
  private(set) var depth = 0
  private(set) var largestLevel = 0
  private(set) var rowCounts = [Int](repeating: 0, count: 64)
  private(set) var vectors = CallVectors()
  /// Sum of the fingerprints of all states, so that two searches can be compared.
  private(set) var checksum: UInt64 = 0
  private(set) var failure: (text: String, trace: [String])?

  var states: Int { seen.count }
  var isComplete: Bool { level.isEmpty && failure == nil }

  /// - Returns: `nil` for a controller that cannot be searched.
  init?(_ data: SignalController, acts: [SearchAct], isOrdered: Bool = true) {
    guard let rules = LampRules(data), acts.count < Int(UInt8.max),
      var unit = try? ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    else { return nil }
    self.rules = rules
    self.acts = acts
    order = isOrdered ? ActOrder(acts) : nil
    firstCall = acts.firstIndex { $0.kind == .call } ?? acts.count
    unit.apply(Self.free, at: .zero)
    var changes: ContiguousArray<IndicationChange> = []
    unit.start(at: .zero, into: &changes)
    var watch = LampWatch(rules)
    if let text = watch.observe(changes, rules) { failure = (text, ["start"]) }
    origin = SearchNode(unit, watch, command: acts.firstIndex { $0.command == Self.free })
    next = origin
    path = [0]
    nodes = [origin]
    add(origin.fingerprint, origin.unit.callVector, parent: 0, act: 0)
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

  /// Makes a state of the present level, as the last of the path.
  private mutating func comeBack(to state: Int) {
    var missing: [Int] = []
    var ancestor = state
    var place = depth
    while place >= path.count || path[place] != ancestor {
      missing.append(ancestor)
      ancestor = Int(parents[ancestor])
      place -= 1
    }
    path.removeLast(path.count - 1 - place)
    nodes.removeLast(nodes.count - 1 - place)
    for next in missing.reversed() {
      nodes.append(nodes[place])
      place += 1
      let number = Int(actsOfStates[next])
      if number < acts.count {
        nodes[place].act(number, acts[number])
      } else {
        _ = nodes[place].tick(rules)
        nodes[place].rebase()
      }
      path.append(next)
      replays += 1
    }
  }

  private mutating func expand(_ state: Int) {
    comeBack(to: state)
    origin = nodes[nodes.count - 1]
    let last = state == 0 || actsOfStates[state] == acts.count ? nil : Int(actsOfStates[state])
    tryActs(of: state, after: last)
    if let order { tryCalls(of: state, from: order.firstTriedCall(after: last, firstCall)) }
    next = origin
    if let text = next.tick(rules) {
      failure = (text, trace(of: state) + [name(of: acts.count)])
      return
    }
    transitions += 1
    note(next.unit.rows(since: origin.unit))
    next.rebase()
    add(next.fingerprint, next.unit.callVector, parent: state, act: acts.count)
  }

  /// Tries every act, in ordered searches all but the calls.
  private mutating func tryActs(of state: Int, after last: Int?) {
    let inForceBefore = nodes.count > 1 ? nodes[nodes.count - 2].command : nil
    for number in order == nil ? acts.indices : 0..<firstCall {
      if let order, order.leavesOut(number, after: last, inForce: origin.command, inForceBefore) { continue }
      next = origin
      next.act(number, acts[number])
      transitions += 1
      if acts[number].kind != .call { note(next.unit.rows(since: origin.unit)) }
      add(next.fingerprint, next.unit.callVector, parent: state, act: number)
    }
  }

  private mutating func tryCalls(of state: Int, from first: Int) {
    var found: [(act: Int, fingerprint: UInt64, vector: UInt32)] = []
    origin.tryCalls(first..<acts.count, of: acts) { found.append(($0, $1, $2)) }
    for (act, fingerprint, vector) in found { add(fingerprint, vector, parent: state, act: act) }
    transitions += found.count
  }

  private mutating func note(_ taken: TransitionRows) {
    var rows = taken.rawValue
    while rows != 0 {
      rowCounts[rows.trailingZeroBitCount] += 1
      rows &= rows - 1
    }
  }

  private mutating func add(_ fingerprint: UInt64, _ vector: UInt32, parent: Int, act: Int) {
    guard seen.insert(fingerprint) else { return }
    checksum &+= fingerprint
    parents.append(UInt32(parent))
    actsOfStates.append(UInt8(act))
    vectors.insert(vector)
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
