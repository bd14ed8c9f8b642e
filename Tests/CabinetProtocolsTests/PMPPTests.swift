import CabinetProtocols
import Testing
import TrafficModel

@Suite("PMPP")
struct PMPPTests {
  static let get = hex(
    """
    30 2d 02 01 00 04 06 70 75 62 6c 69 63 a0 20 02 01 01 02 01 00 02 01 00 30 15 30 13 06 0f
    2b 06 01 04 01 89 36 04 02 01 01 04 01 04 01 05 00
    """)
  static let set = hex(
    """
    30 2c 02 01 00 04 06 70 75 62 6c 69 63 a3 1f 02 01 02 02 01 00 02 01 00 30 14 30 12 06 0d
    2b 06 01 04 01 89 36 04 02 01 04 0e 00 02 01 05
    """)

  static let vectors: [(PMPPFrame, [UInt8])] = [
    (PMPPFrame(address: 1, payload: get), hex("7e 05 13 c1") + get + hex("67 b3 7e")),
    (PMPPFrame(address: 1, payload: set), hex("7e 05 13 c1") + set + hex("1e cd 7e")),
    (PMPPFrame(address: 31, payload: [1]), hex("7e 7d 5d 13 c1 01 1e 85 7e")),
    (PMPPFrame(address: 100, payload: [1]), hex("7e 90 03 13 c1 01 a5 7c 7e")),
  ]

  @Test("the vectors come out of the encoder and go into the decoder", arguments: vectors)
  func vectorFrames(frame: PMPPFrame, bytes: [UInt8]) {
    #expect(frame.bytes() == bytes)
    #expect(frames(PMPPDecoder(), [bytes]) == [frame])
  }

  @Test("every frame round-trips, however the line cuts it", arguments: 0..<24)
  func roundTrips(seed: Int) {
    var random = RandomStream.test(seed)
    let order: PMPPFrame.CheckOrder = random.below(2) == 0 ? .lowFirst : .highFirst
    let encoded = (0..<3).map { _ -> (PMPPFrame, [UInt8]) in
      let frame = PMPPFrame(
        address: UInt16(random.below(8192)), isGroup: random.below(4) == 0, control: random.byte(),
        identifier: random.byte(), payload: random.bytes(upTo: 60))
      return (frame, frame.bytes(checkOrder: order))
    }
    verify(PMPPDecoder(checkOrder: order), encoded.map { (frame: $0.0, bytes: $0.1) })
  }

  @Test("the broadcast address is FF on the wire")
  func broadcast() {
    let frame = PMPPFrame(address: PMPPFrame.broadcastAddress, isGroup: true, payload: [1])
    #expect(frame.bytes()[1] == 0xFF)
    #expect(frames(PMPPDecoder(), [frame.bytes()]) == [frame])
  }

  @Test("two frames may share a flag, and flags between them are no frames")
  func sharedFlags() {
    let one = PMPPFrame(address: 1, payload: [1])
    let two = PMPPFrame(address: 2, payload: [2])
    #expect(frames(PMPPDecoder(), [one.bytes() + two.bytes().dropFirst()]) == [one, two])
    #expect(
      frames(PMPPDecoder(), [hex("7e 7e 7e") + one.bytes() + hex("7e 7e") + two.bytes()]) == [one, two])
  }

  @Test("a flipped bit, an abort and an endless frame drop themselves and nothing else")
  func damage() {
    let good = PMPPFrame(address: 5, payload: hex("01 02 03"))
    let clean = good.bytes()
    for position in 1..<(clean.count - 1) {
      for bit in 0..<8 {
        var bad = clean
        bad[position] ^= 1 << UInt8(bit)
        let found = frames(PMPPDecoder(), [bad, clean])
        #expect(found.last == good)
        #expect(!found.dropLast().contains(good))
      }
    }
    var decoder = PMPPDecoder()
    decoder.append(hex("7e 05 13 c1 7d 7e") + Array(repeating: 0x55, count: 100_000) + clean)
    #expect(decoder.next() == good)
    #expect(decoder.counts.malformed == 2)
    #expect(decoder.counts.frames == 1)
  }
}
