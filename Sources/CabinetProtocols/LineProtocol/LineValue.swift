/// A JSON value (RFC 8259); members keep their order, and no name occurs twice.
enum LineValue: Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case list([LineValue])
  case object([(name: String, value: LineValue)])

  static func == (a: LineValue, b: LineValue) -> Bool { a.line == b.line }

  func hash(into hasher: inout Hasher) { hasher.combine(line) }

  /// As one line without spaces.
  var line: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += "\(value)"
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .text(let value): Self.write(value, to: &text)
    case .list(let values):
      text += "["
      for (position, value) in values.enumerated() {
        if position > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (position, member) in members.enumerated() {
        if position > 0 { text += "," }
        Self.write(member.name, to: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}

/// Reads one JSON value from one line, strictly.
struct LineParser {
  private let bytes: [UInt8]
  private var position = 0
  /// Brackets inside brackets.
  static let depthLimit = 16

  static func parse(_ bytes: [UInt8]) throws(DecodingFailure) -> LineValue {
    var parser = LineParser(bytes: bytes)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.position < bytes.count { throw parser.failure(.leftover, "the end of the line") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func failure(_ expected: String) -> DecodingFailure { failure(.badSyntax, expected) }

  private func failure(_ code: DecodingFailure.Code, _ expected: String) -> DecodingFailure {
    DecodingFailure(
      code, at: position, found: position < bytes.count ? Int(bytes[position]) : -1, expected: expected)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D { position += 1 }
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws(DecodingFailure) {
    guard next == UInt8(ascii: byte) else { throw failure("\(byte)") }
    position += 1
  }

  private mutating func value(depth: Int) throws(DecodingFailure) -> LineValue {
    guard depth <= Self.depthLimit else { throw failure(.outOfRange, "at most \(Self.depthLimit) levels") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: LineValue) throws(DecodingFailure) -> LineValue {
    let end = position + word.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8) else { throw failure(word) }
    position = end
    return value
  }

  private mutating func list(depth: Int) throws(DecodingFailure) -> LineValue {
    try expect("[")
    var values: [LineValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .list([])
    }
    while true {
      skipSpace()
      values.append(try value(depth: depth + 1))
      skipSpace()
      if next == UInt8(ascii: "]") {
        position += 1
        return .list(values)
      }
      try expect(",")
    }
  }

  private mutating func object(depth: Int) throws(DecodingFailure) -> LineValue {
    try expect("{")
    var members: [(name: String, value: LineValue)] = []
    var names: Set<String> = []
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      let name = try text()
      guard names.insert(name).inserted else {
        throw failure(.unexpected, "each name once, found \(name) again")
      }
      skipSpace()
      try expect(":")
      skipSpace()
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
      if next == UInt8(ascii: "}") {
        position += 1
        return .object(members)
      }
      try expect(",")
    }
  }

  private mutating func number() throws(DecodingFailure) -> LineValue {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    if next == UInt8(ascii: "-") { position += 1 }
    guard isDigit(next) else { throw failure("a value") }
    if next == UInt8(ascii: "0") {
      position += 1
    } else {
      while isDigit(next) { position += 1 }
    }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard isDigit(next) else { throw failure("a digit") }
      while isDigit(next) { position += 1 }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard isDigit(next) else { throw failure("a digit") }
      while isDigit(next) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw failure(.outOfRange, "a finite number") }
    return .number(value)
  }

  private mutating func text() throws(DecodingFailure) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw failure("UTF-8") }
        return text
      case UInt8(ascii: "\\"): try escape(into: &content)
      case 0..<0x20: throw failure("no control character in a text")
      default: content.append(byte)
      }
    }
    throw failure(.truncated, "the end of a text")
  }

  private mutating func escape(into content: inout [UInt8]) throws(DecodingFailure) {
    guard let byte = next else { throw failure(.truncated, "an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if code & 0xFC00 == 0xD800 {
        try expect("\\")
        try expect("u")
        let low = try fourDigits()
        guard low & 0xFC00 == 0xDC00 else { throw failure("the second half of a surrogate pair") }
        code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(code) else { throw failure("a character") }
      content += Array(String(Character(scalar)).utf8)
    default: throw failure("an escape")
    }
  }

  private mutating func fourDigits() throws(DecodingFailure) -> UInt32 {
    guard position + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16),
      bytes[position] != UInt8(ascii: "+")
    else { throw failure("four hexadecimal digits") }
    position += 4
    return code
  }
}

