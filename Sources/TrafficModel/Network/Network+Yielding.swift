extension Network {
  /// Fills ``Movement/yieldsTo`` of the permitted movements among `movements` that name nobody yet.
  ///
  /// A permitted movement yields to every movement of its node that crosses it or merges with it and is protected
  /// under a group that may be green at the same time: a permitted left turn to the opposing through and right
  /// movements, a right turn on red to the crossing traffic that it joins. Groups must be set before.
  public mutating func deriveYielding(
    of movements: [MovementID], under controller: SignalController, geometry: MovementConflicts
  ) {
    for id in movements where self[id].yieldsTo.isEmpty && !self[id].permittedGroups.isEmpty {
      let permitted = self[id].permittedGroups
      self[id].yieldsTo = movements.filter { other in
        if self[other].node != self[id].node || geometry.kind(id, other) == .none { return false }
        return self[other].protectedGroups.contains { group in
          permitted.contains { $0 == group || controller.conflicts[$0, group] != .excluded }
        }
      }
    }
  }
}
