import TrafficModel

extension ScenarioAssembly {
  /// Routes and everything that drives them; flows from link to link become flows along the fastest routes.
  mutating func readRoutedDemand(_ object: DocumentObject, into demand: inout Demand) {
    var names = NameTable(what: "route")
    for route in document.objects(object, "routes", as: ScenarioFormat.route) {
      let name = document.name(route)
      names.add(name, at: route["name"] ?? route.place, in: &document)
      places["route \(name)"] = route.place
      demand.routes.append(Route(name: name, links: readRouteLinks(route)))
    }
    for flow in document.objects(object, "routeFlows", as: ScenarioFormat.routeFlow) {
      let name = document.name(flow)
      places["route flow \(name)"] = flow.place
      demand.routeFlows.append(
        readRouteFlow(flow, name: name, route: names.find(flow, "route", in: &document)))
    }
    readFlowsBetweenLinks(object, into: &demand)
    for trip in document.objects(object, "trips", as: ScenarioFormat.trip) {
      places["trip \(demand.trips.count + 1)"] = trip.place
      let departure = document.span(trip, "departure_s", in: 0...ScenarioLimits.runSeconds, default: nil)
      demand.trips.append(
        Trip(
          departureSeconds: departure.seconds, route: names.find(trip, "route", in: &document),
          isHeavy: document.flag(trip, "heavy", default: false), vehicleClass: readClassName(trip)))
    }
    for line in document.objects(object, "busLines", as: ScenarioFormat.busLine) {
      let name = document.name(line)
      places["bus line \(name)"] = line.place
      demand.busLines.append(readBusLine(line, name: name, route: names.find(line, "route", in: &document)))
    }
  }

  private mutating func readRouteLinks(_ route: DocumentObject) -> [LinkID] {
    if let known = knownLinks(route) { return known }
    let links = document.elements(route, "links", isRequired: true)
    if links.isEmpty, let place = route["links"], case .array = place.node.content {
      document.noteType(
        place, expected: "at least one link",
        mend: "list the links from where vehicles enter to where they leave")
    }
    return links.map { LinkID(linkNames.find($0, in: &document)) }
  }

  /// The links of a route without any fault, which need no places for messages; `nil` for others.
  private func knownLinks(_ route: DocumentObject) -> [LinkID]? {
    guard let member = route.members.first(where: { $0.key == "links" }),
      case .array(let nodes) = member.value.content, !nodes.isEmpty, nodes.count <= ScenarioLimits.entries
    else { return nil }
    var links: [LinkID] = []
    links.reserveCapacity(nodes.count)
    for node in nodes {
      guard case .string(let name) = node.content, let index = linkNames[name] else { return nil }
      links.append(LinkID(index))
    }
    return links
  }

  private mutating func readRouteFlow(_ flow: DocumentObject, name: String, route: Int) -> RouteFlow {
    let steps = readSteps(flow)
    return RouteFlow(
      name: name, route: route, flow: steps, heavyVehicleShare: readHeavyShare(flow),
      classShares: readClassShares(flow), process: readProcess(flow))
  }

  private mutating func readBusLine(_ line: DocumentObject, name: String, route: Int) -> BusLine {
    var stops: [BusStop] = []
    for stop in document.objects(line, "stops", as: ScenarioFormat.busStop) {
      stops.append(
        BusStop(
          link: LinkID(linkNames.find(stop, "link", in: &document)),
          distanceMeters: document.requiredLength(stop, "distance", in: 0...ScenarioLimits.lengthMeters),
          dwellSeconds: document.span(stop, "dwell_s", default: nil).seconds))
    }
    let headway = document.span(line, "headway_s", in: 0.001...ScenarioLimits.runSeconds, default: nil)
    let first = document.span(line, "first_s", in: 0...ScenarioLimits.runSeconds, default: .zero)
    return BusLine(
      name: name, route: route, headwaySeconds: headway.seconds, firstSeconds: first.seconds, stops: stops,
      vehicleClass: readClassName(line),
      personsPerVehicle: document.number(
        line, "persons", in: 0...1000, what: "a number of persons", default: VehicleClass.busPersons))
  }