/// The members of an object while a message is read: each is asked for once, and what nobody asked for is told.
struct LineMembers {
  private var members: [String: LineValue] = [:]
  private var asked: Set<String> = []
  private let names: [String]

  init(_ value: LineValue) throws(DecodingFailure) {
    guard case .object(let list) = value else {
      throw DecodingFailure(.unexpected, at: 0, expected: "an object")
    }
    for (name, value) in list { members[name] = value }
    names = list.map(\.name)
  }

  /// The member; `nil` if it is not there or null.
  mutating func optional(_ name: String) -> LineValue? {
    asked.insert(name)
    if case .null? = members[name] { return nil }
    return members[name]
  }

  private func wrong(_ name: String, _ expected: String) -> DecodingFailure {
    DecodingFailure(members[name] == nil ? .missing : .unexpected, at: 0, expected: "\(name): \(expected)")
  }

  mutating func optionalInteger(
    _ name: String, in range: ClosedRange<Int64> = Int64.min...Int64.max
  ) throws(DecodingFailure) -> Int64? {
    guard let value = optional(name) else { return nil }
    guard case .integer(let number) = value else { throw wrong(name, "a whole number") }
    guard range.contains(number) else {
      throw DecodingFailure(.outOfRange, at: 0, found: Int(number), expected: "\(name) in \(range)")
    }
    return number
  }

  mutating func integer(
    _ name: String, in range: ClosedRange<Int64> = Int64.min...Int64.max
  ) throws(DecodingFailure) -> Int64 {
    guard let number = try optionalInteger(name, in: range) else { throw wrong(name, "a whole number") }
    return number
  }

  mutating func index(_ name: String) throws(DecodingFailure) -> Int {
    Int(try integer(name, in: 0...Int64(Int32.max)))
  }

  mutating func number(_ name: String) throws(DecodingFailure) -> Double {
    switch optional(name) {
    case .integer(let value)?: return Double(value)
    case .number(let value)?: return value
    default: throw wrong(name, "a number")
    }
  }

  mutating func bool(_ name: String, default fallback: Bool? = nil) throws(DecodingFailure) -> Bool {
    switch optional(name) {
    case .bool(let value)?: return value
    case nil where fallback != nil: return fallback ?? false
    default: throw wrong(name, "true or false")
    }
  }

  mutating func text(_ name: String, default fallback: String? = nil) throws(DecodingFailure) -> String {
    switch optional(name) {
    case .text(let value)?: return value
    case nil where fallback != nil: return fallback ?? ""
    default: throw wrong(name, "a text")
    }
  }

  /// Empty where it is not there.
  mutating func list(_ name: String) throws(DecodingFailure) -> [LineValue] {
    switch optional(name) {
    case .list(let values)?: return values
    case nil: return []
    default: throw wrong(name, "a list")
    }
  }

  mutating func integers(_ name: String, in range: ClosedRange<Int64>) throws(DecodingFailure) -> [Int64] {
    var numbers: [Int64] = []
    for value in try list(name) {
      guard case .integer(let number) = value else { throw wrong(name, "whole numbers") }
      guard range.contains(number) else {
        throw DecodingFailure(.outOfRange, at: 0, found: Int(number), expected: "\(name) in \(range)")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// - Throws: ``DecodingFailure/Code/unexpected`` where a member was not asked for.
  func finish(toleratesUnknown: Bool) throws(DecodingFailure) {
    if toleratesUnknown { return }
    if let stranger = names.first(where: { !asked.contains($0) }) {
      throw DecodingFailure(.unexpected, at: 0, expected: "no member \(stranger.prefix(40)) there")
    }
  }
}
