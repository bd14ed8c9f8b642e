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
}
