import TrafficModel

extension ScenarioDocumentWriter {
  /// Routes and what drives them; flows from link to link have become flows along routes.
  func setRoutedDemand(_ demand: Demand, in object: inout JSONObjectBuilder) {
    object.setList("routes", demand.routes.map { route($0) })
    object.setList("routeFlows", demand.routeFlows.map { routeFlow($0) })
    object.setList("trips", demand.trips.map { trip($0) })
    object.setList("busLines", demand.busLines.map { busLine($0) })
  }

  private func route(_ route: Route) -> JSONValue {
    .object([
      ("name", .string(route.name)), ("links", .array(route.links.map { .string(network[$0].name) })),
    ])
  }

  private func name(ofRoute route: Int) -> JSONValue { .string(scenario.demand.routes[route].name) }

  private func routeFlow(_ flow: RouteFlow) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(flow.name)
    object["route"] = name(ofRoute: flow.route)
    object.setFlow(
      flow.flow, heavyShare: flow.heavyVehicleShare, classShares: classShares(flow.classShares), flow.process)
    return object.value
  }

  private func trip(_ trip: Trip) -> JSONValue {
    var object = JSONObjectBuilder()
    object["departure_s"] = .number(trip.departureSeconds)
    object["route"] = name(ofRoute: trip.route)
    if trip.isHeavy { object["heavy"] = .bool(true) }
    if let own = trip.vehicleClass { object["class"] = .string(className(own)) }
    return object.value
  }

  private func busLine(_ line: BusLine) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(line.name)
    object["route"] = name(ofRoute: line.route)
    object["headway_s"] = .number(line.headwaySeconds)
    if line.firstSeconds != 0 { object["first_s"] = .number(line.firstSeconds) }
    object.setList(
      "stops",
      line.stops.map { stop in
        var object = JSONObjectBuilder()
        object["link"] = .string(network[stop.link].name)
        object.setQuantity("distance", stop.distanceMeters, units: lengths)
        object["dwell_s"] = .number(stop.dwellSeconds)
        return object.value
      })
    if let own = line.vehicleClass { object["class"] = .string(className(own)) }
    if line.personsPerVehicle != VehicleClass.busPersons {
      object["persons"] = .number(line.personsPerVehicle)
    }
    return object.value
  }

  func incident(_ incident: Incident) -> JSONValue {
    var object = JSONObjectBuilder()
    object["name"] = .string(incident.name)
    object["link"] = .string(network[incident.link].name)
    object["lanes"] = .array(incident.lanes.map { .integer($0) })
    object.setQuantity("distance", incident.distanceMeters, units: lengths)
    object.setQuantity("length", incident.lengthMeters, units: lengths)
    object["start_s"] = .number(incident.startSeconds)
    object["end_s"] = .number(incident.endSeconds)
    if incident.capacityShare != 0 { object["capacityShare"] = .number(incident.capacityShare) }
    return object.value
  }
}

extension JSONObjectBuilder {
  /// A flow of vehicles: constant or in steps, with what differs from the defaults.
  mutating func setFlow(
    _ flow: [FlowStep], heavyShare: Double, classShares: JSONValue?, _ process: ArrivalProcess
  ) {
    if flow.count == 1, flow[0].startSeconds == 0 {
      self["flow_vehPerHour"] = .number(flow[0].vehiclesPerHour)
    } else {
      self["flow"] = .array(
        flow.map { step in
          .object([
            ("start_s", .number(step.startSeconds)), ("flow_vehPerHour", .number(step.vehiclesPerHour)),
          ])
        })
    }
    if heavyShare != 0 { self["heavyVehicleShare"] = .number(heavyShare) }
    self["classShares"] = classShares
    if process != .poisson { self["arrivals"] = .string(process.rawValue) }
  }
}
