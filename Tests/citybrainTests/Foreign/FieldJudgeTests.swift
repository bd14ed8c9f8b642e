import Foundation
import Testing

@testable import citybrain

private let python = ProcessInfo.processInfo.environment["CITYBRAIN_JUDGE_PYTHON"]
private let tool = ProcessInfo.processInfo.environment["CITYBRAIN_TOOL"]

/// Clients and devices that we did not write, against the tool itself. To run these:
///
///     apt-get install snmp snmpd
///     python3 -m venv judges && judges/bin/pip install pymodbus pyserial
///     swift build
///     CITYBRAIN_JUDGE_PYTHON=judges/bin/python CITYBRAIN_TOOL=.build/debug/citybrain \
///       swift test --filter FieldJudgeTests
@Suite(
  "Judges of the field", .serialized,
  .enabled(
    if: python != nil && tool != nil,
    "SKIPPED: set CITYBRAIN_JUDGE_PYTHON to a Python with pymodbus, and CITYBRAIN_TOOL to the tool; net-snmp too"
  ))
struct FieldJudgeTests {
  private func judge(_ script: String, _ words: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Judges")
    let program = URL(fileURLWithPath: try #require(tool)).path
    process.arguments = [folder.appendingPathComponent(script).path, program] + words
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    print(text)
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("ok  "))
  }

  private var shipped: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios").path
  }

  @Test("net-snmp reads, walks, sets and is refused, over UDP and over PMPP on a serial line")
  func netSNMP() throws { try judge("net_snmp_judge.py", ["\(shipped)/isolated-junction"]) }

  @Test("our client watches, commands and downloads to a controller behind net-snmp's own agent")
  func agent() throws {
    let bench = try Workbench()
    try judge("snmp_agent_judge.py", [bench.folder])
  }

  @Test("pymodbus is the I/O board on a serial line", arguments: ["19200", "115200"])
  func board(speed: String) throws {
    let bench = try Workbench()
    try judge("board_judge.py", [bench.folder, speed])
  }
}
