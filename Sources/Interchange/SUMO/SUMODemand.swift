/// Demand as SUMO's files say it, before anything is routed.
struct SUMODemand: Sendable {
  /// By id.
  var types: [String: VehicleType] = [:]
  /// By id.
  var routes: [String: [String]] = [:]
  var vehicles: [Vehicle] = []
  var flows: [Flow] = []
  /// Elements that the reader does not know, with how often they came.
  var unknown: [String: Int] = [:]
  var file = ""

  /// Where a vehicle drives.
  enum Way: Sendable {
    case edges([String])
    case route(String)
    /// To be routed.
    case trip(from: String, via: [String], to: String)
  }

  struct Vehicle: Sendable {
    var id: String
    var type: String
    var departSeconds: Double
    var way: Way
  }

  struct Flow: Sendable {
    var id: String
    var type: String
    var beginSeconds: Double
    var endSeconds: Double
    var vehiclesPerHour: Double
    /// Equal headways; otherwise exponential ones.
    var isUniform: Bool
    var way: Way
  }

  /// A vType with the defaults of its class.
  struct VehicleType: Hashable, Sendable {
    var id: String
    var vehicleClass = "passenger"
    var lengthMeters = 5.0
    var minimumGapMeters = 2.5
    var acceleration = 2.6
    var deceleration = 4.5
    var reactionSeconds = 1.0
    var sigma = 0.5
    var maximumSpeed: Double?

    init(id: String, vehicleClass: String = "passenger") {
      self.id = id
      self.vehicleClass = vehicleClass
      switch vehicleClass {
      case "truck": (lengthMeters, acceleration, deceleration) = (7.1, 1.3, 4)
      case "trailer": (lengthMeters, acceleration, deceleration) = (16.5, 1.1, 4)
      case "bus", "coach": (lengthMeters, acceleration, deceleration) = (12, 1.2, 4)
      case "delivery": (lengthMeters, acceleration, deceleration) = (6.5, 2.9, 7.5)
      case "motorcycle": (lengthMeters, acceleration, deceleration) = (2.2, 6, 10)
      default: break
      }
    }
  }

  var firstDeparture: Double? {
    let first = (vehicles.map(\.departSeconds) + flows.map(\.beginSeconds)).min()
    return first
  }

  var lastDeparture: Double? {
    (vehicles.map(\.departSeconds) + flows.map(\.endSeconds)).max()
  }
}

/// Reads demand files: vehicles with routes, trips, flows and vehicle types.
struct SUMORoutesReader {
  private var demand = SUMODemand()
  /// Vehicles and flows wait for the route inside them.
  private var openVehicle: SUMOElement?
  private var openRoute: [String]?

  static func read(_ files: [SUMOFile]) throws(DocumentError) -> SUMODemand {
    var reader = SUMORoutesReader()
    for file in files {
      reader.demand.file = file.name
      // Both closures change the reader, one after the other.
      var events: [Event] = []
      try SUMODocument.read(
        file.bytes, file: file.name,
        begin: { (element, path) throws(DocumentError) in events.append(.begin(element, path.last)) },
        end: { (name) throws(DocumentError) in events.append(.end(name)) })
      for event in events { try reader.take(event) }
    }
    return reader.demand
  }

  private enum Event {
    case begin(SUMOElement, String?)
    case end(String)
  }

  private mutating func take(_ event: Event) throws(DocumentError) {
    switch event {
    case .begin(let element, let parent): try begin(element, in: parent)
    case .end(let name): try end(name)
    }
  }

