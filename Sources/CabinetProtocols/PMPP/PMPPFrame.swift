/// A frame of the point-to-multi-point protocol (NTCIP 2101), which also carries AB3418.
///
/// Between two flags `7E` stand address, control, initial protocol identifier (IPI), payload and frame check; a flag
/// or an escape inside is written `7D` and the byte with bit 5 changed.
public struct PMPPFrame: Hashable, Sendable {
  /// 0 to 8191; up to 63 in one byte.
  public var address: UInt16
  /// To a group of stations; nobody answers.
  public var isGroup: Bool
  /// `13` for unnumbered information with the poll bit, in both directions.
  public var control: UInt8
  /// `C1` for SNMP and STMP, `C0` for AB3418.
  public var identifier: UInt8
  public var payload: [UInt8]

  public init(
    address: UInt16, isGroup: Bool = false, control: UInt8 = PMPPFrame.pollControl,
    identifier: UInt8 = PMPPFrame.snmpIdentifier, payload: [UInt8]
  ) {
    self.address = min(address, Self.addressLimit)
    self.isGroup = isGroup
    self.control = control
    self.identifier = identifier
    self.payload = payload
  }

  public static let addressLimit: UInt16 = 8191
  public static let pollControl: UInt8 = 0x13
  public static let snmpIdentifier: UInt8 = 0xC1
  public static let ab3418Identifier: UInt8 = 0xC0
  /// Speaks to all stations: address 63 with the group bit, `FF` on the wire.
  public static let broadcastAddress: UInt16 = 63

  static let flag: UInt8 = 0x7E
  static let escape: UInt8 = 0x7D

  /// Order of the two bytes of the frame check: low first in PMPP; one AB3418 source writes the high byte first.
  public enum CheckOrder: String, Sendable, CaseIterable {
    case lowFirst
    case highFirst
  }

  /// As on the line, flags and escapes included.
  public func bytes(checkOrder: CheckOrder = .lowFirst) -> [UInt8] {
    var content: [UInt8] = []
    let group: UInt8 = isGroup ? 2 : 0
    let low = UInt8(address & 63) << 2 | group
    if address <= 63 {
      content.append(low | 1)
    } else {
      content += [low, UInt8(address >> 6) << 1 | 1]
    }
    content += [control, identifier]
    content += payload
    let check = CyclicRedundancyCheck.hdlc(content)
    if checkOrder == .lowFirst { content.appendWordLowFirst(check) } else { content.appendWord(check) }
    var bytes = [Self.flag]
    for byte in content {
      if byte == Self.flag || byte == Self.escape {
        bytes += [Self.escape, byte ^ 0x20]
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(Self.flag)
    return bytes
  }
}

/// Finds PMPP frames in what a serial line gives.
///
/// One flag may end a frame and begin the next; nothing between two flags is no frame. A wrong check, an escape before
/// a flag (abort) and more bytes than ``longestContent`` drop the frame.
public struct PMPPDecoder: FrameDecoder {
  /// Bytes between the flags, without escapes, that a frame may have.
  public static let longestContent = 2048

  private let checkOrder: PMPPFrame.CheckOrder
  private var queue = ByteQueue()
  private var content: [UInt8] = []
  private var isInFrame = false
  private var isEscaped = false
  private var isOverlong = false
  public private(set) var counts = FrameCounts()

  public init(checkOrder: PMPPFrame.CheckOrder = .lowFirst) { self.checkOrder = checkOrder }

  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  public mutating func next() -> PMPPFrame? {
    while queue.count > 0 {
      let byte = queue[0]
      queue.drop(1)
      if byte == PMPPFrame.flag {
        if let frame = endFrame() { return frame }
        continue
      }
      if !isInFrame {
        counts.skippedBytes += 1
      } else if isEscaped {
        isEscaped = false
        take(byte ^ 0x20)
      } else if byte == PMPPFrame.escape {
        isEscaped = true
      } else {
        take(byte)
      }
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) {
    if content.count >= Self.longestContent { isOverlong = true } else { content.append(byte) }
  }

  private mutating func endFrame() -> PMPPFrame? {
    defer {
      content.removeAll(keepingCapacity: true)
      isInFrame = true
      isEscaped = false
      isOverlong = false
    }
    if !isInFrame || content.isEmpty && !isEscaped { return nil }
    let addressSize = (content.first ?? 1) & 1 == 1 ? 1 : 2
    guard !isEscaped, !isOverlong, content.count >= addressSize + 4,
      addressSize == 1 || content[1] & 1 == 1
    else {
      counts.malformed += 1
      return nil
    }
    let end = content.count - 2
    let check = content.word(at: end)
    guard
      CyclicRedundancyCheck.hdlc(content[..<end]) == (checkOrder == .highFirst ? check : check.byteSwapped)
    else {
      counts.badChecks += 1
      return nil
    }
    var address = UInt16(content[0] >> 2)
    if addressSize == 2 { address |= UInt16(content[1] >> 1) << 6 }
    counts.frames += 1
    return PMPPFrame(
      address: address, isGroup: content[0] & 2 != 0, control: content[addressSize],
      identifier: content[addressSize + 1], payload: Array(content[(addressSize + 2)..<end]))
  }
}
