import ControlLoop
import RoadSimulation
import Testing
import TestSupport
import TimingOptimization
import TrafficModel

@Suite("Routes and trips")
struct RoutedDemandTests {
  /// The shipped grid with one route from each link at its edge to another one; nobody turns by shares.
  private func grid(vehiclesPerHour: Double = 80) throws -> Scenario {
    var scenario = try DeterminismTests.shipped("grid", minutes: 8)
    let network = scenario.network
    func isEdge(_ node: NodeID) -> Bool { network[node].control == .external }
    let links = network.links.indices.map { LinkID($0) }
    let exits = links.filter { isEdge(network[$0].to) }
    var demand = Demand()
    for (index, entry) in links.filter({ isEdge(network[$0].from) }).enumerated() {
      let exit = exits[(index * 7 + 5) % exits.count]
      let way = try #require(FastestRoutes(network, from: entry).links(to: exit))
      demand.routes.append(Route(name: "\(index)", links: way))
      demand.routeFlows.append(
        RouteFlow(
          name: "\(index)", route: index, flow: [FlowStep(vehiclesPerHour: vehiclesPerHour)],
          heavyVehicleShare: 0.1))
    }
    scenario.demand = demand
    #expect(scenario.findings().allSatisfy { $0.severity == .warning })
    return scenario
  }

  private func events(_ scenario: Scenario, _ strategy: any Strategy) throws -> ContiguousArray<EventRecord> {
    try simulate(
      CompiledScenario(scenario), strategy: strategy,
      options: RunOptions(seed: 3, replication: 1, recordsEvents: true)
    ).events
  }

  @Test("a vehicle with a route crosses exactly the stop lines of its route, in order, and leaves at its end")
  func exactRoute() throws {
    let scenario = try grid()
    let events = try events(scenario, FixedTimeStrategy())
    let table = MovementsByLinks(scenario.network)
    // One route for each link where vehicles enter.
    var routeOfEntry: [Int32: Route] = [:]
    for route in scenario.demand.routes { routeOfEntry[Int32(route.links[0].index)] = route }
    var entry: [UInt32: Int32] = [:]
    var crossed: [UInt32: [Int32]] = [:]
    var left: [UInt32: Int32] = [:]
    for event in events {
      switch event.kind {
      case .vehicleDemanded: entry[event.entity] = event.value
      case .stopLineCrossed: crossed[event.entity, default: []].append(event.value)
      case .vehicleFinished: left[event.entity] = event.value
      default: break
      }
    }
    #expect(left.count > 150)
    for (vehicle, link) in entry {
      let route = try #require(routeOfEntry[link])
      let movements = try zip(route.links, route.links.dropFirst()).map {
        Int32(try #require(table[$0, $1]).index)
      }
      let own = crossed[vehicle] ?? []
      #expect(own == Array(movements.prefix(own.count)))
      if let end = left[vehicle] {
        #expect(own.count == movements.count)
        #expect(end == route.links.last.map { Int32($0.index) })
      }
    }
  }

  @Test("a route that ends inside the network is left at its last stop line, whatever the lamp shows")
  func endsInside() throws {
    var scenario = TestRoads.singleApproach(vehiclesPerHour: 600, hours: 0.1)
    scenario.demand = Demand(
      routes: [Route(name: "to the car park", links: [LinkID(0)])],
      routeFlows: [
        RouteFlow(
          name: "shoppers", route: 0, flow: [FlowStep(vehiclesPerHour: 600)], process: .uniform)
      ])
    var street = try ScriptedStreet(scenario)
    street.run(to: 200)
    // Every 6 s from 3 s on, 33.333 s along the link.
    #expect(street.times(of: .vehicleFinished).prefix(3) == [36.333, 42.333, 48.333])
    #expect(street.times(of: .stopLineCrossed).isEmpty)
  }

  @Test("trips want to enter at their times, to the millisecond, in order of departure")
  func tripTimes() throws {
    var scenario = TestRoads.openRoad(vehiclesPerHour: 0, hours: 0.1)
    let times = [65.4321, 10.001, 10, 359.9, 400]
    scenario.demand.trips = times.enumerated().map {
      Trip(departureSeconds: $1, route: 0, isHeavy: $0 == 1)
    }
    var constants = DriverConstants.constantHeadway
    constants.heavySpacingMeters = 15
    constants.heavyEquivalent = 2
    var street = try ScriptedStreet(scenario, constants: constants)
    street.run(to: 360)
    #expect(street.times(of: .vehicleDemanded) == [10, 10.001, 65.432, 359.9])
    // The lorry behind the first car keeps twice its headway at the end of the first link.
    #expect(street.times(of: .stopLineCrossed) == [76.667, 80.667, 132.099])
  }

  @Test("flows in steps send their vehicles within the steps")
  func steps() throws {
    var scenario = TestRoads.openRoad(vehiclesPerHour: 0, hours: 0.5)
    scenario.demand.routeFlows = [
      RouteFlow(
        name: "cars", route: 0,
        flow: [
          FlowStep(vehiclesPerHour: 0), FlowStep(startSeconds: 600, vehiclesPerHour: 360),
          FlowStep(startSeconds: 1200, vehiclesPerHour: 0),
        ], process: .uniform)
    ]
    var street = try ScriptedStreet(scenario)
    street.run(to: 1800)
    let times = street.times(of: .vehicleDemanded)
    #expect(times == (0..<60).map { 605 + 10 * Double($0) })
  }

  @Test("another strategy, and trips and buses besides, change no arrival and no driver of the flows")
  func commonRandomNumbers() throws {
    var scenario = try grid()
    func demands(_ events: ContiguousArray<EventRecord>) -> [EventRecord] {
      events.filter { $0.kind == .vehicleDemanded }
    }
    let fixed = demands(try events(scenario, FixedTimeStrategy()))
    #expect(fixed.count > 200)
    #expect(fixed == demands(try events(scenario, ActuatedStrategy())))
    // The flow on route 0 keeps its times when others come to its link too.
    let entry = Int32(scenario.demand.routes[0].links[0].index)
    func times(_ records: [EventRecord]) -> [UInt32] {
      records.filter { $0.value == entry }.map(\.milliseconds)
    }
    let before = times(fixed)
    scenario.demand.trips = [Trip(departureSeconds: 77.777, route: 0)]
    scenario.demand.busLines = [
      BusLine(
        name: "1", route: 0, headwaySeconds: 200, firstSeconds: 33.333,
        stops: [BusStop(link: scenario.demand.routes[0].links[1], distanceMeters: 30, dwellSeconds: 15)])
    ]
    let after = times(demands(try events(scenario, FixedTimeStrategy())))
    let added: [UInt32] = [33_333, 77_777, 233_333, 433_333]
    #expect(after == (before + added).sorted())
  }
}
