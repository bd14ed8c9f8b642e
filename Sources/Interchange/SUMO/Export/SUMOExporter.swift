import TrafficModel

/// Turns links into edges, movements into connections, controllers into programs.
///
/// A link with pockets becomes several edges one behind the other, each with the lanes that exist there, because SUMO's
/// edges have as many lanes at their end as at their begin.
struct SUMOExporter {
  let scenario: Scenario
  var notes = ImportNotes()
  private let controllerOfNode: [ControllerID?]
  /// By node.
  let nodeIDs: [String]
  /// By link: its edges from upstream to downstream.
  private(set) var edgesOfLink: [[Edge]] = []
  private var inner: [InnerNode] = []
  private var connections: [Connection] = []
  private var programs: [String] = []
  /// By controller: the movement of each link of its signal.
  private var movementsOfLinks: [[MovementID]]

  struct Edge {
    var id: String
    var link: LinkID
    var from: String
    var to: String
    /// Our lanes, from the kerb.
    var lanes: [Int]
    var lengthMeters: Double
    var priority: Int
  }

  /// A place where pockets begin.
  private struct InnerNode {
    var id: String
    var point: Point
  }

  private struct Connection {
    var from: String
    var to: String
    var fromLane: Int
    var toLane: Int
    /// `nil` where no lamps are.
    var signal: (id: String, link: Int)?
    var isUncontrolled = false
  }

  init(_ scenario: Scenario) {
    self.scenario = scenario
    nodeIDs = Self.identifiers(scenario.network.nodes.map(\.name))
    movementsOfLinks = Array(repeating: [], count: scenario.controllers.count)
    controllerOfNode = scenario.controllerOfNode
  }

  var network: Network { scenario.network }

  private static func identifiers(_ names: [String]) -> [String] {
    var known: Set<String> = []
    return names.map { name in
      var id = SUMOText.identifier(name)
      while !known.insert(id).inserted { id += "_" }
      return id
    }
  }

  // MARK: - Edges

  mutating func buildEdges() {
    let ids = Self.identifiers(network.links.map(\.name))
    let isMinor = minorLinks()
    for (index, link) in network.links.enumerated() {
      let cuts = Set(link.lanes.compactMap(\.pocketMeters)).filter { $0 < link.lengthMeters }.sorted(by: >)
      var edges: [Edge] = []
      var from = nodeIDs[link.from.index]
      let ends = [link.lengthMeters] + cuts + [0]
      for part in 0..<ends.count - 1 {
        let (begin, end) = (ends[part], ends[part + 1])
        let lanes = link.lanes.indices.filter { (link.lanes[$0].pocketMeters ?? .infinity) >= begin }
        let isLast = part == ends.count - 2
        let to = isLast ? nodeIDs[link.to.index] : "\(ids[index])_at\(Int(end.rounded()))"
        if !isLast { inner.append(InnerNode(id: to, point: point(on: link, beforeEnd: end))) }
        edges.append(
          Edge(
            id: isLast ? ids[index] : "\(ids[index])_to\(Int(end.rounded()))", link: LinkID(index),
            from: from,
            to: to, lanes: lanes, lengthMeters: begin - end, priority: isMinor[index] ? 1 : 3))
        from = to
      }
      edgesOfLink.append(edges)
    }
  }

  /// Links whose through or right movement yields where no lamps are.
  private func minorLinks() -> [Bool] {
    var result = [Bool](repeating: false, count: network.links.count)
    for movement in network.movements {
      let yields = !movement.yieldsTo.isEmpty && network[movement.node].control == .priority
      if yields && (movement.turn == .through || movement.turn == .right) {
        result[movement.from.index] = true
      }
    }
    return result
  }

  /// The point of a link so many metres before its end, on the line of its shape.
  private func point(on link: Link, beforeEnd distance: Double) -> Point {
    let points = [network[link.from].position] + link.shape + [network[link.to].position]
    let lengths = zip(points, points.dropFirst()).map { $0.distanceMeters(to: $1) }
    let total = lengths.reduce(0, +)
    var rest = total * distance / max(link.lengthMeters, 0.1)
    for (index, length) in lengths.enumerated().reversed() {
      if rest <= length, length > 0 {
        let (a, b) = (points[index], points[index + 1])
        let share = rest / length
        return Point(
          xMeters: b.xMeters + (a.xMeters - b.xMeters) * share,
          yMeters: b.yMeters + (a.yMeters - b.yMeters) * share)
      }
      rest -= length
    }
    return points[0]
  }

