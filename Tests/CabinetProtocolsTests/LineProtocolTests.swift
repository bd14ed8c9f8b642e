import CabinetProtocols
import TestSupport
import Testing
import TrafficModel

@Suite("Line protocol")
struct LineProtocolTests {
  static let vectors: [(LineMessage, String)] = [
    (
      .hello(version: 1, seat: .strategy, name: "learnt"),
      #"{"type":"hello","protocol":"citybrain-line","version":1,"seat":"strategy","name":"learnt"}"#
    ),
    (.advance(SimTime(seconds: 1.5)), #"{"type":"advance","t_ms":1500}"#),
    (
      .inputs(
        SimTime(seconds: 2),
        [LineInput(controller: ControllerID(0), input: .detector(DetectorID(3), isOn: true))]),
      #"{"type":"inputs","t_ms":2000,"inputs":[{"controller":0,"input":"detector","detector":3,"on":true}]}"#
    ),
    (
      .lamps(
        SimTime(seconds: 2),
        [IndicationChange(controller: ControllerID(1), group: 4, indication: .flashingYellow)]),
      #"{"type":"lamps","t_ms":2000,"changes":[{"controller":1,"group":4,"lamp":"flashing-yellow"}]}"#
    ),
    (
      .decide(
        .zero,
        [
          AddressedCommand(
            controller: ControllerID(0),
            command: CabinetCommand(
              program: .pattern(2), vehicleCalls: [PhaseSet(phase: 1), PhaseSet(phase: 5)],
              lease: TimeSpan(seconds: 10)))
        ], next: SimTime(seconds: 1)),
      #"{"type":"decide","t_ms":0,"commands":[{"controller":0,"program":"pattern","pattern":2,"#
        + #""vehicle_calls":[1,5],"lease_ms":10000}],"next_ms":1000}"#
    ),
    (.error(.unknown, "no \"x\"\n"), #"{"type":"error","code":"unknown","message":"no \"x\"\n"}"#),
    (.bye, #"{"type":"bye"}"#),
  ]

  @Test("messages are written as the page has them, and read back", arguments: vectors)
  func written(message: LineMessage, text: String) throws {
    #expect(String(decoding: message.bytes, as: UTF8.self) == text + "\n")
    #expect(try LineMessage(line: Array(text.utf8)) == message)
  }

  static func randomMessage(_ random: inout RandomStream) -> LineMessage {
    func set(_ random: inout RandomStream) -> PhaseSet {
      PhaseSet(rawValue: UInt32(truncatingIfNeeded: random.word()))
    }
    func span(_ random: inout RandomStream) -> TimeSpan {
      TimeSpan(milliseconds: Int64(random.below(1_000_000)))
    }
    func priority(_ random: inout RandomStream) -> PriorityRequest {
      PriorityRequest(
        vehicle: Int32(truncatingIfNeeded: random.next()), strategy: Int32(random.below(9)),
        timeToArrival: span(&random), vehicleClass: Int32(random.below(9)))
    }
    func command(_ random: inout RandomStream) -> AddressedCommand {
      let programs: [ProgramRequest] = [
        .local, .pattern(random.below(99)), .coordinated(random.below(99)), .free, .flash,
      ]
      var result = CabinetCommand(
        program: programs[random.below(5)], vehicleCalls: set(&random), pedestrianCalls: set(&random),
        hold: set(&random), forceOff: set(&random), omit: set(&random), pedestrianOmit: set(&random),
        splits: (0..<random.below(4)).map { _ in span(&random) },
        offset: random.below(2) == 0 ? nil : span(&random),
        stage: random.below(2) == 0 ? nil : random.below(9))
      result.extendRedClearance = set(&random)
      result.redClearanceExtension = span(&random)
      result.emergencyCalls = UInt32(truncatingIfNeeded: random.word())
      result.priorityRequests = (0..<random.below(3)).map { _ in priority(&random) }
      return AddressedCommand(controller: ControllerID(random.below(9)), command: result)
    }
    func status(_ random: inout RandomStream) -> LineStatus {
      let modes: [CabinetMode] = [.startUp, .pattern(3), .free, .preempt(1), .manual, .flash]
      let refusals: [CommandRefusal] = [
        .unknownPattern(3), .infeasiblePattern(4), .cannotRunFree, .phaseControlNeedsFreeOperation,
        .infeasibleSplits, .offsetOutOfRange, .unknownStage(2), .unknownPhases(set(&random)),
        .contradictingPhaseControl(set(&random)), .unknownPreempt(1), .railPreempt(2), .unknownPriority(3),
        .priorityNotNow(1), .redClearanceOutOfRange, .leaseOutOfRange, .outranked,
      ]
      return LineStatus(
        controller: ControllerID(random.below(9)),
        status: CabinetStatus(
          mode: modes[random.below(6)],
          indications: (0..<random.below(6)).map { _ in Indication.allCases[random.below(8)] },
          greenPhases: set(&random),
          phaseSince: (0..<random.below(3)).map { _ in SimTime.zero + span(&random) },
          nextPhases: set(&random), vehicleCalls: set(&random), pedestrianCalls: set(&random),
          cycleTimer: random.below(2) == 0 ? nil : span(&random),
          coordination: CoordinationState.allCases[random.below(CoordinationState.allCases.count)],
          freeReason: random.below(2) == 0
            ? nil : FreeReason.allCases[random.below(FreeReason.allCases.count)],
          alarms: CabinetAlarms(rawValue: UInt32(random.below(4096))),
          detectors: (0..<random.below(3)).map { _ in
            DetectorStatus(isOn: random.below(2) == 0, count: random.below(99), occupied: span(&random))
          }, refusals: (0..<random.below(3)).map { _ in refusals[random.below(16)] }))
    }
    func input(_ random: inout RandomStream) -> LineInput {
      let isOn = random.below(2) == 0
      let inputs: [CabinetInput] = [
        .detector(DetectorID(random.below(99)), isOn: isOn), .pushButton(CrosswalkID(random.below(9))),
        .extendedPushButton(CrosswalkID(random.below(9))), .preempt(random.below(9), isEnergised: isOn),
        .priority(priority(&random)), .priorityCheckOut(vehicle: Int32(random.below(99))),
        .clock(unixMilliseconds: Int64(random.below(1 << 41))), .manualControl(isOn), .intervalAdvance,
        .stopTime(isOn), .flashSwitch(isOn), .monitorFlash(isOn),
        .detectorFault(DetectorID(random.below(9)), isFaulty: isOn),
      ]
      return LineInput(controller: ControllerID(random.below(9)), input: inputs[random.below(13)])
    }
    let time = SimTime.zero + span(&random)
    switch random.below(11) {
    case 0:
      return .hello(version: 1, seat: LineSeat.allCases[random.below(3)], name: "é\u{1F6A6}\u{1}\\\"")
    case 1:
      return .configure(
        [
          LineController(NTCIPObjectTests.controller, crosswalks: ["north"]),
          LineController(
            name: "a", stages: ["x", "y"], stageGroups: [[0, 2], []], detectorPhases: [[], [1]]),
        ], tick: .tick,
        lanes: [
          LineLane(name: "W-C/0", lengthMeters: 290.5, controller: ControllerID(1), groups: [2, 3]),
          LineLane(name: "exit", lengthMeters: 12),
        ])
    case 2: return .advance(time)
    case 3: return .inputs(time, (0..<random.below(5)).map { _ in input(&random) })
    case 4:
      return .lamps(
        time,
        (0..<random.below(5)).map { _ in
          IndicationChange(
            controller: ControllerID(random.below(9)), group: random.below(9),
            indication: Indication.allCases[random.below(8)])
        })
    case 5: return .status(time, [status(&random)], next: random.below(2) == 0 ? nil : time)
    case 6: return .command(time, command(&random))
    case 7:
      return .observe(
        time, (0..<random.below(3)).map { _ in status(&random) },
        [
          VehicleObservation(
            lane: LaneID(3), distanceMeters: random.uniform() * 100, speedMetersPerSecond: 13,
            vehicle: UInt32(truncatingIfNeeded: random.word()))
        ])
    case 8:
      return .decide(
        time, (0..<random.below(3)).map { _ in command(&random) }, next: random.below(2) == 0 ? nil : time)
    case 9: return .error(LineErrorCode.allCases[random.below(5)], "words")
    default: return .bye
    }
  }

  @Test("every message round-trips, however the stream is cut", arguments: 0..<60)
  func roundTrips(seed: Int) {
    var random = RandomStream.test(seed)
    let messages = (0..<2).map { _ in Self.randomMessage(&random) }
    verify(LineDecoder(), messages.map { (frame: LineDecoder.Frame.message($0), bytes: $0.bytes) })
  }

  static let refusals: [(DecodingFailure.Code, String)] = [
    (.missing, #"{"t_ms":1}"#), (.unexpected, #"{"type":"jump"}"#), (.unexpected, #"[]"#),
    (.unexpected, #"{"type":"bye","type":"bye"}"#), (.unexpected, #"{"type":"bye","more":1}"#),
    (.badSyntax, #"{"type":bye}"#), (.badSyntax, #"{"type":"bye",}"#), (.leftover, #"{"type":"bye"} x"#),
    (.badSyntax, #"{"type":"advance","t_ms":01}"#), (.badSyntax, #"{"type":"advance","t_ms":NaN}"#),
    (.unexpected, #"{"type":"advance","t_ms":1.5}"#),
    (.outOfRange, #"{"type":"advance","t_ms":9223372036854775807}"#),
    (.missing, #"{"type":"advance"}"#),
    (.unknownVersion, #"{"type":"hello","protocol":"citybrain-line","version":0,"seat":"road"}"#),
    (.outOfRange, #"{"type":"hello","protocol":"citybrain-line","version":1,"seat":"sofa"}"#),
    (.outOfRange, #"{"type":"lamps","t_ms":0,"changes":[{"controller":0,"group":1,"lamp":"blue"}]}"#),
    (.outOfRange, #"{"type":"lamps","t_ms":0,"changes":[{"controller":-1,"group":1,"lamp":"red"}]}"#),
    (.outOfRange, #"{"type":"command","t_ms":0,"command":{"controller":0,"hold":[32]}}"#),
    (.outOfRange, #"{"type":"command","t_ms":0,"command":{"controller":0,"splits_ms":[86400001]}}"#),
    (
      .outOfRange,
      #"{"type":"inputs","t_ms":0,"inputs":[{"controller":0,"input":"clock","unix_ms":253402300800000}]}"#
    ),
    (.badSyntax, "{\"type\":\"b\u{1}\"}"), (.truncated, #"{"type":"bye"#),
    (.badSyntax, #"{"type":"\ud800"}"#),
    (.outOfRange, String(repeating: "[", count: 30)),
  ]

  @Test("a line that is no message is refused with the reason, and the next one is read", arguments: refusals)
  func refused(code: DecodingFailure.Code, text: String) {
    #expect(throws: DecodingFailure(code, at: 0, expected: "")) { try LineMessage(line: Array(text.utf8)) }
    let all = frames(LineDecoder(), [Array((text + "\n").utf8) + LineMessage.bye.bytes])
    #expect(all == [.malformed(DecodingFailure(code, at: 0, expected: "")), .message(.bye)])
  }

  @Test("members of a newer version are passed over once the peer has said that it is newer")
  func newerPeer() {
    let hello =
      #"{"type":"hello","protocol":"citybrain-line","version":2,"seat":"road","name":"n","colour":1}"#
    let advance = #"{"type":"advance","t_ms":5,"reason":"none"}"#
    let found = frames(LineDecoder(), [Array((hello + "\n" + advance + "\n").utf8)])
    #expect(
      found == [
        .message(.hello(version: 2, seat: .road, name: "n")), .message(.advance(SimTime(milliseconds: 5))),
      ])
  }

  @Test("an endless line keeps no memory and is one malformed line")
  func endless() {
    var decoder = LineDecoder()
    let chunk = [UInt8](repeating: 0x61, count: 1 << 16)
    for _ in 0..<40 {
      decoder.append(chunk)
      #expect(decoder.next() == nil)
    }
    decoder.append([0x0A] + LineMessage.bye.bytes)
    #expect(decoder.next() == .malformed(DecodingFailure(.badLength, at: 0, expected: "")))
    #expect(decoder.next() == .message(.bye))
  }
}
