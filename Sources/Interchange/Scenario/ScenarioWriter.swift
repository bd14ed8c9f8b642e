import TrafficModel

/// Writes scenario files.
///
/// Signals are written group by group, and flows from link to link as flows along routes, whatever form they were read
/// from. Reading the text gives the same scenario
/// to the last bit, and writing that gives the same text; only intergreens between groups that do not exclude
/// each other are left out, since they mean nothing.
public enum ScenarioWriter {
  public static func text(_ scenario: Scenario) -> String { value(scenario).text(pretty: true) }

  public static func value(_ scenario: Scenario) -> JSONValue {
    let writer = ScenarioDocumentWriter(scenario)
    var document = JSONObjectBuilder()
    document["schema"] = .string(ScenarioFormat.schema)
    document["name"] = .string(scenario.name)
    document.setText("summary", scenario.summary)
    document["units"] = .string(scenario.units.rawValue)
    document["driverProfile"] = .string(scenario.driverProfile.rawValue)
    if scenario.walking != WalkingSpeeds() { document["walking"] = writer.walking(scenario.walking) }
    document["run"] = .object([
      ("warmUp_s", writer.seconds(scenario.run.warmUp)),
      ("duration_s", writer.seconds(scenario.run.duration)),
    ])
    document["nodes"] = .array(scenario.network.nodes.map { writer.node($0) })
    document["links"] = .array(scenario.network.links.map { writer.link($0) })
    document.setList(
      "movements",
      zip(scenario.network.movements, scenario.network.crosswalksOnPaths()).map {
        writer.movement($0, crosswalksOnPath: $1)
      })
    document.setList("crosswalks", scenario.network.crosswalks.map { writer.crosswalk($0) })
    document.setList("detectors", scenario.network.detectors.map { writer.detector($0) })
    document.setList("controllers", scenario.controllers.map { writer.controller($0) })
    document["demand"] = writer.demand(scenario.demand)
    document.setList("incidents", scenario.incidents.map { writer.incident($0) })
    document.setList("corridor", scenario.corridor.map { .string(scenario.network[$0].name) })
    return document.value
  }
}

/// The members of a JSON object in the order in which they are set.
struct JSONObjectBuilder {
  private(set) var members: [(String, JSONValue)] = []

  var value: JSONValue { .object(members) }

  subscript(key: String) -> JSONValue? {
    get { members.first { $0.0 == key }?.1 }
    set { if let newValue { members.append((key, newValue)) } }
  }

  mutating func setText(_ key: String, _ text: String) {
    if !text.isEmpty { self[key] = .string(text) }
  }

  mutating func setList(_ key: String, _ list: [JSONValue]) {
    if !list.isEmpty { self[key] = .array(list) }
  }

  /// Sets the first of the units whose value reads back to the same bits; the last unit always does.
  mutating func setQuantity(_ stem: String, _ value: Double, units: [KeyUnit]) {
    for (index, unit) in units.enumerated() {
      let converted = unit.factor == 1 ? value : (value / unit.factor * 1e6).rounded() / 1e6
      if index == units.count - 1 || converted * unit.factor == value {
        self["\(stem)_\(unit.suffix)"] = .number(converted)
        return
      }
    }
  }
}

/// Turns the parts of one scenario into JSON, in its author's units where that loses nothing.
struct ScenarioDocumentWriter {
  let scenario: Scenario
  let lengths: [KeyUnit]
  let speeds: [KeyUnit]
  let controllerOfNode: [ControllerID?]

  var network: Network { scenario.network }

  init(_ scenario: Scenario) {
    self.scenario = scenario
    controllerOfNode = scenario.controllerOfNode
    let (meters, feet) = (KeyUnit.lengths[0], KeyUnit.lengths[1])
    lengths = scenario.units == .metric ? [meters] : [feet, meters]
    let (kilometers, miles, plain) = (KeyUnit.speeds[0], KeyUnit.speeds[1], KeyUnit.speeds[2])
    speeds = scenario.units == .metric ? [kilometers, miles, plain] : [miles, kilometers, plain]
  }

