/// Rules about turns that yield: flashing yellow arrows and the yellow trap.
extension SignalDataCheck {
  // MARK: - Overlaps

  mutating func checkOverlap(_ overlap: Overlap) {
    let here = place(of: overlap)
    checkMeeting(of: overlap, at: here)
    let proceed = controller.groups[overlap.group].proceed
    switch overlap.kind {
    case .normal: break
    case .minusGreenYellow:
      if overlap.modifierPhases.isEmpty {
        warn(
          "overlap-modifier", here, "it is to be dark of green beside modifier phases, and there are none",
          mend: "Name its modifier phases, or make it a normal overlap")
      }
    case .flashingYellowArrow:
      if proceed != .flashingYellow {
        error(
          "flashing-arrow", here,
          "\(name(overlap.group)) shows steady green as its green, and a flashing yellow arrow flashes yellow",
          mend: "Let the group proceed with \"flashingYellow\"")
      }
      if overlap.trailingGreen > .zero {
        warn(
          "flashing-arrow", here,
          "it flashes on for \(overlap.trailingGreen.text) after the opposing traffic has lost its green",
          mend: "Take the trailing green out")
      }
    }
    if overlap.kind != .flashingYellowArrow && proceed == .flashingYellow {
      error(
        "flashing-arrow", here,
        "\(name(overlap.group)) flashes yellow as its green in an overlap that shows green",
        mend: "Make the overlap a flashing yellow arrow, or let the group show green")
    }
  }

  /// The group must be able to be green beside what its included phases are green with.
  private mutating func checkMeeting(of overlap: Overlap, at here: String) {
    for phase in overlap.includedPhases {
      let data = controller.phases[phase]
      for group in data.groups where controller.conflicts[overlap.group, group] == .excluded {
        error(
          "overlap-conflict", here,
          "\(name(overlap.group)) is green with phase \(data.number), and it excludes \(name(group)) of it",
          mend: "Lift the exclusion, or take the phase out of the included phases")
        return
      }
    }
  }

  /// A flashing yellow arrow invites to yield; nobody is protected by it.
  mutating func checkFlashingGroups(of movement: Movement, at here: String) {
    for group in movement.protectedGroups where controller.groups[group].proceed == .flashingYellow {
      error(
        "flashing-protected", here, "it is protected under \(name(group)), which flashes yellow",
        mend: "Make the movement permitted under \(name(group))")
    }
  }

  /// The arrow must follow the traffic that its turn yields to; following its own through traffic it would be a
  /// yellow trap.
  mutating func checkArrow(of movement: Movement, at here: String) {
    for overlap in controller.overlaps
    where overlap.kind == .flashingYellowArrow && movement.permittedGroups.contains(overlap.group) {
      let yieldedTo = movement.yieldsTo.filter { network.movements.indices.contains($0.index) }.map {
        network[$0]
      }
      if yieldedTo.isEmpty { continue }
      for phase in overlap.includedPhases {
        let groups = controller.phases[phase].groups
        if yieldedTo.contains(where: { $0.protectedGroups.contains { groups.contains($0) } }) { continue }
        warn(
          "flashing-arrow", here,
          """
          its arrow of overlap \(overlap.number) flashes with phase \(number(phase)), under which nobody goes that it \
          yields to: it could turn yellow while the opposing traffic keeps its green
          """,
          mend: "Include the phase of the opposing through traffic instead")
      }
    }
  }

  // MARK: - Several groups

  /// Two heads for one movement: between two phases in a row it would see yellow and red.
  mutating func checkTwoGroups(of movement: Movement, at here: String) {
    let groups = movement.protectedGroups
    for (position, first) in groups.enumerated() {
      for second in groups[(position + 1)...]
      where first != second && controller.conflicts[first, second] == .excluded {
        warn(
          "movement-two-groups", here,
          "\(name(first)) and \(name(second)) both protect it and exclude each other: between the two it sees red",
          mend: "Give it one group that belongs to both phases")
        return
      }
    }
  }

  // MARK: - Yellow trap

