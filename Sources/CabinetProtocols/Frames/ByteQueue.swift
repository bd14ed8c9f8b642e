/// Bytes that have come and are not understood yet; the front is dropped in bulk, so that a byte moves seldom.
struct ByteQueue: Hashable, Sendable {
  private var bytes: [UInt8] = []
  private var head = 0
  /// Dropped bytes that may stay in memory.
  private static let slack = 4096

  var count: Int { bytes.count - head }

  subscript(index: Int) -> UInt8 { bytes[head + index] }

  func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
    bytes[(head + range.lowerBound)..<(head + range.upperBound)]
  }

  /// A big-endian number of two bytes.
  func word(at index: Int) -> Int { Int(self[index]) << 8 | Int(self[index + 1]) }

  mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  mutating func drop(_ dropped: Int) {
    head += dropped
    if head == bytes.count {
      removeAll()
    } else if head > Self.slack {
      bytes.removeFirst(head)
      head = 0
    }
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: bytes.count <= Self.slack)
    head = 0
  }

  /// Index of the first such byte from `start` on.
  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    var index = start
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }
}
