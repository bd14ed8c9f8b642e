import TestSupport
import TrafficModel

/// The roads of a random controller, as far as its cabinet looks at them: push buttons, detectors, and the left turns
/// that yield under a steady green.
enum SoakRoads {
  /// Left turns yield under the last phases of a side to each other's traffic, where no earlier phase comes back: their
  /// greens end together, or somebody is in a yellow trap.
  static func network(for data: SignalController) -> Network {
    var network = SignalFixture.network(for: data)
    for phase in data.phases.indices where isLast(phase, data) {
      for other in data.phases.indices
      where other != phase && isLast(other, data) && data.diagram.areConcurrent(phase, other) {
        let through = MovementID(network.movements.count)
        network.movements += [
          movement(.through, protected: data.phases[other].groups),
          movement(.left, permitted: data.phases[phase].groups, yieldsTo: [through]),
        ]
      }
    }
    return network
  }

  private static func movement(
    _ turn: Turn, protected: [Int] = [], permitted: [Int] = [], yieldsTo: [MovementID] = []
  ) -> Movement {
    Movement(
      node: NodeID(0), from: LinkID(0), to: LinkID(0), turn: turn, lanes: [0], protectedGroups: protected,
      permittedGroups: permitted, yieldsTo: yieldsTo)
  }

  private static func isLast(_ phase: Int, _ data: SignalController) -> Bool {
    guard let place = data.diagram.place(of: phase) else { return false }
    let order = data.diagram.phases(ring: place.ring, side: place.side)
    return order.last == phase && !order.contains { data.phases[$0].actuation.isServedConditionally }
  }
}
