/// A combined UTDF file (version 8), cut into its sections.
///
/// Section: a bracketed name, a title line, a header line, records. The order of sections is free, keys are
/// compared without case, blanks and underscores, and anything not understood stays visible to the caller.
struct UTDFDocument: Sendable {
  let text: CSVText
  /// By name in lower case.
  private(set) var tables: [String: UTDFTable] = [:]
  /// Names in lower case, in order of appearance.
  private(set) var sectionNames: [String] = []
  /// Sections without a header, by title and line.
  private(set) var emptySections: [(title: String, line: Int)] = []

  init(_ bytes: [UInt8], file: String) throws(DocumentError) {
    text = try CSVText(bytes, file: file)
    var current: (title: String, line: Int)?
    var table: UTDFTable?
    for row in text.rows {
      if let title = sectionTitle(row) {
        try close(current, table)
        current = (title, Int(row.line))
        table = nil
      } else if current == nil {
        throw error(
          row, path: "line \(row.line)", found: "\"\(text.text(row, 0))\" before any section",
          expected: "a section name such as [Network]", mend: "export a combined UTDF file (version 8) again")
      } else if table == nil {
        if let header = header(row), let open = current {
          table = UTDFTable(title: open.title, line: open.line, columns: header)
        }
      } else if let record = try recordKey(row, in: table) {
        table?.append(key: record.key, name: record.name, intersection: record.intersection, row: row)
      }
    }
    try close(current, table)
    if sectionNames.isEmpty {
      throw DocumentError(
        file: file, line: 0, column: 0, path: "file", found: bytes.isEmpty ? "an empty file" : "no section",
        expected: "UTDF sections such as [Network], [Nodes], [Links]",
        mend: "export a combined UTDF file (version 8)")
    }
  }

  subscript(section: String) -> UTDFTable? { tables[section] }

  private mutating func close(
    _ section: (title: String, line: Int)?, _ table: UTDFTable?
  ) throws(DocumentError) {
    guard let section else { return }
    guard let table else {
      emptySections.append(section)
      return
    }
    let name = section.title.lowercased()
    if tables[name] != nil {
      throw DocumentError(
        file: text.file, line: section.line, column: 1, path: "[\(section.title)]",
        found: "the section a second time", expected: "each section once",
        mend: "remove one of the two sections, or join their records")
    }
    tables[name] = table
    sectionNames.append(name)
  }

  private func sectionTitle(_ row: CSVText.Row) -> String? {
    guard let cell = text.cell(row, 0), text.bytes[Int(cell.start)] == UInt8(ascii: "["),
      text.bytes[Int(cell.end) - 1] == UInt8(ascii: "]")
    else { return nil }
    return String(text.text(cell).dropFirst().dropLast())
  }

  /// The header's cells, if the row is one: titles such as "Lane Group Data" come before it.
  private func header(_ row: CSVText.Row) -> [String]? {
    let columns = (0..<Int(row.cellCount)).map { index in
      text.cell(row, index).map { text.key($0).uppercased() } ?? ""
    }
    return ["RECORDNAME", "INTID", "DATE"].contains(columns.first ?? "") ? columns : nil
  }

  private func recordKey(
    _ row: CSVText.Row, in table: UTDFTable?
  ) throws(DocumentError) -> (key: String, name: String, intersection: Int)? {
    guard let table else { return nil }
    var key = ""
    var name = ""
    if table.recordNameColumn >= 0 {
      guard let cell = text.cell(row, table.recordNameColumn) else {
        throw error(
          row, path: "[\(table.title)]", found: "a record without a name", expected: "a name in RECORDNAME",
          mend: "remove the line or give the record its name")
      }
      key = text.key(cell)
      name = text.text(cell)
    }
    guard table.intersectionColumn >= 0 else { return (key, name, 0) }
    guard let cell = text.cell(row, table.intersectionColumn) else {
      throw error(
        row, path: "[\(table.title)] \(name)", found: "no INTID", expected: "a node number",
        mend: "give the record the number of its intersection")
    }
    guard let number = text.number(cell), number >= 0, number <= 1e9, number == number.rounded() else {
      throw error(
        row, cell, path: "[\(table.title)] \(name)", found: "INTID \"\(text.text(cell))\"",
        expected: "a whole node number from 0 to 1000000000", mend: "correct the INTID")
    }
    return (key, name, Int(number))
  }

  func error(
    _ row: CSVText.Row, _ cell: CSVText.Cell? = nil, path: String, found: String, expected: String,
    mend: String
  ) -> DocumentError {
    DocumentError(
      file: text.file, line: Int(row.line), column: cell.map { text.column(row, $0) } ?? 1, path: path,
      found: found, expected: expected, mend: mend)
  }
}
