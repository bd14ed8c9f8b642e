import TrafficModel

/// What a command, or the unit's own schedule, comes to.
extension ControllerUnit {
  /// A program of the unit, and for rings under coordination the plan.
  struct ProgramChoice: Hashable, Sendable {
    var program: Program
    var plan: CoordinationPlan?
    var freeReason: FreeReason?
    var refusal: CommandRefusal?
  }

  /// Decides anew what should run: after a command, the end of a lease, an event of the schedule or a fault.
  mutating func chooseProgram() {
    var choice = choice(for: command)
    if let plan = choice.plan, plan == coordination.faulted {
      choice.plan = nil
      choice.freeReason = .cycleFault
    } else {
      coordination.faulted = nil
    }
    desired = choice.program
    coordination.wanted = choice.plan
    coordination.freeReason = choice.freeReason
    coordination.refusal = choice.refusal
  }

  func choice(for command: CabinetCommand) -> ProgramChoice {
    switch command.program {
    // In flash too: it comes back to its own program.
    case .local, .flash: return localChoice(command)
    case .free: return actuated == nil ? refused(.cannotRunFree) : free(.commanded)
    case .pattern(let number):
      guard let index = data.patterns.firstIndex(where: { $0.number == number }) else {
        return refused(.unknownPattern(number))
      }
      if fixed[index] == nil && data.patterns[index].operation == .pretimed {
        return refused(.infeasiblePattern(number))
      }
      return patternChoice(index, command)
    case .coordinated(let number):
      guard let index = data.patterns.firstIndex(where: { $0.number == number }) else {
        return refused(.unknownPattern(number))
      }
      var pattern = data.patterns[index]
      if pattern.operation == .pretimed { pattern.operation = .coordinated(Coordination()) }
      guard actuated != nil, let plan = try? CoordinationPlan(pattern, of: data) else {
        return refused(.infeasiblePattern(number))
      }
      return coordinated(plan, command)
    }
  }

  /// What the unit runs by itself: its schedule while it knows the time, else its first pattern.
  private func localChoice(_ command: CabinetCommand) -> ProgramChoice {
    switch coordination.timeBase.event?.action {
    case .pattern(let number):
      guard let index = data.patterns.firstIndex(where: { $0.number == number }) else {
        return actuated == nil ? ProgramChoice(program: .pattern(0)) : free(.badPlan)
      }
      return patternChoice(index, command)
    case .free: return actuated == nil ? ProgramChoice(program: .pattern(0)) : free(.commanded)
    case .flash, nil: return patternChoice(0, command)
    }
  }

  private func refused(_ refusal: CommandRefusal) -> ProgramChoice {
    var choice = localChoice(CabinetCommand())
    choice.refusal = refusal
    return choice
  }

  private func free(_ reason: FreeReason) -> ProgramChoice {
    ProgramChoice(program: .free, freeReason: reason)
  }

  /// A coordinated pattern with a fault runs free; where the unit cannot, and for a pretimed one, the plan's own times.
  private func patternChoice(_ index: Int, _ command: CabinetCommand) -> ProgramChoice {
    if let plan = coordination.plans[index], actuated != nil { return coordinated(plan, command) }
    if let reason = coordination.failures[index], actuated != nil { return free(reason) }
    return ProgramChoice(program: .pattern(fixed[index] == nil ? 0 : index))
  }

  /// A plan with the command's splits and offset where it can be run with them, else as it is.
  private func coordinated(_ plan: CoordinationPlan, _ command: CabinetCommand) -> ProgramChoice {
    guard !command.splits.isEmpty || command.offset != nil else {
      return ProgramChoice(program: .free, plan: plan)
    }
    var pattern = plan.pattern
    if let offset = command.offset { pattern.offset = offset }
    if !command.splits.isEmpty, case .ringBarrier(let diagram, _, let reference) = pattern.timing {
      pattern.timing = .ringBarrier(diagram: diagram, splits: command.splits, referencePhases: reference)
    }
    do throws(CoordinationFailure) {
      return ProgramChoice(program: .free, plan: try CoordinationPlan(pattern, of: data))
    } catch {
      let refusal: CommandRefusal = error.reason == .invalidOffset ? .offsetOutOfRange : .infeasibleSplits
      return ProgramChoice(program: .free, plan: plan, refusal: refusal)
    }
  }
}
