import TrafficModel

/// Reads event logs and detector tables as analysers exchange them.
///
/// Columns may stand in any order; their names are matched without case, blanks and underscores, with the usual
/// aliases. More columns than needed are let through.
public enum HighResolutionReader {
  private static let timeNames = ["timestamp", "time", "datetime", "eventtime"]
  private static let deviceNames = [
    "deviceid", "device", "signalid", "signal", "locationid", "locationidentifier", "location",
    "intersection",
    "intersectionid", "trafficsignal", "devicename", "name",
  ]
  private static let codeNames = ["eventid", "eventcode", "event", "code"]
  private static let parameterNames = ["parameter", "eventparameter", "eventparam", "param"]
  private static let phaseNames = ["phase", "phasenumber"]
  private static let functionNames = ["function", "detectorfunction"]

  /// Reads a log with columns for time, device, event code and parameter.
  public static func log(_ bytes: [UInt8], file: String) throws(DocumentError) -> HighResolutionLog {
    let table = try Table(bytes, file: file, kind: "an event log")
    let time = try table.column(timeNames, "TimeStamp")
    let device = try table.column(deviceNames, "DeviceId")
    let code = try table.column(codeNames, "EventId")
    let parameter = try table.column(parameterNames, "Parameter")
    var devices = NameList()
    var records: [HighResolutionLog.Record] = []
    records.reserveCapacity(table.rows.count)
    for row in table.rows {
      let written = try table.text(row, time, "TimeStamp")
      guard let stamp = LocalTimestamp(written) else {
        throw table.failure(
          row, time, "TimeStamp", found: written, expected: "a time such as 2026-01-31 07:59:59.9",
          mend: "write year, month, day, hours, minutes, seconds and tenths")
      }
      let name = try table.text(row, device, "DeviceId")
      records.append(
        HighResolutionLog.Record(
          time: stamp, device: devices.index(of: name), code: try table.number(row, code, "EventId"),
          parameter: try table.number(row, parameter, "Parameter")))
    }
    return HighResolutionLog(devices: devices.names, records: records)
  }

  /// Reads a detector table.
  public static func detectors(_ bytes: [UInt8], file: String) throws(DocumentError) -> DetectorTable {
    let table = try Table(bytes, file: file, kind: "a detector table")
    let device = try table.column(deviceNames, "DeviceId")
    let phase = try table.column(phaseNames, "Phase")
    let parameter = try table.column(parameterNames + ["detector", "channel"], "Parameter")
    let function = try table.column(functionNames, "Function")
    var rows: [DetectorTable.Row] = []
    for row in table.rows {
      let word = try table.text(row, function, "Function")
      let known = DetectorTable.Function.allCases.first { $0.rawValue.lowercased() == word.lowercased() }
      guard let known else {
        throw table.failure(
          row, function, "Function", found: word, expected: "Presence, Advance or Yellow_Red",
          mend: "use one of these words")
      }
      rows.append(
        DetectorTable.Row(
          device: try table.text(row, device, "DeviceId"),
          phase: Int(try table.number(row, phase, "Phase")),
          channel: Int(try table.number(row, parameter, "Parameter")), function: known))
    }
    return DetectorTable(rows: rows)
  }

  /// Names in order of appearance.
  private struct NameList {
    var names: [String] = []
    private var indices: [String: Int] = [:]

    mutating func index(of name: String) -> Int {
      if let index = indices[name] { return index }
      indices[name] = names.count
      names.append(name)
      return names.count - 1
    }
  }

  /// A header line and the rows below it.
  private struct Table {
    let text: CSVText
    let header: [String]
    let kind: String

    init(_ bytes: [UInt8], file: String, kind: String) throws(DocumentError) {
      text = try CSVText(bytes, file: file)
      self.kind = kind
      guard let first = text.rows.first else {
        throw DocumentError(
          file: file, line: 0, column: 0, path: "file", found: "nothing", expected: kind,
          mend: "give a file with a header line and one line per entry")
      }
      let text = text
      header = (0..<Int(first.cellCount)).map { index in text.cell(first, index).map { text.key($0) } ?? "" }
    }

    var rows: ArraySlice<CSVText.Row> { text.rows.dropFirst() }

    func column(_ aliases: [String], _ name: String) throws(DocumentError) -> Int {
      for alias in aliases {
        if let index = header.firstIndex(of: alias) { return index }
      }
      throw DocumentError(
        file: text.file, line: Int(text.rows.first?.line ?? 1), column: 0, path: "header",
        found: "the columns \(header.joined(separator: ", "))", expected: "a column \(name) of \(kind)",
        mend: "name the column \(name)")
    }

    func text(_ row: CSVText.Row, _ column: Int, _ name: String) throws(DocumentError) -> String {
      if let cell = text.cell(row, column) { return text.text(cell) }
      throw failure(row, column, name, found: "nothing", expected: "a value", mend: "fill the cell in")
    }

    /// A whole number that a log can hold: 0 to 32767.
    func number(_ row: CSVText.Row, _ column: Int, _ name: String) throws(DocumentError) -> Int16 {
      guard let cell = text.cell(row, column), let value = text.number(cell), value >= 0,
        value <= Double(Int16.max), value == value.rounded()
      else {
        let found = text.text(row, column)
        throw failure(
          row, column, name, found: found.isEmpty ? "nothing" : found,
          expected: "a whole number from 0 to \(Int16.max)", mend: "write the number as in the enumerations")
      }
      return Int16(value)
    }

    func failure(
      _ row: CSVText.Row, _ column: Int, _ name: String, found: String, expected: String, mend: String
    ) -> DocumentError {
      let place = text.cell(row, column).map { text.column(row, $0) } ?? 0
      return DocumentError(
        file: text.file, line: Int(row.line), column: place, path: name, found: found, expected: expected,
        mend: mend)
    }
  }
}