  /// Flows from link to link as they were read; each pair of links gets one route, named after them.
  private mutating func readFlowsBetweenLinks(_ object: DocumentObject, into demand: inout Demand) {
    var flows: [(pair: LinkPair, flow: RouteFlow, place: DocumentPlace)] = []
    for entry in document.objects(object, "odFlows", as: ScenarioFormat.odFlow) {
      let pair = LinkPair(
        from: LinkID(linkNames.find(entry, "from", in: &document)),
        to: LinkID(linkNames.find(entry, "to", in: &document)))
      let name = entry["name"] == nil ? "" : document.name(entry)
      flows.append((pair, readRouteFlow(entry, name: name, route: 0), entry.place))
    }
    // Ways can be looked for only where links and movements hang together.
    if flows.isEmpty || !document.errors.isEmpty || network.links.isEmpty { return }
    guard let ways = fastestWays(flows.map { ($0.pair, $0.place) }) else { return }
    var routeBetween: [LinkPair: Int] = [:]
    var taken = Set(demand.routes.map(\.name))
    for (pair, flow, place) in flows {
      let title = "\(network[pair.from].name) to \(network[pair.to].name)"
      var flow = flow
      if flow.name.isEmpty { flow.name = title }
      if let known = routeBetween[pair] {
        flow.route = known
      } else {
        var name = title
        while !taken.insert(name).inserted { name += "'" }
        places["route \(name)"] = place
        flow.route = demand.routes.count
        routeBetween[pair] = flow.route
        demand.routes.append(Route(name: name, links: ways[pair] ?? []))
      }
      places["route flow \(flow.name)"] = place
      demand.routeFlows.append(flow)
    }
  }

  /// The fastest way between each pair of links; `nil` where one is missing, which is noted, or there are too many.
  private mutating func fastestWays(
    _ pairs: [(pair: LinkPair, place: DocumentPlace)]
  ) -> [LinkPair: [LinkID]]? {
    let origins = Set(pairs.map(\.pair.from)).count
    let movements = FastestRoutes.movementsByOrigin(network)
    var ways: [LinkPair: [LinkID]] = [:]
    var tree: FastestRoutes?
    var sum = 0
    var isComplete = true
    // Origin by origin, so that one tree at a time is enough.
    for (pair, place) in pairs.sorted(by: { $0.pair.from < $1.pair.from }) where ways[pair] == nil {
      let routes =
        tree.flatMap { $0.origin == pair.from ? $0 : nil }
        ?? FastestRoutes(network, from: pair.from, movementsFrom: movements)
      tree = routes
      guard let links = routes.links(to: pair.to) else {
        document.note(
          place,
          found: "a flow from \(network[pair.from].name) to \(network[pair.to].name), and no way leads there",
          expected: "links joined by movements", mend: "add the movements between them, or correct the links")
        isComplete = false
        continue
      }
      sum += links.count
      ways[pair] = links
      if sum > ScenarioLimits.routedLinks || origins * network.links.count > ScenarioLimits.searchedLinks {
        document.note(
          place, found: "flows from \(origins) links in a network of \(network.links.count)",
          expected: "fewer, or a smaller network",
          mend: "join neighbouring origins, or write routes in place of \"odFlows\"")
        return nil
      }
    }
    return isComplete ? ways : nil
  }

  mutating func readIncidents(_ object: DocumentObject) -> [Incident] {
    var incidents: [Incident] = []
    for incident in document.objects(object, "incidents", as: ScenarioFormat.incident) {
      if network.links.isEmpty { return [] }
      let name = document.name(incident)
      places["incident \(name)"] = incident.place
      let link = LinkID(linkNames.find(incident, "link", in: &document))
      let what = "a lane of link \(network[link].name), the kerb lane being 0"
      let lanes = document.elements(incident, "lanes", isRequired: true).map {
        document.integer($0, in: 0...(network[link].lanes.count - 1), what: what) ?? 0
      }
      if lanes.isEmpty, let place = incident["lanes"], case .array = place.node.content {
        document.noteType(place, expected: "at least one lane", mend: "list the lanes, the kerb lane being 0")
      }
      let range = 0...ScenarioLimits.lengthMeters
      incidents.append(
        Incident(
          name: name, link: link, lanes: lanes,
          distanceMeters: document.requiredLength(incident, "distance", in: range),
          lengthMeters: document.requiredLength(incident, "length", in: range),
          startSeconds: document.span(incident, "start_s", in: 0...ScenarioLimits.runSeconds, default: nil)
            .seconds,
          endSeconds: document.span(incident, "end_s", in: 0...ScenarioLimits.runSeconds, default: nil)
            .seconds,
          capacityShare: document.number(
            incident, "capacityShare", in: 0...1, what: "a share of the capacity that is left", default: 0)))
    }
    return incidents
  }
}
