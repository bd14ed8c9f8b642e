import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// A link of 300 m with one through lane and a left-turn pocket of 60 m. Vehicles of 7.5 m come every 6 s from 3 s on,
/// drive 15 m/s and follow at 2 s; group 0 is the through movement, group 1 the left turn.
@Suite("Pockets")
struct PocketTests {
  /// - Parameter change: Until this second everybody goes one way, from then on the other.
  private func street(firstTurn: Turn, change: Double) throws -> ScriptedStreet {
    var scenario = TestRoads.singleApproach(
      lengthMeters: 300, lanes: [Lane(), Lane(pocketMeters: 60)], vehiclesPerHour: 600, hours: 0.1)
    scenario.network.nodes.append(
      Node(name: "north", control: .external, position: Point(xMeters: 0, yMeters: 300)))
    scenario.network.links.append(
      Link(
        name: "left exit", from: NodeID(1), to: NodeID(3), lengthMeters: 300, speedLimitMetersPerSecond: 15,
        lanes: [Lane()]))
    scenario.network.movements[0].lanes = [0]
    scenario.network.movements.append(
      Movement(
        node: NodeID(1), from: LinkID(0), to: LinkID(2), turn: .left, lanes: [1], protectedGroups: [1],
        innerLengthMeters: 0))
    let left: [Double] = [0, 600]
    let through: [Double] = [600, 0]
    scenario.demand.turning = [
      TurningStep(vehiclesPerHour: firstTurn == .left ? left : through, midblockExitShare: [0, 0, 0]),
      TurningStep(
        startSeconds: change, vehiclesPerHour: firstTurn == .left ? through : left,
        midblockExitShare: [0, 0, 0]),
    ]
    return try ScriptedStreet(scenario)
  }

  @Test("a full pocket blocks the through lane until the start wave has come back to its beginning")
  func overflow() throws {
    // Left turns until 58 s: nine fill the pocket of eight (the last one's tail hangs back). The tenth enters at 57 s,
    // reaches the pocket 240 m further on at 73 s and stands there, in the through lane.
    var street = try street(firstTurn: .left, change: 58)
    street.show(.green, at: 0, group: 0)
    street.show(.green, at: 200, group: 1)
    street.run(to: 300)
    let through = street.times(of: .stopLineCrossed, value: 0)
    // The pocket's head leaves at 200 s; 60 m at 5 m/s later, at 212 s, the tenth moves in, and the first through
    // vehicle passes 2 s behind it and 4 s further on.
    #expect(through.first == 218.0)
    // Without the block it would have passed 20 s after it entered, at 83 s.
    #expect(street.times(of: .stopLineCrossed, value: 1).first == 200.0)
  }

  @Test("a queue of through vehicles starves the pocket though its lamp is green")
  func starvation() throws {
    // Through vehicles until 58 s stand before red: nine on the last 60 m, the tenth before the pocket's beginning from
    // 73 s on. The left turners behind it cannot get in before the through queue starts at 200 s.
    var street = try street(firstTurn: .through, change: 58)
    street.show(.green, at: 0, group: 1)
    street.show(.green, at: 200, group: 0)
    street.run(to: 300)
    #expect(street.times(of: .stopLineCrossed, value: 0).first == 200.0)
    #expect(street.times(of: .stopLineCrossed, value: 1).first == 218.0)
  }

  @Test("vehicles that fit into the pocket leave the through lane free")
  func noOverflow() throws {
    // Left turns until 52 s are nine: they fit.
    var street = try street(firstTurn: .left, change: 52)
    street.show(.green, at: 0, group: 0)
    street.run(to: 300)
    // The tenth vehicle, at 57 s, goes straight on: 20 s of free flow.
    #expect(street.times(of: .stopLineCrossed, value: 0).first == 77.0)
  }
}
