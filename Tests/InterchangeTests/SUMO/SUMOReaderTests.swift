import Testing
import TrafficModel

@testable import Interchange

/// Networks and demand of SUMO.
@Suite struct SUMOReaderTests {
  private static let folder = "Tests/InterchangeTests/Fixtures/sumo"

  /// - Parameter edits: texts of the network that are replaced.
  private func junction(
    _ options: SUMOOptions = SUMOOptions(), replacing edits: [(String, String)] = []
  ) throws -> SUMOImport {
    var text = String(decoding: try ScenarioFiles.bytes(Self.folder + "/junction.net.xml"), as: UTF8.self)
    for (old, new) in edits {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    let net = SUMOFile(name: "junction.net.xml", bytes: Array(text.utf8))
    let routes = SUMOFile(
      name: "junction.rou.xml", bytes: try ScenarioFiles.bytes(Self.folder + "/junction.rou.xml"))
    return try SUMOReader.read(net: net, routes: [routes], options: options)
  }

  private func routes(_ text: String) throws -> SUMODemand {
    try SUMORoutesReader.read([SUMOFile(name: "a.rou.xml", bytes: Array(text.utf8))])
  }

  @Test("a junction of netconvert becomes links, movements and one controller, without an error")
  func network() throws {
    let result = try junction()
    let network = result.scenario.network
    #expect(network.links.count == 12)
    #expect(network.movements.count { network[$0.node].control == .signal } == 12)
    #expect(result.scenario.controllers.map(\.name) == ["signal_C"])
    #expect(result.counts.signalLinks == 16)
    #expect(result.scenario.findings().filter { $0.severity == .error }.isEmpty)
    // Both lanes ahead serve the through movement, the third the left turn.
    let through = try #require(
      network.movements.first { network[$0.from].name == "N-C" && network[$0.to].name == "C-S" })
    #expect(through.lanes == [0, 1] && through.turn == .through)
    #expect((through.innerLengthMeters - 27.43).magnitude < 1e-9)
  }

  @Test("the plan read is the program written, second by second")
  func plan() throws {
    let result = try junction()
    let controller = result.scenario.controllers[0]
    let signal = result.mapping.signals[0]
    let phases = try SUMOProgramWriter.phases(of: controller) { signal.state($0) }
    #expect(phases.reduce(0) { $0 + $1.tenths } == 1100)
    // Its own first phase, and the state in which the northern left turn and the western one are over.
    #expect(phases.first?.state == "rrrrrGGGrrrrrrrr")
    #expect(phases.contains { $0.state == "rrrrrrrrGrrrGrrr" && $0.tenths == 115 })
    let text = try SUMOProgramWriter.additional(result.scenario, result.mapping, beginSeconds: 0)
    #expect(text.contains("<phase duration=\"36.5\" state=\"rGGGrGGGrrrrrrrr\"/>"))
  }

  @Test("greens whose ways cross exclude each other, and never show together in the plan")
  func conflicts() throws {
    let result = try junction()
    let signal = result.mapping.signals[0]
    // The western through lane (1) and the northern one (9).
    #expect(signal.excludedPairs.contains(SUMOMapping.LinkPair(first: 1, second: 9)))
    let phases = try SUMOProgramWriter.phases(of: result.scenario.controllers[0]) { signal.state($0) }
    for phase in phases { #expect(signal.excludedPair(in: Array(phase.state.utf8)) == nil) }
  }

  @Test("another yellow keeps the red clearances")
  func yellow() throws {
    let before = try junction().scenario.controllers[0]
    let after = try junction(SUMOOptions(yellow: TimeSpan(milliseconds: 3000))).scenario.controllers[0]
    for group in after.groups { #expect(group.losingDuration == TimeSpan(milliseconds: 3000)) }
    for a in after.groups.indices {
      for b in after.groups.indices where after.conflicts[a, b] == .excluded {
        #expect(
          after.intergreens[a, b] - after.groups[a].losingDuration
            == before.intergreens[a, b] - before.groups[a].losingDuration)
      }
    }
  }

  @Test("vehicles outside the window are left out and told")
  func window() throws {
    let all = try junction()
    let part = try junction(SUMOOptions(beginSeconds: 5, endSeconds: 20))
    #expect(all.scenario.demand.trips.count == 40)
    #expect(part.scenario.demand.trips.count < 40)
    #expect(part.warnings.contains { $0.rule == "sumo-window" })
    #expect(part.scenario.demand.trips.allSatisfy { (0..<15).contains($0.departureSeconds) })
  }

  private func assignment(_ detector: String, in result: SUMOImport) throws -> DetectorAssignment {
    let index = try #require(result.scenario.network.detectors.firstIndex { $0.name == detector })
    return try #require(
      result.scenario.controllers[0].detectors.first { $0.detector == DetectorID(index) })
  }

