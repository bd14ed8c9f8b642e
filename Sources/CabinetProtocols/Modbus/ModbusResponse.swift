/// Why a board refuses a request (Modbus application protocol 1.1b3, section 7).
public enum ModbusException: UInt8, Sendable, CaseIterable {
  case illegalFunction = 1
  case illegalAddress = 2
  case illegalValue = 3
  case deviceFailure = 4
  case acknowledge = 5
  case deviceBusy = 6
}

/// What a board answers.
public enum ModbusResponse: Hashable, Sendable {
  /// Functions 1 and 2: packed states; how many of the bits count only the request knows.
  case bits(function: UInt8, [UInt8])
  /// Functions 3 and 4.
  case registers(function: UInt8, [UInt16])
  case wroteCoil(UInt16, Bool)
  case wroteRegister(UInt16, UInt16)
  case wroteCoils(start: UInt16, count: UInt16)
  case wroteRegisters(start: UInt16, count: UInt16)
  /// A refusal; the code is a ``ModbusException`` or the vendor's own.
  case exception(function: UInt8, code: UInt8)

  public var function: UInt8 {
    switch self {
    case .bits(let function, _), .registers(let function, _), .exception(let function, _): function
    case .wroteCoil: 5
    case .wroteRegister: 6
    case .wroteCoils: 15
    case .wroteRegisters: 16
    }
  }

  /// Function code and data.
  public var body: [UInt8] {
    var bytes = [function]
    switch self {
    case .bits(_, let packed):
      let packed = packed.prefix(250)
      bytes.append(UInt8(packed.count))
      bytes += packed
    case .registers(_, let values):
      let values = values.prefix(ModbusRequest.registerLimit)
      bytes.append(UInt8(2 * values.count))
      for value in values { bytes.appendWord(value) }
    case .wroteCoil(let address, let isOn):
      bytes.appendWord(address)
      bytes.appendWord(isOn ? 0xFF00 : 0)
    case .wroteRegister(let first, let second), .wroteCoils(let first, let second),
      .wroteRegisters(let first, let second):
      bytes.appendWord(first)
      bytes.appendWord(second)
    case .exception(let function, let code): bytes = [function | 0x80, code]
    }
    return bytes
  }

  public init(body: [UInt8]) throws(DecodingFailure) {
    guard body.count >= 2 else {
      throw DecodingFailure(.truncated, at: body.count, expected: "a function code and data")
    }
    let function = body[0]
    if function & 0x80 != 0 {
      guard body.count == 2 else {
        throw DecodingFailure(.leftover, at: 2, expected: "an exception of 2 bytes")
      }
      self = .exception(function: function & 0x7F, code: body[1])
      return
    }
    switch function {
    case 1, 2, 3, 4:
      let size = Int(body[1])
      guard body.count == 2 + size, size >= 1, size <= 250, function <= 2 || size % 2 == 0 else {
        throw DecodingFailure(.badLength, at: 1, found: size, expected: "the number of bytes that follow")
      }
      self =
        function <= 2
        ? .bits(function: function, Array(body[2...]))
        : .registers(function: function, (0..<(size / 2)).map { body.word(at: 2 + 2 * $0) })
    case 5, 6, 15, 16:
      guard body.count == 5 else {
        throw DecodingFailure(.badLength, at: body.count, found: body.count, expected: "5 bytes")
      }
      let first = body.word(at: 1)
      let second = body.word(at: 3)
      switch function {
      case 5:
        guard second == 0 || second == 0xFF00 else {
          throw DecodingFailure(.outOfRange, at: 3, found: Int(second), expected: "FF00 or 0000")
        }
        self = .wroteCoil(first, second != 0)
      case 6: self = .wroteRegister(first, second)
      case 15: self = .wroteCoils(start: first, count: second)
      default: self = .wroteRegisters(start: first, count: second)
      }
    default:
      throw DecodingFailure(.unexpected, at: 0, found: Int(function), expected: "function 1 to 6, 15 or 16")
    }
  }

  /// Whether this can be the answer to the request: same function, and the echo or the number of bytes that it wants.
  public func answers(_ request: ModbusRequest) -> Bool {
    if case .exception(let function, _) = self { return function == request.function }
    guard function == request.function else { return false }
    switch (self, request) {
    case (.bits(_, let packed), .readCoils(_, let count)),
      (.bits(_, let packed), .readDiscreteInputs(_, let count)):
      return packed.count == (Int(count) + 7) / 8
    case (.registers(_, let values), .readHoldingRegisters(_, let count)),
      (.registers(_, let values), .readInputRegisters(_, let count)):
      return values.count == Int(count)
    case (.wroteCoil(let address, let isOn), .writeCoil(let wanted, let wantedOn)):
      return address == wanted && isOn == wantedOn
    case (.wroteRegister(let address, let value), .writeRegister(let wanted, let wantedValue)):
      return address == wanted && value == wantedValue
    case (.wroteCoils(let start, let count), .writeCoils(let wanted, let states)):
      return start == wanted && Int(count) == states.count
    case (.wroteRegisters(let start, let count), .writeRegisters(let wanted, let values)):
      return start == wanted && Int(count) == values.count
    default: return false
    }
  }
}
