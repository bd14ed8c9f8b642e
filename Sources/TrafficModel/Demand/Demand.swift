/// How the vehicles of a source follow each other.
public enum ArrivalProcess: String, Sendable, CaseIterable {
  /// Exponential headways.
  case poisson
  /// Equal headways of exactly 1/q, the first after half a headway.
  case uniform
}

/// A flow that holds from `start` until the next entry begins.
public struct FlowStep: Hashable, Sendable {
  /// Seconds since the start of the run.
  public var startSeconds: Double
  public var vehiclesPerHour: Double

  public init(startSeconds: Double = 0, vehiclesPerHour: Double) {
    self.startSeconds = startSeconds
    self.vehiclesPerHour = vehiclesPerHour
  }
}

/// Vehicles that appear on a link: at its start from outside, or in mid-block.
public struct VehicleSource: Hashable, Sendable {
  public var name: String
  public var link: LinkID
  /// `false`: at the upstream end of the link. `true`: half way along it (drives, car parks).
  public var isMidblock: Bool
  /// Steps in order of start; the first starts at 0.
  public var flow: [FlowStep]
  /// Share of heavy vehicles, 0 to 1.
  public var heavyVehicleShare: Double
  /// Shares of the scenario's own classes; who is of none and not heavy drives a passenger car.
  public var classShares: [ClassShare]
  public var process: ArrivalProcess

  public init(
    name: String, link: LinkID, isMidblock: Bool = false, flow: [FlowStep], heavyVehicleShare: Double = 0,
    classShares: [ClassShare] = [], process: ArrivalProcess = .poisson
  ) {
    self.name = name
    self.link = link
    self.isMidblock = isMidblock
    self.flow = flow
    self.heavyVehicleShare = heavyVehicleShare
    self.classShares = classShares
    self.process = process
  }
}

/// The volumes of all movements from `start` until the next entry begins; only their shares per link matter.
public struct TurningStep: Hashable, Sendable {
  /// Seconds since the start of the run.
  public var startSeconds: Double
  /// Vehicles per hour, one entry per movement of the network.
  public var vehiclesPerHour: [Double]
  /// Share of the vehicles entering a link that leave it half way (drives, car parks), one entry per link.
  public var midblockExitShare: [Double]

  public init(startSeconds: Double = 0, vehiclesPerHour: [Double], midblockExitShare: [Double]) {
    self.startSeconds = startSeconds
    self.vehiclesPerHour = vehiclesPerHour
    self.midblockExitShare = midblockExitShare
  }
}

/// Pedestrians who come to a crosswalk (both sides together), as a Poisson stream.
public struct PedestrianFlow: Hashable, Sendable {
  public var crosswalk: CrosswalkID
  public var pedestriansPerHour: Double

  public init(crosswalk: CrosswalkID, pedestriansPerHour: Double) {
    self.crosswalk = crosswalk
    self.pedestriansPerHour = pedestriansPerHour
  }
}

/// Who wants to travel where and when.
///
/// Three ways to say it stand side by side: sources whose vehicles turn by shares at each junction, flows along given
/// routes, and single trips.
public struct Demand: Hashable, Sendable {
  public var sources: [VehicleSource]
  /// In order of start; the first starts at 0; never empty where sources meet movements. The volumes are those of the
  /// sources' vehicles, without those that have routes.
  public var turning: [TurningStep]
  public var pedestrians: [PedestrianFlow]
  public var routes: [Route]
  public var routeFlows: [RouteFlow]
  public var trips: [Trip]
  public var busLines: [BusLine]
  /// Kinds of vehicles beside the driver profile's two.
  public var vehicleClasses: [VehicleClass]

  public init(
    sources: [VehicleSource] = [], turning: [TurningStep] = [], pedestrians: [PedestrianFlow] = [],
    routes: [Route] = [], routeFlows: [RouteFlow] = [], trips: [Trip] = [], busLines: [BusLine] = [],
    vehicleClasses: [VehicleClass] = []
  ) {
    self.sources = sources
    self.turning = turning
    self.pedestrians = pedestrians
    self.routes = routes
    self.routeFlows = routeFlows
    self.trips = trips
    self.busLines = busLines
    self.vehicleClasses = vehicleClasses
  }
}
