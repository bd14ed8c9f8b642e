import CabinetProtocols
import TrafficModel

/// The decoders under test.
enum FuzzTarget: String, CaseIterable {
  case modbusSerial = "modbus-serial"
  case modbusStream = "modbus-stream"
  case pmpp
  case snmp
  case ntcipAgent = "ntcip-agent"
  case gbtEscaped = "gbt-escaped"
  case gbtDatagram = "gbt-datagram"
  case gbtController = "gbt-controller"
  case line
}

/// Makes mutants of valid streams, each from its number alone.
struct FuzzCase {
  let seed: UInt64
  let target: FuzzTarget
  /// Valid streams of one to three frames.
  private let seeds: [[UInt8]]
  private static let seedCount = 64

  init(seed: UInt64, target: FuzzTarget) {
    self.seed = seed
    self.target = target
    seeds = (0..<Self.seedCount).map { number in
      var stream = RandomStream(seed: 4711, purpose: .testing, place: UInt64(number))
      return ValidFrames(target).stream(&stream)
    }
  }

  /// One to four changes; check sums are mended in a third of the mutants, so that more than the check is tested.
  func mutant(_ number: Int) -> [UInt8] {
    var random = RandomStream(seed: seed, purpose: .testing, place: UInt64(number))
    func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(random.next() % UInt64(bound)) }
    var bytes = seeds[below(seeds.count)]
    let other = seeds[below(seeds.count)]
    let changes = 1 + (below(2) == 0 ? 0 : below(4))
    for _ in 0..<changes {
      if bytes.isEmpty { bytes = [0] }
      let place = below(bytes.count)
      switch below(10) {
      case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2, 3: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 4: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF, 0x7E, 0x7D, 0x5C, 0x30, 0x84][below(10)]
      case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
      case 6:
        bytes.insert(
          contentsOf: bytes[place..<min(bytes.count, place + 1 + below(16))], at: below(bytes.count))
      case 7: bytes.removeLast(below(bytes.count))
      case 8:
        let end = min(other.count, 1 + below(other.count))
        bytes.replaceSubrange(place..<min(bytes.count, place + below(16)), with: other[..<end])
      default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: below(bytes.count + 1))
      }
      if bytes.count > 4096 { bytes.removeLast(bytes.count - 4096) }
    }
    if below(3) == 0 { mendCheck(&bytes) }
    return bytes
  }

  /// Puts the right check sum at the end of a single frame.
  private func mendCheck(_ bytes: inout [UInt8]) {
    let end = bytes.count
    switch target {
    case .modbusSerial where end >= 4:
      let check = CyclicRedundancyCheck.modbus(bytes[..<(end - 2)])
      bytes[end - 2] = UInt8(truncatingIfNeeded: check)
      bytes[end - 1] = UInt8(check >> 8)
    case .pmpp where end >= 8:
      let check = CyclicRedundancyCheck.hdlc(bytes[1..<(end - 3)])
      bytes[end - 3] = UInt8(truncatingIfNeeded: check)
      bytes[end - 2] = UInt8(check >> 8)
    case .gbtDatagram where end >= 16, .gbtEscaped where end >= 16, .gbtController where end >= 16:
      let length = UInt16(truncatingIfNeeded: end - 4)
      bytes[1] = UInt8(length >> 8)
      bytes[2] = UInt8(truncatingIfNeeded: length)
      let check = CyclicRedundancyCheck.gbt20999(bytes[1..<(end - 3)])
      bytes[end - 3] = UInt8(check >> 8)
      bytes[end - 2] = UInt8(truncatingIfNeeded: check)
    default: break
    }
  }
}

/// Valid frames of every protocol.
struct ValidFrames {
  private let target: FuzzTarget

  init(_ target: FuzzTarget) { self.target = target }

  func stream(_ random: inout RandomStream) -> [UInt8] {
    var bytes: [UInt8] = []
    // A mutant of a longer stream still has whole frames; datagrams stand alone.
    let isStream = [.modbusSerial, .modbusStream, .pmpp, .gbtEscaped, .line].contains(target)
    for _ in 0...(isStream ? Int(random.next() % 3) : 0) { bytes += frame(&random) }
    return bytes
  }

