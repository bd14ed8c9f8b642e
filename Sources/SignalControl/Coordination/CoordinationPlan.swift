import TrafficModel

/// Why a pattern cannot be run coordinated; the unit runs free instead and shows the reason.
struct CoordinationFailure: Error, Hashable {
  var reason: FreeReason
}

/// A ring-barrier pattern made ready for coordinated-actuated operation.
///
/// Phases that cross a barrier together end their greens together, as the sequencer lets them, so that the longest
/// clearance of the side counts for all of its last phases. Everything else is laid out as in the pretimed pattern.
struct CoordinationPlan: Sendable {
  struct PhaseTiming: Hashable, Sendable {
    /// As on the street.
    var number = 0
    /// Green and clearance; zero: the pattern does not serve it.
    var split = TimeSpan.zero
    /// From the end of its green to the start of what comes next in the pattern.
    var clearance = TimeSpan.zero
    /// The same of what comes before it.
    var clearanceBefore = TimeSpan.zero
    /// Shortest green of a service: with pedestrians where they are recalled.
    var shortestGreen = TimeSpan.zero
    var minimumGreen = TimeSpan.zero
    /// Walk, clearance and buffer; zero without pedestrians.
    var pedestrians = TimeSpan.zero
    /// Clearance and buffer.
    var pedestrianClearance = TimeSpan.zero
    var yellow = TimeSpan.zero
    /// The phase before it in its ring, on the same side or the last served one before.
    var previous: Int?

    var isServed: Bool { split > .zero }
    var green: TimeSpan { split - clearance }
    /// How much of its split a shorter cycle may take away.
    var slack: TimeSpan { max(.zero, green - shortestGreen) }
  }

  let pattern: Pattern
  let number: Int
  let cycle: TimeSpan
  let offset: TimeSpan
  let reference: OffsetReference
  let referencePhases: PhaseSet
  let coordination: Coordination
  let actuated: ActuatedPlan
  private(set) var phases: ContiguousArray<PhaseTiming>
  let coordinated: PhaseSet
  /// Phases with a split.
  let served: PhaseSet
  let recalls: SplitRecalls
  /// The coordinated phase whose end of green divides one cycle from the next.
  private(set) var anchor: Int
  /// Phases that are called as long as they are not green.
  let standingCalls: PhaseSet
  private(set) var coordinatedClearance = TimeSpan.zero
  /// From the yield point to the point that the offset fixes.
  private(set) var yieldToReference = TimeSpan.zero
  /// How much shorter a cycle can get without any phase falling below its shortest green.
  private(set) var shrinkable = TimeSpan.zero

  /// - Throws: The reason why the unit has to run free, as NTCIP 1202 `localFreeStatus` distinguishes them.
  init(_ pattern: Pattern, of data: SignalController) throws(CoordinationFailure) {
    guard case .ringBarrier(let diagram, let splits, let referencePhases) = pattern.timing,
      case .coordinated(let coordination) = pattern.operation
    else { throw CoordinationFailure(reason: .badPlan) }
    guard pattern.cycle > .zero, pattern.cycle <= .longestTiming else {
      throw CoordinationFailure(reason: .badCycle)
    }
    guard pattern.offset >= .zero, pattern.offset < pattern.cycle else {
      throw CoordinationFailure(reason: .invalidOffset)
    }
    do {
      _ = try data.timeline(of: pattern)
    } catch {
      throw CoordinationFailure(reason: error.freeReason)
    }
    var ordered = data
    ordered.diagram = diagram
    guard let actuated = ActuatedPlan(ordered) else { throw CoordinationFailure(reason: .badPlan) }
    let modes = SplitRecalls(coordination.splitModes, count: data.phases.count)
    let effective = splits.indices.map { modes.omitted.contains(phase: $0) ? .zero : splits[$0] }
    let named = coordination.coordinatedPhases.isEmpty ? referencePhases : coordination.coordinatedPhases
    let candidates = named.filter { effective.indices.contains($0) && effective[$0] > .zero }
    guard let first = candidates.first else { throw CoordinationFailure(reason: .badPlan) }
    self.pattern = pattern
    number = pattern.number
    cycle = pattern.cycle
    offset = pattern.offset
    reference = pattern.reference
    self.coordination = coordination
    self.actuated = actuated
    coordinated = PhaseSet(indices: candidates)
    self.referencePhases = PhaseSet(
      indices: referencePhases.filter { splits.indices.contains($0) && splits[$0] > .zero })
    recalls = modes
    standingCalls = PhaseSet(indices: data.phases.indices.filter { data.phases[$0].recall.isStanding })
      .union(modes.minimum).union(modes.maximum).union(modes.pedestrian)
    served = PhaseSet(indices: splits.indices.filter { splits[$0] > .zero })
    anchor = first
    phases = ContiguousArray(repeating: PhaseTiming(), count: splits.count)
    for phase in splits.indices where splits[phase] > .zero {
      setTiming(of: phase, split: splits[phase], data)
    }
    linkPhases()
    for phase in phases where phase.isServed && phase.green < phase.shortestGreen {
      throw CoordinationFailure(reason: .splitOverrun)
    }
    anchor = bestAnchor(among: candidates)
    coordinatedClearance = candidates.reduce(.zero) { max($0, phases[$1].clearance) }
    yieldToReference = CoordinationTable(self).reference
    for side in 0..<actuated.sideCount { shrinkable += shrinkable(ofSide: side) }
  }

