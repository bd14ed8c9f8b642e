/// A way through the network: links that follow each other, from where a vehicle enters to where it leaves.
public struct Route: Hashable, Sendable {
  /// Unique among routes.
  public var name: String
  /// Never empty; from each link a movement leads to the next.
  public var links: [LinkID]

  public init(name: String, links: [LinkID]) {
    self.name = name
    self.links = links
  }
}

/// Vehicles that all drive the same route.
public struct RouteFlow: Hashable, Sendable {
  public var name: String
  /// Index into ``Demand/routes``.
  public var route: Int
  /// Steps in order of start; the first starts at 0.
  public var flow: [FlowStep]
  /// Share of heavy vehicles, 0 to 1.
  public var heavyVehicleShare: Double
  /// Shares of the scenario's own classes; who is of none and not heavy drives a passenger car.
  public var classShares: [ClassShare]
  public var process: ArrivalProcess

  public init(
    name: String, route: Int, flow: [FlowStep], heavyVehicleShare: Double = 0,
    classShares: [ClassShare] = [], process: ArrivalProcess = .poisson
  ) {
    self.name = name
    self.route = route
    self.flow = flow
    self.heavyVehicleShare = heavyVehicleShare
    self.classShares = classShares
    self.process = process
  }
}

/// One vehicle with a time of its own.
public struct Trip: Hashable, Sendable {
  /// When it wants to enter, in seconds since the start of the run.
  public var departureSeconds: Double
  /// Index into ``Demand/routes``.
  public var route: Int
  public var isHeavy: Bool
  /// Index into ``Demand/vehicleClasses``; `nil` for a car, or a heavy vehicle.
  public var vehicleClass: Int?

  public init(departureSeconds: Double, route: Int, isHeavy: Bool = false, vehicleClass: Int? = nil) {
    self.departureSeconds = departureSeconds
    self.route = route
    self.isHeavy = isHeavy
    self.vehicleClass = vehicleClass
  }
}

/// A place where buses stop in their lane.
public struct BusStop: Hashable, Sendable {
  public var link: LinkID
  /// From the bus's front to the stop line.
  public var distanceMeters: Double
  /// Mean time with open doors. Dwell times are exponential about a fixed half: boarding varies, doors do not.
  public var dwellSeconds: Double

  public init(link: LinkID, distanceMeters: Double, dwellSeconds: Double) {
    self.link = link
    self.distanceMeters = distanceMeters
    self.dwellSeconds = dwellSeconds
  }
}

/// Buses that drive one route at a fixed headway and stop on the way; nobody passes them in their lane meanwhile.
public struct BusLine: Hashable, Sendable {
  public var name: String
  /// Index into ``Demand/routes``.
  public var route: Int
  public var headwaySeconds: Double
  /// When the first bus wants to enter.
  public var firstSeconds: Double
  public var stops: [BusStop]
  /// Index into ``Demand/vehicleClasses``; `nil` for the driver profile's heavy vehicle.
  public var vehicleClass: Int?
  /// Mean number of persons on board.
  public var personsPerVehicle: Double

  public init(
    name: String, route: Int, headwaySeconds: Double, firstSeconds: Double = 0, stops: [BusStop] = [],
    vehicleClass: Int? = nil, personsPerVehicle: Double = VehicleClass.busPersons
  ) {
    self.name = name
    self.route = route
    self.headwaySeconds = headwaySeconds
    self.firstSeconds = firstSeconds
    self.stops = stops
    self.vehicleClass = vehicleClass
    self.personsPerVehicle = personsPerVehicle
  }
}
