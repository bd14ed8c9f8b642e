import TrafficModel

/// Detectors: one before each stop line with lamps, also on the lanes before where the last link is shorter than it, and
/// those of additional files.
extension SUMOImporter {
  /// Length of the presence zone before a stop line (40 ft, the usual stop-bar loops).
  static let presenceMeters = 12.2

  mutating func buildDetectors(_ more: [SUMODetector]) {
    var movementsOfLane: [Int: (controller: ControllerID, movements: [Movement])] = [:]
    let controllerOfNode = controllersByNode()
    for movement in network.movements {
      guard let id = controllerOfNode[movement.node.index] else { continue }
      if movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty { continue }
      for lane in movement.lanes {
        let number = firstLane[movement.from.index] + lane
        movementsOfLane[number, default: (id, [])].movements.append(movement)
      }
    }
    let numbering = LaneNumbering(network)
    for number in movementsOfLane.keys.sorted() {
      guard let (controller, movements) = movementsOfLane[number] else { continue }
      addPresence(lane: number, at: numbering.place(of: LaneID(number)), controller, movements)
    }
    for detector in more { add(detector, numbering) }
  }

  private func controllersByNode() -> [ControllerID?] {
    var result = [ControllerID?](repeating: nil, count: network.nodes.count)
    for (index, controller) in controllers.enumerated() {
      for node in controller.nodes { result[node.index] = ControllerID(index) }
    }
    return result
  }

  /// The stages that a vehicle calls: those that serve a movement of its lane, protected if one does; of stages in a row the
  /// first, so that the second is left to those whom only it serves.
  private func calledStages(_ movements: [Movement], _ controller: SignalController) -> [Int] {
    var result: Set<Int> = []
    for movement in movements {
      let protected = controller.stages(serving: movement.protectedGroups)
      let serves = protected.contains(true) ? protected : controller.stages(serving: movement.permittedGroups)
      result.formUnion(Self.ends(of: serves, stepping: -1))
    }
    return result.sorted()
  }

  /// The stages that a vehicle extends: those in which its whole lane may go, or who must wait before the stop line would
  /// hold a green that does nothing for him; of stages in a row the last, because the others take nothing from him when
  /// they end. Where the lane never goes as a whole, the last that serve each of its movements.
  private func extendedStages(_ movements: [Movement], _ controller: SignalController) -> [Int] {
    let served = movements.map { controller.stages(serving: $0.protectedGroups + $0.permittedGroups) }
    let whole = controller.stages.indices.map { stage in served.allSatisfy { $0[stage] } }
    if whole.contains(true) { return Self.ends(of: whole, stepping: 1) }
    return Set(served.flatMap { Self.ends(of: $0, stepping: 1) }).sorted()
  }

  /// Of rows of stages, which go round, the first (stepping −1) or the last one (stepping 1) each; none of a row without end,
  /// because who is always served waits for nothing.
  private static func ends(of serves: [Bool], stepping: Int) -> [Int] {
    let count = serves.count
    return serves.indices.filter { serves[$0] && !serves[($0 + stepping + count) % count] }
  }

  private mutating func addPresence(
    lane number: Int, at place: (link: LinkID, lane: Int), _ controller: ControllerID, _ movements: [Movement]
  ) {
    let data = controllers[controller.index]
    let calls = calledStages(movements, data)
    let extends = extendedStages(movements, data)
    let length = min(Self.presenceMeters, network[place.link].lengthMeters)
    addPresence("\(mapping.lanes[number]) stop line", at: place, meters: length, controller, calls, extends)
    // Before a stop line a metre behind the last node everybody stands on the link before.
    if length == Self.presenceMeters { return }
    for before in lanesBefore(place) {
      let behind = mapping.lanes[firstLane[before.link.index] + before.lane]
      addPresence(
        "\(behind) before \(mapping.lanes[number])", at: before,
        meters: min(Self.presenceMeters - length, network[before.link].lengthMeters), controller, calls,
        extends)
    }
  }

  private mutating func addPresence(
    _ name: String, at place: (link: LinkID, lane: Int), meters: Double, _ controller: ControllerID,
    _ calls: [Int], _ extends: [Int]
  ) {
    let id = DetectorID(network.detectors.count)
    network.detectors.append(
      Detector(name: name, link: place.link, lane: place.lane, distanceMeters: 0, lengthMeters: meters))
    controllers[controller.index].detectors.append(
      DetectorAssignment(detector: id, calls: calls, extends: extends))
  }

  /// The lanes that lead to a lane without lamps between.
  private func lanesBefore(_ place: (link: LinkID, lane: Int)) -> [(link: LinkID, lane: Int)] {
    net.connections.indices.compactMap { index in
      let connection = net.connections[index]
      guard movementOf[index] != nil, connection.signal == nil, links[connection.to] == place.link,
        laneOf[connection.to]?[connection.toLane] == place.lane, let link = links[connection.from],
        let lane = laneOf[connection.from]?[connection.fromLane]
      else { return nil }
      return (link, lane)
    }
  }

  private mutating func add(_ detector: SUMODetector, _ numbering: LaneNumbering) {
    guard let number = mapping.lanes.firstIndex(of: detector.lane) else {
      notes.note(
        "sumo-detector-lane", at: "detector \(detector.id)",
        "its lane \(detector.lane) is none of the import; left out",
        mend: "name a lane for cars")
      return
    }
    let place = numbering.place(of: LaneID(number))
    let length = network[place.link].lengthMeters
    let front = detector.positionMeters < 0 ? length + detector.positionMeters : detector.positionMeters
    let zone = min(max(detector.lengthMeters, 0.1), length)
    let distance = min(max(length - front - zone, 0), length - zone)
    network.detectors.append(
      Detector(
        name: detector.id, link: place.link, lane: place.lane, distanceMeters: distance, lengthMeters: zone))
  }
}

extension SignalController {
  /// By stage: whether it gives green to one of the groups.
  fileprivate func stages(serving groups: [Int]) -> [Bool] {
    stages.map { stage in groups.contains { stage.groups.contains($0) } }
  }
}
