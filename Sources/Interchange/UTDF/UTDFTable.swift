/// One section of a UTDF file: records by name and intersection, values by column.
///
/// Two shapes occur. Keyed sections have the header `RECORDNAME,INTID,column…` (or `RECORDNAME,DATA`) and one line
/// per record name and intersection; plain ones (`[Nodes]`) have one line per intersection.
struct UTDFTable: Sendable {
  struct Record: Hashable, Sendable {
    /// Index into ``UTDFTable/recordNames``; 0 in plain sections.
    var name: Int32
    var intersection: Int
    var row: CSVText.Row
  }

  /// As it stands in the file, without brackets.
  let title: String
  let line: Int
  /// Header cells in upper case without blanks, by position in the row.
  let columns: [String]
  /// Position of `INTID`; -1 in `[Network]`, which has none.
  let intersectionColumn: Int
  let recordNameColumn: Int
  private(set) var records: [Record] = []
  /// Record names as they stand in the file, by number.
  private(set) var recordNames: [String] = []
  private var numberOfName: [String: Int32] = [:]
  private var recordOfKey: [RecordKey: Int32] = [:]
  /// Records whose name and intersection had come before; the first of them holds.
  private(set) var duplicates: [Record] = []

  private struct RecordKey: Hashable {
    var name: Int32
    var intersection: Int
  }

  init(title: String, line: Int, columns: [String]) {
    self.title = title
    self.line = line
    self.columns = columns
    recordNameColumn = columns.firstIndex(of: "RECORDNAME") ?? -1
    intersectionColumn = columns.firstIndex(of: "INTID") ?? -1
  }

  mutating func append(key: String, name: String, intersection: Int, row: CSVText.Row) {
    let number: Int32
    if let known = numberOfName[key] {
      number = known
    } else {
      number = Int32(recordNames.count)
      numberOfName[key] = number
      recordNames.append(name)
    }
    let record = Record(name: number, intersection: intersection, row: row)
    let place = RecordKey(name: number, intersection: intersection)
    if recordOfKey[place] == nil {
      recordOfKey[place] = Int32(records.count)
    } else if !isSeries {
      duplicates.append(record)
      return
    }
    records.append(record)
  }

  /// Counts have many lines per intersection, one per interval.
  var isSeries: Bool { columns.first == "DATE" }

  /// All records of a name (lower case, without blanks), in file order.
  func records(_ key: String) -> [Record] {
    guard let number = numberOfName[key] else { return [] }
    return records.filter { $0.name == number }
  }

  /// The record of a name (lower case, without blanks) and an intersection.
  func record(_ key: String, _ intersection: Int) -> Record? {
    guard let number = numberOfName[key],
      let index = recordOfKey[RecordKey(name: number, intersection: intersection)]
    else { return nil }
    return records[Int(index)]
  }

  /// Position of a column by its header in upper case, or `nil`.
  func column(_ header: String) -> Int? { columns.firstIndex(of: header) }

  /// Names and numbers of records that `isKnown` does not know, in order of appearance.
  func unknownRecords(_ isKnown: (String) -> Bool) -> [(name: String, count: Int)] {
    var counts = [Int](repeating: 0, count: recordNames.count)
    for record in records { counts[Int(record.name)] += 1 }
    var keys = [String](repeating: "", count: recordNames.count)
    for (key, number) in numberOfName { keys[Int(number)] = key }
    return recordNames.indices.filter { !isKnown(keys[$0]) }.map { (recordNames[$0], counts[$0]) }
  }
}
