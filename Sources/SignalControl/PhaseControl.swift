import TrafficModel

/// Everything that is asked of the phase sequencer beside its detectors, at one tick: the union of what the brain's
/// command, coordination, priority and preemption want.
///
/// Each source fills one of these, and the unit merges them in the order of precedence; the sequencer knows no source.
/// A phase that is omitted is never begun, one that is held does not end, and one that is forced off ends as soon as
/// its minimum times allow. Force-off wins over hold.
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

  /// Adds what another source wants.
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
  }
}
