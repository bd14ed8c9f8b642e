import Interchange
import Testing
import TrafficModel

@Suite struct UTDFRightOfWayTests {
  private let withoutRightOnRed = UTDFOptions(allowsRightOnRed: false)

  private func phases(_ groups: [Int], _ result: UTDFImport) -> [String] {
    groups.map { result.scenario.controllers[0].groups[$0].name }
  }

  @Test("protected lefts, through and shared rights get the groups of their phases")
  func protected() throws {
    let result = try UTDFSample().read(withoutRightOnRed)
    let left = try #require(result.movement("1 NBL"))
    #expect(phases(left.protectedGroups, result) == ["5"])
    #expect(left.permittedGroups.isEmpty && left.yieldsTo.isEmpty && left.waitingPlaceMeters == 0)
    #expect(phases(try #require(result.movement("1 NBT")).protectedGroups, result) == ["2"])
    #expect(phases(try #require(result.movement("1 NBR")).protectedGroups, result) == ["2"])
  }

  @Test("a permitted left waits inside the junction for opposing through and right traffic")
  func permittedLeft() throws {
    var sample = UTDFSample()
    sample.lanes("PermPhase1", "NBL", "2")
    let result = try sample.read(withoutRightOnRed)
    let left = try #require(result.movement("1 NBL"))
    #expect(phases(left.protectedGroups, result) == ["5"])
    #expect(phases(left.permittedGroups, result) == ["2"])
    #expect(Set(result.labels(left.yieldsTo)) == ["1 SBT", "1 SBR"])
    #expect(left.waitingPlaceMeters == 14)
    #expect(left.criticalGapSeconds == 4.5)
  }

  @Test("a left with the phase of its through movement is protected under split phasing")
  func splitPhasing() throws {
    var sample = UTDFSample()
    // NB in phase 2, SB in phase 4, both in ring 1: never together.
    for (column, phase) in [("NBL", "2"), ("NBT", "2"), ("SBL", "1"), ("SBT", "1")] {
      sample.lanes("Phase1", column, phase)
    }
    let result = try sample.read(withoutRightOnRed)
    #expect(phases(try #require(result.movement("1 NBL")).protectedGroups, result) == ["2"])
    #expect(phases(try #require(result.movement("1 SBL")).protectedGroups, result) == ["1"])
    #expect(result.rules("protected-with-conflict").isEmpty)
  }

  @Test("a left that is coded as protected against opposing traffic is permitted, and that is told")
  func wronglyProtected() throws {
    var sample = UTDFSample()
    sample.lanes("Phase1", "NBL", "2")
    let result = try sample.read(withoutRightOnRed)
    let left = try #require(result.movement("1 NBL"))
    #expect(left.protectedGroups.isEmpty)
    #expect(phases(left.permittedGroups, result) == ["2"])
    #expect(Set(result.labels(left.yieldsTo)) == ["1 SBT", "1 SBR"])
    #expect(result.rules("protected-with-conflict").map(\.place) == ["1 NBL"])
  }

  @Test("the left of a shared lane has the through movement's phase and yields")
  func sharedLeft() throws {
    var sample = UTDFSample()
    for column in ["EBL", "WBL"] {
      sample.lanes("Lanes", column, "0")
      sample.lanes("Storage", column, "")
      sample.lanes("Phase1", column, "")
    }
    for column in ["EBT", "WBT"] { sample.lanes("Shared", column, "3") }
    let result = try sample.read(withoutRightOnRed)
    let left = try #require(result.movement("1 EBL"))
    #expect(phases(left.permittedGroups, result) == ["8"])
    #expect(Set(result.labels(left.yieldsTo)) == ["1 WBT", "1 WBR"])
  }

  @Test("a right turn that is coded as permitted has the right of way in its phase")
  func permittedRight() throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "NBR", "1")
    sample.lanes("Shared", "NBT", "0")
    sample.lanes("PermPhase1", "NBR", "2")
    sample.lanes("Phase1", "NBR", "7")
    let result = try sample.read(withoutRightOnRed)
    let right = try #require(result.movement("1 NBR"))
    #expect(phases(right.protectedGroups, result) == ["7", "2"])
    #expect(result.rules("several-phases").map(\.place) == ["1 NBR"])
  }

  @Test("right turns on red yield to the traffic that they join")
  func rightOnRed() throws {
    let result = try UTDFSample().read()
    let right = try #require(result.movement("1 NBR"))
    #expect(phases(right.protectedGroups, result) == ["2"])
    #expect(right.turnsOnRed && right.permittedGroups.isEmpty && right.criticalGapSeconds == nil)
    #expect(Set(result.labels(right.yieldsTo)) == ["1 EBT", "1 SBL"])
    #expect(right.waitingPlaceMeters == 0)
    var sample = UTDFSample()
    sample.lanes("Allow RTOR", "NBR", "0")
    #expect(try sample.read().movement("1 NBR")?.turnsOnRed == false)
  }

  @Test("a movement without control goes under every phase after yielding")
  func uncontrolled() throws {
    var sample = UTDFSample()
    sample.lanes("Lanes", "NBR", "1")
    sample.lanes("Shared", "NBT", "0")
    sample.lanes("Phase1", "NBR", "-1")
    sample.lanes("Right Channeled", "NBR", "2")
    let result = try sample.read(withoutRightOnRed)
    let right = try #require(result.movement("1 NBR"))
    #expect(right.protectedGroups.isEmpty && right.permittedGroups.count == 8)
    #expect(result.rules("movement-uncontrolled").map(\.place) == ["1 NBR"])
    #expect(result.rules("right-channel").map(\.place) == ["1 NBR"])
  }

  @Test("conflicting phases exclude each other with yellow and all-red between")
  func intergreens() throws {
    let controller = try UTDFSample().read().scenario.controllers[0]
    #expect(controller.conflicts[1, 3] == .excluded)
    #expect(controller.intergreens[1, 3] == TimeSpan(seconds: 5))
    // Neither opposing through movements nor right turns on red make groups yield.
    for (first, second) in [(1, 5), (5, 1), (1, 4), (3, 7)] {
      #expect(controller.conflicts[first, second] == .compatible)
    }
  }

  @Test("at a roundabout each entry yields to traffic from its left")
  func roundabout() throws {
    var sample = UTDFSample()
    sample.nodes[0].type = 4
    sample.rows.removeAll { $0.section == "Timeplans" || $0.section == "Phases" }
    sample.suffix = ""
    let result = try sample.read()
    #expect(result.scenario.network.nodes[0].control == .priority)
    // From the south: what goes on beyond it from the west, and the left turns from the north.
    for turn in ["L", "T", "R"] {
      let yields = Set(result.labels(try #require(result.movement("1 NB\(turn)")).yieldsTo))
      #expect(yields == ["1 EBT", "1 EBL", "1 SBL"])
    }
    #expect(result.rules("roundabout").count == 1)
  }
}
