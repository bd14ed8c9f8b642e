import TrafficModel

/// Everything that is asked of the phase sequencer beside its detectors, at one tick: the union of what the brain's
/// command, coordination, priority and preemption want.
///
/// Each source fills one of these, and the unit merges them in the order of precedence; the sequencer knows no source.
/// A phase that is omitted is never begun, one that is held does not end, and one that is forced off ends as soon as
/// its minimum times allow. Within one control force-off wins over hold; between two, the higher one wins.
struct PhaseControl: Hashable, Sendable {
  var vehicleCalls: PhaseSet = []
  var pedestrianCalls: PhaseSet = []
  var hold: PhaseSet = []
  var forceOff: PhaseSet = []
  var omit: PhaseSet = []
  var pedestrianOmit: PhaseSet = []
  /// Phases that stay on MAX 2, and those that no maximum ends.
  var maximum2: PhaseSet = []
  var inhibitMaximum: PhaseSet = []
  /// Calls that are there as by recall, on top of the phases' own.
  var minimumRecall: PhaseSet = []
  var maximumRecall: PhaseSet = []
  var pedestrianRecall: PhaseSet = []
  /// Phases that rest in walk while they hold.
  var restInWalk: PhaseSet = []
  /// Those of ``forceOff`` that a preempt or a priority asks for; only the event log tells them apart.
  var preemptForceOff: PhaseSet = []
  var priorityForceOff: PhaseSet = []
  /// The numbers of that preempt and of that priority; 0: there is none.
  var preemptNumber = 0
  var priorityNumber = 0
  /// Phases that end as soon as they may although nobody waits behind them, and that do not begin any more if they
  /// were about to.
  var abandoned: PhaseSet = []
  /// Green phases that coordination leaves the time for another walk and its clearance.
  var pedestriansFit: PhaseSet = []
  /// Until when the present side of the barriers will stay at most, where coordination knows; bounds what is begun
  /// within a green that runs already: conditional service, a second walk.
  var sideEnd = SimTime.distantFuture
  /// A green that has lasted this long may end although its phase's own minimum is longer; `nil`: never. Minimum
  /// greens of the lamps stand below it.
  var shortestGreen: TimeSpan?

  /// Adds what another source of the same rank wants.
  mutating func merge(_ other: PhaseControl) {
    vehicleCalls.formUnion(other.vehicleCalls)
    pedestrianCalls.formUnion(other.pedestrianCalls)
    hold.formUnion(other.hold)
    forceOff.formUnion(other.forceOff)
    omit.formUnion(other.omit)
    pedestrianOmit.formUnion(other.pedestrianOmit)
    maximum2.formUnion(other.maximum2)
    inhibitMaximum.formUnion(other.inhibitMaximum)
    minimumRecall.formUnion(other.minimumRecall)
    maximumRecall.formUnion(other.maximumRecall)
    pedestrianRecall.formUnion(other.pedestrianRecall)
    restInWalk.formUnion(other.restInWalk)
    preemptForceOff.formUnion(other.preemptForceOff)
    priorityForceOff.formUnion(other.priorityForceOff)
    if other.preemptNumber != 0 { preemptNumber = other.preemptNumber }
    if other.priorityNumber != 0 { priorityNumber = other.priorityNumber }
    abandoned.formUnion(other.abandoned)
    pedestriansFit.formUnion(other.pedestriansFit)
    sideEnd = min(sideEnd, other.sideEnd)
    if let other = other.shortestGreen { shortestGreen = min(shortestGreen ?? other, other) }
  }

  /// Adds what a source of higher rank wants: where the two contradict each other, hold against force-off, its word
  /// stands.
  mutating func yield(to higher: PhaseControl) {
    forceOff.subtract(higher.hold)
    preemptForceOff.subtract(higher.hold)
    priorityForceOff.subtract(higher.hold)
    hold.subtract(higher.forceOff)
    merge(higher)
  }

  mutating func rebase(by shift: TimeSpan) {
    if sideEnd < .distantFuture { sideEnd = sideEnd - shift }
  }
}
