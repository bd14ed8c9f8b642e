/// How long to simulate and which part of it counts.
public struct RunSettings: Hashable, Sendable {
  /// Discarded at the start, while the road fills.
  public var warmUp: TimeSpan
  /// Measured after the warm-up.
  public var duration: TimeSpan

  public init(warmUp: TimeSpan, duration: TimeSpan) {
    self.warmUp = warmUp
    self.duration = duration
  }

  public var end: SimTime { .zero + warmUp + duration }
}

/// Everything a run needs: roads, signals, demand and settings.
public struct Scenario: Hashable, Sendable {
  public var name: String
  /// What it shows, in a sentence or two.
  public var summary: String
  public var units: UnitSystem
  public var driverProfile: DriverProfileName
  public var network: Network
  public var controllers: [SignalController]
  public var demand: Demand
  public var incidents: [Incident]
  public var walking: WalkingSpeeds
  public var run: RunSettings
  /// Links in order along one direction of a corridor, for the time-space diagram; may be empty.
  public var corridor: [LinkID]

  public init(
    name: String, summary: String = "", units: UnitSystem = .metric,
    driverProfile: DriverProfileName = .field,
    network: Network, controllers: [SignalController] = [], demand: Demand,
    incidents: [Incident] = [], run: RunSettings, corridor: [LinkID] = [],
    walking: WalkingSpeeds = WalkingSpeeds()
  ) {
    self.name = name
    self.summary = summary
    self.units = units
    self.driverProfile = driverProfile
    self.network = network
    self.controllers = controllers
    self.demand = demand
    self.incidents = incidents
    self.run = run
    self.corridor = corridor
    self.walking = walking
  }

  /// The controller of each node, by node index.
  public var controllerOfNode: [ControllerID?] {
    var result = [ControllerID?](repeating: nil, count: network.nodes.count)
    for (index, controller) in controllers.enumerated() {
      for node in controller.nodes { result[node.index] = ControllerID(index) }
    }
    return result
  }
}
