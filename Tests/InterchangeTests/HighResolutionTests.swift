import Interchange
import Testing
import TrafficModel

@Suite("High-resolution event logs")
struct HighResolutionTests {
  private static func read(_ text: String) throws -> HighResolutionLog {
    try HighResolutionReader.log(Array(text.utf8), file: "log.csv")
  }

  @Test(
    "local times are read and written",
    arguments: [
      ("2026-01-31 07:59:59.9", "2026-01-31 07:59:59.9"), ("2024-02-29T00:00:00", "2024-02-29 00:00:00.0"),
      ("1969/12/31 23:59:59.123", "1969-12-31 23:59:59.123"), ("2000-03-01", "2000-03-01 00:00:00.0"),
      ("2026-12-31 23:59", "2026-12-31 23:59:00.0"), ("2026-1-2 03:04:05.678912", "2026-01-02 03:04:05.678"),
    ])
  func times(text: String, written: String) throws {
    let time = try #require(LocalTimestamp(text))
    #expect("\(time)" == written)
    #expect(LocalTimestamp(written) == time)
  }

  @Test(
    "what is no local time is refused",
    arguments: [
      "", "2026-02-29 00:00:00", "2026-13-01", "2026-00-01", "2026-01-31 24:00:00", "2026-01-31 07:60:00",
      "2026-01-31 07:59:60", "31-01-2026 07:59:59", "2026-01-31 ", "2026-01-31 7", "2026-01-31 07:00:00.",
      "2026-01-31 07:00:00.1.2", "-026-01-31", "2026-01-31 07:00:00Z",
    ])
  func notTimes(text: String) { #expect(LocalTimestamp(text) == nil) }

  @Test("days are numbered from 1970, through leap years and centuries")
  func days() throws {
    #expect(try #require(LocalTimestamp("1970-01-01")).milliseconds == 0)
    #expect(try #require(LocalTimestamp("2000-03-01")).milliseconds == 951_868_800_000)
    #expect(try #require(LocalTimestamp("2100-03-01")).milliseconds == 4_107_542_400_000)
    // Every day of four centuries comes back as itself, and the next day is one later.
    var expected = try #require(LocalTimestamp("1900-01-01"))
    for _ in 0..<146_097 {
      #expect(LocalTimestamp("\(expected)") == expected)
      expected.milliseconds += 86_400_000
    }
    #expect("\(expected)" == "2300-01-01 00:00:00.0")
  }

  private let epoch = LocalTimestamp(milliseconds: 1_767_225_600_000)

  private func controller(_ name: String) -> SignalController {
    SignalController(
      name: name, nodes: [], groups: [], conflicts: ConflictMatrix(count: 0),
      intergreens: IntergreenMatrix(count: 0), patterns: [])
  }

  private func event(_ seconds: Double, _ code: ControllerEventCode, _ parameter: Int16) -> ControllerEvent {
    ControllerEvent(time: SimTime(seconds: seconds), code: code, parameter: parameter)
  }

  @Test("a log is written in order of time, then controller, and lines of one tenth keep their order")
  func writing() throws {
    let log = HighResolutionLog(
      controllers: [controller("Main, 1st"), controller("B")],
      events: [
        [event(0.1, .greenTermination, 2), event(0.1, .beginYellow, 2), event(3, .detectorOn, 7)],
        [event(0, .beginGreen, 4), event(0.1, .gapOut, 4)],
      ], epoch: epoch)
    let text = String(decoding: log.csv(), as: UTF8.self)
    #expect(
      text == """
        TimeStamp,DeviceId,EventId,Parameter
        2026-01-01 00:00:00.0,B,1,4
        2026-01-01 00:00:00.1,"Main, 1st",7,2
        2026-01-01 00:00:00.1,"Main, 1st",8,2
        2026-01-01 00:00:00.1,B,4,4
        2026-01-01 00:00:03.0,"Main, 1st",82,7

        """)
    let again = try Self.read(text)
    #expect(String(decoding: again.csv(), as: UTF8.self).split(separator: "\n").count == 6)
    #expect(Set(again.devices) == ["B", "Main, 1st"])
  }

