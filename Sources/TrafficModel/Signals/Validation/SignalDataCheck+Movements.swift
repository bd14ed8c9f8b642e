/// Rules about the ways through the nodes: does each have a lamp, and do the lamps keep them apart?
extension SignalDataCheck {
  mutating func checkMovements() {
    // Broken links are the network validator's business; angles cannot be read from them.
    var local = network
    var originals: [MovementID] = []
    local.movements = []
    for index in contents.movements(of: controller.nodes) {
      let movement = network.movements[index]
      guard isSound(movement.from), isSound(movement.to) else { continue }
      local.movements.append(movement)
      originals.append(MovementID(index))
    }
    for movement in local.movements { checkGroups(of: movement) }
    for index in contents.crosswalks(of: controller.nodes) { check(network.crosswalks[index]) }
    guard !findings.contains(where: { $0.rule == "group-missing" }) else { return }
    let conflicts = MovementConflicts(local)
    for first in local.movements.indices {
      for second in local.movements.indices
      where first != second && conflicts.kind(MovementID(first), MovementID(second)) == .crossing {
        let a = local.movements[first]
        let b = local.movements[second]
        if first < second { checkProtected(a, b) }
        checkPermitted(a, yieldingTo: b, originals[second])
        checkRedClearance(a, crossing: b)
      }
    }
    for movement in local.movements {
      let here = place(of: movement)
      checkFlashingGroups(of: movement, at: here)
      checkArrow(of: movement, at: here)
      checkTwoGroups(of: movement, at: here)
      checkYellowTrap(movement, at: here)
      checkCrosswalks(of: movement, at: here)
    }
  }

  private func isSound(_ link: LinkID) -> Bool {
    guard network.links.indices.contains(link.index) else { return false }
    return network.nodes.indices.contains(network[link].from.index)
      && network.nodes.indices.contains(network[link].to.index)
  }

  private func title(_ movement: Movement) -> String {
    "\(movement.turn.rawValue) from \(network[movement.from].name) to \(network[movement.to].name)"
  }

  private func place(of movement: Movement) -> String {
    "node \(network[movement.node].name), \(title(movement))"
  }

  private mutating func checkGroups(of movement: Movement) {
    let named = movement.protectedGroups + movement.permittedGroups
    // A channelled right turn may go beside the signal.
    if named.isEmpty && movement.turn != .right {
      error(
        "movement-unserved", place(of: movement), "no group of controller \(controller.name) lets it go",
        mend: "Name a protected or a permitted group, or remove the movement")
    }
    for group in named {
      if !controller.groups.indices.contains(group) {
        error(
          "group-missing", place(of: movement),
          "group index \(group) does not exist in controller \(controller.name)",
          mend: "Use one of the \(controller.groups.count) groups")
      } else if controller.groups[group].kind == .pedestrian {
        error(
          "group-kind", place(of: movement), "\(name(group)) is for pedestrians",
          mend: "Name a vehicle group")
      }
    }
  }

  private mutating func check(_ crosswalk: Crosswalk) {
    guard let group = crosswalk.group else { return }
    let here = "node \(network[crosswalk.node].name), crosswalk \(crosswalk.name)"
    if !controller.groups.indices.contains(group) {
      error(
        "group-missing", here, "group index \(group) does not exist in controller \(controller.name)",
        mend: "Use one of the \(controller.groups.count) groups")
    } else if controller.groups[group].kind == .vehicle {
      error("group-kind", here, "\(name(group)) is for vehicles", mend: "Name a pedestrian group")
    }
  }

  private func mayMeet(_ a: Int, _ b: Int) -> Bool { a == b || controller.conflicts[a, b] != .excluded }

  private mutating func checkProtected(_ a: Movement, _ b: Movement) {
    for first in a.protectedGroups {
      for second in b.protectedGroups where mayMeet(first, second) {
        let together = first == second ? name(first) : "\(name(first)) and \(name(second))"
        error(
          "protected-crossing", place(of: a),
          """
          it crosses the \(title(b)), and both are protected under \(together), which may be green at the \
          same time
          """,
          mend: "Exclude the two groups, or make one of the movements permitted")
        return
      }
    }
  }

  private mutating func checkPermitted(_ a: Movement, yieldingTo b: Movement, _ id: MovementID) {
    if a.yieldsTo.contains(id) { return }
    for first in a.permittedGroups {
      for second in b.protectedGroups where mayMeet(first, second) {
        error(
          "permitted-yields", place(of: a),
          """
          permitted under \(name(first)), it crosses the \(title(b)), which may have \(name(second)) then, \
          and it does not yield to it
          """,
          mend: "Add that movement to those it yields to, or exclude the groups")
        return
      }
    }
  }
}
