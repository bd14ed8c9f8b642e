import TrafficModel

/// A status as a line has it.
extension LineStatus {
  static let alarmNames: [(CabinetAlarms, String)] = [
    (.cycleFault, "cycle-fault"), (.cycleFailure, "cycle-failure"),
    (.coordinationFault, "coordination-fault"),
    (.monitorFlash, "monitor-flash"), (.localFlash, "local-flash"), (.stopTime, "stop-time"),
    (.manualControl, "manual-control"), (.detectorFault, "detector-fault"), (.preempt, "preempt"),
    (.preemptMaximumPresence, "preempt-maximum-presence"), (.inTransition, "in-transition"),
    (.clockUnset, "clock-unset"),
  ]

  static let coordinationNames: [(CoordinationState, String)] = [
    (.free, "free"), (.inStep, "in-step"), (.adding, "adding"), (.subtracting, "subtracting"),
    (.dwelling, "dwelling"), (.pickingUp, "picking-up"),
  ]

  var value: LineValue {
    let mode: (String, Int?)
    switch status.mode {
    case .startUp: mode = ("start-up", nil)
    case .pattern(let number): mode = ("pattern", number)
    case .free: mode = ("free", nil)
    case .preempt(let number): mode = ("preempt", number)
    case .manual: mode = ("manual", nil)
    case .flash: mode = ("flash", nil)
    }
    func phases(_ set: PhaseSet) -> LineValue {
      .list((0..<32).filter { set.contains(phase: $0) }.map { .integer(Int64($0)) })
    }
    var members: [(name: String, value: LineValue)] = [
      ("controller", .integer(Int64(controller.index))), ("mode", .text(mode.0)),
    ]
    if let number = mode.1 { members.append(("number", .integer(Int64(number)))) }
    members += [
      ("indications", .list(status.indications.map { .text($0.lineName) })),
      ("green_phases", phases(status.greenPhases)),
      ("phase_since_ms", .list(status.phaseSince.map { .integer($0.milliseconds) })),
      ("next_phases", phases(status.nextPhases)), ("vehicle_calls", phases(status.vehicleCalls)),
      ("pedestrian_calls", phases(status.pedestrianCalls)),
    ]
    if let timer = status.cycleTimer { members.append(("cycle_timer_ms", .integer(timer.milliseconds))) }
    let coordination = Self.coordinationNames.first { $0.0 == status.coordination }?.1 ?? "free"
    members.append(("coordination", .text(coordination)))
    if let reason = status.freeReason { members.append(("free_reason", .text(reason.rawValue))) }
    members += [
      ("alarms", .list(Self.alarmNames.filter { status.alarms.contains($0.0) }.map { .text($0.1) })),
      ("detectors", .list(status.detectors.map(\.value))), ("refusals", .list(status.refusals.map(\.value))),
    ]
    return .object(members)
  }
}

extension DetectorStatus {
  var value: LineValue {
    .object([
      ("on", .bool(isOn)), ("failed", .bool(isFailed)), ("count", .integer(Int64(count))),
      ("occupied_ms", .integer(occupied.milliseconds)),
    ])
  }
}

extension CommandRefusal {
  var value: LineValue {
    func refusal(_ kind: String, _ number: Int64? = nil) -> LineValue {
      .object(
        [("refusal", .text(kind))] + (number.map { [(name: "number", value: LineValue.integer($0))] } ?? []))
    }
    switch self {
    case .unknownPattern(let number): return refusal("unknown-pattern", Int64(number))
    case .infeasiblePattern(let number): return refusal("infeasible-pattern", Int64(number))
    case .cannotRunFree: return refusal("cannot-run-free")
    case .phaseControlNeedsFreeOperation: return refusal("phase-control-needs-free-operation")
    case .infeasibleSplits: return refusal("infeasible-splits")
    case .offsetOutOfRange: return refusal("offset-out-of-range")
    case .unknownStage(let stage): return refusal("unknown-stage", Int64(stage))
    case .unknownPhases(let set): return refusal("unknown-phases", Int64(set.rawValue))
    case .contradictingPhaseControl(let set):
      return refusal("contradicting-phase-control", Int64(set.rawValue))
    case .unknownPreempt(let number): return refusal("unknown-preempt", Int64(number))
    case .railPreempt(let number): return refusal("rail-preempt", Int64(number))
    case .unknownPriority(let number): return refusal("unknown-priority", Int64(number))
    case .priorityNotNow(let number): return refusal("priority-not-now", Int64(number))
    case .redClearanceOutOfRange: return refusal("red-clearance-out-of-range")
    case .leaseOutOfRange: return refusal("lease-out-of-range")
    case .outranked: return refusal("outranked")
    }
  }

  /// The refusal of a name and its number; phases are bits.
  init?(_ kind: String, _ number: Int64) {
    let set = PhaseSet(rawValue: UInt32(truncatingIfNeeded: number))
    let place = Int(truncatingIfNeeded: number)
    switch kind {
    case "unknown-pattern": self = .unknownPattern(place)
    case "infeasible-pattern": self = .infeasiblePattern(place)
    case "cannot-run-free": self = .cannotRunFree
    case "phase-control-needs-free-operation": self = .phaseControlNeedsFreeOperation
    case "infeasible-splits": self = .infeasibleSplits
    case "offset-out-of-range": self = .offsetOutOfRange
    case "unknown-stage": self = .unknownStage(place)
    case "unknown-phases": self = .unknownPhases(set)
    case "contradicting-phase-control": self = .contradictingPhaseControl(set)
    case "unknown-preempt": self = .unknownPreempt(place)
    case "rail-preempt": self = .railPreempt(place)
    case "unknown-priority": self = .unknownPriority(place)
    case "priority-not-now": self = .priorityNotNow(place)
    case "red-clearance-out-of-range": self = .redClearanceOutOfRange
    case "lease-out-of-range": self = .leaseOutOfRange
    case "outranked": self = .outranked
    default: return nil
    }
  }
}
