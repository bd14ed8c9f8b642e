/// What a master asks of an I/O board (Modbus application protocol 1.1b3, section 6).
///
/// Addresses count from 0 as on the wire (register 40001 is address 0).
public enum ModbusRequest: Hashable, Sendable {
  /// Function 1: outputs; 1 to 2000 of them.
  case readCoils(start: UInt16, count: UInt16)
  /// Function 2: inputs; 1 to 2000 of them.
  case readDiscreteInputs(start: UInt16, count: UInt16)
  /// Function 3: 1 to 125 registers.
  case readHoldingRegisters(start: UInt16, count: UInt16)
  /// Function 4: 1 to 125 registers.
  case readInputRegisters(start: UInt16, count: UInt16)
  /// Function 5.
  case writeCoil(UInt16, Bool)
  /// Function 6.
  case writeRegister(UInt16, UInt16)
  /// Function 15: 1 to 1968 coils.
  case writeCoils(start: UInt16, [Bool])
  /// Function 16: 1 to 123 registers.
  case writeRegisters(start: UInt16, [UInt16])

  /// Largest counts of the functions (section 6).
  static let bitLimit = 2000
  static let registerLimit = 125
  static let writtenBitLimit = 1968
  static let writtenRegisterLimit = 123

  public var function: UInt8 {
    switch self {
    case .readCoils: 1
    case .readDiscreteInputs: 2
    case .readHoldingRegisters: 3
    case .readInputRegisters: 4
    case .writeCoil: 5
    case .writeRegister: 6
    case .writeCoils: 15
    case .writeRegisters: 16
    }
  }

  /// Function code and data; lists longer than the function takes are cut off.
  public var body: [UInt8] {
    var bytes = [function]
    switch self {
    case .readCoils(let start, let count), .readDiscreteInputs(let start, let count),
      .readHoldingRegisters(let start, let count), .readInputRegisters(let start, let count):
      bytes.appendWord(start)
      bytes.appendWord(count)
    case .writeCoil(let address, let isOn):
      bytes.appendWord(address)
      bytes.appendWord(isOn ? 0xFF00 : 0)
    case .writeRegister(let address, let value):
      bytes.appendWord(address)
      bytes.appendWord(value)
    case .writeCoils(let start, let states):
      let states = states.prefix(Self.writtenBitLimit)
      bytes.appendWord(start)
      bytes.appendWord(UInt16(states.count))
      let packed = ModbusBits.packed(Array(states))
      bytes.append(UInt8(packed.count))
      bytes += packed
    case .writeRegisters(let start, let values):
      let values = values.prefix(Self.writtenRegisterLimit)
      bytes.appendWord(start)
      bytes.appendWord(UInt16(values.count))
      bytes.append(UInt8(2 * values.count))
      for value in values { bytes.appendWord(value) }
    }
    return bytes
  }

  /// Reads function code and data.
  ///
  /// A wrong function is ``DecodingFailure/Code/unexpected``, a wrong count or value ``DecodingFailure/Code/outOfRange``:
  /// the exceptions 1 and 3 that a board answers.
  public init(body: [UInt8]) throws(DecodingFailure) {
    guard let function = body.first else {
      throw DecodingFailure(.truncated, at: 0, expected: "a function code")
    }
    guard [1, 2, 3, 4, 5, 6, 15, 16].contains(function) else {
      throw DecodingFailure(.unexpected, at: 0, found: Int(function), expected: "function 1 to 6, 15 or 16")
    }
    guard body.count >= 5 else {
      throw DecodingFailure(.truncated, at: body.count, found: body.count, expected: "an address and a value")
    }
    let start = body.word(at: 1)
    let value = body.word(at: 3)
    if function < 15 && body.count > 5 {
      throw DecodingFailure(.leftover, at: 5, found: body.count, expected: "5 bytes")
    }
    switch function {
    case 1, 2, 3, 4:
      try Self.check(start, value, limit: function <= 2 ? Self.bitLimit : Self.registerLimit)
      switch function {
      case 1: self = .readCoils(start: start, count: value)
      case 2: self = .readDiscreteInputs(start: start, count: value)
      case 3: self = .readHoldingRegisters(start: start, count: value)
      default: self = .readInputRegisters(start: start, count: value)
      }
    case 5:
      guard value == 0 || value == 0xFF00 else {
        throw DecodingFailure(.outOfRange, at: 3, found: Int(value), expected: "FF00 or 0000")
      }
      self = .writeCoil(start, value != 0)
    case 6: self = .writeRegister(start, value)
    default:
      let isCoils = function == 15
      try Self.check(start, value, limit: isCoils ? Self.writtenBitLimit : Self.writtenRegisterLimit)
      let size = isCoils ? (Int(value) + 7) / 8 : 2 * Int(value)
      guard body.count >= 6, Int(body[5]) == size else {
        throw DecodingFailure(
          .outOfRange, at: 5, found: body.count > 5 ? Int(body[5]) : 0, expected: "\(size)")
      }
      guard body.count == 6 + size else {
        throw DecodingFailure(.badLength, at: 6, found: body.count - 6, expected: "as many bytes as it says")
      }
      if isCoils {
        self = .writeCoils(start: start, ModbusBits.unpacked(body[6...], count: Int(value)))
      } else {
        self = .writeRegisters(
          start: start, (0..<Int(value)).map { body.word(at: 6 + 2 * $0) })
      }
    }
  }

  private static func check(_ start: UInt16, _ count: UInt16, limit: Int) throws(DecodingFailure) {
    guard count >= 1 && Int(count) <= limit else {
      throw DecodingFailure(.outOfRange, at: 3, found: Int(count), expected: "1 to \(limit)")
    }
  }
}

/// Bits as coils and inputs are packed: the lowest address in bit 0 of the first byte.
public enum ModbusBits {
  public static func packed(_ states: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (states.count + 7) / 8)
    for (index, isOn) in states.enumerated() where isOn { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
  }

  /// At most `count` states, fewer if there are fewer bits.
  public static func unpacked(_ bytes: ArraySlice<UInt8>, count: Int) -> [Bool] {
    (0..<max(0, min(count, 8 * bytes.count))).map {
      bytes[bytes.startIndex + $0 / 8] >> UInt8($0 % 8) & 1 == 1
    }
  }
}

extension [UInt8] {
  /// Big-endian.
  mutating func appendWord(_ word: UInt16) {
    append(UInt8(word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }

  mutating func appendWordLowFirst(_ word: UInt16) {
    append(UInt8(truncatingIfNeeded: word))
    append(UInt8(word >> 8))
  }

  func word(at index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }
}
