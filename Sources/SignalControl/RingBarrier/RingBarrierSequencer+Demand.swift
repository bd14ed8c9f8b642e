import TrafficModel

/// Who wants to be served, and whom the present greens keep waiting.
extension RingBarrierSequencer {
  /// Phases that somebody wants served.
  func demand(_ detection: Detection) -> PhaseSet { calls(detection).union(softCalls) }

  /// The same without soft recall.
  private func calls(_ detection: Detection) -> PhaseSet {
    let vehicles = detection.vehicleCalls.union(plan.vehicleRecalls).union(detection.failedRecalls)
      .union(control.vehicleCalls).union(control.minimumRecall).union(control.maximumRecall)
    return vehicles.union(pedestrianDemand(detection)).intersection(plan.servable).subtracting(control.omit)
  }

  /// Phases whose pedestrians want to walk.
  func pedestrianDemand(_ detection: Detection) -> PhaseSet {
    detection.pedestrianCalls.union(plan.pedestrianRecalls)
      .union(control.pedestrianCalls).union(control.pedestrianRecall).subtracting(control.pedestrianOmit)
  }

  /// Phases that are green or about to be.
  var activePhases: PhaseSet {
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
    if state.isConditional { return [] }
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
    if waiting.isEmpty { return false }
    for ring in rings.indices { waiting.subtract(reachablePhases(of: ring)) }
    return !waiting.isEmpty
  }

  /// Soft recall: a call while nobody else is called and every green that is in its way rests with its gap open.
  mutating func updateSoftCalls(at tick: SimTime, _ interlock: Interlock, _ detection: Detection) {
    guard !plan.softRecalls.isEmpty else { return }
    softCalls = []
    let active = activePhases
    guard calls(detection).subtracting(active).isEmpty else { return }
    for phase in plan.softRecalls.subtracting(active).subtracting(control.omit).indices
    where plan.servable.contains(phase: phase) && isAtRest(against: phase, at: tick, interlock, detection) {
      softCalls.insert(PhaseSet(phase: phase))
    }
  }

  private func isAtRest(
    against phase: Int, at tick: SimTime, _ interlock: Interlock, _ detection: Detection
  ) -> Bool {
    for ring in rings.indices {
      guard rings[ring].mode != .change else { return false }
      guard rings[ring].mode == .green, let green = rings[ring].phase else { continue }
      guard plan.conflicting[phase].contains(phase: green) else { continue }
      // Two soft recalls do not chase each other.
      if plan.softRecalls.contains(phase: green) { return false }
      if minimumTime(ring, green, before: nil, interlock) > tick { return false }
      if gapOpens(ring, green, detection) > tick { return false }
    }
    return true
  }

  /// Starts the timers of greens that keep somebody waiting, and stops them where nobody waits any more.
  mutating func markOpposition(
    at tick: SimTime, _ detection: Detection, _ recorder: inout ControllerEventRecorder
  ) {
    let demand = demand(detection)
    let crossing = needsCrossing(demand)
    for ring in rings.indices where rings[ring].mode == .green {
      guard crossing || nextInPass(ring, demand) != nil else {
        rings[ring].opposedSince = .distantFuture
        rings[ring].reductionAt = .distantFuture
        rings[ring].gapStandsFrom = .distantFuture
        continue
      }
      guard let phase = rings[ring].phase else { continue }
      if rings[ring].opposedSince == .distantFuture {
        rings[ring].opposedSince = tick
        reportOpposition(phase, at: tick, &recorder)
      }
      markReduction(ring, phase, at: tick, demand, detection)
    }
  }

  private func reportOpposition(_ phase: Int, at tick: SimTime, _ recorder: inout ControllerEventRecorder) {
    recorder.record(.phaseCheck, plan.phases[phase].number, at: tick)
    if control.inhibitMaximum.contains(phase: phase) { return }
    let actuation = plan.phases[phase].actuation
    let isSecond = actuation.maximumGreen2 != nil && control.maximum2.contains(phase: phase)
    let code: ControllerEventCode =
      dynamicMaxima[phase].shift != .zero
      ? .dynamicMaximumInEffect : isSecond ? .maximum2InEffect : .maximum1InEffect
    recorder.record(code, plan.phases[phase].number, at: tick)
  }

  /// Gap reduction begins after its time, or once enough vehicles wait at conflicting phases.
  private mutating func markReduction(
    _ ring: Int, _ phase: Int, at tick: SimTime, _ demand: PhaseSet, _ detection: Detection
  ) {
    let timing = plan.phases[phase]
    guard timing.reducesGap, rings[ring].reductionAt > tick else { return }
    let base = max(rings[ring].opposedSince, rings[ring].greenStart)
    rings[ring].reductionAt = min(rings[ring].reductionAt, base + timing.actuation.timeBeforeReduction)
    guard timing.actuation.carsBeforeReduction > 0, rings[ring].greenStart <= tick else { return }
    var waiting = 0
    for other in demand.intersection(plan.conflicting[phase]).indices where other != phase {
      waiting += detection.phases[other].waitingCount
    }
    if waiting >= timing.actuation.carsBeforeReduction {
      rings[ring].reductionAt = min(rings[ring].reductionAt, tick)
    }
  }
}
