import Interchange
import Testing
import TrafficModel

@Suite struct UTDFNetworkTests {
  @Test("one junction with four legs becomes five nodes, eight links and twelve movements")
  func junction() throws {
    let result = try UTDFSample().read()
    let network = result.scenario.network
    #expect(network.nodes.map(\.name) == ["1", "2", "3", "4", "5"])
    #expect(network.nodes.map(\.control) == [.signal, .external, .external, .external, .external])
    #expect(network.links.count == 8)
    #expect(network.movements.count == 12)
    #expect(result.link("1 NB")?.title == "Main St")
    #expect(network.nodes[0].title == "Main St & Cross Rd")
    #expect(result.scenario.units == .usCustomary)
    #expect(abs(try #require(result.link("1 NB")).speedLimitMetersPerSecond - 45 * 0.44704) < 1e-9)
  }

  @Test("a metric file with the same numbers is read in metres and km/h")
  func metric() throws {
    var sample = UTDFSample()
    sample.settings[1] = ("Metric", "1")
    let result = try sample.read()
    let link = try #require(result.link("1 NB"))
    #expect(link.lengthMeters == 1000)
    #expect(abs(link.speedLimitMetersPerSecond - 12.5) < 1e-9)
    #expect(link.lanes[2].pocketMeters == 200)
    #expect(result.scenario.network.nodes[2].position == Point(xMeters: 0, yMeters: 1000))
    #expect(result.scenario.units == .metric)
  }

  @Test("lanes are numbered from the kerb and the left pocket comes last")
  func laneOrder() throws {
    let result = try UTDFSample().read()
    let link = try #require(result.link("1 NB"))
    #expect(link.lanes.count == 3)
    #expect(link.lanes.map { $0.pocketMeters == nil } == [true, true, false])
    #expect(abs((link.lanes[2].pocketMeters ?? 0) - 60.96) < 1e-9)
    #expect(result.movement("1 NBL")?.lanes == [2])
    #expect(result.movement("1 NBT")?.lanes == [0, 1])
    #expect(result.movement("1 NBR")?.lanes == [0])
    #expect(result.movement("1 NBL")?.turn == .left)
  }