  private func stages(
    from: String, to: String, in result: SUMOImport, _ groups: KeyPath<Movement, [Int]>
  ) throws -> [Int] {
    let network = result.scenario.network
    let controller = result.scenario.controllers[0]
    let movement = try #require(
      network.movements.first { network[$0.from].name == from && network[$0.to].name == to })
    return controller.stages.indices.filter { stage in
      movement[keyPath: groups].contains { controller.stages[stage].groups.contains($0) }
    }
  }

  @Test("a lane that is green in two stages in a row calls the first of them and extends the second")
  func detectors() throws {
    let result = try junction()
    let serving = try stages(from: "E-C", to: "C-W", in: result, \.protectedGroups)
    #expect(serving.count == 2 && serving[1] == serving[0] + 1)
    let assignment = try assignment("E-C_1 stop line", in: result)
    #expect(assignment.calls == [serving[0]] && assignment.extends == [serving[1]])
  }

  @Test("who waits to go straight on does not extend the left turns' own stage from the lane that both share")
  func sharedLane() throws {
    // Left turns out of the lane of those who go straight on, first yielding and then alone.
    let left = #"from="N-C" to="C-E" fromLane="#
    let result = try junction(replacing: [
      (left + #""2""#, left + #""1""#), ("rrrrrrrrGrrrGrrr", "rrrrrrrrGrrrrrrr"),
      ("rrrrrrrryrrryrrr", "rrrrrrrryrrrrrrr"), ("rrrrrrrrrGGGrGGG", "rrrrrrrrgGGGgGGG"),
      ("rrrrrrrrryyyryyy", "rrrrrrrryyyyyyyy"),
    ])
    let straight = try stages(from: "N-C", to: "C-S", in: result, \.protectedGroups)
    let alone = try stages(from: "N-C", to: "C-E", in: result, \.protectedGroups)
    #expect(straight.count == 1 && alone.count == 1 && straight != alone)
    let assignment = try assignment("N-C_1 stop line", in: result)
    #expect(assignment.calls == (straight + alone).sorted() && assignment.extends == straight)
  }

  @Test("before a stop line right behind a node the lanes in front of the node are watched as well")
  func shortLink() throws {
    let lanes = (0...2).map { (#"id="N-C_\#($0)" index="\#($0)" speed="13.89" length="75.00""#) }
    let result = try junction(
      replacing: lanes.map { ($0, $0.replacing("75.00", with: "5.00")) })
    let line = try assignment("N-C_2 stop line", in: result)
    let before = try assignment("N-C_to75_1 before N-C_2", in: result)
    #expect(before.calls == line.calls && before.extends == line.extends)
    #expect(result.scenario.network.detectors[line.detector.index].lengthMeters == 5)
    #expect((result.scenario.network.detectors[before.detector.index].lengthMeters - 7.2).magnitude < 1e-9)
  }

  @Test("a lane inside the junction leads to the lane behind it")
  func innerLanes() throws {
    let result = try junction()
    let inner = try #require(result.mapping.innerLanes[":C_1_1"])
    #expect(result.mapping.lanes[inner.to.index] == "C-S_1")
    #expect((inner.remainingMeters - 27.43).magnitude < 1e-9)
  }

  // MARK: - Demand

  @Test("flows say their rate in four ways")
  func flows() throws {
    let demand = try routes(
      """
      <routes>
        <flow id="a" begin="0" end="3600" vehsPerHour="120" from="x" to="y"/>
        <flow id="b" begin="0" end="1800" number="60" from="x" to="y"/>
        <flow id="c" begin="0" end="3600" period="30" from="x" to="y"/>
        <flow id="d" begin="0" end="3600" probability="0.05" from="x" to="y"/>
        <flow id="e" begin="0" end="3600" period="exp(0.1)" from="x" to="y"/>
      </routes>
      """)
    #expect(demand.flows.map(\.vehiclesPerHour) == [120, 120, 120, 180, 360])
    #expect(demand.flows.map(\.isUniform) == [true, true, true, false, false])
  }

  @Test("types have the defaults of their class")
  func types() throws {
    let demand = try routes(
      """
      <routes>
        <vType id="lorry" vClass="truck"/>
        <vType id="short" length="4.3" minGap="1.5"/>
      </routes>
      """)
    #expect(demand.types["lorry"]?.lengthMeters == 7.1 && demand.types["lorry"]?.acceleration == 1.3)
    #expect(demand.types["short"]?.lengthMeters == 4.3 && demand.types["short"]?.acceleration == 2.6)
  }

  @Test("what is not understood is listed")
  func unknown() throws {
    let demand = try routes(
      "<routes><person id=\"p\" depart=\"0\"/><vehicle id=\"v\" depart=\"triggered\" from=\"a\" to=\"b\"/></routes>"
    )
    #expect(demand.unknown["<person> in <routes>"] == 1)
    #expect(demand.unknown["depart=\"triggered\""] == 1)
  }

  @Test(
    "times are seconds or clock times",
    arguments: [("90", 90.0), ("0:01:30", 90), ("1:00:00:00.5", 86_400.5), ("soon", nil), ("1:30", nil)])
  func times(text: String, seconds: Double?) { #expect(SUMOTime.seconds(text) == seconds) }

  // MARK: - Errors

  private func error(_ text: String) -> DocumentError? {
    do {
      _ = try SUMOReader.read(net: SUMOFile(name: "a.net.xml", bytes: Array(text.utf8)))
      return nil
    } catch {
      return error
    }
  }

  @Test("a packed file says how to unpack it")
  func packed() {
    let result = #expect(throws: DocumentError.self) {
      try SUMOReader.read(net: SUMOFile(name: "a.net.xml.gz", bytes: [0x1F, 0x8B, 8, 0]))
    }
    #expect(result?.mend.contains("gzip -dc") == true)
  }

  @Test("errors name the line and what was expected")
  func errors() {
    #expect(error("<net>\n<edge id=\"a\" from=\"x\">\n</edge></net>")?.line == 2)
    #expect(error("<nodes/>")?.expected.contains("<net>") == true)
    #expect(error("<net></edges>")?.expected.contains("XML") == true)
    #expect(error("<net/>")?.found == "no edge")
    let state =
      "<net><tlLogic id=\"J\"><phase duration=\"5\" state=\"GG\"/><phase duration=\"5\" state=\"G\"/></tlLogic></net>"
    #expect(error(state)?.expected.hasPrefix("2, as in the first phase") == true)
    let odd = "<net><tlLogic id=\"J\"><phase duration=\"5\" state=\"GX\"/></tlLogic></net>"
    #expect(error(odd)?.found == "the signal character \"X\"")
  }
}
