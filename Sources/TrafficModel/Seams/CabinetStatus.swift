/// What a cabinet is doing.
public enum CabinetMode: Hashable, Sendable {
  /// All red (or flash) before the first interval.
  case startUp
  /// Runs the pattern with this number.
  case pattern(Int)
  case free
  /// Serves the preempt with this number.
  case preempt(Int)
  /// An officer steps through the intervals.
  case manual
  /// Flashing: by schedule, command, switch, preempt or after a fault.
  case flash
}

/// How far the unit is in step with its pattern; raw values of the event log's code 150.
public enum CoordinationState: UInt8, Sendable, CaseIterable {
  case free = 0
  case inStep = 1
  case adding = 2
  case subtracting = 3
  case dwelling = 4
  /// Waits for the coordinated phases to turn green, so that the cycle timer can start.
  case pickingUp = 6
}

/// Why a unit that should be coordinated is not (NTCIP 1202 `localFreeStatus`).
public enum FreeReason: String, Sendable, CaseIterable {
  /// It was told to, by command or schedule.
  case commanded
  case badPlan
  case badCycle
  case splitOverrun
  case invalidOffset
  case cycleFault
}

/// Alarms of a unit, as bits.
public struct CabinetAlarms: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Somebody was not served for too long while coordinated.
  public static let cycleFault = CabinetAlarms(rawValue: 1 << 0)
  /// The same while running free.
  public static let cycleFailure = CabinetAlarms(rawValue: 1 << 1)
  /// The pattern cannot be run.
  public static let coordinationFault = CabinetAlarms(rawValue: 1 << 2)
  public static let monitorFlash = CabinetAlarms(rawValue: 1 << 3)
  public static let localFlash = CabinetAlarms(rawValue: 1 << 4)
  public static let stopTime = CabinetAlarms(rawValue: 1 << 5)
  public static let manualControl = CabinetAlarms(rawValue: 1 << 6)
  public static let detectorFault = CabinetAlarms(rawValue: 1 << 7)
  public static let preempt = CabinetAlarms(rawValue: 1 << 8)
  public static let preemptMaximumPresence = CabinetAlarms(rawValue: 1 << 9)
  public static let inTransition = CabinetAlarms(rawValue: 1 << 10)
  /// The clock was never set.
  public static let clockUnset = CabinetAlarms(rawValue: 1 << 11)
}

/// What one detector of a cabinet says.
public struct DetectorStatus: Hashable, Sendable {
  public var isOn: Bool
  public var isFailed: Bool
  /// Actuations since the unit started.
  public var count: Int
  /// Time that it was on since the unit started.
  public var occupied: TimeSpan

  public init(isOn: Bool = false, isFailed: Bool = false, count: Int = 0, occupied: TimeSpan = .zero) {
    self.isOn = isOn
    self.isFailed = isFailed
    self.count = count
    self.occupied = occupied
  }
}

/// What a cabinet tells its brain.
public struct CabinetStatus: Hashable, Sendable {
  public var mode: CabinetMode
  /// By group index.
  public var indications: [Indication]
  /// Phases (or stages) whose green is shown.
  public var greenPhases: PhaseSet
  /// By phase (or stage) index: since when it has been in its present interval; empty where it has no phases.
  public var phaseSince: [SimTime]
  /// Phases that come next in their rings.
  public var nextPhases: PhaseSet
  public var vehicleCalls: PhaseSet
  public var pedestrianCalls: PhaseSet
  /// Position in the cycle of the running pattern, from master zero; `nil` when free.
  public var cycleTimer: TimeSpan?
  public var coordination: CoordinationState
  public var freeReason: FreeReason?
  public var alarms: CabinetAlarms
  /// By place in the controller's list of detectors.
  public var detectors: [DetectorStatus]
  /// The refusals of the command in force.
  public var refusals: [CommandRefusal]

  public init(
    mode: CabinetMode, indications: [Indication], greenPhases: PhaseSet = [], phaseSince: [SimTime] = [],
    nextPhases: PhaseSet = [], vehicleCalls: PhaseSet = [], pedestrianCalls: PhaseSet = [],
    cycleTimer: TimeSpan? = nil, coordination: CoordinationState = .free, freeReason: FreeReason? = nil,
    alarms: CabinetAlarms = [], detectors: [DetectorStatus] = [], refusals: [CommandRefusal] = []
  ) {
    self.mode = mode
    self.indications = indications
    self.greenPhases = greenPhases
    self.phaseSince = phaseSince
    self.nextPhases = nextPhases
    self.vehicleCalls = vehicleCalls
    self.pedestrianCalls = pedestrianCalls
    self.cycleTimer = cycleTimer
    self.coordination = coordination
    self.freeReason = freeReason
    self.alarms = alarms
    self.detectors = detectors
    self.refusals = refusals
  }
}
