import TrafficModel

/// A square grid city made in code, for measuring speed: a signal at each crossing, vehicles that start on any block
/// and drive a random staircase of 4 to 20 blocks.
///
/// Blocks are 200 m from centre to centre, with two lanes and a left-turn pocket of 60 m where one can turn left, at
/// 50 km/h. Signals: 90 s, in each direction 33 s for straight on, right, and left after yielding, 3 s of yellow, 6 s
/// for left alone, 3 s of yellow; all in step.
///
/// The city is the one that SUMO's `netgenerate` makes from the same numbers, and its trips are drawn by the same law:
/// crossing to start at and number of blocks evenly distributed, at most four turns, departures at equal intervals,
/// from the beginning of the first block to the end of the last. With ``sendsTrips`` off the same trips are only
/// counted, and vehicles turn by the shares that come out and end half way along a block.
public struct GridCity: Sendable {
  /// Crossings per side; at least two.
  public var size: Int
  public var vehiclesPerHour: Double
  public var seconds: Double
  /// Detectors before each stop line, so that signals can be actuated.
  public var hasDetectors = false
  /// Per crosswalk; 0 builds none.
  public var pedestriansPerHour = 0.0
  /// Blocks that a trip is long.
  public var tripBlocks = 4...20
  /// Every vehicle has a route of its own; else vehicles come at random and turn by shares.
  public var sendsTrips = true

  public init(size: Int, vehiclesPerHour: Double, seconds: Double) {
    precondition(size >= 2, "a grid needs two crossings per side")
    self.size = size
    self.vehiclesPerHour = vehiclesPerHour
    self.seconds = seconds
  }

  public static let blockMeters = 200.0
  private static let innerMeters = 24.0
  private static let pocketMeters = 60.0
  private static let speed = 13.89

  /// Directions of travel: east, north, west, south.
  private static let steps = [(1, 0), (0, 1), (-1, 0), (0, -1)]
  /// NEMA phases of straight on and left by direction of travel.
  private static let throughPhase = [4, 2, 8, 6]
  private static let leftPhase = [7, 5, 3, 1]
  private static let phaseNumbers = [1, 2, 3, 4, 5, 6, 7, 8]

  private func node(_ x: Int, _ y: Int) -> Int { y * size + x }

  private func neighbour(_ node: Int, _ direction: Int) -> Int? {
    let x = node % size + Self.steps[direction].0
    let y = node / size + Self.steps[direction].1
    return x >= 0 && y >= 0 && x < size && y < size ? self.node(x, y) : nil
  }

  /// By crossing and direction of travel: the link that leads away from it, −1 for none.
  private var linkNumbers: [Int] {
    var next = 0
    return (0..<size * size * 4).map { index in
      if neighbour(index / 4, index % 4) == nil { return -1 }
      next += 1
      return next - 1
    }
  }

  public var scenario: Scenario {
    let numbers = linkNumbers
    var network = Network()
    for y in 0..<size {
      for x in 0..<size {
        let position = Point(xMeters: Double(x) * Self.blockMeters, yMeters: Double(y) * Self.blockMeters)
        network.nodes.append(Node(name: "\(x)/\(y)", control: .signal, position: position))
      }
    }
    addLinks(to: &network)
    var phases = addMovements(numbers, to: &network)
    addDetectorsAndCrosswalks(to: &network)
    let controllers = buildControllers(&phases, in: &network)
    return Scenario(
      name: "grid \(size)x\(size)", network: network, controllers: controllers,
      demand: demand(in: network, numbers),
      run: RunSettings(warmUp: .zero, duration: TimeSpan(seconds: seconds)))
  }

  // MARK: Roads

  private func addLinks(to network: inout Network) {
    for start in 0..<size * size {
      for direction in 0..<4 {
        guard let end = neighbour(start, direction) else { continue }
        var lanes = [Lane(), Lane()]
        if neighbour(end, (direction + 1) % 4) != nil { lanes.append(Lane(pocketMeters: Self.pocketMeters)) }
        network.links.append(
          Link(
            name: "\(network.nodes[start].name) to \(network.nodes[end].name)", from: NodeID(start),
            to: NodeID(end), lengthMeters: Self.blockMeters - Self.innerMeters,
            speedLimitMetersPerSecond: Self.speed, lanes: lanes))
      }
    }
  }

