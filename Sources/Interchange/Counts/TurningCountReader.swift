import TrafficModel

/// Reads turning-movement counts: Synchro's 15-minute sheets, the `[Volume]` section of a UTDF file, or a tidy list.
///
/// - Sheet: free text lines, a header `DATE,TIME,INTID,NBL,NBT,…`, one line per interval and junction. TIME is `700`,
///   `0715`, `="0715"`, `7:15` or `07:15:00`; `*` and empty cells are missing counts.
/// - Tidy: header with `site,start,interval_s,approach,turn,class,count` in any order; `interval_s` and `class` may be
///   absent. Class `heavy`, `truck` or `bus` counts heavy vehicles, bicycles and pedestrians are not used.
public enum TurningCountReader {
  /// - Parameter file: the name to show in messages.
  public static func read(_ bytes: [UInt8], file: String) throws(DocumentError) -> TurningCounts {
    let text = try CSVText(bytes, file: file)
    for (index, row) in text.rows.enumerated() {
      let header = columns(text, row)
      if header.contains("SITE") && header.contains("START") && header.contains("COUNT") {
        var reader = TidyCountReader(text: text, header: header)
        return try reader.read(text.rows[(index + 1)...])
      }
      if header.contains("TIME") && header.contains("INTID")
        && header.contains(where: { UTDFTurn.parse($0) != nil })
      {
        var reader = SheetCountReader(text: text, header: header, preamble: text.rows[..<index])
        return try reader.read(text.rows[(index + 1)...])
      }
    }
    throw DocumentError(
      file: file, line: 0, column: 0, path: "file", found: "no header of a count sheet",
      expected: "DATE,TIME,INTID,NBL,… or site,start,interval_s,approach,turn,class,count",
      mend: "add the header line above the counts")
  }

  private static func columns(_ text: CSVText, _ row: CSVText.Row) -> [String] {
    (0..<Int(row.cellCount)).map { index in
      text.cell(row, index).map { text.key($0).uppercased() } ?? ""
    }
  }

  /// Seconds since midnight out of `700`, `0715`, `="0715"`, `7:15`, `07:15:00`, or the time of an ISO date.
  static func clock(_ text: String) -> Int? {
    var word = text.filter { $0 != "=" && $0 != "\"" && $0 != " " }
    if let time = word.firstIndex(of: "T") { word = String(word[word.index(after: time)...]) }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard word.allSatisfy({ $0 == ":" || ("0"..."9").contains($0) }) else { return nil }
    let hours: Int?
    let minutes: Int?
    if parts.count > 1 {
      hours = Int(parts[0])
      minutes = Int(parts[1])
      if parts.count > 3 || (parts.count == 3 && Int(parts[2]) != 0) { return nil }
    } else {
      guard word.count <= 4, let number = Int(word) else { return nil }
      hours = number / 100
      minutes = number % 100
    }
    guard let hours, let minutes, (0..<24).contains(hours), (0..<60).contains(minutes) else { return nil }
    return hours * 3600 + minutes * 60
  }
}

/// The sheet form: one column per movement.
private struct SheetCountReader {
  let text: CSVText
  let header: [String]
  let preamble: ArraySlice<CSVText.Row>
  var notes = ImportNotes()

  init(text: CSVText, header: [String], preamble: ArraySlice<CSVText.Row>) {
    self.text = text
    self.header = header
    self.preamble = preamble
  }