  private mutating func setTiming(of index: Int, split: TimeSpan, _ data: SignalController) {
    let phase = data.phases[index]
    var timing = PhaseTiming(
      number: phase.number, split: split, clearance: phase.clearance.roundedUpToTick)
    timing.yellow = phase.yellow
    timing.minimumGreen = phase.minimumGreen.roundedUpToTick
    for group in phase.groups {
      timing.minimumGreen = max(timing.minimumGreen, data.groups[group].minimumGreen.roundedUpToTick)
    }
    timing.shortestGreen = timing.minimumGreen
    if let group = phase.pedestrianGroup {
      timing.pedestrianClearance =
        (data.groups[group].losingDuration + phase.pedestrians.buffer).roundedUpToTick
      timing.pedestrians = data.groups[group].minimumGreen.roundedUpToTick + timing.pedestrianClearance
      let rests = coordination.restsInWalk && coordinated.contains(phase: index)
      if phase.recall == .pedestrian || recalls.pedestrian.contains(phase: index) || rests {
        timing.shortestGreen = max(timing.shortestGreen, timing.pedestrians)
      }
    }
    phases[index] = timing
  }

  /// Sets what each phase needs to know of the one before it in its ring, and the common clearance at barriers.
  private mutating func linkPhases() {
    var exits: [TimeSpan] = []
    for side in 0..<actuated.sideCount {
      let lasts = (0..<actuated.ringCount).compactMap { servedPhases(ring: $0, side: side).last }
      let longest = lasts.reduce(TimeSpan.zero) { max($0, phases[$1].clearance) }
      for phase in lasts { phases[phase].clearance = longest }
      exits.append(longest)
    }
    for side in 0..<actuated.sideCount {
      for ring in 0..<actuated.ringCount {
        var previous: Int?
        for phase in servedPhases(ring: ring, side: side) {
          let before = previous.map { phases[$0].clearance } ?? exit(before: side, exits)
          phases[phase].clearanceBefore = before
          phases[phase].previous = previous ?? lastPhase(ofRing: ring, before: side)
          previous = phase
        }
      }
    }
  }

  func servedPhases(ring: Int, side: Int) -> [Int] {
    actuated.ranges[ring * actuated.sideCount + side].map { actuated.order[$0] }
      .filter { phases[$0].isServed }
  }

  private func exit(before side: Int, _ exits: [TimeSpan]) -> TimeSpan {
    for step in 1...actuated.sideCount {
      let before = (side - step + actuated.sideCount) % actuated.sideCount
      if exits[before] > .zero { return exits[before] }
    }
    return .zero
  }

  private func lastPhase(ofRing ring: Int, before side: Int) -> Int? {
    for step in 1...actuated.sideCount {
      let before = (side - step + actuated.sideCount) % actuated.sideCount
      if let phase = servedPhases(ring: ring, side: before).last { return phase }
    }
    return nil
  }

  /// The coordinated phase at whose end the fewest other phases are in the middle of their time.
  private func bestAnchor(among candidates: [Int]) -> Int {
    var table = CoordinationTable(self)
    var best = candidates[0]
    var fewest = Int.max
    for candidate in candidates {
      table.layOut(self, yieldingAt: candidate)
      var count = 0
      for phase in phases.indices
      where phases[phase].isServed && !coordinated.contains(phase: phase)
        && table.points[phase].start >= table.points[phase].end
      {
        count += 1
      }
      if count < fewest { (best, fewest) = (candidate, count) }
    }
    return best
  }
}

/// The split modes of a pattern as sets.
struct SplitRecalls: Hashable, Sendable {
  var minimum: PhaseSet = []
  var maximum: PhaseSet = []
  var pedestrian: PhaseSet = []
  var omitted: PhaseSet = []

  init(_ modes: [Int: SplitMode], count: Int) {
    for phase in 0..<min(count, ActuatedPlan.maximumPhaseCount) {
      let member = PhaseSet(phase: phase)
      switch modes[phase] ?? .none {
      case .none: break
      case .minimumRecall: minimum.insert(member)
      case .maximumRecall: maximum.insert(member)
      case .pedestrianRecall: pedestrian.insert(member)
      case .maximumAndPedestrianRecall:
        maximum.insert(member)
        pedestrian.insert(member)
      case .omitted: omitted.insert(member)
      }
    }
  }
}

extension PhaseSet {
  init(indices: [Int]) {
    self = indices.reduce(into: []) { if $1 >= 0 && $1 < 32 { $0.insert(PhaseSet(phase: $1)) } }
  }
}

extension CoordinationPlan: Hashable {
  /// Plans of one controller are equal if their patterns are.
  static func == (a: CoordinationPlan, b: CoordinationPlan) -> Bool { a.pattern == b.pattern }
  func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}

extension Recall {
  /// Whether it calls the phase whatever the others do.
  fileprivate var isStanding: Bool { self == .minimum || self == .maximum || self == .pedestrian }
}

extension TimelineFailure {
  /// What a unit says that cannot follow the pattern.
  fileprivate var freeReason: FreeReason {
    switch code {
    case .cycleOutOfRange: .badCycle
    case .cycleSum, .ringSum, .noGreen, .pedestriansDoNotFit: .splitOverrun
    default: .badPlan
    }
  }
}
