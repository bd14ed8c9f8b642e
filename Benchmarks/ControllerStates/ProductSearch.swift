import SignalControl
import TrafficModel

/// Breadth-first search over the states of a controller unit, each a core with a call state; see ``SearchNode``.
///
/// The states are nearly a product: with one core nearly every vector of calls is reached. So one unit is kept per core,
/// and the call states that were reached with it as a set of bits. A level is one tick of every state that is new, and
/// then all acts, any number of them. Few steps are done on a unit, because of what separates cores from calls:
///
/// | Step       | Core                                                         | Call state                                                   |
/// |------------|--------------------------------------------------------------|--------------------------------------------------------------|
/// | a call     | stays, because detectors and buttons write call states only  | goes where ``ControllerUnit/feedCallContext(into:)`` and the call state say; done once for each such pair |
/// | any other act | goes where the core and the deadline say, because commands, flash switch and preempts do not look at calls; done once for each such pair | keeps what is pressed; gets the deadline |
/// | a tick that looks at no calls | as for any other act                      | loses the calls that are answered, and gets the deadline; see ``TickBatch`` |
/// | any other tick | done for every state                                     |                                                              |
///
/// The search holds every core against this: its first call state with every call; for every other act and deadline, and
/// every tick that looks at no calls, the last call state known at that time besides the first. A core that does not keep
/// to it ends the search as a failure. ``PlainSearch`` takes no such way.
///
/// Two acts need not be tried in any order: all that an act leads to gets all acts in turn, until nothing is new.
struct ProductSearch {
  let rules: LampRules
  let acts: [SearchAct]
  /// Places among the acts.
  let callActs: [Int]
  let otherActs: [Int]
  var cores: ContiguousArray<SearchCore> = []
  private var coreNumbers: [UInt64: UInt32] = [:]
  var calls = CallStates()
  /// By number of the context of calls: by call state and call, where it leads.
  var callTargets: ContiguousArray<ContiguousArray<UInt32>> = []
  private var contextNumbers: [UInt64: Int] = [:]
  /// By what calls a tick answers without a look at them, and by what is pressed: a call state with what is pressed then.
  private var answered: [UInt64: ContiguousArray<UInt32>] = [:]
  /// Cores with fresh states.
  var queue: [Int] = []
  /// Cores with states that wait for their tick.
  var waitingCores: [Int] = []
  var result = SearchResult()
  /// Where each state was first reached from, if anybody wants to know.
  private var origins: [UInt64: (from: UInt64, act: Int)]?
  private let root: SearchNode

  private static let batchSize = 1 << 17
  private static let taskSize = 1 << 12

  /// - Parameter keepsOrigins: Failures get the whole way from the start, for some forty bytes a state.
  /// - Returns: `nil` for a controller that cannot be searched.
  init?(_ data: SignalController, acts: [SearchAct], keepsOrigins: Bool = false) {
    guard let rules = LampRules(data), let (root, failure) = SearchNode.start(data, rules) else { return nil }
    self.rules = rules
    self.acts = acts
    self.root = root
    callActs = acts.indices.filter { acts[$0].kind == .call }
    otherActs = acts.indices.filter { acts[$0].kind != .call }
    if keepsOrigins { origins = [:] }
    result.failure = failure.map { SearchResult.Failure(text: $0, trace: ["start"]) }
  }

  // MARK: - Search

  /// Searches until nothing new is found, until there are about `limit` states, or until something is wrong.
  mutating func run(limit: Int, progress: (SearchResult) -> Void) {
    if result.failure != nil { return }
    let first = Self.key(number(of: root, root.coreDigest), calls.number(of: root.calls))
    insert(first, from: first, act: acts.count)
    doActs(limit: limit)
    while !waitingCores.isEmpty && result.failure == nil && result.states < limit {
      tickLevel(limit: limit)
      doActs(limit: limit)
      result.depth += 1
      count()
      progress(result)
    }
    count()
    result.isComplete = waitingCores.isEmpty && queue.isEmpty && result.failure == nil
  }

  private mutating func count() {
    result.cores = cores.count
    result.callStates = calls.count
    result.contexts = callTargets.count
    result.vectors = calls.vectors
  }

  /// Lets a tick pass in every state that waits for it.
  private mutating func tickLevel(limit: Int) {
    let level = waitingCores
    waitingCores = []
    result.largestLevel = max(result.largestLevel, level.reduce(0) { $0 + cores[$1].waiting.count })
    var tasks: [TickBatch.Task] = []
    var size = 0
    for core in level {
      let waiting = cores[core].waiting
      cores[core].waiting = []
      for begin in stride(from: 0, to: waiting.count, by: Self.taskSize) {
        let part = waiting[begin..<min(begin + Self.taskSize, waiting.count)]
        tasks.append(TickBatch.Task(core: core, node: cores[core].node, calls: part))
        size += part.count
      }
      guard size >= Self.batchSize else { continue }
      merge(tasks)
      tasks = []
      size = 0
      guard result.failure == nil && result.states < limit else {
        // Whatever is left of the level would still wait.
        waitingCores = level
        return
      }
    }
    merge(tasks)
  }

