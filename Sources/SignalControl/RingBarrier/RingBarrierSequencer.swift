import TrafficModel

/// Fully actuated operation of rings and barriers, or of stages as one ring.
///
/// Theory of operation. All rings are on the same side of every barrier. Each ring goes through its phases of that
/// side in order, skipping those that nobody calls: one such run of all rings is a *pass*. A ring is in one of
/// three modes; the table is complete, everything else is refused.
///
/// | Mode     | Event or joint state                                             | Next mode          |
/// |----------|------------------------------------------------------------------|--------------------|
/// | dwell    | a later phase of its pass is called                              | change to it       |
/// | green    | a later phase of its pass is called, and this one is *ready*      | change to it       |
/// | green    | nobody else is called                                            | green: rests       |
/// | any but change | *crossing*: a phase outside the pass is called, no ring has a called phase left in the pass, and each ring dwells or is ready | change, all rings in the same tick |
/// | change   | the clearance is over and the interlock lets every group start   | green              |
/// | change   | crossing, and the ring has nothing to serve on the next side     | dwell              |
///
/// A phase is *ready* to end when its minimum green is over, its pedestrians (if any walk) have finished their
/// clearance, no hold stands, and one of these has come, looked for in this order: a force-off; a gap (no detector
/// extends it); its maximum, which runs from the moment that the ring has somebody else to serve.
///
/// The next phase is decided when green ends. After a crossing all rings begin their next greens in the same tick,
/// whatever their clearances. The side chosen is the next one round the diagram with a call; a ring without a
/// call there takes its dual-entry phase or dwells in red. A call for an earlier phase of the same pass also needs
/// a crossing, back to the same side: all rings end, so that nobody turns left before a lamp that he takes for
/// the opposing one (this is what many controllers call backup protection; without it the other ring would stay
/// green). A phase that ends is red for the red revert time at least.
///
/// Pedestrians: with a call, walk starts with the phase's green, and the clearance follows at once. A button pushed
/// during the green is served at once if no other phase waits, otherwise in the next green.
struct RingBarrierSequencer: Sendable {
  enum Mode: UInt8, Sendable {
    case dwell
    case green
    case change
  }

  struct Ring: Sendable {
    var mode = Mode.dwell
    /// The green phase; in a change the one that ended.
    var phase: Int?
    /// In a change: what comes next; `nil` dwells.
    var next: Int?
    /// In a change: when the next green is due.
    var changeAt = SimTime.zero
    var greenStart = SimTime.zero
    /// Since when this green keeps somebody waiting.
    var opposedSince = SimTime.distantFuture
    /// A dwelling ring that has had its part of the pass.
    var isSpent = true
  }

  var plan: ActuatedPlan
  var rings: ContiguousArray<Ring>
  var side = 0
  /// The side that all rings are changing to.
  var crossingTo: Int?
  /// By group: when it is to start its gaining colours, or to end its green.
  var starts: ContiguousArray<SimTime>
  var ends: ContiguousArray<SimTime>
  /// Green phases whose walk has not begun yet.
  var awaitedWalks: PhaseSet = []
  /// What is asked for beside the detectors.
  var control = PhaseControl()
  var terminations: ContiguousArray<TerminationCounts>
  private(set) var nextDeadline = Interlock.longAgo

  init(_ plan: ActuatedPlan) {
    self.plan = plan
    rings = ContiguousArray(repeating: Ring(), count: plan.ringCount)
    starts = ContiguousArray(repeating: .distantFuture, count: plan.groupCount)
    ends = starts
    terminations = ContiguousArray(repeating: TerminationCounts(), count: plan.phases.count)
  }

  /// Starts from all red, with the first called phases of the diagram.
  mutating func begin() {
    for ring in rings.indices { rings[ring] = Ring() }
    for group in starts.indices {
      starts[group] = .distantFuture
      ends[group] = .distantFuture
    }
    side = plan.sideCount - 1
    crossingTo = nil
    awaitedWalks = []
    nextDeadline = Interlock.longAgo
  }

