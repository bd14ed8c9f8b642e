import TrafficModel

extension ScenarioAssembly {
  /// A controller whose groups and intergreens are written out.
  mutating func readGroupController(
    _ assembly: inout ControllerAssembly, diagram: RingBarrierDiagram, patterns: [Pattern],
    geometry: MovementConflicts
  ) -> SignalController {
    let object = assembly.object
    let clearance: Indication =
      readClearanceIndication(object) == .flashingGreen ? .flashingGreen : .flashingRed
    var groups: [SignalGroup] = []
    for group in document.objects(object, "groups", as: ScenarioFormat.group) {
      let name = document.name(group)
      assembly.groupNames.add(name, at: group["name"] ?? group.place, in: &document)
      places["controller \(assembly.name), group \(name)"] = group.place
      groups.append(readGroup(group, name: name, clearance: clearance))
    }
    if groups.isEmpty, let place = object["groups"] {
      document.noteType(place, expected: "at least one signal group", mend: "add groups, or describe phases")
    }
    var controller = SignalController(
      name: assembly.name, nodes: assembly.nodes, groups: groups,
      conflicts: ConflictMatrix(count: groups.count), intergreens: IntergreenMatrix(count: groups.count),
      diagram: diagram, patterns: patterns)
    if groups.isEmpty { return controller }
    controller.phases = assembly.phaseObjects.map { readGroupedPhase($0, assembly) }
    readIntergreens(assembly, &controller)
    for id in assembly.movements {
      network[id].protectedGroups = groupIndices(governance[id.index].protected, assembly, controller)
      network[id].permittedGroups = groupIndices(governance[id.index].permitted, assembly, controller)
    }
    network.deriveYielding(of: assembly.movements, under: controller, geometry: geometry)
    for id in assembly.movements {
      if let yieldsTo = governance[id.index].yieldsTo { network[id].yieldsTo = yieldsTo }
    }
    if let place = object["yields"] {
      readYields(place, assembly, &controller)
    } else {
      controller.deriveYieldingGroups(of: assembly.movements, in: network)
    }
    return controller
  }

  private mutating func readGroup(
    _ group: DocumentObject, name: String, clearance: Indication
  ) -> SignalGroup {
    let kind = document.choice(group, "kind", default: .vehicle, else: SignalGroup.Kind.vehicle)
    let losingKey = kind == .vehicle ? "yellow_s" : "clearance_s"
    let wrongKey = kind == .vehicle ? "clearance_s" : "yellow_s"
    if let place = group[wrongKey] {
      document.note(
        place, found: "\"\(wrongKey)\" in a \(kind.rawValue) group", expected: "\"\(losingKey)\"",
        mend: "rename the key, or set \"kind\"")
    }
    var losing: [TimedIndication] = []
    if let place = group["losing"] {
      losing = readColours(place)
      if let other = group[losingKey] { noteBoth(losingKey, "losing", at: other) }
    } else {
      let span = document.span(group, losingKey, default: group[wrongKey] == nil ? nil : .zero)
      losing = [TimedIndication(kind == .vehicle ? .yellow : clearance, span)]
    }
    var gaining: [TimedIndication] = []
    if let place = group["gaining"] {
      gaining = readColours(place)
      if let other = group["redYellow_s"] { noteBoth("redYellow_s", "gaining", at: other) }
    } else if group["redYellow_s"] != nil {
      gaining = [TimedIndication(.redYellow, document.span(group, "redYellow_s", default: .zero))]
    }
    return SignalGroup(
      name: name, kind: kind, gaining: gaining, losing: losing,
      minimumGreen: document.span(group, "minimumGreen_s", default: nil),
      proceed: document.choice(
        group, "proceed", default: .green, else: IndicationName.green, among: [.green, .flashingYellow]
      ).indication)
  }

  private mutating func noteBoth(_ first: String, _ second: String, at place: DocumentPlace) {
    document.note(
      place, found: "both \"\(first)\" and \"\(second)\"", expected: "one of the two",
      mend: "remove one of them")
  }

