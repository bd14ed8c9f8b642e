extension JSONParser {
  /// - Precondition: the current byte is a quote.
  mutating func parseString() throws(DocumentError) -> String {
    let opening = self.place
    let quote = current
    position += 1
    var run = position
    var text = ""
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        defer { position += 1 }
        // Almost all strings are one run: no second buffer for them.
        if text.isEmpty { return String(decoding: bytes[run..<position], as: UTF8.self) }
        return text + String(decoding: bytes[run..<position], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") {
        text += String(decoding: bytes[run..<position], as: UTF8.self)
        try parseEscape(into: &text)
        run = position
      } else if byte < 0x20 {
        throw failure(
          found: byte == 0x0A || byte == 0x0D
            ? "a line break in a text" : "the control character \(byte) in a text",
          expected: "the closing quote of the text", mend: "close the quote, or write \\n for a line break")
      } else {
        advanceInText()
      }
    }
    restore(opening)
    throw failure(
      found: "a text without closing quote", expected: "a quote before the end of the line",
      mend: "close the quote; the file may have been cut off")
  }

  private var place: (position: Int, line: Int, lineStart: Int) { (position, line, lineStart) }

  private mutating func restore(_ place: (position: Int, line: Int, lineStart: Int)) {
    (position, line, lineStart) = place
  }

  private mutating func parseEscape(into text: inout String) throws(DocumentError) {
    let escaped = position + 1 < bytes.count ? bytes[position + 1] : 0
    let replacement: Unicode.Scalar
    switch escaped {
    case UInt8(ascii: "n"): replacement = "\n"
    case UInt8(ascii: "t"): replacement = "\t"
    case UInt8(ascii: "r"): replacement = "\r"
    case UInt8(ascii: "b"): replacement = "\u{8}"
    case UInt8(ascii: "f"): replacement = "\u{C}"
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      replacement = Unicode.Scalar(escaped)
    case UInt8(ascii: "u"): return text.unicodeScalars.append(try parseUnicodeEscape())
    case 0x0A:
      // A line continued, as JSON5 allows.
      position += 2
      line += 1
      lineStart = position
      return
    default:
      throw failure(
        found: "the escape \\\(escaped >= 0x20 && escaped < 0x7F ? String(UnicodeScalar(escaped)) : "")",
        expected: "one of \\n \\t \\r \\b \\f \\\" \\' \\\\ \\/ \\uXXXX", mend: "write \\\\ for a backslash")
    }
    text.unicodeScalars.append(replacement)
    position += 2
  }

  /// `\uXXXX`, or two of them for a character beyond the basic plane.
  private mutating func parseUnicodeEscape() throws(DocumentError) -> Unicode.Scalar {
    let first = codeUnit(at: position)
    if let first, let scalar = Unicode.Scalar(first) {
      position += 6
      return scalar
    }
    if let first, first < 0xDC00, let second = codeUnit(at: position + 6), second >= 0xDC00, second < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
    {
      position += 12
      return scalar
    }
    throw failure(
      found: first == nil ? "an escape \\u without four hexadecimal digits" : "half of a surrogate pair",
      expected: "\\u and four hexadecimal digits of a character", mend: "write the character itself, in UTF-8"
    )
  }

  private func codeUnit(at start: Int) -> UInt16? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for index in (start + 2)..<(start + 6) {
      guard let digit = Self.hexadecimalDigit(bytes[index]) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
