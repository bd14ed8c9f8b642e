import TrafficModel

/// What never changes of a unit's preempts: their data with phases as sets, in the order in which they go first.
public struct PreemptionPlan: Sendable, Hashable {
  struct Entry: Sendable, Hashable {
    var number: Int
    var isRail: Bool
    var isFailSafe: Bool
    var isLocking: Bool
    var delay: TimeSpan
    var minimumDuration: TimeSpan
    var cut: PreemptCut
    var track: PhaseSet
    var trackGreen: TimeSpan
    var dwell: PhaseSet
    var dwellPedestrians: PhaseSet
    var minimumDwell: TimeSpan
    var cycling: PhaseSet
    var flashes: Bool
    var maximumPresence: TimeSpan?
    var exit: PhaseSet
  }

  /// Rail before emergency, then the lower number: the earlier entry takes the right of way from the later.
  let entries: ContiguousArray<Entry>
  /// Phases that the sequencer can serve.
  let servable: PhaseSet

  /// - Parameters:
  ///   - preempts: In any order.
  ///   - servable: Phases (or stages) that stand in the diagram; others are left out of every list.
  public init(_ preempts: [Preempt], servable: PhaseSet) {
    func set(_ phases: [Int]) -> PhaseSet {
      phases.reduce(into: PhaseSet()) {
        if $1 >= 0 && $1 < ActuatedPlan.maximumPhaseCount { $0.insert(PhaseSet(phase: $1)) }
      }.intersection(servable)
    }
    let sorted = preempts.enumerated().sorted { first, second in
      let (a, b) = (first.element, second.element)
      if a.kind != b.kind { return a.kind == .rail }
      return (a.number, first.offset) < (b.number, second.offset)
    }
    entries = ContiguousArray(
      sorted.map { _, preempt in
        Entry(
          number: preempt.number, isRail: preempt.kind == .rail, isFailSafe: preempt.isFailSafe,
          isLocking: preempt.isLocking, delay: preempt.delay.roundedUpToTick,
          minimumDuration: preempt.minimumDuration.roundedUpToTick, cut: PreemptCut(preempt),
          track: set(preempt.trackPhases), trackGreen: preempt.trackGreen.roundedUpToTick,
          dwell: set(preempt.dwellPhases), dwellPedestrians: set(preempt.dwellPedestrians),
          minimumDwell: preempt.minimumDwell.roundedUpToTick, cycling: set(preempt.cyclingPhases),
          flashes: preempt.flashesInDwell, maximumPresence: preempt.maximumPresence?.roundedUpToTick,
          exit: set(preempt.exitPhases))
      })
    self.servable = servable
  }
}
