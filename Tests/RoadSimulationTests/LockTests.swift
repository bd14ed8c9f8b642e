import RoadSimulation
import Testing
import TestSupport
import TrafficModel

@Suite("Locks")
struct LockTests {
  /// Four links round a block of 30 m; from outside each corner takes in more than leaves the ring.
  private func ring(leaving: Double) -> Scenario {
    let corners = [(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0)]
    let outward = [(-200.0, 0.0), (30.0, -200.0), (230.0, 30.0), (0.0, 230.0)]
    var network = Network()
    for (index, (x, y)) in corners.enumerated() {
      network.nodes.append(
        Node(name: "\(index)", control: .priority, position: Point(xMeters: x, yMeters: y)))
    }
    for (index, (x, y)) in outward.enumerated() {
      network.nodes.append(
        Node(name: "out \(index)", control: .external, position: Point(xMeters: x, yMeters: y)))
    }
    func link(_ name: String, _ from: Int, _ to: Int, _ length: Double) {
      network.links.append(
        Link(
          name: name, from: NodeID(from), to: NodeID(to), lengthMeters: length, speedLimitMetersPerSecond: 10,
          lanes: [Lane()]))
    }
    for index in 0..<4 {
      link("ring \(index)", index, (index + 1) % 4, 22)
      link("in \(index)", 4 + index, index, 190)
      link("out \(index)", index, 4 + index, 190)
    }
    var volumes: [Double] = []
    func movement(_ node: Int, _ from: Int, _ to: Int, _ turn: Turn, _ volume: Double) {
      network.movements.append(
        Movement(
          node: NodeID(node), from: LinkID(from), to: LinkID(to), turn: turn, lanes: [0], innerLengthMeters: 8
        ))
      volumes.append(volume)
    }
    for index in 0..<4 {
      let before = 3 * ((index + 3) % 4)
      movement(index, before, 3 * index, .left, 100 - leaving)
      movement(index, before, 3 * index + 2, .through, leaving)
      movement(index, 3 * index + 1, 3 * index, .right, 100)
    }
    return Scenario(
      name: "ring", network: network,
      demand: Demand(
        sources: (0..<4).map { index in
          VehicleSource(
            name: "\(index)", link: LinkID(3 * index + 1), flow: [FlowStep(vehiclesPerHour: 900)])
        },
        turning: [TurningStep(vehiclesPerHour: volumes, midblockExitShare: network.links.map { _ in 0 })]),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 1800)))
  }

  @Test("queues that close to a ring are found once and reported")
  func found() throws {
    var street = try ScriptedStreet(ring(leaving: 1), constants: .field)
    street.run(to: street.end.seconds)
    #expect(street.times(of: .locked).count == 1)
    #expect(street.road.finish().network.locks == 1)
  }

  @Test("where everyone leaves the ring nothing locks")
  func none() throws {
    var street = try ScriptedStreet(ring(leaving: 100), constants: .field)
    street.run(to: street.end.seconds)
    #expect(street.road.finish().network.locks == 0)
  }

  @Test("nobody enters a junction whose exit is full, and crossing traffic goes on")
  func boxBlocking() throws {
    var legs = FourLegs(.signal)
    legs.controllers = [TestRoads.twoStages(nodes: [NodeID(0)])]
    for index in legs.network.movements.indices {
      let from = legs.network.movements[index].from
      let isMain = from == FourLegs.inbound(.west) || from == FourLegs.inbound(.east)
      legs.network.movements[index].protectedGroups = [isMain ? 0 : 1]
    }
    // The way out to the east crawls.
    legs.network[FourLegs.outbound(.east)].speedLimitMetersPerSecond = 1
    legs.network[FourLegs.outbound(.east)].lengthMeters = 30
    legs.flow(.west, .through, 1500)
    legs.flow(.south, .through, 600)
    legs.hours = 0.75
    var street = try ScriptedStreet(legs.scenario, constants: .field)
    for cycle in 0..<50 {
      let start = Double(cycle) * 60
      street.show(.green, at: start, group: 0)
      street.show(.red, at: start + 25, group: 0)
      street.show(.green, at: start + 30, group: 1)
      street.show(.red, at: start + 55, group: 1)
    }
    street.run(to: street.end.seconds)
    let measures = street.road.finish()
    let south = measures.movements[legs.movement(.south, .through).index]
    #expect(measures.movements[legs.movement(.west, .through).index].passed < 500)
    #expect(south.passed > 400 && south.unfinished < 20, "\(south.passed) and \(south.unfinished)")
  }
}
