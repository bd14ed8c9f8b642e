extension Scenario {
  /// The scenario without some of its junctions: what is left of the network if nothing is believed about them.
  ///
  /// Links to a removed junction end there, and their vehicles leave. Links from one begin there, with a source that
  /// carries what the next junction counts on that approach, bends in between or not. Mid-block sources and exits
  /// that only balanced the two counts go, and so do sources whose vehicles would reach nothing but the cut. Routes are
  /// cut there, and each piece that still leads through a junction is a route of its own, driven from where it begins;
  /// where all vehicles have routes nobody else is added. Controllers that steer none of the remaining junctions are
  /// removed, and with them their detectors' assignments. A controller that also steers a remaining junction keeps all
  /// its phases and detectors, so its timing is what it was. Movements, crosswalks and controllers are renumbered; nodes,
  /// links, lanes and detectors keep their numbers, and all keep their names.
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
    let cuts = CutRoads(network, removed: removed)
    // A bend behind a removed junction carried that junction's counts; it carries the next one's now.
    var volumes = demand.turning.map(\.vehiclesPerHour)
    for road in cuts.entries {
      for step in volumes.indices {
        let flow = cuts.movements(from: road.end).reduce(0.0) { $0 + volumes[step][$1] }
        for bend in road.bends { volumes[step][bend] = flow }
      }
    }
    reduced.demand.turning = demand.turning.enumerated().map { index, step in
      TurningStep(
        startSeconds: step.startSeconds, vehiclesPerHour: keptMovements.map { volumes[index][$0] },
        midblockExitShare: step.midblockExitShare.enumerated().map { cuts.isCut[$0.offset] ? 0 : $0.element })
    }
    // Vehicles from the edge straight to a removed junction would pass none that is left.
    reduced.demand.sources.removeAll { cuts.isCut[$0.link.index] }
    let routed = routedDemand(without: removed)
    reduced.demand.routes = routed.routes
    reduced.demand.routeFlows = routed.routeFlows
    reduced.demand.trips = routed.trips
    reduced.demand.busLines = routed.busLines
    if demand.turning.isEmpty { return }
    for road in cuts.entries {
      let movements = cuts.movements(from: road.end)
      // Nobody counts at the edge of the network, and nobody who enters there would pass a junction.
      if movements.isEmpty { continue }
      reduced.demand.sources.append(boundarySource(of: road.start, countedOn: movements))
    }
  }

  /// A source in place of a removed junction: the counts of the next one, and the mix of vehicles of the region.
  private func boundarySource(of link: LinkID, countedOn movements: [Int]) -> VehicleSource {
    let flow = demand.turning.map { step in
      FlowStep(
        startSeconds: step.startSeconds,
        vehiclesPerHour: movements.reduce(0.0) { $0 + step.vehiclesPerHour[$1] })
    }
    let total = demand.sources.reduce(0.0) { $0 + ($1.flow.first?.vehiclesPerHour ?? 0) }
    let heavy = demand.sources.reduce(0.0) {
      $0 + ($1.flow.first?.vehiclesPerHour ?? 0) * $1.heavyVehicleShare
    }
    let shares = demand.vehicleClasses.indices.map { own in
      let vehicles = demand.sources.reduce(0.0) { sum, source in
        let share = source.classShares.first { $0.vehicleClass == own }?.share ?? 0
        return sum + (source.flow.first?.vehiclesPerHour ?? 0) * share
      }
      return ClassShare(vehicleClass: own, share: total > 0 ? vehicles / total : 0)
    }
    return VehicleSource(
      name: "counted on \(network[link].name)", link: link, flow: flow,
      heavyVehicleShare: total > 0 ? heavy / total : 0, classShares: shares.filter { $0.share > 0 })
  }
}

/// The ways between removed junctions and those that stay, bends included.
private struct CutRoads {
  /// Links one behind the other from a removed junction, with nothing but bends between them.
  struct Road {
    var start: LinkID
    var end: LinkID
    /// Movements at the bends.
    var bends: [Int]
  }

  /// The ways out of removed junctions that do not end at one, in the order of their first links.
  private(set) var entries: [Road] = []
  /// By link: whether a removed junction lies at either end of its way.
  private(set) var isCut: [Bool]
  private let movementsFrom: [[Int]]

  init(_ network: Network, removed: Set<NodeID>) {
    var from = [[Int]](repeating: [], count: network.links.count)
    var to = from
    for (index, movement) in network.movements.enumerated() {
      from[movement.from.index].append(index)
      to[movement.to.index].append(index)
    }
    movementsFrom = from
    isCut = network.links.map { removed.contains($0.from) || removed.contains($0.to) }
    /// The movement through a bend that is the only way on and the only way there.
    func bend(_ link: Int, isForward: Bool) -> Int? {
      let ways = isForward ? from[link] : to[link]
      guard ways.count == 1 else { return nil }
      let movement = network.movements[ways[0]]
      let others = isForward ? to[movement.to.index] : from[movement.from.index]
      guard others.count == 1, network[movement.node].control == .uncontrolled,
        !removed.contains(movement.node)
      else { return nil }
      return ways[0]
    }
    for (index, link) in network.links.enumerated() {
      if removed.contains(link.to) && !removed.contains(link.from) {
        var place = index
        while let way = bend(place, isForward: false) {
          place = network.movements[way].from.index
          if place == index { break }
          isCut[place] = true
        }
      }
      if removed.contains(link.from) && !removed.contains(link.to) {
        var road = Road(start: LinkID(index), end: LinkID(index), bends: [])
        while let way = bend(road.end.index, isForward: true) {
          road.end = network.movements[way].to
          if road.end == road.start { break }
          road.bends.append(way)
          isCut[road.end.index] = true
        }
        if !removed.contains(network[road.end].to) { entries.append(road) }
      }
    }
  }

  /// Movements that leave a link.
  func movements(from link: LinkID) -> [Int] { movementsFrom[link.index] }
}
