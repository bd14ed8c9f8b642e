import CabinetProtocols
import Testing
import TrafficModel

@Suite("SNMP messages")
struct SNMPTests {
  static let asc: [UInt32] = [1, 3, 6, 1, 4, 1, 1206, 4, 2, 1]

  static func name(_ rest: UInt32...) -> ObjectIdentifier { ObjectIdentifier(asc + rest) }

  static let vectors: [(SNMPMessage, String)] = [
    (
      SNMPMessage(.get, requestID: 0x7ABC_FC00, bindings: [SNMPBinding(name(1, 4, 1, 4, 1))]),
      """
      30 30 02 01 00 04 06 70 75 62 6C 69 63 A0 23 02 04 7A BC FC 00 02 01 00 02 01 00 30 15 30 13 06 0F
      2B 06 01 04 01 89 36 04 02 01 01 04 01 04 01 05 00
      """
    ),
    (
      SNMPMessage(
        .response, requestID: 0x7ABC_FC00, bindings: [SNMPBinding(name(1, 4, 1, 4, 1), .integer(255))]),
      """
      30 32 02 01 00 04 06 70 75 62 6C 69 63 A2 25 02 04 7A BC FC 00 02 01 00 02 01 00 30 17 30 15 06 0F
      2B 06 01 04 01 89 36 04 02 01 01 04 01 04 01 02 02 00 FF
      """
    ),
    (
      SNMPMessage(.set, requestID: 0x5136_E049, bindings: [SNMPBinding(name(4, 14, 0), .integer(5))]),
      """
      30 2F 02 01 00 04 06 70 75 62 6C 69 63 A3 22 02 04 51 36 E0 49 02 01 00 02 01 00 30 14 30 12 06 0D
      2B 06 01 04 01 89 36 04 02 01 04 0E 00 02 01 05
      """
    ),
    (
      SNMPMessage(
        .response, requestID: 0x61E9_D7EA, errorStatus: 2, errorIndex: 1, bindings: [SNMPBinding(name(99, 0))]
      ),
      """
      30 2D 02 01 00 04 06 70 75 62 6C 69 63 A2 20 02 04 61 E9 D7 EA 02 01 02 02 01 01 30 12 30 10 06 0C
      2B 06 01 04 01 89 36 04 02 01 63 00 05 00
      """
    ),
    (
      SNMPMessage(
        .response, version: .v2c, requestID: 0x61E9_D7EA, bindings: [SNMPBinding(name(99, 0), .noSuchObject)]),
      """
      30 2D 02 01 01 04 06 70 75 62 6C 69 63 A2 20 02 04 61 E9 D7 EA 02 01 00 02 01 00 30 12 30 10 06 0C
      2B 06 01 04 01 89 36 04 02 01 63 00 80 00
      """
    ),
    (
      SNMPMessage(
        .getBulk, version: .v2c, requestID: 0x0F4C_2750, errorStatus: 0, errorIndex: 3,
        bindings: [SNMPBinding(name(1, 4, 1, 2))]),
      """
      30 2F 02 01 01 04 06 70 75 62 6C 69 63 A5 22 02 04 0F 4C 27 50 02 01 00 02 01 03 30 14 30 12 06 0E
      2B 06 01 04 01 89 36 04 02 01 01 04 01 02 05 00
      """
    ),
    (
      SNMPMessage(.get, requestID: 1, bindings: [SNMPBinding(name(1, 4, 1, 4, 1))]),
      """
      30 2d 02 01 00 04 06 70 75 62 6c 69 63 a0 20 02 01 01 02 01 00 02 01 00 30 15 30 13 06 0f
      2b 06 01 04 01 89 36 04 02 01 01 04 01 04 01 05 00
      """
    ),
    (
      SNMPMessage(.set, requestID: 2, bindings: [SNMPBinding(name(4, 14, 0), .integer(5))]),
      """
      30 2c 02 01 00 04 06 70 75 62 6c 69 63 a3 1f 02 01 02 02 01 00 02 01 00 30 14 30 12 06 0d
      2b 06 01 04 01 89 36 04 02 01 04 0e 00 02 01 05
      """
    ),
  ]

  @Test("the vectors come out of the encoder and go into the decoder", arguments: vectors)
  func vectorMessages(message: SNMPMessage, text: String) throws {
    #expect(message.bytes == hex(text))
    #expect(try SNMPMessage(decoding: hex(text)) == message)
  }

  /// The value inside a minimal message.
  private static func encoded(_ value: SNMPValue) -> [UInt8] {
    let bytes = SNMPMessage(
      .response, requestID: 0, bindings: [SNMPBinding(ObjectIdentifier([1, 3]), value)]
    ).bytes
    return Array(bytes.dropFirst(SNMPMessage(.get, requestID: 0, bindings: []).bytes.count + 5))
  }

