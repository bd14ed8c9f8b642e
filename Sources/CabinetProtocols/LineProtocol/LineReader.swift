import TrafficModel

/// Reads the parts of messages.
struct LineReader {
  let toleratesUnknown: Bool

  /// Times that can be added to each other without overflow.
  private static let timeLimit = Int64.max / 8
  /// What a command may ask for at most: whoever adds up splits must not overflow.
  private static let longest: Int64 = 86_400_000
  /// Wall clocks of the years 1 to 9999.
  private static let clocks: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

  func time(_ milliseconds: Int64) throws(DecodingFailure) -> SimTime {
    guard abs(milliseconds.clamped) <= Self.timeLimit else {
      throw DecodingFailure(.outOfRange, at: 0, expected: "a time that a clock can hold")
    }
    return SimTime(milliseconds: milliseconds)
  }

  func list<Item>(
    _ values: [LineValue], _ read: (LineValue) throws(DecodingFailure) -> Item
  ) throws(DecodingFailure) -> [Item] {
    var items: [Item] = []
    for value in values { items.append(try read(value)) }
    return items
  }

  private func span(
    _ members: inout LineMembers, _ name: String, atLeast least: Int64 = 0, atMost most: Int64 = timeLimit
  ) throws(DecodingFailure) -> TimeSpan? {
    try members.optionalInteger(name, in: least...most).map { TimeSpan(milliseconds: $0) }
  }

  private func phases(_ members: inout LineMembers, _ name: String) throws(DecodingFailure) -> PhaseSet {
    try members.integers(name, in: 0...31).reduce(into: PhaseSet()) { $0.insert(PhaseSet(phase: Int($1))) }
  }

  private func texts(_ values: [LineValue]) throws(DecodingFailure) -> [String] {
    try list(values) { value throws(DecodingFailure) in
      guard case .text(let text) = value else { throw DecodingFailure(.unexpected, at: 0, expected: "texts") }
      return text
    }
  }

  private func indication(_ name: String) throws(DecodingFailure) -> Indication {
    guard let found = Indication.lineNames.first(where: { $0.1 == name }) else {
      throw DecodingFailure(
        .outOfRange, at: 0, expected: "a lamp: dark, red, green, …; not \(name.prefix(40))")
    }
    return found.0
  }

  func controller(_ value: LineValue) throws(DecodingFailure) -> LineController {
    var members = try LineMembers(value)
    func numbers(_ name: String) throws(DecodingFailure) -> [Int] {
      try members.integers(name, in: 0...Int64(Int32.max)).map { Int($0) }
    }
    let result = LineController(
      name: try members.text("name"), groups: try texts(members.list("groups")),
      phases: try numbers("phases"), phaseGroups: try lists(members.list("phase_groups")),
      stages: try texts(members.list("stages")), stageGroups: try lists(members.list("stage_groups")),
      detectors: try numbers("detectors"), detectorPhases: try lists(members.list("detector_phases")),
      crosswalks: try texts(members.list("crosswalks")), patterns: try numbers("patterns"))
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }

  /// Lists of indices.
  private func lists(_ values: [LineValue]) throws(DecodingFailure) -> [[Int]] {
    try list(values) { value throws(DecodingFailure) in
      guard case .list(let entries) = value else {
        throw DecodingFailure(.unexpected, at: 0, expected: "lists of whole numbers")
      }
      return try list(entries) { entry throws(DecodingFailure) in
        guard case .integer(let number) = entry, (0...Int64(Int32.max)).contains(number) else {
          throw DecodingFailure(.unexpected, at: 0, expected: "lists of whole numbers from 0")
        }
        return Int(number)
      }
    }
  }

  func lane(_ value: LineValue) throws(DecodingFailure) -> LineLane {
    var members = try LineMembers(value)
    let controller = try members.optionalInteger("controller", in: 0...Int64(Int32.max))
    let result = LineLane(
      name: try members.text("name"), lengthMeters: try members.number("length_m"),
      controller: controller.map { ControllerID(Int($0)) },
      groups: try members.integers("groups", in: 0...Int64(Int32.max)).map { Int($0) })
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }

