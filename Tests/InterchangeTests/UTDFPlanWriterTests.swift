import Interchange
import Testing
import TestSupport
import TrafficModel

@Suite("Timing plans written into UTDF files")
struct UTDFPlanWriterTests {
  static let file = GeneratedUTDF(rows: 1, columns: 2)

  static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The first controller's first and last phase of each ring longer, another offset.
  static func changed(_ scenario: Scenario) -> TimingPlan? {
    var plan = TimingPlan(onTheStreetOf: scenario)
    var pattern = plan.entries[0].pattern
    guard case .ringBarrier(let diagram, var splits, let references) = pattern.timing else { return nil }
    for sides in diagram.rings {
      let phases = sides.joined().filter { splits[$0] > .zero }
      for (phase, tenths) in zip([phases.first, phases.last].compactMap { $0 }, [20, 30]) {
        splits[phase] += TimeSpan(tenths: tenths)
      }
    }
    pattern.cycle += TimeSpan(tenths: 50)
    pattern.offset = TimeSpan(seconds: 12)
    pattern.timing = .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
    plan.entries[0].pattern = pattern
    return plan
  }

  @Test("a file with the plan that it has is read as before")
  func unchanged() throws {
    let bytes = Array(Self.file.text.utf8)
    let scenario = try UTDFReader.read(bytes, file: "x.csv").scenario
    let plan = TimingPlan(onTheStreetOf: scenario)
    let result = try UTDFPlanWriter.rewritten(bytes, file: "x.csv", plan: plan, of: scenario)
    #expect(result.missing.isEmpty)
    let again = try UTDFReader.read(result.bytes, file: "x.csv").scenario
    #expect(again.controllers == scenario.controllers)
  }

  @Test("a changed plan is read back as it was written, and only cells of its timings differ")
  func changedPlan() throws {
    let bytes = Array(Self.file.text.utf8)
    let scenario = try UTDFReader.read(bytes, file: "x.csv").scenario
    let plan = try #require(Self.changed(scenario))
    let result = try UTDFPlanWriter.rewritten(bytes, file: "x.csv", plan: plan, of: scenario)
    #expect(result.changedCells > 5)
    let again = try UTDFReader.read(result.bytes, file: "x.csv").scenario
    #expect(again.controllers[0].patterns == [plan.entries[0].pattern])
    #expect(again.controllers.dropFirst() == scenario.controllers.dropFirst())
    let keys = [
      "Cycle Length", "Offset", "Start", "End", "Yield", "Yield170", "LocalStart", "LocalYield",
      "LocalYield170", "ActGreen", "BRP",
    ]
    let before = Self.lines(bytes)
    let after = Self.lines(result.bytes)
    #expect(before.count == after.count)
    for (old, new) in zip(before, after) where old != new {
      #expect(keys.contains { new.hasPrefix("\($0),\(scenario.controllers[0].name),") }, "\(new)")
    }
  }

  @Test("a controller that the file does not have is named")
  func missing() throws {
    let bytes = Array(Self.file.text.utf8)
    var scenario = try UTDFReader.read(bytes, file: "x.csv").scenario
    let plan = TimingPlan(onTheStreetOf: scenario)
    scenario.controllers[1].name = "999"
    let result = try UTDFPlanWriter.rewritten(bytes, file: "x.csv", plan: plan, of: scenario)
    #expect(result.missing == ["999"])
  }
}
