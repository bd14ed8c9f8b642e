import Testing
import TrafficModel

/// A street of four junctions A to D between the edges W and E: links 0 (W-A) to 4 (D-E), 290 m each and 10 m through
/// the next junction, at 10 m/s.
@Suite("Routes without some junctions")
struct RouteReductionTests {
  private func street() -> Scenario {
    let names = ["W", "A", "B", "C", "D", "E"]
    let nodes = names.enumerated().map { index, name in
      Node(
        name: name, control: index == 0 || index == 5 ? .external : .uncontrolled,
        position: Point(xMeters: Double(index) * 300, yMeters: 0))
    }
    let links = (0..<5).map { index in
      Link(
        name: "\(names[index])-\(names[index + 1])", from: NodeID(index), to: NodeID(index + 1),
        lengthMeters: 290, speedLimitMetersPerSecond: 10, lanes: [Lane()])
    }
    let movements = (0..<4).map { index in
      Movement(
        node: NodeID(index + 1), from: LinkID(index), to: LinkID(index + 1), turn: .through, lanes: [0],
        innerLengthMeters: 10)
    }
    let demand = Demand(
      routes: [
        Route(name: "through", links: (0..<5).map { LinkID($0) }),
        Route(name: "short", links: [LinkID(0), LinkID(1)]),
      ],
      routeFlows: [
        RouteFlow(
          name: "cars", route: 0,
          flow: [FlowStep(vehiclesPerHour: 300), FlowStep(startSeconds: 900, vehiclesPerHour: 400)]),
        RouteFlow(name: "few", route: 1, flow: [FlowStep(vehiclesPerHour: 20)]),
      ],
      trips: [Trip(departureSeconds: 100, route: 0)],
      busLines: [
        BusLine(
          name: "5", route: 0, headwaySeconds: 600, firstSeconds: 10,
          stops: [
            BusStop(link: LinkID(1), distanceMeters: 100, dwellSeconds: 20),
            BusStop(link: LinkID(3), distanceMeters: 50, dwellSeconds: 30),
          ])
      ])
    return Scenario(
      name: "street", network: Network(nodes: nodes, links: links, movements: movements), demand: demand,
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: 3600)))
  }

  @Test(
    "a route is cut in two at a removed junction, and what drives it drives both parts, later in the second")
  func cut() {
    // Without B: links 0, 1 before it and 2, 3, 4 behind it.
    let reduced = street().removing(junctions: [NodeID(2)])
    let demand = reduced.demand
    #expect(reduced.findings().filter { $0.severity == .error } == [])
    #expect(demand.routes.map(\.name) == ["through, part 1", "through, part 2", "short"])
    #expect(demand.routes.map { $0.links.map(\.index) } == [[0, 1], [2, 3, 4], [0, 1]])
    #expect(demand.routeFlows.map(\.name) == ["cars, part 1", "cars, part 2", "few"])
    #expect(demand.routeFlows.map(\.route) == [0, 1, 2])
    // Two links take 60 s.
    #expect(demand.routeFlows[1].flow.map(\.startSeconds) == [0, 960])
    #expect(
      demand.trips == [Trip(departureSeconds: 100, route: 0), Trip(departureSeconds: 160, route: 1)])
    #expect(demand.busLines.map(\.firstSeconds) == [10, 10 + 60 + 20])
    #expect(demand.busLines.map { $0.stops.map(\.link.index) } == [[1], [3]])
    #expect(demand.sources.isEmpty)
  }

  @Test("pieces that lead through no junction are left out, with those who would drive them")
  func leftOut() {
    // Without A and C: only B lies between links 1 and 2.
    let reduced = street().removing(junctions: [NodeID(1), NodeID(3)])
    #expect(reduced.demand.routes.map { $0.links.map(\.index) } == [[1, 2], [3, 4]])
    #expect(reduced.demand.routeFlows.map(\.route) == [0, 1])
    #expect(reduced.demand.trips.map(\.departureSeconds) == [130, 190])
    #expect(reduced.findings().filter { $0.severity == .error } == [])
  }

  @Test("routes that do not touch a removed junction stay as they are")
  func untouched() {
    let reduced = street().removing(junctions: [NodeID(4)])
    #expect(reduced.demand.routes.map(\.name) == ["through", "short"])
    #expect(reduced.demand.routes.map { $0.links.count } == [4, 2])
    #expect(reduced.demand.routeFlows[1] == street().demand.routeFlows[1])
  }

  @Test(
    "vehicles with routes are counted on each movement of their way, from the flows' steps, trips and buses")
  func volumes() {
    let scenario = street()
    let volumes = RoutedVolumes(scenario.demand, in: scenario.network, from: 600, to: 1500)
    // 300/h for 300 s, 400/h for 600 s, buses at 610 and 1210 s; on the first movement 20/h for 900 s more.
    let through: Double = 25 + 400.0 / 6 + 2
    #expect(abs(volumes.vehicles[1] - through) < 1e-9)
    #expect(abs(volumes.vehicles[0] - through - 5) < 1e-9)
    #expect(volumes.heavyVehicles == [2, 2, 2, 2])
  }
}
