import TrafficModel

/// Which steady greens let turns go that yield to oncoming traffic, as the roads say.
///
/// Made for the invariants, from the network and nothing that a controller decides. A flashing yellow arrow is not among
/// them: whom it faces stands in its overlap, and ``LampMonitor`` watches it.
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
      where data.groups.indices.contains(group) && data.groups[group].proceed == .green {
        for other in groups where other != group && data.groups.indices.contains(other) {
          if !oncoming[group].contains(other) { oncoming[group].append(other) }
        }
      }
    }
    self.oncoming = oncoming
  }

  /// The groups of oncoming traffic that turns under `group` yield to.
  func oncoming(to group: Int) -> [Int] { oncoming[group] }
}
