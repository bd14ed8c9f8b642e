import TrafficModel

extension ScenarioDocumentWriter {
  func controller(_ controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(controller.name)
    object["nodes"] = .array(controller.nodes.map { .string(network[$0].name) })
    object["groups"] = .array(controller.groups.map { group($0) })
    object["intergreens_s"] = intergreens(controller)
    object["yields"] = yields(controller)
    object.setList("phases", controller.phases.map { phase($0, of: controller) })
    if !controller.phases.isEmpty || !controller.diagram.rings.isEmpty {
      object["rings"] = rings(controller.diagram, of: controller)
    }
    object.setList("stages", controller.stages.map { stage($0, of: controller) })
    object["patterns"] = .array(controller.patterns.map { pattern($0, of: controller) })
    object.setList("detectors", controller.detectors.map { assignment($0, of: controller) })
    setUnit(of: controller, in: &object)
    return object.value
  }

  func names(_ groups: [Int], of controller: SignalController) -> JSONValue {
    .array(groups.map { .string(controller.groups[$0].name) })
  }

  func numbers(_ phases: [Int], of controller: SignalController) -> JSONValue {
    .array(phases.map { .integer(controller.phases[$0].number) })
  }

  private func group(_ group: SignalGroup) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(group.name)
    object["kind"] = .string(group.kind.rawValue)
    object["minimumGreen_s"] = seconds(group.minimumGreen)
    object.setList("gaining", group.gaining.map { colour($0) })
    if group.kind == .vehicle, group.losing.count == 1, group.losing[0].indication == .yellow {
      object["yellow_s"] = seconds(group.losing[0].duration)
    } else if group.kind == .pedestrian, group.losing.count == 1, group.losing[0].indication == .flashingRed {
      object["clearance_s"] = seconds(group.losing[0].duration)
    } else {
      object["losing"] = .array(group.losing.map { colour($0) })
    }
    if group.proceed != .green { object["proceed"] = .string(IndicationName(group.proceed).rawValue) }
    return object.value
  }

  private func colour(_ colour: TimedIndication) -> JSONValue {
    .object([
      ("indication", .string(IndicationName(colour.indication).rawValue)),
      ("duration_s", seconds(colour.duration)),
    ])
  }

  private func intergreens(_ controller: SignalController) -> JSONValue {
    var rows = JSONObjectBuilder()
    for (ending, group) in controller.groups.enumerated() {
      var row = JSONObjectBuilder()
      for (starting, other) in controller.groups.enumerated()
      where controller.conflicts[ending, starting] == .excluded {
        row[other.name] = seconds(controller.intergreens[ending, starting])
      }
      if !row.members.isEmpty { rows[group.name] = row.value }
    }
    return rows.value
  }

  private func yields(_ controller: SignalController) -> JSONValue {
    var rows = JSONObjectBuilder()
    for (first, group) in controller.groups.enumerated() {
      let others = controller.groups.indices.filter { controller.conflicts[first, $0] == .yields }
      if !others.isEmpty { rows[group.name] = names(others, of: controller) }
    }
    return rows.value
  }

  private func phase(_ phase: Phase, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["number"] = .integer(phase.number)
    object["groups"] = names(phase.groups, of: controller)
    object["pedestrianGroup"] = phase.pedestrianGroup.map { .string(controller.groups[$0].name) }
    object["minimumGreen_s"] = seconds(phase.minimumGreen)
    object["maximumGreen_s"] = seconds(phase.maximumGreen)
    object["passage_s"] = seconds(phase.passage)
    object["yellow_s"] = seconds(phase.yellow)
    object["redClearance_s"] = seconds(phase.redClearance)
    if phase.minimumSplit > .zero { object["minimumSplit_s"] = seconds(phase.minimumSplit) }
    object["recall"] = .string(phase.recall.rawValue)
    if phase.dualEntry { object["dualEntry"] = .bool(true) }
    object["actuation"] = actuation(phase.actuation)
    object["pedestrians"] = pedestrianTiming(phase.pedestrians)
    return object.value
  }

  private func rings(_ diagram: RingBarrierDiagram, of controller: SignalController) -> JSONValue {
    .array(diagram.rings.map { sides in .array(sides.map { numbers($0, of: controller) }) })
  }

  private func stage(_ stage: Stage, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(stage.name)
    object["groups"] = names(stage.groups, of: controller)
    object["minimum_s"] = seconds(stage.minimumDuration)
    object["maximum_s"] = seconds(stage.maximumDuration)
    if stage.isOnDemand { object["onDemand"] = .bool(true) }
    for (key, shifts) in [("lateStart_s", stage.lateStart), ("earlyEnd_s", stage.earlyEnd)] {
      var row = JSONObjectBuilder()
      for (group, data) in controller.groups.enumerated() {
        if let shift = shifts[group] { row[data.name] = seconds(shift) }
      }
      if !row.members.isEmpty { object[key] = row.value }
    }
    return object.value
  }

  private func pattern(_ pattern: Pattern, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["number"] = .integer(pattern.number)
    object.setText("name", pattern.name)
    object["cycle_s"] = seconds(pattern.cycle)
    object["offset_s"] = seconds(pattern.offset)
    object["offsetReference"] = .string(pattern.reference.rawValue)
    switch pattern.timing {
    case .ringBarrier(let diagram, let splits, let referencePhases):
      object["referencePhases"] = numbers(referencePhases, of: controller)
      var row = JSONObjectBuilder()
      for (phase, split) in zip(controller.phases, splits) { row["\(phase.number)"] = seconds(split) }
      object["splits_s"] = row.value
      if diagram != controller.diagram { object["rings"] = rings(diagram, of: controller) }
    case .stages(let chain):
      object["stages"] = .array(
        chain.map { interval in
          .object([
            ("stage", .string(controller.stages[interval.stage].name)),
            ("duration_s", seconds(interval.duration)),
          ])
        })
    }
    if case .coordinated(let coordination) = pattern.operation {
      object["coordination"] = self.coordination(coordination, of: controller)
    }
    return object.value
  }

  private func assignment(_ assignment: DetectorAssignment, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["detector"] = .string(network[assignment.detector].name)
    if assignment.channel != 0 { object["channel"] = .integer(assignment.channel) }
    object["calls"] = numbers(assignment.calls, of: controller)
    object["extends"] = numbers(assignment.extends, of: controller)
    if assignment.delay != .zero { object["delay_s"] = seconds(assignment.delay) }
    if assignment.prolongation != .zero { object["prolongation_s"] = seconds(assignment.prolongation) }
    object["switchPhase"] = assignment.switchPhase.map { .integer(controller.phases[$0].number) }
    object["queueLimit_s"] = assignment.queueLimit.map { seconds($0) }
    object.setFlag("locksInRed", assignment.locksInRed)
    object.setFlag("locksInYellow", assignment.locksInYellow)
    object.setFlag("addsInitial", assignment.addsInitial)
    object["diagnostics"] = diagnostics(assignment.diagnostics)
    return object.value
  }
}
