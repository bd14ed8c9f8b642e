/// The memory of an I/O board, answering requests as a board does: the other end of our master, and an emulated board.
public struct ModbusBoard: Hashable, Sendable {
  public var coils: [Bool]
  public var inputs: [Bool]
  public var holdingRegisters: [UInt16]
  public var inputRegisters: [UInt16]

  public init(coils: Int, inputs: Int, holdingRegisters: Int = 0, inputRegisters: Int = 0) {
    self.coils = Array(repeating: false, count: coils)
    self.inputs = Array(repeating: false, count: inputs)
    self.holdingRegisters = Array(repeating: 0, count: holdingRegisters)
    self.inputRegisters = Array(repeating: 0, count: inputRegisters)
  }

  /// The answer to function code and data; what cannot be done is answered by an exception and changes nothing.
  public mutating func answer(_ body: [UInt8]) -> [UInt8] {
    do throws(DecodingFailure) {
      return answer(try ModbusRequest(body: body)).body
    } catch {
      let code: ModbusException = error.code == .unexpected ? .illegalFunction : .illegalValue
      return ModbusResponse.exception(function: (body.first ?? 0) & 0x7F, code: code.rawValue).body
    }
  }

  public mutating func answer(_ request: ModbusRequest) -> ModbusResponse {
    let response: ModbusResponse?
    switch request {
    case .readCoils(let start, let count):
      response = Self.part(coils, start, count).map { .bits(function: 1, ModbusBits.packed($0)) }
    case .readDiscreteInputs(let start, let count):
      response = Self.part(inputs, start, count).map { .bits(function: 2, ModbusBits.packed($0)) }
    case .readHoldingRegisters(let start, let count):
      response = Self.part(holdingRegisters, start, count).map { .registers(function: 3, $0) }
    case .readInputRegisters(let start, let count):
      response = Self.part(inputRegisters, start, count).map { .registers(function: 4, $0) }
    case .writeCoil(let address, let isOn):
      response = Self.write([isOn], at: address, to: &coils) ? .wroteCoil(address, isOn) : nil
    case .writeRegister(let address, let value):
      response =
        Self.write([value], at: address, to: &holdingRegisters) ? .wroteRegister(address, value) : nil
    case .writeCoils(let start, let states):
      response =
        Self.write(states, at: start, to: &coils)
        ? .wroteCoils(start: start, count: UInt16(states.count)) : nil
    case .writeRegisters(let start, let values):
      response =
        Self.write(values, at: start, to: &holdingRegisters)
        ? .wroteRegisters(start: start, count: UInt16(values.count)) : nil
    }
    return response
      ?? .exception(function: request.function, code: ModbusException.illegalAddress.rawValue)
  }

  private static func part<Value>(_ memory: [Value], _ start: UInt16, _ count: UInt16) -> [Value]? {
    let end = Int(start) + Int(count)
    return end <= memory.count ? Array(memory[Int(start)..<end]) : nil
  }

  private static func write<Value>(_ values: [Value], at start: UInt16, to memory: inout [Value]) -> Bool {
    let end = Int(start) + values.count
    if end > memory.count { return false }
    memory.replaceSubrange(Int(start)..<end, with: values)
    return true
  }
}
