extension JSONParser {
  /// - Precondition: the current byte is a digit, a sign or a point.
  mutating func parseNumber() throws(DocumentError) -> JSONNode.Content {
    let start = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    if current == UInt8(ascii: "I") || current == UInt8(ascii: "N") {
      position = start
      throw notFinite(numberLexeme(from: start))
    }
    if current == UInt8(ascii: "0"), position + 1 < bytes.count,
      bytes[position + 1] | 0x20 == UInt8(ascii: "x")
    {
      return try parseHexadecimal(from: start, isNegative: isNegative)
    }
    var number = ScannedNumber()
    let whole = scanDigits(into: &number)
    let hasPoint = current == UInt8(ascii: ".")
    var fraction = 0
    if hasPoint {
      position += 1
      fraction = scanDigits(into: &number)
      number.exponent -= fraction
    }
    let hasLeadingZero =
      whole > 1 && bytes[position - fraction - (hasPoint ? 1 : 0) - whole] == UInt8(ascii: "0")
    let hasExponent = current | 0x20 == UInt8(ascii: "e")
    let exponentIsSound = hasExponent ? scanExponent(into: &number) : true
    if whole + fraction == 0 || hasLeadingZero || !exponentIsSound || Self.isWordByte(current) {
      throw malformedNumber(from: start)
    }
    if !hasPoint && !hasExponent && !number.isLong {
      if number.mantissa <= UInt64(Int.max) {
        // Minus zero is a number of its own.
        if !(isNegative && number.mantissa == 0) {
          return .integer(isNegative ? -Int(number.mantissa) : Int(number.mantissa))
        }
      }
    }
    return .number(try finite(number, isNegative: isNegative, from: start))
  }

  private struct ScannedNumber {
    var mantissa: UInt64 = 0
    /// Decimal exponent of the mantissa.
    var exponent = 0
    /// More digits than the mantissa holds.
    var isLong = false
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private mutating func scanDigits(into number: inout ScannedNumber) -> Int {
    let start = position
    while position < bytes.count, Self.isDigit(bytes[position]) {
      let digit = UInt64(bytes[position] - 0x30)
      if number.mantissa > (UInt64.max - 9) / 10 {
        number.isLong = true
      } else {
        number.mantissa = number.mantissa * 10 + digit
      }
      position += 1
    }
    return position - start
  }

  private mutating func scanExponent(into number: inout ScannedNumber) -> Bool {
    position += 1
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    let start = position
    var value = 0
    while position < bytes.count, Self.isDigit(bytes[position]) {
      value = min(value * 10 + Int(bytes[position] - 0x30), 100_000)
      position += 1
    }
    number.exponent += isNegative ? -value : value
    return position > start
  }

  private func finite(
    _ number: ScannedNumber, isNegative: Bool, from start: Int
  ) throws(DocumentError) -> Double {
    // Exact if both factors are (Clinger 1990): the mantissa has at most 53 bits and the power of ten at most 22.
    if !number.isLong, number.mantissa <= 1 << 53, abs(number.exponent) <= 22 {
      let mantissa = Double(number.mantissa)
      let power = Self.powersOfTen[abs(number.exponent)]
      let magnitude = number.exponent < 0 ? mantissa / power : mantissa * power
      return isNegative ? -magnitude : magnitude
    }
    var text = String(decoding: bytes[start..<position], as: UTF8.self)
    if text.hasPrefix("+") { text.removeFirst() }
    guard let value = Double(text), value.isFinite else {
      var place = self
      place.position = start
      throw place.failure(
        found: "the number \(text.shortened)", expected: "a number below 1.8e308 in magnitude",
        mend: "write the number in the unit of its key; nothing in traffic is that large")
    }
    return value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]

  private mutating func parseHexadecimal(
    from start: Int, isNegative: Bool
  ) throws(DocumentError) -> JSONNode.Content {
    position += 2
    var value = 0
    var digits = 0
    while let digit = Self.hexadecimalDigit(current), digits <= 15 {
      value = value << 4 | Int(digit)
      digits += 1
      position += 1
    }
    if digits == 0 || digits > 15 || Self.isWordByte(current) { throw malformedNumber(from: start) }
    return .integer(isNegative ? -value : value)
  }

  static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private mutating func malformedNumber(from start: Int) -> DocumentError {
    position = start
    return failure(
      found: "the number \(numberLexeme(from: start))", expected: "a number like 12, 3.5 or -1e3",
      mend: "write it without spaces, separators, leading zeros or units; units stand in the key's name")
  }

  private func numberLexeme(from start: Int) -> String {
    var end = start
    while end < bytes.count, Self.isWordByte(bytes[end]) || [0x2B, 0x2D, 0x2E].contains(bytes[end]) {
      end += 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self).shortened
  }
}
