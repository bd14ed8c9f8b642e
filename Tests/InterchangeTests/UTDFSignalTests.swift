import Interchange
import Testing
import TrafficModel

@Suite struct UTDFSignalTests {
  /// Every phase starts at the file's Start and its green ends at End − yellow − all-red.
  private func expectFileTimes(_ sample: UTDFSample, node: Int = 1) throws {
    let result = try sample.read()
    let controller = try #require(result.scenario.controllers.first { $0.name == "\(node)" })
    let pattern = controller.patterns[0]
    let timeline = try controller.timeline(of: pattern)
    func seconds(_ row: String, _ phase: Int) throws -> Double {
      let row = sample.rows.first { $0.section == "Phases" && $0.name == row && $0.node == node }
      return try #require(row.flatMap { $0.cells["D\(phase)"] }.flatMap(Double.init))
    }
    #expect(timeline.intervals.count == controller.phases.count)
    for interval in timeline.intervals {
      let phase = controller.phases[interval.index]
      let start = TimeSpan(seconds: try seconds("Start", phase.number)).modulo(pattern.cycle)
      let end = TimeSpan(seconds: try seconds("End", phase.number))
      #expect(interval.start == start, "start of phase \(phase.number)")
      let green = try #require(timeline.greens[phase.groups[0]].first)
      #expect(green.start == start)
      #expect((green.start + green.duration - (end - phase.clearance)).modulo(pattern.cycle) == .zero)
    }
    #expect(result.rules("offset-overridden").isEmpty)
    #expect(result.rules("phase-moved").isEmpty)
  }

  @Test(
    "each of the five offset references runs the phases at the file's times",
    arguments: [("0", "10"), ("1", "40"), ("2", "44"), ("3", "10"), ("4", "40")])
  func offsetReference(code: String, offset: String) throws {
    var sample = UTDFSample()
    sample.plan("Referenced To", code)
    sample.plan("Offset", offset)
    try expectFileTimes(sample)
  }

  @Test("tenths of a second survive, and a lagging reference phase is the last green")
  func tenths() throws {
    var sample = UTDFSample()
    sample.plan("Cycle Length", "73.2")
    sample.plan("Referenced To", "0")
    sample.plan("Offset", "66.5")
    sample.phases("Start", ["42.5", "54.5", "6.6", "18.6", "42.5", "66.5", "6.6", "18.5"])
    sample.phases("End", ["54.5", "6.6", "18.6", "42.5", "66.5", "6.6", "18.5", "42.5"])
    try expectFileTimes(sample)
  }

  @Test("leading and lagging lefts follow the start times, also against BRP")
  func lagging() throws {
    var sample = UTDFSample()
    sample.phases("Start", ["30", "85", "45", "60", "85", "10", "45", "60"])
    sample.phases("End", ["45", "30", "60", "85", "10", "45", "60", "85"])
    sample.plan("Offset", "85")
    try expectFileTimes(sample)
    let result = try sample.read()
    #expect(result.rules("phase-order").count == 1)
    #expect(result.scenario.controllers[0].diagram.rings[0][0] == [1, 0])
  }

  @Test("an empty barrier half is a ring that dwells, not an error")
  func dwellingRing() throws {
    var sample = UTDFSample()
    sample.phases("Start", ["85", "10", "", "", "85", "10", "45", "60"])
    sample.phases("End", ["10", "45", "", "", "10", "45", "60", "85"])
    sample.lanes("Phase1", "EBL", "8")
    sample.lanes("Phase1", "WBT", "8")
    try expectFileTimes(sample)
    let result = try sample.read()
    #expect(result.scenario.controllers[0].diagram.rings[0][1].isEmpty)
    #expect(result.rules("ring-sum").isEmpty && result.rules("cycle-sum").isEmpty)
    #expect(result.rules("phase-untimed").first?.message.contains("2 places") == true)
  }

  @Test("sixteen columns and three barriers run in the order of their start times")
  func threeBarriers() throws {
    var sample = UTDFSample()
    sample.phaseColumns = (1...16).map { "D\($0)" }
    sample.phases("BRP", ["111", "112", "211", "212", "121", "122", "221", "222", "311"])
    sample.set("Phases", "Yellow", 1, "D9", "3")
    sample.set("Phases", "AllRed", 1, "D9", "2")
    sample.set("Phases", "MinGreen", 1, "D9", "5")
    sample.plan("Cycle Length", "110")
    // Barrier 3 comes between 1 and 2.
    sample.phases("Start", ["105", "10", "65", "80", "105", "10", "65", "80", "45"])
    sample.phases("End", ["10", "45", "80", "105", "10", "45", "80", "105", "65"])
    try expectFileTimes(sample)
    let controller = try #require(try sample.read().scenario.controllers.first)
    #expect(controller.phases.count == 9)
    #expect(controller.diagram.sideCount == 3)
    #expect(controller.diagram.rings[0][1] == [8])
    #expect(controller.diagram.rings[1][1].isEmpty)
  }