  private mutating func readColours(_ place: DocumentPlace) -> [TimedIndication] {
    var colours: [TimedIndication] = []
    for entry in document.elements(place) {
      guard let colour = document.object(entry, as: ScenarioFormat.timedIndication) else { continue }
      let name = document.choice(colour, "indication", default: nil, else: IndicationName.yellow)
      colours.append(TimedIndication(name.indication, document.span(colour, "duration_s", default: nil)))
    }
    return colours
  }

  private mutating func readGroupedPhase(_ phase: DocumentObject, _ assembly: ControllerAssembly) -> Phase {
    for key in ["walk_s", "pedestrianClearance_s"] {
      guard let place = phase[key] else { continue }
      document.note(
        place, found: "\"\(key)\" in a controller with \"groups\"",
        expected: "these times in the pedestrian group",
        mend: "remove it, and name the group in \"pedestrianGroup\"")
    }
    if phase["groups"] == nil {
      document.noteMissing(
        "groups", in: phase, mend: "add \"groups\" with the groups that are green in the phase")
    }
    var groups: [Int] = []
    for place in document.elements(phase, "groups") {
      groups.append(assembly.groupNames.find(place, in: &document))
    }
    var number = 1
    if let place = phase["number"], case .integer(let value) = place.node.content { number = value }
    return Phase(
      number: number, groups: groups,
      pedestrianGroup: phase["pedestrianGroup"].map { assembly.groupNames.find($0, in: &document) },
      minimumGreen: document.span(phase, "minimumGreen_s", default: nil),
      maximumGreen: document.span(phase, "maximumGreen_s", default: nil),
      passage: document.span(phase, "passage_s", default: TimeSpan(seconds: 1.5)),
      yellow: document.span(phase, "yellow_s", default: nil),
      redClearance: document.span(phase, "redClearance_s", default: nil),
      minimumSplit: document.span(phase, "minimumSplit_s", default: .zero),
      recall: document.choice(phase, "recall", default: Recall.none, else: Recall.none),
      dualEntry: document.flag(phase, "dualEntry", default: false))
  }

  /// The table of intergreens: ending group, then starting group. A pair in it is excluded; its reverse must be in
  /// it too.
  private mutating func readIntergreens(_ assembly: ControllerAssembly, _ controller: inout SignalController)
  {
    guard let place = assembly.object["intergreens_s"] else {
      return document.noteMissing(
        "intergreens_s", in: assembly.object,
        mend: "add the intergreens of all groups that exclude each other: {\"ending\": {\"starting\": 5}}")
    }
    var given = [DocumentPlace?](repeating: nil, count: controller.groups.count * controller.groups.count)
    for row in document.entries(place, of: "intergreens by ending group") {
      let ending = assembly.groupNames.find(row.key.key, at: row.value, in: &document)
      for cell in document.entries(row.value, of: "intergreens by starting group") {
        let starting = assembly.groupNames.find(cell.key.key, at: cell.value, in: &document)
        if ending == starting, document.errors.isEmpty {
          document.note(
            cell.value, found: "an intergreen of a group with itself", expected: "two different groups",
            mend: "remove it")
          continue
        }
        given[ending * controller.groups.count + starting] = cell.value
        controller.conflicts[ending, starting] = .excluded
        controller.intergreens[ending, starting] = document.span(cell.value)
      }
    }
    if !document.errors.isEmpty { return }
    for ending in controller.groups.indices {
      for starting in controller.groups.indices {
        guard let cell = given[ending * controller.groups.count + starting],
          given[starting * controller.groups.count + ending] == nil
        else { continue }
        let names = (controller.groups[ending].name, controller.groups[starting].name)
        document.note(
          cell, found: "an intergreen from \(names.0) to \(names.1), but none from \(names.1) to \(names.0)",
          expected: "both, since exclusion is mutual", mend: "add \"\(names.1)\": {\"\(names.0)\": ...}")
      }
    }
  }

