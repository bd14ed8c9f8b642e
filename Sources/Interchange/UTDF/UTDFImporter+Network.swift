import TrafficModel

extension UTDFImporter {
  /// Nodes in file order, then one link per approach with lanes.
  ///
  /// `Distance` reaches from stop line to stop line; what lies inside the upstream junction is the inner length
  /// of the movements that lead into the link, so the link keeps the rest (at least half).
  mutating func buildNodesAndLinks() {
    for index in nodes.indices {
      network.nodes.append(
        Node(
          name: String(nodes[index].number), title: title(of: index), control: control(of: index),
          position: nodes[index].position))
    }
    for index in approaches.indices where approaches[index].laneCount > 0 {
      let approach = approaches[index]
      let lanes =
        approach.lanes.isEmpty
        ? Array(repeating: Lane(widthMeters: defaults.widthMeters), count: approach.laneCount)
        : approach.lanes
      let inside =
        nodes[approach.upstream].kind == .external ? 0 : crossingWidth(at: approach.upstream, to: index)
      approaches[index].link = LinkID(network.links.count)
      network.links.append(
        Link(
          name: name(approach), title: approach.name, from: NodeID(approach.upstream),
          to: NodeID(approach.node),
          lengthMeters: max(approach.distanceMeters - inside, approach.distanceMeters / 2),
          speedLimitMetersPerSecond: approach.speedMetersPerSecond, lanes: lanes, shape: approach.shape))
    }
  }

  /// The description, or the names of the streets that cross here.
  private func title(of node: Int) -> String {
    if !nodes[node].description.isEmpty { return nodes[node].description }
    guard nodes[node].kind.hasLaneGroups else { return "" }
    var names: [String] = []
    for approach in nodes[node].approaches {
      let name = approaches[approach].name
      if !name.isEmpty && !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: " & ")
  }

  func control(of node: Int) -> NodeControl {
    switch nodes[node].kind {
    case .signal: planOfNode[node] == nil ? .priority : .signal
    case .external: .external
    case .bend: .uncontrolled
    case .unsignalised: isAllWayStop(node) ? .allWayStop : .priority
    case .roundabout: .priority
    }
  }

  /// Carriageway lanes of the leg between a node and a neighbour, both directions.
  private func laneCount(at node: Int, towards neighbour: Int) -> Int {
    let inbound = approachBetween[NodePair(from: neighbour, to: node)].map { approaches[$0].laneCount } ?? 0
    let outbound = approachBetween[NodePair(from: node, to: neighbour)].map { approaches[$0].laneCount } ?? 0
    return inbound + outbound
  }

  /// The width to cross from a leg of a node to go straight on.
  private func crossingWidth(at node: Int, to approach: Int) -> Double {
    let target = approaches[approach].node
    let straight = nodes[node].approaches.first { index in
      approaches[index].groups.contains { $0.turn == .through && indexOfNumber[$0.destination] == target }
    }
    return crossingWidth(at: node, from: straight.map { approaches[$0].upstream }, straightTo: target)
  }

  /// Lanes of the widest crossing leg × 3.6 m + 6 m for crosswalks and set-backs on both sides.
  ///
  /// Crossing legs are those that are neither the one that is come from nor the one straight ahead; at a T the
  /// one straight ahead is missing and both others count.
  private func crossingWidth(at node: Int, from: Int?, straightTo: Int?) -> Double {
    if nodes[node].kind == .bend { return 1 }
    let crossing = crossingLanes[node].filter { $0.neighbour != from && $0.neighbour != straightTo }
    return 3.6 * Double(crossing.map(\.lanes).max() ?? 2) + 6
  }

  /// The length of a movement's path inside the junction: straight across W, see above; a left turn goes round
  /// the middle and is about as long; a right turn 0.6 W and a U-turn 0.8 W, both at least 10 m.
  func innerLength(of group: UTDFLaneGroup, approach: UTDFApproach) -> Double {
    let straight = approach.groups.first { $0.turn == .through }.flatMap { indexOfNumber[$0.destination] }
    let width = crossingWidth(at: approach.node, from: approach.upstream, straightTo: straight)
    switch group.turn.turn {
    case .through, .left: return width
    case .right: return max(10, 0.6 * width)
    case .uTurn: return max(10, 0.8 * width)
    }
  }

  mutating func countCrossingLanes() {
    var neighboursOf = [[Int]](repeating: [], count: nodes.count)
    for approach in approaches {
      if !neighboursOf[approach.node].contains(approach.upstream) {
        neighboursOf[approach.node].append(approach.upstream)
      }
      if !neighboursOf[approach.upstream].contains(approach.node) {
        neighboursOf[approach.upstream].append(approach.node)
      }
    }
    departures = [[Int]](repeating: [], count: nodes.count)
    for index in approaches.indices { departures[approaches[index].upstream].append(index) }
    crossingLanes = neighboursOf.enumerated().map { node, neighbours in
      neighbours.map { (neighbour: $0, lanes: laneCount(at: node, towards: $0)) }
    }
  }

  // MARK: - Movements

  /// One movement per lane group with lanes to use, and at bends one from each link to each other leg.
  mutating func buildMovements() throws(DocumentError) {
    for index in approaches.indices {
      guard let link = approaches[index].link else { continue }
      let kind = nodes[approaches[index].node].kind
      if kind.hasLaneGroups {
        for group in approaches[index].groups.indices { try buildMovement(index, group, from: link) }
      } else if kind == .bend {
        buildBendMovements(index, from: link)
      }
    }
    turning = [Double](repeating: 0, count: network.movements.count)
    for approach in approaches {
      for group in approach.groups {
        if let movement = group.movement { turning[movement.index] = group.flowVehiclesPerHour }
      }
    }
  }

  private mutating func buildMovement(_ index: Int, _ group: Int, from link: LinkID) throws(DocumentError) {
    let approach = approaches[index]
    let data = approach.groups[group]
    if data.servedLanes.isEmpty { return }
    let target = indexOfNumber[data.destination] ?? 0
    guard let outbound = approachBetween[NodePair(from: approach.node, to: target)],
      let to = approaches[outbound].link
    else {
      if data.flowVehiclesPerHour > 0 || data.laneCount > 0 {
        notes.note(
          "destination-without-link", at: data.label,
          "No link with lanes leads to node \(data.destination); \(Int(data.flowVehiclesPerHour.rounded())) veh/h "
            + "are left out.",
          mend: "give the link from \(name(approach.node)) to node \(data.destination) lanes")
      }
      return
    }
    approaches[index].groups[group].movement = MovementID(network.movements.count)
    labels.append(data.label)
    network.movements.append(
      Movement(
        node: NodeID(approach.node), from: link, to: to, turn: data.turn.turn, lanes: data.servedLanes,
        innerLengthMeters: innerLength(of: data, approach: approach),
        turningSpeedMetersPerSecond: data.turningSpeedMetersPerSecond))
  }

  private mutating func buildBendMovements(_ index: Int, from link: LinkID) {
    let node = approaches[index].node
    for approach in departures[node].map({ approaches[$0] }) where approach.node != approaches[index].upstream
    {
      guard let to = approach.link else { continue }
      labels.append("\(name(approaches[index])) to \(nodes[approach.node].number)")
      network.movements.append(
        Movement(
          node: NodeID(node), from: link, to: to, turn: .through,
          lanes: Array(network[link].lanes.indices), innerLengthMeters: 1))
    }
  }
}
