import TrafficModel

/// Which lamps a movement names: phases by number or groups by name, to be resolved with its controller.
struct MovementGovernance {
  var place: DocumentPlace
  var protected: [DocumentPlace] = []
  var permitted: [DocumentPlace] = []
  var yieldsTo: [MovementID]?
  var crosses: DocumentPlace?
}

extension ScenarioAssembly {
  mutating func readNodes(_ object: DocumentObject) {
    for node in document.objects(object, "nodes", as: ScenarioFormat.node, isRequired: true) {
      let name = document.name(node)
      nodeNames.add(name, at: node["name"] ?? node.place, in: &document)
      places["node \(name)"] = node.place
      if node["control"] == nil { nodesWithoutControl.append(NodeID(network.nodes.count)) }
      var position = Point(xMeters: 0, yMeters: 0)
      if let (place, unit) = document.unitKey(node, "position", units: KeyUnit.lengths) {
        position = document.point(place, factor: unit.factor)
      } else {
        document.noteMissing(
          "position_m", in: node, mend: "add \"position_m\": [x, y], x to the east, y to the north")
      }
      network.nodes.append(
        Node(
          name: name, title: document.text(node, "title", default: ""),
          control: document.choice(node, "control", default: .uncontrolled, else: NodeControl.uncontrolled),
          position: position))
    }
  }

  /// Nodes without `control`: signals where a controller steers them, the edge of the network where no movement
  /// leads through, else uncontrolled.
  mutating func assignNodeControls() {
    if network.nodes.isEmpty { return }
    var control = [NodeControl](repeating: .external, count: network.nodes.count)
    for movement in network.movements { control[movement.node.index] = .uncontrolled }
    for controller in controllers {
      for node in controller.nodes { control[node.index] = .signal }
    }
    for node in nodesWithoutControl { network[node].control = control[node.index] }
  }

  /// Who yields to whom where no sign and no lamp says it; see ``Network/deriveYieldingWithoutSigns(of:geometry:)``.
  mutating func deriveYieldingWithoutSigns() {
    guard document.errors.isEmpty else { return }
    let silent = governance.indices.filter { governance[$0].yieldsTo == nil }.map { MovementID($0) }
    network.deriveYieldingWithoutSigns(of: silent, geometry: MovementConflicts(network))
  }

  mutating func readLinks(_ object: DocumentObject) {
    for link in document.objects(object, "links", as: ScenarioFormat.link, isRequired: true) {
      let name = document.name(link)
      linkNames.add(name, at: link["name"] ?? link.place, in: &document)
      places["link \(name)"] = link.place
      let from = nodeNames.find(link, "from", in: &document)
      let to = nodeNames.find(link, "to", in: &document)
      var shape: [Point] = []
      if let (place, unit) = document.unitKey(link, "shape", units: KeyUnit.lengths) {
        for point in document.elements(place) { shape.append(document.point(point, factor: unit.factor)) }
      }
      let given = document.length(link, "length", in: 0.1...ScenarioLimits.lengthMeters)
      network.links.append(
        Link(
          name: name, title: document.text(link, "title", default: ""), from: NodeID(from), to: NodeID(to),
          lengthMeters: given ?? lengthMeters(from: from, to: to, shape: shape),
          speedLimitMetersPerSecond: document.requiredSpeed(link, "speedLimit"), lanes: readLanes(link),
          shape: shape,
          grade: document.number(
            link, "grade", in: -0.3...0.3, what: "a grade as rise over length", default: 0)))
    }
  }

  /// Along the points of a link, for links whose length is not written.
  private func lengthMeters(from: Int, to: Int, shape: [Point]) -> Double {
    if network.nodes.isEmpty { return 1 }
    let points = [network.nodes[from].position] + shape + [network.nodes[to].position]
    return zip(points, points.dropFirst()).reduce(0) { $0 + $1.0.distanceMeters(to: $1.1) }
  }

  /// A number of equal lanes, or a list from the kerb.
  private mutating func readLanes(_ link: DocumentObject) -> [Lane] {
    guard let place = link["lanes"] else { return [Lane()] }
    guard case .array = place.node.content else {
      let what = "a number of lanes, or a list of lanes from the kerb"
      let count = document.integer(place, in: 1...ScenarioLimits.lanesPerLink, what: what) ?? 1
      return Array(repeating: Lane(), count: count)
    }
    let places = document.elements(place)
    if places.isEmpty || places.count > ScenarioLimits.lanesPerLink {
      document.noteType(
        place, expected: "1 to \(ScenarioLimits.lanesPerLink) lanes", mend: "write one { } for each lane")
      return [Lane()]
    }
    return places.map { place in
      guard let lane = document.object(place, as: ScenarioFormat.lane) else { return Lane() }
      var headway: Double?
      if let place = lane["saturationHeadway_s"] {
        headway = document.number(place, in: 0.5...20, what: "seconds per vehicle at saturation")
      }
      return Lane(
        pocketMeters: document.length(lane, "pocket", in: 1...ScenarioLimits.lengthMeters),
        widthMeters: document.length(lane, "width", in: 1.5...10) ?? 3.6,
        saturationHeadwaySeconds: headway)
    }
  }

