import TrafficModel

/// A junction of four legs with one lane each way, for tests of who goes first.
///
/// Legs are numbered anticlockwise from the east: 0 east, 1 north, 2 west, 3 south. Nobody comes until `flow` says so.
public struct FourLegs {
  public enum Leg: Int, CaseIterable {
    case east = 0
    case north, west, south

    func turned(_ quarters: Int) -> Leg { Leg(rawValue: (rawValue + quarters) % 4) ?? self }

    /// The leg that a driver from here turns to.
    public func leg(after turn: Turn) -> Leg {
      switch turn {
      case .right: turned(1)
      case .through: turned(2)
      case .left: turned(3)
      case .uTurn: self
      }
    }
  }

  public var network: Network
  public var controllers: [SignalController] = []
  public var walking = WalkingSpeeds()
  public var pedestrians: [PedestrianFlow] = []
  public var hours = 1.0
  private var flows: [[Turn: Double]] = [[:], [:], [:], [:]]

  public init(_ control: NodeControl, lengthMeters: Double = 300, turns: [Turn] = [.left, .through, .right]) {
    let directions = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]
    network = Network(nodes: [Node(name: "C", control: control, position: Point(xMeters: 0, yMeters: 0))])
    for leg in Leg.allCases {
      let (x, y) = directions[leg.rawValue]
      network.nodes.append(
        Node(
          name: "\(leg)", control: .external,
          position: Point(xMeters: x * lengthMeters, yMeters: y * lengthMeters)))
    }
    for leg in Leg.allCases {
      let node = NodeID(leg.rawValue + 1)
      for (name, from, to) in [("from \(leg)", node, NodeID(0)), ("to \(leg)", NodeID(0), node)] {
        network.links.append(
          Link(
            name: name, from: from, to: to, lengthMeters: lengthMeters, speedLimitMetersPerSecond: 14,
            lanes: [Lane()]))
      }
    }
    for leg in Leg.allCases {
      for turn in turns {
        network.movements.append(
          Movement(
            node: NodeID(0), from: Self.inbound(leg), to: Self.outbound(leg.leg(after: turn)), turn: turn,
            lanes: [0], innerLengthMeters: 15,
            turningSpeedMetersPerSecond: turn == .left ? 7 : turn == .right ? 6 : nil))
      }
    }
    let all = network.movements.indices.map { MovementID($0) }
    network.deriveYieldingWithoutSigns(of: all, geometry: MovementConflicts(network))
  }

  public static func inbound(_ leg: Leg) -> LinkID { LinkID(2 * leg.rawValue) }
  public static func outbound(_ leg: Leg) -> LinkID { LinkID(2 * leg.rawValue + 1) }

  public func movement(_ leg: Leg, _ turn: Turn) -> MovementID {
    MovementID(
      network.movements.firstIndex { $0.from == Self.inbound(leg) && $0.turn == turn } ?? 0)
  }

  public mutating func flow(_ leg: Leg, _ turn: Turn, _ vehiclesPerHour: Double) {
    flows[leg.rawValue][turn] = vehiclesPerHour
  }

  /// A crosswalk over a leg, and who walks there.
  @discardableResult
  public mutating func crosswalk(
    _ leg: Leg, lengthMeters: Double = 8, group: Int? = nil, pedestriansPerHour: Double
  ) -> CrosswalkID {
    let id = CrosswalkID(network.crosswalks.count)
    network.crosswalks.append(
      Crosswalk(
        name: "\(leg)", node: NodeID(0), lengthMeters: lengthMeters, group: group, leg: Self.inbound(leg)))
    pedestrians.append(PedestrianFlow(crosswalk: id, pedestriansPerHour: pedestriansPerHour))
    let crossed = network.crosswalksOnPaths()
    for index in network.movements.indices { network.movements[index].crosses = crossed[index] }
    return id
  }

  public var scenario: Scenario {
    let volumes = network.movements.map { movement in
      flows[movement.from.index / 2][movement.turn] ?? 0
    }
    let sources = Leg.allCases.map { leg in
      VehicleSource(
        name: "\(leg)", link: Self.inbound(leg),
        flow: [FlowStep(vehiclesPerHour: flows[leg.rawValue].values.reduce(0, +))])
    }
    return Scenario(
      name: "four legs", network: network, controllers: controllers,
      demand: Demand(
        sources: sources,
        turning: [
          TurningStep(
            vehiclesPerHour: volumes, midblockExitShare: network.links.map { _ in 0 })
        ],
        pedestrians: pedestrians),
      run: RunSettings(warmUp: TimeSpan(seconds: 300), duration: TimeSpan(seconds: hours * 3600)),
      walking: walking)
  }
}
