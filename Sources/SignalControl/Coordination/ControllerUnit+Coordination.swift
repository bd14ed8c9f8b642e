import TrafficModel

/// The rings under coordination, and the way there from a pretimed pattern.
extension ControllerUnit {
  /// Follows the clock; before anything else is decided at `tick`.
  mutating func advanceTimeBase(to tick: SimTime) {
    let zero = coordination.timeBase.masterZero
    if coordination.timeBase.advance(to: tick) { chooseProgram() }
    guard coordination.timeBase.masterZero != zero else { return }
    for index in fixed.indices { fixed[index]?.masterZero = coordination.timeBase.masterZero }
  }

  /// Lets the coordinator say what it wants of the phases at `tick`; before the sequencer acts.
  mutating func coordinate(at tick: SimTime) {
    watchCoordinatedService(at: tick)
    guard let wanted = coordination.wanted else {
      leaveCoordination(at: tick)
      watchFreeService(at: tick)
      return
    }
    // Taken out while it acts, so that it is not copied.
    var coordinator = coordination.coordinator.take() ?? newCoordinator(wanted, at: tick)
    if coordinator.wanted != wanted { coordinator.change(to: wanted) }
    if preemptionControl(at: tick) != nil || manualControl(at: tick) != nil {
      // Nobody hears it: the timer waits, and picks up when the phases are its own again.
      if !coordinator.timer.isPickingUp {
        coordinator.pickUp()
        recorder.record(.coordinationState, Int(CoordinationState.pickingUp.rawValue), at: tick)
      }
      coordination.coordinator = coordinator
      return
    }
    let calls = detection.vehicleCalls.union(detection.pedestrianCalls)
      .union(commandControl.vehicleCalls).union(commandControl.pedestrianCalls)
    actuated?.follow(
      &coordinator, at: tick, masterZero: coordination.timeBase.masterZero, calls: calls,
      recorder: &recorder)
    coordination.coordinator = coordinator
  }

  /// After the sequencer has acted.
  mutating func concludeCoordination(at tick: SimTime) {
    guard var coordinator = coordination.coordinator.take() else { return }
    actuated?.conclude(&coordinator, at: tick, recorder: &recorder)
    coordination.coordinator = coordinator
  }

  private mutating func newCoordinator(_ plan: CoordinationPlan, at tick: SimTime) -> Coordinator {
    var coordinator = Coordinator(plan, rule: data.options.transition)
    coordinator.recordChange(to: plan, all: true, at: tick, &recorder)
    coordinator.pickUp()
    recorder.record(.coordinationState, Int(CoordinationState.pickingUp.rawValue), at: tick)
    coordination.faults.restart()
    coordination.hasCycleFailure = false
    return coordinator
  }

  /// Back to the controller's own order of phases, as soon as no ring is changing.
  private mutating func leaveCoordination(at tick: SimTime) {
    if coordination.coordinator != nil {
      coordination.coordinator = nil
      recorder.record(.coordinationState, Int(CoordinationState.free.rawValue), at: tick)
      coordination.faults.restart()
    }
    if let plan { _ = actuated?.adopt(plan) }
  }

  /// Falls to free when a call waits through too many cycles.
  private mutating func watchCoordinatedService(at tick: SimTime) {
    guard let cycle = coordination.coordinator?.timer.number,
      let served = coordination.coordinator?.plan.served,
      let omitted = coordination.coordinator?.plan.recalls.omitted
    else { return }
    let servable = served.subtracting(omitted)
    coordination.faults.observe(waitingPhases.intersection(servable), cycle: cycle, at: tick)
    guard coordination.faults.isFault(inCycle: cycle) else { return }
    coordination.faulted = coordination.wanted
    recorder.record(.unitAlarm1, Int(CabinetAlarms.cycleFault.rawValue), at: tick)
    chooseProgram()
  }

  private mutating func watchFreeService(at tick: SimTime) {
    guard let plan else { return }
    coordination.faults.observe(waitingPhases.intersection(plan.servable), cycle: 0, at: tick)
    coordination.hasCycleFailure = coordination.faults.isFailure(at: tick)
  }

  private var waitingPhases: PhaseSet {
    let pedestrians = detection.pedestrianCalls.subtracting(command.pedestrianOmit)
    return detection.vehicleCalls.union(pedestrians).subtracting(command.omit)
  }

  // MARK: - From a pretimed pattern

  /// Whether the rings could take the lamps over as they are; the pattern goes on for a cycle at most until they can.
  mutating func handOverToRings(at tick: SimTime) -> Bool {
    guard let wanted = coordination.wanted else { return false }
    let since = coordination.handOverSince ?? tick
    coordination.handOverSince = since
    return actuated?.takeOver(wanted.actuated, at: tick, interlock, &detection) ?? false
  }

  func mayAwaitHandOver(at tick: SimTime) -> Bool {
    guard let wanted = coordination.wanted, let since = coordination.handOverSince else { return false }
    return tick - since < wanted.cycle
  }
}

extension RingBarrierSequencer {
  fileprivate mutating func follow(
    _ coordinator: inout Coordinator, at tick: SimTime, masterZero: SimTime, calls: PhaseSet,
    recorder: inout ControllerEventRecorder
  ) {
    coordinator.update(
      at: tick, masterZero: masterZero, calls: calls, sequencer: &self, recorder: &recorder)
  }

  fileprivate func conclude(
    _ coordinator: inout Coordinator, at tick: SimTime, recorder: inout ControllerEventRecorder
  ) {
    coordinator.reportBegins(at: tick, self, &recorder)
    coordinator.setDeadline(after: tick, self)
  }
}
