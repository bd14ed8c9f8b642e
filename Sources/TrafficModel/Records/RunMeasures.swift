/// What happened at one movement's stop line within the measured time.
public struct MovementMeasures: Hashable, Sendable {
  /// Vehicles that crossed the stop line.
  public var passed = 0
  /// Vehicles that were still on their way to it, or waiting outside for it, at the end.
  public var unfinished = 0
  /// Control delay of both, in vehicle-seconds: everything beyond free flow, waiting outside and the acceleration
  /// behind the stop line included.
  public var delaySeconds = 0.0
  /// The part of ``delaySeconds`` spent outside the network.
  public var outsideDelaySeconds = 0.0
  /// Vehicles that came to a stop, counted once per standstill.
  public var stops = 0
  /// Vehicles that would have reached the stop line on green, had nobody been ahead.
  public var arrivedOnGreen = 0
  /// Time during which the movement's lamp was green, protected or permitted.
  public var greenSeconds = 0.0
  /// From entering the link until entering the next, of those that crossed the stop line; without waiting outside.
  public var travelSeconds = 0.0
  /// Persons in ``vehicles``, and their control delay in person-seconds.
  public var persons = 0.0
  public var personDelaySeconds = 0.0

  public init() {}

  public var vehicles: Int { passed + unfinished }
  public var delayPerVehicleSeconds: Double { vehicles == 0 ? 0 : delaySeconds / Double(vehicles) }
}

/// The queues of one lane within the measured time.
public struct LaneMeasures: Hashable, Sendable {
  /// The furthest point of each cycle's standing queue from the stop line, in metres; in order of time.
  public var queueMaximaMeters: [Double] = []
  /// Time during which the queue reached the upstream end of the lane or pocket and kept somebody out (spillback).
  public var overflowSeconds = 0.0
  /// Greens of the lane's busiest movement that ended, and those of them that were split failures: a presence zone of
  /// ``splitFailureZoneMeters`` at the stop line was occupied for at least 80 % of the green and of the first 5 s of
  /// the red behind it (GOR and ROR5 of signal performance measures).
  public var greens = 0
  public var splitFailures = 0

  public init() {}

  /// 95th percentile over cycles of the maximum back of queue (nearest rank).
  public var queue95Meters: Double { percentile(95) }
  public var queueMaximumMeters: Double { queueMaximaMeters.max() ?? 0 }

  public func percentile(_ percent: Int) -> Double {
    if queueMaximaMeters.isEmpty { return 0 }
    let sorted = queueMaximaMeters.sorted()
    let rank = (sorted.count * percent + 99) / 100
    return sorted[max(rank, 1) - 1]
  }
}

/// Length of the presence zone before the stop line by which split failures are told: 12.2 m (40 ft).
public let splitFailureZoneMeters = 12.192

/// The vehicles of one class that wanted to enter within the measured time.
public struct ClassMeasures: Hashable, Sendable {
  public var demanded = 0
  public var finished = 0
  /// Delay of all demanded vehicles until they finished or the run ended, waiting outside included.
  public var delaySeconds = 0.0
  /// Time from wanting to enter until leaving, of the finished.
  public var finishedTravelSeconds = 0.0
  public var stops = 0
  /// Persons in the demanded vehicles, and their delay in person-seconds.
  public var persons = 0.0
  public var personDelaySeconds = 0.0

  public init() {}
}

/// The vehicles of one route that wanted to enter within the measured time.
public struct RouteMeasures: Hashable, Sendable {
  public var demanded = 0
  public var finished = 0
  /// Delay of all demanded vehicles until they finished or the run ended, waiting outside included.
  public var delaySeconds = 0.0
  /// Time from wanting to enter until leaving, of the finished.
  public var finishedTravelSeconds = 0.0
  public var stops = 0

  public init() {}
}

/// The pedestrians of one crosswalk within the measured time.
public struct CrosswalkMeasures: Hashable, Sendable {
  public var pedestrians = 0
  /// Waiting for the walk signal, those still waiting at the end included, in person-seconds.
  public var delaySeconds = 0.0

  public init() {}
}

