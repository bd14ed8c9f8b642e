import TrafficModel

/// Nodes, links and movements.
extension SUMOImporter {
  mutating func buildNetwork() {
    countNet()
    if net.isLeftHand {
      notes.note(
        "sumo-left-hand", at: net.file,
        "traffic keeps left, and lanes are counted from the right as SUMO does",
        mend: "read left and right of this import as in the file")
    }
    let usable = usableLanes()
    let connections = usableConnections(usable)
    buildNodes(usable, connections)
    buildLinks(usable, connections)
    buildMovements(connections)
    setYielding()
  }

  private mutating func countNet() {
    counts.edges = net.edges.count
    counts.lanes = net.edges.reduce(0) { $0 + $1.lanes.count }
    counts.junctions = net.junctions.count { $0.type != "internal" }
    counts.connections = net.connections.count
    counts.signals = Set(net.programs.map(\.id)).count
    counts.signalLinks = net.connections.count { $0.signal != nil && $0.linkIndex != nil }
    counts.roundabouts = net.roundabouts.count
  }

  /// By edge: whether cars may use each lane.
  private mutating func usableLanes() -> [String: [Bool]] {
    var usable: [String: [Bool]] = [:]
    for edge in net.edges {
      let cars = edge.lanes.map(\.allowsCars)
      usable[edge.id] = cars
      if !cars.contains(true) {
        notes.collect(
          "sumo-edge-closed", at: "edge \(edge.id)", "no lane for cars (footways, rails); left out",
          mend: "none is needed")
      } else if cars.contains(false) {
        notes.collect(
          "sumo-lane-closed", at: "edge \(edge.id)", "lanes that cars may not use; left out",
          mend: "none is needed")
      }
    }
    return usable
  }

  /// Indices of connections between lanes that cars may use.
  private func usableConnections(_ usable: [String: [Bool]]) -> [Int] {
    func isUsable(_ edge: String, _ lane: Int) -> Bool {
      guard let lanes = usable[edge], lanes.indices.contains(lane) else { return false }
      return lanes[lane]
    }
    return net.connections.indices.filter { index in
      let connection = net.connections[index]
      return isUsable(connection.from, connection.fromLane) && isUsable(connection.to, connection.toLane)
    }
  }

  // MARK: - Nodes

