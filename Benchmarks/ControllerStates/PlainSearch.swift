import SignalControl
import TrafficModel

/// Breadth-first search that does every act and a tick on a copy of every state: slow, and with nothing to prove. For
/// checks of ``ProductSearch``, which must find the same states.
///
/// Known of a state are its fingerprint and its parent; a level's units are kept.
struct PlainSearch {
  private let rules: LampRules
  private let acts: [SearchAct]
  private var seen = FingerprintSet()
  /// By number of state; the root has number 0 and is its own parent.
  private var parents: ContiguousArray<UInt32> = []
  private var actsOfStates: ContiguousArray<UInt8> = []
  private var level: [SearchNode] = []
  private var nextLevel: [SearchNode] = []
  private(set) var result = SearchResult()

  /// - Returns: `nil` for a controller that cannot be searched.
  init?(_ data: SignalController, acts: [SearchAct]) {
    guard let rules = LampRules(data), acts.count < Int(UInt8.max),
      let (root, failure) = SearchNode.start(data, rules)
    else { return nil }
    self.rules = rules
    self.acts = acts
    result.failure = failure.map { SearchResult.Failure(text: $0, trace: ["start"]) }
    add(root, parent: 0, act: 0)
    (level, nextLevel) = (nextLevel, [])
  }

  /// Searches until nothing new is found, until there are `limit` states, or until something is wrong.
  mutating func run(limit: Int, progress: (SearchResult) -> Void) {
    while !level.isEmpty && result.failure == nil {
      result.largestLevel = max(result.largestLevel, level.count)
      let first = result.states - level.count
      for place in level.indices {
        expand(level[place], first + place)
        if result.failure != nil || result.states >= limit { return }
      }
      (level, nextLevel) = (nextLevel, [])
      result.depth += 1
      progress(result)
    }
    result.isComplete = result.failure == nil
  }

  private mutating func expand(_ origin: SearchNode, _ state: Int) {
    for number in acts.indices {
      var next = origin
      next.act(acts[number])
      if acts[number].kind != .call { result.note(next.unit.rows(since: origin.unit)) }
      add(next, parent: state, act: number)
    }
    result.transitions += acts.count + 1
    result.steps += acts.count + 1
    var next = origin
    if let text = next.tick(rules) {
      result.failure = SearchResult.Failure(text: text, trace: trace(of: state) + ["tick"])
      return
    }
    result.note(next.unit.rows(since: origin.unit))
    next.rebase()
    add(next, parent: state, act: acts.count)
  }

  private mutating func add(_ node: SearchNode, parent: Int, act: Int) {
    let fingerprint = node.fingerprint
    guard seen.insert(fingerprint) else { return }
    result.states += 1
    result.checksum &+= fingerprint
    result.vectors.insert(node.calls.vector)
    parents.append(UInt32(parent))
    actsOfStates.append(UInt8(act))
    nextLevel.append(node)
  }

  private func trace(of state: Int) -> [String] {
    var steps: [String] = []
    var place = state
    while place > 0 {
      let act = Int(actsOfStates[place])
      steps.append(act == acts.count ? "tick" : acts[act].name)
      place = Int(parents[place])
    }
    return steps.reversed()
  }
}
