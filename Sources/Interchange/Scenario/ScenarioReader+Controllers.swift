import TrafficModel

/// A controller while it is read: the names that its patterns, stages and movements refer to.
struct ControllerAssembly {
  let object: DocumentObject
  let name: String
  let nodes: [NodeID]
  /// Movements of the nodes.
  let movements: [MovementID]
  let crosswalks: [CrosswalkID]
  var phaseObjects: [DocumentObject] = []
  /// Index of the phase with a number.
  var phaseOfNumber: [Int: Int] = [:]
  var stageNames = NameTable(what: "stage")
  var groupNames = NameTable(what: "signal group")

  /// Groups are written out, or follow from the phases.
  var hasGroups: Bool { object["groups"] != nil }
}

extension ScenarioAssembly {
  mutating func readControllers(_ object: DocumentObject) {
    var movementsOfNode = [[MovementID]](repeating: [], count: network.nodes.count)
    var crosswalksOfNode = [[CrosswalkID]](repeating: [], count: network.nodes.count)
    // With errors in the network its references are stand-ins, and what follows from them would mislead.
    let isSound = document.errors.isEmpty
    let geometry = MovementConflicts(isSound ? network : Network())
    if isSound {
      for (index, movement) in network.movements.enumerated() {
        movementsOfNode[movement.node.index].append(MovementID(index))
      }
      for (index, crosswalk) in network.crosswalks.enumerated() {
        crosswalksOfNode[crosswalk.node.index].append(CrosswalkID(index))
      }
    }
    var names = NameTable(what: "controller")
    var controllerOfNode = [Int?](repeating: nil, count: network.nodes.count)
    for object in document.objects(object, "controllers", as: ScenarioFormat.controller) {
      let name = document.name(object)
      names.add(name, at: object["name"] ?? object.place, in: &document)
      places["controller \(name)"] = object.place
      let nodes = readSteeredNodes(object, name: name, taken: &controllerOfNode)
      var assembly = ControllerAssembly(
        object: object, name: name, nodes: nodes, movements: nodes.flatMap { movementsOfNode[$0.index] },
        crosswalks: nodes.flatMap { crosswalksOfNode[$0.index] })
      controllers.append(readController(&assembly, geometry: geometry))
    }
    for (id, entry) in governance.enumerated() {
      if let yieldsTo = entry.yieldsTo { network.movements[id].yieldsTo = yieldsTo }
      if isSound, controllerOfNode[network.movements[id].node.index] == nil { noteUnsteered(entry) }
    }
    for (id, crosswalk) in crosswalkLamps.enumerated() where isSound {
      if controllerOfNode[network.crosswalks[id].node.index] != nil { continue }
      if let place = crosswalk["phase"] ?? crosswalk["group"] { noteUnsteered(place) }
    }
  }

  private mutating func noteUnsteered(_ entry: MovementGovernance) {
    if let place = (entry.protected + entry.permitted).first { noteUnsteered(place) }
  }

  private mutating func noteUnsteered(_ place: DocumentPlace) {
    document.noteType(
      place, expected: "no phase or group, since no controller steers this node",
      mend: "add a controller with this node, or remove the key")
  }

  /// The nodes of a controller; by default the node that has its name.
  private mutating func readSteeredNodes(
    _ object: DocumentObject, name: String, taken: inout [Int?]
  ) -> [NodeID] {
    var nodes: [NodeID] = []
    if let place = object["nodes"] {
      for entry in document.elements(place) where !network.nodes.isEmpty {
        nodes.append(NodeID(nodeNames.find(entry, in: &document)))
      }
    } else if let node = nodeNames[name] {
      nodes = [NodeID(node)]
    }
    if nodes.isEmpty {
      document.note(
        object["nodes"] ?? object.place, found: "a controller that steers no node",
        expected: "\"nodes\" with at least one node, or a controller named as its node",
        mend: "add \"nodes\": [\"...\"]")
    }
    for node in nodes {
      if let other = taken[node.index], document.errors.isEmpty {
        document.note(
          object["nodes"] ?? object.place,
          found: "node \(network[node].name), which controller "
            + "\(other < controllers.count ? controllers[other].name : name) already steers",
          expected: "one controller for each node", mend: "remove the node from one of the two")
      }
      taken[node.index] = controllers.count
    }
    return nodes
  }