  /// Acts at `tick`.
  mutating func advance(
    to tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    into changes: inout ContiguousArray<IndicationChange>
  ) {
    // Every round of the loop moves a ring on or is the last; a ring moves at most twice in a tick.
    for _ in 0...(2 * rings.count + 1) {
      switchDueGroups(at: tick, interlock: &interlock, into: &changes)
      var hasMoved = finishChanges(at: tick, interlock: interlock, detection: &detection)
      markOpposition(at: tick, detection)
      servePedestrians(at: tick, interlock: &interlock, detection: &detection, into: &changes)
      if moveWithinPass(at: tick, interlock: &interlock, detection: &detection, into: &changes) {
        hasMoved = true
      }
      if cross(at: tick, interlock: &interlock, detection: &detection, into: &changes) { hasMoved = true }
      if !hasMoved { break }
    }
    nextDeadline = deadline(after: tick, interlock, detection)
  }

  // MARK: - Demand

  /// Phases that somebody wants served.
  func demand(_ detection: Detection) -> PhaseSet {
    let called = detection.vehicleCalls.union(detection.pedestrianCalls)
      .union(plan.vehicleRecalls).union(plan.pedestrianRecalls)
      .union(control.vehicleCalls).union(control.pedestrianCalls)
    return called.intersection(plan.servable).subtracting(control.omit)
  }

  /// Phases that are green or about to be.
  private var activePhases: PhaseSet {
    var result: PhaseSet = []
    for ring in rings {
      if ring.mode == .green, let phase = ring.phase { result.insert(PhaseSet(phase: phase)) }
      if ring.mode == .change, let next = ring.next { result.insert(PhaseSet(phase: next)) }
    }
    return result
  }

  /// Phases that a ring can still serve in this pass.
  private func reachablePhases(of ring: Int) -> PhaseSet {
    let state = rings[ring]
    switch state.mode {
    case .dwell: return state.isSpent ? [] : plan.members(ring: ring, side: side)
    case .green: return state.phase.map { plan.phases[$0].later } ?? []
    case .change: return state.next.map { plan.phases[$0].later } ?? []
    }
  }

  /// The next called phase of a ring in this pass.
  func nextInPass(_ ring: Int, _ demand: PhaseSet) -> Int? {
    let wanted = demand.intersection(reachablePhases(of: ring))
    return wanted.isEmpty ? nil : plan.first(of: wanted, ring: ring, side: side)
  }

  /// Whether somebody waits who can only be served after a crossing.
  func needsCrossing(_ demand: PhaseSet) -> Bool {
    var waiting = demand.subtracting(activePhases)
    for ring in rings.indices { waiting.subtract(reachablePhases(of: ring)) }
    return !waiting.isEmpty
  }

  /// Starts the maximum of greens that keep somebody waiting, and stops it where nobody waits any more.
  private mutating func markOpposition(at tick: SimTime, _ detection: Detection) {
    let demand = demand(detection)
    let crossing = needsCrossing(demand)
    for ring in rings.indices where rings[ring].mode == .green {
      if crossing || nextInPass(ring, demand) != nil {
        rings[ring].opposedSince = min(rings[ring].opposedSince, tick)
      } else {
        rings[ring].opposedSince = .distantFuture
      }
    }
  }

  // MARK: - Moves

  private mutating func moveWithinPass(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode != .change && crossingTo == nil {
      guard let next = nextInPass(ring, demand(detection)),
        isReady(ring, before: next, at: tick, interlock, detection)
      else { continue }
      endPhase(of: ring, at: tick, &detection)
      rings[ring].next = next
      rings[ring].mode = .change
      handOver(ring..<(ring + 1), at: tick, interlock: &interlock, into: &changes)
      hasMoved = true
    }
    return hasMoved
  }

