import TrafficModel

/// What never changes of actuated operation: phases, their order, and what each needs.
///
/// A controller that knows stages only runs as one ring on one side, each stage a phase. Then groups end and start
/// as in a pretimed stage plan: at the stage's end minus their own loss, see ``SignalController/stageLoss(of:from:to:)``;
/// minimum and maximum count from the stage's start to the start of the next, as the durations of a stage plan do.
struct ActuatedPlan: Sendable {
  /// Passage time of a stage, which has none of its own: the usual 3 s of presence detection (FHWA, Signal Timing
  /// Manual, chapter 5).
  static let stagePassage = TimeSpan(milliseconds: 3000)
  /// As many as a ``PhaseSet`` can name.
  static let maximumPhaseCount = 32

  struct PhaseTiming: Hashable, Sendable {
    /// In the log.
    var number: Int
    var minimumGreen: TimeSpan
    var maximumGreen: TimeSpan
    var passage: TimeSpan
    /// Both zero for a stage, see `stageClearance`.
    var yellow = TimeSpan.zero
    var redClearance = TimeSpan.zero
    var actuation = PhaseActuation()
    var pedestrians = PedestrianTiming()
    /// Half-open range of its vehicle groups in `groups`.
    var groups: Range<Int>
    var pedestrianGroup: Int?
    var ring: Int
    var side: Int
    /// Phases that come after it in its ring on its side.
    var later: PhaseSet = []

    /// Yellow and red clearance.
    var clearance: TimeSpan { yellow + redClearance }
    /// Whether its passage time shrinks while somebody waits.
    var reducesGap: Bool { actuation.minimumGap.map { $0 < passage } ?? false }
  }

  let phases: ContiguousArray<PhaseTiming>
  let groups: ContiguousArray<Int>
  let ringCount: Int
  let sideCount: Int
  /// Phases in order, ring by ring and side by side; `ranges[ring · sideCount + side]` points into it.
  let order: ContiguousArray<Int>
  let ranges: ContiguousArray<Range<Int>>
  /// Phases of one ring on one side, by `ring · sideCount + side`.
  let members: ContiguousArray<PhaseSet>
  /// Phases that stand in the diagram.
  let servable: PhaseSet
  let vehicleRecalls: PhaseSet
  let maximumRecalls: PhaseSet
  let pedestrianRecalls: PhaseSet
  let softRecalls: PhaseSet
  let dualEntries: PhaseSet
  let lockingPhases: PhaseSet
  let conditionalPhases: PhaseSet
  /// By phase: those that cannot be green with it, itself among them.
  let conflicting: ContiguousArray<PhaseSet>
  let restsInRed: Bool
  let runsStages: Bool
  /// Latest start of clearance before the next stage, by `stage · count + next`; empty for ring-barrier.
  let stageClearance: ContiguousArray<TimeSpan>
  /// From the end of a group's green to the next stage, by `(stage · count + next) · groupCount + group`.
  let stageLoss: ContiguousArray<TimeSpan>
  let lateStart: ContiguousArray<TimeSpan>
  let groupCount: Int

  /// - Returns: `nil` if the controller has neither phases in a diagram nor stages, or too many.
  init?(_ data: SignalController) {
    if data.phases.isEmpty { self.init(stagesOf: data) } else { self.init(phasesOf: data) }
  }

  private init?(phasesOf data: SignalController) {
    let sides = data.diagram.sideCount
    let used = data.diagram.rings.joined().joined()
    guard data.phases.count <= Self.maximumPhaseCount, sides > 0, !used.isEmpty,
      used.allSatisfy({ data.phases.indices.contains($0) })
    else { return nil }
    var phases: ContiguousArray<PhaseTiming> = []
    var groups: ContiguousArray<Int> = []
    for (index, phase) in data.phases.enumerated() {
      guard (phase.groups + [phase.pedestrianGroup ?? 0]).allSatisfy({ data.groups.indices.contains($0) })
      else { return nil }
      let place = data.diagram.place(of: index) ?? (ring: 0, side: 0)
      let first = groups.count
      // Overlaps follow the phases by themselves.
      groups += phase.groups.filter { group in !data.overlaps.contains { $0.group == group } }
      phases.append(
        PhaseTiming(
          number: phase.number, minimumGreen: phase.minimumGreen.roundedUpToTick,
          maximumGreen: phase.maximumGreen, passage: phase.passage, yellow: phase.yellow.roundedUpToTick,
          redClearance: phase.clearance.roundedUpToTick - phase.yellow.roundedUpToTick,
          actuation: phase.actuation, pedestrians: phase.pedestrians.onTicks, groups: first..<groups.count,
          pedestrianGroup: phase.pedestrianGroup, ring: place.ring, side: place.side))
    }
    ringCount = data.diagram.rings.count
    sideCount = sides
    (order, ranges, members) = Self.ordered(data.diagram, sides: sides, later: &phases)
    servable = members.reduce([]) { $0.union($1) }
    self.phases = phases
    self.groups = groups
    vehicleRecalls = Self.set(data.phases) { $0.recall == .minimum || $0.recall == .maximum }
    maximumRecalls = Self.set(data.phases) { $0.recall == .maximum }
    pedestrianRecalls = Self.set(data.phases) { $0.recall == .pedestrian }
    softRecalls = Self.set(data.phases) { $0.recall == .soft }
    dualEntries = Self.set(data.phases, where: \.dualEntry)
    lockingPhases = Self.set(data.phases, where: \.actuation.locksCalls)
    conditionalPhases = Self.set(data.phases, where: \.actuation.isServedConditionally)
    conflicting = Self.conflicts(phases)
    restsInRed = data.options.restsInRed
    runsStages = false
    stageClearance = []
    stageLoss = []
    lateStart = []
    groupCount = data.groups.count
  }

