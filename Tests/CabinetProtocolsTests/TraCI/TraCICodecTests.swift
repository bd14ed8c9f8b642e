import CabinetProtocols
import Testing

/// Bytes captured from SUMO 1.28.
@Suite struct TraCICodecTests {
  private func bytes(_ hex: String) -> [UInt8] {
    hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  /// A message without its length.
  private func body(_ hex: String) -> ArraySlice<UInt8> { bytes(hex).dropFirst(4) }

  @Test("commands are written as SUMO's own clients write them")
  func commands() {
    let cases: [(TraCICommand, String)] = [
      (.version, "00 00 00 06 02 00"),
      (.setOrder(1), "00 00 00 0a 06 03 00 00 00 01"),
      (
        .get(.trafficLight, variable: TraCIVariable.lightState, object: "B1"),
        "00 00 00 0d 09 a2 20 00 00 00 02 42 31"
      ),
      (
        .set(.trafficLight, variable: TraCIVariable.lightPhase, object: "B1", .integer(2)),
        "00 00 00 12 0e c2 22 00 00 00 02 42 31 09 00 00 00 02"
      ),
      (
        .set(.trafficLight, variable: TraCIVariable.lightProgram, object: "B1", .string("0")),
        "00 00 00 13 0f c2 23 00 00 00 02 42 31 0c 00 00 00 01 30"
      ),
      (
        .subscribe(.inductionLoop, object: "d0", variables: [0x10, 0x13, 0x16]),
        "00 00 00 20 1c d0 c1 d0 00 00 00 00 00 00 c1 d0 00 00 00 00 00 00 00 00 00 02 64 30 03 10 13 16"
      ),
      (.simulationStep(until: 0), "00 00 00 0e 0a 02 00 00 00 00 00 00 00 00"),
      (.close, "00 00 00 06 02 7f"),
    ]
    for (command, hex) in cases { #expect(TraCICommand.message([command]) == bytes(hex)) }
  }

  @Test("a command that is too long for one byte has its length in four")
  func longCommand() {
    let id = String(repeating: "x", count: 300)
    let message = TraCICommand.message([.get(.lane, variable: 0x12, object: id)])
    // 5 bytes of length, the code, the variable, 4 bytes and 300 of the id.
    #expect(Array(message[4..<9]) == [0, 0, 0, 1, 0x37])
    #expect(message.count == 4 + 0x137)
  }

  @Test("the version is read")
  func version() throws {
    let hex =
      "00 00 00 20 07 00 00 00 00 00 00 15 00 00 00 00 16 00 00 00 0b 53 55 4d 4f 20 31 2e 32 38 2e 30"
    let replies = try TraCIReply.read(body(hex), answering: [.version])
    #expect(replies.first?.result == .version(api: 22, software: "SUMO 1.28.0"))
  }

  @Test("a light's state is read")
  func lightState() throws {
    let hex =
      "00 00 00 29 07 a2 00 00 00 00 00 1e b2 20 00 00 00 02 42 31 0c 00 00 00 10 "
      + "47 47 67 67 72 72 72 72 47 47 67 67 72 72 72 72"
    let command = TraCICommand.get(.trafficLight, variable: TraCIVariable.lightState, object: "B1")
    let replies = try TraCIReply.read(body(hex), answering: [command])
    #expect(replies.first?.result == .value(.string("GGggrrrrGGggrrrr")))
  }

  @Test("the answer to a step holds what was subscribed to, in short and in long form")
  func stepResults() throws {
    // Status; two results: one with a four-byte length, one with a one-byte length; the long form counts its own five bytes.
    let hex =
      "00 00 00 00 07 02 00 00 00 00 00 00 00 00 02 "
      + "00 00 00 00 14 e0 00 00 00 02 64 30 01 10 00 09 00 00 00 03 "
      + "14 e4 00 00 00 02 76 31 01 40 00 0b 40 24 00 00 00 00 00 00"
    let replies = try TraCIReply.read(body(hex), answering: [.simulationStep(until: 0)])
    guard case .subscriptions(let results) = replies.first?.result else {
      Issue.record("no results")
      return
    }
    #expect(results.count == 2)
    #expect(results[0].domain == .inductionLoop && results[0].object == "d0")
    #expect(results[0][0x10] == .integer(3))
    #expect(results[1].domain == .vehicle && results[1][0x40]?.number == 10)
  }

  @Test("an error carries SUMO's words and no value")
  func errors() throws {
    var hex = "00 00 00 00 0e a2 ff 00 00 00 07"
    for byte in Array("unknown".utf8) { hex += " " + String(byte, radix: 16) }
    let command = TraCICommand.get(.trafficLight, variable: TraCIVariable.lightState, object: "B9")
    let reply = try TraCIReply.read(body(hex), answering: [command]).first
    #expect(reply?.status == .error && reply?.message == "unknown" && reply?.result == TraCIReply.Result.none)
  }

  @Test("values of every type survive writing and reading back")
  func values() throws {
    let all: [TraCIValue] = [
      .unsignedByte(200), .byte(-3), .integer(-70_000), .double(-0.125), .string("Köln"),
      .strings(["a", ""]),
      .doubles([1, 2.5]), .colour(red: 1, green: 2, blue: 3, alpha: 4), .position(x: 1, y: -2),
      .position3D(x: 1, y: 2, z: 3), .compound([.integer(1), .compound([.string("x")])]),
    ]
    for value in all {
      let set = TraCICommand.message([.set(.vehicle, variable: 0x40, object: "v", value)])
      // What stands behind the object's name is the value; an answer to a get has the same form.
      let written = Array(set.dropFirst(4 + 2 + 1 + 5))
      let block: [UInt8] = [0xB4, 0x40, 0, 0, 0, 1, 0x76] + written
      let answer: [UInt8] =
        [7, 0xA4, 0, 0, 0, 0, 0] + [UInt8(block.count + 1)] + block
      let replies = try TraCIReply.read(
        answer[...], answering: [.get(.vehicle, variable: 0x40, object: "v")])
      #expect(replies.first?.result == .value(value))
    }
  }

  @Test("a message cut anywhere is refused, and never read beyond its end")
  func cutMessages() throws {
    let hex =
      "07 02 00 00 00 00 00 00 00 00 01 "
      + "00 00 00 00 14 e0 00 00 00 02 64 30 01 10 00 09 00 00 00 03"
    let whole = bytes(hex)
    #expect(throws: Never.self) {
      try TraCIReply.read(whole[...], answering: [.simulationStep(until: 0)])
    }
    for length in 0..<whole.count {
      #expect(throws: TraCIFormatError.self) {
        try TraCIReply.read(whole[..<length], answering: [.simulationStep(until: 0)])
      }
    }
  }
}