  mutating func read(_ rows: ArraySlice<CSVText.Row>) throws(DocumentError) -> TurningCounts {
    let timeColumn = header.firstIndex(of: "TIME") ?? 0
    let siteColumn = header.firstIndex(of: "INTID") ?? 0
    let dateColumn = header.firstIndex(of: "DATE") ?? -1
    let movements = header.enumerated().compactMap { index, name in
      UTDFTurn.parse(name).map { (column: index, heading: $0.heading, turn: $0.turn) }
    }
    for name in header
    where !name.isEmpty && UTDFTurn.parse(name) == nil && !["DATE", "TIME", "INTID"].contains(name) {
      notes.collect(
        "count-column", at: name, "A column of the count sheet is not a vehicle movement and was not read.",
        mend: "nothing, or rename the column")
    }
    var counts: [TurningCount] = []
    for row in rows {
      if text.text(row, 0).hasPrefix("[") { break }
      guard let start = TurningCountReader.clock(text.text(row, timeColumn)) else {
        throw error(row, timeColumn, expected: "a time such as 0715", mend: "write hours and minutes as HHMM")
      }
      guard let site = text.cell(row, siteColumn) else {
        throw error(row, siteColumn, expected: "the junction's number", mend: "fill in INTID")
      }
      for movement in movements {
        let place = CountedMovement(
          site: text.text(site), approach: movement.heading.rawValue, turn: movement.turn.rawValue)
        counts.append(
          TurningCount(
            movement: place, date: text.text(row, dateColumn), startSeconds: start,
            vehicles: try vehicles(row, movement.column)))
      }
    }
    let interval = intervalSeconds(counts)
    for index in counts.indices { counts[index].intervalSeconds = interval }
    // Columns that hold nothing at a site are legs that it does not have.
    let counted = Set(counts.filter { $0.vehicles != nil }.map(\.movement))
    counts.removeAll { !counted.contains($0.movement) }
    for count in counts where count.vehicles == nil {
      notes.collect(
        "count-missing",
        at: "\(count.movement.label) \(count.startSeconds / 3600):\(count.startSeconds / 60 % 60)",
        "A count is missing; it is filled from the intervals beside it when it becomes demand.",
        mend: "count again, or estimate it")
    }
    return TurningCounts(counts: counts, warnings: notes.all())
  }

  private func vehicles(_ row: CSVText.Row, _ column: Int) throws(DocumentError) -> Double? {
    guard let cell = text.cell(row, column) else { return nil }
    if text.text(cell) == "*" { return nil }
    if let value = text.number(cell), value >= 0, value <= 100_000 { return value }
    throw error(
      row, column, expected: "vehicles from 0 to 100000, or * for a missing count", mend: "correct it")
  }

  private func error(_ row: CSVText.Row, _ column: Int, expected: String, mend: String) -> DocumentError {
    let cell = text.cell(row, column)
    return DocumentError(
      file: text.file, line: Int(row.line), column: cell.map { text.column(row, $0) } ?? 1,
      path: column < header.count ? header[column] : "counts",
      found: cell.map { "\"\(text.text($0))\"" } ?? "nothing", expected: expected, mend: mend)
  }

  /// The smallest distance between two times of a site, else what the title says, else a quarter hour.
  private mutating func intervalSeconds(_ counts: [TurningCount]) -> Int {
    var times: [String: Set<Int>] = [:]
    for count in counts {
      times[count.movement.site + "|" + count.date, default: []].insert(count.startSeconds)
    }
    var smallest = Int.max
    for starts in times.values {
      let sorted = starts.sorted()
      for (a, b) in zip(sorted, sorted.dropFirst()) { smallest = min(smallest, b - a) }
    }
    if smallest < Int.max { return smallest }
    for row in preamble {
      let words = text.text(row, 0).split(separator: " ")
      for (number, unit) in zip(words, words.dropFirst()) where unit.lowercased().hasPrefix("minute") {
        if let minutes = Int(number), minutes > 0, minutes <= 60 { return minutes * 60 }
      }
    }
    notes.note(
      "count-interval", at: "TIME", "The interval cannot be seen from a single time; 15 minutes are assumed.",
      mend: "name it in a title line: 15 Minute Counts")
    return 900
  }
}

/// The tidy form: one line per movement, interval and class.
private struct TidyCountReader {
  let text: CSVText
  let header: [String]
  var notes = ImportNotes()

  init(text: CSVText, header: [String]) {
    self.text = text
    self.header = header
  }

