extension JSONParser {
  /// Refuses what is not UTF-8 or too large, and skips a byte order mark.
  mutating func checkEncoding() throws(DocumentError) {
    if bytes.count > Self.byteLimit {
      throw failure(
        found: "a file of \(bytes.count) bytes", expected: "at most \(Self.byteLimit) bytes",
        mend: "split the document, or leave out what is not needed")
    }
    for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]] where bytes.starts(with: mark) {
      throw failure(
        found: "the byte order mark of UTF-16", expected: "text in UTF-8",
        mend: "save the file in the encoding UTF-8")
    }
    if bytes.count >= 2 && (bytes[0] == 0) != (bytes[1] == 0) {
      throw failure(
        found: "a zero byte in the first character, as in UTF-16", expected: "text in UTF-8",
        mend: "save the file in the encoding UTF-8")
    }
    if let fault = Self.firstInvalidByte(bytes) {
      moveTo(fault)
      let digits = String(bytes[fault], radix: 16, uppercase: true)
      throw failure(
        found: "the byte 0x\(digits.count < 2 ? "0" : "")\(digits), which is not UTF-8",
        expected: "text in UTF-8", mend: "save the file in the encoding UTF-8 (not Latin-1, Windows or GBK)")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      lineStart = 3
    }
  }

  /// Sets position, line and column to a byte before anything has been read.
  private mutating func moveTo(_ target: Int) {
    while position < target {
      if bytes[position] == 0x0A {
        position += 1
        line += 1
        lineStart = position
      } else {
        advanceInText()
      }
    }
  }

  /// Index of the first byte that belongs to no well-formed sequence (Unicode 15, table 3-7); zero bytes count as ill.
  static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
    var index = 0
    let count = bytes.count
    while index < count {
      let lead = bytes[index]
      if lead < 0x80 {
        if lead == 0 { return index }
        index += 1
        continue
      }
      guard let (length, low, high) = sequence(lead) else { return index }
      if index + length > count { return index }
      if bytes[index + 1] < low || bytes[index + 1] > high { return index }
      for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return index }
      index += length
    }
    return nil
  }

  /// Length of the sequence that a lead byte opens, and the bounds of its second byte.
  private static func sequence(_ lead: UInt8) -> (length: Int, low: UInt8, high: UInt8)? {
    switch lead {
    case 0xC2...0xDF: (2, 0x80, 0xBF)
    case 0xE0: (3, 0xA0, 0xBF)
    case 0xED: (3, 0x80, 0x9F)
    case 0xE1...0xEF: (3, 0x80, 0xBF)
    case 0xF0: (4, 0x90, 0xBF)
    case 0xF1...0xF3: (4, 0x80, 0xBF)
    case 0xF4: (4, 0x80, 0x8F)
    default: nil
    }
  }
}
