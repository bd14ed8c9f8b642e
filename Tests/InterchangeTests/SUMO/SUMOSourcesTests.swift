import Testing
import TrafficModel

@testable import Interchange

/// Scenarios as sources for netconvert.
@Suite struct SUMOSourcesTests {
  private func sources(_ name: String, replication: Int = 1) throws -> [String: String] {
    let scenario = try ScenarioFiles.read(name).scenario
    let sources = try SUMOSources.make(scenario, name: name, replication: replication)
    return Dictionary(sources.files.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
  }

  @Test("pockets become edges of their own, entered from the lane beside")
  func pockets() throws {
    let files = try sources("isolated-junction")
    let edges = try #require(files["isolated-junction.edg.xml"])
    #expect(edges.contains("<edge id=\"N-C_to75\" from=\"N\" to=\"N-C_at75\" numLanes=\"2\""))
    #expect(edges.contains("<edge id=\"N-C\" from=\"N-C_at75\" to=\"C\" numLanes=\"3\""))
    let connections = try #require(files["isolated-junction.con.xml"])
    #expect(connections.contains("from=\"N-C_to75\" to=\"N-C\" fromLane=\"1\" toLane=\"2\""))
  }

  @Test("a program has one character for each governed lane of each movement, and lasts one cycle")
  func programs() throws {
    let files = try sources("isolated-junction")
    let text = try #require(files["isolated-junction.tll.xml"])
    let links = text.split(separator: "\n").count { $0.contains("linkIndex=") }
    let states = text.split(separator: "\n").compactMap { line in
      line.firstRange(of: "state=\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
    }
    #expect(links == 16 && states.allSatisfy { $0.count == links })
  }

  @Test("every vehicle drives edges that the network has, and other replications have other vehicles")
  func demand() throws {
    let first = try sources("isolated-junction")
    let second = try sources("isolated-junction", replication: 2)
    let name = "isolated-junction.rou.xml"
    #expect(first[name] != second[name])
    #expect(first[name] == (try sources("isolated-junction"))[name])
    let scenario = try ScenarioFiles.read("isolated-junction").scenario
    let expected =
      scenario.demand.sources.reduce(0) { $0 + ($1.flow.first?.vehiclesPerHour ?? 0) } / 3600
      * scenario.run.end.seconds
    let count = (first[name] ?? "").split(separator: "\n").count { $0.contains("<vehicle ") }
    // Poisson: four standard deviations.
    #expect((Double(count) - expected).magnitude < 4 * expected.squareRoot())
  }

  @Test("a ring-barrier controller becomes a NEMA controller with one state for each phase")
  func nema() throws {
    let scenario = try ScenarioFiles.read("isolated-junction").scenario
    let sources = try SUMOSources.make(scenario, name: "x", programs: .nema)
    let text = try #require(sources.files.first { $0.name == "x.tll.xml" }?.text)
    #expect(text.contains("type=\"NEMA\"") && text.contains("key=\"coordinate-mode\" value=\"true\""))
    let phases = scenario.controllers[0].phases
    let lines = text.split(separator: "\n").filter { $0.contains("<phase ") }
    #expect(lines.count == phases.count)
    for phase in phases {
      let line = try #require(lines.first { $0.contains("name=\"\(phase.number)\"") })
      #expect(line.contains("yellow=\"\(SUMOText.number(phase.yellow.seconds))\""))
      // Every phase lets somebody go.
      let state = try #require(line.firstRange(of: "state=\"").map { line[$0.upperBound...] })
      #expect(state.prefix { $0 != "\"" }.contains { $0 == "G" || $0 == "g" })
    }
    // Rings are told in the order of the diagram.
    let diagram = scenario.controllers[0].diagram
    let ring = diagram.rings[0].joined().map { "\(phases[$0].number)" }.joined(separator: ",")
    #expect(text.contains("key=\"ring1\" value=\"\(ring)\""))
  }

  @Test("a controller with stages stays a fixed program, and that is told")
  func nemaOfStages() throws {
    let scenario = try ScenarioFiles.read("four-stage").scenario
    let sources = try SUMOSources.make(scenario, name: "x", programs: .nema)
    #expect(!sources.files.contains { $0.text.contains("type=\"NEMA\"") })
    #expect(sources.warnings.contains { $0.rule == "sumo-nema" })
  }

  @Test("a link that several groups let go shows the strongest of their lamps")
  func severalGroups() {
    var link = SUMOMapping.SignalLink(
      protectedGroup: 0, permittedGroup: 1, restCharacter: UInt8(ascii: "r"))
    link.moreProtectedGroups = [2]
    link.morePermittedGroups = [3]
    let signal = SUMOMapping.Signal(id: "a", links: [link], excludedPairs: [])
    func shown(_ lamps: [Indication]) -> String { String(decoding: signal.state(lamps), as: UTF8.self) }
    #expect(shown([.red, .red, .green, .red]) == "G")
    #expect(shown([.red, .red, .red, .green]) == "g")
    #expect(shown([.red, .red, .yellow, .red]) == "y")
    #expect(shown([.red, .green, .yellow, .red]) == "g")
    #expect(shown([.red, .red, .red, .red]) == "r")
  }
}