  mutating func readMovements(_ object: DocumentObject) {
    var yields: [(MovementID, DocumentPlace)] = []
    movementsFrom = Array(repeating: [], count: network.links.count)
    for movement in document.objects(object, "movements", as: ScenarioFormat.movement) {
      if network.links.isEmpty { return }
      let from = LinkID(linkNames.find(movement, "from", in: &document))
      let to = LinkID(linkNames.find(movement, "to", in: &document))
      let id = MovementID(network.movements.count)
      noteMovement(id, from, to, at: movement.place)
      movementsFrom[from.index].append(id)
      let turn = document.choice(movement, "turn", default: nil, else: Turn.through)
      let links = "from \(network[from].name) to \(network[to].name)"
      if network.nodes.indices.contains(network[from].to.index) {
        let node = network[network[from].to].name
        places["node \(node), \(turn.rawValue) \(links)"] = movement.place
      }
      network.movements.append(
        Movement(
          node: network[from].to, from: from, to: to, turn: turn,
          lanes: readLaneIndices(movement, of: network[from], turn: turn),
          innerLengthMeters: document.length(movement, "innerLength", in: 0.1...500) ?? 20,
          turningSpeedMetersPerSecond: document.speed(movement, "turningSpeed"),
          waitingPlaceMeters: document.length(movement, "waitingPlace", in: 0...100) ?? 0,
          criticalGapSeconds: movement["criticalGap_s"].flatMap {
            document.number($0, in: 0.5...30, what: "a gap in seconds")
          },
          followUpSeconds: movement["followUp_s"].flatMap {
            document.number($0, in: 0.5...30, what: "a time in seconds")
          }, turnsOnRed: document.flag(movement, "turnsOnRed", default: false),
          stopsFirst: document.flag(movement, "stopsFirst", default: false)))
      network.movements[id.index].targetLanes = readTargetLanes(
        movement, of: network[to], count: network[id].lanes.count)
      governance.append(
        MovementGovernance(
          place: movement.place, protected: scalarOrList(movement, "protectedBy"),
          permitted: scalarOrList(movement, "permittedBy"), crosses: movement["crosses"]))
      if let place = movement["yieldsTo"] { yields.append((id, place)) }
    }
    for (id, place) in yields { governance[id.index].yieldsTo = readYields(place, of: id) }
    for (id, entry) in governance.enumerated() {
      if let yieldsTo = entry.yieldsTo { network.movements[id].yieldsTo = yieldsTo }
    }
  }

  private mutating func noteMovement(_ id: MovementID, _ from: LinkID, _ to: LinkID, at place: DocumentPlace)
  {
    let name = "\(network[from].name) to \(network[to].name)"
    places["movement \(name)"] = place
    if network[from].to != network[to].from, document.errors.isEmpty {
      let end = network.nodes[network[from].to.index].name
      let start = network.nodes[network[to].from.index].name
      document.note(
        place, found: "a movement from a link that ends at node \(end) to one that begins at node \(start)",
        expected: "two links that meet at a node", mend: "name a link that begins at node \(end)")
    }
    if movementOfLinks.updateValue(id, forKey: LinkPair(from: from, to: to)) != nil, document.errors.isEmpty {
      document.note(
        place, found: "a second movement from \(name)", expected: "one movement for each pair of links",
        mend: "write all its lanes into one movement")
    }
  }

  /// Lane indices, the kerb lane being 0. By default a right turn uses the kerb lane, a left or U-turn the lane
  /// furthest from it, and through traffic all lanes that are no pockets.
  private mutating func readLaneIndices(_ movement: DocumentObject, of link: Link, turn: Turn) -> [Int] {
    guard let place = movement["lanes"] else {
      switch turn {
      case .right: return [0]
      case .left, .uTurn: return [link.lanes.count - 1]
      case .through: return link.lanes.indices.filter { link.lanes[$0].pocketMeters == nil }
      }
    }
    let lanes = document.elements(place).map { lane in
      document.integer(
        lane, in: 0...(link.lanes.count - 1), what: "a lane of link \(link.name), the kerb lane being 0")
        ?? 0
    }
    if lanes.isEmpty, case .array = place.node.content {
      document.noteType(place, expected: "at least one lane", mend: "list the lanes, or leave the key out")
    } else if Set(lanes).count < lanes.count, document.errors.isEmpty {
      document.noteType(place, expected: "each lane once", mend: "remove the lane that stands twice")
    }
    return lanes.sorted()
  }