  @Test("a ring that is short before a barrier is lengthened, and that is told")
  func shortRing() throws {
    var sample = UTDFSample()
    sample.phases("End", ["10", "45", "60", "85", "10", "42", "60", "85"])
    let result = try sample.read()
    let finding = try #require(result.rules("ring-sum").first)
    #expect(finding.place == "controller 1, ring 2, side 1")
    #expect(finding.message.contains("phase 6 is lengthened by 3.0 s"))
    let controller = result.scenario.controllers[0]
    #expect(try controller.timeline(of: controller.patterns[0]).cycle == TimeSpan(seconds: 90))
  }

  @Test("sides that do not fill the cycle give the rest to the reference side")
  func shortCycle() throws {
    var sample = UTDFSample()
    sample.plan("Cycle Length", "100")
    sample.plan("Offset", "0")
    sample.phases("Start", ["75", "0", "35", "50", "75", "0", "35", "50"])
    sample.phases("End", ["90", "35", "50", "75", "90", "35", "50", "75"])
    let result = try sample.read()
    #expect(
      result.rules("cycle-sum").first?.message.contains("phases 2, 6 of the reference side get 10.0 s more")
        == true)
    let controller = result.scenario.controllers[0]
    let timeline = try controller.timeline(of: controller.patterns[0])
    #expect(timeline.cycle == TimeSpan(seconds: 100))
    #expect(timeline.greenTime(of: 1) == TimeSpan(seconds: 40))
  }

  @Test("Start overrides Offset, and a wrong reference phase is replaced")
  func startOverridesOffset() throws {
    var sample = UTDFSample()
    sample.plan("Offset", "33")
    sample.plan("Reference Phase", "9")
    let result = try sample.read()
    #expect(result.rules("offset-overridden").count == 1)
    #expect(result.rules("reference-phase").count == 1)
    let controller = result.scenario.controllers[0]
    let timeline = try controller.timeline(of: controller.patterns[0])
    #expect(timeline.intervals.first { $0.index == 1 }?.start == TimeSpan(seconds: 10))
  }

  @Test("a split that leaves no green is an error with its place")
  func noGreen() throws {
    var sample = UTDFSample()
    sample.phases("Start", ["85", "10", "45", "49", "85", "10", "45", "49"])
    sample.phases("End", ["10", "45", "49", "85", "10", "45", "49", "85"])
    let error = try #require(sample.error)
    #expect(error.path == "[Phases] end, 1, D3")
    #expect(error.found == "a split of 4.0 s")
  }

  @Test("several nodes on one controller share its phases")
  func twoNodes() throws {
    var sample = UTDFSample()
    // Node 6 takes the place of the east edge: a second junction under controller 1.
    sample.nodes[4] = (6, 0, 1000, 0)
    sample.nodes += [(7, 1, 2000, 0), (8, 1, 1000, -1000)]
    sample.rows.removeAll { $0.section == "Links" && $0.node == 5 }
    sample.link("WB", from: 6, to: 1, lanes: 3)
    sample.link("EB", from: 1, to: 6, lanes: 2)
    sample.link("WB", from: 7, to: 6, lanes: 3)
    sample.link("EB", from: 6, to: 7, lanes: 2)
    sample.link("NB", from: 8, to: 6, lanes: 3)
    sample.link("SB", from: 6, to: 8, lanes: 2)
    sample.approach("EB", at: 6, from: 1, left: nil, through: 7, right: 8, phases: ("", "8"))
    sample.approach("WB", at: 6, from: 7, left: 8, through: 1, right: nil, phases: ("7", "4"))
    sample.approach("NB", at: 6, from: 8, left: 1, through: nil, right: 7, phases: ("2", ""))
    for index in sample.rows.indices
    where sample.rows[index].section == "Lanes" && sample.rows[index].node == 1
      && sample.rows[index].name.hasSuffix("Node")
    {
      for (column, value) in sample.rows[index].cells where value == "5" {
        sample.rows[index].cells[column] = "6"
      }
    }
    sample.lanes("Lanes", "EBT", "1")
    sample.plan("Node 1", "6")
    sample.lanes("Storage", "NBL", "", node: 6)
    let result = try sample.read()
    let controllers = result.scenario.controllers
    #expect(controllers.count == 1)
    #expect(controllers[0].nodes.map { result.scenario.network[$0].name } == ["1", "6"])
    #expect(result.movement("6 NBL")?.protectedGroups == result.movement("1 NBT")?.protectedGroups)
    #expect(result.scenario.network.nodes[4].control == .signal)
  }

  @Test("a signal without a timing plan becomes a priority junction")
  func withoutPlan() throws {
    var sample = UTDFSample()
    sample.rows.removeAll { $0.section == "Timeplans" || $0.section == "Phases" }
    let result = try sample.read()
    #expect(result.scenario.controllers.isEmpty)
    #expect(result.scenario.network.nodes[0].control == .priority)
    #expect(result.rules("signal-without-plan").map(\.place) == ["node 1"])
    let yielding = result.scenario.network.movements.filter { !$0.yieldsTo.isEmpty }
    #expect(!yielding.isEmpty)
  }
}
