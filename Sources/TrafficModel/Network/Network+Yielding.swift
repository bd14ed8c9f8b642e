extension Network {
  /// Fills ``Movement/yieldsTo`` of the movements among `movements` that must yield and name nobody yet.
  ///
  /// A permitted movement yields to every movement of its node that crosses it or merges with it and is protected
  /// under a group that may be green at the same time: a permitted left turn to the opposing through and right
  /// movements. A turn on red yields to all governed movements that it meets, and so does a movement that no group
  /// governs (a channelled right turn). Groups must be set before.
  public mutating func deriveYielding(
    of movements: [MovementID], under controller: SignalController, geometry: MovementConflicts
  ) {
    for id in movements where self[id].yieldsTo.isEmpty {
      let movement = self[id]
      let isGoverned = !(movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty)
      if isGoverned && movement.permittedGroups.isEmpty && !movement.turnsOnRed { continue }
      self[id].yieldsTo = movements.filter { other in
        if self[other].node != movement.node || geometry.kind(id, other) == .none { return false }
        if !isGoverned || movement.turnsOnRed {
          return !(self[other].protectedGroups + self[other].permittedGroups).isEmpty
        }
        return self[other].protectedGroups.contains { group in
          movement.permittedGroups.contains { controller.conflicts[$0, group] != .excluded }
        }
      }
    }
  }

  /// Fills ``Movement/yieldsTo`` of the movements among `movements` whose node is an all-way stop or goes by right
  /// before left, and that name nobody yet.
  ///
  /// At an all-way stop: all that it crosses or merges with. By right before left: of those the ones that come from
  /// the right, and for left and U-turns the ones that come from the opposite side and do not turn left themselves.
  public mutating func deriveYieldingWithoutSigns(of movements: [MovementID], geometry: MovementConflicts) {
    var membersOfNode = [[MovementID]](repeating: [], count: nodes.count)
    for index in self.movements.indices {
      membersOfNode[self.movements[index].node.index].append(MovementID(index))
    }
    for id in movements where self[id].yieldsTo.isEmpty {
      let control = self[self[id].node].control
      if control != .allWayStop && control != .rightBeforeLeft { continue }
      self[id].yieldsTo = membersOfNode[self[id].node.index].filter { other in
        if geometry.kind(id, other) == .none { return false }
        return control == .allWayStop || comesFirstByRight(self[other], before: self[id])
      }
    }
  }

  /// Seen by a driver the leg to the right lies a quarter turn anticlockwise from his own, the opposite one two.
  private func comesFirstByRight(_ other: Movement, before movement: Movement) -> Bool {
    let own = MovementConflicts.direction(of: self[movement.from], at: movement.node, in: self)
    let its = MovementConflicts.direction(of: self[other.from], at: movement.node, in: self)
    let turn = its < own ? its - own + 4 : its - own
    if turn < 1.5 { return true }
    if turn > 2.5 { return false }
    func turnsAcross(_ movement: Movement) -> Bool { movement.turn == .left || movement.turn == .uTurn }
    return turnsAcross(movement) && !turnsAcross(other)
  }

  /// By movement, the crosswalks that its path crosses: those of its node that lie on the leg by which it comes, or
  /// on the one by which it goes. A leg is all links between the node and one neighbour.
  public func crosswalksOnPaths() -> [[CrosswalkID]] {
    var crosswalksOfNode = [[CrosswalkID]](repeating: [], count: nodes.count)
    for (index, crosswalk) in crosswalks.enumerated() where crosswalk.leg != nil {
      crosswalksOfNode[crosswalk.node.index].append(CrosswalkID(index))
    }
    return movements.map { movement in
      crosswalksOfNode[movement.node.index].filter { id in
        guard let leg = self[id].leg else { return false }
        let neighbour = self[leg].to == movement.node ? self[leg].from : self[leg].to
        return self[movement.from].from == neighbour || self[movement.to].to == neighbour
      }
    }
  }
}
