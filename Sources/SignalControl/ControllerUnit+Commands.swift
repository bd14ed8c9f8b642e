import TrafficModel

/// What the brain wants: taken over as a state, kept for its lease, refused where it cannot be followed.
extension ControllerUnit {
  /// Takes over the state that the brain wants; a repeated copy only renews the lease.
  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    leaseEnd = min(now + command.lease, .distantFuture).firstTick()
    if command != self.command {
      self.command = command
      commandControl = phaseControl(of: command)
      chooseProgram()
      wake(at: actingTick(now))
    }
    if isStarted { nextDeadline = min(nextDeadline, leaseEnd) }
  }

  /// Forgets a command whose lease is over: the unit runs locally again.
  mutating func endLease(at tick: SimTime) {
    guard leaseEnd <= tick else { return }
    command = CabinetCommand()
    commandControl = PhaseControl()
    chooseProgram()
    leaseEnd = .distantFuture
  }

  private func phaseControl(of command: CabinetCommand) -> PhaseControl {
    PhaseControl(
      vehicleCalls: command.vehicleCalls, pedestrianCalls: command.pedestrianCalls, hold: command.hold,
      forceOff: command.forceOff, omit: command.omit, pedestrianOmit: command.pedestrianOmit)
  }

  var refusals: [CommandRefusal] {
    var result: [CommandRefusal] = []
    if let refusal = choice(for: command).refusal { result.append(refusal) }
    let phaseControl = command.hold.union(command.forceOff).union(command.omit)
    if !phaseControl.isEmpty && desired != .free { result.append(.phaseControlNeedsFreeOperation) }
    return result
  }
}
