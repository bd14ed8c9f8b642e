import ControlLoop
import Testing
import TrafficModel

@testable import RoadSimulation

@Suite("Tables that are changed in place")
struct TableTests {
  @Test("a table keeps its records while it grows")
  func growth() {
    var table = Table<UInt64>()
    for number in 0..<5000 { table.append(UInt64(number) &* 0x9E37_79B9_7F4A_7C15) }
    #expect(table.count == 5000)
    #expect(table.indices.allSatisfy { table[$0] == UInt64($0) &* 0x9E37_79B9_7F4A_7C15 })
    #expect(table.removeLast() == 4999 &* 0x9E37_79B9_7F4A_7C15)
    #expect(table.count == 4999)
  }

  @Test("a copy that has asked for records of its own leaves the others alone")
  func copies() {
    var table = Table(repeating: Int32(7), count: 100)
    let other = table
    table.makeUnique()
    table[3] = 8
    #expect(table[3] == 8)
    #expect(other[3] == 7)
  }

  @Test("an index beyond the records ends the program")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      let table = Table(repeating: Int32(7), count: 4)
      print(table[4])
    }
  }

  @Test("a copy of a road that goes on does not move the road it was copied from")
  func roads() throws {
    let scenario = try DeterminismTests.shipped("isolated-junction", minutes: 4)
    var road = RoadSimulation(
      try CompiledScenario(scenario), options: RunOptions(seed: 3, replication: 1, recordsEvents: true))
    var inputs: ContiguousArray<TimedInput> = []
    func drive(_ road: inout RoadSimulation, to seconds: Double) {
      let end = SimTime(seconds: seconds)
      while road.advance(to: end, inputs: &inputs) < end {}
    }
    let lamps = scenario.controllers[0].groups.indices.map {
      IndicationChange(controller: ControllerID(0), group: $0, indication: .green)
    }
    drive(&road, to: 60)
    var copy = road
    // Each shows the same lamps and drives on, one after the other.
    copy.show(ContiguousArray(lamps), at: SimTime(seconds: 60))
    drive(&copy, to: 120)
    road.show(ContiguousArray(lamps), at: SimTime(seconds: 60))
    drive(&road, to: 120)
    #expect(copy.records.contains { $0.kind == .stopLineCrossed })
    let isSame = copy.records == road.records
    #expect(isSame)
    #expect(copy.finish() == road.finish())
  }
}
