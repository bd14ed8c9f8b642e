import TrafficModel

/// Trips, flows and vehicle classes.
extension SUMOImporter {
  mutating func buildDemand(_ trips: SUMODemand) {
    for (what, count) in trips.unknown.sorted(by: { $0.key < $1.key }) {
      notes.note(
        "sumo-unknown", at: trips.file, "\(what), \(count) times, which the reader does not know; left out",
        mend: "see whether they matter")
    }
    var builder = SUMODemandBuilder(network: network, links: links, demand: trips)
    for vehicle in trips.vehicles {
      if vehicle.departSeconds < begin || vehicle.departSeconds >= end {
        builder.outside += 1
        continue
      }
      counts.vehicles += 1
      guard let route = builder.route(vehicle.way) else {
        notes.collect(
          "sumo-route", at: "vehicle \(vehicle.id)", "a route that the network does not have; left out",
          mend: "use the network that the routes were made for")
        continue
      }
      builder.result.trips.append(
        Trip(
          departureSeconds: vehicle.departSeconds - begin, route: route,
          vehicleClass: builder.vehicleClass(vehicle.type)))
    }
    for flow in trips.flows { add(flow, &builder) }
    builder.result.trips.sort { $0.departureSeconds < $1.departureSeconds }
    demand = builder.result
    if builder.outside > 0 {
      notes.note(
        "sumo-window", at: trips.file,
        "\(builder.outside) vehicles depart outside \(begin) to \(end) s; left out",
        mend: "choose another window")
    }
    if builder.routed > 0 {
      notes.note(
        "sumo-trips-routed", at: trips.file,
        "\(builder.routed) trips without a route get the fastest way of the empty network; SUMO routes them at "
          + "departure with the travel times of the moment",
        mend: "freeze the routes with SUMO's --vehroute-output for comparisons")
    }
  }

  private mutating func add(_ flow: SUMODemand.Flow, _ builder: inout SUMODemandBuilder) {
    let from = max(flow.beginSeconds, begin) - begin
    let until = min(flow.endSeconds, end) - begin
    guard until > from, flow.vehiclesPerHour > 0 else { return }
    guard let route = builder.route(flow.way) else {
      notes.collect(
        "sumo-route", at: "flow \(flow.id)", "a route that the network does not have; left out",
        mend: "use the network that the routes were made for")
      return
    }
    var steps = [FlowStep(startSeconds: from, vehiclesPerHour: flow.vehiclesPerHour)]
    if from > 0 { steps.insert(FlowStep(startSeconds: 0, vehiclesPerHour: 0), at: 0) }
    if until < end - begin { steps.append(FlowStep(startSeconds: until, vehiclesPerHour: 0)) }
    counts.vehicles += Int((flow.vehiclesPerHour * (until - from) / 3600).rounded())
    builder.result.routeFlows.append(
      RouteFlow(
        name: flow.id, route: route, flow: steps,
        classShares: builder.vehicleClass(flow.type).map { [ClassShare(vehicleClass: $0, share: 1)] } ?? [],
        process: flow.isUniform ? .uniform : .poisson))
  }
}

/// Routes and classes, each kept once.
struct SUMODemandBuilder {
  private let network: Network
  private let links: [String: LinkID]
  private let source: SUMODemand
  private let movements: MovementsByLinks
  private let movementsFrom: [[MovementID]]
  private var routesByLinks: [[LinkID]: Int] = [:]
  private var fastest: [LinkID: FastestRoutes] = [:]
  private var classes: [String: Int?] = [:]
  private var classesByValues: [SUMODemand.VehicleType: Int] = [:]
  var result = Demand()
  /// Vehicles that were routed here.
  var routed = 0
  /// Vehicles outside the window.
  var outside = 0

  init(network: Network, links: [String: LinkID], demand: SUMODemand) {
    self.network = network
    self.links = links
    source = demand
    movements = MovementsByLinks(network)
    movementsFrom = FastestRoutes.movementsByOrigin(network)
  }

  /// The number of a route; `nil` where the network does not have it.
  mutating func route(_ way: SUMODemand.Way) -> Int? {
    switch way {
    case .edges(let edges): return fitting(edges).map { number($0) }
    case .route(let id): return source.routes[id].flatMap { fitting($0) }.map { number($0) }
    case .trip(let from, let via, let to):
      var way: [LinkID] = []
      for (start, target) in zip([from] + via, via + [to]) {
        guard let start = links[start], let target = links[target] else { return nil }
        guard let part = fastestWay(start, target) else { return nil }
        way += way.isEmpty ? part : Array(part.dropFirst())
      }
      routed += 1
      return number(way)
    }
  }

  private mutating func fastestWay(_ from: LinkID, _ to: LinkID) -> [LinkID]? {
    if fastest[from] == nil {
      fastest[from] = FastestRoutes(network, from: from, movementsFrom: movementsFrom)
    }
    return fastest[from]?.links(to: to)
  }

  private func fitting(_ edges: [String]) -> [LinkID]? {
    var way: [LinkID] = []
    for edge in edges {
      guard let link = links[edge] else { return nil }
      if let last = way.last, movements[last, link] == nil { return nil }
      way.append(link)
    }
    return way.isEmpty ? nil : way
  }

  private mutating func number(_ way: [LinkID]) -> Int {
    if let known = routesByLinks[way] { return known }
    let number = result.routes.count
    routesByLinks[way] = number
    result.routes.append(Route(name: "\(number + 1)", links: way))
    return number
  }

  /// The class of a vehicle type; `nil` for SUMO's default car, which the driver profile has.
  mutating func vehicleClass(_ type: String) -> Int? {
    if let known = classes[type] { return known }
    let number = source.types[type].flatMap { classNumber($0) }
    classes[type] = .some(number)
    return number
  }

  private mutating func classNumber(_ type: SUMODemand.VehicleType) -> Int? {
    var key = type
    key.id = ""
    if key == SUMODemand.VehicleType(id: "") { return nil }
    if let known = classesByValues[key] { return known }
    let number = result.vehicleClasses.count
    classesByValues[key] = number
    let isHeavy = ["truck", "trailer", "bus", "coach"].contains(type.vehicleClass)
    // Reaction τ + 0.55 σ as a multiple of the default car's, acceleration a(1 − σ/2).
    result.vehicleClasses.append(
      VehicleClass(
        name: VehicleClass.builtInNames.contains(type.id) ? "\(type.id) of SUMO" : type.id,
        lengthMeters: min(max(type.lengthMeters, 0.5), 60),
        minimumGapMeters: min(max(type.minimumGapMeters, 0.2), 20),
        acceleration: min(max(type.acceleration * (1 - type.sigma / 2), 0.1), 10),
        deceleration: min(max(type.deceleration, 0.5), 10),
        headwayFactor: min(max((type.reactionSeconds + 0.55 * type.sigma) / 1.275, 0.2), 5),
        maximumSpeedMetersPerSecond: type.maximumSpeed.map { min(max($0, 0.5), 70) }, isHeavy: isHeavy))
    return number
  }
}
