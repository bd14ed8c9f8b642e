import ControlLoop
import TrafficModel

/// The simulated road: lanes, vehicles and pedestrians as a pure machine that is told how far to go.
///
/// It takes the Road seat (``advance(to:inputs:)``, ``show(_:at:)``) when cabinets are outside, and runs the same
/// cabinets inside its own event loop in `simulate`. Both ways give the same bytes, because the order of
/// equal-time events is fixed by their meaning.
///
/// - Newell's simplified kinematic waves, solved per vehicle at the ends of lane segments, with bounded acceleration
///   at stop lines (G. F. Newell, Transportation Research B 36, 2002, 195–205).
/// - A vehicle is in one segment; its position in between follows in closed form and costs no event.
///
/// Helpers of the hot path are `mutating` though some change nothing: calling a plain method from a mutating one
/// copies this value, a kilobyte of array references, and cost a tenth of the time (`RoadBenchmark` on `grid`).
public struct RoadSimulation: Sendable {
  let layout: StreetLayout
  let network: Network
  /// Driver constants as the hot path wants them.
  let driver: Driver
  let details: ModelDetails
  let seed: UInt64
  let measuredFrom: Int32
  let measuredUntil: Int32

  var now: Int32 = 0
  var events = EventQueue()
  var segments: Table<LaneSegment>
  /// By segment, what few events need.
  var rare: Table<RareSegmentData>
  var vehicles = Table<Vehicle>()
  /// By vehicle.
  var times = Table<VehicleTimes>()
  var freeVehicle: Int32 = -1
  var returns: SpaceReturns
  /// By segment: what its vehicles count for in the time of a start wave; empty without classes of the scenario's own.
  var waveLengths: Table<Int32>
  var lamps: MovementLamps
  var detection: DetectorZones
  var crossings: PedestrianCrossings
  var sources: ContiguousArray<SourceState> = []
  let incidents: [Incident]
  let firstLaneOfLink: [Int]
  var book: MeasureBook
  var log: EventLog
  /// Inputs for cabinets that have occurred and were not yet handed over.
  var pendingInputs: ContiguousArray<TimedInput> = []
  var nextSerial: UInt32 = 0
  /// By segment, one bit: its first vehicle stands in a list of those who wait for room.
  var waiting: Table<UInt64>
  /// The segment whose first vehicle squeezes itself into a full one; −1 for none.
  var squeezing: Int32 = -1
  /// What ``lookAhead()`` has seen, only so that it has to look; and the segments whose turn comes in the present slot.
  var seen: Int32 = 0
  var coming = Table<Int32>()
  /// The locks of the last look, each by the smallest number of its segments.
  var knownLocks: ContiguousArray<Int32> = []

  public init(_ compiled: CompiledScenario, options: RunOptions) {
    let scenario = compiled.scenario
    let driver = Driver(compiled.layout.constants, classes: scenario.demand.vehicleClasses)
    var segments = Table(compiled.layout.segments)
    let spacings = driver.kinds.map(\.spacing)
    returns = SpaceReturns(
      &segments, compiled.layout.shapes, shortestVehicle: spacings.min() ?? driver.carSpacing,
      longestVehicle: driver.greatestSpacing)
    rare = Table(compiled.layout.rare)
    waveLengths = Table(
      repeating: 0, count: scenario.demand.vehicleClasses.isEmpty ? 0 : segments.count)
    waiting = Table(repeating: 0, count: segments.count / 64 + 1)
    self.segments = segments
    self.driver = driver
    layout = compiled.layout
    network = scenario.network
    details = compiled.details
    seed = options.replicationSeed
    measuredFrom = Int32(scenario.run.warmUp.milliseconds)
    measuredUntil = Int32(scenario.run.end.milliseconds)
    lamps = MovementLamps(compiled.lamps, compiled.layout)
    detection = compiled.detection
    crossings = compiled.crossings
    book = MeasureBook(
      scenario: scenario, routes: compiled.layout.routes, options: options)
    log = EventLog(isOn: options.recordsEvents)
    incidents = scenario.incidents
    firstLaneOfLink = LaneNumbering(scenario.network).firstLane
    detection.attach(to: &self.segments, &rare)
    findPlainSections()
    joinLaneAccounts()
    startSources(scenario.demand)
    startIncidents(scenario.incidents)
    startPedestrians(scenario.demand.pedestrians)
    events.insert(EventKey(milliseconds: measuredFrom, kind: .sample, entity: 0))
  }

  /// What has been logged so far; empty unless the options asked for it.
  public var records: ContiguousArray<EventRecord> { log.records }

  /// Ends the run at the end of the measured time and returns what it measured.
  public mutating func finish() -> RunMeasures {
    makeUnique()
    return close().measures
  }

  /// Gives this value tables of its own; at every door by which others make it go on.
  mutating func makeUnique() {
    events.makeUnique()
    segments.makeUnique()
    rare.makeUnique()
    vehicles.makeUnique()
    times.makeUnique()
    returns.makeUnique()
    waveLengths.makeUnique()
    waiting.makeUnique()
    coming.makeUnique()
    lamps.makeUnique()
    book.makeUnique()
  }

  /// What never changes of a segment.
  @inline(__always)
  func shape(_ segment: Int) -> SegmentShape { layout.shapes[segments[segment].shape] }

  /// The segment behind one that is not the last of its link, on the way to a lane at the stop line; −1 for none.
  @inline(__always)
  func follower(of segment: Int, lane: UInt8) -> Int {
    layout.shapes.follower(of: segment, shape(segment), lane: lane)
  }

  /// Handles one event; the clock never goes back.
  mutating func handle(_ key: EventKey) {
    now = key.milliseconds
    book.events += 1
    switch EventKind(rawValue: key.kind) {
    case .laneHead: handleLaneHead(key.entity)
    case .vehicleDemand: handleDemand(ofSource: key.entity)
    case .detectorEntry: handleDetectorEntry(key.entity)
    case .detectorExit: handleDetectorExit(key.entity)
    case .pedestrian: handlePedestrian(ofFlow: key.entity)
    case .sample: handleSample()
    case .incident: handleIncident(key.entity)
    case .brain, .cabinetTick, nil: break
    }
  }
}
