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
    watchService(at: tick)
    guard let wanted = coordination.wanted else {
      leaveCoordination(at: tick)
      return
    }
    // Taken out while it acts, so that it is not copied.
    var coordinator = coordination.coordinator ?? newCoordinator(wanted, at: tick)
    coordination.coordinator = nil
    if coordinator.wanted != wanted { coordinator.change(to: wanted) }
    if preemptionControl(at: tick) != nil || manualControl(at: tick) != nil {
      if !coordinator.timer.isPickingUp { coordinator.pickUp() }
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
    guard var coordinator = coordination.coordinator else { return }
    coordination.coordinator = nil
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

  /// Falls to free when a call waits through too many cycles; running free already, shows the alarm.
  private mutating func watchService(at tick: SimTime) {
    guard let plan else { return }
    var calls = detection.vehicleCalls.union(detection.pedestrianCalls).intersection(plan.servable)
    calls.subtract(command.omit)
    if let coordinator = coordination.coordinator {
      calls.formIntersection(coordinator.plan.served)
      calls.subtract(coordinator.plan.recalls.omitted)
      coordination.faults.observe(calls, cycle: coordinator.timer.number, at: tick)
      guard coordination.faults.isFault(inCycle: coordinator.timer.number) else { return }
      coordination.faulted = coordination.wanted
      coordination.faults.restart()
      recorder.record(.unitAlarm1, Int(CabinetAlarms.cycleFault.rawValue), at: tick)
      chooseProgram()
    } else {
      coordination.faults.observe(calls, cycle: 0, at: tick)
      coordination.hasCycleFailure = coordination.faults.isFailure(at: tick)
    }
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