  /// A permitted turn sees yellow with its own through traffic while the opposing traffic keeps green: its driver takes
  /// the opposing yellow for granted and turns. A warning, because streets have such plans, with a sign that oncoming
  /// traffic has extended green (MUTCD W25-1); no controller can show one otherwise, for a green that waited for the
  /// opposing one would keep its own lagging turn waiting for ever.
  mutating func checkYellowTrap(_ movement: Movement, at here: String) {
    guard movement.turn == .left || movement.turn == .uTurn else { return }
    let opposing = movement.yieldsTo.filter { network.movements.indices.contains($0.index) }.map {
      network[$0]
    }
    .filter { $0.turn == .through }
    for permitted in movement.permittedGroups {
      if controller.overlaps.contains(where: { $0.group == permitted && $0.kind == .flashingYellowArrow }) {
        continue
      }
      for own in controller.phases.indices where controller.phases[own].groups.contains(permitted) {
        for other in opposing.flatMap(\.protectedGroups) {
          for across in controller.phases.indices
          where across != own && controller.phases[across].groups.contains(other) {
            if noteTrap(own, across, at: here) { return }
          }
        }
      }
    }
  }

  private mutating func noteTrap(_ own: Int, _ across: Int, at here: String) -> Bool {
    for pattern in controller.patterns {
      guard case .ringBarrier(let diagram, let splits, _) = pattern.timing,
        splits.count == controller.phases.count
      else { continue }
      switch pattern.operation {
      case .pretimed:
        guard let end = greenEnd(own, diagram, splits), let other = greenEnd(across, diagram, splits),
          diagram.areConcurrent(own, across), other > end
        else { continue }
        noteTrap(
          own, across, "in pattern \(pattern.number) goes on for \((other - end).text)", at: here)
        return true
      case .coordinated:
        guard let next = successor(of: own, diagram, splits), diagram.areConcurrent(own, across) else {
          continue
        }
        noteTrap(
          own, across, "in pattern \(pattern.number) may go on while phase \(number(next)) runs", at: here)
        return true
      }
    }
    guard isActuated, controller.diagram.areConcurrent(own, across),
      let next = successor(of: own, controller.diagram, nil)
    else { return false }
    noteTrap(own, across, "running free may go on while phase \(number(next)) runs", at: here)
    return true
  }

  private mutating func noteTrap(_ own: Int, _ across: Int, _ how: String, at here: String) {
    warn(
      "yellow-trap", here,
      """
      yellow trap: it is permitted under phase \(number(own)), whose green ends while that of the opposing phase \
      \(number(across)) \(how)
      """,
      mend: "Let the turn lead, or give it a flashing yellow arrow that follows phase \(number(across))")
  }

  /// The end of a phase's green, from the beginning of its side.
  private func greenEnd(_ phase: Int, _ diagram: RingBarrierDiagram, _ splits: [TimeSpan]) -> TimeSpan? {
    guard splits[phase] > .zero, splits.allSatisfy({ $0 <= .longestTiming }),
      let place = diagram.place(of: phase)
    else { return nil }
    var end = TimeSpan.zero
    for member in diagram.phases(ring: place.ring, side: place.side) {
      guard splits.indices.contains(member) else { return nil }
      end += splits[member]
      if member == phase { return end - controller.phases[phase].clearance }
    }
    return nil
  }

  /// The phase that may follow in the same ring before the barrier: the next one, or one that is served again.
  private func successor(of phase: Int, _ diagram: RingBarrierDiagram, _ splits: [TimeSpan]?) -> Int? {
    guard let place = diagram.place(of: phase) else { return nil }
    let members = diagram.phases(ring: place.ring, side: place.side).filter {
      controller.phases.indices.contains($0) && (splits.map { $0.map { $0 > .zero } }?[$0] ?? true)
    }
    guard let position = members.firstIndex(of: phase) else { return nil }
    if position + 1 < members.count { return members[position + 1] }
    return members[..<position].last { controller.phases[$0].actuation.isServedConditionally }
  }
}
