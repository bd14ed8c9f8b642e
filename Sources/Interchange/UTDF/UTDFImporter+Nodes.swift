import TrafficModel

extension UTDFImporter {
  mutating func readNodes() throws(DocumentError) {
    guard let table = document["nodes"] else {
      throw missingSection("Nodes", "node numbers, types and coordinates")
    }
    let type = try column("TYPE", of: table)
    let x = try column("X", of: table)
    let y = try column("Y", of: table)
    let description = table.column("DESCRIPTION") ?? -1
    if let again = table.duplicates.first {
      throw document.error(
        table, again, found: "node \(again.intersection) a second time", expected: "each node once",
        mend: "remove one of the lines or give it another number")
    }
    for record in table.records {
      guard let code = try document.number(table, record, type, .code(0...4)),
        let kind = UTDFNodeKind(rawValue: Int(code))
      else {
        throw document.error(
          table, record, column: type, found: "no TYPE",
          expected: "0 signal, 1 external, 2 bend, "
            + "3 unsignalised or 4 roundabout", mend: "give the node its type")
      }
      guard let east = try document.number(table, record, x),
        let north = try document.number(table, record, y)
      else {
        throw document.error(
          table, record, column: x, found: "no coordinates", expected: "X and Y",
          mend: "give the node a place")
      }
      indexOfNumber[record.intersection] = nodes.count
      nodes.append(
        UTDFNode(
          number: record.intersection, kind: kind,
          position: Point(xMeters: units.meters(east), yMeters: units.meters(north)),
          description: document.text.text(record.row, description)))
    }
    if nodes.isEmpty {
      throw DocumentError(
        file: document.text.file, line: table.line, column: 1, path: "[Nodes]", found: "no nodes",
        expected: "at least two nodes", mend: "export the file again with its nodes")
    }
  }

  func missingSection(_ name: String, _ meaning: String) -> DocumentError {
    DocumentError(
      file: document.text.file, line: 0, column: 0, path: "[\(name)]", found: "no section [\(name)]",
      expected: "a section with \(meaning)", mend: "export a combined UTDF file with all sections")
  }

  func column(_ header: String, of table: UTDFTable) throws(DocumentError) -> Int {
    if let column = table.column(header) { return column }
    throw DocumentError(
      file: document.text.file, line: table.line, column: 1, path: "[\(table.title)]",
      found: "no column \(header)", expected: "a header with \(header)",
      mend: "add the column to the header line")
  }

  /// The node that a record belongs to.
  func nodeIndex(_ table: UTDFTable, _ record: UTDFTable.Record) throws(DocumentError) -> Int {
    if let index = indexOfNumber[record.intersection] { return index }
    throw document.error(
      table, record, found: "INTID \(record.intersection)", expected: "a node of [Nodes]",
      mend: "correct the number or add the node to [Nodes]")
  }

  /// One finding per record name, column or section that the reader does not know, and one per section for what
  /// it knows and does not use.
  mutating func noteUnknownContent() {
    let sections: Set<String> = ["network", "nodes", "links", "lanes", "timeplans", "phases"]
    for name in document.sectionNames {
      guard let table = document[name] else { continue }
      guard sections.contains(name) else {
        notes.note(
          "section-unknown", at: "[\(table.title)], line \(table.line)",
          "The section is not read by this import; it has \(table.records.count) records.",
          mend: name == "volume"
            ? "read counts as a count file" : "nothing, unless the section matters to you")
        continue
      }
      for (record, count) in table.unknownRecords({ UTDFVocabulary.knows($0, in: name) })
      where name != "nodes" {
        notes.note(
          "row-unknown", at: "[\(table.title)] \(record)",
          "The row is not known and was not used; it occurs \(count) times.",
          mend: "check its spelling if you expect it to count")
      }
      noteUnused(table, section: name)
      for again in table.duplicates where name != "nodes" {
        notes.note(
          "row-duplicate", at: "\(document.path(table, again, Int.max)), line \(again.row.line)",
          "The row occurs a second time; the first one holds.", mend: "remove the wrong one")
      }
    }
    for section in document.emptySections {
      notes.note(
        "section-empty", at: "[\(section.title)], line \(section.line)",
        "The section has no header line and was not read.", mend: "export the section again")
    }
  }

  private mutating func noteUnused(_ table: UTDFTable, section: String) {
    var columns: [String] = []
    for header in table.columns where !header.isEmpty && header != "RECORDNAME" && header != "INTID" {
      let isKnown =
        switch section {
        case "network", "timeplans": header == "DATA"
        case "nodes":
          UTDFVocabulary.nodeColumns.contains(header) || UTDFVocabulary.nodeColumnsUnused.contains(header)
        case "links": UTDFHeading(rawValue: header) != nil
        case "lanes": UTDFTurn.parse(header) != nil || header == "PED" || header == "HOLD"
        default: header.first == "D" && Int(header.dropFirst()) != nil
        }
      if !isKnown { columns.append(header) }
    }
    for header in columns {
      notes.note(
        "column-unknown", at: "[\(table.title)], column \(header)",
        "The column is not known and was not read.",
        mend: "check its spelling if you expect it to count")
    }
    let unused = UTDFVocabulary.unused(in: section)
    let present = table.recordNames.filter { name in
      unused.contains(name.lowercased().filter { $0 != " " && $0 != "_" })
    }
    if !present.isEmpty {
      notes.note(
        "rows-without-effect", at: "[\(table.title)]",
        "These rows are known and have no effect on the scenario: \(present.joined(separator: ", ")).",
        mend: "nothing; their effect is contained in other rows or not represented")
    }
  }
}
