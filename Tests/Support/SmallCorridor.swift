import TrafficModel

/// A street of a few signals with side streets, made in code: eight phases at each, a pocket for every left turn.
///
/// Phases 2 and 6 go along the street eastward and westward, 5 and 1 are their left turns; 4 and 8 cross it, 7 and 3
/// are theirs. All left turns are protected only, or permitted too where `permitsLeft` says so.
public struct SmallCorridor: Sendable {
  public var blocksMeters: [Double]
  /// By junction: eastward, westward, southward, northward; left, through and right turns.
  public var volumes: [[Double]]
  public var permitsLeft = false
  public var cycleSeconds = 90
  public var hours = 0.5
  public var pedestriansPerHour = 0.0

  /// `count` signals with volumes and distances drawn from a stream; `load` scales the volumes.
  public init(count: Int, load: Double = 1, from stream: inout RandomStream) {
    blocksMeters = (0..<max(0, count - 1)).map { _ in (200 + stream.uniform() * 400).rounded() }
    let east = 500 + stream.uniform() * 600
    let west = 500 + stream.uniform() * 600
    volumes = (0..<count).map { _ in
      let south = 150 + stream.uniform() * 300
      let north = 150 + stream.uniform() * 300
      return [east, west, south, north].flatMap { flow in
        let left = 0.05 + stream.uniform() * 0.15
        let right = 0.05 + stream.uniform() * 0.10
        return [left, 1 - left - right, right].map { ($0 * flow * load).rounded() }
      }
    }
  }

  private static let turns: [Turn] = [.left, .through, .right]
  private static let throughPhase = [2, 6, 4, 8]
  private static let leftPhase = [5, 1, 7, 3]

  public var scenario: Scenario {
    var network = Network()
    let count = volumes.count
    addNodes(count, to: &network)
    addLinks(count, to: &network)
    var controllers: [SignalController] = []
    for junction in 0..<count {
      let phases = addMovements(junction, count, to: &network)
      if pedestriansPerHour > 0 { addCrosswalks(junction, to: &network) }
      controllers.append(controller(junction, phases, in: &network))
    }
    return Scenario(
      name: "corridor of \(count)", network: network, controllers: controllers,
      demand: demand(network, count),
      run: RunSettings(warmUp: TimeSpan(seconds: 300), duration: TimeSpan(seconds: hours * 3600)))
  }

  // MARK: Roads

  private func addNodes(_ count: Int, to network: inout Network) {
    var x = 0.0
    for junction in 0..<count {
      network.nodes.append(
        Node(name: "\(junction + 1)", control: .signal, position: Point(xMeters: x, yMeters: 0)))
      if junction < blocksMeters.count { x += blocksMeters[junction] }
    }
    for junction in 0..<count {
      let at = network.nodes[junction].position.xMeters
      for (name, y) in [("N", 300.0), ("S", -300.0)] {
        network.nodes.append(
          Node(
            name: "\(name)\(junction + 1)", control: .external, position: Point(xMeters: at, yMeters: y)))
      }
    }
    network.nodes.append(
      Node(name: "W", control: .external, position: Point(xMeters: -400, yMeters: 0)))
    network.nodes.append(
      Node(name: "E", control: .external, position: Point(xMeters: x + 400, yMeters: 0)))
  }

  private func addLinks(_ count: Int, to network: inout Network) {
    let west = count * 3
    let east = west + 1
    for junction in 0..<count {
      let left = junction == 0 ? west : junction - 1
      let right = junction == count - 1 ? east : junction + 1
      for from in [left, right, count + 2 * junction, count + 2 * junction + 1] {
        let isMain = from == left || from == right
        let through = isMain ? [Lane(), Lane()] : [Lane()]
        add(from, junction, through + [Lane(pocketMeters: 60)], isMain, to: &network)
        if from >= count { add(junction, from, through, isMain, to: &network) }
      }
    }
  }

  private func add(_ from: Int, _ to: Int, _ lanes: [Lane], _ isMain: Bool, to network: inout Network) {
    let a = network.nodes[from].position
    let b = network.nodes[to].position
    let distance = abs(a.xMeters - b.xMeters) + abs(a.yMeters - b.yMeters)
    network.links.append(
      Link(
        name: "\(network.nodes[from].name)-\(network.nodes[to].name)", from: NodeID(from), to: NodeID(to),
        lengthMeters: distance - 20, speedLimitMetersPerSecond: isMain ? 16 : 13, lanes: lanes))
  }

