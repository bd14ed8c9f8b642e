import TrafficModel

extension LineMessage {
  /// The line, with its line feed.
  public var bytes: [UInt8] { Array((value.line + "\n").utf8) }

  private var value: LineValue {
    func message(_ type: String, _ members: [(String, LineValue)]) -> LineValue {
      .object([(name: "type", value: .text(type))] + members.map { (name: $0.0, value: $0.1) })
    }
    func time(_ time: SimTime) -> (String, LineValue) { ("t_ms", .integer(time.milliseconds)) }
    switch self {
    case .hello(let version, let seat, let name):
      return message(
        "hello",
        [
          ("protocol", .text("citybrain-line")), ("version", .integer(Int64(version))),
          ("seat", .text(seat.rawValue)), ("name", .text(name)),
        ])
    case .configure(let controllers, let tick, let lanes):
      let members = [
        ("tick_ms", LineValue.integer(tick.milliseconds)), ("controllers", .list(controllers.map(\.value))),
      ]
      return message("configure", members + (lanes.isEmpty ? [] : [("lanes", .list(lanes.map(\.value)))]))
    case .advance(let to): return message("advance", [time(to)])
    case .inputs(let at, let inputs):
      return message("inputs", [time(at), ("inputs", .list(inputs.map(\.value)))])
    case .lamps(let at, let changes):
      return message("lamps", [time(at), ("changes", .list(changes.map(\.value)))])
    case .status(let at, let statuses, let next):
      let members = [time(at), ("statuses", LineValue.list(statuses.map(\.value)))]
      return message("status", members + (next.map { [("next_ms", .integer($0.milliseconds))] } ?? []))
    case .command(let at, let command):
      return message("command", [time(at), ("command", command.value)])
    case .observe(let at, let statuses, let observations):
      return message(
        "observe",
        [
          time(at), ("statuses", .list(statuses.map(\.value))),
          ("observations", .list(observations.map(\.value))),
        ])
    case .decide(let at, let commands, let next):
      let members = [time(at), ("commands", .list(commands.map(\.value)))]
      return message("decide", members + (next.map { [("next_ms", .integer($0.milliseconds))] } ?? []))
    case .error(let code, let text):
      return message("error", [("code", .text(code.rawValue)), ("message", .text(text))])
    case .bye: return message("bye", [])
    }
  }

  /// Reads one line without its line feed.
  public init(line: [UInt8], toleratesUnknown: Bool = false) throws(DecodingFailure) {
    let reader = LineReader(toleratesUnknown: toleratesUnknown)
    var members = try LineMembers(try LineParser.parse(line))
    let type = try members.text("type")
    func time(_ members: inout LineMembers) throws(DecodingFailure) -> SimTime {
      try reader.time(try members.integer("t_ms"))
    }
    switch type {
    case "hello":
      guard try members.text("protocol") == "citybrain-line" else {
        throw DecodingFailure(.unexpected, at: 0, expected: "protocol citybrain-line")
      }
      let version = try members.index("version")
      guard version >= LineMessage.version else {
        throw DecodingFailure(
          .unknownVersion, at: 0, found: version, expected: "\(LineMessage.version) or more")
      }
      guard let seat = LineSeat(rawValue: try members.text("seat")) else {
        throw DecodingFailure(.outOfRange, at: 0, expected: "seat road, cabinet or strategy")
      }
      self = .hello(version: version, seat: seat, name: try members.text("name", default: ""))
      try members.finish(toleratesUnknown: toleratesUnknown || version > LineMessage.version)
      return
    case "configure":
      let tick = TimeSpan(milliseconds: try members.integer("tick_ms", in: 1...60_000))
      self = .configure(
        try reader.list(members.list("controllers"), reader.controller), tick: tick,
        lanes: try reader.list(members.list("lanes"), reader.lane))
    case "advance": self = .advance(try time(&members))
    case "inputs":
      self = .inputs(try time(&members), try reader.list(members.list("inputs"), reader.input))
    case "lamps": self = .lamps(try time(&members), try reader.list(members.list("changes"), reader.change))
    case "status":
      let next = try members.optionalInteger("next_ms")
      self = .status(
        try time(&members), try reader.list(members.list("statuses"), reader.status),
        next: try next.map { milliseconds throws(DecodingFailure) in try reader.time(milliseconds) })
    case "command":
      guard let command = members.optional("command") else {
        throw DecodingFailure(.missing, at: 0, expected: "command")
      }
      self = .command(try time(&members), try reader.command(command))
    case "observe":
      self = .observe(
        try time(&members), try reader.list(members.list("statuses"), reader.status),
        try reader.list(members.list("observations"), reader.observation))
    case "decide":
      let next = try members.optionalInteger("next_ms")
      self = .decide(
        try time(&members), try reader.list(members.list("commands"), reader.command),
        next: try next.map { milliseconds throws(DecodingFailure) in try reader.time(milliseconds) })
    case "error":
      self = .error(
        LineErrorCode(rawValue: try members.text("code")) ?? .failed, try members.text("message", default: "")
      )
    case "bye": self = .bye
    default: throw DecodingFailure(.unexpected, at: 0, expected: "a type of message, not \(type.prefix(40))")
    }
    try members.finish(toleratesUnknown: toleratesUnknown)
  }
}

// MARK: - Writing

/// Members in order; those that are at their default are left out.
private func object(_ members: [(String, LineValue?)]) -> LineValue {
  .object(members.compactMap { member in member.1.map { (name: member.0, value: $0) } })
}

private func integers(_ numbers: [Int]) -> LineValue { .list(numbers.map { .integer(Int64($0)) }) }

private func phases(_ set: PhaseSet) -> LineValue? {
  set.isEmpty ? nil : integers((0..<32).filter { set.contains(phase: $0) })
}

