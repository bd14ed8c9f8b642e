import ControlLoop
import TrafficModel

/// How to run one replication.
public struct RunOptions: Sendable {
  /// The study's seed.
  public var seed: UInt64
  /// From 1; replications of one study have independent streams.
  public var replication: Int
  public var recordsEvents: Bool
  /// Keeps trajectories and queues over time, for reports.
  public var tracesVehicles: Bool
  /// Keeps the event logs of the controllers.
  public var recordsControllerEvents: Bool
  /// Lamps that nobody commands cost no events; off only to show that it makes no difference.
  var looksAtLampsLate = true

  public init(
    seed: UInt64, replication: Int, recordsEvents: Bool = false, tracesVehicles: Bool = false,
    recordsControllerEvents: Bool = false
  ) {
    self.seed = seed
    self.replication = replication
    self.recordsEvents = recordsEvents
    self.tracesVehicles = tracesVehicles
    self.recordsControllerEvents = recordsControllerEvents
  }

  /// The seed of all streams of this replication: the same for every strategy (common random numbers).
  var replicationSeed: UInt64 {
    RandomStream.hash(seed &+ UInt64(bitPattern: Int64(replication)) &* 0x9E37_79B9_7F4A_7C15)
  }
}

/// Why a scenario cannot be run, or why a run was ended.
public enum RunFailure: Error, Sendable, Equatable {
  /// A plan does not compile.
  case infeasiblePlan(controller: String, message: String)
  /// The lamp monitor saw something that must never be.
  case safetyViolation(String)
  /// More entities of one kind than an event can name.
  case tooLarge(String)
}

/// A scenario compiled to flat tables; replications and strategies share it.
public struct CompiledScenario: Sendable {
  public let scenario: Scenario
  let layout: StreetLayout
  let lamps: LampWiring
  let detection: DetectorZones
  let crossings: PedestrianCrossings
  /// Before their start; empty for a city, whose cabinets are made for each run that needs them.
  private let cabinets: ContiguousArray<EmulatedCabinet>
  /// What each cabinet tells before its start.
  let firstStatuses: [CabinetStatus]
  /// What the cabinets do if nobody commands them; `nil` where only they themselves know.
  let tapes: LampTapes?
  /// The same by movement, for runs in which nobody wants to hear of lamps.
  let programs: LampPrograms?
  let details: ModelDetails

  /// Compiles a scenario that has been validated.
  /// - Throws: `infeasiblePlan` if a controller's plan cannot be laid out, `tooLarge` beyond 2²⁶ lane segments.
  public init(_ scenario: Scenario) throws(RunFailure) {
    try self.init(scenario, constants: DriverConstants(profile: scenario.driverProfile))
  }

  /// Compiles with driver constants of one's own and parts of the model left out, for tests and ablations.
  public init(
    _ scenario: Scenario, constants: DriverConstants, details: ModelDetails = ModelDetails()
  ) throws(RunFailure) {
    self.scenario = scenario
    var details = details
    details.keepsJunctionsClear = details.keepsJunctionsClear && constants.keepsJunctionsClear
    details.hasLaneChangeFriction = details.hasLaneChangeFriction && constants.hasLaneChangeFriction
    self.details = details
    layout = StreetLayout(scenario, constants: constants)
    if layout.segments.count >= EventKey.entityLimit {
      throw .tooLarge(
        "the network has \(layout.segments.count) lane segments, at most \(EventKey.entityLimit) can run")
    }
    lamps = LampWiring(scenario)
    detection = DetectorZones(scenario, layout: layout)
    crossings = PedestrianCrossings(scenario)
    let isCity = scenario.controllers.count > Self.mostCabinetsKept
    var cabinets: ContiguousArray<EmulatedCabinet> = []
    var statuses: [CabinetStatus] = []
    var tapes: LampTapes? = LampTapes()
    for index in scenario.controllers.indices {
      let cabinet = try Self.cabinet(index, of: scenario)
      statuses.append(cabinet.status(at: .zero))
      if tapes?.append(cabinet, until: scenario.run.end) == false { tapes = nil }
      if !isCity { cabinets.append(cabinet) }
    }
    self.cabinets = cabinets
    self.tapes = tapes
    programs = tapes.flatMap { [lamps, layout] in LampPrograms($0, lamps, layout) }
    firstStatuses = statuses
  }

  /// A cabinet is some thirty kilobytes: those of a few junctions are quickly copied, those of a city are most of its
  /// memory, and runs that a tape serves need none.
  private static let mostCabinetsKept = 100

  private static func cabinet(_ index: Int, of scenario: Scenario) throws(RunFailure) -> EmulatedCabinet {
    let controller = scenario.controllers[index]
    do {
      return try EmulatedCabinet(controller, id: ControllerID(index), network: scenario.network)
    } catch {
      throw .infeasiblePlan(controller: controller.name, message: "\(error)")
    }
  }

  /// The cabinets of a run, before their start.
  func freshCabinets() throws(RunFailure) -> ContiguousArray<EmulatedCabinet> {
    if cabinets.count == scenario.controllers.count { return cabinets }
    var made: ContiguousArray<EmulatedCabinet> = []
    made.reserveCapacity(scenario.controllers.count)
    for index in scenario.controllers.indices { made.append(try Self.cabinet(index, of: scenario)) }
    return made
  }
}
