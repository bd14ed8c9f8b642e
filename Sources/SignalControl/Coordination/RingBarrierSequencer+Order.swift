import TrafficModel

/// Another order of the same phases, as patterns with other leading and lagging phases have it.
extension RingBarrierSequencer {
  /// Goes on with another order of phases, from the greens that are shown.
  /// - Returns: `false`, and nothing has changed, while a ring is changing, or if the new order does not let the present
  ///   greens meet.
  mutating func adopt(_ next: ActuatedPlan) -> Bool {
    if plan.hasSameOrder(as: next) { return true }
    guard crossingTo == nil, next.phases.count == plan.phases.count, !rings.contains(where: { $0.mode == .change })
    else { return false }
    var common: Int?
    var moved = ContiguousArray(repeating: Ring(), count: next.ringCount)
    for ring in rings {
      guard ring.mode == .green, let phase = ring.phase else { continue }
      let place = next.phases[phase]
      guard next.servable.contains(phase: phase), common == nil || common == place.side,
        moved[place.ring].mode == .dwell
      else { return false }
      common = place.side
      moved[place.ring] = ring
    }
    rings = moved
    side = common ?? 0
    plan = next
    return true
  }

  /// Since when a phase has been green; `nil` if it is not.
  func greenStart(of phase: Int) -> SimTime? {
    for ring in rings where ring.mode == .green && ring.phase == phase { return ring.greenStart }
    return nil
  }
}

extension ActuatedPlan {
  func hasSameOrder(as other: ActuatedPlan) -> Bool {
    ringCount == other.ringCount && sideCount == other.sideCount && order == other.order
      && ranges == other.ranges
  }
}