  private mutating func readController(
    _ assembly: inout ControllerAssembly, geometry: MovementConflicts
  ) -> SignalController {
    let object = assembly.object
    assembly.phaseObjects = document.objects(object, "phases", as: ScenarioFormat.phase)
    readPhaseNumbers(&assembly)
    let stages = document.objects(object, "stages", as: ScenarioFormat.stage)
    for stage in stages {
      assembly.stageNames.add(document.name(stage), at: stage["name"] ?? stage.place, in: &document)
    }
    let diagram = readDiagram(assembly)
    let patterns = readPatterns(assembly, diagram: diagram)
    var controller =
      assembly.hasGroups
      ? readGroupController(&assembly, diagram: diagram, patterns: patterns, geometry: geometry)
      : readRingBarrierController(&assembly, diagram: diagram, patterns: patterns, geometry: geometry)
    controller.stages = stages.map { readStage($0, assembly) }
    controller.detectors = readAssignments(assembly)
    readUnit(assembly, &controller)
    readCrosswalkGroups(assembly, controller)
    readDetection(assembly, &controller)
    return controller
  }

  private mutating func readPhaseNumbers(_ assembly: inout ControllerAssembly) {
    for (index, phase) in assembly.phaseObjects.enumerated() {
      guard let place = phase["number"] else {
        document.noteMissing("number", in: phase, mend: "add the phase's number as on the street")
        continue
      }
      guard let number = document.integer(place, in: 1...32, what: "a phase number") else { continue }
      places["controller \(assembly.name), phase \(number)"] = phase.place
      if assembly.phaseOfNumber.updateValue(index, forKey: number) != nil {
        document.note(
          place, found: "a second phase \(number)", expected: "each phase number once in a controller",
          mend: "renumber one of the two")
      }
    }
  }

  /// Phases named by number in `place`, as indices.
  mutating func phaseIndices(_ places: [DocumentPlace], _ assembly: ControllerAssembly) -> [Int] {
    var result: [Int] = []
    for place in places {
      guard let number = document.integer(place, in: 1...32, what: "a phase number") else { continue }
      if let index = assembly.phaseOfNumber[number] {
        result.append(index)
      } else {
        notePhase(number, at: place, assembly)
      }
    }
    return result
  }

  mutating func notePhase(_ number: Int, at place: DocumentPlace, _ assembly: ControllerAssembly) {
    let numbers = assembly.phaseOfNumber.keys.sorted().map { "\($0)" }.joined(separator: ", ")
    document.note(
      place, found: "phase \(number), which controller \(assembly.name) does not have",
      expected: numbers.isEmpty ? "no phase, since it has none" : "one of its phases \(numbers)",
      mend: "add the phase to the controller, or name one of its phases")
  }

  /// `rings`: a list of rings, each a list of barrier sides, each a list of phase numbers. By default the eight
  /// phases of the NEMA dual ring, those that the controller has.
  private mutating func readDiagram(_ assembly: ControllerAssembly) -> RingBarrierDiagram {
    if let place = assembly.object["rings"] { return readRings(place, assembly) }
    let standard = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    if assembly.phaseOfNumber.keys.contains(where: { $0 > 8 }) {
      document.noteMissing(
        "rings", in: assembly.object,
        mend:
          "add \"rings\": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] with your phases; only phases 1 to 8 have a default"
      )
    }
    if assembly.phaseOfNumber.isEmpty { return RingBarrierDiagram(rings: []) }
    return RingBarrierDiagram(
      rings: standard.map { ring in ring.map { side in side.compactMap { assembly.phaseOfNumber[$0] } } })
  }

  mutating func readRings(_ place: DocumentPlace, _ assembly: ControllerAssembly) -> RingBarrierDiagram {
    var rings: [[[Int]]] = []
    for ring in document.elements(place) {
      var sides: [[Int]] = []
      for side in document.elements(ring) { sides.append(phaseIndices(document.elements(side), assembly)) }
      rings.append(sides)
    }
    let phases = rings.flatMap { $0.flatMap { $0 } }
    if Set(phases).count < phases.count, document.errors.isEmpty {
      document.noteType(
        place, expected: "each phase at most once", mend: "remove the phase that stands twice")
    }
    return RingBarrierDiagram(rings: rings)
  }

