import CabinetProtocols
import Testing
import TrafficModel

/// Bytes from text: `7e 00*24 ff`, where `00*24` is twenty-four zero bytes.
func hex(_ text: String) -> [UInt8] {
  text.split(whereSeparator: \.isWhitespace).flatMap { word -> [UInt8] in
    let parts = word.split(separator: "*")
    let byte = UInt8(parts[0], radix: 16) ?? 0
    return Array(repeating: byte, count: parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
  }
}

/// All frames that a decoder makes of the pieces.
func frames<Decoder: FrameDecoder>(_ decoder: Decoder, _ pieces: [[UInt8]]) -> [Decoder.Frame] {
  var decoder = decoder
  var found: [Decoder.Frame] = []
  for piece in pieces {
    decoder.append(piece)
    while let frame = decoder.next() { found.append(frame) }
  }
  return found
}

/// The same stream whole, byte by byte, frame by frame and cut at every place must give the same frames; a stream that
/// is cut short gives those that are complete.
func verify<Decoder: FrameDecoder>(_ decoder: Decoder, _ encoded: [(frame: Decoder.Frame, bytes: [UInt8])]) {
  let expected = encoded.map(\.frame)
  let stream = encoded.flatMap(\.bytes)
  #expect(frames(decoder, [stream]) == expected, "whole")
  #expect(frames(decoder, stream.map { [$0] }) == expected, "byte by byte")
  #expect(frames(decoder, encoded.map(\.bytes)) == expected, "frame by frame")
  #expect(frames(decoder, [stream, stream]) == expected + expected, "twice")
  var ends: [Int] = []
  for (_, bytes) in encoded { ends.append((ends.last ?? 0) + bytes.count) }
  // Every length of short streams; of long ones so many that the test stays quick.
  for cut in stride(from: 0, through: stream.count, by: stream.count <= 128 ? 1 : stream.count / 64) {
    let complete = ends.prefix { $0 <= cut }.count
    #expect(frames(decoder, [Array(stream[..<cut])]) == Array(expected[..<complete]), "truncated at \(cut)")
    #expect(frames(decoder, [Array(stream[..<cut]), Array(stream[cut...])]) == expected, "cut at \(cut)")
  }
}

extension RandomStream {
  /// A stream of random test data.
  static func test(_ seed: Int) -> RandomStream {
    RandomStream(seed: UInt64(seed), purpose: .testing, place: 7)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

  mutating func bytes(upTo count: Int) -> [UInt8] { (0..<below(count + 1)).map { _ in byte() } }

  /// A number whose size is random too, so that edges are met.
  mutating func word() -> UInt64 { next() >> UInt64(below(64)) }
}