  private mutating func buildNodes(_ usable: [String: [Bool]], _ connections: [Int]) {
    let edges = Dictionary(net.edges.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var hasWays: Set<String> = []
    var hasLamps: Set<String> = []
    for index in connections {
      let connection = net.connections[index]
      guard let junction = edges[connection.from]?.to else { continue }
      hasWays.insert(junction)
      if connection.signal != nil && connection.linkIndex != nil { hasLamps.insert(junction) }
    }
    for junction in net.junctions where junction.type != "internal" && !junction.id.hasPrefix(":") {
      nodeOf[junction.id] = NodeID(network.nodes.count)
      let control =
        hasLamps.contains(junction.id)
        ? .signal : hasWays.contains(junction.id) ? control(of: junction) : .external
      network.nodes.append(
        Node(name: junction.id, control: control, position: Point(xMeters: junction.x, yMeters: junction.y)))
    }
  }

  private mutating func control(of junction: SUMONet.Junction) -> NodeControl {
    let yields = junction.requests.values.contains { $0.response.contains(true) }
    switch junction.type {
    case "right_before_left", "left_before_right": return yields ? .rightBeforeLeft : .uncontrolled
    case "allway_stop": return .allWayStop
    case "priority", "priority_stop", "dead_end", "unregulated", "traffic_light", "traffic_light_unregulated",
      "traffic_light_right_on_red":
      return yields ? .priority : .uncontrolled
    default:
      notes.collect(
        "sumo-junction-type", at: "junction \(junction.id)",
        "a junction of type \(junction.type); its right-of-way matrix is used",
        mend: "see whether that is enough")
      return yields ? .priority : .uncontrolled
    }
  }

  // MARK: - Links

  private mutating func buildLinks(_ usable: [String: [Bool]], _ connections: [Int]) {
    var served: [String: Set<Int>] = [:]
    for index in connections {
      served[net.connections[index].from, default: []].insert(net.connections[index].fromLane)
    }
    for edge in net.edges {
      let cars = usable[edge.id] ?? []
      guard cars.contains(true), let from = nodeOf[edge.from], let to = nodeOf[edge.to] else { continue }
      let leads = served[edge.id] ?? []
      var kept: [Int] = []
      for lane in edge.lanes.indices where cars[lane] {
        if leads.isEmpty || leads.contains(lane) {
          kept.append(lane)
        } else {
          notes.collect(
            "sumo-lane-ends", at: "lane \(edge.lanes[lane].id)", "no connection leads on from it; left out",
            mend: "none is needed: vehicles leave such lanes before they end")
        }
      }
      append(edge, kept, from: from, to: leads.isEmpty ? end(of: edge, at: to) : to)
    }
  }

  /// A link that leads nowhere ends at the edge of the network: at its node if nothing goes on there at all.
  private mutating func end(of edge: SUMONet.Edge, at node: NodeID) -> NodeID {
    if network[node].control == .external { return node }
    notes.collect(
      "sumo-dead-end", at: "edge \(edge.id)",
      "no connection leads on from it; vehicles leave the network at its end",
      mend: "none is needed")
    network.nodes.append(
      Node(name: "\(edge.id) end", control: .external, position: network[node].position))
    return NodeID(network.nodes.count - 1)
  }

  private mutating func append(_ edge: SUMONet.Edge, _ kept: [Int], from: NodeID, to: NodeID) {
    let link = LinkID(network.links.count)
    let lanes = kept.map { edge.lanes[$0] }
    links[edge.id] = link
    let first = mapping.lanes.count
    firstLane.append(first)
    var places = [Int?](repeating: nil, count: edge.lanes.count)
    for (place, lane) in kept.enumerated() { places[lane] = place }
    laneOf[edge.id] = places
    for (lane, data) in edge.lanes.enumerated() where places[lane] == nil {
      let nearest = kept.indices.min { abs(kept[$0] - lane) < abs(kept[$1] - lane) } ?? 0
      mapping.otherLanes[data.id] = LaneID(first + nearest)
    }
    mapping.lanes += lanes.map(\.id)
    network.links.append(
      Link(
        name: edge.id, title: edge.name, from: from, to: to,
        lengthMeters: max(0.1, lanes.map(\.lengthMeters).max() ?? 0.1),
        speedLimitMetersPerSecond: min(max(lanes.map(\.speed).max() ?? 13.89, 0.5), 100),
        lanes: lanes.map { Lane(widthMeters: $0.widthMeters ?? 3.2) },
        shape: edge.shape.isEmpty ? Array(lanes[0].shape) : edge.shape))
  }

  // MARK: - Movements

  private mutating func buildMovements(_ connections: [Int]) {
    movementOf = Array(repeating: nil, count: net.connections.count)
    var known: [LinkID: [LinkID: MovementID]] = [:]
    /// By movement and lane: where its connections lead to.
    var landings: [MovementID: [Int: ClosedRange<Int>]] = [:]
    for index in connections {
      let connection = net.connections[index]
      guard let from = links[connection.from], let to = links[connection.to],
        let lane = laneOf[connection.from]?[connection.fromLane]
      else { continue }
      let id = known[from]?[to] ?? MovementID(network.movements.count)
      if known[from]?[to] == nil {
        known[from, default: [:]][to] = id
        network.movements.append(movement(connection, from, to))
        connectionsOf.append([])
      }
      if !network[id].lanes.contains(lane) {
        network[id].lanes.append(lane)
        network[id].lanes.sort()
      }
      if let target = laneOf[connection.to]?[connection.toLane] {
        let known = landings[id]?[lane]
        landings[id, default: [:]][lane] =
          min(known?.lowerBound ?? target, target)...max(known?.upperBound ?? target, target)
      }
      connectionsOf[id.index].append(index)
      movementOf[index] = id
      mapInside(of: connection, id, to)
    }
    for (index, movement) in network.movements.enumerated() {
      let ranges = movement.lanes.compactMap { landings[MovementID(index)]?[$0] }
      // All lanes or none: where a target lane was left out, the turn decides.
      if ranges.count == movement.lanes.count { network.movements[index].targetLanes = ranges }
    }
  }

  private func movement(_ connection: SUMONet.Connection, _ from: LinkID, _ to: LinkID) -> Movement {
    let inside = inside(of: connection)
    let limit = min(
      network[from].speedLimitMetersPerSecond, network[to].speedLimitMetersPerSecond)
    let isSlower = inside.speed < limit - 0.01
    return Movement(
      node: network[from].to, from: from, to: to, turn: Self.turn(connection.direction), lanes: [],
      innerLengthMeters: max(0.1, inside.length),
      turningSpeedMetersPerSecond: isSlower ? max(0.5, inside.speed) : nil,
      waitingPlaceMeters: min(inside.waiting, 100))
  }

  private static func turn(_ direction: String) -> Turn {
    switch direction {
    case "l", "L": .left
    case "r", "R": .right
    case "t": .uTurn
    default: .through
    }
  }

  /// The way through the junction: both halves, the speed of the first, and the length of the waiting place.
  private func inside(of connection: SUMONet.Connection) -> (length: Double, speed: Double, waiting: Double) {
    guard let via = connection.via, let first = net.innerLanes[via] else { return (0, .infinity, 0) }
    guard let next = net.continuations[via], let second = net.innerLanes[next] else {
      return (first.lengthMeters, first.speed, 0)
    }
    return (first.lengthMeters + second.lengthMeters, first.speed, first.lengthMeters)
  }

  private mutating func mapInside(of connection: SUMONet.Connection, _ movement: MovementID, _ to: LinkID) {
    guard let via = connection.via, let lane = laneOf[connection.to]?[connection.toLane] else { return }
    var next: String? = via
    var ways: [(String, Double)] = []
    while let inner = next, ways.count < 4 {
      ways.append((inner, net.innerLanes[inner]?.lengthMeters ?? 0))
      next = net.continuations[inner]
    }
    let target = LaneID(firstLane[to.index] + lane)
    var remaining = 0.0
    for (inner, length) in ways.reversed() {
      remaining += length
      mapping.innerLanes[inner] = SUMOMapping.InnerLane(
        movement: movement, to: target, remainingMeters: remaining)
    }
  }

  // MARK: - Right of way

  private mutating func setYielding() {
    let junctions = Dictionary(net.junctions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var atNode = [[Int]](repeating: [], count: network.nodes.count)
    for (index, movement) in movementOf.enumerated() {
      if let movement { atNode[network[movement].node.index].append(index) }
    }
    for connections in atNode where !connections.isEmpty {
      guard let via = net.connections[connections[0]].via, let id = SUMONet.Junction.junction(ofVia: via),
        let junction = junctions[id]
      else { continue }
      setYielding(connections, junction)
    }
  }

  private mutating func setYielding(_ connections: [Int], _ junction: SUMONet.Junction) {
    let requests = connections.map { index in
      net.connections[index].via.flatMap(SUMONet.Junction.requestIndex(ofVia:))
    }
    for (own, index) in zip(requests, connections) {
      guard let own, let request = junction.requests[own], let movement = movementOf[index] else { continue }
      for (other, otherIndex) in zip(requests, connections) {
        guard let other, request.response.indices.contains(other), request.response[other],
          let foe = movementOf[otherIndex], network[foe].from != network[movement].from,
          !network[movement].yieldsTo.contains(foe)
        else { continue }
        network[movement].yieldsTo.append(foe)
      }
    }
    for index in connections {
      if let movement = movementOf[index] { network[movement].yieldsTo.sort() }
    }
  }
}
