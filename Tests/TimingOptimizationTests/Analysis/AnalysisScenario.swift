import TrafficModel

/// A junction C with external nodes W, E, N and S around it, built leg by leg for one test.
struct AnalysisScenario {
  var network: Network
  var sources: [VehicleSource] = []
  var turning: [Double] = []
  var greens: [[GreenInterval]] = []
  var cycleSeconds: Int

  static let centre = NodeID(0)
  static let legs = ["W", "E", "N", "S"]

  init(cycleSeconds: Int) {
    self.cycleSeconds = cycleSeconds
    let points = [(0.0, 0.0), (-300, 0), (300, 0), (0, 300), (0, -300)]
    network = Network(
      nodes: zip(["C"] + Self.legs, points).map { name, at in
        Node(
          name: name, control: name == "C" ? .signal : .external,
          position: Point(xMeters: at.0, yMeters: at.1))
      })
    for leg in 1...4 {
      for (from, to) in [(leg, 0), (0, leg)] {
        network.links.append(
          Link(
            name: network.nodes[from].name + network.nodes[to].name, from: NodeID(from), to: NodeID(to),
            lengthMeters: 280, speedLimitMetersPerSecond: 14, lanes: []))
      }
    }
  }

  func link(_ name: String) -> LinkID {
    LinkID(network.links.firstIndex { $0.name == name } ?? 0)
  }

  mutating func lanes(_ name: String, _ lanes: [Lane]) { network[link(name)].lanes = lanes }

  mutating func source(_ name: String, _ flow: Double, heavy: Double = 0) {
    sources.append(
      VehicleSource(
        name: name, link: link(name), flow: [FlowStep(vehiclesPerHour: flow)], heavyVehicleShare: heavy))
  }

  /// A group that is green once in the cycle.
  mutating func group(from start: Int, for seconds: Int) -> Int {
    greens.append([
      GreenInterval(start: TimeSpan(tenths: start * 10), duration: TimeSpan(tenths: seconds * 10))
    ])
    return greens.count - 1
  }

  @discardableResult
  mutating func movement(
    _ from: String, _ to: String, _ turn: Turn, _ volume: Double, lanes: [Int], protected: [Int] = [],
    permitted: [Int] = [], yieldsTo: [MovementID] = []
  ) -> MovementID {
    network.movements.append(
      Movement(
        node: Self.centre, from: link(from), to: link(to), turn: turn, lanes: lanes,
        protectedGroups: protected, permittedGroups: permitted, yieldsTo: yieldsTo))
    turning.append(volume)
    return MovementID(network.movements.count - 1)
  }

  var scenario: Scenario {
    Scenario(
      name: "analysis", network: network,
      controllers: [
        SignalController(
          name: "C", nodes: [Self.centre], groups: [], conflicts: ConflictMatrix(count: 0),
          intergreens: IntergreenMatrix(count: 0), patterns: [])
      ],
      demand: Demand(
        sources: sources,
        turning: [
          TurningStep(
            vehiclesPerHour: turning,
            midblockExitShare: [Double](repeating: 0, count: network.links.count))
        ]),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(tenths: 9000)))
  }

  var timeline: CycleTimeline {
    CycleTimeline(cycle: TimeSpan(tenths: cycleSeconds * 10), greens: greens, intervals: [])
  }
}
