/// A set of phases, by index in the controller's list of phases.
public struct PhaseSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(phase index: Int) { rawValue = 1 << UInt32(index) }
  public func contains(phase index: Int) -> Bool { rawValue & (1 << UInt32(index)) != 0 }
}

/// What a controller should run.
public enum ProgramRequest: Hashable, Sendable {
  /// What it would run by itself: its first pattern.
  case local
  /// The pattern with this number.
  case pattern(Int)
  /// The cycle, offset and splits of the pattern with this number, coordinated-actuated: as its own data say, and with
  /// the default ``Coordination`` where it is a pretimed pattern.
  case coordinated(Int)
  /// Fully actuated, without coordination.
  case free
  /// Flash; left again through all red.
  case flash
}

/// The complete state that a brain wants of one cabinet.
///
/// It is a state and no event: a repeated or late copy changes nothing. It holds for `lease` after it was received;
/// then the cabinet returns to `ProgramRequest.local` by an ordinary transition and forgets the rest. Minimum
/// greens, clearances, pedestrian times and conflicts stand below this seam: a command can ask for anything and
/// break nothing. Preemption, manual control, stop time, flash and the monitor outrank every command.
public struct CabinetCommand: Hashable, Sendable {
  public var program: ProgramRequest
  /// Phases called as by a vehicle detector.
  public var vehicleCalls: PhaseSet
  /// Phases called as by a push button.
  public var pedestrianCalls: PhaseSet
  /// Phases that stay green once they are.
  public var hold: PhaseSet
  /// Phases that end as soon as their minimum times allow.
  public var forceOff: PhaseSet
  /// Phases that are not served.
  public var omit: PhaseSet
  /// Phases whose pedestrians are not served.
  public var pedestrianOmit: PhaseSet
  /// Splits by phase index, or durations by position in the stage chain, instead of the pattern's; empty: as in the
  /// pattern. Refused as a whole where they break a rule of the pattern.
  public var splits: [TimeSpan]
  /// Instead of the pattern's offset.
  public var offset: TimeSpan?
  /// Index of the stage to go to and stay in, for a stage controller that runs free.
  public var stage: Int?
  /// Phases whose next red clearance lasts longer by ``redClearanceExtension``.
  public var extendRedClearance: PhaseSet
  /// Only ever lengthens; at most 10 s count.
  public var redClearanceExtension: TimeSpan
  /// Numbers (bit n − 1) of *emergency* preempts that are called; a rail preempt answers to its own input only.
  public var emergencyCalls: UInt32
  /// Vehicles that ask for priority; a request acts once, when it first appears.
  public var priorityRequests: [PriorityRequest]
  public var lease: TimeSpan

  public init(
    program: ProgramRequest = .local, vehicleCalls: PhaseSet = [], pedestrianCalls: PhaseSet = [],
    hold: PhaseSet = [], forceOff: PhaseSet = [], omit: PhaseSet = [], pedestrianOmit: PhaseSet = [],
    splits: [TimeSpan] = [], offset: TimeSpan? = nil, stage: Int? = nil, extendRedClearance: PhaseSet = [],
    redClearanceExtension: TimeSpan = .zero, emergencyCalls: UInt32 = 0,
    priorityRequests: [PriorityRequest] = [], lease: TimeSpan = TimeSpan(milliseconds: Int64.max / 8)
  ) {
    self.program = program
    self.vehicleCalls = vehicleCalls
    self.pedestrianCalls = pedestrianCalls
    self.hold = hold
    self.forceOff = forceOff
    self.omit = omit
    self.pedestrianOmit = pedestrianOmit
    self.splits = splits
    self.offset = offset
    self.stage = stage
    self.extendRedClearance = extendRedClearance
    self.redClearanceExtension = redClearanceExtension
    self.emergencyCalls = emergencyCalls
    self.priorityRequests = priorityRequests
    self.lease = lease
  }
}

/// A command and the cabinet that it is for.
public struct AddressedCommand: Hashable, Sendable {
  public var controller: ControllerID
  public var command: CabinetCommand

  public init(controller: ControllerID, command: CabinetCommand) {
    self.controller = controller
    self.command = command
  }
}

/// Why a cabinet does not do what it was told.
public enum CommandRefusal: Hashable, Sendable {
  case unknownPattern(Int)
  /// The pattern cannot be run: its timeline does not compile.
  case infeasiblePattern(Int)
  /// The controller has neither phases nor stages to run free with.
  case cannotRunFree
  /// Hold, force-off, omit and calls need phases that are actuated: free or coordinated.
  case phaseControlNeedsFreeOperation
  /// The splits (or stage durations) break a rule of the pattern; it runs with its own.
  case infeasibleSplits
  /// The offset lies outside the cycle, or there is no pattern that it belongs to.
  case offsetOutOfRange
  /// The controller has no stage with this index, or does not run stages free.
  case unknownStage(Int)
  /// Bits of phases that the controller does not have.
  case unknownPhases(PhaseSet)
  /// A phase cannot be held and ended, or held and omitted; force-off and omit win.
  case contradictingPhaseControl(PhaseSet)
  /// The preempt does not exist.
  case unknownPreempt(Int)
  /// A rail preempt answers to its own input only.
  case railPreempt(Int)
  case unknownPriority(Int)
  /// The priority is locked out, or another vehicle's is being served.
  case priorityNotNow(Int)
  /// A red clearance can only be made longer, and by at most 10 s.
  case redClearanceOutOfRange
  /// A lease must be longer than zero.
  case leaseOutOfRange
  /// Preemption, manual control, stop time or flash is in force; the command waits.
  case outranked
}
