import Foundation
import Interchange
import Reporting
import Testing
import TrafficModel

@testable import citybrain

/// Python with `atspm==2.6.1` and `duckdb<1.5`, which are not part of this package.
private let python = ProcessInfo.processInfo.environment["CITYBRAIN_ATSPM_PYTHON"]

/// An analyser that we did not write reads a log of ours, and counts what we count.
@Suite(
  .enabled(
    if: python != nil,
    "THE EVENT LOG WAS NOT CHECKED WITH atspm: set CITYBRAIN_ATSPM_PYTHON to a Python with atspm==2.6.1 'duckdb<1.5'"
  ))
struct ForeignAnalyserTests {
  private static let script = """
    import sys
    from atspm import SignalDataProcessor
    folder = sys.argv[1]
    with SignalDataProcessor(
        raw_data=folder + '/events.csv', detector_config=folder + '/detectors.csv', bin_size=15,
        output_dir=folder + '/out', output_format='csv', output_to_separate_folders=False,
        output_file_prefix='', verbose=0, remove_incomplete=False,
        aggregations=[
          {'name': 'has_data', 'params': {'no_data_min': 5, 'min_data_points': 3}},
          {'name': 'actuations', 'params': {}},
          {'name': 'arrival_on_green', 'params': {'latency_offset_seconds': 0}},
          {'name': 'split_failures', 'params': {'red_time': 5, 'red_occupancy_threshold': 0.8,
             'green_occupancy_threshold': 0.8, 'by_approach': True}},
          {'name': 'terminations', 'params': {}},
          {'name': 'timeline', 'params': {'maxtime': False, 'min_duration': 0, 'cushion_time': 1}}]) as p:
        p.load(); p.aggregate(); p.save()
    """

  /// The rows of a table by column name.
  private static func table(_ path: String) throws -> [[String: String]] {
    let lines = String(decoding: try Files.read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
    let header = try #require(lines.first).split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(header, cells)) { first, _ in first }
    }
  }

  private static func analyse(_ folder: String) throws {
    try Files.makeDirectory(Files.join(folder, "out"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments = ["-c", script, folder]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test(
    "terminations, splits, arrivals on green and split failures of a run of the corridor are ours to the last count",
    arguments: ["coordinated", "actuated"])
  func corridor(strategy: String) throws {
    let bench = try Workbench()
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
        "Scenarios/arterial/scenario.json")
    // Arrivals are counted upstream, and the shipped corridor has detectors at its stop lines only.
    let text = try String(contentsOf: shipped, encoding: .utf8).replacing(
      "\"stopLineLength_ft\": 40", with: "\"stopLineLength_ft\": 40, \"advanceDistance_ft\": 300")
    try bench.write(text, to: "arterial/scenario.json")
    let ending = bench.run("simulate @arterial --strategy \(strategy) --event-log @log --quiet")
    #expect(ending.code == .success, "\(ending.words)")
    let folder = bench.path("log")
    try Self.analyse(folder)
    let log = try HighResolutionReader.log(try Files.read(folder + "/events.csv"), file: "events.csv")
    let detectors = try HighResolutionReader.detectors(
      try Files.read(folder + "/detectors.csv"), file: "detectors.csv")
    let ours = SignalPerformance(log, detectors: detectors)
    try compareCounts(ours, folder + "/out")
    try compareSplitFailures(ours, folder + "/out")
    try compareIntervals(log, folder + "/out")
    // An empty table would agree with anything.
    #expect(
      !ours.terminations.isEmpty && !ours.actuations.isEmpty && !ours.arrivals.isEmpty
        && !ours.splitFailures.isEmpty)
  }

  private func key(_ row: [String: String], _ number: String, _ time: String = "TimeStamp") throws -> String {
    let stamp = try #require(LocalTimestamp(row[time] ?? ""), "\(row)")
    return "\(stamp) \(row["DeviceId"] ?? "") \(row[number] ?? "")"
  }

  private func key(_ place: SignalPerformance.Place, _ ours: SignalPerformance) -> String {
    "\(place.bin) \(ours.devices[place.device]) \(place.number)"
  }

  private func compareCounts(_ ours: SignalPerformance, _ out: String) throws {
    let theirs = try Self.table(out + "/terminations.csv").map {
      "\(try key($0, "Phase")) \($0["PerformanceMeasure"] ?? "") \($0["Total"] ?? "")"
    }
    let mine = ours.terminations.flatMap { row in
      [("GapOut", row.gapOuts), ("MaxOut", row.maxOuts), ("ForceOff", row.forceOffs)]
        .filter { $0.1 > 0 }.map { "\(key(row.place, ours)) \($0.0) \($0.1)" }
    }
    #expect(theirs.sorted() == mine.sorted())
    let counted = try Self.table(out + "/actuations.csv").map {
      "\(try key($0, "Detector")) \($0["Total"] ?? "")"
    }
    #expect(counted.sorted() == ours.actuations.map { "\(key($0.place, ours)) \($0.total)" }.sorted())
    let arrived = try Self.table(out + "/arrival_on_green.csv").map { row in
      let total = Int(row["Total_Actuations"] ?? "") ?? -1
      let green = (Double(row["Percent_AOG"] ?? "") ?? -1) * Double(total)
      return "\(try key(row, "Phase")) \(total) \(Int(green.rounded()))"
    }
    // The other side leaves out bins without any arrival on green.
    let shown = ours.arrivals.filter { $0.onGreen > 0 }
    #expect(arrived.sorted() == shown.map { "\(key($0.place, ours)) \($0.total) \($0.onGreen)" }.sorted())
  }

  private func compareSplitFailures(_ ours: SignalPerformance, _ out: String) throws {
    let theirs = try Self.table(out + "/split_failures.csv")
    #expect(theirs.count == ours.splitFailures.count)
    for row in theirs {
      let place = try key(row, "Phase")
      let mine = try #require(ours.splitFailures.first { key($0.place, ours) == place }, "\(place)")
      #expect(row["Split_Failure"] == "\(mine.failures)", "\(place)")
      for (column, value) in [
        ("Green_Time", mine.greenSeconds), ("Green_Occupancy", mine.greenOccupancy),
        ("Red_Occupancy", mine.redOccupancy),
      ] {
        #expect(abs((Double(row[column] ?? "") ?? -1) - value) < 1e-4, "\(place) \(column)")
      }
    }
  }

  private func compareIntervals(_ log: HighResolutionLog, _ out: String) throws {
    let classes: [String: PhaseInterval.Kind] = [
      "Green": .green, "Yellow": .yellow, "Red": .redClearance, "Split": .split,
    ]
    let theirs = try Self.table(out + "/timeline.csv").compactMap { row -> String? in
      guard let kind = classes[row["EventClass"] ?? ""] else { return nil }
      let duration = Double(row["Duration"] ?? "") ?? -1
      let phase = Int(Double(row["EventValue"] ?? "") ?? -1)
      let start = try #require(LocalTimestamp(row["StartTime"] ?? ""))
      return "\(row["DeviceId"] ?? "") \(phase) \(kind) \(start) \((duration * 10).rounded())"
    }
    let mine = log.devices.indices.flatMap { device in
      log.intervals(of: device).filter { classes.values.contains($0.kind) }.map {
        "\(log.devices[device]) \($0.phase) \($0.kind) \($0.start) \(($0.duration.seconds * 10).rounded())"
      }
    }
    #expect(theirs.sorted() == mine.sorted())
    #expect(!mine.isEmpty)
  }
}