  /// Adds all ways through all crossings; returns the phases of each.
  private func addMovements(_ numbers: [Int], to network: inout Network) -> [MovementPhases] {
    var phases: [MovementPhases] = []
    for (link, road) in network.links.enumerated() {
      let end = road.to.index
      let direction = numbers.firstIndex(of: link, from: road.from.index * 4)
      let hasThrough = neighbour(end, direction) != nil
      let hasRight = neighbour(end, (direction + 3) % 4) != nil
      for (turn, step) in [(Turn.through, 0), (Turn.left, 1), (Turn.right, 3)] {
        let way = (direction + step) % 4
        guard neighbour(end, way) != nil else { continue }
        let lanes: [Int]
        switch turn {
        case .left: lanes = hasThrough ? [2] : hasRight ? [1, 2] : [0, 1, 2]
        case .right: lanes = hasThrough || road.lanes.count == 3 ? [0] : [0, 1]
        case .through, .uTurn: lanes = [0, 1]
        }
        let through = Self.throughPhase[direction]
        phases.append(
          MovementPhases(
            movement: MovementID(network.movements.count),
            protected: [turn == .left ? Self.leftPhase[direction] : through],
            permitted: turn == .left ? [through] : []))
        network.movements.append(
          Movement(
            node: road.to, from: LinkID(link), to: LinkID(numbers[end * 4 + way]), turn: turn, lanes: lanes,
            innerLengthMeters: Self.innerMeters,
            turningSpeedMetersPerSecond: turn == .through ? nil : turn == .left ? 8 : 6,
            waitingPlaceMeters: turn == .left ? 7.5 : 0))
      }
    }
    return phases
  }

  private func addDetectorsAndCrosswalks(to network: inout Network) {
    if hasDetectors {
      for (link, road) in network.links.enumerated() {
        for lane in road.lanes.indices {
          network.detectors.append(
            Detector(
              name: "\(road.name) \(lane)", link: LinkID(link), lane: lane, distanceMeters: 1,
              lengthMeters: 12))
        }
      }
    }
    if pedestriansPerHour > 0 {
      for node in network.nodes.indices {
        for (position, number) in [2, 4, 6, 8].enumerated() {
          // Pedestrian groups stand behind the eight vehicle groups, in the order of phases.
          network.crosswalks.append(
            Crosswalk(
              name: "\(network.nodes[node].name) \(number)", node: NodeID(node), lengthMeters: 15,
              group: 8 + position))
        }
      }
    }
  }

  // MARK: Signals

  private var phaseParameters: [PhaseParameters] {
    Self.phaseNumbers.map { number in
      let isThrough = number % 2 == 0
      return PhaseParameters(
        number: number, minimumGreen: TimeSpan(seconds: 5),
        maximumGreen: TimeSpan(seconds: isThrough ? 33 : 10),
        passage: TimeSpan(seconds: 2), yellow: TimeSpan(seconds: 3), redClearance: .zero,
        recall: isThrough ? .minimum : .none, dualEntry: isThrough,
        walk: isThrough && pedestriansPerHour > 0 ? TimeSpan(seconds: 7) : nil,
        pedestrianClearance: TimeSpan(seconds: 12))
    }
  }