  func change(_ value: LineValue) throws(DecodingFailure) -> IndicationChange {
    var members = try LineMembers(value)
    let result = IndicationChange(
      controller: ControllerID(try members.index("controller")), group: try members.index("group"),
      indication: try indication(members.text("lamp")))
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }

  func observation(_ value: LineValue) throws(DecodingFailure) -> VehicleObservation {
    var members = try LineMembers(value)
    let result = VehicleObservation(
      lane: LaneID(try members.index("lane")), distanceMeters: try members.number("distance_m"),
      speedMetersPerSecond: try members.number("speed_m_s"),
      vehicle: UInt32(try members.integer("vehicle", in: 0...Int64(UInt32.max))))
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }

  private func int32(_ members: inout LineMembers, _ name: String) throws(DecodingFailure) -> Int32 {
    Int32(try members.integer(name, in: Int64(Int32.min)...Int64(Int32.max)))
  }

  private func request(_ members: inout LineMembers) throws(DecodingFailure) -> PriorityRequest {
    PriorityRequest(
      vehicle: try int32(&members, "vehicle"), strategy: try int32(&members, "strategy"),
      timeToArrival: try span(&members, "time_to_arrival_ms", atMost: Self.longest) ?? .zero,
      vehicleClass: Int32(try members.optionalInteger("vehicle_class", in: 0...Int64(Int32.max)) ?? 1))
  }

  func input(_ value: LineValue) throws(DecodingFailure) -> LineInput {
    var members = try LineMembers(value)
    let controller = ControllerID(try members.index("controller"))
    let input: CabinetInput
    switch try members.text("input") {
    case "detector":
      input = .detector(DetectorID(try members.index("detector")), isOn: try members.bool("on"))
    case "push-button": input = .pushButton(CrosswalkID(try members.index("crosswalk")))
    case "extended-push-button": input = .extendedPushButton(CrosswalkID(try members.index("crosswalk")))
    case "preempt": input = .preempt(try members.index("number"), isEnergised: try members.bool("on"))
    case "priority": input = .priority(try request(&members))
    case "priority-check-out": input = .priorityCheckOut(vehicle: try int32(&members, "vehicle"))
    case "clock":
      input = .clock(unixMilliseconds: try members.integer("unix_ms", in: Self.clocks))
    case "manual-control": input = .manualControl(try members.bool("on"))
    case "interval-advance": input = .intervalAdvance
    case "stop-time": input = .stopTime(try members.bool("on"))
    case "flash-switch": input = .flashSwitch(try members.bool("on"))
    case "monitor-flash": input = .monitorFlash(try members.bool("on"))
    case "detector-fault":
      input = .detectorFault(DetectorID(try members.index("detector")), isFaulty: try members.bool("on"))
    default: throw DecodingFailure(.outOfRange, at: 0, expected: "an input: detector, push-button, …")
    }
    try members.finish(toleratesUnknown: toleratesUnknown)
    return LineInput(controller: controller, input: input)
  }

  func command(_ value: LineValue) throws(DecodingFailure) -> AddressedCommand {
    var members = try LineMembers(value)
    let controller = ControllerID(try members.index("controller"))
    var command = CabinetCommand()
    switch try members.text("program", default: "local") {
    case "local": command.program = .local
    case "pattern": command.program = .pattern(try members.index("pattern"))
    case "coordinated": command.program = .coordinated(try members.index("pattern"))
    case "free": command.program = .free
    case "flash": command.program = .flash
    default:
      throw DecodingFailure(
        .outOfRange, at: 0, expected: "program local, pattern, coordinated, free or flash")
    }
    command.vehicleCalls = try phases(&members, "vehicle_calls")
    command.pedestrianCalls = try phases(&members, "pedestrian_calls")
    command.hold = try phases(&members, "hold")
    command.forceOff = try phases(&members, "force_off")
    command.omit = try phases(&members, "omit")
    command.pedestrianOmit = try phases(&members, "pedestrian_omit")
    command.splits = try members.integers("splits_ms", in: 0...Self.longest).map {
      TimeSpan(milliseconds: $0)
    }
    command.offset = try span(&members, "offset_ms", atLeast: -Self.longest, atMost: Self.longest)
    command.stage = try members.optionalInteger("stage", in: 0...Int64(Int32.max)).map { Int($0) }
    command.extendRedClearance = try phases(&members, "extend_red_clearance")
    command.redClearanceExtension =
      try span(&members, "red_clearance_extension_ms", atLeast: -Self.longest, atMost: Self.longest) ?? .zero
    command.emergencyCalls = try phases(&members, "emergency_calls").rawValue
    command.priorityRequests = try list(members.list("priority_requests")) { value throws(DecodingFailure) in
      var members = try LineMembers(value)
      let result = try request(&members)
      try members.finish(toleratesUnknown: toleratesUnknown)
      return result
    }
    if let lease = try span(&members, "lease_ms", atLeast: -Self.timeLimit) { command.lease = lease }
    try members.finish(toleratesUnknown: toleratesUnknown)
    return AddressedCommand(controller: controller, command: command)
  }