  private mutating func merge(_ tasks: [TickBatch.Task]) {
    let outcomes = TickBatch(
      rules: rules, states: calls.states, pressed: calls.pressed, answered: answered, tasks: tasks
    ).run()
    for (task, outcome) in zip(tasks, outcomes) {
      let reached = outcome.nodes.map { number(of: $0.node, $0.digest) }
      let states = outcome.calls.map { calls.number(of: $0.state, pressedDigest: $0.pressedDigest) }
      for (call, target) in zip(outcome.ticked, outcome.targets) {
        let key = Self.key(reached[Int(target >> 32)], states[Int(target & 0xFFFF_FFFF)])
        insert(key, from: Self.key(task.core, call), act: acts.count)
      }
      for group in outcome.groups { merge(group, reached[group.node], task.core) }
      for row in outcome.rows.indices { result.rowCounts[row] += outcome.rows[row] }
      result.transitions += task.calls.count
      result.steps += outcome.steps
      if let (call, text) = outcome.failure {
        return fail(text, at: Self.key(task.core, call), "tick")
      }
    }
  }

  private mutating func merge(_ group: TickBatch.Group, _ target: Int, _ origin: Int) {
    var list = answered.removeValue(forKey: group.answers) ?? []
    for (pressed, settled) in group.learnt {
      while list.count <= Int(pressed) { list.append(CallStates.none) }
      list[Int(pressed)] = calls.number(of: settled.state, pressedDigest: settled.pressedDigest)
    }
    let deadline = calls.deadlineNumber(of: group.deadline)
    for call in group.states {
      let next = calls.number(list[Int(calls.pressed[Int(call)])], withDeadline: deadline)
      insert(Self.key(target, next), from: Self.key(origin, call), act: acts.count)
    }
    answered[group.answers] = list
  }

  // MARK: - States

  /// A core in the upper half, a call state in the lower.
  static func key(_ core: Int, _ call: UInt32) -> UInt64 { UInt64(core) << 32 | UInt64(call) }

  @inline(__always)
  mutating func insert(_ key: UInt64, from: UInt64, act: Int) {
    let core = Int(key >> 32)
    let call = UInt32(truncatingIfNeeded: key)
    guard cores[core].insert(call) else { return }
    result.states += 1
    result.checksum &+= SearchNode.fingerprint(core: cores[core].digest, calls: calls.digests[Int(call)])
    if !cores[core].isQueued {
      cores[core].isQueued = true
      queue.append(core)
    }
    if origins != nil { origins?[key] = (from, act) }
  }

  mutating func number(of node: SearchNode, _ digest: UInt64) -> Int {
    if let number = coreNumbers[digest] { return Int(number) }
    let number = cores.count
    coreNumbers[digest] = UInt32(number)
    let context = node.callContext
    let contextNumber = contextNumbers[context] ?? contextNumbers.count
    if contextNumber == callTargets.count {
      contextNumbers[context] = contextNumber
      callTargets.append([])
    }
    cores.append(SearchCore(node, digest: digest, context: contextNumber))
    return number
  }

  // MARK: - Failures

  mutating func fail(_ text: String, at key: UInt64, _ last: String) {
    result.failure = SearchResult.Failure(text: text, trace: trace(to: key) + [last])
  }

  /// Whether a failure comes with the whole way to it.
  var hasTraces: Bool { origins != nil }

  private func trace(to key: UInt64) -> [String] {
    var steps: [String] = []
    var place = key
    while let (from, act) = origins?[place], from != place {
      steps.append(act == acts.count ? "tick" : acts[act].name)
      place = from
    }
    return steps.reversed()
  }
}

/// One core, and the call states that were reached with it.
struct SearchCore {
  /// With any call state.
  let node: SearchNode
  let digest: UInt64
  /// Number of what decides what a call does.
  let context: Int
  private var seen: ContiguousArray<UInt64> = []
  /// New call states whose acts have not been done yet.
  var fresh: [UInt32] = []
  /// New call states whose tick has not passed yet.
  var waiting: [UInt32] = []
  var isQueued = false
  var isChecked = false
  /// By deadline and act: the core and the deadline that it leads to.
  var actTargets: ContiguousArray<UInt64> = []

  static let unknown = UInt64.max

  init(_ node: SearchNode, digest: UInt64, context: Int) {
    self.node = node
    self.digest = digest
    self.context = context
  }

  /// - Returns: Whether it is new; then it is fresh.
  @inline(__always)
  mutating func insert(_ call: UInt32) -> Bool {
    let word = Int(call >> 6)
    let bit: UInt64 = 1 << UInt64(call & 63)
    while word >= seen.count { seen.append(0) }
    if seen[word] & bit != 0 { return false }
    seen[word] |= bit
    fresh.append(call)
    return true
  }
}