  /// For each lane that serves a movement, the first and the last lane on which one comes out.
  private mutating func readTargetLanes(
    _ movement: DocumentObject, of link: Link, count: Int
  ) -> [ClosedRange<Int>] {
    guard let place = movement["targetLanes"] else { return [] }
    let entries = document.elements(place)
    if entries.count != count, document.errors.isEmpty {
      document.noteType(
        place, expected: "\(count) pairs, one for each lane", mend: "write [first, last] for each lane")
      return []
    }
    var ranges: [ClosedRange<Int>] = []
    for entry in entries {
      let pair = document.elements(entry).map { lane in
        document.integer(
          lane, in: 0...(link.lanes.count - 1), what: "a lane of link \(link.name), the kerb lane being 0")
          ?? 0
      }
      if pair.count == 2, pair[0] <= pair[1] {
        ranges.append(pair[0]...pair[1])
      } else {
        document.noteType(
          entry, expected: "the first and the last lane: [0, 1]", mend: "write two lanes, the smaller first")
      }
    }
    return ranges
  }

  /// A value that may stand alone or in a list.
  func scalarOrList(_ object: DocumentObject, _ key: String) -> [DocumentPlace] {
    guard let place = object[key] else { return [] }
    guard case .array(let nodes) = place.node.content else { return [place] }
    return nodes.enumerated().map { DocumentPlace(node: $1, path: .index(place.path, $0)) }
  }

  private mutating func readYields(_ place: DocumentPlace, of id: MovementID) -> [MovementID] {
    var result: [MovementID] = []
    for entry in document.elements(place) {
      let pair = document.elements(entry)
      if pair.count != 2 {
        document.noteType(
          entry, expected: "the two links of a movement: [\"from\", \"to\"]",
          mend: "write both links in brackets")
        continue
      }
      let from = LinkID(linkNames.find(pair[0], in: &document))
      let to = LinkID(linkNames.find(pair[1], in: &document))
      if let other = movementOfLinks[LinkPair(from: from, to: to)], network[other].node == network[id].node {
        result.append(other)
      } else if document.errors.isEmpty {
        document.note(
          entry, found: "\(network[from].name) to \(network[to].name), which is no movement of the same node",
          expected: "a movement of node \(network[network[id].node].name)", mend: "name one of its movements")
      }
    }
    return result
  }

  mutating func readCrosswalks(_ object: DocumentObject) {
    for crosswalk in document.objects(object, "crosswalks", as: ScenarioFormat.crosswalk) {
      let name = document.name(crosswalk)
      crosswalkNames.add(name, at: crosswalk["name"] ?? crosswalk.place, in: &document)
      places["crosswalk \(name)"] = crosswalk.place
      network.crosswalks.append(
        Crosswalk(
          name: name, node: NodeID(nodeNames.find(crosswalk, "node", in: &document)),
          lengthMeters: document.requiredLength(crosswalk, "length", in: 1...200), group: nil,
          leg: crosswalk["leg"].map { LinkID(linkNames.find($0, in: &document)) },
          hasPriority: document.flag(crosswalk, "hasPriority", default: true),
          designWalkingSpeedMetersPerSecond: crosswalk["designWalkingSpeed_mps"].flatMap {
            document.number($0, in: 0.5...2.5, what: "a walking speed in metres per second")
          }))
      crosswalkLamps.append(crosswalk)
    }
    let crossed = document.errors.isEmpty ? network.crosswalksOnPaths() : []
    for (id, entry) in governance.enumerated() {
      if let place = entry.crosses {
        network.movements[id].crosses = document.elements(place).map {
          CrosswalkID(crosswalkNames.find($0, in: &document))
        }
      } else if !crossed.isEmpty {
        network.movements[id].crosses = crossed[id]
      }
    }
  }

  mutating func readDetectors(_ object: DocumentObject) {
    for detector in document.objects(object, "detectors", as: ScenarioFormat.detector) {
      if network.links.isEmpty { return }
      let name = document.name(detector)
      detectorNames.add(name, at: detector["name"] ?? detector.place, in: &document)
      places["detector \(name)"] = detector.place
      let link = LinkID(linkNames.find(detector, "link", in: &document))
      let lanes = network[link].lanes.count
      var lane = 0
      if let place = detector["lane"] {
        let what = "a lane of link \(network[link].name), the kerb lane being 0"
        lane = document.integer(place, in: 0...(lanes - 1), what: what) ?? 0
      }
      network.detectors.append(
        Detector(
          name: name, link: link, lane: lane,
          distanceMeters: document.length(detector, "distance", in: 0...ScenarioLimits.lengthMeters) ?? 0,
          lengthMeters: document.requiredLength(detector, "length", in: 0.1...200)))
    }
  }
}
