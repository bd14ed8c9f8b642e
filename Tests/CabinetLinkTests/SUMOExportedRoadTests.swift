import CabinetLink
import ControlLoop
import Foundation
import Interchange
import TestSupport
import Testing
import TrafficModel

/// A scenario of ours on SUMO's road: written as sources, made a network, driven by our cabinets.
@Suite(.enabled(if: SUMOUnderTest.named != nil, SUMOUnderTest.hint), .serialized)
struct SUMOExportedRoadTests {
  /// The network of a shipped scenario, and what its lanes and lamps are called there.
  private func made(_ name: String, in folder: URL) throws -> (Scenario, SUMOFile, [String: String]) {
    let path = SUMOUnderTest.repository.appending(path: "Scenarios/\(name)/scenario.json").path
    let scenario = try ScenarioReader.read(SUMOUnderTest.file(path).bytes, file: path).scenario
    let sources = try SUMOSources.make(scenario, name: "road")
    var paths: [String: String] = [:]
    for file in sources.files {
      let place = folder.appending(path: file.name)
      try Data(file.text.utf8).write(to: place)
      paths[file.name] = place.path
    }
    let program = URL(fileURLWithPath: try SUMOUnderTest.program()).deletingLastPathComponent()
      .appendingPathComponent("netconvert")
    try SUMOProcess.runToEnd(
      program: program.path,
      arguments: sources.netconvertArguments.dropFirst().map { word in
        word.hasSuffix(".xml") ? folder.appending(path: word).path : word
      })
    return (scenario, try SUMOUnderTest.file(folder.appending(path: "road.net.xml").path), paths)
  }

  @Test("lanes, pockets and lamps of a scenario are found in the network made of it")
  func mapping() throws {
    try SUMOUnderTest.withFolder { folder in
      let (scenario, net, _) = try made("isolated-junction", in: folder)
      let mapping = try SUMOSources.mapping(of: scenario, to: net)
      #expect(mapping.lanes.count == LaneNumbering(scenario.network).count)
      // A pocket of 75 m begins 75 m before the stop line, and the lane beside it further up.
      let pocket = try #require(mapping.begins["N-C_2"])
      let before = try #require(mapping.begins["N-C_to75_1"])
      #expect((pocket - 75).magnitude < 1 && before > pocket + 50)
      #expect(mapping.signals.count == 1 && mapping.signals[0].links.count == 16)
      #expect(!mapping.signals[0].excludedPairs.isEmpty && !mapping.innerLanes.isEmpty)
    }
  }

  @Test("our ring-barrier cabinets drive the network of their own scenario")
  func drive() throws {
    try SUMOUnderTest.withFolder { folder in
      let (scenario, net, paths) = try made("isolated-junction", in: folder)
      let trips = folder.appending(path: "trips.xml").path
      let run = SUMORun(
        net: net.name, routes: [try #require(paths["road.rou.xml"])], beginSeconds: 0, endSeconds: 400,
        tripinfo: trips)
      let process = try SUMOProcess(program: SUMOUnderTest.program(), arguments: run.arguments)
      let connection = TraCIConnection(try process.connect())
      defer { process.finish() }
      let road = try TraCIRoad(
        connection, scenario: scenario, mapping: try SUMOSources.mapping(of: scenario, to: net))
      var loop = Loop(
        road: road, cabinets: try SUMOUnderTest.cabinets(scenario), brain: PlainStrategy(program: .free))
      try loop.run(until: SimTime(seconds: 400))
      #expect(loop.road.failure == nil)
      connection.close()
      process.finish()
      let all = try SUMOTripReader.read(SUMOUnderTest.file(trips))
      #expect(all.count { $0.arrivalSeconds >= 0 } > 100)
    }
  }

  @Test("a network that was not made of the scenario is refused by what it lacks")
  func otherNetwork() throws {
    let path = SUMOUnderTest.repository.appending(path: "Scenarios/t-junction/scenario.json").path
    let scenario = try ScenarioReader.read(SUMOUnderTest.file(path).bytes, file: path).scenario
    let net = try SUMOUnderTest.file(SUMOUnderTest.fixture("junction.net.xml"))
    let error = #expect(throws: DocumentError.self) { try SUMOSources.mapping(of: scenario, to: net) }
    #expect(error?.found.hasPrefix("no lane") == true)
  }
}
