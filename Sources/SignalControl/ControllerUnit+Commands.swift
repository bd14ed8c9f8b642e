import TrafficModel

/// What the brain wants: taken over as a state, kept for its lease, refused where it cannot be followed.
extension ControllerUnit {
  /// Longest lengthening of a red clearance that a command gets.
  private static let longestRedExtension = TimeSpan(milliseconds: 10_000)

  /// Takes over the state that the brain wants; a repeated copy only renews the lease.
  ///
  /// What acts once, a longer red clearance, acts when it first appears in the state.
  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    guard command.lease > .zero else {
      rejection = .leaseOutOfRange
      return
    }
    rejection = nil
    leaseEnd = min(now + command.lease, .distantFuture).firstTick()
    if command != self.command {
      let before = self.command
      takeRequests(of: command, after: before, at: actingTick(now))
      preemption.setCommand(command.emergencyCalls, at: actingTick(now), into: &recorder)
      self.command = command
      chooseProgram()
      takeOver(command, after: before)
      wake(at: actingTick(now))
    }
    if isStarted { nextDeadline = min(nextDeadline, leaseEnd) }
  }

  /// Forgets a command whose lease is over: the unit runs locally again.
  mutating func endLease(at tick: SimTime) {
    guard leaseEnd <= tick else { return }
    let before = command
    command = CabinetCommand()
    preemption.setCommand(0, at: tick, into: &recorder)
    chooseProgram()
    takeOver(command, after: before)
    leaseEnd = .distantFuture
  }

  private mutating func takeOver(_ command: CabinetCommand, after before: CabinetCommand) {
    commandControl = phaseControl(of: command)
    changePattern()
    let span = command.redClearanceExtension
    guard desired == .free, span > .zero, span <= Self.longestRedExtension else {
      actuated?.extendedReds = []
      return
    }
    let isSame = before.redClearanceExtension == span
    let new =
      isSame ? command.extendRedClearance.subtracting(before.extendRedClearance) : command.extendRedClearance
    actuated?.redExtension = span.roundedUpToTick
    actuated?.extendedReds.formIntersection(command.extendRedClearance)
    let known = new.intersection(knownPhases)
    actuated?.extendedReds.formUnion(known)
  }

  private var knownPhases: PhaseSet { .first(plan?.phases.count ?? 0) }

  // MARK: - Phases

  private func phaseControl(of command: CabinetCommand) -> PhaseControl {
    if let stage = command.stage, desired == .free, let plan, plan.runsStages,
      plan.phases.indices.contains(stage)
    {
      let wanted = PhaseSet(phase: stage)
      let others = plan.servable.subtracting(wanted)
      return PhaseControl(vehicleCalls: wanted, hold: wanted, forceOff: others, omit: others)
    }
    return PhaseControl(
      vehicleCalls: command.vehicleCalls, pedestrianCalls: command.pedestrianCalls,
      hold: command.hold.subtracting(command.forceOff).subtracting(command.omit), forceOff: command.forceOff,
      omit: command.omit, pedestrianOmit: command.pedestrianOmit)
  }

  // MARK: - Refusals

  /// Why the command in force is not, or not wholly, followed.
  public var refusals: [CommandRefusal] {
    var result: [CommandRefusal] = []
    if let rejection { result.append(rejection) }
    if let refusal = coordination.refusal { result.append(refusal) }
    result += phaseRefusals
    if let refusal = changedPattern(for: command).refusal { result.append(refusal) }
    if let stage = command.stage {
      let isKnown = desired == .free && plan?.runsStages == true && data.stages.indices.contains(stage)
      if !isKnown { result.append(.unknownStage(stage)) }
    }
    let span = command.redClearanceExtension
    if span < .zero || span > Self.longestRedExtension { result.append(.redClearanceOutOfRange) }
    if isOutranked { result.append(.outranked) }
    return result + preemption.refusals(of: command.emergencyCalls) + priorityRefusals
  }

  private var phaseRefusals: [CommandRefusal] {
    let control = command.hold.union(command.forceOff).union(command.omit).union(command.pedestrianOmit)
      .union(command.vehicleCalls).union(command.pedestrianCalls).union(command.extendRedClearance)
    if control.isEmpty { return [] }
    guard desired == .free else { return [.phaseControlNeedsFreeOperation] }
    var result: [CommandRefusal] = []
    let unknown = control.subtracting(knownPhases)
    if !unknown.isEmpty { result.append(.unknownPhases(unknown)) }
    let contradicting = command.hold.intersection(command.forceOff.union(command.omit))
    if !contradicting.isEmpty { result.append(.contradictingPhaseControl(contradicting)) }
    return result
  }

  /// Whether somebody above the brain is in charge while it wants something.
  private var isOutranked: Bool {
    guard panel.isManual || panel.stoppedSince != nil || isPreempted || flash.isForced else { return false }
    var idle = CabinetCommand()
    idle.lease = command.lease
    return command != idle
  }
}