  private mutating func cross(
    at tick: SimTime, interlock: inout Interlock, detection: inout Detection,
    into changes: inout ContiguousArray<IndicationChange>
  ) -> Bool {
    let wanted = demand(detection)
    guard crossingTo == nil, needsCrossing(wanted) else { return false }
    for ring in rings.indices {
      if rings[ring].mode == .change || nextInPass(ring, wanted) != nil { return false }
      let next = plan.runsStages ? nextSide(for: wanted.subtracting(detection.greenPhases)).first : nil
      if !isReady(ring, before: next, at: tick, interlock, detection) { return false }
    }
    for ring in rings.indices { endPhase(of: ring, at: tick, &detection) }
    let target = nextSide(for: demand(detection))
    crossingTo = target.side
    for ring in rings.indices {
      rings[ring].mode = .change
      rings[ring].next = phaseAfterCrossing(ring, to: target.side, demand(detection))
    }
    handOver(rings.indices, at: tick, interlock: &interlock, into: &changes)
    return true
  }

  /// The first side with a call, going round from the present one and ending with it; and its first called phase.
  func nextSide(for demand: PhaseSet) -> (side: Int, first: Int?) {
    for step in 1...plan.sideCount {
      let candidate = (side + step) % plan.sideCount
      for ring in rings.indices {
        if let phase = plan.first(of: demand, ring: ring, side: candidate) { return (candidate, phase) }
      }
    }
    return (side, nil)
  }

  private func phaseAfterCrossing(_ ring: Int, to side: Int, _ demand: PhaseSet) -> Int? {
    if let called = plan.first(of: demand, ring: ring, side: side) { return called }
    return plan.first(of: plan.dualEntries.subtracting(control.omit), ring: ring, side: side)
  }

  private mutating func endPhase(of ring: Int, at tick: SimTime, _ detection: inout Detection) {
    guard rings[ring].mode == .green, let phase = rings[ring].phase else { return }
    if control.forceOff.contains(phase: phase) {
      terminations[phase].forceOffs += 1
    } else if hasGap(phase, at: tick, detection) {
      terminations[phase].gapOuts += 1
    } else {
      terminations[phase].maxOuts += 1
    }
    awaitedWalks.remove(PhaseSet(phase: phase))
    rings[ring].opposedSince = .distantFuture
    detection.phaseEndedGreen(phase, at: tick)
  }

  /// Lets the changes that are due become greens, all rings of a crossing at once.
  private mutating func finishChanges(
    at tick: SimTime, interlock: Interlock, detection: inout Detection
  ) -> Bool {
    if let target = crossingTo {
      for ring in rings.indices where !isChangeDone(ring, at: tick, interlock) { return false }
      crossingTo = nil
      side = target
      for ring in rings.indices { finishChange(of: ring, at: tick, &detection) }
      return true
    }
    var hasMoved = false
    for ring in rings.indices where rings[ring].mode == .change && isChangeDone(ring, at: tick, interlock) {
      finishChange(of: ring, at: tick, &detection)
      hasMoved = true
    }
    return hasMoved
  }

  private func isChangeDone(_ ring: Int, at tick: SimTime, _ interlock: Interlock) -> Bool {
    guard rings[ring].changeAt <= tick else { return false }
    guard let next = rings[ring].next else { return true }
    for index in plan.phases[next].groups {
      let group = plan.groups[index]
      if plan.lateStart(of: group, in: next) == .zero && !interlock.isGreen(group) { return false }
    }
    return true
  }

  private mutating func finishChange(of ring: Int, at tick: SimTime, _ detection: inout Detection) {
    guard let next = rings[ring].next else {
      rings[ring] = Ring()
      rings[ring].isSpent = false
      return
    }
    rings[ring].mode = .green
    rings[ring].phase = next
    rings[ring].next = nil
    rings[ring].greenStart = tick
    rings[ring].opposedSince = .distantFuture
    terminations[next].greens += 1
    detection.phaseTurnedGreen(next)
    let pedestrians = detection.pedestrianCalls.union(plan.pedestrianRecalls).union(control.pedestrianCalls)
    if pedestrians.contains(phase: next), plan.phases[next].pedestrianGroup != nil {
      awaitedWalks.insert(PhaseSet(phase: next))
    }
  }
}

/// How often a phase was green, and how its greens ended.
public struct TerminationCounts: Hashable, Sendable {
  public var greens = 0
  public var gapOuts = 0
  public var maxOuts = 0
  public var forceOffs = 0
  public var walks = 0

  public init() {}
}
