extension JSONParser {
  /// Skips white space and comments.
  mutating func skipBlanks() throws(DocumentError) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D, 0x0B, 0x0C: position += 1
      case 0x0A: startLine()
      case UInt8(ascii: "/"): try skipComment()
      // No-break space and byte order mark are white space in JSON5.
      case 0xC2 where position + 1 < bytes.count && bytes[position + 1] == 0xA0:
        position += 2
        lineStart += 1
      case 0xEF where bytes[position...].starts(with: [0xEF, 0xBB, 0xBF]):
        position += 3
        lineStart += 3
      default: return
      }
    }
  }

  private mutating func startLine() {
    position += 1
    line += 1
    lineStart = position
  }

  private mutating func skipComment() throws(DocumentError) {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if next == UInt8(ascii: "/") {
      while position < bytes.count && bytes[position] != 0x0A { position += 1 }
      return
    }
    if next != UInt8(ascii: "*") {
      throw failure(
        found: "a lone /", expected: "// or /* for a comment", mend: "remove it, or complete the comment")
    }
    let opening = failure(
      found: "a comment without end", expected: "*/ before the end of the file", mend: "close the comment")
    position += 2
    while true {
      if position + 1 >= bytes.count { throw opening }
      if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") { break }
      if bytes[position] == 0x0A { startLine() } else { advanceInText() }
    }
    position += 2
  }

  /// Moves on by a byte; continuation bytes of UTF-8 add no column.
  mutating func advanceInText() {
    if bytes[position] & 0xC0 == 0x80 { lineStart += 1 }
    position += 1
  }

  mutating func parseKey() throws(DocumentError) -> String {
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") { return try parseString() }
    let start = position
    while !isAtEnd && Self.isWordByte(bytes[position]) { advanceInText() }
    let isWord = position > start && !(bytes[start] >= 0x30 && bytes[start] <= 0x39)
    if !isWord {
      let found = position > start ? "a bare key that begins with a digit" : tokenSummary()
      let mend =
        position > start ? "put the key in quotes" : "write \"key\": value; braces hold keys, brackets lists"
      throw failure(found: found, expected: "a key", mend: mend)
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// `true`, `false` and `null`; other words get a message of their own.
  mutating func parseWord() throws(DocumentError) -> JSONNode.Content {
    let start = position
    var end = position
    while end < bytes.count && Self.isWordByte(bytes[end]) { end += 1 }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    switch word {
    case "true": position = end; return .bool(true)
    case "false": position = end; return .bool(false)
    case "null": position = end; return .null
    case "NaN", "Infinity", "nan", "inf", "infinity": throw notFinite(word)
    case "True", "False", "None":
      throw failure(
        found: "the word \(word)", expected: "true, false or null in small letters",
        mend: "write \(word == "None" ? "null" : word.lowercased())")
    case "":
      throw failure(found: tokenSummary(), expected: "a value", mend: "write a value here")
    default:
      throw failure(
        found: "the word \(word.shortened)", expected: "a value",
        mend: "put texts in quotes: \"\(word.shortened)\"")
    }
  }

  func notFinite(_ word: String) -> DocumentError {
    failure(
      found: "the number \(word)", expected: "a finite number",
      mend: "write a number, or leave the key out to get its default")
  }

  /// Letters, digits, `_`, `$` and everything that is not ASCII.
  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
      true
    default: false
    }
  }

  /// What stands at the reading position, for a message.
  func tokenSummary() -> String {
    if isAtEnd { return "the end of the file" }
    var end = position
    while end < bytes.count && end - position < 40 && Self.isWordByte(bytes[end]) { end += 1 }
    if end > position { return "the word \(String(decoding: bytes[position..<end], as: UTF8.self))" }
    let byte = bytes[position]
    if byte < 0x20 || byte == 0x7F { return "the control character \(byte)" }
    return "the character \(Character(UnicodeScalar(byte)))"
  }
}
