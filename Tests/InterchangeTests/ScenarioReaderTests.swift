import Testing
import TrafficModel

@testable import Interchange

@Suite("What a scenario file means")
struct ScenarioReaderTests {
  private func good(_ name: String) throws -> Scenario {
    let path = "Tests/InterchangeTests/Fixtures/good/\(name).json"
    return try ScenarioReader.read(ScenarioFiles.bytes(path), file: path).scenario
  }

  private func movement(_ scenario: Scenario, _ from: String, _ to: String) throws -> Movement {
    let network = scenario.network
    return try #require(
      network.movements.first { network[$0.from].name == from && network[$0.to].name == to })
  }

  private func yielded(_ scenario: Scenario, _ from: String, _ to: String) throws -> [String] {
    let network = scenario.network
    return try movement(scenario, from, to).yieldsTo.map {
      "\(network[network[$0].from].name) \(network[network[$0].to].name)"
    }
  }

  private func relation(_ controller: SignalController, _ first: String, _ second: String) throws
    -> GroupRelation
  {
    let a = try #require(controller.groups.firstIndex { $0.name == first })
    let b = try #require(controller.groups.firstIndex { $0.name == second })
    return controller.conflicts[a, b]
  }

  @Test("units in the keys become metres and metres per second")
  func units() throws {
    let network = try good("stages").network
    #expect(network.links[0].lengthMeters == 980 * 0.3048)
    #expect(network.links[0].speedLimitMetersPerSecond == 30 * 0.44704)
    #expect(network.links[0].lanes[1].pocketMeters == 150 * 0.3048)
    #expect(network.nodes[1].position == Point(xMeters: 600 * 0.3048, yMeters: 0))
  }

  @Test("a link without length is as long as the way along its points")
  func defaultLength() throws {
    let network = try good("phases").network
    #expect(network.links[1].lengthMeters == 300)
  }

  @Test("nodes without control are signals, edges or plain nodes by what they are used for")
  func defaultControl() throws {
    let nodes = try good("stages").network.nodes
    #expect(nodes.map(\.control) == [.signal, .priority, .external, .external, .external, .external])
  }

  @Test("without lanes, right turns use the kerb lane, left turns the innermost, through traffic no pockets")
  func defaultLanes() throws {
    let scenario = try good("phases")
    #expect(try movement(scenario, "W-C", "C-N").lanes == [1])
    #expect(try movement(scenario, "W-C", "C-S").lanes == [0])
    #expect(try movement(scenario, "E-C", "C-W").lanes == [0])
  }

  @Test("one vehicle group per phase, then one pedestrian group per walk")
  func groupsOfPhases() throws {
    let controller = try good("phases").controllers[0]
    #expect(controller.groups.map(\.name) == ["2", "4", "5", "6", "8", "4P"])
    #expect(controller.groups.last?.kind == .pedestrian)
    #expect(controller.groups.last?.minimumGreen == TimeSpan(seconds: 7))
    #expect(controller.groups.last?.losing == [TimedIndication(.flashingGreen, TimeSpan(seconds: 12))])
    #expect(controller.phases.map(\.pedestrianGroup) == [nil, 5, nil, nil, nil])
  }

  @Test("phases that never run together exclude each other, with yellow and red clearance between them")
  func exclusions() throws {
    let controller = try good("phases").controllers[0]
    #expect(try relation(controller, "2", "4") == .excluded)
    #expect(try relation(controller, "5", "6") == .excluded)
    #expect(try relation(controller, "2", "6") != .excluded)
    #expect(try relation(controller, "2", "5") == .compatible)
    #expect(controller.intergreens[0, 1] == TimeSpan(seconds: 5))
    #expect(controller.intergreens[0, 3] == .zero)
  }

  @Test("a walk excludes the phases that cross it, its clearance lies before them, and turns beside it yield")
  func pedestrians() throws {
    let controller = try good("phases").controllers[0]
    #expect(try relation(controller, "4P", "2") == .excluded)
    #expect(try relation(controller, "5", "4P") == .excluded)
    #expect(controller.intergreens[5, 0] == TimeSpan(seconds: 12))
    #expect(controller.intergreens[0, 5] == TimeSpan(seconds: 5))
    // The right turn of phase 4 and the permitted left turn of phase 8 cross the crosswalk beside phase 4.
    #expect(try relation(controller, "4", "4P") == .yields)
    #expect(try relation(controller, "8", "4P") == .yields)
    #expect(try relation(controller, "4P", "4") == .compatible)
  }

  @Test(
    "a permitted left turn yields to opposing through and right, a right turn on red to the crossing traffic it joins"
  )
  func derivedYields() throws {
    let scenario = try good("phases")
    #expect(try yielded(scenario, "E-C", "C-S") == ["W-C C-E", "W-C C-S"])
    #expect(try yielded(scenario, "N-C", "C-E") == ["S-C C-N", "S-C C-E"])
    #expect(try yielded(scenario, "N-C", "C-W") == ["E-C C-W"])
    #expect(try yielded(scenario, "W-C", "C-E") == [])
    #expect(try yielded(scenario, "W-C", "C-N") == ["E-C C-W", "E-C C-N"])
    #expect(try relation(scenario.controllers[0], "2", "6") == .yields)
    #expect(try relation(scenario.controllers[0], "6", "2") == .yields)
  }

  @Test("a channelled right turn that no lamp governs yields to all governed movements that it meets")
  func ungovernedRightTurn() throws {
    let bytes = try ScenarioFiles.bytes("Tests/InterchangeTests/Fixtures/good/t-junction.json")
    var text = String(decoding: bytes, as: UTF8.self)
    text.replace(
      #""to": "C-W", "turn": "right", "lanes": [0], "protectedBy": 4"#,
      with: #""to": "C-W", "turn": "right", "lanes": [0]"#)
    let scenario = try ScenarioReader.read(Array(text.utf8), file: "x").scenario
    #expect(try yielded(scenario, "N-C", "C-W") == ["E-C C-W"])
  }

  @Test("detection puts a zone at each stop line, and an advance zone where the lane reaches back to it")
  func detection() throws {
    let scenario = try good("phases")
    let network = scenario.network
    let controller = scenario.controllers[0]
    let names = network.detectors.map(\.name)
    #expect(names.first == "far")
    #expect(names.contains("W-C lane 1 stop line") && names.contains("W-C lane 1 advance"))
    #expect(names.count == 1 + 6 * 2)
    let index = try #require(names.firstIndex(of: "W-C lane 1 stop line"))
    let left = try #require(controller.detectors.first { $0.detector.index == index })
    #expect(left.calls.map { controller.phases[$0].number } == [5])
    #expect(network.detectors[index].lengthMeters == 10)
    let shared = try #require(names.firstIndex(of: "N-C lane 0 stop line"))
    let served = try #require(controller.detectors.first { $0.detector.index == shared })
    #expect(served.extends.map { controller.phases[$0].number } == [4])
  }

  @Test("intergreens written out exclude their pairs, everything else is compatible or yields as written")
  func writtenGroups() throws {
    let controller = try good("stages").controllers[0]
    #expect(try relation(controller, "K1", "K2") == .excluded)
    #expect(try relation(controller, "K2", "P1") == .excluded)
    #expect(try relation(controller, "K1", "P1") == .yields)
    #expect(try relation(controller, "P1", "K1") == .compatible)
    #expect(controller.intergreens[1, 0] == TimeSpan(seconds: 8))
    #expect(controller.intergreens[2, 1] == TimeSpan(seconds: 11))
    #expect(controller.groups[0].gaining == [TimedIndication(.redYellow, TimeSpan(seconds: 1))])
    #expect(controller.stages[0].lateStart == [2: TimeSpan(seconds: 2)])
    #expect(
      controller.patterns[0].timing
        == .stages([
          StageInterval(stage: 0, duration: TimeSpan(seconds: 40)),
          StageInterval(stage: 1, duration: TimeSpan(seconds: 30)),
        ]))
  }

  @Test("a turning step keeps the volumes of links that it does not mention, and replaces those that it does")
  func turningSteps() throws {
    let scenario = try good("phases")
    let first = scenario.demand.turning[0].vehiclesPerHour
    let second = scenario.demand.turning[1].vehiclesPerHour
    #expect(Array(first.prefix(3)) == [40, 250, 30])
    #expect(Array(second.prefix(3)) == [0, 300, 0])
    #expect(Array(second.dropFirst(3)) == Array(first.dropFirst(3)))
    #expect(scenario.demand.turning[1].midblockExitShare[0] == 0.05)
  }

  @Test("a speed in any unit is written so that it reads back to the same bits", arguments: 0..<20)
  func exactSpeeds(seed: Int) throws {
    var scenario = try good("stages")
    var random = RandomStream(state: UInt64(seed))
    for index in scenario.network.links.indices {
      scenario.network.links[index].speedLimitMetersPerSecond = 5 + 20 * random.uniform()
      scenario.network.links[index].lengthMeters = 300 + 100 * random.uniform()
    }
    let text = ScenarioWriter.text(scenario)
    #expect(try ScenarioReader.read(Array(text.utf8), file: "x").scenario == scenario)
  }

  @Test("a scenario in one line reads as the same scenario")
  func layoutDoesNotMatter() throws {
    let scenario = try good("phases")
    let compact = ScenarioWriter.value(scenario).text(pretty: false)
    #expect(try ScenarioReader.read(Array(compact.utf8), file: "x").scenario == scenario)
  }

  @Test("expected vehicles are the flows times their time")
  func expectedVehicles() throws {
    let scenario = try good("phases")
    // 300 veh/h for 100 s, 400.5 veh/h for 260.5 s, and 130 veh/h for 360.5 s.
    let vehicleSeconds: Double = 300 * 100 + 400.5 * 260.5 + 130 * 360.5
    let expected = vehicleSeconds / 3600
    #expect(abs(scenario.demand.expectedVehicles(run: scenario.run) - expected) < 1e-9)
  }

  @Test("target lanes are read, written and read again; lanes that the link does not have are refused")
  func targetLanes() throws {
    let path = "Tests/InterchangeTests/Fixtures/good/phases.json"
    var scenario = try good("phases")
    let index = try #require(scenario.network.movements.firstIndex { $0.lanes.count == 1 })
    scenario.network.movements[index].targetLanes = [0...0]
    let text = ScenarioWriter.text(scenario)
    let again = try ScenarioReader.read(Array(text.utf8), file: path).scenario
    #expect(again.network.movements[index].targetLanes == [0...0])
    #expect(again.network.movements.count { !$0.targetLanes.isEmpty } == 1)
    scenario.network.movements[index].targetLanes = [0...15]
    let wrong = ScenarioWriter.text(scenario)
    #expect(throws: ScenarioErrors.self) { try ScenarioReader.read(Array(wrong.utf8), file: path) }
    #expect(scenario.findings().contains { $0.rule == "movement-target-lanes" && $0.severity == .error })
  }
}
