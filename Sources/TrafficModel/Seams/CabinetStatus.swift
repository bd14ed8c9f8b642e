/// Something that a cabinet senses.
public enum CabinetInput: Hashable, Sendable {
  case detector(DetectorID, isOn: Bool)
  case pushButton(CrosswalkID)
}

/// A change of lamps.
public struct IndicationChange: Hashable, Sendable {
  public var controller: ControllerID
  /// Index into the controller's groups.
  public var group: Int
  public var indication: Indication

  public init(controller: ControllerID, group: Int, indication: Indication) {
    self.controller = controller
    self.group = group
    self.indication = indication
  }
}

/// What a cabinet is doing.
public enum CabinetMode: Hashable, Sendable {
  /// All red before the first interval.
  case startUp
  /// Runs the pattern with this number.
  case pattern(Int)
  case free
  /// Flashing after a fault.
  case flash
}

/// What a cabinet tells its brain.
public struct CabinetStatus: Hashable, Sendable {
  public var mode: CabinetMode
  /// By group index.
  public var indications: [Indication]
  /// Phases whose green is shown.
  public var greenPhases: PhaseSet
  public var vehicleCalls: PhaseSet
  public var pedestrianCalls: PhaseSet
  /// Position in the cycle of the running pattern, from master zero; `nil` when free.
  public var cycleTimer: TimeSpan?
  /// The refusals of the command in force.
  public var refusals: [CommandRefusal]

  public init(
    mode: CabinetMode, indications: [Indication], greenPhases: PhaseSet = [], vehicleCalls: PhaseSet = [],
    pedestrianCalls: PhaseSet = [], cycleTimer: TimeSpan? = nil, refusals: [CommandRefusal] = []
  ) {
    self.mode = mode
    self.indications = indications
    self.greenPhases = greenPhases
    self.vehicleCalls = vehicleCalls
    self.pedestrianCalls = pedestrianCalls
    self.cycleTimer = cycleTimer
    self.refusals = refusals
  }
}