  // MARK: - Connections

  mutating func buildConnections() {
    for edges in edgesOfLink {
      for (before, after) in zip(edges, edges.dropFirst()) { connect(before, after) }
    }
    for (index, movement) in network.movements.enumerated() { connect(MovementID(index), movement) }
  }

  /// Lanes go on; a lane that begins is entered from the nearest one that was there before.
  private mutating func connect(_ before: Edge, _ after: Edge) {
    for (toLane, lane) in after.lanes.enumerated() {
      guard
        let fromLane = before.lanes.indices.min(by: {
          abs(before.lanes[$0] - lane) < abs(before.lanes[$1] - lane)
        })
      else { continue }
      connections.append(Connection(from: before.id, to: after.id, fromLane: fromLane, toLane: toLane))
    }
  }

  private mutating func connect(_ id: MovementID, _ movement: Movement) {
    guard let from = edgesOfLink[movement.from.index].last, let to = edgesOfLink[movement.to.index].first
    else {
      return
    }
    let isSignal = network[movement.node].control == .signal
    for (rank, lane) in movement.lanes.enumerated() {
      var connection = Connection(
        from: from.id, to: to.id, fromLane: lane,
        toLane: Self.target(rank, of: movement.lanes.count, movement.turn, lanes: to.lanes.count))
      if isSignal {
        let isGoverned = !(movement.protectedGroups + movement.permittedGroups).isEmpty
        if isGoverned, let controller = controllerOfNode[movement.node.index] {
          connection.signal = (signalID(controller), movementsOfLinks[controller.index].count)
          movementsOfLinks[controller.index].append(id)
        } else {
          connection.isUncontrolled = true
        }
      }
      connections.append(connection)
    }
  }

  /// Right turns and through lanes keep to the right, left turns to the left.
  private static func target(_ rank: Int, of count: Int, _ turn: Turn, lanes: Int) -> Int {
    switch turn {
    case .right, .through: min(rank, lanes - 1)
    case .left, .uTurn: max(0, lanes - count + rank)
    }
  }

  // MARK: - Signals

  func signalID(_ controller: ControllerID) -> String {
    "signal_" + SUMOText.identifier(scenario.controllers[controller.index].name)
  }

  /// How many characters the states of a controller's signal have.
  func linkCount(of controller: ControllerID) -> Int { movementsOfLinks[controller.index].count }

  mutating func buildSignals(as kind: SUMOProgramKind = .fixed) throws(TimelineFailure) {
    for (index, controller) in scenario.controllers.enumerated() {
      let links = movementsOfLinks[index].map { network[$0] }
      if links.isEmpty { continue }
      if kind != .fixed, addNEMA(ControllerID(index), isFree: kind == .nemaFree, links) { continue }
      let phases = try SUMOProgramWriter.phases(of: controller) { lamps in
        links.map { Self.character($0, lamps) }
      }
      programs.append(SUMOProgramWriter.logic(id: signalID(ControllerID(index)), programID: "0", phases))
    }
    if !network.crosswalks.isEmpty {
      notes.note(
        "sumo-crosswalks", at: "scenario",
        "\(network.crosswalks.count) crosswalks and their pedestrians are not written",
        mend: "add them in SUMO where they matter")
    }
  }

  /// - Returns: whether SUMO's NEMA controller can stand for it.
  private mutating func addNEMA(_ id: ControllerID, isFree: Bool, _ links: [Movement]) -> Bool {
    let controller = scenario.controllers[id.index]
    guard let writer = SUMONEMAWriter(controller, isFree: isFree) else {
      notes.collect(
        "sumo-nema", at: "controller \(controller.name)",
        "not two rings with two sides and phases 1 to 8; written as a fixed program", mend: "none is needed")
      return false
    }
    for loss in writer.losses {
      notes.collect("sumo-nema", at: "controller \(controller.name)", loss, mend: "see whether it matters")
    }
    programs.append(writer.logic(id: signalID(id), programID: "0", links: links))
    return true
  }

