import TrafficModel

/// Detectors: one before each stop line with lamps, and those of additional files.
extension SUMOImporter {
  /// Length of the presence zone before a stop line (40 ft, the usual stop-bar loops).
  static let presenceMeters = 12.2

  mutating func buildDetectors(_ more: [SUMODetector]) {
    var stagesOfLane: [Int: (ControllerID, Set<Int>)] = [:]
    let controllerOfNode = controllersByNode()
    for movement in network.movements {
      guard let id = controllerOfNode[movement.node.index] else { continue }
      let groups = movement.protectedGroups + movement.permittedGroups
      if groups.isEmpty { continue }
      let stages = stages(of: movement, controllers[id.index])
      for lane in movement.lanes {
        let number = firstLane[movement.from.index] + lane
        stagesOfLane[number, default: (id, [])].1.formUnion(stages)
      }
    }
    let numbering = LaneNumbering(network)
    for number in stagesOfLane.keys.sorted() {
      guard let (controller, stages) = stagesOfLane[number] else { continue }
      addPresence(lane: number, at: numbering.place(of: LaneID(number)), controller, stages.sorted())
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

  /// The stages that serve a movement, protected if one does: of stages in a row the first, so that the second is left to
  /// those whom only it serves.
  private func stages(of movement: Movement, _ controller: SignalController) -> [Int] {
    let protected = firstStages(serving: movement.protectedGroups, controller)
    return protected.isEmpty ? firstStages(serving: movement.permittedGroups, controller) : protected
  }

  private func firstStages(serving groups: [Int], _ controller: SignalController) -> [Int] {
    let count = controller.stages.count
    let serves = controller.stages.map { stage in groups.contains { stage.groups.contains($0) } }
    let firsts = (0..<count).filter { serves[$0] && !serves[($0 + count - 1) % count] }
    return firsts.isEmpty && serves.contains(true) ? [0] : firsts
  }

  private mutating func addPresence(
    lane number: Int, at place: (link: LinkID, lane: Int), _ controller: ControllerID, _ stages: [Int]
  ) {
    let id = DetectorID(network.detectors.count)
    network.detectors.append(
      Detector(
        name: "\(mapping.lanes[number]) stop line", link: place.link, lane: place.lane, distanceMeters: 0,
        lengthMeters: min(Self.presenceMeters, network[place.link].lengthMeters)))
    controllers[controller.index].detectors.append(
      DetectorAssignment(detector: id, calls: stages, extends: stages))
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
