import TrafficModel

/// How a signal state serves a movement.
enum StateService: UInt8, Sendable, Comparable {
  case closed
  /// Red, but it may turn after a stop and after yielding.
  case afterStop
  /// May go after yielding.
  case permitted
  /// Has the right of way.
  case protected

  static func < (a: StateService, b: StateService) -> Bool { a.rawValue < b.rawValue }
}

/// What one cabinet can legally be asked to show, and what each change costs: the brain's side of the command seam.
///
/// A *state* of a ring-barrier unit is one phase in every ring that has phases on a side of the barriers; that of a
/// stage controller is a stage. Which movements a state serves follows from its groups and overlaps; a change takes
/// the yellow and red clearance of the phases that end, or the intergreens where these are longer, and a green lasts at
/// least its minimum, and walk, clearance and buffer where pedestrians are served.
///
/// The cabinet enforces all this below the seam; the numbers here only say beforehand what it will do.
struct SignalStates: Sendable {
  /// Times of a phase or stage in seconds.
  struct PhaseTimes: Sendable {
    var number = 0
    var ring = 0
    var side = 0
    /// Its place among the phases of its ring on its side.
    var place = 0
    var minimumGreen: Float = 0
    /// Yellow and red clearance; of a stage the shortest way to another.
    var clearance: Float = 0
    /// Index of its pedestrian group, −1 without.
    var pedestrianGroup = -1
    /// Walk, pedestrian clearance and buffer; zero without pedestrians.
    var pedestrianService: Float = 0
    /// Of that, from the end of walk on.
    var pedestrianClearance: Float = 0
    /// Its walk stays until somebody is to get green whom it keeps waiting; only then its clearance begins.
    var restsInWalk = false
    var leadingInterval: Float = 0
    var walksByRecall = false
  }

  /// More rings than this are left to the cabinet.
  static let ringLimit = 4
  /// More states than this are left to the cabinet.
  static let stateLimit = 32

  let runsStages: Bool
  let phases: ContiguousArray<PhaseTimes>
  let servable: PhaseSet
  let withPedestrians: PhaseSet
  /// By state.
  let phasesOfState: ContiguousArray<PhaseSet>
  /// By `state · ringLimit + ring`: the phase, −1 where the ring rests in red.
  let ringPhase: ContiguousArray<Int8>
  /// By `from · count + to`: from the end of the first green to the new green, in seconds; zero within a state, and
  /// infinite where one ring would have to go on and another to go back, which no unit does in one change.
  let changeSeconds: ContiguousArray<Float>
  /// The same: whether all rings end, although some show the same phase before and after.
  let restartsRings: ContiguousArray<Bool>
  /// Vehicle and pedestrian groups that are green, by `state · groupCount + group`.
  let greenGroups: ContiguousArray<Bool>
  let groupCount: Int

  var count: Int { phasesOfState.count }

  /// - Returns: `nil` where the controller cannot run free or has more rings or states than can be searched.
  init?(_ data: SignalController) {
    let builder = SignalStateBuilder(data)
    let sets = builder.states
    guard !sets.isEmpty, sets.count <= Self.stateLimit, builder.ringCount <= Self.ringLimit,
      builder.phases.count <= 32
    else { return nil }
    runsStages = builder.runsStages
    phases = builder.phases
    servable = sets.reduce([]) { $0.union($1) }
    var walkers: PhaseSet = []
    for index in builder.phases.indices where builder.phases[index].pedestrianGroup >= 0 {
      walkers.insert(PhaseSet(phase: index))
    }
    withPedestrians = walkers
    phasesOfState = ContiguousArray(sets)
    var rings = ContiguousArray<Int8>(repeating: -1, count: sets.count * Self.ringLimit)
    for (state, set) in sets.enumerated() {
      for phase in builder.phases.indices where set.contains(phase: phase) {
        rings[state * Self.ringLimit + builder.phases[phase].ring] = Int8(phase)
      }
    }
    ringPhase = rings
    groupCount = data.groups.count
    greenGroups = ContiguousArray(sets.flatMap { builder.greenGroups(of: $0) })
    var changes = ContiguousArray<Float>(repeating: 0, count: sets.count * sets.count)
    var restarts = ContiguousArray<Bool>(repeating: false, count: sets.count * sets.count)
    for from in sets.indices {
      for to in sets.indices where from != to {
        restarts[from * sets.count + to] = builder.restarts(from: sets[from], to: sets[to])
        changes[from * sets.count + to] =
          builder.isMixed(from: sets[from], to: sets[to])
          ? .infinity : builder.changeSeconds(from: sets[from], to: sets[to])
      }
    }
    changeSeconds = changes
    restartsRings = restarts
  }

  func phase(ofState state: Int, ring: Int) -> Int { Int(ringPhase[state * Self.ringLimit + ring]) }

  func change(from: Int, to: Int) -> Float { changeSeconds[from * count + to] }

  /// The state whose phases are exactly these.
  func state(showing phases: PhaseSet) -> Int? { phasesOfState.firstIndex(of: phases) }

  /// The shortest green of a state when the pedestrians of `walking` are served in it.
  func minimumGreen(of state: Int, walking: PhaseSet) -> Float {
    var result: Float = 0
    for phase in phasesOfState[state].members {
      result = max(result, minimumGreen(ofPhase: phase, walking: walking))
    }
    return result
  }

  func minimumGreen(ofPhase phase: Int, walking: PhaseSet) -> Float {
    let times = phases[phase]
    let walks = times.walksByRecall || walking.contains(phase: phase)
    return walks ? max(times.minimumGreen, times.pedestrianService) : times.minimumGreen
  }

  /// The longest time from a call to its green if every phase gets its minimum, pedestrians included, once a round:
  /// no maximum wait below it can be promised.
  var smallestFeasibleWait: Float { smallestFeasibleWait(phasesOfState) }

  /// The same for claims, by state those that it meets.
  func smallestFeasibleWait(_ met: ContiguousArray<PhaseSet>) -> Float {
    // The state that meets most of the claims that are left, until none is; the longest change between any two.
    var left = met.reduce(PhaseSet()) { $0.union($1) }
    var total: Float = 0
    let longestChange = changeSeconds.filter(\.isFinite).max() ?? 0
    while !left.isEmpty {
      var best = 0
      var bestCount = 0
      for state in 0..<count {
        let shown = met[state].intersection(left).rawValue.nonzeroBitCount
        if shown > bestCount { (best, bestCount) = (state, shown) }
      }
      if bestCount == 0 { break }
      left.subtract(met[best])
      total += minimumGreen(of: best, walking: withPedestrians) + longestChange
    }
    return total
  }
}

extension PhaseSet {
  /// The indices of its phases, ascending.
  var members: PhaseMembers { PhaseMembers(rest: rawValue) }
}

/// Walks over the phases of a set without allocating.
struct PhaseMembers: Sequence, IteratorProtocol, Sendable {
  var rest: UInt32

  mutating func next() -> Int? {
    if rest == 0 { return nil }
    defer { rest &= rest - 1 }
    return rest.trailingZeroBitCount
  }
}