  private func link(_ from: Int, _ to: Int, in network: Network) -> Int? {
    network.links.firstIndex { $0.from.index == from && $0.to.index == to }
  }

  /// Neighbours in the order west, east, north, south: where the four flows come from.
  private func neighbours(_ junction: Int, _ count: Int) -> [Int] {
    [
      junction == 0 ? count * 3 : junction - 1, junction == count - 1 ? count * 3 + 1 : junction + 1,
      count + 2 * junction, count + 2 * junction + 1,
    ]
  }

  private func addMovements(_ junction: Int, _ count: Int, to network: inout Network) -> [MovementPhases] {
    // Coming from the west: left is north, through is east, right is south; and so on.
    let exits = [[2, 1, 3], [3, 0, 2], [1, 3, 0], [0, 2, 1]]
    let around = neighbours(junction, count)
    var phases: [MovementPhases] = []
    for flow in 0..<4 {
      for (place, turn) in Self.turns.enumerated() {
        guard let from = link(around[flow], junction, in: network),
          let to = link(junction, around[exits[flow][place]], in: network)
        else { continue }
        let lanes = network.links[from].lanes.count
        let used = turn == .left ? [lanes - 1] : turn == .right ? [0] : Array(0..<(lanes - 1))
        let through = Self.throughPhase[flow]
        phases.append(
          MovementPhases(
            movement: MovementID(network.movements.count),
            protected: turn == .left ? [Self.leftPhase[flow]] : [through],
            permitted: turn == .left && permitsLeft ? [through] : []))
        network.movements.append(
          Movement(
            node: NodeID(junction), from: LinkID(from), to: LinkID(to), turn: turn, lanes: used,
            waitingPlaceMeters: turn == .left ? 8 : 0))
      }
    }
    return phases
  }

  private func addCrosswalks(_ junction: Int, to network: inout Network) {
    let node = NodeID(junction)
    for (name, group) in [("beside the street", 8), ("across the street", 9)] {
      network.crosswalks.append(
        Crosswalk(
          name: "\(junction + 1) \(name)", node: node, lengthMeters: 12, group: group, hasPriority: true))
    }
  }

  private func controller(
    _ junction: Int, _ movements: [MovementPhases], in network: inout Network
  ) -> SignalController {
    let phases = (1...8).map { number in
      let isThrough = number % 2 == 0
      let walks = pedestriansPerHour > 0 && (number == 4 || number == 2)
      return PhaseParameters(
        number: number, minimumGreen: TimeSpan(seconds: isThrough ? 7 : 5),
        maximumGreen: TimeSpan(seconds: 60), passage: TimeSpan(seconds: 2),
        yellow: TimeSpan(seconds: isThrough ? 4 : 3), redClearance: TimeSpan(seconds: 1), recall: .maximum,
        walk: walks ? TimeSpan(seconds: 7) : nil, pedestrianClearance: TimeSpan(seconds: 11))
    }
    let diagram = RingBarrierDiagram(rings: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
    let through = (cycleSeconds - 30) / 2
    let splits = (1...8).map { TimeSpan(seconds: Double($0 % 2 == 0 ? through : 15)) }
    let pattern = Pattern(
      number: 1, cycle: TimeSpan(seconds: Double(30 + 2 * through)), offset: .zero,
      timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: [1, 5]))
    return .ringBarrier(
      name: "\(junction + 1)", nodes: [NodeID(junction)], phases: phases, diagram: diagram,
      patterns: [pattern], movements: movements, in: &network)
  }

  // MARK: Demand

  private func demand(_ network: Network, _ count: Int) -> Demand {
    var turning = [Double](repeating: 0, count: network.movements.count)
    for index in turning.indices { turning[index] = volumes[index / 12][index % 12] }
    var sources: [VehicleSource] = []
    for (index, link) in network.links.enumerated() where network[link.from].control == .external {
      let flow = network.movements.indices.filter { network.movements[$0].from.index == index }
        .reduce(0.0) { $0 + turning[$1] }
      sources.append(
        VehicleSource(
          name: link.name, link: LinkID(index), flow: [FlowStep(vehiclesPerHour: flow)],
          heavyVehicleShare: 0.02))
    }
    return Demand(
      sources: sources,
      turning: [
        TurningStep(
          vehiclesPerHour: turning, midblockExitShare: [Double](repeating: 0, count: network.links.count))
      ],
      pedestrians: network.crosswalks.indices.map {
        PedestrianFlow(crosswalk: CrosswalkID($0), pedestriansPerHour: pedestriansPerHour)
      })
  }
}
