import TrafficModel

extension UTDFImporter {
  /// Builds the controllers and tells movements their signal groups: one vehicle group per phase.
  mutating func buildControllers() -> [SignalController] {
    var controllers: [SignalController] = []
    let geometry = MovementConflicts(network)
    for index in plans.indices {
      let plan = plans[index]
      resolvePhases(plan)
      settleConflicts(plan, geometry)
      let walks = pedestrianPhases(plan)
      var phases: [PhaseParameters] = []
      for (phase, data) in plan.phases.enumerated() {
        phases.append(parameters(of: data, split: plan.splits[phase], plan: plan, walk: walks[phase]))
      }
      var controller = SignalController.ringBarrier(
        name: String(plan.number), nodes: plan.nodes.map { NodeID($0) }, phases: phases,
        diagram: plan.diagram, patterns: [], movements: movementPhases(plan), geometry: geometry, in: &network
      )
      addRightTurnsOnRed(plan, controller, geometry)
      addActuation(plan, to: &controller)
      controller.patterns = [pattern(of: plan, for: controller)]
      timelines.append(try? controller.timeline(of: controller.patterns[0]))
      addCrosswalks(plan, controller, walks)
      controller.detectors = addDetectors(plan)
      controllers.append(controller)
    }
    return controllers
  }

  /// Lane groups of a controller's nodes, as indices of approach and group.
  func laneGroups(of plan: UTDFPlan) -> [(approach: Int, group: Int)] {
    plan.nodes.flatMap { node in
      nodes[node].approaches.flatMap { approach in
        approaches[approach].groups.indices.map { (approach: approach, group: $0) }
      }
    }
  }

  // MARK: - Phases of movements

  /// Phase… gives the right of way, PermPhase… lets go after yielding. A movement without phases of its own has
  /// those of the group whose lanes it uses. A right turn, or a through movement, that is only permitted meets
  /// nobody but pedestrians and has the right of way; conflicts are looked at next.
  private mutating func resolvePhases(_ plan: UTDFPlan) {
    for (approach, index) in laneGroups(of: plan) where approaches[approach].groups[index].movement != nil {
      let groups = approaches[approach].groups
      var data = groups[index]
      let source = phaseSource(of: index, in: groups)
      var protected = groups[source].protectedPhases
      var permitted = groups[source].permittedPhases
      if source != index && data.turn.turn != .left && data.turn.turn != .uTurn && protected.isEmpty {
        protected = permitted
        permitted = []
      }
      if data.turn.turn == .right || data.turn.turn == .through {
        protected += permitted.filter { !protected.contains($0) }
        permitted = []
      }
      for number in protected + permitted where plan.phaseIndex(number) == nil {
        notes.note(
          "phase-unknown", at: data.label,
          "Phase \(number) is not a timed phase of controller \(plan.number).",
          mend: "add the phase's times, or correct Phase and PermPhase of the movement")
      }
      data.rightOfWayPhases = protected.filter { plan.phaseIndex($0) != nil }
      data.yieldingPhases = permitted.filter {
        plan.phaseIndex($0) != nil && !data.rightOfWayPhases.contains($0)
      }
      if data.rightOfWayPhases.isEmpty && data.yieldingPhases.isEmpty {
        data.yieldingPhases = plan.phases.map(\.number)
        notes.note(
          data.isUncontrolled ? "movement-uncontrolled" : "movement-without-phase", at: data.label,
          "The movement has no phase of its own: it may go under every phase after yielding.",
          mend: data.isUncontrolled ? "nothing" : "give the movement its phase")
      }
      if runsInParts(data.rightOfWayPhases, plan) {
        notes.collect(
          "several-phases", at: data.label,
          "The movement runs under several phases. Each has lamps of its own, so it loses yellow and all-red "
            + "between two that follow each other, where an overlap would stay green.", mend: "nothing")
      }
      approaches[approach].groups[index] = data
    }
  }

  /// Whether some of a movement's phases are never green together.
  private func runsInParts(_ numbers: [Int], _ plan: UTDFPlan) -> Bool {
    numbers.indices.contains { first in
      numbers[..<first].contains { !areTogether($0, numbers[first], plan) }
    }
  }

