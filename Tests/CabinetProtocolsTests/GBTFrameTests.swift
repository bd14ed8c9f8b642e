import CabinetProtocols
import Testing
import TrafficModel

@Suite("GB/T 20999 frames")
struct GBTFrameTests {
  private static func frame(
    _ kind: GBTFrame.Kind, sequence: UInt8, _ values: [(GBTAddress, [UInt8])]
  ) -> GBTFrame {
    GBTFrame(kind, sequence: sequence, values: values.map { GBTValue($0.0, $0.1) })
  }

  static let vectors: [(GBTFrame, String)] = [
    (
      GBTFrame(
        .query, version: 0x0100, upperComputer: 5, controller: 0, road: 0,
        values: [GBTValue(GBTAddress(1, 1))]),
      "7e 00 13 01 00 05 00 00 00 00 00 01 10 01 01 04 01 01 00 00 5a 91 7d"
    ),
    (
      GBTFrame(
        .queryReply, version: 0x0100, upperComputer: 5, controller: 0, road: 0, sequence: 2,
        values: [GBTValue(GBTAddress(1, 1), hex("e4 b8 9c e5 9c 9f e6 ad a3 e5 88 9b"))]),
      """
      7e 00 1f 01 00 05 00 00 00 00 00 02 20 01 01 10 01 01 00 00 e4 b8 9c e5 9c 9f e6 ad a3 e5 88 9b 23 fb 7d
      """
    ),
    (GBTFrame(.heartbeat), "7e 00 0c 01 02 01 00 00 00 01 01 01 70 ba 59 7d"),
    (GBTFrame(.heartbeatReply), "7e 00 0c 01 02 01 00 00 00 01 01 01 80 49 5a 7d"),
    (
      frame(
        .query, sequence: 2,
        [(GBTAddress(13, 2, 2, 1), []), (GBTAddress(13, 2, 3, 1), []), (GBTAddress(13, 2, 4, 1), [])]),
      """
      7e 00 1f 01 02 01 00 00 00 01 01 02 10 03 01 04 0d 02 02 01 02 04 0d 02 03 01 03 04 0d 02 04 01 2c b6 7d
      """
    ),
    (
      frame(.set, sequence: 3, [(GBTAddress(9, 2, 3, 1), [0, 0, 0, 100])]),
      "7e 00 17 01 02 01 00 00 00 01 01 03 30 01 01 08 09 02 03 01 00 00 00 64 4f c5 7d"
    ),
    (
      frame(.setReply, sequence: 3, [(GBTAddress(9, 2, 3, 1), [0])]),
      "7e 00 14 01 02 01 00 00 00 01 01 03 40 01 01 05 09 02 03 01 00 55 a9 7d"
    ),
    (
      frame(.setError, sequence: 3, [(GBTAddress(9, 2, 3, 1), [0x10])]),
      "7e 00 14 01 02 01 00 00 00 01 01 03 41 01 01 05 09 02 03 01 10 45 b9 7d"
    ),
    (
      frame(.queryError, sequence: 2, [(GBTAddress(19, 1, 1), [0x30])]),
      "7e 00 14 01 02 01 00 00 00 01 01 02 21 01 01 05 13 01 01 00 30 63 2a 7d"
    ),
    (
      frame(.set, sequence: 4, [(GBTAddress(17, 1, 2, 1), [3])]),
      "7e 00 14 01 02 01 00 00 00 01 01 04 30 01 01 05 11 01 02 01 03 cb 7b 7d"
    ),
    (
      frame(.set, sequence: 6, [(GBTAddress(18, 1), Array(repeating: 0, count: 15) + [1])]),
      "7e 00 23 01 02 01 00 00 00 01 01 06 30 01 01 14 12 01 00 00 00*15 01 3a 7e 7d"
    ),
    (
      frame(.set, sequence: 8, [(GBTAddress(9, 2, 7, 1), hex("00*24 00 1d 00 1f 00 1d 00 1f"))]),
      """
      7e 00 33 01 02 01 00 00 00 01 01 08 30 01 01 24 09 02 07 01 00*24 00 1d 00 1f 00 1d 00 1f 7a 99 7d
      """
    ),
    (
      frame(.report, sequence: 9, [(GBTAddress(13, 2, 2, 1), [0x12])]),
      "7e 00 14 01 02 01 00 00 00 01 01 09 60 01 01 05 0d 02 02 01 12 ea 48 7d"
    ),
    (
      GBTFrame(.heartbeat, controller: 0x007E_5C7D, sequence: 5),
      "7e 00 0c 01 02 01 00 7e 5c 7d 01 05 70 6b 2d 7d"
    ),
  ]

