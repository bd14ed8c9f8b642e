import TrafficModel

/// Which program runs, and how the unit gets from one to another.
extension ControllerUnit {
  mutating func selectProgram(at tick: SimTime) {
    // An officer steps through phases, so that he too gets the rings.
    if isPreempted || isManual { return selectProgramForPreempt(at: tick) }
    switch (program, desired) {
    case (.free, .free), (.clearing, .free):
      break
    case (.pattern(let old), .pattern(let new)) where old == new:
      break
    case (.pattern, .free):
      if handOverToRings(at: tick) {
        program = .free
        overlaps.begin(interlock)
      } else if !mayAwaitHandOver(at: tick) {
        program = .clearing
      }
    case (_, .pattern), (_, .clearing):
      program = desired
      begin(desired)
    }
    if program == desired { coordination.handOverSince = nil }
  }

  mutating func begin(_ program: Program) {
    switch program {
    case .pattern(let index):
      fixed[index]?.begin()
      changedPattern?.sequencer.begin()
    case .free:
      actuated?.begin()
      overlaps.begin(interlock)
    case .clearing: break
    }
  }

  mutating func clear(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    for group in 0..<interlock.groupCount where clearingEnd(of: group) <= tick {
      interlock.end(group, at: tick, into: &changes)
    }
    reportServiceToDetection(at: tick)
    guard interlock.areAllRed else { return }
    program = .free
    begin(.free)
    runFree(at: tick, into: &changes)
  }

  /// When a green may end on the way to free operation: vehicles all together, so that nobody who turns left sees a
  /// yellow that oncoming traffic does not.
  func clearingEnd(of group: Int) -> SimTime {
    var result = ownClearingEnd(of: group)
    if result == .distantFuture || interlock.timings[group].isPedestrian { return result }
    for other in 0..<interlock.groupCount where !interlock.timings[other].isPedestrian {
      let end = ownClearingEnd(of: other)
      if end < .distantFuture { result = max(result, end) }
    }
    return result
  }

  /// When a green may end by itself: the minimum green of the phases that it belongs to is kept, which may be longer
  /// than its own.
  private func ownClearingEnd(of group: Int) -> SimTime {
    var result = interlock.earliestEnd(of: group)
    guard result < .distantFuture, let plan, interlock.cut == nil else { return result }
    for phase in plan.phases.indices where detection.intervals.greens.contains(phase: phase) {
      guard plan.phases[phase].groups.contains(where: { plan.groups[$0] == group }) else { continue }
      result = max(result, detection.intervals.since(phase) + plan.phases[phase].minimumGreen)
    }
    return result
  }

  mutating func runFree(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    if isPreempted {
      suspendCoordination(at: tick)
      endWalksInTheWay(at: tick, into: &changes)
    } else {
      coordinate(at: tick)
      advancePriority(at: tick)
    }
    let control = phaseControl(at: tick)
    recordControl(control, at: tick)
    actuated?.control = control
    actuated?.advance(
      to: tick, interlock: &interlock, detection: &detection, recorder: &recorder, into: &changes)
    panel.advanced.formIntersection(actuated?.greenPhases ?? [])
    concludeCoordination(at: tick)
    followPhases(at: tick, into: &changes)
  }

  /// Overlaps look at the rings after they have moved; a lamp that they change may let a ring go on.
  private mutating func followPhases(
    at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard let actuated, !overlaps.isEmpty else { return }
    if overlaps.advance(to: tick, actuated, interlock: &interlock, into: &changes) { wakesAgain = true }
    overlaps.recordTrailing(at: tick, into: &recorder)
  }

  // MARK: - Service seen from the lamps

  /// A pretimed program knows no phases, so the calls that its greens have served are taken back here.
  mutating func reportServiceToDetection(at tick: SimTime) {
    guard let plan else { return }
    for phase in plan.phases.indices {
      let isGreen = showsGreen(phase, plan)
      if isGreen != detection.greenPhases.contains(phase: phase) {
        if isGreen {
          detection.phaseTurnedGreen(phase, at: tick)
          detection.intervals.beginGreen(phase, at: tick, &recorder)
        } else {
          endShownPhase(phase, plan, at: tick)
        }
      }
      if let group = plan.phases[phase].pedestrianGroup, interlock.isGreen(group) {
        detection.pedestriansServed(PhaseSet(phase: phase))
      }
    }
  }

  /// A planned end is a force-off to whoever reads the log. A stage has no clearance of its own.
  private mutating func endShownPhase(_ phase: Int, _ plan: ActuatedPlan, at tick: SimTime) {
    let timing = plan.phases[phase]
    detection.phaseEndedGreen(phase, at: tick)
    recorder.record(.forceOff, timing.number, at: tick)
    detection.intervals.end(
      phase, yellow: timing.yellow, redClearance: timing.redClearance, at: tick, &recorder)
  }

  func showsGreen(_ phase: Int, _ plan: ActuatedPlan) -> Bool {
    let groups = plan.phases[phase].groups
    if groups.isEmpty { return plan.phases[phase].pedestrianGroup.map { interlock.isGreen($0) } ?? false }
    for index in groups where !interlock.isGreen(plan.groups[index]) { return false }
    return true
  }
}