  private func frame(_ random: inout RandomStream) -> [UInt8] {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    switch target {
    case .modbusSerial, .modbusStream:
      let start = UInt16(below(100))
      let requests: [ModbusRequest] = [
        .readCoils(start: start, count: 16), .readDiscreteInputs(start: start, count: 20),
        .readHoldingRegisters(start: start, count: 4), .writeCoil(start, true), .writeRegister(start, 7),
        .writeCoils(start: start, (0..<12).map { $0 % 3 == 0 }), .writeRegisters(start: start, [1, 2, 3]),
      ]
      let frame = ModbusFrame(
        transaction: UInt16(below(65_536)), unit: UInt8(1 + below(247)), body: requests[below(7)].body)
      return target == .modbusSerial ? frame.serialBytes : frame.streamBytes
    case .pmpp:
      return PMPPFrame(
        address: UInt16(below(200)), payload: (0..<below(40)).map { _ in UInt8(below(256)) }
      ).bytes()
    case .snmp, .ntcipAgent: return message(&random).bytes
    case .gbtEscaped: return gbt(&random).escaped
    case .gbtDatagram, .gbtController: return gbt(&random).datagram
    case .line: return line(&random).bytes
    }
  }

  private func message(_ random: inout RandomStream) -> SNMPMessage {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let kinds: [SNMPMessage.Kind] = [.get, .getNext, .set, .getBulk, .response]
    let kind = kinds[below(target == .snmp ? 5 : 4)]
    let objects = NTCIPObject.all
    let bindings = (0...below(5)).map { _ -> SNMPBinding in
      let object = objects[below(objects.count)]
      let instance = NTCIPInstance(
        object.name, object.indices.isEmpty ? 0 : 1 + below(8), object.indices.count > 1 ? 1 + below(4) : 0)
      let value: SNMPValue =
        kind == .set || kind == .response ? .integer(Int64(below(256))) : .null
      return SNMPBinding(instance.name, value)
    }
    return SNMPMessage(
      kind, version: kind == .getBulk || below(2) == 0 ? .v2c : .v1, community: "administrator",
      requestID: Int32(below(1 << 30)), errorIndex: kind == .getBulk ? Int32(below(20)) : 0,
      bindings: bindings)
  }

  private func gbt(_ random: inout RandomStream) -> GBTFrame {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let kinds: [GBTFrame.Kind] = [.query, .set, .heartbeat, .queryReply]
    let kind = kinds[below(target == .gbtController ? 3 : 4)]
    let classes: [(UInt8, UInt8, UInt8, Int)] = [
      (3, 3, 1, 1), (4, 2, 27, 2), (6, 2, 2, 8), (9, 2, 3, 4), (9, 2, 7, 32), (13, 2, 2, 1), (17, 1, 2, 1),
      (17, 1, 3, 1), (18, 1, 0, 16),
    ]
    let values = (0..<(kind == .heartbeat ? 0 : 1 + below(4))).map { _ -> GBTValue in
      let (dataClass, object, attribute, size) = classes[below(classes.count)]
      let data = kind == .query ? [] : (0..<size).map { _ in UInt8(below(4)) }
      return GBTValue(GBTAddress(dataClass, object, attribute, UInt8(below(3))), data)
    }
    return GBTFrame(kind, sequence: UInt8(below(256)), values: values)
  }

  private func line(_ random: inout RandomStream) -> LineMessage {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let time = SimTime(milliseconds: Int64(below(100_000)))
    let command = AddressedCommand(
      controller: ControllerID(below(4)),
      command: CabinetCommand(
        program: .pattern(below(9)), vehicleCalls: PhaseSet(rawValue: UInt32(below(256))),
        splits: [TimeSpan(seconds: 20)], stage: 1))
    let status = LineStatus(
      controller: ControllerID(below(4)),
      status: CabinetStatus(
        mode: .pattern(2), indications: [.red, .green, .yellow], greenPhases: PhaseSet(phase: below(8)),
        cycleTimer: TimeSpan(seconds: 12), alarms: .preempt, detectors: [DetectorStatus(isOn: true)],
        refusals: [.unknownPattern(4)]))
    switch below(8) {
    case 0: return .hello(version: 1, seat: .road, name: "peer")
    case 1: return .advance(time)
    case 2:
      return .inputs(
        time, [LineInput(controller: ControllerID(0), input: .detector(DetectorID(below(9)), isOn: true))])
    case 3:
      return .lamps(
        time, [IndicationChange(controller: ControllerID(1), group: below(9), indication: .green)])
    case 4: return .status(time, [status])
    case 5: return .command(time, command)
    case 6: return .observe(time, [status], [])
    default: return .decide(time, [command], next: time)
    }
  }
}
