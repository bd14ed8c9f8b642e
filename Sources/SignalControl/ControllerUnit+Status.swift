import TrafficModel

/// What the unit tells its brain.
extension ControllerUnit {
  /// What the unit shows and runs, as of the last tick it was advanced to.
  public var status: CabinetStatus { status(at: lastTick) }

  /// The same, with the cycle timer read at `now`, which may be after the last advance.
  public func status(at now: SimTime) -> CabinetStatus {
    // Running free, the rings know; a plan's stages and phases are told by their lamps.
    var green: PhaseSet = program == .free ? detection.greenPhases : []
    if let plan, program != .free {
      for phase in plan.phases.indices where showsGreen(phase, plan) { green.insert(PhaseSet(phase: phase)) }
    }
    var mode = CabinetMode.free
    var cycleTimer: TimeSpan?
    if !isStarted {
      mode = .startUp
    } else if case .pattern(let index) = program {
      mode = .pattern(data.patterns[index].number)
      cycleTimer = (now - coordination.timeBase.masterZero).modulo(data.patterns[index].cycle)
    } else if program == .free, let coordinator = coordination.coordinator {
      mode = .pattern(coordinator.plan.number)
      cycleTimer = (now - coordinator.timer.masterZero).modulo(coordinator.plan.cycle)
    }
    if isStarted && isManual { mode = .manual }
    switch flash.state {
    case .flash where isStarted: mode = .flash
    case .allRed where isStarted: mode = .startUp
    default:
      if let number = preemption.activeNumber { mode = .preempt(number) }
    }
    return CabinetStatus(
      mode: mode, indications: (0..<interlock.groupCount).map { interlock.indication(of: $0) },
      greenPhases: green, phaseSince: (0..<detection.intervals.count).map { detection.intervals.since($0) },
      nextPhases: program == .free ? actuated?.nextPhases ?? [] : [], vehicleCalls: detection.vehicleCalls,
      pedestrianCalls: detection.pedestrianCalls,
      cycleTimer: cycleTimer, coordination: coordination.coordinator?.timer.state ?? .free,
      freeReason: coordination.freeReason, alarms: alarms,
      detectors: detection.states.indices.map { detection.status($0, at: now) }, refusals: refusals)
  }

  private var alarms: CabinetAlarms {
    var result = coordination.alarms
    if isManual { result.insert(.manualControl) }
    if panel.isStopTimeOn { result.insert(.stopTime) }
    if detection.failedCount > 0 { result.insert(.detectorFault) }
    if flash.wants(.monitor) { result.insert(.monitorFlash) }
    if flash.wants(.flashSwitch) || flash.wants(.automatic) { result.insert(.localFlash) }
    if preemption.isActive { result.insert(.preempt) }
    if preemption.hasPresenceFault { result.insert(.preemptMaximumPresence) }
    return result
  }

  /// Services and terminations of each phase (or stage) in free operation so far; empty where it cannot run free.
  public var terminationCounts: ContiguousArray<TerminationCounts> { actuated?.terminations ?? [] }
}
