import TrafficModel

/// What a controller unit keeps for coordination: its plans, what is wanted of them, and the faults.
struct CoordinationDesk: Sendable {
  /// By pattern; `nil` for a pretimed pattern and for one with a fault.
  private(set) var plans: ContiguousArray<CoordinationPlan?>
  /// By pattern; why a coordinated pattern cannot be run.
  private(set) var failures: ContiguousArray<FreeReason?>
  /// What should run; `nil` for every other kind of operation.
  var wanted: CoordinationPlan?
  /// There while the rings are under coordination.
  var coordinator: Coordinator?
  var timeBase: TimeBase
  /// Why the unit runs free although a pattern was asked for, or that it was told to.
  var freeReason: FreeReason?
  /// Why the program of the command in force cannot be run; kept, because working it out may compile a plan.
  var refusal: CommandRefusal?
  /// The plan under which somebody waited too long; not run again until another was asked for.
  var faulted: CoordinationPlan?
  var faults: CycleFaultMonitor
  var hasCycleFailure = false
  /// Since when a pretimed pattern waits for lamps that the rings can take over.
  var handOverSince: SimTime?

  init(_ data: SignalController, phaseCount: Int) {
    (plans, failures) = Self.compile(data)
    timeBase = TimeBase(data.schedule)
    faults = CycleFaultMonitor(data, phaseCount: phaseCount)
  }

  /// Takes over changed patterns; what runs goes on as it is.
  mutating func adopt(_ data: SignalController) {
    (plans, failures) = Self.compile(data)
    faulted = nil
  }

  private static func compile(
    _ data: SignalController
  ) -> (plans: ContiguousArray<CoordinationPlan?>, failures: ContiguousArray<FreeReason?>) {
    var plans: ContiguousArray<CoordinationPlan?> = []
    var failures: ContiguousArray<FreeReason?> = []
    for pattern in data.patterns {
      var failure: FreeReason?
      var plan: CoordinationPlan?
      // A coordinated chain of stages keeps its planned times.
      if pattern.operation != .pretimed, case .ringBarrier = pattern.timing {
        do throws(CoordinationFailure) {
          plan = try CoordinationPlan(pattern, of: data)
        } catch {
          failure = error.reason
        }
      }
      plans.append(plan)
      failures.append(failure)
    }
    return (plans, failures)
  }

  mutating func rebase(by shift: TimeSpan) {
    coordinator?.rebase(by: shift)
    timeBase.rebase(by: shift)
    faults.rebase(by: shift)
    handOverSince = handOverSince.map { $0 - shift }
  }

  var alarms: CabinetAlarms {
    var result: CabinetAlarms = []
    switch freeReason {
    case .badPlan, .badCycle, .splitOverrun, .invalidOffset: result.insert(.coordinationFault)
    case .cycleFault: result.insert(.cycleFault)
    case .commanded, nil: break
    }
    if hasCycleFailure { result.insert(.cycleFailure) }
    if timeBase.lacksClock { result.insert(.clockUnset) }
    if let state = coordinator?.timer.state, state != .inStep { result.insert(.inTransition) }
    return result
  }

  var nextDeadline: SimTime {
    let own = coordinator.map { $0.nextDeadline } ?? (hasCycleFailure ? .distantFuture : faults.nextDeadline)
    return min(own, timeBase.nextDeadline)
  }
}
