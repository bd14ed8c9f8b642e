import TrafficModel

/// What coordination, priority and preemption may know of the rings; they act through ``PhaseControl`` only.
extension RingBarrierSequencer {
  /// One ring as seen from outside.
  struct RingView: Hashable, Sendable {
    var mode: Mode
    /// The phase that is green; in a change the one that ended.
    var phase: Int?
    /// In a change: what comes next; `nil` dwells.
    var next: Int?
    /// When the phase turned green.
    var greenStart: SimTime
    /// Since when its green keeps somebody waiting; the distant future while it does not.
    var opposedSince: SimTime
  }

  func view(ofRing ring: Int) -> RingView {
    let state = rings[ring]
    return RingView(
      mode: state.mode, phase: state.phase, next: state.next, greenStart: state.greenStart,
      opposedSince: state.opposedSince)
  }

  /// Phases whose green runs; not those in yellow or red clearance.
  var greenPhases: PhaseSet {
    var result: PhaseSet = []
    for ring in rings where ring.mode == .green {
      if let phase = ring.phase { result.insert(PhaseSet(phase: phase)) }
    }
    return result
  }

  /// Phases that come next in rings that are changing.
  var nextPhases: PhaseSet {
    var result: PhaseSet = []
    for ring in rings where ring.mode == .change {
      if let next = ring.next { result.insert(PhaseSet(phase: next)) }
    }
    return result
  }

  /// Green phases whose pedestrians walk, clear, or are about to walk.
  func pedestrianPhases(_ interlock: Interlock) -> PhaseSet {
    var result = awaitedWalks
    for ring in rings where ring.mode == .green {
      guard let phase = ring.phase, let group = plan.phases[phase].pedestrianGroup else { continue }
      if !interlock.isRed(group) { result.insert(PhaseSet(phase: phase)) }
    }
    return result
  }
}
