import Testing
import TimingOptimization
import TrafficModel

@Suite("Volumes that the demand sends over each movement")
struct ExpectedVolumesTests {
  /// A ring of three links between three nodes, with an entry and an exit at the first node.
  static func ring(staying: Double, midblock: Double = 0, exitShare: Double = 0) -> Scenario {
    let nodes = ["A", "B", "C", "in", "out"].map {
      Node(name: $0, control: .priority, position: Point(xMeters: 0, yMeters: 0))
    }
    let ends = [(0, 1), (1, 2), (2, 0), (3, 0), (0, 4)]
    let links = ends.map { from, to in
      Link(
        name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: 100,
        speedLimitMetersPerSecond: 10, lanes: [Lane()])
    }
    let pairs = [(3, 0, 0), (0, 1, 1), (1, 2, 2), (2, 0, 0), (2, 4, 0)]
    let movements = pairs.map { from, to, node in
      Movement(node: NodeID(node), from: LinkID(from), to: LinkID(to), turn: .through, lanes: [0])
    }
    var sources = [
      VehicleSource(
        name: "in", link: LinkID(3), flow: [FlowStep(vehiclesPerHour: 100)], heavyVehicleShare: 0.2)
    ]
    if midblock > 0 {
      sources.append(
        VehicleSource(
          name: "drive", link: LinkID(1), isMidblock: true, flow: [FlowStep(vehiclesPerHour: midblock)]))
    }
    return Scenario(
      name: "ring", network: Network(nodes: nodes, links: links, movements: movements),
      demand: Demand(
        sources: sources,
        turning: [
          TurningStep(
            vehiclesPerHour: [100, 1, 1, staying, 1 - staying],
            midblockExitShare: [0, exitShare, 0, 0, 0])
        ]),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(tenths: 36000)))
  }

  @Test("a flow that goes round again with probability one half doubles on the ring")
  func loop() {
    let volumes = ExpectedVolumes(Self.ring(staying: 0.5))
    #expect(abs(volumes.vehiclesPerHour[1] - 200) < 1e-6)
    #expect(abs(volumes.vehiclesPerHour[4] - 100) < 1e-6)
    #expect(abs(volumes.heavyVehicleShare[4] - 0.2) < 1e-9)
  }

  @Test("a share that leaves in mid-block is missing at the stop line, and a mid-block source joins there")
  func midblock() {
    let volumes = ExpectedVolumes(Self.ring(staying: 0, midblock: 60, exitShare: 0.25))
    #expect(abs(volumes.vehiclesPerHour[1] - 100) < 1e-9)
    #expect(abs(volumes.vehiclesPerHour[2] - 135) < 1e-9)
    #expect(abs(volumes.heavyVehicleShare[2] - 15.0 / 135) < 1e-9)
  }

  @Test("a flow that doubles half way through the measured time counts with its mean")
  func steps() {
    var scenario = Self.ring(staying: 0)
    scenario.demand.sources[0].flow = [
      FlowStep(vehiclesPerHour: 100), FlowStep(startSeconds: 2400, vehiclesPerHour: 200),
    ]
    scenario.run.warmUp = TimeSpan(tenths: 6000)
    // Measured from 600 s to 4200 s, of which 1800 s at each flow.
    #expect(abs(ExpectedVolumes(scenario).vehiclesPerHour[0] - 150) < 1e-9)
  }

  @Test(
    "flows along routes, trips and buses come on top of the sources' vehicles, per hour of the measured time")
  func routes() {
    var scenario = Self.ring(staying: 0)
    scenario.run = RunSettings(warmUp: TimeSpan(seconds: 600), duration: TimeSpan(seconds: 1800))
    // Once round the ring and out: movements 0, 1, 2 and 4.
    scenario.demand.routes = [Route(name: "round", links: [3, 0, 1, 2, 4].map { LinkID($0) })]
    scenario.demand.routeFlows = [
      RouteFlow(
        name: "flow", route: 0,
        flow: [FlowStep(vehiclesPerHour: 40), FlowStep(startSeconds: 1500, vehiclesPerHour: 80)],
        heavyVehicleShare: 0.5)
    ]
    // Two of these lie in the measured time.
    scenario.demand.trips = [599, 600, 2399.9, 2400].map {
      Trip(departureSeconds: $0, route: 0, isHeavy: $0 == 600)
    }
    // And buses at 700, 1300 and 1900 s.
    scenario.demand.busLines = [BusLine(name: "b", route: 0, headwaySeconds: 600, firstSeconds: 100)]
    let volumes = ExpectedVolumes(scenario)
    let added: Double = 60 + 2 * 2 + 3 * 2
    for movement in [0, 1, 2, 4] {
      #expect(abs(volumes.vehiclesPerHour[movement] - (100 + added)) < 1e-6)
      let heavy: Double = 20 + 30 + 2 + 6
      #expect(abs(volumes.heavyVehicleShare[movement] - heavy / (100 + added)) < 1e-9)
    }
    #expect(volumes.vehiclesPerHour[3] == 0)
  }
}