  private init?(stagesOf data: SignalController) {
    let count = data.stages.count
    guard count > 0, count <= Self.maximumPhaseCount,
      data.stages.allSatisfy({ $0.groups.allSatisfy { data.groups.indices.contains($0) } })
    else { return nil }
    var phases: ContiguousArray<PhaseTiming> = []
    var groups: ContiguousArray<Int> = []
    var clearance: ContiguousArray<TimeSpan> = []
    var losses: ContiguousArray<TimeSpan> = []
    var late: ContiguousArray<TimeSpan> = []
    for (index, stage) in data.stages.enumerated() {
      let first = groups.count
      groups += stage.groups
      phases.append(
        PhaseTiming(
          number: index + 1, minimumGreen: stage.minimumDuration.roundedUpToTick,
          maximumGreen: stage.maximumDuration, passage: Self.stagePassage, groups: first..<groups.count,
          pedestrianGroup: nil, ring: 0, side: 0))
      late += data.groups.indices.map { (stage.lateStart[$0] ?? .zero).roundedUpToTick }
      for next in data.stages.indices {
        let ending = data.groups.indices.map { group in
          stage.groups.contains(group) && !data.stages[next].groups.contains(group)
            ? data.stageLoss(of: group, from: index, to: next).roundedUpToTick : .zero
        }
        losses += ending
        clearance.append(ending.max() ?? .zero)
      }
    }
    let diagram = RingBarrierDiagram(rings: [[Array(data.stages.indices)]])
    ringCount = 1
    sideCount = 1
    (order, ranges, members) = Self.ordered(diagram, sides: 1, later: &phases)
    servable = members.reduce([]) { $0.union($1) }
    self.phases = phases
    self.groups = groups
    // A stage that nothing can call would never come; it is always called instead, unless it is on demand only.
    var called: PhaseSet = []
    for assignment in data.detectors {
      for stage in assignment.calls where stage < count { called.insert(PhaseSet(phase: stage)) }
    }
    vehicleRecalls = Self.set(data.stages.indices) {
      !called.contains(phase: $0) && !data.stages[$0].isOnDemand
    }
    maximumRecalls = []
    pedestrianRecalls = []
    softRecalls = []
    dualEntries = []
    lockingPhases = servable
    conditionalPhases = []
    conflicting = Self.conflicts(phases)
    restsInRed = false
    runsStages = true
    stageClearance = clearance
    stageLoss = losses
    lateStart = late
    groupCount = data.groups.count
  }

  private static func ordered(
    _ diagram: RingBarrierDiagram, sides: Int, later phases: inout ContiguousArray<PhaseTiming>
  ) -> (ContiguousArray<Int>, ContiguousArray<Range<Int>>, ContiguousArray<PhaseSet>) {
    var order: ContiguousArray<Int> = []
    var ranges: ContiguousArray<Range<Int>> = []
    var members: ContiguousArray<PhaseSet> = []
    for ring in diagram.rings.indices {
      for side in 0..<sides {
        let list = diagram.phases(ring: ring, side: side)
        var later: PhaseSet = []
        for phase in list.reversed() {
          phases[phase].later = later
          later.insert(PhaseSet(phase: phase))
        }
        ranges.append(order.count..<order.count + list.count)
        order += list
        members.append(later)
      }
    }
    return (order, ranges, members)
  }

  private static func conflicts(_ phases: ContiguousArray<PhaseTiming>) -> ContiguousArray<PhaseSet> {
    ContiguousArray(
      phases.map { phase in
        set(phases) { $0.ring == phase.ring || $0.side != phase.side }
      })
  }

  private static func set<List: Collection<Element>, Element>(
    _ list: List, where holds: (Element) -> Bool
  ) -> PhaseSet {
    var result: PhaseSet = []
    for (index, element) in list.enumerated() where holds(element) { result.insert(PhaseSet(phase: index)) }
    return result
  }

  // MARK: - Getters

  /// The first phase of a ring on a side that is in `wanted`.
  func first(of wanted: PhaseSet, ring: Int, side: Int) -> Int? {
    for index in ranges[ring * sideCount + side] where wanted.contains(phase: order[index]) {
      return order[index]
    }
    return nil
  }

  func members(ring: Int, side: Int) -> PhaseSet { members[ring * sideCount + side] }

  func serves(_ phase: Int, _ group: Int) -> Bool {
    for index in phases[phase].groups where groups[index] == group { return true }
    return false
  }

  /// From the decision to end a phase to the start of the next.
  func clearance(of phase: Int, before next: Int) -> TimeSpan {
    runsStages ? stageClearance[phase * phases.count + next] : phases[phase].clearance
  }

  /// From the end of a group's green to the start of the next stage.
  func loss(of group: Int, from stage: Int, to next: Int) -> TimeSpan {
    stageLoss[(stage * phases.count + next) * groupCount + group]
  }

  func lateStart(of group: Int, in stage: Int) -> TimeSpan {
    runsStages ? lateStart[stage * groupCount + group] : .zero
  }
}

extension PedestrianTiming {
  /// The same with every time a whole number of ticks.
  fileprivate var onTicks: PedestrianTiming {
    var result = self
    result.leadingInterval = max(leadingInterval, .zero).roundedUpToTick
    result.buffer = max(buffer, .zero).roundedUpToTick
    result.extendedClearance = max(extendedClearance, .zero).roundedUpToTick
    return result
  }
}
