/// Where a datum of GB/T 20999-2017 stands: class, object, attribute, element; 0 means all, or none.
public struct GBTAddress: Hashable, Sendable, CustomStringConvertible {
  public var dataClass: UInt8
  public var object: UInt8
  public var attribute: UInt8
  public var element: UInt8

  public init(_ dataClass: UInt8, _ object: UInt8, _ attribute: UInt8 = 0, _ element: UInt8 = 0) {
    self.dataClass = dataClass
    self.object = object
    self.attribute = attribute
    self.element = element
  }

  public var description: String { "\(dataClass).\(object).\(attribute).\(element)" }
}

/// One datum of a frame: its address and its bytes, none in a query.
public struct GBTValue: Hashable, Sendable {
  /// 1 to the number of values of the frame; what others number differently is kept.
  public var index: UInt8
  public var address: GBTAddress
  /// At most 251 bytes.
  public var data: [UInt8]

  public init(_ address: GBTAddress, _ data: [UInt8] = [], index: UInt8 = 1) {
    self.index = index
    self.address = address
    self.data = data
  }

  public static let dataLimit = 251
}

/// Why a controller refuses one datum.
public enum GBTError: UInt8, Sendable, CaseIterable {
  case badValue = 0x10
  case wrongLength = 0x11
  case overflow = 0x12
  case readOnly = 0x20
  case doesNotExist = 0x30
  case general = 0x40
  case controlFailed = 0x50
}

/// A frame between a controller and its upper computer (GB/T 20999-2017).
///
/// Start `7E`, length, version, upper computer, controller, intersection, sequence, type, values, CRC-16, end `7D`. The
/// length counts from itself to the byte before the CRC. Read tolerantly: any version and sequence.
public struct GBTFrame: Hashable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    case query = 0x10
    case queryReply = 0x20
    case queryError = 0x21
    case set = 0x30
    case setReply = 0x40
    case setError = 0x41
    case broadcast = 0x50
    /// An active report of the controller.
    case report = 0x60
    case heartbeat = 0x70
    /// What one implementation answers to a heartbeat instead of ``heartbeatReply``.
    case heartbeatReplyAlternative = 0x71
    case heartbeatReply = 0x80

    /// Heartbeats carry no values, not even their number.
    var hasValues: Bool {
      self != .heartbeat && self != .heartbeatReply && self != .heartbeatReplyAlternative
    }
  }

  /// `0102` in the standard edition; `0100` was seen in the field.
  public var version: UInt16
  public var upperComputer: UInt8
  public var controller: UInt32
  /// Number of the intersection; 0 was seen on a device with one.
  public var road: UInt8
  public var sequence: UInt8
  public var kind: Kind
  /// At most 255.
  public var values: [GBTValue]

  public init(
    _ kind: Kind, version: UInt16 = 0x0102, upperComputer: UInt8 = 1, controller: UInt32 = 1, road: UInt8 = 1,
    sequence: UInt8 = 1, values: [GBTValue] = []
  ) {
    self.kind = kind
    self.version = version
    self.upperComputer = upperComputer
    self.controller = controller
    self.road = road
    self.sequence = sequence
    self.values = values
    for position in self.values.indices.prefix(255) where self.values[position].index == 1 {
      self.values[position].index = UInt8(position + 1)
    }
  }

  static let start: UInt8 = 0x7E
  static let end: UInt8 = 0x7D
  static let escape: UInt8 = 0x5C
  /// From the length to the sequence, and the type.
  private static let headerSize = 12
  /// Bytes of the longest frame without escapes.
  static let sizeLimit = 0xFFFF + 4

  /// From the length to the last value.
  private var content: [UInt8] {
    var bytes: [UInt8] = [0, 0]
    bytes.appendWord(version)
    bytes.append(upperComputer)
    bytes.appendWord(UInt16(controller >> 16))
    bytes.appendWord(UInt16(truncatingIfNeeded: controller))
    bytes += [road, sequence, kind.rawValue]
    if kind.hasValues {
      let values = values.prefix(255)
      bytes.append(UInt8(values.count))
      for value in values {
        let data = value.data.prefix(GBTValue.dataLimit)
        let address = value.address
        bytes += [value.index, UInt8(4 + data.count), address.dataClass, address.object, address.attribute]
        bytes.append(address.element)
        bytes += data
      }
    }
    let length = UInt16(min(bytes.count, 0xFFFF))
    bytes[0] = UInt8(length >> 8)
    bytes[1] = UInt8(truncatingIfNeeded: length)
    return bytes
  }

  /// As in a UDP datagram: nothing is escaped.
  public var datagram: [UInt8] {
    var bytes = content
    bytes.appendWord(CyclicRedundancyCheck.gbt20999(bytes))
    return [Self.start] + bytes + [Self.end]
  }

  /// As on TCP and on a serial line: `5C` stands before every `7E`, `7D` and `5C` inside.
  public var escaped: [UInt8] { Self.escaped(datagram) }

  /// A frame without escapes as streams have it.
  public static func escaped(_ datagram: [UInt8]) -> [UInt8] {
    var bytes = [start]
    for byte in datagram.dropFirst().dropLast() {
      if byte == start || byte == end || byte == escape { bytes.append(escape) }
      bytes.append(byte)
    }
    bytes.append(end)
    return bytes
  }

  /// Reads one whole frame without escapes.
  public init(datagram bytes: [UInt8]) throws(DecodingFailure) {
    guard bytes.count >= Self.headerSize + 4 else {
      throw DecodingFailure(.truncated, at: bytes.count, found: bytes.count, expected: "16 bytes or more")
    }
    guard bytes.first == Self.start, bytes.last == Self.end else {
      throw DecodingFailure(
        .unexpected, at: 0, found: Int(bytes[0]), expected: "7E at the start and 7D at the end")
    }
    let length = Int(bytes.word(at: 1))
    guard bytes.count == length + 4 else {
      throw DecodingFailure(.badLength, at: 1, found: length, expected: "\(bytes.count - 4)")
    }
    let end = bytes.count - 3
    let check = CyclicRedundancyCheck.gbt20999(bytes[1..<end])
    guard bytes.word(at: end) == check else {
      throw DecodingFailure(.outOfRange, at: end, found: Int(bytes.word(at: end)), expected: "CRC \(check)")
    }
    guard let kind = Kind(rawValue: bytes[12]) else {
      throw DecodingFailure(.unexpected, at: 12, found: Int(bytes[12]), expected: "a frame type")
    }
    self.kind = kind
    version = bytes.word(at: 3)
    upperComputer = bytes[5]
    controller = UInt32(bytes.word(at: 6)) << 16 | UInt32(bytes.word(at: 8))
    road = bytes[10]
    sequence = bytes[11]
    values = kind.hasValues ? try Self.values(bytes[13..<end]) : []
    if !kind.hasValues && end != 13 {
      throw DecodingFailure(.leftover, at: 13, found: end - 13, expected: "a heartbeat without values")
    }
  }

  private static func values(_ bytes: ArraySlice<UInt8>) throws(DecodingFailure) -> [GBTValue] {
    guard let count = bytes.first else {
      throw DecodingFailure(.truncated, at: 13, expected: "a number of values")
    }
    var values: [GBTValue] = []
    var position = bytes.startIndex + 1
    for _ in 0..<count {
      guard position + 2 <= bytes.endIndex else {
        throw DecodingFailure(.truncated, at: position, found: values.count, expected: "\(count) values")
      }
      let length = Int(bytes[position + 1])
      guard length >= 4, position + 2 + length <= bytes.endIndex else {
        throw DecodingFailure(
          .badLength, at: position + 1, found: length, expected: "an address and its data")
      }
      let address = GBTAddress(
        bytes[position + 2], bytes[position + 3], bytes[position + 4], bytes[position + 5])
      values.append(
        GBTValue(
          address, Array(bytes[(position + 6)..<(position + 2 + length)]), index: bytes[position]))
      position += 2 + length
    }
    guard position == bytes.endIndex else {
      throw DecodingFailure(.leftover, at: position, found: bytes.endIndex - position, expected: "the CRC")
    }
    return values
  }
}