/// The vehicles of the whole network that wanted to enter within the measured time.
public struct NetworkMeasures: Hashable, Sendable {
  /// Vehicles that wanted to enter.
  public var demanded = 0
  public var finished = 0
  /// On the road at the end.
  public var driving = 0
  /// Still outside at the end.
  public var neverInserted = 0
  /// Delay of all demanded vehicles until they finished or the run ended, waiting outside included.
  public var delaySeconds = 0.0
  /// Time from wanting to enter until leaving, of the finished.
  public var finishedTravelSeconds = 0.0
  public var stops = 0
  /// Vehicles of any departure that left the network within the measured time.
  public var leftNetwork = 0
  /// Crossings after the lamp had turned red, of vehicles that had committed themselves.
  public var crossingsOnRed = 0
  /// Persons in the demanded vehicles, and their delay in person-seconds; pedestrians are counted by crosswalk.
  public var persons = 0.0
  public var personDelaySeconds = 0.0
  /// Rings of lanes that were found in which each waited for room in the next, so that nobody in them could move.
  public var locks = 0
  /// Times that a vehicle of such a ring squeezed itself into the full lane ahead, so that the ring moved on by one.
  public var locksResolved = 0
  /// Time spent by all vehicles on the road, in hours, warm-up included: the work that a run simulates.
  public var vehicleHours = 0.0
  /// Events that the run handled, warm-up included.
  public var events = 0

  public init() {}
}

/// Everything that one replication measured; arrays are indexed by the network's identifiers.
public struct RunMeasures: Hashable, Sendable {
  /// From 1.
  public var replication: Int
  public var measuredSeconds: Double
  public var network = NetworkMeasures()
  public var movements: [MovementMeasures]
  /// By ``LaneID``.
  public var lanes: [LaneMeasures]
  public var crosswalks: [CrosswalkMeasures]
  /// By class, in the order of ``Demand/classNames``.
  public var classes: [ClassMeasures]
  /// By route of the demand.
  public var routes: [RouteMeasures]

  public init(replication: Int, measuredSeconds: Double, network: Network, demand: Demand = Demand()) {
    self.replication = replication
    self.measuredSeconds = measuredSeconds
    movements = Array(repeating: MovementMeasures(), count: network.movements.count)
    lanes = Array(repeating: LaneMeasures(), count: LaneNumbering(network).count)
    crosswalks = Array(repeating: CrosswalkMeasures(), count: network.crosswalks.count)
    classes = Array(repeating: ClassMeasures(), count: demand.classNames.count)
    routes = Array(repeating: RouteMeasures(), count: demand.routes.count)
  }
}

/// The speed below which a vehicle counts as stopped, as in Synchro's and SUMO's practice: 5 km/h would do as well,
/// because a queued vehicle of the road model stands.
public let stopThresholdMetersPerSecond = 2.2352

/// One stretch of a vehicle's path on a link, for time-space diagrams.
public struct TrajectoryPiece: Hashable, Sendable {
  public var vehicle: UInt32
  public var link: LinkID
  public var enteredSeconds: Double
  /// Where and when it joined a queue, if it did: metres before the stop line and seconds.
  public var stoppedAtMeters: Double?
  public var stoppedSeconds: Double
  public var leftSeconds: Double

  public init(
    vehicle: UInt32, link: LinkID, enteredSeconds: Double, stoppedAtMeters: Double?, stoppedSeconds: Double,
    leftSeconds: Double
  ) {
    self.vehicle = vehicle
    self.link = link
    self.enteredSeconds = enteredSeconds
    self.stoppedAtMeters = stoppedAtMeters
    self.stoppedSeconds = stoppedSeconds
    self.leftSeconds = leftSeconds
  }
}

/// What one replication looked like in detail, for the drawings of a report.
public struct RunTrace: Hashable, Sendable {
  public var trajectories: [TrajectoryPiece] = []
  /// Time between the samples of ``queuesMeters``, the first at the start of the measured time.
  public var sampleSeconds = 10.0
  /// Back of queue by lane, then by sample.
  public var queuesMeters: [[Double]] = []
  /// Greens as they were shown, by controller and group, in seconds since the start of the run.
  public var greens: [[[ClosedRange<Double>]]] = []

  public init() {}
}
