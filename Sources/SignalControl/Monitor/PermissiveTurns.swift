import TrafficModel

/// Which steady greens let turns go that yield to oncoming traffic, as the roads say.
///
/// Made for the invariants, from the network and nothing that a controller decides. A flashing yellow arrow is not among
/// them: whom it faces stands in its overlap, and ``LampMonitor`` watches it. Nor is a green whose phase may be followed by
/// another of its ring while oncoming traffic goes on: there the trap is in the data, where the validator warns of it.
struct PermissiveTurns: Sendable {
  /// By group: the groups of the oncoming through traffic that turns under it yield to; empty for all others.
  private let oncoming: [[Int]]

  init(_ data: SignalController, network: Network?) {
    var oncoming = [[Int]](repeating: [], count: data.groups.count)
    for movement in network?.movements ?? []
    where data.nodes.contains(movement.node) && (movement.turn == .left || movement.turn == .uTurn) {
      let yieldedTo = movement.yieldsTo.compactMap { id in
        network.flatMap { $0.movements.indices.contains(id.index) ? $0[id] : nil }
      }
      let groups = yieldedTo.filter { $0.turn == .through }.flatMap(\.protectedGroups)
      for group in movement.permittedGroups
      where data.groups.indices.contains(group) && data.groups[group].proceed == .green
        && !Self.mayBeFollowed(group, in: data)
      {
        for other in groups where other != group && data.groups.indices.contains(other) {
          if !oncoming[group].contains(other) { oncoming[group].append(other) }
        }
      }
    }
    self.oncoming = oncoming
  }

  /// Whether, in any plan, a phase of the group does not come last on its side of the barriers for good.
  private static func mayBeFollowed(_ group: Int, in data: SignalController) -> Bool {
    var diagrams = [data.diagram]
    for pattern in data.patterns {
      if case .ringBarrier(let diagram, _, _) = pattern.timing { diagrams.append(diagram) }
    }
    return data.phases.indices.contains { phase in
      data.phases[phase].groups.contains(group)
        && diagrams.contains { diagram in
          guard let place = diagram.place(of: phase) else { return false }
          let side = diagram.phases(ring: place.ring, side: place.side)
          let returns = side.contains {
            $0 != phase && data.phases.indices.contains($0)
              && data.phases[$0].actuation.isServedConditionally
          }
          return side.last != phase || returns
        }
    }
  }

  /// The groups of oncoming traffic that turns under `group` yield to.
  func oncoming(to group: Int) -> [Int] { oncoming[group] }
}
