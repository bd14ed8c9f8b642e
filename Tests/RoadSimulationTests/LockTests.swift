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
    var details = ModelDetails()
    details.squeezesOutOfLocks = false
    var street = try ScriptedStreet(ring(leaving: 1), constants: .field, details: details)
    street.run(to: street.end.seconds)
    #expect(street.times(of: .locked).count == 1)
    let network = street.road.finish().network
    #expect(network.locks == 1 && network.locksResolved == 0)
  }

  @Test("a ring moves on when drivers squeeze out of it, each help is counted and nobody vanishes")
  func squeezed() throws {
    func outcome(_ squeezes: Bool) throws -> (NetworkMeasures, helps: Int, present: Int) {
      var details = ModelDetails()
      details.squeezesOutOfLocks = squeezes
      var street = try ScriptedStreet(ring(leaving: 25), constants: .field, details: details)
      street.run(to: street.end.seconds)
      let present = street.road.vehiclesPresent
      return (
        street.road.finish().network, street.times(of: .squeezed).count, present.onRoad + present.outside
      )
    }
    let locked = try outcome(false)
    let flowing = try outcome(true)
    #expect(locked.0.locks == 1 && locked.helps == 0)
    #expect(flowing.0.locks >= 1)
    #expect(flowing.0.locksResolved == flowing.helps && flowing.helps >= 1)
    #expect(flowing.0.finished > 3 * locked.0.finished, "\(flowing.0.finished) and \(locked.0.finished)")
    #expect(flowing.0.demanded == flowing.0.finished + flowing.present)
  }

  /// A way of 30 m between a crossing and a lamp that stays red; vehicles come over the crossing from the west.
  private func standingExit(crossed: Bool) -> Scenario {
    var network = Network()
    let places = [(-300.0, 0.0), (0.0, 0.0), (40.0, 0.0), (300.0, 0.0), (0.0, -300.0), (0.0, 300.0)]
    let controls: [NodeControl] = [.external, .uncontrolled, .signal, .external, .external, .external]
    for (index, (x, y)) in places.enumerated() {
      network.nodes.append(
        Node(name: "\(index)", control: controls[index], position: Point(xMeters: x, yMeters: y)))
    }
    for (from, to, length) in [(0, 1, 290.0), (1, 2, 30), (2, 3, 260), (4, 1, 290), (1, 5, 290)] {
      network.links.append(
        Link(
          name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: length,
          speedLimitMetersPerSecond: 14, lanes: [Lane()]))
    }
    network.movements = [
      Movement(
        node: NodeID(1), from: LinkID(0), to: LinkID(1), turn: .through, lanes: [0], innerLengthMeters: 10),
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(2), turn: .through, lanes: [0], protectedGroups: [0]),
    ]
    if crossed {
      network.movements.append(
        Movement(
          node: NodeID(1), from: LinkID(3), to: LinkID(4), turn: .through, lanes: [0],
          yieldsTo: [MovementID(0)], innerLengthMeters: 10))
    }
    return Scenario(
      name: "standing exit", network: network, controllers: [TestRoads.twoStages(nodes: [NodeID(2)])],
      demand: Demand(
        sources: [VehicleSource(name: "west", link: LinkID(0), flow: [FlowStep(vehiclesPerHour: 600)])],
        turning: [
          TurningStep(
            vehiclesPerHour: network.movements.map { _ in 100 },
            midblockExitShare: network.links.map { _ in 0 })
        ]), run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 300)))
  }

  @Test("who crosses others enters only where the whole vehicle has room behind, else its tail hangs back")
  func keepsClear() throws {
    func held(crossed: Bool, _ details: ModelDetails = ModelDetails()) throws -> Int {
      var street = try ScriptedStreet(standingExit(crossed: crossed), constants: .field, details: details)
      street.show(.red, at: 0)
      street.run(to: 299)
      return street.times(of: .stopLineCrossed, value: 0).count
    }
    var careless = ModelDetails()
    careless.keepsJunctionsClear = false
    // 30 m hold four cars of 7.5 m; a fifth would stand half in the junction.
    #expect(try held(crossed: true) == 4)
    #expect(try held(crossed: true, careless) == 5)
    #expect(try held(crossed: false) == 5)
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