  func seconds(_ span: TimeSpan) -> JSONValue { .number(span.seconds) }

  func points(_ points: [Point]) -> (suffix: String, value: JSONValue) {
    for unit in lengths {
      let converted = points.map { point in
        [point.xMeters, point.yMeters].map {
          unit.factor == 1 ? $0 : ($0 / unit.factor * 1e6).rounded() / 1e6
        }
      }
      let isExact = zip(points, converted).allSatisfy { point, pair in
        pair[0] * unit.factor == point.xMeters && pair[1] * unit.factor == point.yMeters
      }
      if isExact || unit.factor == 1 {
        return (unit.suffix, .array(converted.map { .array($0.map { .number($0) }) }))
      }
    }
    return ("m", [])
  }

  func walking(_ speeds: WalkingSpeeds) -> JSONValue {
    .object([
      ("speed_mps", .number(speeds.metersPerSecond)),
      ("deviation_mps", .number(speeds.deviationMetersPerSecond)),
      ("slowShare", .number(speeds.slowShare)), ("slowSpeed_mps", .number(speeds.slowMetersPerSecond)),
    ])
  }

  func node(_ node: Node) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(node.name)
    object.setText("title", node.title)
    object["control"] = .string(node.control.rawValue)
    let (suffix, value) = points([node.position])
    object["position_\(suffix)"] = value[0]
    return object.value
  }

  func link(_ link: Link) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(link.name)
    object.setText("title", link.title)
    object["from"] = .string(network[link.from].name)
    object["to"] = .string(network[link.to].name)
    object.setQuantity("length", link.lengthMeters, units: lengths)
    object.setQuantity("speedLimit", link.speedLimitMetersPerSecond, units: speeds)
    let isPlain = link.lanes.allSatisfy { $0 == Lane() }
    object["lanes"] = isPlain ? .integer(link.lanes.count) : .array(link.lanes.map { lane($0) })
    if !link.shape.isEmpty {
      let (suffix, value) = points(link.shape)
      object["shape_\(suffix)"] = value
    }
    if link.grade != 0 { object["grade"] = .number(link.grade) }
    return object.value
  }

  private func lane(_ lane: Lane) -> JSONValue {
    var object = JSONObjectBuilder()
    if let pocket = lane.pocketMeters { object.setQuantity("pocket", pocket, units: lengths) }
    if lane.widthMeters != Lane().widthMeters {
      object.setQuantity("width", lane.widthMeters, units: lengths)
    }
    if let headway = lane.saturationHeadwaySeconds { object["saturationHeadway_s"] = .number(headway) }
    return object.value
  }

  func movement(_ movement: Movement, crosswalksOnPath: [CrosswalkID]) -> JSONValue {
    var object = JSONObjectBuilder()
    object["from"] = .string(network[movement.from].name)
    object["to"] = .string(network[movement.to].name)
    object["turn"] = .string(movement.turn.rawValue)
    object["lanes"] = .array(movement.lanes.map { .integer($0) })
    if !movement.targetLanes.isEmpty {
      object["targetLanes"] = .array(
        movement.targetLanes.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) })
    }
    if let controller = controllerOfNode[movement.node.index] {
      let groups = scenario.controllers[controller.index].groups
      object.setList("protectedBy", movement.protectedGroups.map { .string(groups[$0].name) })
      object.setList("permittedBy", movement.permittedGroups.map { .string(groups[$0].name) })
    }
    object["yieldsTo"] = .array(
      movement.yieldsTo.map { id in
        .array([.string(network[network[id].from].name), .string(network[network[id].to].name)])
      })
    object.setQuantity("innerLength", movement.innerLengthMeters, units: lengths)
    if let speed = movement.turningSpeedMetersPerSecond {
      object.setQuantity("turningSpeed", speed, units: speeds)
    }
    if movement.waitingPlaceMeters != 0 {
      object.setQuantity("waitingPlace", movement.waitingPlaceMeters, units: lengths)
    }
    if let gap = movement.criticalGapSeconds { object["criticalGap_s"] = .number(gap) }
    if let time = movement.followUpSeconds { object["followUp_s"] = .number(time) }
    if movement.turnsOnRed { object["turnsOnRed"] = .bool(true) }
    if movement.stopsFirst { object["stopsFirst"] = .bool(true) }
    // Only what does not follow from the crosswalks' legs.
    if movement.crosses != crosswalksOnPath {
      object["crosses"] = .array(movement.crosses.map { .string(network[$0].name) })
    }
    return object.value
  }

  func crosswalk(_ crosswalk: Crosswalk) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(crosswalk.name)
    object["node"] = .string(network[crosswalk.node].name)
    if let leg = crosswalk.leg { object["leg"] = .string(network[leg].name) }
    object.setQuantity("length", crosswalk.lengthMeters, units: lengths)
    if !crosswalk.hasPriority { object["hasPriority"] = .bool(false) }
    if let speed = crosswalk.designWalkingSpeedMetersPerSecond {
      object["designWalkingSpeed_mps"] = .number(speed)
    }
    if let group = crosswalk.group, let controller = controllerOfNode[crosswalk.node.index] {
      object["group"] = .string(scenario.controllers[controller.index].groups[group].name)
    }
    return object.value
  }

  func detector(_ detector: Detector) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(detector.name)
    object["link"] = .string(network[detector.link].name)
    object["lane"] = .integer(detector.lane)
    object.setQuantity("distance", detector.distanceMeters, units: lengths)
    object.setQuantity("length", detector.lengthMeters, units: lengths)
    return object.value
  }

  func demand(_ demand: Demand) -> JSONValue {
    var object = JSONObjectBuilder()
    object.setList("vehicleClasses", demand.vehicleClasses.map { vehicleClass($0) })
    object.setList("sources", demand.sources.map { source($0) })
    object.setList("turning", demand.turning.map { turning($0) })
    object.setList(
      "pedestrians",
      demand.pedestrians.map { flow in
        .object([
          ("crosswalk", .string(network[flow.crosswalk].name)),
          ("flow_pedPerHour", .number(flow.pedestriansPerHour)),
        ])
      })
    setRoutedDemand(demand, in: &object)
    return object.value
  }

  private func source(_ source: VehicleSource) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(source.name)
    object["link"] = .string(network[source.link].name)
    if source.isMidblock { object["midblock"] = .bool(true) }
    object.setFlow(
      source.flow, heavyShare: source.heavyVehicleShare, classShares: classShares(source.classShares),
      source.process)
    return object.value
  }

  /// All volumes of a step, link by link; every step is complete, so that none depends on the one before.
  private func turning(_ step: TurningStep) -> JSONValue {
    var rows = [[(String, JSONValue)]](repeating: [], count: network.links.count)
    for (id, movement) in network.movements.enumerated() {
      rows[movement.from.index].append((network[movement.to].name, .number(step.vehiclesPerHour[id])))
    }
    var volumes = JSONObjectBuilder()
    var shares = JSONObjectBuilder()
    for (index, link) in network.links.enumerated() {
      if !rows[index].isEmpty { volumes[link.name] = .object(rows[index]) }
      let share = step.midblockExitShare[index]
      if share != 0 || (scenario.demand.turning.first?.midblockExitShare[index] ?? 0) != 0 {
        shares[link.name] = .number(share)
      }
    }
    var object = JSONObjectBuilder()
    object["start_s"] = .number(step.startSeconds)
    object["volumes_vehPerHour"] = volumes.value
    if !shares.members.isEmpty { object["midblockExitShare"] = shares.value }
    return object.value
  }
}
