import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// What the `sumo` profile does otherwise than practice.
@Suite("SUMO's drivers")
struct SUMODriverTests {
  /// Two lanes that both lead onto a link of so many metres, whose left lane only turns left.
  private func shortApproach(_ lengthMeters: Double, targetLanes: [ClosedRange<Int>] = []) -> Scenario {
    var network = Network()
    let places = [(-600.0, 0.0), (-lengthMeters, 0.0), (0.0, 0.0), (400.0, 0.0), (0.0, 400.0)]
    let controls: [NodeControl] = [.external, .uncontrolled, .uncontrolled, .external, .external]
    for (index, (x, y)) in places.enumerated() {
      network.nodes.append(
        Node(name: "\(index)", control: controls[index], position: Point(xMeters: x, yMeters: y)))
    }
    for (from, to, length, lanes) in [
      (0, 1, 500.0, 2), (1, 2, lengthMeters, 2), (2, 3, 400, 2), (2, 4, 400, 1),
    ] {
      network.links.append(
        Link(
          name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: length,
          speedLimitMetersPerSecond: 14, lanes: Array(repeating: Lane(), count: lanes)))
    }
    network.movements = [
      Movement(
        node: NodeID(1), from: LinkID(0), to: LinkID(1), turn: .through, lanes: [0, 1], innerLengthMeters: 1,
        targetLanes: targetLanes),
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(2), turn: .through, lanes: [0], innerLengthMeters: 15),
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(3), turn: .left, lanes: [1], innerLengthMeters: 15),
    ]
    let demand = Demand(
      routes: [Route(name: "left", links: [LinkID(0), LinkID(1), LinkID(3)])],
      routeFlows: [
        RouteFlow(name: "left", route: 0, flow: [FlowStep(vehiclesPerHour: 200)], process: .uniform)
      ])
    return Scenario(
      name: "short approach", network: network, demand: demand,
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 600)))
  }

  /// The lanes of the first link that vehicles entered.
  private func lanes(_ scenario: Scenario, _ constants: DriverConstants) throws -> Set<Int32> {
    var street = try ScriptedStreet(scenario, constants: constants)
    street.run(to: 600)
    return Set(street.road.records.filter { $0.kind == .laneEntered && $0.value < 2 }.map(\.value))
  }

  @Test("before a short link drivers are on the lane that leads on, before a long one on any")
  func looksAhead() throws {
    #expect(try lanes(shortApproach(20), .sumo) == [1])
    #expect(try lanes(shortApproach(300), .sumo).contains(0))
    #expect(try lanes(shortApproach(20), .field).contains(0))
  }

  @Test("lanes that come out on either lane of the next link ask for no change")
  func targetLanes() throws {
    #expect(try lanes(shortApproach(20, targetLanes: [0...1, 1...1]), .sumo).contains(0))
    // The kerb lane leads to the left lane, the other one to the right.
    #expect(try lanes(shortApproach(20, targetLanes: [1...1, 0...0]), .sumo) == [0])
  }

  @Test("two vehicles that want to enter at once set out from the next whole second on, a headway apart")
  func insertion() throws {
    var scenario = TestRoads.openRoad(vehiclesPerHour: 0, hours: 0.05)
    scenario.demand.trips = [Trip(departureSeconds: 10.3, route: 0), Trip(departureSeconds: 10.3, route: 0)]
    var constants = DriverConstants.sumo
    constants.speedFactorDeviation = 0
    var street = try ScriptedStreet(scenario, constants: constants)
    street.run(to: 60)
    let entries = street.times(of: .laneEntered, value: 0)
    try #require(entries.count == 2)
    // 1 s and 7.5 m at 14.35 m/s; who waited outside does not come in at full speed.
    #expect(entries[0] >= 11 && entries[0] < 13)
    #expect(entries[1] - entries[0] >= 1.52 && entries[1] - entries[0] < 4)
  }

  @Test(
    "drivers who have to look cross no faster than they can see, and those who go first as fast as they like")
  func carefulSpeed() throws {
    var slow = TestRoads.yieldingTurn(majorVehiclesPerHour: 0, criticalGapSeconds: 5, hours: 0.5)
    slow.network.movements[1].turningSpeedMetersPerSecond = nil
    var constants = DriverConstants.sumo
    func passed(_ constants: DriverConstants, _ movement: Int) throws -> Int {
      var street = try ScriptedStreet(slow, constants: constants)
      street.run(to: slow.run.end.seconds)
      return street.road.finish().movements[movement].passed
    }
    let careful = try passed(constants, 1)
    constants.carefulSpeed = .infinity
    let bold = try passed(constants, 1)
    // τ + s/v: 1.25 + 7.5/7 = 2.32 s; without it as many cross as enter, one every 2 s.
    #expect(Double(bold) > 1.1 * Double(careful))
    #expect((Double(careful) - slow.run.duration.seconds / 2.32).magnitude < 0.05 * Double(careful))
  }
}
