extension CSVText {
  /// A cell of a row; `nil` past the row's last filled cell and where the cell is empty.
  func cell(_ row: Row, _ index: Int) -> Cell? {
    guard index >= 0 && index < Int(row.cellCount) else { return nil }
    let cell = cells[Int(row.firstCell) + index]
    return cell.isEmpty ? nil : cell
  }

  /// The text of a cell; bytes that are not UTF-8 are read as Latin-1, as Windows programs write them.
  func text(_ cell: Cell) -> String {
    let slice = bytes[Int(cell.start)..<Int(cell.end)]
    let text =
      String(validating: slice, as: UTF8.self)
      ?? String(String.UnicodeScalarView(slice.map { Unicode.Scalar($0) }))
    return cell.hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
  }

  /// The text of a cell, or an empty one.
  func text(_ row: Row, _ index: Int) -> String { cell(row, index).map(text) ?? "" }

  /// A word for comparison: lower case, without blanks and underscores ("Up Node" and "UPNODE" are the same).
  func key(_ cell: Cell) -> String {
    var key: [UInt8] = []
    key.reserveCapacity(Int(cell.end - cell.start))
    for position in Int(cell.start)..<Int(cell.end) {
      let byte = bytes[position]
      if byte.isBlank || byte == UInt8(ascii: "_") { continue }
      let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      key.append(isUpper ? byte + 32 : byte)
    }
    return String(decoding: key, as: UTF8.self)
  }

  /// The column, from 1, at which a cell begins in its line.
  func column(_ row: Row, _ cell: Cell) -> Int { Int(cell.start - row.start) + 1 }

  /// A decimal number, with or without sign, fraction and exponent; an asterisk before or after it (an override
  /// by hand in Synchro) is allowed. `nil` for anything else, and for values beyond `Double`.
  func number(_ cell: Cell) -> Double? {
    var start = Int(cell.start)
    var end = Int(cell.end)
    if start < end && bytes[start] == .asterisk { start += 1 }
    if start < end && bytes[end - 1] == .asterisk { end -= 1 }
    return Self.decimal(bytes[start..<end])
  }

  func isOverride(_ cell: Cell) -> Bool {
    !cell.isEmpty && (bytes[Int(cell.start)] == .asterisk || bytes[Int(cell.end) - 1] == .asterisk)
  }

  /// Exact for up to 15 digits: a whole number below 2⁵³ divided by a power of ten that is exact itself.
  private static func decimal(_ slice: ArraySlice<UInt8>) -> Double? {
    var position = slice.startIndex
    var isNegative = false
    if let sign = slice.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      position += 1
    }
    var mantissa = 0
    var digits = 0
    var fractionDigits = 0
    var isFraction = false
    while position < slice.endIndex {
      let byte = slice[position]
      if byte.isDigit {
        if digits == 15 { return unusual(slice) }
        mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
        if isFraction { fractionDigits += 1 }
      } else if byte == UInt8(ascii: ".") && !isFraction {
        isFraction = true
      } else {
        return unusual(slice)
      }
      position += 1
    }
    if digits == 0 { return nil }
    let value = Double(mantissa) / powersOfTen[fractionDigits]
    return isNegative ? -value : value
  }

  /// Exponents and many digits; words such as "nan" and hexadecimal numbers are not accepted.
  private static func unusual(_ slice: ArraySlice<UInt8>) -> Double? {
    let allowed = slice.allSatisfy { byte in
      byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }
    guard allowed, slice.count <= 64, let value = Double(String(decoding: slice, as: UTF8.self)),
      value.isFinite
    else { return nil }
    return value
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
