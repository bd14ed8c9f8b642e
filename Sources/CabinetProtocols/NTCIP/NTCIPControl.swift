import TrafficModel

/// The control objects of a controller: what a central system wants of it right now.
///
/// All zero means "nothing": the local plan runs. Bits of phases count from 1 = phase 1 upwards.
public struct NTCIPControl: Hashable, Sendable {
  public var phaseOmit: UInt32 = 0
  public var pedestrianOmit: UInt32 = 0
  public var hold: UInt32 = 0
  public var forceOff: UInt32 = 0
  public var vehicleCalls: UInt32 = 0
  public var pedestrianCalls: UInt32 = 0
  /// `systemPatternControl`: 0 standby, 1 to 253 a pattern, 254 free, 255 flash.
  public var pattern = 0
  /// `systemSyncControl`: 255 the unit's own time base.
  public var synchronisation = 255
  /// Bit n − 1: preempt n is called.
  public var preempts: UInt32 = 0

  public init() {}

  /// The objects of one group of eight phases.
  static let groupObjects: [(NTCIPObjectName, any WritableKeyPath<NTCIPControl, UInt32> & Sendable)] = [
    (.phaseControlGroupPhaseOmit, \.phaseOmit), (.phaseControlGroupPedOmit, \.pedestrianOmit),
    (.phaseControlGroupHold, \.hold), (.phaseControlGroupForceOff, \.forceOff),
    (.phaseControlGroupVehCall, \.vehicleCalls), (.phaseControlGroupPedCall, \.pedestrianCalls),
  ]

  /// The value of a control object; `nil` for one that this does not hold.
  public subscript(instance: NTCIPInstance) -> Int? {
    get {
      if let (_, path) = Self.groupObjects.first(where: { $0.0 == instance.object }) {
        return Int(self[keyPath: path] >> UInt32(8 * (instance.first - 1)) & 0xFF)
      }
      switch instance.object {
      case .systemPatternControl: return pattern
      case .systemSyncControl: return synchronisation
      case .preemptControlState: return Int(preempts >> UInt32(instance.first - 1) & 1)
      default: return nil
      }
    }
    set {
      guard let newValue else { return }
      if let (_, path) = Self.groupObjects.first(where: { $0.0 == instance.object }) {
        let shift = UInt32(8 * (instance.first - 1))
        self[keyPath: path] = self[keyPath: path] & ~(0xFF << shift) | UInt32(newValue & 0xFF) << shift
        return
      }
      switch instance.object {
      case .systemPatternControl: pattern = newValue
      case .systemSyncControl: synchronisation = newValue
      case .preemptControlState:
        let bit = UInt32(1) << UInt32(instance.first - 1)
        preempts = newValue == 1 ? preempts | bit : preempts & ~bit
      default: break
      }
    }
  }

  /// The objects that hold the complete state for a controller with so many groups of phases, in a fixed order: phase
  /// control first, so that a release of phases comes no later than a change of pattern.
  ///
  /// - Parameter preempts: Numbers of the preempts that may be called, which are those of emergency vehicles.
  public static func instances(phaseGroups: Int, preempts: [Int] = []) -> [NTCIPInstance] {
    (0..<phaseGroups).flatMap { group in groupObjects.map { NTCIPInstance($0.0, group + 1) } }
      + [NTCIPInstance(.systemPatternControl)] + preempts.map { NTCIPInstance(.preemptControlState, $0) }
  }

  // MARK: - Commands

  /// What a command asks of a foreign controller; what NTCIP has no object for is left out (see ``lost(in:)``).
  public init(_ command: CabinetCommand, of controller: SignalController) {
    func bits(_ set: PhaseSet) -> UInt32 {
      controller.phases.enumerated().reduce(0) { bits, phase in
        guard set.contains(phase: phase.offset), (1...32).contains(phase.element.number) else { return bits }
        return bits | 1 << UInt32(phase.element.number - 1)
      }
    }
    phaseOmit = bits(command.omit)
    pedestrianOmit = bits(command.pedestrianOmit)
    hold = bits(command.hold)
    forceOff = bits(command.forceOff)
    vehicleCalls = bits(command.vehicleCalls)
    pedestrianCalls = bits(command.pedestrianCalls)
    switch command.program {
    case .local: pattern = 0
    case .pattern(let number), .coordinated(let number): pattern = (1...253).contains(number) ? number : 0
    case .free: pattern = 254
    case .flash: pattern = 255
    }
    preempts = command.emergencyCalls
  }

  /// Parts of a command that no control object of NTCIP 1202 can carry, by name.
  public static func lost(in command: CabinetCommand) -> [String] {
    var lost: [String] = []
    if !command.splits.isEmpty { lost.append("splits") }
    if command.offset != nil { lost.append("offset") }
    if command.stage != nil { lost.append("stage") }
    if !command.extendRedClearance.isEmpty { lost.append("red clearance extension") }
    if !command.priorityRequests.isEmpty { lost.append("priority requests") }
    return lost
  }

  /// The command that this state is for an emulated cabinet; it lasts until the next one, since the agent's own backup
  /// timer ends it.
  public func command(for controller: SignalController) -> CabinetCommand {
    func set(_ bits: UInt32) -> PhaseSet {
      controller.phases.enumerated().reduce(into: PhaseSet()) { set, phase in
        if (1...32).contains(phase.element.number), bits >> UInt32(phase.element.number - 1) & 1 == 1 {
          set.insert(PhaseSet(phase: phase.offset))
        }
      }
    }
    let program: ProgramRequest
    switch pattern {
    case 1...253: program = .pattern(pattern)
    case 254: program = .free
    case 255: program = .flash
    default: program = .local
    }
    return CabinetCommand(
      program: program, vehicleCalls: set(vehicleCalls), pedestrianCalls: set(pedestrianCalls),
      hold: set(hold),
      forceOff: set(forceOff), omit: set(phaseOmit), pedestrianOmit: set(pedestrianOmit),
      emergencyCalls: preempts)
  }
}
