/// A comma-separated text, cut into rows and cells by position, without copying a byte of it.
///
/// Accepted: UTF-8 with or without byte order mark, LF, CRLF or CR line ends, quoted cells with doubled quotes.
/// Blanks round a cell are not part of it; empty cells at the end of a row are cut off (spreadsheets pad rows).
/// A quoted cell must end in the line that it began in, so that one forgotten quote cannot swallow the file.
struct CSVText: Sendable {
  /// One cell: where its text stands, quotes excluded.
  struct Cell: Hashable, Sendable {
    var start: Int32
    var end: Int32
    /// Doubled quotes inside stand for single ones.
    var hasDoubledQuotes = false

    var isEmpty: Bool { start == end }
  }

  /// One line with at least one cell that is not empty.
  struct Row: Hashable, Sendable {
    /// From 1.
    var line: Int32
    /// Position of the line's first byte.
    var start: Int32
    var firstCell: Int32
    var cellCount: Int32
  }

  let file: String
  let bytes: [UInt8]
  private(set) var cells: [Cell] = []
  private(set) var rows: [Row] = []

  init(_ bytes: [UInt8], file: String) throws(DocumentError) {
    self.file = file
    self.bytes = bytes
    if bytes.count > Int(Int32.max) {
      throw DocumentError(
        file: file, line: 0, column: 0, path: "file", found: "\(bytes.count) bytes",
        expected: "at most 2 GB", mend: "split the file")
    }
    try checkEncoding()
    cells.reserveCapacity(bytes.count / 4)
    rows.reserveCapacity(bytes.count / 32)
    try cut()
  }

  private func checkEncoding() throws(DocumentError) {
    let isWide =
      bytes.count >= 2 && (bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF)
    guard isWide || bytes.contains(0) else { return }
    throw DocumentError(
      file: file, line: 1, column: 1, path: "file", found: isWide ? "UTF-16 text" : "a zero byte",
      expected: "plain text in UTF-8 or Windows Latin", mend: "save the file again as CSV (UTF-8)")
  }

  private mutating func cut() throws(DocumentError) {
    var position = 0
    if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF { position = 3 }
    var line = 1
    while position < bytes.count {
      position = try cutLine(from: position, line: line)
      if position < bytes.count && bytes[position] == .carriageReturn {
        position += 1
        if position < bytes.count && bytes[position] == .lineFeed { position += 1 }
      } else if position < bytes.count {
        position += 1
      }
      line += 1
    }
  }

  private func isLineEnd(_ position: Int) -> Bool {
    bytes[position] == .carriageReturn || bytes[position] == .lineFeed
  }

  /// Cuts one line into cells. - Returns: the position of its line end, or of the end of the text.
  private mutating func cutLine(from start: Int, line: Int) throws(DocumentError) -> Int {
    let firstCell = cells.count
    var lastFilled = firstCell
    var position = start
    while true {
      var cell = try cutCell(from: &position, line: line, lineStart: start)
      trim(&cell)
      cells.append(cell)
      if !cell.isEmpty { lastFilled = cells.count }
      guard position < bytes.count && bytes[position] == .comma else { break }
      position += 1
    }
    cells.removeLast(cells.count - lastFilled)
    if lastFilled > firstCell {
      rows.append(
        Row(
          line: Int32(line), start: Int32(start), firstCell: Int32(firstCell),
          cellCount: Int32(lastFilled - firstCell)))
    }
    return position
  }

  private func cutCell(
    from position: inout Int, line: Int, lineStart: Int
  ) throws(DocumentError) -> Cell {
    while position < bytes.count && bytes[position].isBlank { position += 1 }
    guard position < bytes.count && bytes[position] == .quote else {
      let start = position
      while position < bytes.count && bytes[position] != .comma && !isLineEnd(position) { position += 1 }
      return Cell(start: Int32(start), end: Int32(position))
    }
    let opening = position
    position += 1
    var hasDoubledQuotes = false
    while position < bytes.count && !isLineEnd(position) {
      if bytes[position] == .quote {
        guard position + 1 < bytes.count && bytes[position + 1] == .quote else { break }
        hasDoubledQuotes = true
        position += 1
      }
      position += 1
    }
    let cell = Cell(start: Int32(opening + 1), end: Int32(position), hasDoubledQuotes: hasDoubledQuotes)
    let isClosed = position < bytes.count && bytes[position] == .quote
    if isClosed { position += 1 }
    while position < bytes.count && bytes[position].isBlank { position += 1 }
    if !isClosed || (position < bytes.count && bytes[position] != .comma && !isLineEnd(position)) {
      throw DocumentError(
        file: file, line: line, column: opening - lineStart + 1, path: "line \(line)",
        found: isClosed ? "text after a closing quote" : "a quote that is not closed in its line",
        expected: "a cell that is quoted as a whole", mend: "close the quote, or double a quote that is meant"
      )
    }
    return cell
  }

  private func trim(_ cell: inout Cell) {
    while cell.start < cell.end && bytes[Int(cell.start)].isBlank { cell.start += 1 }
    while cell.end > cell.start && bytes[Int(cell.end) - 1].isBlank { cell.end -= 1 }
  }
}

extension UInt8 {
  static let carriageReturn = UInt8(ascii: "\r")
  static let lineFeed = UInt8(ascii: "\n")
  static let comma = UInt8(ascii: ",")
  static let quote = UInt8(ascii: "\"")
  static let asterisk = UInt8(ascii: "*")

  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
