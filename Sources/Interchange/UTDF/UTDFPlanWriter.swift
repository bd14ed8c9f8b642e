import TrafficModel

/// Writes timing plans into UTDF files: only the cells that change are touched, every other byte stays.
public enum UTDFPlanWriter {
  public struct Result: Sendable {
    public var bytes: [UInt8]
    /// Cells whose text was changed.
    public var changedCells: Int
    /// Controllers of the plan that the file does not hold.
    public var missing: [String]
  }

  /// The file with a plan in `[Timeplans]` (Cycle Length, Offset) and `[Phases]` (BRP, Start, End, Yield, Yield170 and
  /// their local forms, ActGreen).
  ///
  /// Times are in master time as Synchro writes them, local ones from the offset on. Rows and cells that the file does
  /// not have are not added; the reader takes the times from Start and End.
  /// - Parameters:
  ///   - scenario: what the file was read as; controllers are found by the number that is their name.
  /// - Throws: where the file is no UTDF file, or a pattern of the plan does not lay out.
  public static func rewritten(
    _ bytes: [UInt8], file: String, plan: TimingPlan, of scenario: Scenario
  ) throws(DocumentError) -> Result {
    var rewriting = UTDFRewriting(document: try UTDFDocument(bytes, file: file))
    var missing: [String] = []
    for entry in plan.entries {
      let controller = scenario.controllers[entry.controller.index]
      guard let number = Int(controller.name), rewriting.holds(number) else {
        missing.append(controller.name)
        continue
      }
      try rewriting.write(entry.pattern, of: controller, number: number)
    }
    return Result(
      bytes: rewriting.result(), changedCells: rewriting.replacements.count, missing: missing)
  }
}

/// One file that is being rewritten.
private struct UTDFRewriting {
  struct Replacement {
    var cell: CSVText.Cell
    var text: String
  }

  let document: UTDFDocument
  private(set) var replacements: [Replacement] = []
  /// By phase index of the controller that is being written.
  private var columns: [String] = []

  init(document: UTDFDocument) { self.document = document }

  func holds(_ number: Int) -> Bool {
    document["timeplans"]?.record("cyclelength", number) != nil
  }

  mutating func write(_ pattern: Pattern, of controller: SignalController, number: Int) throws(DocumentError)
  {
    let timeline: CycleTimeline
    do {
      timeline = try controller.timeline(of: pattern)
    } catch {
      throw DocumentError(
        file: document.text.file, line: 0, column: 0, path: error.place, found: error.message,
        expected: "a pattern that can be run", mend: error.mend)
    }
    if let table = document["timeplans"] {
      set(table, "cyclelength", number, "DATA", pattern.cycle)
      set(table, "offset", number, "DATA", pattern.offset)
    }
    guard let table = document["phases"], case .ringBarrier(let diagram, _, _) = pattern.timing else {
      return
    }
    columns = controller.phases.map { "D\($0.number)" }
    for interval in timeline.intervals {
      let phase = controller.phases[interval.index]
      let column = columns[interval.index]
      let end = (interval.start + interval.duration).modulo(pattern.cycle)
      let yield = (end - phase.clearance).modulo(pattern.cycle)
      let walkEnd = phase.pedestrianGroup.map { yield - controller.groups[$0].losingDuration } ?? yield
      let yield170 = walkEnd.modulo(pattern.cycle)
      set(table, "start", number, column, interval.start)
      set(table, "end", number, column, end)
      set(table, "yield", number, column, yield)
      set(table, "yield170", number, column, yield170)
      for (key, time) in [
        ("localstart", interval.start), ("localyield", yield), ("localyield170", yield170),
      ] {
        set(table, key, number, column, (time - pattern.offset).modulo(pattern.cycle))
      }
      set(table, "actgreen", number, column, interval.duration - phase.clearance)
      setPlace(table, number, interval.index, column, diagram)
    }
  }

  /// BRP: only the last digit, the place within ring and side, can change.
  private mutating func setPlace(
    _ table: UTDFTable, _ number: Int, _ phase: Int, _ column: String, _ diagram: RingBarrierDiagram
  ) {
    guard let cell = cell(table, "brp", number, column), let old = document.text.number(cell),
      let place = diagram.place(of: phase),
      let position = diagram.phases(ring: place.ring, side: place.side).firstIndex(of: phase)
    else { return }
    let new = Int(old) / 10 * 10 + position + 1
    if new != Int(old), isReordered(table, number, diagram, place) {
      replacements.append(Replacement(cell: cell, text: String(new)))
    }
  }

  /// Whether the digits of a ring's side tell another order than the diagram: gaps in them change nothing.
  private func isReordered(
    _ table: UTDFTable, _ number: Int, _ diagram: RingBarrierDiagram, _ place: (ring: Int, side: Int)
  ) -> Bool {
    let phases = diagram.phases(ring: place.ring, side: place.side)
    let digits = phases.map { phase -> Double in
      cell(table, "brp", number, columns[phase]).flatMap { document.text.number($0) } ?? 0
    }
    return zip(digits, digits.dropFirst()).contains { $0 > $1 }
  }

  private func cell(_ table: UTDFTable, _ key: String, _ number: Int, _ column: String) -> CSVText.Cell? {
    guard let record = table.record(key, number), let position = table.column(column) else { return nil }
    return document.text.cell(record.row, position)
  }

  private mutating func set(
    _ table: UTDFTable, _ key: String, _ number: Int, _ column: String, _ time: TimeSpan
  ) {
    guard let cell = cell(table, key, number, column) else { return }
    if let old = document.text.number(cell), TimeSpan(seconds: old) == time { return }
    replacements.append(Replacement(cell: cell, text: Self.text(time)))
  }

  private static func text(_ time: TimeSpan) -> String {
    let whole = time.milliseconds / 1000
    let tenths = time.milliseconds % 1000 / 100
    return tenths == 0 ? "\(whole)" : "\(whole).\(tenths)"
  }

  func result() -> [UInt8] {
    var bytes = document.text.bytes
    for replacement in replacements.sorted(by: { $0.cell.start > $1.cell.start }) {
      bytes.replaceSubrange(
        Int(replacement.cell.start)..<Int(replacement.cell.end), with: Array(replacement.text.utf8))
    }
    return bytes
  }
}