  static let values: [(SNMPValue, String)] = [
    (.integer(127), "02 01 7f"), (.integer(128), "02 02 00 80"), (.integer(255), "02 02 00 ff"),
    (.integer(-1), "02 01 ff"), (.integer(0), "02 01 00"), (.integer(-129), "02 02 ff 7f"),
    (.counter32(0x8000_0000), "41 05 00 80 00 00 00"), (.counter32(1_700_000_000), "41 04 65 53 F1 00"),
    (.octets(hex("01 02")), "04 02 01 02"), (.null, "05 00"), (.endOfMibView, "82 00"),
    (.objectIdentifier(name(1, 255)), "06 0d 2b 06 01 04 01 89 36 04 02 01 01 81 7f"),
  ]

  @Test("values are written in their shortest form", arguments: values)
  func shortestForms(value: SNMPValue, text: String) {
    #expect(Self.encoded(value) == hex(text))
  }

  static func randomValue(_ random: inout RandomStream) -> SNMPValue {
    switch random.below(13) {
    case 0:
      .integer(Int64(Int32(truncatingIfNeeded: Int64(bitPattern: random.next()) >> Int64(random.below(64)))))
    case 1: .octets(random.bytes(upTo: 300))
    case 2: .null
    case 3: .objectIdentifier(randomName(&random))
    case 4: .ipAddress((0..<4).map { _ in random.byte() })
    case 5: .counter32(UInt32(truncatingIfNeeded: random.word()))
    case 6: .gauge32(UInt32(truncatingIfNeeded: random.word()))
    case 7: .timeTicks(UInt32(truncatingIfNeeded: random.word()))
    case 8: .opaque(random.bytes(upTo: 20))
    case 9: .counter64(random.word())
    case 10: .noSuchObject
    case 11: .noSuchInstance
    default: .endOfMibView
    }
  }

  static func randomName(_ random: inout RandomStream) -> ObjectIdentifier {
    let rest = (0..<random.below(20)).map { _ in UInt32(truncatingIfNeeded: random.word()) }
    return ObjectIdentifier([UInt32(random.below(3)), UInt32(random.below(40))] + rest)
  }

  static func randomMessage(_ seed: Int) -> SNMPMessage {
    var random = RandomStream.test(seed)
    var message = SNMPMessage(
      SNMPMessage.Kind.allCases[random.below(8)], version: random.below(2) == 0 ? .v1 : .v2c,
      requestID: Int32(truncatingIfNeeded: random.word()),
      errorStatus: Int32(random.below(19)), errorIndex: Int32(random.below(300)),
      bindings: (0..<random.below(8)).map { _ in SNMPBinding(randomName(&random), randomValue(&random)) })
    message.community = random.bytes(upTo: 12)
    return message
  }

  @Test("every message round-trips, and none of its beginnings is a message", arguments: 0..<200)
  func roundTrips(seed: Int) throws {
    let message = Self.randomMessage(seed)
    let bytes = message.bytes
    #expect(try SNMPMessage(decoding: bytes) == message)
    for cut in 0..<bytes.count {
      #expect(throws: DecodingFailure.self) { try SNMPMessage(decoding: Array(bytes[..<cut])) }
    }
    #expect(throws: DecodingFailure(.leftover, at: 0, expected: "")) {
      try SNMPMessage(decoding: bytes + [0])
    }
  }

  @Test("long lengths and long integers are read as their short forms")
  func longForms() throws {
    let short = hex("30 1a 02 01 00 04 01 61 a0 12 02 01 01 02 01 00 02 01 00 30 07 30 05 06 01 2b 05 00")
    let long = hex(
      """
      30 82 00 1f 02 01 00 04 81 01 61 a0 16 02 04 00 00 00 01 02 01 00 02 01 00 30 81 07 30 05 06 01 2b 05 00
      """)
    let message = try SNMPMessage(decoding: short)
    #expect(try SNMPMessage(decoding: long) == message)
    #expect(message.bindings[0].name == ObjectIdentifier([1, 3]))
  }

  static let refusals: [(DecodingFailure.Code, String)] = [
    (.unknownVersion, "30 0c 02 01 03 04 00 a0 04 02 01 01 02 00"),
    (.badLength, "30 80 02 01 00 00 00"),
    (.badLength, "30 85 01 00 00 00 00"),
    (.truncated, "30 84 7f ff ff ff"),
    (.truncated, "30"),
    (.unexpected, "31 00"),
    (.unexpected, "30 06 02 01 00 04 00 a9"),
    (.unexpected, "30 07 02 01 00 04 00 a4 00"),
  ]

  @Test("what is no message is refused with the reason", arguments: refusals)
  func refused(code: DecodingFailure.Code, text: String) {
    #expect(throws: DecodingFailure(code, at: 0, expected: "")) { try SNMPMessage(decoding: hex(text)) }
  }
}
