/// Tags of the basic encoding rules that SNMP uses (X.690; RFC 1157, RFC 3416).
enum BERTag {
  static let integer: UInt8 = 0x02
  static let octets: UInt8 = 0x04
  static let null: UInt8 = 0x05
  static let objectIdentifier: UInt8 = 0x06
  static let sequence: UInt8 = 0x30
}

/// A cursor over encoded values; definite lengths only, in any number of length bytes up to four.
struct BERReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  /// Where the message began, so that places count from there.
  private let origin: Int

  init(_ bytes: ArraySlice<UInt8>, origin: Int? = nil) {
    self.bytes = bytes
    position = bytes.startIndex
    self.origin = origin ?? bytes.startIndex
  }

  var isAtEnd: Bool { position >= bytes.endIndex }
  var place: Int { position - origin }
  var nextTag: UInt8? { isAtEnd ? nil : bytes[position] }

  func failure(_ code: DecodingFailure.Code, found: Int = 0, _ expected: String) -> DecodingFailure {
    DecodingFailure(code, at: place, found: found, expected: expected)
  }

  func checkEnd() throws(DecodingFailure) {
    if !isAtEnd { throw failure(.leftover, found: bytes.endIndex - position, "the end") }
  }

  /// The next value's tag and content.
  mutating func any() throws(DecodingFailure) -> (tag: UInt8, content: ArraySlice<UInt8>) {
    guard bytes.endIndex - position >= 2 else { throw failure(.truncated, "a tag and a length") }
    let tag = bytes[position]
    var length = Int(bytes[position + 1])
    var start = position + 2
    if length >= 0x80 {
      // X.690, 8.1.3.5: the low seven bits count the bytes of the length; 8.1.3.6, the indefinite form, is not SNMP.
      let size = length & 0x7F
      guard size >= 1 && size <= 4 else { throw failure(.badLength, found: length, "1 to 4 bytes of length") }
      guard bytes.endIndex - start >= size else { throw failure(.truncated, "\(size) bytes of length") }
      length = 0
      for _ in 0..<size {
        length = length << 8 | Int(bytes[start])
        start += 1
      }
    }
    guard bytes.endIndex - start >= length else {
      throw failure(.truncated, found: bytes.endIndex - start, "as many bytes as the length says")
    }
    position = start + length
    return (tag, bytes[start..<position])
  }

  mutating func content(of tag: UInt8, _ expected: String) throws(DecodingFailure) -> ArraySlice<UInt8> {
    guard let found = nextTag else { throw failure(.truncated, expected) }
    guard found == tag else { throw failure(.unexpected, found: Int(found), expected) }
    return try any().content
  }

  mutating func nested(_ tag: UInt8, _ expected: String) throws(DecodingFailure) -> BERReader {
    BERReader(try content(of: tag, expected), origin: origin)
  }

  mutating func integer(_ expected: String) throws(DecodingFailure) -> Int64 {
    let before = self
    let content = try content(of: BERTag.integer, expected)
    return try before.signed(content)
  }

  mutating func int32(_ expected: String) throws(DecodingFailure) -> Int32 {
    let before = self
    guard let value = Int32(exactly: try integer(expected)) else {
      throw before.failure(.outOfRange, expected)
    }
    return value
  }

  /// Two's complement (X.690, 8.3); more bytes than needed are tolerated up to eight.
  func signed(_ content: ArraySlice<UInt8>) throws(DecodingFailure) -> Int64 {
    guard let first = content.first, content.count <= 8 else {
      throw failure(.badLength, found: content.count, "an integer of 1 to 8 bytes")
    }
    var value: Int64 = first & 0x80 != 0 ? -1 : 0
    for byte in content { value = value << 8 | Int64(byte) }
    return value
  }

  /// An unsigned number that may have a leading zero byte.
  func unsigned(_ content: ArraySlice<UInt8>, bytes limit: Int) throws(DecodingFailure) -> UInt64 {
    let digits = content.drop { $0 == 0 }
    guard !content.isEmpty, content.count <= limit + 1, digits.count <= limit else {
      throw failure(.badLength, found: content.count, "an unsigned number of at most \(limit) bytes")
    }
    return digits.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// X.690, 8.19: the first byte holds two arcs, every other arc is base 128 with bit 8 as "more follows".
  func objectIdentifier(_ content: ArraySlice<UInt8>) throws(DecodingFailure) -> ObjectIdentifier {
    guard let last = content.last else { throw failure(.badLength, "an object identifier") }
    guard last & 0x80 == 0 else { throw failure(.truncated, "the last byte of an arc") }
    var arcs: [UInt32] = []
    var arc: UInt64 = 0
    for byte in content {
      arc = arc << 7 | UInt64(byte & 0x7F)
      if arc > UInt64(UInt32.max) { throw failure(.outOfRange, "an arc of 32 bits") }
      if byte & 0x80 != 0 { continue }
      if arcs.isEmpty {
        let first = min(arc / 40, 2)
        arcs = [UInt32(first), UInt32(arc - 40 * first)]
      } else {
        arcs.append(UInt32(arc))
      }
      arc = 0
      if arcs.count > ObjectIdentifier.arcLimit {
        throw failure(.outOfRange, found: arcs.count, "at most \(ObjectIdentifier.arcLimit) arcs")
      }
    }
    return ObjectIdentifier(arcs)
  }
}
