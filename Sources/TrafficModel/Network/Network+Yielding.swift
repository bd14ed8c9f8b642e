extension Network {
  /// Fills ``Movement/yieldsTo`` of the movements among `movements` that must yield and name nobody yet.
  ///
  /// A permitted movement yields to every movement of its node that crosses it or merges with it and is protected
  /// under a group that may be green at the same time: a permitted left turn to the opposing through and right
  /// movements, a right turn on red to the crossing traffic that it joins. A movement that no group governs (a
  /// channelled right turn) yields to all governed movements that it meets. Groups must be set before.
  public mutating func deriveYielding(
    of movements: [MovementID], under controller: SignalController, geometry: MovementConflicts
  ) {
    for id in movements where self[id].yieldsTo.isEmpty {
      let movement = self[id]
      let isGoverned = !(movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty)
      if isGoverned && movement.permittedGroups.isEmpty { continue }
      self[id].yieldsTo = movements.filter { other in
        if self[other].node != movement.node || geometry.kind(id, other) == .none { return false }
        if !isGoverned { return !(self[other].protectedGroups + self[other].permittedGroups).isEmpty }
        return self[other].protectedGroups.contains { group in
          movement.permittedGroups.contains { controller.conflicts[$0, group] != .excluded }
        }
      }
    }
  }
}
