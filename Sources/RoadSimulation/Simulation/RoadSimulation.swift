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
  var segments: ContiguousArray<LaneSegment>
  var vehicles: ContiguousArray<Vehicle> = []
  var freeVehicle: Int32 = -1
  var returns: SpaceReturns
  var lamps: MovementLamps
  var detection: Detection
  var crossings: PedestrianCrossings
  var sources: ContiguousArray<SourceState> = []
  let incidents: [Incident]
  let firstLaneOfLink: [Int]
  var book: MeasureBook
  var log: EventLog
  /// Inputs for cabinets that have occurred and were not yet handed over.
  var pendingInputs: ContiguousArray<TimedInput> = []
  var nextSerial: UInt32 = 0
  /// The locks of the last look, each by the smallest number of its segments.
  var knownLocks: ContiguousArray<Int32> = []

  public init(_ compiled: CompiledScenario, options: RunOptions) {
    let scenario = compiled.scenario
    layout = compiled.layout
    network = scenario.network
    driver = Driver(compiled.layout.constants)
    details = compiled.details
    seed = options.replicationSeed
    measuredFrom = Int32(scenario.run.warmUp.milliseconds)
    measuredUntil = Int32(scenario.run.end.milliseconds)
    segments = compiled.layout.segments
    returns = SpaceReturns(segmentCount: segments.count)
    lamps = compiled.lamps
    detection = compiled.detection
    crossings = compiled.crossings
    book = MeasureBook(scenario: scenario, options: options)
    log = EventLog(isOn: options.recordsEvents)
    incidents = scenario.incidents
    firstLaneOfLink = LaneNumbering(scenario.network).firstLane
    detection.attach(to: &segments)
    startSources(scenario.demand)
    startIncidents(scenario.incidents)
    startPedestrians(scenario.demand.pedestrians)
    events.insert(EventKey(milliseconds: measuredFrom, kind: .sample, entity: 0))
  }

  /// What has been logged so far; empty unless the options asked for it.
  public var records: ContiguousArray<EventRecord> { log.records }

  /// Ends the run at the end of the measured time and returns what it measured.
  public mutating func finish() -> RunMeasures { close().measures }

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

/// Driver constants in the units of the hot path.
struct Driver: Sendable {
  let carSpacing: Int32
  let heavySpacing: Int32
  let carLength: Int32
  let heavyLength: Int32
  let acceleration: Float
  let deceleration: Float
  let standingStartSpeed: Float
  let gapStartDelay: Int32
  let yellowReaction: Float
  let yellowDeceleration: Float
  let stopDwell: Int32
  /// All-way stop: headways by degree of conflict, a heavy vehicle's addition, and the times around a departure.
  let allWayHeadways: (Int32, Int32, Int32, Int32, Int32)
  let allWayHeavy: Int32
  let allWayClearance: Int32
  let moveUp: Int32
  /// Whether headways are made to meet a saturation flow (field) or follow from a reaction time (sumo). The same
  /// decides whether vehicles that use one gap follow each other at `followUp` or by the recursion.
  let hasSaturationHeadway: Bool
  let speedShortfall: Float

  init(_ constants: DriverConstants) {
    carSpacing = Int32((constants.carSpacingMeters * 100).rounded())
    heavySpacing = Int32((constants.heavySpacingMeters * 100).rounded())
    carLength = Int32((constants.carLengthMeters * 100).rounded())
    heavyLength = Int32((constants.heavyLengthMeters * 100).rounded())
    acceleration = Float(constants.acceleration)
    deceleration = Float(constants.deceleration)
    standingStartSpeed = Float(constants.standingStartSpeed)
    gapStartDelay = Int32((constants.gapStartDelaySeconds * 1000).rounded())
    yellowReaction = Float(constants.yellowReactionSeconds)
    yellowDeceleration = Float(constants.yellowDeceleration)
    func milliseconds(_ seconds: Double) -> Int32 { Int32((seconds * 1000).rounded()) }
    stopDwell = milliseconds(constants.stopDwellSeconds)
    let headways = constants.allWayStop.baseSeconds.map(milliseconds) + [0, 0, 0, 0, 0]
    allWayHeadways = (headways[0], headways[1], headways[2], headways[3], headways[4])
    allWayHeavy = milliseconds(constants.allWayStop.heavySeconds)
    allWayClearance = milliseconds(constants.allWayStop.clearanceSeconds)
    moveUp = milliseconds(constants.allWayStop.moveUpSeconds)
    hasSaturationHeadway = constants.reactionSeconds == nil
    speedShortfall = Float(constants.speedShortfall)
  }

  func spacing(_ vehicle: Vehicle) -> Int32 { vehicle.isHeavy ? heavySpacing : carSpacing }

  func length(_ vehicle: Vehicle) -> Int32 { vehicle.isHeavy ? heavyLength : carLength }

  /// The speed that a driver wants under a limit; at least walking pace.
  func freeSpeed(_ vehicle: Vehicle, limit: Float) -> Float {
    max(1, limit * vehicle.speedFactor - speedShortfall)
  }

  /// Time over `centimeters` when starting at `from` and accelerating to `to`, in ms.
  func travelTime(_ centimeters: Int32, from: Float, to: Float) -> Int32 {
    if from >= to { return Int32(Float(centimeters) * 10 / to + 0.5) }
    let length = Float(centimeters) / 100
    let start = from
    let ramp = (to * to - start * start) / (2 * acceleration)
    let seconds: Float
    if ramp >= length {
      seconds = ((start * start + 2 * acceleration * length).squareRoot() - start) / acceleration
    } else {
      seconds = (to - start) / acceleration + (length - ramp) / to
    }
    return Int32(seconds * 1000 + 0.5)
  }

  /// Speed at the end of that stretch.
  func endSpeed(_ centimeters: Int32, from: Float, to: Float) -> Float {
    if from >= to { return to }
    let start = from
    return min(to, (start * start + 2 * acceleration * Float(centimeters) / 100).squareRoot())
  }
}

/// The event log of a run, empty unless it was asked for.
struct EventLog: Sendable {
  let isOn: Bool
  var records: ContiguousArray<EventRecord> = []

  init(isOn: Bool) { self.isOn = isOn }

  mutating func append(_ milliseconds: Int32, _ kind: RecordKind, _ entity: UInt32, _ value: Int32 = 0) {
    if isOn {
      records.append(
        EventRecord(milliseconds: UInt32(milliseconds), kind: kind, entity: entity, value: value))
    }
  }
}