  private func buildControllers(_ phases: inout [MovementPhases], in network: inout Network)
    -> [SignalController]
  {
    let geometry = MovementConflicts(network)
    let parameters = phaseParameters
    // Straight on leads, left lags.
    let diagram = RingBarrierDiagram(rings: [[[1, 0], [3, 2]], [[5, 4], [7, 6]]])
    let splits = Self.phaseNumbers.map { TimeSpan(seconds: $0 % 2 == 0 ? 36 : 9) }
    let pattern = Pattern(
      number: 1, cycle: TimeSpan(seconds: 90), offset: .zero,
      timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: [1, 5]))
    var ofNode = [[MovementPhases]](repeating: [], count: network.nodes.count)
    for entry in phases { ofNode[network[entry.movement].node.index].append(entry) }
    var assignments = [[DetectorAssignment]](repeating: [], count: network.nodes.count)
    for (index, detector) in network.detectors.enumerated() {
      let node = network[detector.link].to.index
      let served = ofNode[node].filter {
        network[$0.movement].from == detector.link && network[$0.movement].lanes.contains(detector.lane)
      }
      let called = Set(served.flatMap(\.protected)).sorted().map { $0 - 1 }
      assignments[node].append(
        DetectorAssignment(detector: DetectorID(index), calls: called, extends: called))
    }
    return network.nodes.indices.map { node in
      SignalController.ringBarrier(
        name: network.nodes[node].name, nodes: [NodeID(node)], phases: parameters, diagram: diagram,
        patterns: [pattern], detectors: assignments[node], movements: ofNode[node], geometry: geometry,
        in: &network)
    }
  }

  // MARK: Demand

  /// The links of one trip.
  private func trip(_ numbers: [Int], _ random: inout RandomStream) -> [Int]? {
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let blocks = tripBlocks.lowerBound + below(tripBlocks.count)
    let across = below(blocks + 1)
    let up = blocks - across
    let horizontal = below(2) * 2
    let vertical = 1 + below(2) * 2
    let x = below(size)
    let y = below(size)
    let endX = x + across * Self.steps[horizontal].0
    let endY = y + up * Self.steps[vertical].1
    if endX < 0 || endY < 0 || endX >= size || endY >= size { return nil }
    // Long trips take two pieces of each direction, short ones one: at most four turns.
    let isLong = blocks >= 8
    let firstAcross = isLong ? below(across + 1) : across
    let firstUp = isLong ? below(up + 1) : up
    var way: [Int] = []
    for (acrossPart, upPart) in [(firstAcross, firstUp), (across - firstAcross, up - firstUp)] {
      let parts = [
        Array(repeating: horizontal, count: acrossPart), Array(repeating: vertical, count: upPart),
      ]
      way += random.next() & 1 == 0 ? parts[0] + parts[1] : parts[1] + parts[0]
    }
    var place = node(x, y)
    return way.compactMap { direction in
      let link = numbers[place * 4 + direction]
      place = neighbour(place, direction) ?? place
      return link
    }
  }

  private func demand(in network: Network, _ numbers: [Int]) -> Demand {
    var demand = sendsTrips ? trips(numbers) : shares(in: network, numbers)
    if pedestriansPerHour > 0 {
      demand.pedestrians = network.crosswalks.indices.map {
        PedestrianFlow(crosswalk: CrosswalkID($0), pedestriansPerHour: pedestriansPerHour)
      }
    }
    return demand
  }

  /// As many trips as leave within the run, at equal intervals.
  private func trips(_ numbers: [Int]) -> Demand {
    var random = RandomStream(seed: 42, purpose: .testing, place: 0)
    var demand = Demand()
    let count = Int(vehiclesPerHour * seconds / 3600)
    while demand.trips.count < count {
      guard let links = trip(numbers, &random) else { continue }
      let number = demand.trips.count
      demand.routes.append(Route(name: "\(number)", links: links.map { LinkID($0) }))
      let milliseconds = (Double(number) * 3_600_000 / vehiclesPerHour).rounded()
      demand.trips.append(Trip(departureSeconds: milliseconds / 1000, route: number))
    }
    return demand
  }

  /// Draws the trips of an hour and turns them into what a scenario of counts knows: starts and ends per link, and the
  /// volume of each movement.
  private func shares(in network: Network, _ numbers: [Int]) -> Demand {
    var random = RandomStream(seed: 42, purpose: .testing, place: 0)
    var starts = [Double](repeating: 0, count: network.links.count)
    var entering = starts
    var ends = starts
    var volumes = [Double](repeating: 0, count: network.movements.count)
    var movementsFrom = [[Int]](repeating: [], count: network.links.count)
    for (index, movement) in network.movements.enumerated() {
      movementsFrom[movement.from.index].append(index)
    }
    // More draws than vehicles in a small town: every link gets its share.
    let draws = max(Int(vehiclesPerHour), 50 * network.links.count)
    var drawn = 0
    while drawn < draws {
      guard let links = trip(numbers, &random), let first = links.first, let last = links.last else {
        continue
      }
      drawn += 1
      starts[first] += 1
      ends[last] += 1
      for link in links { entering[link] += 1 }
      for (link, next) in zip(links, links.dropFirst()) {
        for movement in movementsFrom[link] where network.movements[movement].to.index == next {
          volumes[movement] += 1
        }
      }
    }
    let scale = vehiclesPerHour / Double(draws)
    return Demand(
      sources: network.links.indices.filter { starts[$0] > 0 }.map { link in
        VehicleSource(
          name: network.links[link].name, link: LinkID(link),
          flow: [FlowStep(vehiclesPerHour: starts[link] * scale)])
      },
      turning: [
        TurningStep(
          vehiclesPerHour: volumes.map { $0 * scale },
          midblockExitShare: network.links.indices.map { entering[$0] > 0 ? ends[$0] / entering[$0] : 0 })
      ])
  }
}

extension [Int] {
  /// The direction of travel of a link in the table of link numbers, searched among the four of its first node.
  fileprivate func firstIndex(of link: Int, from start: Int) -> Int {
    (0..<4).first { self[start + $0] == link } ?? 0
  }
}
