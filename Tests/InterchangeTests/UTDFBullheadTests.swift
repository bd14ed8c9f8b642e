import Foundation
import Interchange
import Testing
import TrafficModel

/// A public real corridor (xyluo25/utdf2gmns, data_bullhead_seg4/UTDF.csv, MIT), which is not part of this package.
///
/// Runs only where the environment variable names a copy of it.
private let bullhead = ProcessInfo.processInfo.environment["CITYBRAIN_BULLHEAD_UTDF"]

@Suite(
  .enabled(
    if: bullhead != nil,
    "THE REAL CORRIDOR WAS NOT CHECKED: set CITYBRAIN_BULLHEAD_UTDF to the path of Bullhead's UTDF.csv"))
struct UTDFBullheadTests {
  private func read() throws -> UTDFImport {
    let path = try #require(bullhead)
    return try UTDFReader.read([UInt8](Data(contentsOf: URL(fileURLWithPath: path))), file: "UTDF.csv")
  }

  @Test("eight signals, fourteen edges and eight pretimed controllers with two reference phases are read")
  func facts() throws {
    let result = try read()
    let network = result.scenario.network
    #expect(network.nodes.count { $0.control == .signal } == 8)
    #expect(network.nodes.count { $0.control == .external } == 14)
    let controllers = result.scenario.controllers
    #expect(controllers.map(\.name) == ["39", "75", "78", "80", "82", "84", "87", "98"])
    #expect(
      controllers.map { $0.patterns[0].cycle.milliseconds } == [
        73_200, 70_300, 57_100, 45_000, 76_500, 65_400, 68_200, 60_500,
      ])
    for controller in controllers {
      guard case .ringBarrier(_, _, let references) = controller.patterns[0].timing else { continue }
      #expect(references.map { controller.phases[$0].number } == [2, 6])
      #expect(controller.patterns[0].reference == .lastGreen)
    }
    #expect(result.rules("recall-substituted").first?.message.contains("46 places") == true)
    for rule in [
      "ring-sum", "cycle-sum", "phase-order", "phase-gap", "phase-moved", "offset-overridden", "row-unknown",
    ] { #expect(result.rules(rule).isEmpty, "\(rule)") }
  }

  @Test("splits fill the cycle in both rings at five controllers, the others have a ring that dwells")
  func splits() throws {
    var full = 0
    for controller in try read().scenario.controllers {
      guard case .ringBarrier(let diagram, let splits, _) = controller.patterns[0].timing else { continue }
      let sums = diagram.rings.map { ring in ring.joined().reduce(TimeSpan.zero) { $0 + splits[$1] } }
      let dwells = diagram.rings.contains { ring in ring.contains(where: \.isEmpty) }
      if sums.allSatisfy({ $0 == controller.patterns[0].cycle }) { full += 1 } else { #expect(dwells) }
    }
    #expect(full == 5)
  }

  @Test("every phase starts at its Start and its green ends at End − yellow − all-red")
  func times() throws {
    let path = try #require(bullhead)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
    func times(_ name: String, _ controller: String) -> [Double?] {
      let row = lines.last { $0.hasPrefix("\(name),\(controller),") } ?? ""
      return row.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2).map { Double($0) }
    }
    var checked = 0
    for controller in try read().scenario.controllers {
      let pattern = controller.patterns[0]
      let timeline = try controller.timeline(of: pattern)
      let starts = times("Start", controller.name)
      let ends = times("End", controller.name)
      for interval in timeline.intervals {
        let phase = controller.phases[interval.index]
        let start = TimeSpan(seconds: try #require(starts[phase.number - 1])).modulo(pattern.cycle)
        let end = TimeSpan(seconds: try #require(ends[phase.number - 1]))
        let green = try #require(timeline.greens[phase.groups[0]].first)
        #expect(green.start == start)
        #expect((green.start + green.duration - end + phase.clearance).modulo(pattern.cycle) == .zero)
        checked += 1
      }
    }
    #expect(checked == 46)
  }

  @Test("junctions 39 and 82 carry impossible counts")
  func suspects() throws {
    let result = try read()
    let names = result.suspectJunctions.map { result.scenario.network[$0].name }
    #expect(names == ["39", "82"])
    let degrees = Dictionary(
      uniqueKeysWithValues: result.suspectCounts.map { ($0.label, $0.saturationDegree) })
    #expect(abs((degrees["39 NBT"] ?? 0) - 9.08) < 0.01)
    #expect(abs((degrees["39 SBT"] ?? 0) - 5.65) < 0.01)
    #expect(abs((degrees["82 NBT"] ?? 0) - 1.72) < 0.01)
    #expect(abs((degrees["82 WBL"] ?? 0) - 2.45) < 0.01)
  }

  @Test("all lane groups turn out to be lanes of 1900 cars per hour")
  func headways() throws {
    let lanes = try read().scenario.network.links.flatMap(\.lanes).compactMap(\.saturationHeadwaySeconds)
    #expect(lanes.count == 74)
    for headway in lanes { #expect(abs(headway - 3600.0 / 1900) < 0.003) }
  }

  @Test("the corridor runs along SR 95 through all eight signals")
  func corridor() throws {
    let scenario = try read().scenario
    #expect(scenario.corridor.count { scenario.network[scenario.network[$0].to].control == .signal } == 8)
    #expect(Set(scenario.corridor.map { scenario.network[$0].title }) == ["SR 95"])
  }
}
