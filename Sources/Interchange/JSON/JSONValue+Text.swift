extension JSONValue {
  /// The value as JSON text, the same bytes for the same value on every machine.
  ///
  /// Doubles are written with the fewest digits that read back to the same bits, whole ones without a point.
  /// Pretty text is indented by two spaces, keeps lists of plain values, and small objects in lists, on one line
  /// if they fit, and ends with a line feed.
  public func text(pretty: Bool) -> String {
    var writer = JSONTextWriter(isPretty: pretty)
    writer.append(self, indentation: 0)
    if pretty { writer.bytes.append(UInt8(ascii: "\n")) }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Whether it has at most so many levels of lists and objects.
  fileprivate func isShallow(levels: Int) -> Bool {
    switch self {
    case .null, .bool, .integer, .number, .string: true
    case .array(let elements): levels > 0 && elements.allSatisfy { $0.isShallow(levels: levels - 1) }
    case .object(let members): levels > 0 && members.allSatisfy { $0.1.isShallow(levels: levels - 1) }
    }
  }
}

private struct JSONTextWriter {
  /// Columns up to which a list of scalars stays on one line.
  static let lineWidth = 100

  let isPretty: Bool
  var bytes: [UInt8] = []

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func append(_ value: JSONValue, indentation: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let integer): append("\(integer)")
    case .number(let number): appendNumber(number)
    case .string(let string): appendString(string)
    case .array(let elements): appendArray(elements, indentation: indentation)
    case .object(let members): appendObject(members, indentation: indentation)
    }
  }

  private mutating func appendNumber(_ number: Double) {
    guard number.isFinite else { return append("null") }
    if number == number.rounded(), abs(number) < 1e15 {
      // Minus zero would lose its sign as an integer.
      append(number == 0 && number.sign == .minus ? "-0.0" : "\(Int(number))")
    } else {
      append("\(number)")
    }
  }

  private mutating func appendString(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0x00..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        append("\\u00")
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func newLine(_ indentation: Int) {
    if !isPretty { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * indentation) { bytes.append(UInt8(ascii: " ")) }
  }

  private mutating func appendArray(_ elements: [JSONValue], indentation: Int) {
    if elements.isEmpty { return append("[]") }
    let list = JSONValue.array(elements)
    if isPretty, list.isShallow(levels: 1), appendOnOneLine(list, indentation: indentation) { return }
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newLine(indentation + 1)
      if isPretty, element.isShallow(levels: 3), appendOnOneLine(element, indentation: indentation + 1) {
        continue
      }
      append(element, indentation: indentation + 1)
    }
    newLine(indentation)
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes `[1, 2, 3]` or `{ "a": 1 }` if the line stays short; else takes it back.
  private mutating func appendOnOneLine(_ value: JSONValue, indentation: Int) -> Bool {
    let start = bytes.count
    if appendInline(value, end: start + Self.lineWidth - 2 * indentation) { return true }
    bytes.removeSubrange(start...)
    return false
  }

  private mutating func appendInline(_ value: JSONValue, end: Int) -> Bool {
    switch value {
    case .null, .bool, .integer, .number, .string: append(value, indentation: 0)
    case .array(let elements):
      append("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { append(", ") }
        if !appendInline(element, end: end) { return false }
      }
      append("]")
    case .object(let members):
      append(members.isEmpty ? "{" : "{ ")
      for (index, member) in members.enumerated() {
        if index > 0 { append(", ") }
        appendString(member.0)
        append(": ")
        if !appendInline(member.1, end: end) { return false }
      }
      append(members.isEmpty ? "}" : " }")
    }
    return bytes.count <= end
  }

  private mutating func appendObject(_ members: [(String, JSONValue)], indentation: Int) {
    if members.isEmpty { return append("{}") }
    bytes.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      newLine(indentation + 1)
      appendString(member.0)
      append(isPretty ? ": " : ":")
      append(member.1, indentation: indentation + 1)
    }
    newLine(indentation)
    bytes.append(UInt8(ascii: "}"))
  }
}