  @Test(
    "storage lanes are the outer ones of their turn",
    arguments: [("2", "1", [nil, nil, 60.96]), ("2", "2", [nil, 60.96, 60.96]), ("1", "0", [nil, nil])])
  func storageLanes(lanes: String, storageLanes: String, pockets: [Double?]) throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "NBT", "1")
    sample.lanes("Lanes", "NBL", lanes)
    sample.lanes("StLanes", "NBL", storageLanes)
    let result = try sample.read()
    let link = try #require(result.link("1 NB"))
    #expect(link.lanes.map { $0.pocketMeters.map { ($0 * 100).rounded() / 100 } } == pockets)
  }

  @Test("a right pocket is the kerb lane, and a pocket as long as the link is a full lane")
  func rightPocket() throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "NBR", "1")
    sample.lanes("Shared", "NBT", "0")
    sample.lanes("Storage", "NBR", "100")
    sample.lanes("Storage", "NBL", "1000")
    let result = try sample.read()
    let link = try #require(result.link("1 NB"))
    #expect(link.lanes.map { $0.pocketMeters != nil } == [true, false, false, false])
    #expect(result.movement("1 NBR")?.lanes == [0])
    #expect(result.movement("1 NBT")?.lanes == [1, 2])
    #expect(result.rules("storage-longer-than-link").first?.place == "1 NBL")
  }

  @Test("if all lanes are pockets the longest becomes a full lane")
  func allPockets() throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "NBT", "0")
    sample.lanes("Volume", "NBT", "0")
    sample.lanes("Shared", "NBT", "0")
    sample.lanes("Lanes", "NBR", "1")
    sample.lanes("Storage", "NBR", "100")
    let result = try sample.read()
    #expect(try #require(result.link("1 NB")).lanes.map { $0.pocketMeters == nil } == [false, true])
    #expect(result.rules("no-full-lane").count == 1)
    #expect(result.movement("1 NBT") == nil)
  }

  @Test("U-turns of a file lead back to where they come from, from the lane beside the middle, and yield")
  func uTurns() throws {
    var sample = UTDFSample()
    for heading in ["EB", "WB"] {
      let from = heading == "EB" ? "4" : "5"
      sample.laneColumns.append(heading + "U")
      for (name, value) in [
        ("Up Node", from), ("Dest Node", from), ("Lanes", "0"), ("Volume", "36"), ("Phase1", "8"),
      ] {
        sample.lanes(name, heading + "U", value)
      }
    }
    let result = try sample.read()
    let turn = try #require(result.movement("1 EBU"))
    #expect(turn.turn == .uTurn)
    #expect(turn.lanes == result.movement("1 EBL")?.lanes)
    let network = result.scenario.network
    #expect(network[turn.from].from == network[turn.to].to)
    let opposing = try #require(result.movement("1 WBT"))
    #expect(turn.yieldsTo.contains { network[$0].from == opposing.from && network[$0].turn == .through })
    #expect(try #require(result.movement("1 WBU")).turn == .uTurn)
  }

  @Test("a lane shared by left, through and right serves all three")
  func sharedByAll() throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "EBL", "0")
    sample.lanes("Lanes", "EBT", "1")
    sample.lanes("Shared", "EBT", "3")
    sample.lanes("Storage", "EBL", "")
    let result = try sample.read()
    for turn in ["L", "T", "R"] { #expect(result.movement("1 EB\(turn)")?.lanes == [0]) }
    #expect(result.rules("lane-assumed").isEmpty)
  }

  @Test("a turn with a volume and no lane uses the nearest lane, and that is told")
  func laneAssumed() throws {
    var sample = UTDFSample()
    sample.lanes("Shared", "NBT", "0")
    let result = try sample.read()
    #expect(result.movement("1 NBR")?.lanes == [0])
    #expect(result.rules("lane-assumed").first?.place == "1 NBR")
  }

  @Test("a leg without lanes is a one-way street")
  func oneWay() throws {
    var sample = UTDFSample()
    for turn in ["L", "T", "R"] {
      sample.lanes("Lanes", "SB\(turn)", "0")
      sample.lanes("Volume", "SB\(turn)", turn == "T" ? "50" : "0")
    }
    let result = try sample.read()
    #expect(result.link("1 SB") == nil)
    #expect(result.link("3 NB") != nil)
    #expect(result.scenario.network.movements.count == 9)
    #expect(result.rules("volume-without-lane").first?.message.hasPrefix("54 veh/h") == true)
  }

  @Test("diagonal legs and second turns have columns of their own")
  func diagonal() throws {
    var sample = UTDFSample()
    sample.nodes.append((6, 1, -700, -700))
    sample.linkColumns += ["NE", "SW"]
    sample.laneColumns += ["NEL", "NER2", "NBL2", "EBR2"]
    sample.link("NE", from: 6, to: 1, lanes: 2, distance: 990, name: "Old Rd")
    sample.link("SW", from: 1, to: 6, lanes: 1, distance: 990, name: "Old Rd")
    for (column, destination, lanes) in [
      ("NEL", "3", "1"), ("NER2", "2", "1"), ("NBL2", "6", "0"), ("EBR2", "6", "0"),
    ] {
      let up = ["NE": "6", "NB": "2", "EB": "4"][String(column.prefix(2))] ?? ""
      sample.lanes("Up Node", column, up)
      sample.lanes("Dest Node", column, destination)
      sample.lanes("Lanes", column, lanes)
      sample.lanes("Volume", column, "10")
      sample.lanes("Phase1", column, column.hasPrefix("NE") ? "3" : "")
      sample.lanes("SatFlow", column, "1600")
    }
    let result = try sample.read()
    #expect(result.link("1 NE")?.title == "Old Rd")
    #expect(result.movement("1 NEL")?.lanes == [1])
    #expect(result.movement("1 NER2")?.lanes == [0])
    #expect(result.movement("1 NER2")?.turn == .right)
    #expect(result.movement("1 NBL2")?.turn == .left)
    #expect(result.movement("1 NBL2")?.lanes == [2])
    #expect(result.movement("1 EBR2")?.lanes == [0])
    let to = try #require(result.movement("1 EBR2")).to
    #expect(result.scenario.network[to].name == "6 SW")
  }

  @Test("a link is shorter than Distance by the way through the junction upstream")
  func stopLineToStopLine() throws {
    let result = try UTDFSample().read()
    let through = try #require(result.movement("1 SBT"))
    // Five lanes of Cross Rd (three in, two out), and 6 m.
    #expect(abs(through.innerLengthMeters - (5 * 3.6 + 6)) < 1e-9)
    #expect(abs(try #require(result.link("2 SB")).lengthMeters - (304.8 - 24)) < 1e-9)
    #expect(abs(try #require(result.link("1 NB")).lengthMeters - 304.8) < 1e-9)
    #expect(abs((through.turningSpeedMetersPerSecond ?? -1) + 1) < 1e-9)
    #expect(abs((result.movement("1 SBR")?.turningSpeedMetersPerSecond ?? 0) - 9 * 0.44704) < 1e-9)
  }

  @Test("a Distance far from the coordinates is told, and curve points become the link's shape")
  func distance() throws {
    var sample = UTDFSample()
    sample.set("Links", "Distance", 1, "NB", "2000")
    sample.set("Links", "Curve Pt X", 1, "EB", "-500")
    sample.set("Links", "Curve Pt Y", 1, "EB", "100")
    let result = try sample.read()
    #expect(result.rules("distance-differs").map(\.place) == ["1 NB"])
    // Half way, a cubic curve has 3/8 of the way to each of its two middle points: (0, 100 ft) here and none.
    let east = try #require(result.link("1 EB")).shape
    let west = try #require(result.link("4 WB")).shape
    #expect(east.count == 3)
    #expect(abs(east[1].yMeters - 100 * 0.3048 * 3 / 8) < 1e-9)
    #expect(zip(east, west.reversed()).allSatisfy { $0.distanceMeters(to: $1) < 1e-9 })
  }

  /// Node 1, a bend, and an unsignalised T junction, number 8, whose approaches have the given signs.
  private func bendAndT(signs: [(column: String, sign: String)]) -> UTDFSample {
    var sample = UTDFSample()
    // 1 - 7 (bend) - 8 (unsignalised, stem 10 from the south) - 9 (edge) to the east instead of 5.
    sample.nodes[4] = (7, 2, 1000, 0)
    sample.nodes += [(8, 3, 1500, 500), (9, 1, 2500, 500), (10, 1, 1500, -500)]
    sample.rows.removeAll { $0.section == "Links" && $0.node == 5 }
    sample.link("WB", from: 7, to: 1, lanes: 3)
    sample.link("EB", from: 1, to: 7, lanes: 2)
    sample.link("WB", from: 8, to: 7, lanes: 2, distance: 707)
    sample.link("EB", from: 7, to: 8, lanes: 2, distance: 707)
    sample.link("WB", from: 9, to: 8, lanes: 2)
    sample.link("EB", from: 8, to: 9, lanes: 2)
    sample.link("NB", from: 10, to: 8, lanes: 1, name: "Stem")
    sample.link("SB", from: 8, to: 10, lanes: 1, name: "Stem")
    sample.approach("EB", at: 8, from: 7, left: nil, through: 9, right: 10, phases: ("", ""))
    sample.approach("WB", at: 8, from: 9, left: 10, through: 7, right: nil, phases: ("", ""))
    sample.approach("NB", at: 8, from: 10, left: 7, through: nil, right: 9, phases: ("", ""))
    for index in sample.rows.indices
    where sample.rows[index].section == "Lanes" && sample.rows[index].node == 1 {
      guard ["Up Node", "Dest Node"].contains(sample.rows[index].name) else { continue }
      for (column, value) in sample.rows[index].cells where value == "5" {
        sample.rows[index].cells[column] = "7"
      }
    }
    sample.lanes("Storage", "NBL", "", node: 8)
    for (column, sign) in signs { sample.lanes("SignControl", column, sign, node: 8) }
    return sample
  }

  @Test("where every approach has a stop sign the junction is an all-way stop")
  func allWayStop() throws {
    let result = try bendAndT(signs: [("EBT", "0"), ("WBT", "0"), ("NBL", "0")]).read()
    #expect(result.scenario.network.nodes.first { $0.name == "8" }?.control == .allWayStop)
    #expect(
      Set(result.labels(try #require(result.movement("8 EBT")).yieldsTo)) == ["8 NBL", "8 NBR", "8 WBL"])
    #expect(result.rules("all-way-control").isEmpty)
  }

  @Test("bends pass traffic on and priority nodes let minor streets yield")
  func bendAndPriority() throws {
    let sample = bendAndT(signs: [("EBT", "1"), ("WBT", "1"), ("NBL", "0")])
    let result = try sample.read()
    let network = result.scenario.network
    #expect(network.nodes.first { $0.name == "7" }?.control == .uncontrolled)
    #expect(network.nodes.first { $0.name == "8" }?.control == .priority)
    #expect(network.movements.filter { network[$0.node].name == "7" }.count == 2)
    #expect(
      Set(result.labels(try #require(result.movement("8 NBL")).yieldsTo)) == ["8 EBT", "8 WBT", "8 WBL"])
    #expect(Set(result.labels(try #require(result.movement("8 NBR")).yieldsTo)) == ["8 EBT"])
    #expect(Set(result.labels(try #require(result.movement("8 WBL")).yieldsTo)) == ["8 EBT", "8 EBR"])
    #expect(result.movement("8 EBT")?.yieldsTo == [])
    // Who stops first needs other gaps than who only yields.
    #expect(result.movement("8 NBL")?.stopsFirst == true && result.movement("8 WBL")?.stopsFirst == false)
    #expect(result.movement("8 NBL")?.criticalGapSeconds == nil)
    #expect(result.movement("8 WBL")?.criticalGapSeconds == 4.5)
    // Node 1 sends 500 + 50 + 100 east-bound, node 8 receives 550: 100 veh/h leave, seen on the longer link.
    #expect(abs((result.flow("7 EB to 8") ?? 0) - 550) < 1e-6)
    let place = try #require(network.links.firstIndex { $0.name == "7 EB" })
    #expect(abs(result.scenario.demand.turning[0].midblockExitShare[place] - 100.0 / 650) < 1e-9)
  }
}