  @Test("the vectors come out of the encoder and go into the decoders", arguments: vectors)
  func vectorFrames(frame: GBTFrame, text: String) throws {
    #expect(frame.datagram == hex(text))
    #expect(try GBTFrame(datagram: hex(text)) == frame)
    #expect(frames(GBTDecoder(escapes: false), [hex(text)]) == [frame])
    #expect(frames(GBTDecoder(), [frame.escaped]) == [frame])
  }

  @Test("on TCP and serial lines the three special bytes are escaped, the CRC too")
  func escapes() {
    #expect(
      GBTFrame(.heartbeat, controller: 0x007E_5C7D, sequence: 5).escaped
        == hex("7e 00 0c 01 02 01 00 5c 7e 5c 5c 5c 7d 01 05 70 6b 2d 7d"))
    #expect(
      Self.vectors[10].0.escaped
        == hex("7e 00 23 01 02 01 00 00 00 01 01 06 30 01 01 14 12 01 00 00 00*15 01 3a 5c 7e 7d"))
  }

  static func randomFrame(_ random: inout RandomStream) -> GBTFrame {
    let kind = GBTFrame.Kind.allCases[random.below(11)]
    let isEmpty = [.heartbeat, .heartbeatReply, .heartbeatReplyAlternative].contains(kind)
    var frame = GBTFrame(
      kind, version: UInt16(truncatingIfNeeded: random.word()), upperComputer: random.byte(),
      controller: UInt32(truncatingIfNeeded: random.word()), road: random.byte(), sequence: random.byte(),
      values: (0..<(isEmpty ? 0 : random.below(5))).map { _ in
        GBTValue(
          GBTAddress(random.byte(), random.byte(), random.byte(), random.byte()),
          random.below(3) == 0 ? Array(repeating: 0x7E, count: random.below(9)) : random.bytes(upTo: 20))
      })
    for position in frame.values.indices { frame.values[position].index = random.byte() }
    return frame
  }

  @Test("every frame round-trips on every link, however it is cut", arguments: 0..<24)
  func roundTrips(seed: Int) throws {
    var random = RandomStream.test(seed)
    let all = (0..<3).map { _ in Self.randomFrame(&random) }
    for frame in all { #expect(try GBTFrame(datagram: frame.datagram) == frame) }
    verify(GBTDecoder(), all.map { (frame: $0, bytes: $0.escaped) })
    verify(GBTDecoder(escapes: false), all.map { (frame: $0, bytes: $0.datagram) })
    for cut in 0..<all[0].datagram.count {
      #expect(throws: DecodingFailure.self) { try GBTFrame(datagram: Array(all[0].datagram[..<cut])) }
    }
  }

  @Test("a flipped bit drops its frame, and the next one is found")
  func damage() {
    let clean = Self.vectors[4].0.escaped
    for position in 1..<(clean.count - 1) {
      for bit in 0..<8 {
        var bad = clean
        bad[position] ^= 1 << UInt8(bit)
        // A flip may make an escape of the last byte; the frame after next is found in any case.
        let found = frames(GBTDecoder(), [bad, clean, clean])
        #expect(found.last == Self.vectors[4].0 && found.count <= 2)
      }
    }
  }
}
