import TestSupport
import TrafficModel

/// Two one-lane streets that meet at one signal, for tests that bring their own movements: street `s` comes in on link
/// `2 s` and goes out on link `2 s + 1`; group 0 is green in phase 2, group 1 in phase 4.
enum CrossingStreets {
  static func scenario(_ movements: [Movement]) -> Scenario {
    scenario("crossing", links: [(1, 0), (0, 2), (3, 0), (0, 4)], movements)
  }

  /// One signal, node 0, with the two phases, and one-lane links of 300 m between it and the outside.
  ///
  /// - Parameter links: nodes where each begins and ends; all but 0 are outside.
  static func scenario(_ name: String, links: [(Int, Int)], _ movements: [Movement]) -> Scenario {
    let controller = SignalFixture.twoPhase()
    var network = SignalFixture.network(for: controller)
    network.detectors = []
    for index in 0..<(links.map { max($0.0, $0.1) }.max() ?? 0) {
      network.nodes.append(
        Node(
          name: "e\(index)", control: .external, position: Point(xMeters: Double(index) * 100, yMeters: 300)))
    }
    for (from, to) in links {
      network.links.append(
        Link(
          name: "\(from)-\(to)", from: NodeID(from), to: NodeID(to), lengthMeters: 300,
          speedLimitMetersPerSecond: 14, lanes: [Lane()]))
    }
    network.movements = movements
    return Scenario(
      name: name, network: network, controllers: [controller], demand: Demand(),
      run: RunSettings(warmUp: .zero, duration: .tick))
  }

  /// Out of a street into the same street's way out.
  static func movement(
    ofStreet street: Int, _ turn: Turn = .through, permittedGroups: [Int] = [], yieldsTo: [MovementID] = []
  ) -> Movement {
    Movement(
      node: NodeID(0), from: LinkID(2 * street), to: LinkID(2 * street + 1), turn: turn, lanes: [0],
      protectedGroups: [street], permittedGroups: permittedGroups, yieldsTo: yieldsTo)
  }
}
