import TrafficModel

/// The one mapping from a wanted state to what a cabinet takes.
///
/// | Unit | Gets | Why |
/// |---|---|---|
/// | ring-barrier | program free; *vehicle calls* and *hold* on the phases of the state | it goes there, and no gap or maximum ends it |
/// | | *omit* and *force-off* on all others | nothing else is begun, and what is green ends as soon as it may |
/// | | *force-off* and no hold also on phases of the state that are green, where another phase of it was passed already | a ring goes back only if all rings end (backup protection) |
/// | | *pedestrian omit* on the phases whose people shall not start now | under hold nobody waits against the green, so that every button would start a walk at once, and the green could not end before its clearance has |
/// | stage controller | program free and the *stage* | it goes there by the stage's own changes, and stays |
/// | both | a longer *red clearance* after what ends, where one is asked for | vehicles are still inside the junction |
///
/// The state is repeated at every decision under a lease of a few decisions, so that a cabinet whose brain falls silent
/// returns to its local plan. A request acts at the next tick of a cabinet in the loop; over a line up to a second
/// later. A change of mind during a change comes too late for the ring that changes: the cabinet finishes it first.
struct StateRequest: Sendable {
  /// Long enough to bridge two lost decisions.
  static let lease = TimeSpan(milliseconds: 4_000)

  var state: Int
  /// Phases whose pedestrians may start when they have called.
  var walking: PhaseSet = []
  /// Phases whose next red clearance is to be longer, and by how much.
  var extendRedClearance: PhaseSet = []
  var redClearanceExtension: TimeSpan = .zero

  func command(for states: SignalStates, seeing status: CabinetStatus) -> CabinetCommand {
    var command = CabinetCommand(program: .free, lease: Self.lease)
    if states.runsStages {
      command.stage = state
      command.extendRedClearance = extendRedClearance
      command.redClearanceExtension = redClearanceExtension
      return command
    }
    let wanted = states.phasesOfState[state]
    let others = states.servable.subtracting(wanted)
    let green = status.greenPhases.intersection(states.servable)
    var ending = others
    if isBehind(wanted.subtracting(green), of: green.union(status.nextPhases), states) {
      ending.formUnion(wanted.intersection(green))
    }
    command.vehicleCalls = wanted
    command.hold = wanted.subtracting(ending)
    command.forceOff = ending
    command.omit = others
    command.pedestrianOmit = states.withPedestrians.subtracting(walking)
    command.extendRedClearance = extendRedClearance
    command.redClearanceExtension = redClearanceExtension
    return command
  }

  /// Whether a missing phase was passed already by what its ring shows or is about to show on the same side.
  private func isBehind(_ missing: PhaseSet, of running: PhaseSet, _ states: SignalStates) -> Bool {
    for phase in missing.members where !running.contains(phase: phase) {
      for other in running.members
      where states.phases[other].ring == states.phases[phase].ring
        && states.phases[other].side == states.phases[phase].side
        && states.phases[other].place >= states.phases[phase].place
      {
        return true
      }
    }
    return false
  }
}
