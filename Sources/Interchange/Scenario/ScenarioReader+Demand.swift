import TrafficModel

extension ScenarioAssembly {
  mutating func readDemand(_ object: DocumentObject) -> Demand {
    guard let place = object["demand"] else {
      document.noteMissing(
        "demand", in: object, mend: "add \"demand\": { \"sources\": [...], \"turning\": [...] }")
      return Demand()
    }
    guard let demand = document.object(place, as: ScenarioFormat.demand) else { return Demand() }
    places["demand"] = place
    let classes = readClasses(demand)
    var sourceNames = NameTable(what: "source")
    var sources: [VehicleSource] = []
    for source in document.objects(demand, "sources", as: ScenarioFormat.source) {
      let name = document.name(source)
      sourceNames.add(name, at: source["name"] ?? source.place, in: &document)
      places["source \(name)"] = source.place
      sources.append(readSource(source, name: name))
    }
    var result = Demand(
      sources: sources, turning: readTurning(demand, isNeeded: !sources.isEmpty),
      pedestrians: document.objects(demand, "pedestrians", as: ScenarioFormat.pedestrianFlow).map {
        readPedestrians($0)
      }, vehicleClasses: classes)
    readRoutedDemand(demand, into: &result)
    return result
  }

  private mutating func readSource(_ source: DocumentObject, name: String) -> VehicleSource {
    let link = LinkID(linkNames.find(source, "link", in: &document))
    let isMidblock = document.flag(source, "midblock", default: false)
    let flow = readSteps(source)
    return VehicleSource(
      name: name, link: link, isMidblock: isMidblock, flow: flow, heavyVehicleShare: readHeavyShare(source),
      classShares: readClassShares(source), process: readProcess(source))
  }

  mutating func readHeavyShare(_ object: DocumentObject) -> Double {
    document.number(object, "heavyVehicleShare", in: 0...1, what: "a share", default: 0)
  }

  mutating func readProcess(_ object: DocumentObject) -> ArrivalProcess {
    document.choice(object, "arrivals", default: .poisson, else: ArrivalProcess.poisson)
  }

  /// A constant flow or one in steps.
  mutating func readSteps(_ object: DocumentObject) -> [FlowStep] {
    guard let place = object["flow"] else {
      return [FlowStep(vehiclesPerHour: readFlow(object, "flow_vehPerHour"))]
    }
    var flow: [FlowStep] = []
    for entry in document.elements(place) {
      guard let step = document.object(entry, as: ScenarioFormat.flowStep) else { continue }
      let start = readStart(step)
      flow.append(FlowStep(startSeconds: start, vehiclesPerHour: readFlow(step, "flow_vehPerHour")))
    }
    if let other = object["flow_vehPerHour"] {
      document.note(
        other, found: "both \"flow\" and \"flow_vehPerHour\"", expected: "one of the two",
        mend: "remove one of them")
    }
    return flow
  }

  private mutating func readStart(_ step: DocumentObject) -> Double {
    document.number(
      step, "start_s", in: 0...ScenarioLimits.runSeconds,
      what: "a time in seconds since the start of the run",
      default: 0)
  }

  private mutating func readFlow(_ object: DocumentObject, _ key: String) -> Double {
    guard let place = object[key] else {
      document.noteMissing(key, in: object, mend: "add \"\(key)\" with a flow per hour")
      return 0
    }
    return document.number(place, in: 0...ScenarioLimits.vehiclesPerHour, what: "a flow per hour") ?? 0
  }

  /// Steps of turning volumes. A link that a step does not mention keeps the volumes of the step before; in the
  /// first step they are zero.
  private mutating func readTurning(_ demand: DocumentObject, isNeeded: Bool) -> [TurningStep] {
    var steps: [TurningStep] = []
    for object in document.objects(demand, "turning", as: ScenarioFormat.turningStep) {
      places["turning step \(steps.count + 1)"] = object.place
      var step =
        steps.last
        ?? TurningStep(
          vehiclesPerHour: Array(repeating: 0, count: network.movements.count),
          midblockExitShare: Array(repeating: 0, count: network.links.count))
      step.startSeconds = readStart(object)
      if let place = object["volumes_vehPerHour"] { readVolumes(place, into: &step) }
      if let place = object["midblockExitShare"] {
        for entry in document.entries(place, of: "shares by link") {
          let link = linkNames.find(entry.key.key, at: entry.value, in: &document)
          let share = document.number(entry.value, in: 0...1, what: "a share") ?? 0
          if link < step.midblockExitShare.count { step.midblockExitShare[link] = share }
        }
      }
      steps.append(step)
    }
    if steps.isEmpty && isNeeded && !network.movements.isEmpty && document.errors.isEmpty {
      document.noteMissing(
        "turning", in: demand,
        mend: "add \"turning\": [{ \"volumes_vehPerHour\": { \"from link\": { \"to link\": 100 } } }]")
    }
    return steps
  }

  private mutating func readVolumes(_ place: DocumentPlace, into step: inout TurningStep) {
    if network.links.isEmpty { return }
    for row in document.entries(place, of: "volumes by link") {
      let from = LinkID(linkNames.find(row.key.key, at: row.value, in: &document))
      for movement in movementsFrom[from.index] { step.vehiclesPerHour[movement.index] = 0 }
      for cell in document.entries(row.value, of: "volumes by the link that they go to") {
        let to = LinkID(linkNames.find(cell.key.key, at: cell.value, in: &document))
        let volume =
          document.number(cell.value, in: 0...ScenarioLimits.vehiclesPerHour, what: "a volume per hour") ?? 0
        if let movement = movementOfLinks[LinkPair(from: from, to: to)] {
          step.vehiclesPerHour[movement.index] = volume
        } else if document.errors.isEmpty {
          document.note(
            cell.value,
            found: "a volume from \(network[from].name) to \(network[to].name), where no movement leads",
            expected: "a movement of the scenario", mend: "add the movement, or remove the volume")
        }
      }
    }
  }

  private mutating func readPedestrians(_ object: DocumentObject) -> PedestrianFlow {
    PedestrianFlow(
      crosswalk: CrosswalkID(crosswalkNames.find(object, "crosswalk", in: &document)),
      pedestriansPerHour: readFlow(object, "flow_pedPerHour"))
  }
}
