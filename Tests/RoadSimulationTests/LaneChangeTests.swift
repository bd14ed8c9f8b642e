import RoadSimulation
import Testing
import TestSupport
import TrafficModel

/// Two lanes that lead over a bend onto a short link, at whose end the left lane turns left (group 1) and the right lane
/// goes straight on (group 0). Whoever comes on the wrong lane changes on the short link.
@Suite("Lane changes")
struct LaneChangeTests {
  private func approach(
    vehiclesPerHour: Double, leftShare: Double = 0.5, lengthMeters: Double = 60, isShared: Bool = false,
    hours: Double = 0.5
  ) -> Scenario {
    var network = Network()
    let places = [(-500.0, 0.0), (-100.0, 0.0), (0.0, 0.0), (400.0, 0.0), (0.0, 400.0)]
    let controls: [NodeControl] = [.external, .uncontrolled, .signal, .external, .external]
    for (index, (x, y)) in places.enumerated() {
      network.nodes.append(
        Node(name: "\(index)", control: controls[index], position: Point(xMeters: x, yMeters: y)))
    }
    for (from, to, length, lanes) in [
      (0, 1, 390.0, 2), (1, 2, lengthMeters, 2), (2, 3, 380, 2), (2, 4, 380, 1),
    ] {
      network.links.append(
        Link(
          name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: length,
          speedLimitMetersPerSecond: 14, lanes: Array(repeating: Lane(), count: lanes)))
    }
    network.movements = [
      Movement(
        node: NodeID(1), from: LinkID(0), to: LinkID(1), turn: .through, lanes: [0, 1], innerLengthMeters: 1),
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(2), turn: .through, lanes: isShared ? [0, 1] : [0],
        protectedGroups: [0], innerLengthMeters: 15),
      Movement(
        node: NodeID(2), from: LinkID(1), to: LinkID(3), turn: .left, lanes: [1], protectedGroups: [1],
        innerLengthMeters: 15),
    ]
    return Scenario(
      name: "short approach", network: network, controllers: [TestRoads.twoStages(nodes: [NodeID(2)])],
      demand: Demand(
        sources: [
          VehicleSource(name: "west", link: LinkID(0), flow: [FlowStep(vehiclesPerHour: vehiclesPerHour)])
        ],
        turning: [
          TurningStep(
            vehiclesPerHour: [vehiclesPerHour, 1 - leftShare, leftShare], midblockExitShare: [0, 0, 0, 0])
        ]), run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: hours * 3600)))
  }

  private var smooth: ModelDetails {
    var details = ModelDetails()
    details.hasLaneChangeFriction = false
    return details
  }

  /// Both groups green for half of each minute.
  private func street(_ scenario: Scenario, _ details: ModelDetails = ModelDetails()) throws -> ScriptedStreet
  {
    var street = try ScriptedStreet(scenario, constants: .field, details: details)
    for start in stride(from: 0.0, to: street.end.seconds, by: 60) {
      for group in 0...1 { street.show(.green, at: start, group: group) }
      for group in 0...1 { street.show(.red, at: start + 30, group: group) }
    }
    street.run(to: street.end.seconds)
    return street
  }

  @Test("where traffic is light a change of lanes costs nothing, to the last byte")
  func freeFlow() throws {
    var runs: [ContiguousArray<EventRecord>] = []
    for details in [ModelDetails(), smooth] {
      var street = try ScriptedStreet(approach(vehiclesPerHour: 200), constants: .field, details: details)
      for group in 0...1 { street.show(.green, at: 0, group: group) }
      street.run(to: street.end.seconds)
      runs.append(street.road.records)
    }
    #expect(runs[0].count > 500)
    let isSame = runs[0] == runs[1]
    #expect(isSame)
  }

  @Test("changes before a full short approach take capacity, at most a headway for each of them")
  func saturated() throws {
    func passed(_ scenario: Scenario, _ details: ModelDetails) throws -> Double {
      Double(try street(scenario, details).road.records.count { $0.kind == .stopLineCrossed && $0.value > 0 })
    }
    let mixed = approach(vehiclesPerHour: 3600)
    let with = try passed(mixed, ModelDetails())
    let without = try passed(mixed, smooth)
    #expect(with < 0.98 * without, "\(with) and \(without)")
    // Half of the vehicles change, 2 s each beside a headway of 1.9 s: not below two thirds.
    #expect(with > 0.6 * without, "\(with) and \(without)")
    // On a long approach everybody changes ahead of the queue's end or beside a short one.
    let long = approach(vehiclesPerHour: 1500, lengthMeters: 350)
    let free = try passed(long, ModelDetails())
    #expect(abs(free - (try passed(long, smooth))) < 0.01 * free)
  }

  @Test("who cannot get into a full turning lane stands in the way of those who go straight on")
  func blockedChangers() throws {
    var street = try ScriptedStreet(approach(vehiclesPerHour: 1200), constants: .field)
    street.show(.green, at: 0, group: 0)
    street.show(.red, at: 0, group: 1)
    street.run(to: 900)
    let through = street.times(of: .stopLineCrossed, value: 1)
    // Nine turn left into the 60 m; soon after a tenth stands at the head of each lane before the bend.
    #expect(through.count >= 5)
    #expect(through.count { $0 > 300 } == 0, "\(through.count)")
    street.show(.green, at: 900, group: 1)
    street.run(to: 1500)
    #expect(street.times(of: .stopLineCrossed, value: 1).count { $0 > 900 } > 100)
  }

  @Test("who waits before a full lane and looks beside him finds the free one")
  func choosesAgain() throws {
    // Left turners fill the shared lane before red; through vehicles that have chosen it wait behind them.
    func through(_ choosesAgain: Bool) throws -> Int {
      var details = ModelDetails()
      details.choosesAgainAtQueueEnd = choosesAgain
      var street = try ScriptedStreet(
        approach(vehiclesPerHour: 900, leftShare: 0.1, isShared: true), constants: .field, details: details)
      street.show(.green, at: 0, group: 0)
      street.show(.red, at: 0, group: 1)
      street.run(to: 1200)
      return street.times(of: .stopLineCrossed, value: 1).count
    }
    let once = try through(false)
    let again = try through(true)
    #expect(again >= once, "\(again) and \(once)")
  }
}
