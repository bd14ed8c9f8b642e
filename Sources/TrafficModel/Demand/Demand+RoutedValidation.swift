extension Demand {
  /// Bounds that keep the tables of a run small: links of one route, bus lines, and stops of all lines together.
  public static let routeLinkLimit = 10_000
  public static let busLineLimit = 1_000
  public static let busStopLimit = 10_000

  /// Nearer to each other two bus stops, or the ends of an incident, are one place: a car length with its gap.
  public static let shortestSectionMeters = 8.0

  /// Checks routes and everything that drives them.
  func routedFindings(in network: Network, run: RunSettings) -> [Finding] {
    var findings: [Finding] = []
    let movements = MovementsByLinks(network)
    for route in routes { findings += Self.findings(of: route, in: network, movements) }
    for (what, names) in [
      ("route", routes.map(\.name)), ("route flow", routeFlows.map(\.name)),
      ("bus line", busLines.map(\.name)),
    ] {
      var known: Set<String> = []
      for name in names where !known.insert(name).inserted {
        findings.append(
          Finding(
            .error, rule: "name-duplicate", place: "\(what) \(name)",
            message: "a second \(what) of this name; expected a name of its own for each",
            mend: "rename one of the two"))
      }
    }
    // Everything else reads through the routes.
    if findings.contains(where: { $0.severity == .error }) { return findings }
    for flow in routeFlows { findings += self.findings(of: flow, in: network) }
    findings += tripFindings(in: network, run: run)
    findings += busLineFindings(in: network)
    return findings
  }

  private static func findings(
    of route: Route, in network: Network, _ movements: MovementsByLinks
  ) -> [Finding] {
    func error(_ rule: String, _ message: String, _ mend: String) -> [Finding] {
      [Finding(.error, rule: rule, place: "route \(route.name)", message: message, mend: mend)]
    }
    if route.links.isEmpty || route.links.count > routeLinkLimit {
      return error(
        "route-length", "\(route.links.count) links; expected 1 to \(routeLinkLimit)",
        "list the links from where the vehicles enter to where they leave")
    }
    if !route.links.allSatisfy({ network.links.indices.contains($0.index) }) {
      return error("route-link", "a link that does not exist; expected links of the network", "name a link")
    }
    for (from, to) in zip(route.links, route.links.dropFirst()) where movements[from, to] == nil {
      return error(
        "route-gap",
        "link \(network[to].name) after link \(network[from].name), where no movement leads; expected links "
          + "that follow each other by movements", "add the movement, or list the links between")
    }
    let first = network[route.links[0]]
    if network[first.from].control == .external { return [] }
    return [
      Finding(
        .warning, rule: "route-inside", place: "route \(route.name)",
        message:
          "vehicles that appear behind node \(network[first.from].name); expected a route that begins at the "
          + "edge of the network", mend: "begin the route at the edge")
    ]
  }

  private func noRoute(_ place: String) -> Finding {
    Finding(
      .error, rule: "route-missing", place: place,
      message: "a route that does not exist; expected one of the routes", mend: "name a route")
  }

  private func findings(of flow: RouteFlow, in network: Network) -> [Finding] {
    let place = "route flow \(flow.name)"
    if !routes.indices.contains(flow.route) { return [noRoute(place)] }
    return shareFindings(heavy: flow.heavyVehicleShare, flow.classShares, at: place)
      + Self.flowFindings(
        flow.flow, heavyShare: flow.heavyVehicleShare, onto: network[routes[flow.route].links[0]], at: place)
  }

  private func tripFindings(in network: Network, run: RunSettings) -> [Finding] {
    var findings: [Finding] = []
    for (index, trip) in trips.enumerated() {
      let place = "trip \(index + 1)"
      if !routes.indices.contains(trip.route) { findings.append(noRoute(place)) }
      findings += classFindings(trip.vehicleClass, at: place)
      if !(trip.departureSeconds >= 0 && trip.departureSeconds <= Scenario.runLimit.seconds) {
        findings.append(
          Finding(
            .error, rule: "trip-departure", place: place,
            message: "a departure at \(trip.departureSeconds) s; expected 0 or more, within seven days",
            mend: "write seconds since the start of the run"))
      }
    }
    let late = trips.count { $0.departureSeconds >= run.end.seconds }
    if late > 0 && findings.isEmpty {
      findings.append(
        Finding(
          .warning, rule: "trips-late", place: "demand",
          message:
            "\(late) trips that depart after the end of the run; expected departures before "
            + "\(run.end.seconds) s", mend: "lengthen the run, or leave these trips out"))
    }
    return findings
  }

  private func busLineFindings(in network: Network) -> [Finding] {
    let stops = busLines.reduce(0) { $0 + $1.stops.count }
    if busLines.count > Self.busLineLimit || stops > Self.busStopLimit {
      return [
        Finding(
          .error, rule: "bus-lines-too-many", place: "demand",
          message:
            "\(busLines.count) bus lines with \(stops) stops; expected at most \(Self.busLineLimit) lines with "
            + "\(Self.busStopLimit) stops", mend: "leave lines out, or write them as trips")
      ]
    }
    return busLines.flatMap { findings(of: $0, in: network) }
  }

  private func findings(of line: BusLine, in network: Network) -> [Finding] {
    let place = "bus line \(line.name)"
    if !routes.indices.contains(line.route) { return [noRoute(place)] }
    var findings = classFindings(line.vehicleClass, at: place)
    func error(_ rule: String, _ message: String, _ mend: String) {
      findings.append(Finding(.error, rule: rule, place: place, message: message, mend: mend))
    }
    if !(line.headwaySeconds > 0 && line.headwaySeconds.isFinite) {
      error(
        "bus-headway", "a headway of \(line.headwaySeconds) s; expected more than 0",
        "write the seconds between two buses")
    }
    if !(line.firstSeconds >= 0 && line.firstSeconds <= Scenario.runLimit.seconds) {
      error(
        "bus-first", "a first bus at \(line.firstSeconds) s; expected 0 or more, within seven days",
        "write seconds since the start of the run")
    }
    if !(line.personsPerVehicle >= 0 && line.personsPerVehicle <= 1000) {
      error(
        "bus-persons", "\(line.personsPerVehicle) persons in a bus; expected 0 to 1000",
        "write the mean number on board")
    }
    for (index, stop) in line.stops.enumerated() {
      guard routes[line.route].links.contains(stop.link) else {
        let name = network.links.indices.contains(stop.link.index) ? network[stop.link].name : "?"
        error(
          "bus-stop-link",
          "a stop on link \(name), where its route \(routes[line.route].name) does not lead; expected a link of "
            + "the route", "name a link of the route, or change the route")
        continue
      }
      let link = network[stop.link]
      let furthest = link.lengthMeters - Self.shortestSectionMeters
      if !(stop.distanceMeters >= 0 && stop.distanceMeters <= furthest) {
        error(
          "bus-stop-place",
          "a stop \(stop.distanceMeters) m before the stop line of link \(link.name); expected 0 to "
            + "\(furthest) m, so that a bus can reach it", "move the stop")
      }
      if !(stop.dwellSeconds >= 0 && stop.dwellSeconds <= 3600) {
        error(
          "bus-dwell", "a mean dwell of \(stop.dwellSeconds) s; expected 0 to 3600 s",
          "write the seconds with open doors")
      }
      let isNear = line.stops[..<index].contains {
        $0.link == stop.link && abs($0.distanceMeters - stop.distanceMeters) < Self.shortestSectionMeters
      }
      if isNear {
        error(
          "bus-stops-near",
          "two stops within \(Self.shortestSectionMeters) m on link \(link.name); expected them further apart",
          "make them one stop")
      }
    }
    return findings
  }
}
