import Foundation
import Interchange
import Testing
import TrafficModel

@testable import citybrain

@Suite("Event logs and their replay")
struct ReplayTests {
  private static func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing/scenario.json")
    return bench
  }

  private static func simulated(_ strategy: String, in bench: Workbench) throws {
    let ending = bench.run("simulate @crossing --strategy \(strategy) --event-log @log --quiet")
    #expect(ending.code == .success, "\(ending.words)")
    #expect(try bench.contents().contains("log"))
  }

  @Test(
    "a log of our own simulation, replayed, agrees to the last interval", arguments: ["fixed", "actuated"])
  func ownLog(strategy: String) throws {
    let bench = try Self.bench()
    try Self.simulated(strategy, in: bench)
    let ending = bench.run("replay @log/events.csv --scenario @crossing --strategy \(strategy) --json")
    #expect(ending.code == .success, "\(ending.output) \(ending.words)")
    let document = try JSONValue.parse(Array(ending.output.utf8), file: "replay.json").value
    #expect(document["schema"]?.string == "citybrain.replay/1")
    #expect(document["result"]?["differing"]?.int == 0)
    #expect(try #require(document["result"]?["agreeing"]?.int) > 20)
  }

  @Test("the same run writes the same bytes, dated as it is told")
  func sameBytes() throws {
    let bench = try Self.bench()
    try Self.simulated("actuated", in: bench)
    let events = try bench.read("log/events.csv")
    let detectors = try bench.read("log/detectors.csv")
    let performance = try bench.read("log/performance.csv")
    try Self.simulated("actuated", in: bench)
    #expect(try bench.read("log/events.csv") == events)
    #expect(try bench.read("log/detectors.csv") == detectors)
    #expect(try bench.read("log/performance.csv") == performance)
    #expect(events.hasPrefix("TimeStamp,DeviceId,EventId,Parameter\n2026-01-01 00:00:00.0,C,"))
    #expect(detectors.contains("C,2,1,Presence\n"))
    #expect(detectors.contains(",Advance\n"))
    let dated = bench.run(
      "simulate @crossing --event-log @dated --event-log-start 2025-06-30T06:59:00 --quiet")
    #expect(dated.code == .success, "\(dated.words)")
    #expect(try bench.read("dated/events.csv").contains("\n2025-06-30 07:0"))
  }

  @Test("a log that another plan made differs, and the differences are listed")
  func otherPlan() throws {
    let bench = try Self.bench()
    try Self.simulated("actuated", in: bench)
    let ending = bench.run("replay @log/events.csv --scenario @crossing --strategy fixed --limit 3")
    #expect(ending.code == .disagreement)
    #expect(ending.output.contains("C: "))
    #expect(ending.output.contains("intervals agree\n  phase  interval"))
    #expect(ending.output.contains("more; --limit"))
    #expect(ending.words.contains("intervals differ"))
  }

  @Test("a pattern can be asked for instead of a strategy, and a device be taken for a controller")
  func pattern() throws {
    let bench = try Self.bench()
    try Self.simulated("fixed", in: bench)
    let renamed = try bench.read("log/events.csv").replacing(",C,", with: ",4711,")
    try bench.write(renamed, to: "field.csv")
    let unknown = bench.run("replay @field.csv --scenario @crossing")
    #expect(unknown.code == .invalidInput)
    #expect(unknown.words.contains("4711"))
    let ending = bench.run("replay @field.csv --scenario @crossing --controller C --pattern 1")
    #expect(ending.code == .success, "\(ending.output) \(ending.words)")
  }

  @Test(
    "what cannot be replayed is refused with a reason",
    arguments: [
      ("replay @log/events.csv", ExitCode.usage, "--scenario"),
      ("replay @log/events.csv --scenario @crossing --strategy fixt", .usage, "fixed"),
      ("replay @log/events.csv --scenario @crossing --strategy fixed --pattern 1", .usage, "exclude"),
      ("replay @log/events.csv --scenario @crossing --epoch noon", .usage, "local time"),
      ("replay @none.csv --scenario @crossing", .inputOutput, "no such file"),
      ("replay @log/detectors.csv --scenario @crossing", .invalidInput, "TimeStamp"),
      ("replay @empty.csv --scenario @crossing", .invalidInput, "no events"),
    ])
  func refused(line: String, code: ExitCode, words: String) throws {
    let bench = try Self.bench()
    try Self.simulated("fixed", in: bench)
    try bench.write("TimeStamp,DeviceId,EventId,Parameter\n", to: "empty.csv")
    let ending = bench.run(line)
    #expect(ending.code == code, "\(ending.words)")
    #expect(ending.words.contains(words), "\(ending.words)")
  }
}