  private mutating func readRingBarrierController(
    _ assembly: inout ControllerAssembly, diagram: RingBarrierDiagram, patterns: [Pattern],
    geometry: MovementConflicts
  ) -> SignalController {
    for key in ["intergreens_s", "yields"] {
      guard let place = assembly.object[key] else { continue }
      document.note(
        place, found: "\"\(key)\" without \"groups\"",
        expected: "that groups are written out where \(key) is; else they follow from the phases",
        mend: "remove it, or add \"groups\"")
    }
    if assembly.phaseObjects.isEmpty {
      document.noteMissing(
        "phases", in: assembly.object,
        mend: "add \"phases\" (rings and barriers), or \"groups\" and \"stages\"")
    }
    let phases = assembly.phaseObjects.map { readPhaseParameters($0) }
    var clearanceIndication = Indication.flashingRed
    if case .flashingGreen = readClearanceIndication(assembly.object) { clearanceIndication = .flashingGreen }
    for phase in phases {
      assembly.groupNames.add("\(phase.number)", at: assembly.object.place, in: &document)
    }
    var movements: [MovementPhases] = []
    for id in assembly.movements {
      let entry = governance[id.index]
      movements.append(
        MovementPhases(
          movement: id, protected: phaseNumbers(entry.protected, assembly),
          permitted: phaseNumbers(entry.permitted, assembly)))
    }
    return SignalController.ringBarrier(
      name: assembly.name, nodes: assembly.nodes, phases: phases, diagram: diagram, patterns: patterns,
      movements: movements, pedestrianClearanceIndication: clearanceIndication, geometry: geometry,
      in: &network)
  }

  mutating func readClearanceIndication(_ object: DocumentObject) -> PedestrianClearanceName {
    document.choice(
      object, "pedestrianClearance", default: .flashingRed, else: PedestrianClearanceName.flashingRed)
  }

  /// Phase numbers, or names of the groups that are made of them.
  private mutating func phaseNumbers(_ places: [DocumentPlace], _ assembly: ControllerAssembly) -> [Int] {
    var result: [Int] = []
    for place in places {
      if case .string(let name) = place.node.content {
        if let number = Int(name), assembly.phaseOfNumber[number] != nil {
          result.append(number)
        } else {
          _ = assembly.groupNames.find(name, at: place, in: &document)
        }
        continue
      }
      guard let number = document.integer(place, in: 1...32, what: "a phase number") else { continue }
      if assembly.phaseOfNumber[number] == nil { notePhase(number, at: place, assembly) }
      result.append(number)
    }
    return result
  }

  private mutating func readPhaseParameters(_ phase: DocumentObject) -> PhaseParameters {
    for key in ["groups", "pedestrianGroup"] {
      guard let place = phase[key] else { continue }
      document.note(
        place, found: "\"\(key)\" in a phase of a controller without \"groups\"",
        expected: "groups that follow from the phases", mend: "remove it, or write out the groups")
    }
    if phase["walk_s"] == nil, let place = phase["pedestrianClearance_s"] {
      document.note(
        place, found: "a pedestrian clearance without a walk", expected: "both or none",
        mend: "add \"walk_s\"")
    }
    var walk: TimeSpan?
    if phase["walk_s"] != nil { walk = document.span(phase, "walk_s", default: .zero) }
    return PhaseParameters(
      number: phase["number"].flatMap { place in
        if case .integer(let number) = place.node.content, (1...32).contains(number) { number } else { nil }
      } ?? 1,
      minimumGreen: document.span(phase, "minimumGreen_s", default: nil),
      maximumGreen: document.span(phase, "maximumGreen_s", default: nil),
      passage: document.span(phase, "passage_s", default: TimeSpan(seconds: 1.5)),
      yellow: document.span(phase, "yellow_s", default: nil),
      redClearance: document.span(phase, "redClearance_s", default: nil),
      minimumSplit: document.span(phase, "minimumSplit_s", default: .zero),
      recall: document.choice(phase, "recall", default: Recall.none, else: Recall.none),
      dualEntry: document.flag(phase, "dualEntry", default: false), walk: walk,
      pedestrianClearance: document.span(phase, "pedestrianClearance_s", default: walk == nil ? .zero : nil))
  }

  private mutating func readCrosswalkGroups(_ assembly: ControllerAssembly, _ controller: SignalController) {
    for id in assembly.crosswalks {
      let object = crosswalkLamps[id.index]
      if let place = object["phase"] {
        guard let phase = phaseIndices([place], assembly).first, controller.phases.indices.contains(phase)
        else { continue }
        network[id].group = controller.phases[phase].pedestrianGroup
        if controller.phases[phase].pedestrianGroup == nil {
          document.note(
            place, found: "phase \(controller.phases[phase].number), which has no pedestrians",
            expected: "a phase with a walk", mend: "add \"walk_s\" and \"pedestrianClearance_s\" to the phase"
          )
        }
      } else if let place = object["group"], let name = document.text(place) {
        network[id].group = controller.groups.firstIndex { $0.name == name }
        if network[id].group == nil {
          _ = NameTable(what: "signal group of controller \(controller.name)").find(
            name, at: place, in: &document)
        }
      }
    }
  }
}

/// What pedestrians see during their clearance.
enum PedestrianClearanceName: String, CaseIterable {
  case flashingRed
  case flashingGreen
}
