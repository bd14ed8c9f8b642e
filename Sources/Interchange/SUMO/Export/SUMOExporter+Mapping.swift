import TrafficModel

/// How a scenario and the network that `netconvert` made of it belong together: what drives our controllers on SUMO's
/// road.
extension SUMOSources {
  /// - Parameter net: what `netconvert` wrote from ``make(_:name:seed:replication:)`` of the same scenario.
  /// - Throws: where the network lacks a lane or a link of a signal that the scenario has.
  public static func mapping(
    of scenario: Scenario, to net: SUMOFile
  ) throws(DocumentError) -> SUMOMapping {
    var exporter = SUMOExporter(scenario)
    exporter.buildEdges()
    exporter.buildConnections()
    return try SUMOExportMapping(exporter, SUMONetReader.read(net.bytes, file: net.name)).mapping()
  }
}

/// Joins a scenario's lanes, movements and groups to the ids of a network made from it.
struct SUMOExportMapping {
  private let exporter: SUMOExporter
  private let net: SUMONet
  private let numbering: LaneNumbering
  private let lengths: [String: Double]
  /// By the edge before and the edge behind the junction.
  private var movements: [String: [String: MovementID]] = [:]
  /// By edge of SUMO: the link that it is a part of, and its lanes.
  private var parts: [String: SUMOExporter.Edge] = [:]

  init(_ exporter: SUMOExporter, _ net: SUMONet) {
    self.exporter = exporter
    self.net = net
    numbering = LaneNumbering(exporter.network)
    lengths = Dictionary(
      net.edges.flatMap { $0.lanes.map { ($0.id, $0.lengthMeters) } }, uniquingKeysWith: { first, _ in first }
    )
    for (index, movement) in exporter.network.movements.enumerated() {
      guard let from = exporter.edgesOfLink[movement.from.index].last,
        let to = exporter.edgesOfLink[movement.to.index].first
      else { continue }
      movements[from.id, default: [:]][to.id] = MovementID(index)
    }
    for edges in exporter.edgesOfLink { for edge in edges { parts[edge.id] = edge } }
  }

  func mapping() throws(DocumentError) -> SUMOMapping {
    var mapping = SUMOMapping()
    for edges in exporter.edgesOfLink { try addLanes(edges, to: &mapping) }
    addInside(to: &mapping)
    for index in exporter.scenario.controllers.indices {
      mapping.signals.append(try signal(ControllerID(index)))
    }
    return mapping
  }

  private func lane(_ edge: SUMOExporter.Edge, _ place: Int) -> LaneID {
    numbering.laneID(edge.link, lane: edge.lanes[place])
  }

  private func missing(_ what: String) -> DocumentError {
    DocumentError(
      file: net.file, line: 0, column: 0, path: "the network", found: "no \(what)",
      expected: "the network that netconvert made of this scenario's sources",
      mend: "make the network anew from the sources as they are now")
  }

  // MARK: - Lanes

  /// The lanes of a link's last edge are ours; those of the edges before lead to them.
  private func addLanes(
    _ edges: [SUMOExporter.Edge], to mapping: inout SUMOMapping
  ) throws(DocumentError) {
    var behind = 0.0
    for (position, edge) in edges.reversed().enumerated() {
      var longest = 0.0
      for place in edge.lanes.indices {
        let id = "\(edge.id)_\(place)"
        guard let length = lengths[id] else { throw missing("lane \(id)") }
        mapping.begins[id] = behind + length
        longest = max(longest, length)
        if position == 0 { mapping.lanes.append(id) } else { mapping.otherLanes[id] = lane(edge, place) }
      }
      behind += longest
    }
  }

  /// The insides of junctions belong to their movements, those where pockets begin to the lanes behind them.
  private func addInside(to mapping: inout SUMOMapping) {
    for connection in net.connections {
      guard let via = connection.via, let to = parts[connection.to],
        to.lanes.indices.contains(connection.toLane)
      else { continue }
      let target = lane(to, connection.toLane)
      guard let movement = movements[connection.from]?[connection.to] else {
        mapping.otherLanes[via] = target
        mapping.begins[via] = mapping.begins["\(connection.to)_\(connection.toLane)"]
        continue
      }
      var ways: [(String, Double)] = []
      var next: String? = via
      while let inner = next, ways.count < 4 {
        ways.append((inner, net.innerLanes[inner]?.lengthMeters ?? 0))
        next = net.continuations[inner]
      }
      var remaining = 0.0
      for (inner, length) in ways.reversed() {
        remaining += length
        mapping.innerLanes[inner] = SUMOMapping.InnerLane(
          movement: movement, to: target, remainingMeters: remaining)
      }
    }
  }

  // MARK: - Signals

  /// The links of a signal as the network numbers them.
  private func signal(_ controller: ControllerID) throws(DocumentError) -> SUMOMapping.Signal {
    let id = exporter.signalID(controller)
    var byLink: [Int: MovementID] = [:]
    for connection in net.connections where connection.signal == id {
      guard let link = connection.linkIndex else { continue }
      guard let movement = movements[connection.from]?[connection.to] else {
        throw missing("movement of the scenario from \(connection.from) to \(connection.to), or no such lane")
      }
      byLink[link] = movement
    }
    let count = exporter.linkCount(of: controller)
    var links: [SUMOMapping.SignalLink] = []
    for link in 0..<count {
      guard let movement = byLink[link] else { throw missing("link \(link) of signal \(id)") }
      links.append(self.link(exporter.network[movement]))
    }
    let movementsOfLinks = (0..<count).compactMap { byLink[$0] }
    return SUMOMapping.Signal(
      id: id, links: links, excludedPairs: excludedPairs(controller, movementsOfLinks))
  }

  private func link(_ movement: Movement) -> SUMOMapping.SignalLink {
    var link = SUMOMapping.SignalLink(
      protectedGroup: movement.protectedGroups.first, permittedGroup: movement.permittedGroups.first,
      restCharacter: UInt8(ascii: movement.turnsOnRed ? "s" : "r"))
    link.moreProtectedGroups = Array(movement.protectedGroups.dropFirst())
    link.morePermittedGroups = Array(movement.permittedGroups.dropFirst())
    return link
  }

  /// Pairs of links whose groups may never be green together.
  private func excludedPairs(
    _ controller: ControllerID, _ movements: [MovementID]
  ) -> [SUMOMapping.LinkPair] {
    let conflicts = exporter.scenario.controllers[controller.index].conflicts
    var pairs: [SUMOMapping.LinkPair] = []
    for (first, a) in movements.enumerated() {
      for (second, b) in movements.enumerated() where first < second && a != b {
        let own = exporter.network[a].protectedGroups + exporter.network[a].permittedGroups
        let other = exporter.network[b].protectedGroups + exporter.network[b].permittedGroups
        let excludes = own.allSatisfy { x in other.allSatisfy { y in conflicts[x, y] == .excluded } }
        if excludes { pairs.append(SUMOMapping.LinkPair(first: first, second: second)) }
      }
    }
    return pairs
  }
}
