/// A request or a response with the address of its board.
public struct ModbusFrame: Hashable, Sendable {
  /// Ties a response to its request on TCP; 0 on a serial line.
  public var transaction: UInt16
  /// 1 to 247; 0 speaks to all boards of a line, and none answers.
  public var unit: UInt8
  /// Function code and data, at most 253 bytes.
  public var body: [UInt8]

  public init(transaction: UInt16 = 0, unit: UInt8, body: [UInt8]) {
    self.transaction = transaction
    self.unit = unit
    self.body = body
  }

  static let bodyLimit = 253

  /// Address, body and CRC, low byte first, as on a serial line.
  public var serialBytes: [UInt8] {
    var bytes = [unit]
    bytes += body.prefix(Self.bodyLimit)
    bytes.appendWordLowFirst(CyclicRedundancyCheck.modbus(bytes))
    return bytes
  }

  /// MBAP header and body, as on TCP.
  public var streamBytes: [UInt8] {
    let body = body.prefix(Self.bodyLimit)
    var bytes: [UInt8] = []
    bytes.appendWord(transaction)
    bytes.appendWord(0)
    bytes.appendWord(UInt16(body.count + 1))
    bytes.append(unit)
    bytes += body
    return bytes
  }
}

/// Finds frames of a serial line by the length that their function code implies (Modbus over serial line 1.02).
///
/// On the wire a frame ends with a silence of 3.5 characters; the link tells that by ``handleSilence()``, which drops what
/// is incomplete. A wrong CRC drops one byte and looks again, so that a frame after noise is found.
public struct ModbusSerialDecoder: FrameDecoder {
  public enum Role: Sendable {
    /// At a board: requests come.
    case board
    /// At the master: responses come.
    case master
  }

  private let role: Role
  private var queue = ByteQueue()
  public private(set) var counts = FrameCounts()

  public init(_ role: Role) { self.role = role }

  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  public mutating func next() -> ModbusFrame? {
    while queue.count >= 4 {
      guard let length = expectedLength else {
        if waitsForSilence { return nil }
        skip()
        continue
      }
      guard length > 0 else { return nil }
      if queue.count < length { return nil }
      if let frame = frame(ofLength: length) { return frame }
      counts.badChecks += 1
      skip()
    }
    return nil
  }

  /// The line has been silent for 3.5 characters: what is there is a whole frame or none.
  ///
  /// - Returns: Frames that stood behind noise, and one with a function that only its sender knows, if its CRC is right: a
  ///   board answers it with ``ModbusException/illegalFunction``.
  public mutating func handleSilence() -> [ModbusFrame] {
    var found: [ModbusFrame] = []
    while queue.count >= 4 {
      if queue.count <= 256 && expectedLength == nil, let frame = frame(ofLength: queue.count) {
        found.append(frame)
        break
      }
      // What looks like the start of a longer frame is none: nothing more comes.
      skip()
      while let frame = next() { found.append(frame) }
    }
    if queue.count > 0 { counts.malformed += 1 }
    queue.removeAll()
    return found
  }

  private var waitsForSilence: Bool { role == .board && queue.count <= 256 }

  private mutating func skip() {
    queue.drop(1)
    counts.skippedBytes += 1
  }

  /// Bytes of the frame in front; 0 if not known yet, `nil` if no such frame exists.
  private var expectedLength: Int? {
    let function = queue[1]
    switch (role, function) {
    case (.board, 1...6): return 8
    case (.board, 15), (.board, 16): return queue.count > 6 ? (queue[6] <= 246 ? 9 + Int(queue[6]) : nil) : 0
    case (.master, 1...4): return queue[2] <= 250 ? 5 + Int(queue[2]) : nil
    case (.master, 5), (.master, 6), (.master, 15), (.master, 16): return 8
    case (.master, 0x81...0x86), (.master, 0x8F), (.master, 0x90): return 5
    default: return nil
    }
  }

  private mutating func frame(ofLength length: Int) -> ModbusFrame? {
    let check = CyclicRedundancyCheck.modbus(queue.slice(0..<(length - 2)))
    guard check == UInt16(queue[length - 2]) | UInt16(queue[length - 1]) << 8 else { return nil }
    let frame = ModbusFrame(unit: queue[0], body: Array(queue.slice(1..<(length - 2))))
    queue.drop(length)
    counts.frames += 1
    return frame
  }
}

/// Finds frames of a TCP stream by their MBAP header.
///
/// A header that cannot be one means that the stream is out of step: nothing after it can be trusted, and the link must
/// close it.
public struct ModbusStreamDecoder: FrameDecoder {
  private var queue = ByteQueue()
  public private(set) var counts = FrameCounts()
  public private(set) var isOutOfStep = false

  public init() {}

  public mutating func append(_ bytes: [UInt8]) {
    if isOutOfStep {
      counts.skippedBytes += bytes.count
    } else {
      queue.append(bytes)
    }
  }

  public mutating func next() -> ModbusFrame? {
    guard !isOutOfStep, queue.count >= 7 else { return nil }
    let length = queue.word(at: 4)
    guard queue.word(at: 2) == 0, length >= 2, length <= ModbusFrame.bodyLimit + 1 else {
      isOutOfStep = true
      counts.malformed += 1
      counts.skippedBytes += queue.count
      queue.removeAll()
      return nil
    }
    if queue.count < 6 + length { return nil }
    let frame = ModbusFrame(
      transaction: UInt16(queue.word(at: 0)), unit: queue[6], body: Array(queue.slice(7..<(6 + length))))
    queue.drop(6 + length)
    counts.frames += 1
    return frame
  }
}
