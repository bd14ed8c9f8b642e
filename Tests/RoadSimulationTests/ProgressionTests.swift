import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Progression")
struct ProgressionTests {
  /// Two signals 390 m apart, which is 26 s at 15 m/s; each with its own controller.
  private func twoSignals() -> Scenario {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 900, hours: 0.5)
    scenario.network.nodes[2].control = .signal
    scenario.network.links[1].lengthMeters = 390
    scenario.network.nodes.append(
      Node(name: "far east", control: .external, position: Point(xMeters: 900, yMeters: 0)))
    scenario.network.links.append(
      Link(
        name: "last", from: NodeID(2), to: NodeID(3), lengthMeters: 300, speedLimitMetersPerSecond: 15,
        lanes: [Lane()]))
    scenario.network.movements.append(
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(2), turn: .through, lanes: [0], protectedGroups: [0],
        innerLengthMeters: 0))
    var second = TestRoads.twoStages(nodes: [NodeID(2)])
    second.name = "second"
    scenario.controllers.append(second)
    scenario.demand.turning = [
      TurningStep(vehiclesPerHour: [900, 900], midblockExitShare: [0, 0, 0])
    ]
    return scenario
  }

  /// Delay per vehicle at the second signal, both green for half of a cycle of 60 s, the second `offset` s later.
  private func delay(offset: Int) throws -> Double {
    var street = try ScriptedStreet(twoSignals())
    for second in 0..<1800 {
      switch second % 60 {
      case 0: street.show(.green, at: Double(second))
      case 30: street.show(.red, at: Double(second))
      default: break
      }
      // Both controllers have a group 0; the second is controller 1.
      switch (second - offset + 60) % 60 {
      case 0: street.show(.green, at: Double(second), controller: 1)
      case 30: street.show(.red, at: Double(second), controller: 1)
      default: break
      }
    }
    street.run(to: 1800)
    return street.road.finish().movements[1].delayPerVehicleSeconds
  }

  @Test("the best offset for a platoon is its travel time")
  func bestOffset() throws {
    let delays = try (0..<60).map { try delay(offset: $0) }
    let best = delays.min() ?? .infinity
    #expect(delays[26] == best)
    // A whole green of vehicles fills the next green: two seconds off cost already, half a cycle off a red.
    #expect(delays[28] > delays[26] + 1.5)
    #expect(delays[23] > delays[26] + 1.5)
    #expect(delays[56] > delays[26] + 20)
  }
}
