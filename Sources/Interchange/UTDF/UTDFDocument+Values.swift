/// What values of a record are allowed.
struct UTDFRange: Sendable {
  var bounds: ClosedRange<Double>
  var isWhole = false
  var words: String

  static let any = UTDFRange(bounds: -1e9...1e9, words: "a number")
  static let notNegative = UTDFRange(bounds: 0...1e9, words: "a number that is not negative")
  static let percent = UTDFRange(bounds: 0...100, words: "a percentage from 0 to 100")
  static let node = UTDFRange(bounds: 0...1e9, isWhole: true, words: "a node number")
  static let seconds = UTDFRange(bounds: 0...3600, words: "seconds from 0 to 3600")
  static let clock = UTDFRange(bounds: -3600...3600, words: "seconds from -3600 to 3600")
  static let lanes = UTDFRange(bounds: 0...20, isWhole: true, words: "a number of lanes from 0 to 20")
  static let volume = UTDFRange(bounds: 0...100_000, words: "vehicles per hour from 0 to 100000")
  /// -1 marks a movement without control.
  static let phase = UTDFRange(bounds: -1...99, isWhole: true, words: "a phase number")

  static func code(_ bounds: ClosedRange<Double>) -> UTDFRange {
    UTDFRange(
      bounds: bounds, isWhole: true,
      words: "a code from \(Int(bounds.lowerBound)) to \(Int(bounds.upperBound))")
  }
}

extension UTDFDocument {
  /// The number in a column of a record; `nil` where record or cell are missing or empty.
  func number(
    _ table: UTDFTable?, _ key: String, _ intersection: Int, _ column: Int, _ range: UTDFRange = .any
  ) throws(DocumentError) -> Double? {
    guard let table, let record = table.record(key, intersection) else { return nil }
    return try number(table, record, column, range)
  }

  func number(
    _ table: UTDFTable, _ record: UTDFTable.Record, _ column: Int, _ range: UTDFRange = .any
  ) throws(DocumentError) -> Double? {
    guard let cell = text.cell(record.row, column) else { return nil }
    if let value = text.number(cell), range.bounds.contains(value),
      !range.isWhole || value == value.rounded()
    {
      return value
    }
    throw error(
      record.row, cell, path: path(table, record, column), found: "\"\(text.text(cell))\"",
      expected: range.words, mend: "correct the value in column \(table.columns[column]), or leave it empty")
  }

  func whole(
    _ table: UTDFTable?, _ key: String, _ intersection: Int, _ column: Int, _ range: UTDFRange
  ) throws(DocumentError) -> Int? {
    try number(table, key, intersection, column, range).map { Int($0) }
  }

  func string(_ table: UTDFTable?, _ key: String, _ intersection: Int, _ column: Int) -> String {
    guard let table, let record = table.record(key, intersection) else { return "" }
    return text.text(record.row, column)
  }

  /// Section, record, intersection and column in the file's own words: "[Lanes] Volume, 39, NBT".
  func path(_ table: UTDFTable, _ record: UTDFTable.Record, _ column: Int) -> String {
    var parts: [String] = []
    if table.recordNameColumn >= 0 { parts.append(table.recordNames[Int(record.name)]) }
    if table.intersectionColumn >= 0 { parts.append(String(record.intersection)) }
    if column < table.columns.count { parts.append(table.columns[column]) }
    return "[\(table.title)] " + parts.joined(separator: ", ")
  }

  /// An error about a record that is there.
  func error(
    _ table: UTDFTable, _ record: UTDFTable.Record, column: Int = -1, found: String, expected: String,
    mend: String
  ) -> DocumentError {
    let cell = column >= 0 ? text.cell(record.row, column) : nil
    let path = column >= 0 ? path(table, record, column) : path(table, record, Int.max)
    return error(record.row, cell, path: path, found: found, expected: expected, mend: mend)
  }
}