/// Finds GB/T 20999 frames in a stream.
public struct GBTDecoder: FrameDecoder {
  private let escapes: Bool
  private var queue = ByteQueue()
  private var content: [UInt8] = []
  private var isInFrame = false
  private var isEscaped = false
  public private(set) var counts = FrameCounts()

  /// - Parameter escapes: As TCP and serial lines have it. Without, as one controller has it on TCP, the length says
  ///   where a frame ends.
  public init(escapes: Bool = true) { self.escapes = escapes }

  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  public mutating func next() -> GBTFrame? { escapes ? nextEscaped() : nextByLength() }

  private mutating func nextEscaped() -> GBTFrame? {
    while queue.count > 0 {
      let byte = queue[0]
      queue.drop(1)
      if isEscaped {
        isEscaped = false
        take(byte)
      } else if byte == GBTFrame.start {
        if isInFrame { counts.malformed += 1 }
        content.removeAll(keepingCapacity: true)
        content.append(byte)
        isInFrame = true
      } else if !isInFrame {
        counts.skippedBytes += 1
      } else if byte == GBTFrame.escape {
        isEscaped = true
      } else if byte == GBTFrame.end {
        take(byte)
        isInFrame = false
        if let frame = frame(content) { return frame }
      } else {
        take(byte)
      }
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) {
    if content.count < GBTFrame.sizeLimit {
      content.append(byte)
    } else {
      isInFrame = false
      counts.malformed += 1
      content.removeAll()
    }
  }

  private mutating func frame(_ bytes: [UInt8]) -> GBTFrame? {
    do throws(DecodingFailure) {
      let frame = try GBTFrame(datagram: bytes)
      counts.frames += 1
      return frame
    } catch {
      if error.code == .outOfRange { counts.badChecks += 1 } else { counts.malformed += 1 }
      return nil
    }
  }

  private mutating func nextByLength() -> GBTFrame? {
    while queue.count >= 3 {
      let size = queue.word(at: 1) + 4
      if queue[0] != GBTFrame.start || size < 16 {
        skip()
        continue
      }
      if queue.count < size { return nil }
      if queue[size - 1] == GBTFrame.end, let frame = frame(Array(queue.slice(0..<size))) {
        queue.drop(size)
        return frame
      }
      skip()
    }
    return nil
  }

  private mutating func skip() {
    counts.skippedBytes += 1
    queue.drop(1)
  }
}