  private mutating func readYields(
    _ place: DocumentPlace, _ assembly: ControllerAssembly, _ controller: inout SignalController
  ) {
    for row in document.entries(place, of: "yielding groups") {
      let first = assembly.groupNames.find(row.key.key, at: row.value, in: &document)
      for entry in document.elements(row.value) {
        let second = assembly.groupNames.find(entry, in: &document)
        if controller.conflicts[first, second] == .excluded || first == second, document.errors.isEmpty {
          document.noteType(
            entry, expected: "another group that may be green together with \(controller.groups[first].name)",
            mend: "remove it here, or from the intergreens")
        } else if first != second {
          controller.conflicts[first, second] = .yields
        }
      }
    }
  }

  /// Groups named by name, or by the number of a phase.
  private mutating func groupIndices(
    _ places: [DocumentPlace], _ assembly: ControllerAssembly, _ controller: SignalController
  ) -> [Int] {
    var result: [Int] = []
    for place in places {
      var groups: [Int] = []
      if case .integer = place.node.content {
        groups = phaseIndices([place], assembly).flatMap { controller.phases[$0].groups }
      } else if case .string(let name) = place.node.content {
        groups = [assembly.groupNames.find(name, at: place, in: &document)]
      } else {
        document.noteType(
          place, expected: "the number of a phase or the name of a group", mend: "write a number or a name")
      }
      for group in groups where !result.contains(group) { result.append(group) }
    }
    return result
  }

  mutating func readStage(_ stage: DocumentObject, _ assembly: ControllerAssembly) -> Stage {
    let name = document.text(stage, "name", default: "")
    places["controller \(assembly.name), stage \(name)"] = stage.place
    var names = assembly.groupNames
    if !assembly.hasGroups {
      // Pedestrian groups of phases come after all vehicle groups.
      for phase in assembly.phaseObjects where phase["walk_s"] != nil {
        if let place = phase["number"], case .integer(let number) = place.node.content {
          names.add("\(number)P", at: phase.place, in: &document)
        }
      }
    }
    var groups: [Int] = []
    for place in document.elements(stage, "groups", isRequired: true) {
      groups.append(names.find(place, in: &document))
    }
    return Stage(
      name: name, groups: groups, minimumDuration: document.span(stage, "minimum_s", default: nil),
      maximumDuration: document.span(stage, "maximum_s", default: nil),
      isOnDemand: document.flag(stage, "onDemand", default: false),
      lateStart: readShifts(stage, "lateStart_s", names, groups),
      earlyEnd: readShifts(stage, "earlyEnd_s", names, groups))
  }

  private mutating func readShifts(
    _ stage: DocumentObject, _ key: String, _ names: NameTable, _ groups: [Int]
  ) -> [Int: TimeSpan] {
    guard let place = stage[key] else { return [:] }
    var shifts: [Int: TimeSpan] = [:]
    for entry in document.entries(place, of: "times by group") {
      let group = names.find(entry.key.key, at: entry.value, in: &document)
      if !groups.contains(group), document.errors.isEmpty {
        document.note(
          entry.value, found: "group \(entry.key.key), which is not green in the stage",
          expected: "one of the stage's groups", mend: "add it to \"groups\", or remove it here")
      }
      shifts[group] = document.span(entry.value)
    }
    return shifts
  }
}

/// Indications as scenario files write them.
enum IndicationName: String, CaseIterable {
  case dark, red, redYellow, green, flashingGreen, yellow, flashingYellow, flashingRed

  init(_ indication: Indication) {
    self =
      switch indication {
      case .dark: .dark
      case .red: .red
      case .redYellow: .redYellow
      case .green: .green
      case .flashingGreen: .flashingGreen
      case .yellow: .yellow
      case .flashingYellow: .flashingYellow
      case .flashingRed: .flashingRed
      }
  }

  var indication: Indication {
    switch self {
    case .dark: .dark
    case .red: .red
    case .redYellow: .redYellow
    case .green: .green
    case .flashingGreen: .flashingGreen
    case .yellow: .yellow
    case .flashingYellow: .flashingYellow
    case .flashingRed: .flashingRed
    }
  }
}
