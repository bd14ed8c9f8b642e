import TrafficModel

extension ScenarioAssembly {
  /// What the detectors that are written out do for a controller.
  mutating func readAssignments(_ assembly: ControllerAssembly) -> [DetectorAssignment] {
    var assignments: [DetectorAssignment] = []
    for object in document.objects(assembly.object, "detectors", as: ScenarioFormat.assignment) {
      assignments.append(readAssignment(object, assembly))
      places["controller \(assembly.name), detector assignment \(assignments.count)"] = object.place
    }
    return assignments
  }

  private mutating func readAssignment(
    _ object: DocumentObject, _ assembly: ControllerAssembly
  ) -> DetectorAssignment {
    let detector = detectorNames.find(object, "detector", in: &document)
    let calls = phaseIndices(scalarOrList(object, "calls"), assembly)
    var result = DetectorAssignment(
      detector: DetectorID(detector), calls: calls,
      extends: object["extends"] == nil
        ? calls : phaseIndices(scalarOrList(object, "extends"), assembly),
      delay: document.span(object, "delay_s", default: .zero),
      prolongation: document.span(object, "prolongation_s", default: .zero))
    if let place = object["channel"] {
      result.channel = document.integer(place, in: 1...255, what: "the channel of a detector") ?? 0
    }
    result.switchPhase = object["switchPhase"].flatMap { phaseIndices([$0], assembly).first }
    result.queueLimit = optionalSpan(object, "queueLimit_s")
    result.locksInRed = document.flag(object, "locksInRed", default: false)
    result.locksInYellow = document.flag(object, "locksInYellow", default: false)
    result.addsInitial = document.flag(object, "addsInitial", default: false)
    guard let place = object["diagnostics"],
      let diagnostics = document.object(place, as: ScenarioFormat.diagnostics)
    else { return result }
    result.diagnostics.longestAbsence = optionalSpan(diagnostics, "longestAbsence_s")
    result.diagnostics.longestPresence = optionalSpan(diagnostics, "longestPresence_s")
    result.diagnostics.mostActuationsPerMinute = diagnostics["mostActuationsPerMinute"].flatMap {
      document.integer($0, in: 1...255, what: "actuations in a minute")
    }
    result.diagnostics.failTime = optionalSpan(diagnostics, "failTime_s")
    return result
  }

  /// `detection` puts detectors on every lane that a phase serves: a zone at the stop line (12 m unless told), and
  /// where a distance is given an advance zone (2 m unless told) on lanes that reach back to it.
  ///
  /// Each calls and extends the phases that protect a movement of its lane; where none does, those that permit one.
  mutating func readDetection(_ assembly: ControllerAssembly, _ controller: inout SignalController) {
    guard let place = assembly.object["detection"],
      let object = document.object(place, as: ScenarioFormat.detection)
    else { return }
    let stopLine = document.length(object, "stopLineLength", in: 0...100) ?? 12
    let advance = document.length(object, "advanceDistance", in: 1...1000)
    let advanceLength = document.length(object, "advanceLength", in: 0.1...50) ?? 2
    if controller.phases.isEmpty {
      document.note(
        place, found: "detection for a controller without phases", expected: "phases that it can call",
        mend: "remove \"detection\", or describe the controller by phases")
    }
    if !document.errors.isEmpty { return }
    for (link, lane, phases) in servedLanes(assembly, controller) {
      let length = network[link].lanes[lane].pocketMeters ?? network[link].lengthMeters
      let name = "\(network[link].name) lane \(lane)"
      if stopLine > 0 {
        addDetector(
          Detector(
            name: "\(name) stop line", link: link, lane: lane, distanceMeters: 0,
            lengthMeters: min(stopLine, length)),
          calling: phases, to: &controller, at: place)
      }
      if let advance, advance + advanceLength <= length {
        addDetector(
          Detector(
            name: "\(name) advance", link: link, lane: lane, distanceMeters: advance,
            lengthMeters: advanceLength),
          calling: phases, to: &controller, at: place)
      }
    }
  }

  private mutating func addDetector(
    _ detector: Detector, calling phases: [Int], to controller: inout SignalController,
    at place: DocumentPlace
  ) {
    let id = DetectorID(network.detectors.count)
    detectorNames.add(detector.name, at: place, in: &document)
    places["detector \(detector.name)"] = place
    network.detectors.append(detector)
    controller.detectors.append(DetectorAssignment(detector: id, calls: phases, extends: phases))
  }

  /// Lanes that lead to the controller's nodes, in order of link and lane, and the phases that serve them.
  private func servedLanes(
    _ assembly: ControllerAssembly, _ controller: SignalController
  ) -> [(link: LinkID, lane: Int, phases: [Int])] {
    var result: [(link: LinkID, lane: Int, phases: [Int])] = []
    let movements = assembly.movements.map { network[$0] }
    let links = movements.map(\.from).sorted()
    for (index, link) in links.enumerated() where index == 0 || links[index - 1] != link {
      for lane in network[link].lanes.indices {
        let served = movements.filter { $0.from == link && $0.lanes.contains(lane) }
        let phases = controller.phases.indices.filter { phase in
          served.contains { movement in
            let groups =
              movement.protectedGroups.isEmpty ? movement.permittedGroups : movement.protectedGroups
            return groups.contains { controller.phases[phase].groups.contains($0) }
          }
        }
        if !phases.isEmpty { result.append((link, lane, phases)) }
      }
    }
    return result
  }
}