  private func phaseSource(of index: Int, in groups: [UTDFLaneGroup]) -> Int {
    func hasPhases(_ group: Int) -> Bool {
      !groups[group].protectedPhases.isEmpty || !groups[group].permittedPhases.isEmpty
    }
    if hasPhases(index) || groups[index].isUncontrolled { return index }
    let sharing = groups.indices.first { other in
      hasPhases(other) && groups[other].ownLanes.contains { groups[index].servedLanes.contains($0) }
    }
    return sharing ?? groups.indices.first { groups[$0].turn == .through && hasPhases($0) }
      ?? groups.indices.first(where: hasPhases) ?? index
  }

  /// Takes the right of way from a turn that meets other traffic with the right of way at the same time.
  ///
  /// A left turn with its through movement's phase is protected only while nothing opposes it (split phases, T
  /// junctions). U-turns yield to left turns, these to right turns, these to through movements.
  private mutating func settleConflicts(_ plan: UTDFPlan, _ geometry: MovementConflicts) {
    let members = laneGroups(of: plan).filter { approaches[$0.approach].groups[$0.group].movement != nil }
    func data(_ member: (approach: Int, group: Int)) -> UTDFLaneGroup {
      approaches[member.approach].groups[member.group]
    }
    for one in members {
      for number in data(one).rightOfWayPhases {
        let met = members.first { other in
          guard let a = data(one).movement, let b = data(other).movement, geometry.kind(a, b) != .none
          else { return false }
          let together = data(other).rightOfWayPhases.contains { areTogether(number, $0, plan) }
          return together && yields(data(one), to: data(other))
        }
        guard let met else { continue }
        let group = data(one)
        approaches[one.approach].groups[one.group].rightOfWayPhases.removeAll { $0 == number }
        approaches[one.approach].groups[one.group].yieldingPhases.append(number)
        notes.note(
          "protected-with-conflict", at: group.label,
          "Phase \(number) would give it the right of way while \(data(met).label) has it too: it is permitted only.",
          mend: "code the turn as permitted, or its phase against that of the other movement")
      }
    }
  }

  private func areTogether(_ a: Int, _ b: Int, _ plan: UTDFPlan) -> Bool {
    guard let first = plan.phaseIndex(a), let second = plan.phaseIndex(b) else { return false }
    return first == second || plan.diagram.areConcurrent(first, second)
  }

  private func yields(_ a: UTDFLaneGroup, to b: UTDFLaneGroup) -> Bool {
    func rank(_ turn: Turn) -> Int {
      switch turn {
      case .uTurn: 0
      case .left: 1
      case .right: 2
      case .through: 3
      }
    }
    if rank(a.turn.turn) != rank(b.turn.turn) { return rank(a.turn.turn) < rank(b.turn.turn) }
    return a.flowVehiclesPerHour < b.flowVehiclesPerHour
      || (a.flowVehiclesPerHour == b.flowVehiclesPerHour && a.label < b.label)
  }

  private func movementPhases(_ plan: UTDFPlan) -> [MovementPhases] {
    laneGroups(of: plan).compactMap { approach, index in
      let data = approaches[approach].groups[index]
      return data.movement.map {
        MovementPhases(movement: $0, protected: data.rightOfWayPhases, permitted: data.yieldingPhases)
      }
    }
  }

  /// Lets right turns go on red after a stop and after yielding, where the file allows it.
  private mutating func addRightTurnsOnRed(
    _ plan: UTDFPlan, _ controller: SignalController, _ geometry: MovementConflicts
  ) {
    guard options.allowsRightOnRed else { return }
    var members: [MovementID] = []
    for (approach, index) in laneGroups(of: plan) {
      let data = approaches[approach].groups[index]
      guard let movement = data.movement else { continue }
      members.append(movement)
      guard data.turn.turn == .right, data.allowsRightOnRed else { continue }
      network[movement].turnsOnRed = true
      network[movement].yieldsTo = []
    }
    network.deriveYielding(of: members, under: controller, geometry: geometry)
  }
}
