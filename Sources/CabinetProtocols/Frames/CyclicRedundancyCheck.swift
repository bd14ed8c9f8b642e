/// The three 16-bit check sums of the field protocols, by table.
public struct CyclicRedundancyCheck: Sendable {
  private let table: [UInt16]
  private let initial: UInt16
  private let finalXor: UInt16
  private let isReflected: Bool

  private init(polynomial: UInt16, initial: UInt16, finalXor: UInt16, isReflected: Bool) {
    self.initial = initial
    self.finalXor = finalXor
    self.isReflected = isReflected
    table = (0..<256).map { index in
      var value = isReflected ? UInt16(index) : UInt16(index) << 8
      for _ in 0..<8 {
        if isReflected {
          value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
        } else {
          value = value & 0x8000 != 0 ? value << 1 ^ polynomial : value << 1
        }
      }
      return value
    }
  }

  /// CRC-16 of Modbus over serial line 1.02, section 2.5.1.2: reflected, A001, initial value FFFF; "123456789" gives
  /// 4B37.
  public static let modbus = CyclicRedundancyCheck(
    polynomial: 0xA001, initial: 0xFFFF, finalXor: 0, isReflected: true)

  /// The frame check sequence of HDLC and so of PMPP (ISO/IEC 13239): reflected, 8408, initial value FFFF, complemented;
  /// "123456789" gives 906E.
  public static let hdlc = CyclicRedundancyCheck(
    polynomial: 0x8408, initial: 0xFFFF, finalXor: 0xFFFF, isReflected: true)

  /// The check of GB/T 20999-2017: polynomial 1005, initial value 0, most significant bit first; "123456789" gives
  /// 5BB8.
  public static let gbt20999 = CyclicRedundancyCheck(
    polynomial: 0x1005, initial: 0, finalXor: 0, isReflected: false)

  public func callAsFunction(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var value = initial
    if isReflected {
      for byte in bytes { value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
    } else {
      for byte in bytes { value = value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 8) ^ byte)] }
    }
    return value ^ finalXor
  }

  public func callAsFunction(_ bytes: [UInt8]) -> UInt16 { self(bytes[...]) }
}
