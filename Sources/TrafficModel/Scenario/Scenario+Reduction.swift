extension Scenario {
  /// The scenario without some of its junctions: what is left of the network if nothing is believed about them.
  ///
  /// Links to a removed junction end there, and their vehicles leave. Links from one begin there, with a source that
  /// carries what the next junction counts on that approach. Sources on links to a removed junction go, and so do the
  /// mid-block sources and exits that balanced its counts. Routes are cut there, and each piece that still leads through a
  /// junction is a route of its own, driven from where it begins; where all vehicles have routes nobody else is added.
  /// Controllers that steer none of the remaining junctions are removed, and with them their detectors' assignments.
  /// Identifiers are renumbered; names stay.
  public func removing(junctions removed: Set<NodeID>) -> Scenario {
    if removed.isEmpty { return self }
    var reduced = self
    for node in removed {
      reduced.network[node].control = .external
    }
    let keptMovements = network.movements.indices.filter { !removed.contains(network.movements[$0].node) }
    reduced.network.movements = Self.renumbered(network.movements, keeping: keptMovements)
    let crosswalks = network.crosswalks.indices.filter { !removed.contains(network.crosswalks[$0].node) }
    reduced.network.crosswalks = crosswalks.map { network.crosswalks[$0] }
    reduced.demand.pedestrians = demand.pedestrians.compactMap { flow in
      guard let position = crosswalks.firstIndex(of: flow.crosswalk.index) else { return nil }
      return PedestrianFlow(crosswalk: CrosswalkID(position), pedestriansPerHour: flow.pedestriansPerHour)
    }
    reduced.controllers = controllers.compactMap { controller in
      var kept = controller
      kept.nodes.removeAll(where: removed.contains)
      return kept.nodes.isEmpty ? nil : kept
    }
    reduceDemand(of: &reduced, removed: removed, keptMovements: keptMovements)
    return reduced
  }

  /// Movements by their old numbers, with the numbers that they yield to translated.
  private static func renumbered(_ movements: [Movement], keeping kept: [Int]) -> [Movement] {
    var number = [Int: MovementID]()
    for (position, old) in kept.enumerated() { number[old] = MovementID(position) }
    return kept.map { old in
      var movement = movements[old]
      movement.yieldsTo = movement.yieldsTo.compactMap { number[$0.index] }
      return movement
    }
  }

  private func reduceDemand(of reduced: inout Scenario, removed: Set<NodeID>, keptMovements: [Int]) {
    let touched = network.links.map { removed.contains($0.from) || removed.contains($0.to) }
    reduced.demand.turning = demand.turning.map { step in
      TurningStep(
        startSeconds: step.startSeconds, vehiclesPerHour: keptMovements.map { step.vehiclesPerHour[$0] },
        midblockExitShare: step.midblockExitShare.enumerated().map { touched[$0.offset] ? 0 : $0.element })
    }
    // Whoever would only have come to a removed junction does not come at all.
    reduced.demand.sources.removeAll { touched[$0.link.index] }
    let routed = routedDemand(without: removed)
    reduced.demand.routes = routed.routes
    reduced.demand.routeFlows = routed.routeFlows
    reduced.demand.trips = routed.trips
    reduced.demand.busLines = routed.busLines
    if demand.turning.isEmpty { return }
    for (index, link) in network.links.enumerated()
    where removed.contains(link.from) && !removed.contains(link.to) {
      reduced.demand.sources.append(boundarySource(of: LinkID(index)))
    }
  }

  /// A source in place of a removed junction: the counts of the next one, and the heavy vehicles of the region.
  private func boundarySource(of link: LinkID) -> VehicleSource {
    let movements = network.movements.indices.filter { network.movements[$0].from == link }
    let flow = demand.turning.map { step in
      FlowStep(
        startSeconds: step.startSeconds,
        vehiclesPerHour: movements.reduce(0.0) { $0 + step.vehiclesPerHour[$1] })
    }
    let total = demand.sources.reduce(0.0) { $0 + ($1.flow.first?.vehiclesPerHour ?? 0) }
    let heavy = demand.sources.reduce(0.0) {
      $0 + ($1.flow.first?.vehiclesPerHour ?? 0) * $1.heavyVehicleShare
    }
    return VehicleSource(
      name: "counted on \(network[link].name)", link: link, flow: flow,
      heavyVehicleShare: total > 0 ? heavy / total : 0)
  }
}
