import TrafficModel

/// Which program runs, and how the unit gets from one to another.
extension ControllerUnit {
  mutating func selectProgram(at tick: SimTime) {
    switch (program, desired) {
    case (.free, .free), (.clearing, .free):
      break
    case (.pattern(let old), .pattern(let new)) where old == new:
      break
    case (.pattern, .free):
      if handOverToRings(at: tick) {
        program = .free
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
    case .pattern(let index): fixed[index]?.begin()
    case .free: actuated?.begin()
    case .clearing: break
    }
  }

  mutating func clear(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    for group in 0..<interlock.groupCount { interlock.end(group, at: tick, into: &changes) }
    reportServiceToDetection(at: tick)
    guard interlock.areAllRed else { return }
    program = .free
    begin(.free)
    runFree(at: tick, into: &changes)
  }

  mutating func runFree(at tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    coordinate(at: tick)
    let control = phaseControl(at: tick)
    actuated?.control = control
    actuated?.advance(to: tick, interlock: &interlock, detection: &detection, into: &changes)
    concludeCoordination(at: tick)
  }

  // MARK: - Service seen from the lamps

  /// A pretimed program knows no phases, so the calls that its greens have served are taken back here.
  mutating func reportServiceToDetection(at tick: SimTime) {
    guard let plan else { return }
    for phase in plan.phases.indices {
      let isGreen = showsGreen(phase, plan)
      if isGreen != detection.greenPhases.contains(phase: phase) {
        if isGreen {
          detection.phaseTurnedGreen(phase)
        } else {
          detection.phaseEndedGreen(phase, at: tick)
        }
      }
      if let group = plan.phases[phase].pedestrianGroup, interlock.isGreen(group) {
        detection.pedestriansServed(PhaseSet(phase: phase))
      }
    }
  }

  func showsGreen(_ phase: Int, _ plan: ActuatedPlan) -> Bool {
    let groups = plan.phases[phase].groups
    if groups.isEmpty { return plan.phases[phase].pedestrianGroup.map { interlock.isGreen($0) } ?? false }
    for index in groups where !interlock.isGreen(plan.groups[index]) { return false }
    return true
  }
}
