import TrafficModel

/// Another order of the same phases, as patterns with other leading and lagging phases have it.
extension RingBarrierSequencer {
  /// Goes on with another order of phases, from the greens that are shown.
  /// - Returns: `false`, and nothing has changed, while a ring is changing, or if the new order does not let the present
  ///   greens meet.
  mutating func adopt(_ next: ActuatedPlan) -> Bool {
    if plan.hasSameOrder(as: next) { return true }
    guard crossingTo == nil, next.phases.count == plan.phases.count,
      !rings.contains(where: { $0.mode == .change })
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

  /// Goes on from the lamps that a pretimed pattern shows, where they are the greens of phases that may meet.
  /// - Returns: `false`, and nothing has changed, while some lamp belongs to no such phase or is changing.
  mutating func takeOver(
    _ order: ActuatedPlan, at tick: SimTime, _ interlock: Interlock, _ detection: inout Detection
  ) -> Bool {
    var explained = ContiguousArray(repeating: false, count: interlock.groupCount)
    var shown = ContiguousArray<Int?>(repeating: nil, count: order.ringCount)
    var common: Int?
    for phase in order.phases.indices where order.servable.contains(phase: phase) {
      let timing = order.phases[phase]
      guard !timing.groups.isEmpty, timing.groups.allSatisfy({ interlock.isGreen(order.groups[$0]) }) else {
        continue
      }
      guard shown[timing.ring] == nil, common == nil || common == timing.side else { return false }
      shown[timing.ring] = phase
      common = timing.side
      for index in timing.groups { explained[order.groups[index]] = true }
      if let walk = timing.pedestrianGroup { explained[walk] = true }
    }
    for group in explained.indices where !explained[group] && !interlock.isRed(group) { return false }
    begin()
    plan = order
    rings = ContiguousArray(repeating: Ring(), count: order.ringCount)
    guard let common else { return true }
    side = common
    for ring in rings.indices {
      guard let phase = shown[ring] else { continue }
      let timing = order.phases[phase]
      rings[ring].mode = .green
      rings[ring].phase = phase
      rings[ring].greenStart = timing.groups.reduce(Interlock.longAgo) { latest, index in
        max(latest, interlock.lamps[order.groups[index]].since)
      }
      detection.phaseTurnedGreen(phase)
      if let walk = timing.pedestrianGroup, interlock.isGreen(walk) {
        ends[walk] = max(tick, interlock.earliestEnd(of: walk))
      }
    }
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
