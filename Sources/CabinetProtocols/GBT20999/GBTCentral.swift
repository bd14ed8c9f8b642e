import TrafficModel

extension GBTController {
  /// What the upper computer holds in 17.1.
  public struct Central: Hashable, Sendable {
    public var stage: UInt8 = 0
    public var plan: UInt8 = 0
    public var mode: UInt8 = 0
    public init() {}
  }
}

extension GBTController.Central: CustomStringConvertible {
  public var description: String { "stage \(stage), plan \(plan), mode \(String(mode, radix: 16))" }

  /// What a command asks of a foreign controller; what 17.1 cannot say is left out (see ``lost(in:)``).
  init(_ command: CabinetCommand, _ configuration: GBTUpperSession.Configuration) {
    if let stage = command.stage {
      self.stage = UInt8(clamping: stage + 1)
      mode = configuration.stageMode
      return
    }
    switch command.program {
    case .pattern(let number), .coordinated(let number):
      plan = UInt8(clamping: number)
      mode = configuration.planMode
    case .flash: mode = GBTMode.flash
    case .free: mode = GBTMode.localActuated
    case .local: break
    }
  }

  /// Parts of a command that 17.1 cannot carry, by name.
  static func lost(in command: CabinetCommand) -> [String] {
    var lost: [String] = []
    func note(_ isLost: Bool, _ name: String) { if isLost { lost.append(name) } }
    note(!command.vehicleCalls.isEmpty, "vehicle calls")
    note(!command.pedestrianCalls.isEmpty, "pedestrian calls")
    note(!command.hold.isEmpty, "hold")
    note(!command.forceOff.isEmpty, "force-off")
    note(!command.omit.isEmpty || !command.pedestrianOmit.isEmpty, "omits")
    note(!command.splits.isEmpty, "splits")
    note(command.offset != nil, "offset")
    note(!command.extendRedClearance.isEmpty, "red clearance extension")
    note(!command.priorityRequests.isEmpty, "priority requests")
    note(command.emergencyCalls != 0, "emergency calls")
    return lost
  }
}
