import CabinetProtocols
import Foundation
import Testing
import TrafficModel

private let judgePython = ProcessInfo.processInfo.environment["CITYBRAIN_JUDGE_PYTHON"]

/// Decoders and encoders that we did not write. To run these:
///
///     python3 -m venv judges && judges/bin/pip install pysnmp pymodbus
///     CITYBRAIN_JUDGE_PYTHON=judges/bin/python swift test --filter JudgeTests
@Suite(
  "Judges",
  .enabled(
    if: judgePython != nil,
    "SKIPPED: set CITYBRAIN_JUDGE_PYTHON to a Python that has pysnmp and pymodbus"))
struct JudgeTests {
  /// What a judge prints, by line.
  private func run(_ script: String, _ words: [String], input: [String] = []) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(judgePython))
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Judges")
    process.arguments = [folder.appendingPathComponent(script).path] + words
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("judge-\(UUID().uuidString)")
    try Data((input.joined(separator: "\n") + (input.isEmpty ? "" : "\n")).utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    process.standardInput = try FileHandle(forReadingFrom: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func text(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  private func bytes(_ text: Substring) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
    }
  }

  // MARK: - SNMP

  private func description(_ value: SNMPValue) -> String {
    switch value {
    case .integer(let number): "integer:\(number)"
    case .octets(let octets): "octets:\(text(octets))"
    case .null: "null:"
    case .objectIdentifier(let name): "oid:\(name)"
    case .ipAddress(let address): "ip:\(text(address))"
    case .counter32(let number): "counter32:\(number)"
    case .gauge32(let number): "gauge32:\(number)"
    case .timeTicks(let number): "ticks:\(number)"
    case .opaque(let content): "opaque:\(text(content))"
    case .counter64(let number): "counter64:\(number)"
    case .noSuchObject: "noSuchObject:"
    case .noSuchInstance: "noSuchInstance:"
    case .endOfMibView: "endOfMibView:"
    }
  }

  private func description(_ message: SNMPMessage) -> String {
    let head =
      "\(message.version.rawValue) \(text(message.community)) \(message.kind) \(message.requestID) "
      + "\(message.errorStatus) \(message.errorIndex)"
    return head + message.bindings.map { " \($0.name)=\(description($0.value))" }.joined()
  }

  @Test("what pysnmp writes is read as pysnmp reads it, and written as the same bytes")
  func readsForeignMessages() throws {
    let lines = try run("snmp_judge.py", ["encode", "1000", "7"])
    #expect(lines.count == 1000)
    for line in lines {
      let parts = line.split(separator: "\t")
      let message = try SNMPMessage(decoding: bytes(parts[0]))
      #expect(description(message) == parts[1])
      #expect(try SNMPMessage(decoding: message.bytes) == message)
    }
  }

  @Test("what we write is read by pysnmp as we mean it")
  func foreignReader() throws {
    var random = RandomStream.test(1)
    let kinds: [SNMPMessage.Kind] = [.get, .getNext, .set, .response, .getBulk]
    let messages = (0..<1000).map { _ -> SNMPMessage in
      let kind = kinds[random.below(5)]
      let isSecond = kind == .getBulk || random.below(2) == 0
      return SNMPMessage(
        kind, version: isSecond ? .v2c : .v1, requestID: Int32(random.below(1 << 31)),
        errorStatus: kind == .response ? Int32(random.below(6)) : 0,
        errorIndex: kind == .response || kind == .getBulk ? Int32(random.below(5)) : 0,
        bindings: (0..<random.below(6)).map { _ in
          let object = NTCIPObject.all[random.below(NTCIPObject.all.count)]
          let name = object.prefix + object.indices.map { _ in UInt32(1 + random.below(255)) }
          let values: [SNMPValue] = [
            .integer(Int64(Int32(truncatingIfNeeded: random.word()))), .octets(random.bytes(upTo: 200)),
            .objectIdentifier(name), .counter32(UInt32(truncatingIfNeeded: random.word())),
            .gauge32(UInt32(truncatingIfNeeded: random.word())),
            .timeTicks(UInt32(truncatingIfNeeded: random.word())), .ipAddress([10, 0, 0, 1]),
          ]
          return SNMPBinding(name, kind == .set || kind == .response ? values[random.below(7)] : .null)
        })
    }
    let lines = try run("snmp_judge.py", ["decode"], input: messages.map { text($0.bytes) })
    #expect(lines.count == messages.count)
    for (line, message) in zip(lines, messages) { #expect(line == description(message)) }
  }

  // MARK: - Modbus

  private func description(_ frame: ModbusFrame) throws -> String {
    var address: UInt16 = 0
    var count = 1
    var bits: [Bool] = []
    var registers: [UInt16] = []
    switch try ModbusRequest(body: frame.body) {
    case .readCoils(let start, let many), .readDiscreteInputs(let start, let many),
      .readHoldingRegisters(let start, let many), .readInputRegisters(let start, let many):
      (address, count) = (start, Int(many))
    case .writeCoil(let place, let isOn): (address, count, bits) = (place, 0, [isOn])
    case .writeRegister(let place, let value): (address, registers) = (place, [value])
    case .writeCoils(let start, let states): (address, count, bits) = (start, states.count, states)
    case .writeRegisters(let start, let values): (address, count, registers) = (start, values.count, values)
    }
    return "\(frame.unit) \(frame.body[0]) address=\(address) count=\(count) "
      + "bits=\(bits.map { $0 ? "1" : "0" }.joined()) registers=\(registers.map { "\($0)" }.joined(separator: ","))"
  }

  @Test("what pymodbus asks is read as it means it, and written as the same bytes")
  func readsForeignRequests() throws {
    let lines = try run("modbus_judge.py", ["encode", "100", "7"])
    #expect(lines.count == 1600)
    for line in lines {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let data = bytes(parts[1])
      let isSerial = parts[0] == "serial"
      let found =
        isSerial ? frames(ModbusSerialDecoder(.board), [data]) : frames(ModbusStreamDecoder(), [data])
      let frame = try #require(found.first)
      #expect(try description(frame) == parts[2])
      #expect((isSerial ? frame.serialBytes : frame.streamBytes) == data)
    }
  }

  @Test("pymodbus reads our requests and answers as we mean them")
  func foreignModbusReader() throws {
    var random = RandomStream.test(2)
    var input: [String] = []
    var expected: [String] = []
    for _ in 0..<300 {
      let start = UInt16(random.below(60_000))
      let requests: [ModbusRequest] = [
        .readCoils(start: start, count: 16), .readDiscreteInputs(start: start, count: 33),
        .writeCoil(start, random.below(2) == 0), .writeCoils(start: start, (0..<12).map { $0 % 5 == 0 }),
        .writeRegisters(start: start, [1, 65_535]), .readHoldingRegisters(start: start, count: 3),
      ]
      let request = requests[random.below(6)]
      let frame = ModbusFrame(transaction: 7, unit: UInt8(1 + random.below(247)), body: request.body)
      for (link, data) in [("serial", frame.serialBytes), ("stream", frame.streamBytes)] {
        input.append("\(link) request \(text(data))")
        expected.append(try description(frame))
      }
    }
    let answer = ModbusResponse.bits(function: 2, [0b1010_0101])
    input.append("serial response \(text(ModbusFrame(unit: 3, body: answer.body).serialBytes))")
    expected.append("3 2 address=0 count=0 bits=10100101 registers=")
    let lines = try run("modbus_judge.py", ["decode"], input: input)
    #expect(lines.count == expected.count)
    for (line, wanted) in zip(lines, expected) { #expect(line == wanted) }
  }
}