private func milliseconds(_ span: TimeSpan?) -> LineValue? { span.map { .integer($0.milliseconds) } }

extension LineController {
  var value: LineValue {
    func lists(_ numbers: [[Int]]) -> LineValue { .list(numbers.map(integers)) }
    return object([
      ("name", .text(name)), ("groups", .list(groups.map { .text($0) })), ("phases", integers(phases)),
      ("phase_groups", lists(phaseGroups)), ("stages", .list(stages.map { .text($0) })),
      ("stage_groups", lists(stageGroups)), ("detectors", integers(detectors)),
      ("detector_phases", lists(detectorPhases)), ("crosswalks", .list(crosswalks.map { .text($0) })),
      ("patterns", integers(patterns)),
    ])
  }
}

extension LineLane {
  var value: LineValue {
    object([
      ("name", .text(name)), ("length_m", .number(lengthMeters)),
      ("controller", controller.map { .integer(Int64($0.index)) }), ("groups", integers(groups)),
    ])
  }
}

extension IndicationChange {
  var value: LineValue {
    object([
      ("controller", .integer(Int64(controller.index))), ("group", .integer(Int64(group))),
      ("lamp", .text(indication.lineName)),
    ])
  }
}

extension Indication {
  static let lineNames: [(Indication, String)] = [
    (.dark, "dark"), (.red, "red"), (.redYellow, "red-yellow"), (.green, "green"),
    (.flashingGreen, "flashing-green"), (.yellow, "yellow"), (.flashingYellow, "flashing-yellow"),
    (.flashingRed, "flashing-red"),
  ]

  var lineName: String { Self.lineNames.first { $0.0 == self }?.1 ?? "dark" }
}

extension VehicleObservation {
  var value: LineValue {
    object([
      ("lane", .integer(Int64(lane.index))), ("distance_m", .number(distanceMeters)),
      ("speed_m_s", .number(speedMetersPerSecond)), ("vehicle", .integer(Int64(vehicle))),
    ])
  }
}

extension PriorityRequest {
  var members: [(String, LineValue?)] {
    [
      ("vehicle", .integer(Int64(vehicle))), ("strategy", .integer(Int64(strategy))),
      ("time_to_arrival_ms", milliseconds(timeToArrival)), ("vehicle_class", .integer(Int64(vehicleClass))),
    ]
  }
}

extension LineInput {
  var value: LineValue {
    var members: [(String, LineValue?)] = [("controller", .integer(Int64(controller.index)))]
    func add(_ kind: String, _ more: [(String, LineValue?)] = []) {
      members += [("input", .text(kind))] + more
    }
    func integer(_ number: Int) -> LineValue { .integer(Int64(number)) }
    switch input {
    case .detector(let detector, let isOn):
      add("detector", [("detector", integer(detector.index)), ("on", .bool(isOn))])
    case .pushButton(let crosswalk): add("push-button", [("crosswalk", integer(crosswalk.index))])
    case .extendedPushButton(let crosswalk):
      add("extended-push-button", [("crosswalk", integer(crosswalk.index))])
    case .preempt(let number, let isEnergised):
      add("preempt", [("number", integer(number)), ("on", .bool(isEnergised))])
    case .priority(let request): add("priority", request.members)
    case .priorityCheckOut(let vehicle): add("priority-check-out", [("vehicle", .integer(Int64(vehicle)))])
    case .clock(let unixMilliseconds): add("clock", [("unix_ms", .integer(unixMilliseconds))])
    case .manualControl(let isOn): add("manual-control", [("on", .bool(isOn))])
    case .intervalAdvance: add("interval-advance")
    case .stopTime(let isOn): add("stop-time", [("on", .bool(isOn))])
    case .flashSwitch(let isOn): add("flash-switch", [("on", .bool(isOn))])
    case .monitorFlash(let isOn): add("monitor-flash", [("on", .bool(isOn))])
    case .detectorFault(let detector, let isFaulty):
      add("detector-fault", [("detector", integer(detector.index)), ("on", .bool(isFaulty))])
    }
    return object(members)
  }
}

extension AddressedCommand {
  var value: LineValue {
    let program: (String, Int?)
    switch command.program {
    case .local: program = ("local", nil)
    case .pattern(let number): program = ("pattern", number)
    case .coordinated(let number): program = ("coordinated", number)
    case .free: program = ("free", nil)
    case .flash: program = ("flash", nil)
    }
    return object([
      ("controller", .integer(Int64(controller.index))), ("program", .text(program.0)),
      ("pattern", program.1.map { .integer(Int64($0)) }), ("vehicle_calls", phases(command.vehicleCalls)),
      ("pedestrian_calls", phases(command.pedestrianCalls)), ("hold", phases(command.hold)),
      ("force_off", phases(command.forceOff)), ("omit", phases(command.omit)),
      ("pedestrian_omit", phases(command.pedestrianOmit)),
      (
        "splits_ms",
        command.splits.isEmpty ? nil : .list(command.splits.map { .integer($0.milliseconds) })
      ),
      ("offset_ms", milliseconds(command.offset)), ("stage", command.stage.map { .integer(Int64($0)) }),
      ("extend_red_clearance", phases(command.extendRedClearance)),
      (
        "red_clearance_extension_ms",
        command.redClearanceExtension == .zero ? nil : milliseconds(command.redClearanceExtension)
      ),
      ("emergency_calls", phases(PhaseSet(rawValue: command.emergencyCalls))),
      (
        "priority_requests",
        command.priorityRequests.isEmpty ? nil : .list(command.priorityRequests.map { object($0.members) })
      ),
      ("lease_ms", milliseconds(command.lease)),
    ])
  }
}
