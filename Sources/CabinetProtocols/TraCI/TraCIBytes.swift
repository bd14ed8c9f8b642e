/// Why bytes are no TraCI message.
public struct TraCIFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// Writes TraCI's values: big-endian, strings with their length in front.
struct TraCIWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(byte: UInt8) { bytes.append(byte) }

  mutating func write(int32 value: Int32) {
    let bits = UInt32(bitPattern: value)
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  mutating func write(double value: Double) {
    let bits = value.bitPattern
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  mutating func write(string text: String) {
    let utf8 = Array(text.utf8)
    write(int32: Int32(utf8.count))
    bytes += utf8
  }

  mutating func write(bytes more: [UInt8]) { bytes += more }
}

/// Reads TraCI's values from a message; never beyond its end.
struct TraCICursor {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }
  var remaining: Int { bytes.endIndex - position }

  mutating func byte() throws(TraCIFormatError) -> UInt8 {
    guard position < bytes.endIndex else { throw TraCIFormatError("the message ends within a value") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func int32() throws(TraCIFormatError) -> Int32 {
    var bits: UInt32 = 0
    for _ in 0..<4 { bits = bits << 8 | UInt32(try byte()) }
    return Int32(bitPattern: bits)
  }

  mutating func double() throws(TraCIFormatError) -> Double {
    var bits: UInt64 = 0
    for _ in 0..<8 { bits = bits << 8 | UInt64(try byte()) }
    return Double(bitPattern: bits)
  }

  mutating func string() throws(TraCIFormatError) -> String {
    let length = Int(try int32())
    let slice = try slice(length)
    return String(decoding: slice, as: UTF8.self)
  }

  /// The number of entries of a list, each of which takes at least `size` bytes.
  mutating func count(entrySize size: Int) throws(TraCIFormatError) -> Int {
    let count = Int(try int32())
    guard count >= 0, count <= remaining / size else {
      throw TraCIFormatError("a list of \(count) entries in \(remaining) bytes")
    }
    return count
  }

  mutating func slice(_ length: Int) throws(TraCIFormatError) -> ArraySlice<UInt8> {
    guard length >= 0, length <= remaining else {
      throw TraCIFormatError("a length of \(length) bytes where \(remaining) are left")
    }
    defer { position += length }
    return bytes[position..<position + length]
  }
}