  mutating func read(_ rows: ArraySlice<CSVText.Row>) throws(DocumentError) -> TurningCounts {
    var counts: [TurningCount] = []
    for name in ["APPROACH", "TURN"] where !header.contains(name) {
      throw DocumentError(
        file: text.file, line: 1, column: 1, path: "header", found: "no column \(name.lowercased())",
        expected: "site,start,interval_s,approach,turn,class,count", mend: "add the column")
    }
    for row in rows {
      if let count = try read(row) { counts.append(count) }
    }
    return TurningCounts(counts: counts, warnings: notes.all())
  }

  private func cell(_ row: CSVText.Row, _ name: String) -> String {
    header.firstIndex(of: name).map { text.text(row, $0) } ?? ""
  }

  private mutating func read(_ row: CSVText.Row) throws(DocumentError) -> TurningCount? {
    let kind = cell(row, "CLASS").lowercased()
    if ["bicycle", "bike", "pedestrian", "ped"].contains(kind) || cell(row, "TURN").lowercased() == "ped" {
      notes.collect(
        "count-class", at: "line \(row.line)", "Counts of bicycles and pedestrians do not become demand.",
        mend: "set pedestrian flows in the scenario")
      return nil
    }
    guard let start = TurningCountReader.clock(cell(row, "START")) else {
      throw error(row, "START", expected: "a time such as 07:15", mend: "write hours and minutes")
    }
    let approach = cell(row, "APPROACH").uppercased()
    guard UTDFHeading(rawValue: approach) != nil else {
      throw error(
        row, "APPROACH", expected: "NB, SB, EB, WB, NE, NW, SE or SW", mend: "name the direction of travel")
    }
    let words = [
      "LEFT": "L", "THROUGH": "T", "THRU": "T", "STRAIGHT": "T", "RIGHT": "R", "UTURN": "U", "U-TURN": "U",
    ]
    let turn = cell(row, "TURN").uppercased()
    guard let code = UTDFTurn(rawValue: words[turn] ?? turn) else {
      throw error(row, "TURN", expected: "L, T, R, U, L2 or R2", mend: "name the turn")
    }
    let site = cell(row, "SITE")
    if site.isEmpty { throw error(row, "SITE", expected: "the junction's name", mend: "fill it in") }
    let stamp = cell(row, "START")
    let date = stamp.firstIndex(of: "T").map { String(stamp[..<$0]) } ?? cell(row, "DATE")
    return TurningCount(
      movement: CountedMovement(site: site, approach: approach, turn: code.rawValue), date: date,
      startSeconds: start, intervalSeconds: try interval(row),
      isHeavy: ["heavy", "hv", "truck", "trucks", "bus", "lorry"].contains(kind), vehicles: try vehicles(row))
  }

  private func interval(_ row: CSVText.Row) throws(DocumentError) -> Int {
    guard let column = header.firstIndex(where: { $0 == "INTERVALS" || $0 == "INTERVAL" }),
      let cell = text.cell(row, column)
    else { return 900 }
    if let value = text.number(cell), value >= 60, value <= 86_400, value == value.rounded() {
      return Int(value)
    }
    throw error(row, header[column], expected: "whole seconds from 60 to 86400", mend: "correct it")
  }

  private func vehicles(_ row: CSVText.Row) throws(DocumentError) -> Double? {
    guard let column = header.firstIndex(of: "COUNT"), let cell = text.cell(row, column) else { return nil }
    if text.text(cell) == "*" { return nil }
    if let value = text.number(cell), value >= 0, value <= 100_000 { return value }
    throw error(
      row, "COUNT", expected: "vehicles from 0 to 100000, or * for a missing count", mend: "correct it")
  }

  private func error(_ row: CSVText.Row, _ name: String, expected: String, mend: String) -> DocumentError {
    let cell = header.firstIndex(of: name).flatMap { text.cell(row, $0) }
    return DocumentError(
      file: text.file, line: Int(row.line), column: cell.map { text.column(row, $0) } ?? 1,
      path: name.lowercased(),
      found: cell.map { "\"\(text.text($0))\"" } ?? "nothing", expected: expected, mend: mend)
  }
}
