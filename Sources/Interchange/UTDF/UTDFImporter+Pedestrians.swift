import TrafficModel

extension UTDFImporter {
  /// The walk of each phase that has pedestrians, by phase index.
  ///
  /// UTDF gives Walk and DontWalk for nearly every phase, mostly as leftovers of a template. Pedestrians exist
  /// where a phase has a Walk and either PedCalls > 0, or Peds > 0 on a turn across the crosswalk beside it, or
  /// pedestrian recall. Where walk and clearance do not fit into the plan's green, walk is shortened to what fits,
  /// but not below 4 s (MUTCD); a phase that cannot give that has no pedestrians in the scenario.
  mutating func pedestrianPhases(_ plan: UTDFPlan) -> [TimeSpan?] {
    var walks: [TimeSpan?] = []
    for (index, phase) in plan.phases.enumerated() {
      guard let walk = phase.walk, walk > .zero, let clearance = phase.pedestrianClearance,
        hasPedestrians(phase, plan)
      else {
        walks.append(nil)
        continue
      }
      let room = plan.splits[index] - phase.clearance - clearance
      let place = "\(plan.place), phase \(phase.number)"
      if walk <= room {
        walks.append(walk)
      } else if room >= TimeSpan(seconds: 4) {
        walks.append(room)
        notes.note(
          "walk-shortened", at: place,
          "Walk \(walk.text) and clearance \(clearance.text) do not fit into the green; walk is \(room.text).",
          mend: "lengthen the split by \((walk - room).text)")
      } else {
        walks.append(nil)
        notes.note(
          "pedestrians-left-out", at: place,
          "Walk \(walk.text) and clearance \(clearance.text) need \((walk - room).text) more than the green has; the "
            + "phase's pedestrians are not simulated.", mend: "lengthen the split by \((walk - room).text)")
      }
    }
    return walks
  }

  private func hasPedestrians(_ phase: UTDFPhase, _ plan: UTDFPlan) -> Bool {
    if phase.pedestrianCallsPerHour > 0 || phase.recall == 2 { return true }
    return crosswalkLegs(phase, plan).contains { $0.pedestriansPerHour > 0 }
  }

  /// The legs whose crosswalks run beside a phase: to the right of each approach that it lets go straight on (to
  /// the left where no leg is on the right), or every leg for a phase of pedestrians alone.
  private func crosswalkLegs(
    _ phase: UTDFPhase, _ plan: UTDFPlan
  ) -> [(node: Int, leg: Int, pedestriansPerHour: Double)] {
    var legs: [(node: Int, leg: Int, pedestriansPerHour: Double)] = []
    for node in plan.nodes {
      if exclusivePedestrianPhase(of: node) == phase.number {
        for leg in crossingLanes[node].map(\.neighbour) { legs.append((node, leg, pedestrians(node, leg))) }
        continue
      }
      for approach in nodes[node].approaches.map({ approaches[$0] }) {
        let ahead = approach.groups.first { $0.turn == .through } ?? approach.groups.first
        guard let ahead, ahead.rightOfWayPhases.contains(phase.number) else { continue }
        let side =
          approach.groups.first { $0.turn.turn == .right } ?? approach.groups.first { $0.turn.turn == .left }
        guard let side, let leg = indexOfNumber[side.destination] else { continue }
        legs.append((node, leg, pedestrians(node, leg)))
      }
    }
    return legs
  }

  /// `Peds` of turns into a leg are the pedestrians who cross it.
  private func pedestrians(_ node: Int, _ leg: Int) -> Double {
    var most = 0.0
    for approach in nodes[node].approaches {
      for group in approaches[approach].groups
      where group.turn.turn != .through && indexOfNumber[group.destination] == leg {
        most = max(most, group.pedestriansPerHour)
      }
    }
    return most
  }

  private func exclusivePedestrianPhase(of node: Int) -> Int? {
    guard let table = document["lanes"], let column = table.column("PED"),
      let phase = try? document.whole(table, "phase1", nodes[node].number, column, .phase), phase > 0
    else { return nil }
    return phase
  }

  /// A link between a node and a neighbour, towards the node if there is one.
  private func link(of neighbour: Int, at node: Int) -> LinkID? {
    let inbound = approachBetween[NodePair(from: neighbour, to: node)].flatMap { approaches[$0].link }
    return inbound ?? approachBetween[NodePair(from: node, to: neighbour)].flatMap { approaches[$0].link }
  }

  /// Crosswalks of the phases that got a walk, as long as the leg's lanes are wide.
  mutating func addCrosswalks(_ plan: UTDFPlan, _ controller: SignalController, _ walks: [TimeSpan?]) {
    for (index, phase) in plan.phases.enumerated() where walks[index] != nil {
      let legs = crosswalkLegs(phase, plan)
      for leg in legs {
        let lanes = crossingLanes[leg.node].first { $0.neighbour == leg.leg }?.lanes ?? 2
        let crosswalk = CrosswalkID(network.crosswalks.count)
        network.crosswalks.append(
          Crosswalk(
            name: "\(nodes[leg.node].number) leg \(nodes[leg.leg].number)", node: NodeID(leg.node),
            lengthMeters: 3.6 * Double(max(lanes, 1)), group: controller.phases[index].pedestrianGroup,
            leg: link(of: leg.leg, at: leg.node)))
        let flow =
          leg.pedestriansPerHour > 0
          ? leg.pedestriansPerHour : phase.pedestrianCallsPerHour / Double(legs.count)
        if flow > 0 {
          pedestrianFlows.append(PedestrianFlow(crosswalk: crosswalk, pedestriansPerHour: flow))
        }
      }
    }
  }
}
