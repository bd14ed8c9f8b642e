import TrafficModel

/// A scenario's signals as streams of cyclic flow: what does not depend on the plan.
///
/// Each controller is one junction. Its approaches get a flat flow from sources and the platoons of other junctions,
/// which arrive through links and nodes without signals; lane groups queue there; movements leave in proportion to
/// their volumes (Robertson's TRANSYT with the lane groups of the Highway Capacity Manual).
public struct CyclicFlowModel: Sendable {
  /// A movement at a signal.
  struct Stream: Sendable {
    var movement: MovementID
    /// Of the vehicles of its lane group, 0 to 1.
    var share: Double
    /// Vehicles per second.
    var volume: Double
    /// Vehicles per second of green and lane.
    var saturation: Double
    /// Lanes of the group that it uses.
    var lanes: Double
    var criticalGap: Double
    var followUp: Double
    /// Vehicles per second and lane where it yields and nobody comes.
    var unopposed: Double
    /// Lane groups of the junction that it yields to.
    var opponents: [Int]
    /// Vehicles per lane that clear the junction after each permitted green.
    var sneakers: Double
    var isGoverned: Bool
    var turnsOnRed: Bool
    /// Neighbours in its lanes: a turn on red gets no further than the first of them.
    var neighbours: [Int]
  }

  struct Group: Sendable {
    var approach: Int
    var lanes: Double
    /// Of the junction's streams.
    var streams: Range<Int>
    /// Of the approach's vehicles.
    var share: Double
    var volume: Double
    /// Vehicles that its lanes hold.
    var storage: Double
    var persons: Double
    var isYielding: Bool
    /// What its waiting counts for; see ``CyclicFlowModel/calibrated(waiting:at:)``.
    var weight = 1.0
  }

  /// Vehicles of one stream that reach an approach.
  struct Feed: Sendable {
    var junction: Int
    var stream: Int
    var movement: MovementID
    /// Of the stream's vehicles.
    var share: Double
  }

  /// Feeds with the same travel time.
  struct Platoon: Sendable {
    var seconds: Double
    var feeds: [Feed]
  }

  struct Approach: Sendable {
    var link: LinkID
    /// Vehicles per second without any pattern.
    var flat: Double
    var platoons: [Platoon]
  }

  struct Crosswalk: Sendable {
    var group: Int
    /// Persons per second.
    var flow: Double
  }

  struct Junction: Sendable {
    var approaches: [Approach]
    var groups: [Group]
    var streams: [Stream]
    var crosswalks: [Crosswalk]
    /// Order in which groups are worked out: what yields comes after what it yields to.
    var order: [Int]
    /// Junctions that get vehicles from this one, ascending.
    var downstream: [Int]
  }

  public let scenario: Scenario
  public let parameters: CyclicFlowParameters
  public let volumes: ExpectedVolumes
  var junctions: [Junction]
  /// Vehicles per second that enter the network.
  let entering: Double
  /// T, in hours.
  let hours: Double

  public init(_ scenario: Scenario, parameters: CyclicFlowParameters = CyclicFlowParameters()) {
    self.scenario = scenario
    self.parameters = parameters
    let volumes = ExpectedVolumes(scenario)
    self.volumes = volumes
    hours = max(parameters.analysis.hours ?? scenario.run.duration.seconds / 3600, 1.0 / 3600)
    var compiler = CyclicFlowCompiler(scenario, parameters, volumes)
    junctions = compiler.junctions()
    entering = max(compiler.entering, 1e-9)
  }
}
