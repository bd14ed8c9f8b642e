import TrafficModel

/// Detectors: one before each stop line with lamps, and those of additional files.
extension SUMOImporter {
  /// Length of the presence zone before a stop line: three standing cars.
  static let presenceMeters = 20.0

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

  /// Stages in which a movement is protected, or permitted if it never is.
  private func stages(of movement: Movement, _ controller: SignalController) -> [Int] {
    func serving(_ groups: [Int]) -> [Int] {
      controller.stages.indices.filter { stage in
        groups.contains { controller.stages[stage].groups.contains($0) }
      }
    }
    let protected = serving(movement.protectedGroups)
    return protected.isEmpty ? serving(movement.permittedGroups) : protected
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