  private mutating func begin(_ element: SUMOElement, in parent: String?) throws(DocumentError) {
    switch (parent, element.name) {
    case (nil, "routes"), (nil, "additional"), (_, "param"): break
    case (nil, _):
      throw element.error(
        found: "a document <\(element.name)>", expected: "<routes>, demand of SUMO",
        mend: "name the .rou.xml file")
    case (_, "vType"): try takeType(element)
    case ("vehicle", "route"), ("flow", "route"), ("trip", "route"):
      openRoute = try element.text("edges").split(separator: " ").map(String.init)
    case (_, "route"):
      demand.routes[try element.text("id")] = try element.text("edges").split(separator: " ").map(String.init)
    case (_, "vehicle"), (_, "trip"), (_, "flow"):
      openVehicle = element
      openRoute = nil
    default: demand.unknown["<\(element.name)> in <\(parent ?? "")>", default: 0] += 1
    }
  }

  private mutating func end(_ name: String) throws(DocumentError) {
    guard let element = openVehicle, element.name == name else { return }
    openVehicle = nil
    guard let way = try way(of: element) else { return }
    let type = element["type"] ?? "DEFAULT_VEHTYPE"
    if name == "flow" {
      try takeFlow(element, type, way)
    } else {
      guard let depart = try departure(element) else { return }
      demand.vehicles.append(
        SUMODemand.Vehicle(id: try element.text("id"), type: type, departSeconds: depart, way: way))
    }
  }

  /// `nil` for departures that nothing but SUMO's run decides.
  private mutating func departure(_ element: SUMOElement) throws(DocumentError) -> Double? {
    let text = try element.text("depart")
    if ["triggered", "containerTriggered", "split", "begin"].contains(text) {
      demand.unknown["depart=\"\(text)\"", default: 0] += 1
      return nil
    }
    return try element.time("depart")
  }

  private mutating func way(of element: SUMOElement) throws(DocumentError) -> SUMODemand.Way? {
    if let openRoute { return .edges(openRoute) }
    if let route = element["route"] { return .route(route) }
    if let from = element["from"], let to = element["to"] {
      let via = element["via"]?.split(separator: " ").map(String.init) ?? []
      return .trip(from: from, via: via, to: to)
    }
    demand.unknown["<\(element.name)> without a route or edges to drive between", default: 0] += 1
    return nil
  }

  private mutating func takeFlow(
    _ element: SUMOElement, _ type: String, _ way: SUMODemand.Way
  ) throws(DocumentError) {
    let begin = try element.time("begin") ?? 0
    let end = try element.time("end") ?? begin + 86_400
    var rate = try element.number("vehsPerHour")
    var isUniform = true
    if let period = element["period"] {
      if period.hasPrefix("exp("), period.hasSuffix(")"),
        let perSecond = Double(period.dropFirst(4).dropLast())
      {
        rate = perSecond * 3600
        isUniform = false
      } else if let seconds = try element.number("period"), seconds > 0 {
        rate = 3600 / seconds
      }
    }
    if let probability = try element.number("probability") {
      rate = probability * 3600
      isUniform = false
    }
    if let number = try element.number("number"), end > begin { rate = rate ?? number * 3600 / (end - begin) }
    guard let rate, rate >= 0, end > begin else {
      throw element.error(
        found: "no rate", expected: "vehsPerHour, period, probability or number, and an end behind its begin",
        mend: "write how many vehicles the flow has")
    }
    demand.flows.append(
      SUMODemand.Flow(
        id: try element.text("id"), type: type, beginSeconds: begin, endSeconds: end, vehiclesPerHour: rate,
        isUniform: isUniform, way: way))
  }

  private mutating func takeType(_ element: SUMOElement) throws(DocumentError) {
    let id = try element.text("id")
    var type = SUMODemand.VehicleType(id: id, vehicleClass: element["vClass"] ?? "passenger")
    type.lengthMeters = try element.number("length") ?? type.lengthMeters
    type.minimumGapMeters = try element.number("minGap") ?? type.minimumGapMeters
    type.acceleration = try element.number("accel") ?? type.acceleration
    type.deceleration = try element.number("decel") ?? type.deceleration
    type.reactionSeconds = try element.number("tau") ?? type.reactionSeconds
    type.sigma = try element.number("sigma") ?? type.sigma
    type.maximumSpeed = try element.number("maxSpeed")
    demand.types[id] = type
  }
}
