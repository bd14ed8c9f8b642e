extension Scenario {
  /// The routes that remain without some junctions, and what drives them.
  ///
  /// A route is cut at each removed junction; each piece that still leads through a junction is a route of its own. Its
  /// vehicles appear where it begins, later by the free-flow time to there, and with the mean dwell of a bus at the
  /// stops before: what the removed junctions would have done to them is not known. Pieces of one link are left out:
  /// whoever would only have come to, or from, a removed junction does not come at all.
  func routedDemand(without removed: Set<NodeID>) -> Demand {
    var reduced = Demand()
    var taken = Set(demand.routes.map(\.name))
    let movements = MovementsByLinks(network)
    let pieces = demand.routes.map {
      self.pieces(of: $0, movements, removed: removed, avoiding: &taken)
    }
    var numbers: [[Int]] = []
    for list in pieces {
      numbers.append(Array(reduced.routes.count..<reduced.routes.count + list.count))
      reduced.routes += list.map(\.route)
    }
    for flow in demand.routeFlows {
      for (position, piece) in pieces[flow.route].enumerated() {
        var kept = flow
        kept.name = Self.name(flow.name, part: position, of: pieces[flow.route].count)
        kept.route = numbers[flow.route][position]
        for step in kept.flow.indices.dropFirst() { kept.flow[step].startSeconds += piece.leadSeconds }
        reduced.routeFlows.append(kept)
      }
    }
    for trip in demand.trips {
      for (position, piece) in pieces[trip.route].enumerated() {
        var kept = trip
        kept.route = numbers[trip.route][position]
        kept.departureSeconds += piece.leadSeconds
        reduced.trips.append(kept)
      }
    }
    for line in demand.busLines {
      for (position, piece) in pieces[line.route].enumerated() {
        let passed = line.stops.filter { piece.linksBefore.contains($0.link) }
        var kept = line
        kept.name = Self.name(line.name, part: position, of: pieces[line.route].count)
        kept.route = numbers[line.route][position]
        kept.firstSeconds += piece.leadSeconds + passed.reduce(0) { $0 + $1.dwellSeconds }
        kept.stops = line.stops.filter { piece.route.links.contains($0.link) }
        reduced.busLines.append(kept)
      }
    }
    return reduced
  }

  private struct RoutePiece {
    var route: Route
    var linksBefore: Set<LinkID>
    /// Free-flow time from where the whole route begins to where this piece does.
    var leadSeconds: Double
  }

  private func pieces(
    of route: Route, _ movements: MovementsByLinks, removed: Set<NodeID>, avoiding taken: inout Set<String>
  ) -> [RoutePiece] {
    let isWhole = !route.links.contains {
      removed.contains(network[$0].from) || removed.contains(network[$0].to)
    }
    if isWhole { return [RoutePiece(route: route, linksBefore: [], leadSeconds: 0)] }
    var pieces: [RoutePiece] = []
    var links: [LinkID] = []
    var before: Set<LinkID> = []
    var start = 0.0
    var lead = 0.0
    for (position, link) in route.links.enumerated() {
      links.append(link)
      lead += network.freeFlowSeconds(along: link)
      let isLast = position + 1 == route.links.count
      if !isLast, let movement = movements[link, route.links[position + 1]] {
        lead += network.freeFlowSeconds(through: network[movement])
      }
      if !isLast && !removed.contains(network[link].to) { continue }
      if links.count > 1 {
        pieces.append(
          RoutePiece(
            route: Route(name: route.name, links: links), linksBefore: before.subtracting(links),
            leadSeconds: (start * 1000).rounded() / 1000))
      }
      before.formUnion(links)
      links = []
      start = lead
    }
    for position in pieces.indices where pieces.count > 1 {
      var name = Self.name(route.name, part: position, of: pieces.count)
      while !taken.insert(name).inserted { name += "'" }
      pieces[position].route.name = name
    }
    return pieces
  }

  private static func name(_ name: String, part: Int, of count: Int) -> String {
    count > 1 ? "\(name), part \(part + 1)" : name
  }
}