  // MARK: - Status

  func status(_ value: LineValue) throws(DecodingFailure) -> LineStatus {
    var members = try LineMembers(value)
    let controller = ControllerID(try members.index("controller"))
    let mode: CabinetMode
    switch try members.text("mode") {
    case "start-up": mode = .startUp
    case "pattern": mode = .pattern(try members.index("number"))
    case "free": mode = .free
    case "preempt": mode = .preempt(try members.index("number"))
    case "manual": mode = .manual
    case "flash": mode = .flash
    default: throw DecodingFailure(.outOfRange, at: 0, expected: "mode start-up, pattern, free, …")
    }
    var lamps: [Indication] = []
    for name in try texts(members.list("indications")) { lamps.append(try indication(name)) }
    var status = CabinetStatus(mode: mode, indications: lamps)
    status.greenPhases = try phases(&members, "green_phases")
    status.phaseSince = try members.integers("phase_since_ms", in: -Self.timeLimit...Self.timeLimit)
      .map { SimTime(milliseconds: $0) }
    status.nextPhases = try phases(&members, "next_phases")
    status.vehicleCalls = try phases(&members, "vehicle_calls")
    status.pedestrianCalls = try phases(&members, "pedestrian_calls")
    status.cycleTimer = try span(&members, "cycle_timer_ms", atLeast: -Self.timeLimit)
    let coordination = try members.text("coordination", default: "free")
    guard let state = LineStatus.coordinationNames.first(where: { $0.1 == coordination }) else {
      throw DecodingFailure(.outOfRange, at: 0, expected: "coordination free, in-step, …")
    }
    status.coordination = state.0
    if case .text(let reason)? = members.optional("free_reason") {
      guard let known = FreeReason(rawValue: reason) else {
        throw DecodingFailure(.outOfRange, at: 0, expected: "a reason for running free")
      }
      status.freeReason = known
    }
    for name in try texts(members.list("alarms")) {
      guard let alarm = LineStatus.alarmNames.first(where: { $0.1 == name }) else {
        throw DecodingFailure(.outOfRange, at: 0, expected: "an alarm, not \(name.prefix(40))")
      }
      status.alarms.insert(alarm.0)
    }
    status.detectors = try list(members.list("detectors"), detector)
    status.refusals = try list(members.list("refusals"), refusal)
    try members.finish(toleratesUnknown: toleratesUnknown)
    return LineStatus(controller: controller, status: status)
  }

  private func detector(_ value: LineValue) throws(DecodingFailure) -> DetectorStatus {
    var members = try LineMembers(value)
    let result = DetectorStatus(
      isOn: try members.bool("on"), isFailed: try members.bool("failed", default: false),
      count: Int(try members.optionalInteger("count", in: 0...Self.timeLimit) ?? 0),
      occupied: try span(&members, "occupied_ms") ?? .zero)
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }

  private func refusal(_ value: LineValue) throws(DecodingFailure) -> CommandRefusal {
    var members = try LineMembers(value)
    let kind = try members.text("refusal")
    let number = try members.optionalInteger("number", in: -Self.timeLimit...Self.timeLimit) ?? 0
    guard let result = CommandRefusal(kind, number) else {
      throw DecodingFailure(.outOfRange, at: 0, expected: "a refusal, not \(kind.prefix(40))")
    }
    try members.finish(toleratesUnknown: toleratesUnknown)
    return result
  }
}

extension Int64 {
  /// One more than the least value, so that its magnitude exists.
  fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}