  private static func character(_ movement: Movement, _ lamps: [Indication]) -> UInt8 {
    let protected = movement.protectedGroups.map { lamps[$0] }
    let permitted = movement.permittedGroups.map { lamps[$0] }
    if protected.contains(.green) { return UInt8(ascii: "G") }
    if permitted.contains(.green) || permitted.contains(.flashingYellow) { return UInt8(ascii: "g") }
    if (protected + permitted).contains(.yellow) { return UInt8(ascii: "y") }
    if (protected + permitted).contains(.redYellow) { return UInt8(ascii: "u") }
    return movement.turnsOnRed ? UInt8(ascii: "s") : UInt8(ascii: "r")
  }
}

// MARK: - Texts

extension SUMOExporter {
  func nodesText() -> String {
    var text = "<nodes>\n"
    for (index, node) in network.nodes.enumerated() {
      var line =
        "  <node id=\"\(nodeIDs[index])\" x=\"\(SUMOText.number(node.position.xMeters))\" "
        + "y=\"\(SUMOText.number(node.position.yMeters))\" type=\"\(type(NodeID(index)))\""
      if node.control == .signal, let controller = controllerOfNode[index] {
        line += " tl=\"\(signalID(controller))\""
      }
      text += line + "/>\n"
    }
    for node in inner {
      text +=
        "  <node id=\"\(node.id)\" x=\"\(SUMOText.number(node.point.xMeters))\" "
        + "y=\"\(SUMOText.number(node.point.yMeters))\" type=\"priority\"/>\n"
    }
    return text + "</nodes>\n"
  }

  private func type(_ id: NodeID) -> String {
    switch network[id].control {
    case .signal: "traffic_light"
    case .priority:
      network.movements.contains { $0.node == id && $0.stopsFirst } ? "priority_stop" : "priority"
    case .allWayStop: "allway_stop"
    case .rightBeforeLeft: "right_before_left"
    case .uncontrolled: "priority"
    case .external: "dead_end"
    }
  }

  func edgesText() -> String {
    var text = "<edges>\n"
    for edges in edgesOfLink {
      for edge in edges {
        let link = network[edge.link]
        text +=
          "  <edge id=\"\(edge.id)\" from=\"\(edge.from)\" to=\"\(edge.to)\" numLanes=\"\(edge.lanes.count)\" "
          + "speed=\"\(SUMOText.number(link.speedLimitMetersPerSecond))\" priority=\"\(edge.priority)\" "
          + "length=\"\(SUMOText.number(max(edge.lengthMeters, 0.1)))\"\(shape(of: edge, link))/>\n"
      }
    }
    return text + "</edges>\n"
  }

  /// Only whole links keep their shapes; parts of them run straight.
  private func shape(of edge: Edge, _ link: Link) -> String {
    guard edgesOfLink[edge.link.index].count == 1, !link.shape.isEmpty else { return "" }
    let points = [network[link.from].position] + link.shape + [network[link.to].position]
    let text = points.map { "\(SUMOText.number($0.xMeters)),\(SUMOText.number($0.yMeters))" }
    return " shape=\"\(text.joined(separator: " "))\""
  }

  func connectionsText() -> String {
    var text = "<connections>\n"
    for connection in connections {
      text +=
        "  <connection from=\"\(connection.from)\" to=\"\(connection.to)\" fromLane=\"\(connection.fromLane)\" "
        + "toLane=\"\(connection.toLane)\"\(connection.isUncontrolled ? " uncontrolled=\"true\"" : "")/>\n"
    }
    return text + "</connections>\n"
  }

  func signalsText() -> String {
    var text = "<tlLogics>\n" + programs.joined()
    for connection in connections {
      guard let signal = connection.signal else { continue }
      text +=
        "  <connection from=\"\(connection.from)\" to=\"\(connection.to)\" fromLane=\"\(connection.fromLane)\" "
        + "toLane=\"\(connection.toLane)\" tl=\"\(signal.id)\" linkIndex=\"\(signal.link)\"/>\n"
    }
    return text + "</tlLogics>\n"
  }
}
