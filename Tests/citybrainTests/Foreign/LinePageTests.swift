import Foundation
import Testing

@testable import citybrain

private let python = ProcessInfo.processInfo.environment["CITYBRAIN_JUDGE_PYTHON"]

/// The programs of the line protocol's page, as they stand there:
///
///     CITYBRAIN_JUDGE_PYTHON=python3 swift test --filter LinePageTests
@Suite(
  "Programs of the line protocol's page",
  .enabled(if: python != nil, "SKIPPED: set CITYBRAIN_JUDGE_PYTHON to a Python 3"))
struct LinePageTests {
  private func programs() throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent(
        "Sources/CabinetProtocols/CabinetProtocols.docc/LineProtocol.md"), encoding: .utf8)
    return page.components(separatedBy: "```python\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  /// The page's program number `index` as a command without spaces.
  private func command(_ index: Int, in bench: Workbench) throws -> String {
    let programs = try programs()
    #expect(programs.count == 2)
    try bench.write(programs[index], to: "program\(index).py")
    return "external:\(python ?? "")${IFS}\(bench.path("program\(index).py"))"
  }

  @Test("the strategy runs, twice the same")
  func strategy() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let line = "simulate @crossing.json --json --strategy \(try command(0, in: bench))"
    let first = bench.run(line)
    #expect(first.code == .success, "\(first.words)")
    #expect(bench.run(line).output == first.output)
    let fixed = bench.run("simulate @crossing.json --json")
    #expect(fixed.output != first.output)
  }

  @Test("the road runs under our cabinets, twice the same")
  func road() throws {
    let bench = try Workbench()
    try bench.write(Workbench.crossing, to: "crossing.json")
    let line = "drive @crossing.json --strategy actuated --road \(try command(1, in: bench)) --event-log"
    let first = bench.run("\(line) @one")
    #expect(first.code == .success, "\(first.words)")
    #expect(bench.run("\(line) @two").code == .success)
    let log = try bench.read("one/events.csv")
    #expect(try bench.read("two/events.csv") == log)
    #expect(log.split(separator: "\n").count > 200)
  }
}