  @Test("column names are matched without case and underscores, with aliases, in any order")
  func columns() throws {
    let log = try Self.read("event_code, PARAM ,Extra,signal_ID,Time_Stamp\n82,5,x,A7,2026-01-01 00:00:01\n")
    #expect(log.devices == ["A7"])
    #expect(
      log.records == [
        HighResolutionLog.Record(
          time: LocalTimestamp(milliseconds: epoch.milliseconds + 1000), device: 0, code: 82, parameter: 5)
      ])
  }

  @Test(
    "what is wrong is told with its line",
    arguments: [
      ("", 0, "file"),
      ("TimeStamp,DeviceId,EventId\n", 1, "header"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,1,1,2\nyesterday,1,1,2\n", 3, "TimeStamp"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,,1,2\n", 2, "DeviceId"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,1,1.5,2\n", 2, "EventId"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,1,1,32768\n", 2, "Parameter"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,1,-1,2\n", 2, "EventId"),
      ("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:01,1,1\n", 2, "Parameter"),
    ])
  func errors(text: String, line: Int, path: String) {
    let error = #expect(throws: DocumentError.self) { try Self.read(text) }
    #expect(error?.line == line)
    #expect(error?.path == path)
  }

  @Test("a detector table comes back as it was written, and a wrong word is told")
  func detectors() throws {
    let table = DetectorTable(rows: [
      .init(device: "A, B", phase: 2, channel: 12, function: .presence),
      .init(device: "C", phase: 4, channel: 3, function: .yellowRed),
    ])
    let text = String(decoding: table.csv(), as: UTF8.self)
    #expect(text == "DeviceId,Phase,Parameter,Function\n\"A, B\",2,12,Presence\nC,4,3,Yellow_Red\n")
    #expect(try HighResolutionReader.detectors(table.csv(), file: "d.csv") == table)
    let error = #expect(throws: DocumentError.self) {
      try HighResolutionReader.detectors(
        Array("DeviceId,Phase,Parameter,Function\nC,4,3,Setback\n".utf8), file: "d.csv")
    }
    #expect(error?.found == "Setback" && error?.line == 2)
  }

  @Test("intervals are cut from begin to end, and what never ended is left out")
  func intervals() {
    let log = HighResolutionLog(
      controllers: [controller("A")],
      events: [
        [
          event(0, .phaseOn, 2), event(0, .beginGreen, 2), event(30, .greenTermination, 2),
          event(30, .beginYellow, 2), event(34, .endYellow, 2), event(34, .beginRedClearance, 2),
          event(36, .endRedClearance, 2), event(36, .phaseInactive, 2), event(40, .beginGreen, 4),
        ]
      ], epoch: epoch)
    let found = log.intervals(of: 0).map { "\($0.phase) \($0.kind) \($0.duration.seconds)" }
    #expect(found == ["2 green 30.0", "2 yellow 4.0", "2 redClearance 2.0", "2 split 36.0"])
  }

  @Test("intervals agree within a tenth of a second; others are paired where they overlap")
  func comparison() {
    func green(_ start: Int64, _ duration: Double) -> PhaseInterval {
      PhaseInterval(
        phase: 2, kind: .green, start: LocalTimestamp(milliseconds: start),
        duration: TimeSpan(seconds: duration))
    }
    let end = LocalTimestamp(milliseconds: 1_000_000)
    let same = IntervalComparison(
      observed: [green(0, 30), green(60_000, 30)], commanded: [green(0, 30), green(60_100, 30)], until: end)
    #expect(same.agreeing == 2 && same.differences.isEmpty)
    let other = IntervalComparison(
      observed: [green(0, 30), green(60_000, 30), green(120_000, 5)],
      commanded: [green(0, 30.2), green(80_000, 30)], until: end)
    #expect(other.agreeing == 0)
    #expect(
      other.differences == [
        .init(observed: green(0, 30), commanded: green(0, 30.2)),
        .init(observed: green(60_000, 30), commanded: green(80_000, 30)),
        .init(observed: green(120_000, 5), commanded: nil),
      ])
    // What the commanded side finished after the log's end is not looked at.
    let cut = IntervalComparison(
      observed: [], commanded: [green(0, 30)], until: LocalTimestamp(milliseconds: 29_000))
    #expect(cut.total == 0)
  }
}
