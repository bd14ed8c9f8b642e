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
  /// Fully actuated, without coordination.
  case free
}

/// The complete state that a brain wants of one cabinet.
///
/// It is a state and no event: a repeated or late copy changes nothing. It holds for `lease` after it was received;
/// then the cabinet returns to `ProgramRequest.local` and forgets the rest. Minimum greens, clearances,
/// pedestrian times and conflicts stand below this seam: a command can ask for anything and break nothing.
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
  public var lease: TimeSpan

  public init(
    program: ProgramRequest = .local, vehicleCalls: PhaseSet = [], pedestrianCalls: PhaseSet = [],
    hold: PhaseSet = [], forceOff: PhaseSet = [], omit: PhaseSet = [],
    lease: TimeSpan = TimeSpan(milliseconds: Int64.max / 8)
  ) {
    self.program = program
    self.vehicleCalls = vehicleCalls
    self.pedestrianCalls = pedestrianCalls
    self.hold = hold
    self.forceOff = forceOff
    self.omit = omit
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
  /// Hold, force-off and omit need a controller that runs free.
  case phaseControlNeedsFreeOperation
}
