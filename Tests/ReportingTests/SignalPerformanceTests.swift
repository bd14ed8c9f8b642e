import Interchange
import Reporting
import Testing
import TrafficModel

/// An hour of one signal with a 60 s cycle, whose measures are known.
///
/// Phase 2 is green 0–30 s, yellow to 34, red clearance to 36, and is forced off; phase 4 green 36–54, yellow to 58, red
/// clearance to 60, and gaps out. Advance detector 1 of phase 2 sees a vehicle at 10 and 45 s; presence detector 3
/// of phase 4 is on from 20 to 59 s.
enum SyntheticHour {
  static let noon = LocalTimestamp(milliseconds: 1_767_268_800_000)

  static let detectors = DetectorTable(rows: [
    .init(device: "1", phase: 2, channel: 1, function: .advance),
    .init(device: "1", phase: 4, channel: 3, function: .presence),
    .init(device: "1", phase: 2, channel: 1, function: .yellowRed),
  ])

  private static let cycle: [(Int64, Int16, Int16)] = [
    (0, 0, 2), (0, 1, 2), (10_000, 82, 1), (10_400, 81, 1), (20_000, 82, 3), (30_000, 6, 2), (30_000, 7, 2),
    (30_000, 8, 2), (34_000, 9, 2), (34_000, 10, 2), (36_000, 11, 2), (36_000, 12, 2), (36_000, 0, 4),
    (36_000, 1, 4), (45_000, 82, 1), (45_400, 81, 1), (54_000, 4, 4), (54_000, 7, 4), (54_000, 8, 4),
    (58_000, 9, 4), (58_000, 10, 4), (59_000, 81, 3), (60_000, 11, 4), (60_000, 12, 4),
  ]

  static var log: HighResolutionLog {
    func record(_ milliseconds: Int64, _ code: Int16, _ parameter: Int16) -> HighResolutionLog.Record {
      HighResolutionLog.Record(
        time: LocalTimestamp(milliseconds: noon.milliseconds + milliseconds), device: 0, code: code,
        parameter: parameter)
    }
    var records = [record(0, 131, 1), record(0, 132, 60), record(0, 133, 0)]
    for start in stride(from: Int64(0), to: 3_600_000, by: 60_000) {
      records += cycle.map { record(start + $0.0, $0.1, $0.2) }
    }
    return HighResolutionLog(devices: ["1"], records: records)
  }
}

@Suite("Signal performance")
struct SignalPerformanceTests {
  private let performance = SignalPerformance(SyntheticHour.log, detectors: SyntheticHour.detectors)

  @Test("an hour of one signal gives the counts that the reference analyser gives")
  func counts() {
    // 15 forced ends of phase 2 and 15 gaps of phase 4 in each quarter of an hour.
    #expect(performance.terminations.map(\.forceOffs) == [15, 0, 15, 0, 15, 0, 15, 0])
    #expect(performance.terminations.map(\.gapOuts) == [0, 15, 0, 15, 0, 15, 0, 15])
    #expect(performance.terminations.allSatisfy { $0.maxOuts == 0 })
    #expect(performance.actuations.map(\.place.number) == [1, 3, 1, 3, 1, 3, 1, 3])
    #expect(performance.actuations.map(\.total) == [30, 15, 30, 15, 30, 15, 30, 15])
    #expect(performance.arrivals.map(\.total) == [30, 30, 30, 30])
    #expect(performance.arrivals.allSatisfy { $0.share == 0.5 && $0.place.number == 2 })
  }

  @Test("its splits are 30, 4, 2 and 36 s for phase 2")
  func splits() throws {
    let first = performance.splits.filter { $0.place.number == 2 && $0.place.bin == SyntheticHour.noon }
    let means = first.map { "\($0.kind) \($0.count) \($0.meanSeconds)" }
    #expect(means == ["green 15 30.0", "redClearance 15 2.0", "split 15 36.0", "yellow 15 4.0"])
  }

  @Test("its greens are fully occupied, its reds for a second in five: no split failure")
  func splitFailures() {
    // The last cycle's red ends with the hour, and the first five seconds of red after it.
    #expect(performance.splitFailures.map(\.cycles).reduce(0, +) == 60)
    for row in performance.splitFailures {
      #expect(row.place.number == 4 && row.failures == 0)
      #expect(abs(row.greenSeconds - 18) < 1e-9)
      #expect(abs(row.greenOccupancy - 1) < 1e-9 && abs(row.redOccupancy - 0.2) < 1e-9)
    }
  }

  @Test("a green that is occupied to the end, and the red after it too, is a failure")
  func failure() {
    var records = SyntheticHour.log.records
    for index in records.indices where records[index].code == 81 && records[index].parameter == 3 {
      records[index].time.milliseconds += 4000
    }
    let log = HighResolutionLog(devices: ["1"], records: records)
    let rows = SignalPerformance(log, detectors: SyntheticHour.detectors).splitFailures
    #expect(rows.map(\.failures).reduce(0, +) == rows.map(\.cycles).reduce(0, +))
    #expect(rows.allSatisfy { abs($0.redOccupancy - 1) < 1e-9 })
  }

  @Test("lines that stand twice count once")
  func duplicates() {
    let log = HighResolutionLog(
      devices: ["1"], records: SyntheticHour.log.records + SyntheticHour.log.records)
    let again = SignalPerformance(log, detectors: SyntheticHour.detectors)
    #expect(again.terminations == performance.terminations)
    #expect(again.actuations == performance.actuations)
    #expect(again.arrivals == performance.arrivals)
    #expect(again.splitFailures == performance.splitFailures)
  }

  @Test("pedestrians wait from their first call to walk")
  func pedestrians() {
    func record(_ seconds: Int64, _ code: Int16) -> HighResolutionLog.Record {
      .init(
        time: LocalTimestamp(milliseconds: SyntheticHour.noon.milliseconds + seconds * 1000), device: 0,
        code: code, parameter: 2)
    }
    let log = HighResolutionLog(
      devices: ["1"],
      records: [
        record(5, 45), record(8, 45), record(25, 21), record(60, 21), record(70, 45), record(80, 21),
      ])
    let rows = SignalPerformance(log, detectors: DetectorTable(rows: [])).pedestrianDelays
    #expect(rows.map(\.services) == [2])
    #expect(rows[0].meanSeconds == 15 && rows[0].longestSeconds == 20)
  }

  @Test("the table has one line per controller, bin and phase or channel")
  func table() {
    let text = SignalPerformanceText(SyntheticHour.log, detectors: SyntheticHour.detectors).csv()
    let lines = text.split(separator: "\n")
    // The last red of phase 4 is judged in the hour that follows.
    #expect(lines.count == 10)
    #expect(lines[0].split(separator: ",").count == 17)
    #expect(lines[1] == "2026-01-01 12:00:00.0,1,2,0,0,15,15,30.00,36.00,30,0.5000,,,,,,")
    #expect(lines[2].hasPrefix("2026-01-01 12:00:00.0,1,4,15,0,0,15,18.00,24.00,,,"))
  }
}
