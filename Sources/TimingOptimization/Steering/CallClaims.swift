import TrafficModel

/// What somebody before a signal can wait for, and which states give it.
///
/// At a ring-barrier unit these are its phases. The stages of a stage controller overlap, and a movement that two of
/// them serve is served by either, whichever of them the cabinet's detector calls: there a claim is a set of states
/// that let the same movements go, so that nobody who was let go keeps a stage in demand that nobody needs.
struct CallClaims: Sendable {
  /// At most 32; what is beyond goes with the first.
  private(set) var count: Int
  /// By state: the claims that it meets.
  private(set) var ofState: ContiguousArray<PhaseSet>
  /// By local movement: what who waits for it claims.
  private(set) var ofMovement: ContiguousArray<PhaseSet>
  /// By phase or stage: what a call of the cabinet always claims.
  private(set) var ofPhase: ContiguousArray<PhaseSet>

  /// A claim for each phase or stage.
  init(_ states: SignalStates) {
    count = states.phases.count
    ofState = states.phasesOfState
    ofPhase = ContiguousArray((0..<count).map { PhaseSet(phase: $0) })
    ofMovement = []
  }

  init(_ states: SignalStates, _ street: JunctionStreet) {
    self.init(states)
    ofMovement = ContiguousArray(
      street.movements.indices.map { place in
        var set = PhaseSet()
        for phase in street.movementsOfPhase.indices
        where street.movementsOfPhase[phase] & (1 << UInt64(place)) != 0 {
          set.insert(PhaseSet(phase: phase))
        }
        return set
      })
    if states.runsStages { joinStages(states, street) }
  }

  private mutating func joinStages(_ states: SignalStates, _ street: JunctionStreet) {
    var sets: [PhaseSet] = []
    func claim(_ serving: PhaseSet) -> PhaseSet {
      // What every state serves nobody waits for.
      if serving.isEmpty || serving.rawValue.nonzeroBitCount == states.count { return [] }
      if !sets.contains(serving) && sets.count < 32 { sets.append(serving) }
      return PhaseSet(phase: sets.firstIndex(of: serving) ?? 0)
    }
    ofMovement = ContiguousArray(
      street.movements.indices.map { place in
        var serving = PhaseSet()
        for state in 0..<states.count where street.service(place, in: state) >= .permitted {
          serving.insert(PhaseSet(phase: state))
        }
        return claim(serving)
      })
    // Whoever pushes a button calls the stage itself.
    ofPhase = ContiguousArray(
      states.phases.indices.map { states.phases[$0].pedestrianGroup >= 0 ? claim(PhaseSet(phase: $0)) : [] })
    count = sets.count
    ofState = ContiguousArray(
      (0..<states.count).map { state in
        var met = PhaseSet()
        for (index, set) in sets.enumerated() where set.contains(phase: state) {
          met.insert(PhaseSet(phase: index))
        }
        return met
      })
  }

  /// What the states that show these phases meet.
  func met(by green: PhaseSet, _ states: SignalStates) -> PhaseSet {
    if !states.runsStages { return green }
    var result = PhaseSet()
    for state in green.members where state < ofState.count { result.formUnion(ofState[state]) }
    return result
  }

  /// What the cabinet's calls claim.
  /// - Parameter unseen: claims of lanes that nobody sees; there the call of any stage that would do counts.
  func called(by calls: PhaseSet, unseen: PhaseSet) -> PhaseSet {
    var result = PhaseSet()
    for phase in calls.members where phase < ofPhase.count {
      result.formUnion(ofPhase[phase])
      if !unseen.isEmpty { result.formUnion(ofState[phase].intersection(unseen)) }
    }
    return result
  }
}
