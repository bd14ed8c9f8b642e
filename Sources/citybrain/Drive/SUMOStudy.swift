import CabinetLink
import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// A study on SUMO's road: SUMO moves the vehicles, our cabinets and strategies drive the signals.
///
/// Replication r of every strategy has the same vehicles and SUMO's seed is r, so differences are taken in pairs as on
/// our road. A scenario of ours is written as SUMO's sources and made a network; a network of SUMO is taken as it is.
struct SUMOStudy {
  private let request: StudyRequest
  private let road: SUMORoadChoice
  private let input: ScenarioInput
  private let pool: TaskPool
  private let context: CommandContext

  /// What one strategy drives.
  private struct Case: Sendable {
    var input: ScenarioInput
    /// By replication, from the first.
    var sources: [SUMOSource]
    var choice: InputChoice
  }

  init(
    _ request: StudyRequest, on road: SUMORoadChoice, of input: ScenarioInput, _ pool: TaskPool,
    _ context: CommandContext
  ) throws(CommandFailure) {
    if request.deadDetectorShare > 0 {
      throw CommandFailure(.usage, "--dead-detectors breaks sensors of the simulated road only")
    }
    self.request = request
    self.road = road
    self.input = input
    self.pool = pool
    self.context = context
  }

  func document() throws(CommandFailure) -> StudyDocument {
    let folder = try SUMOFolder(keeping: nil)
    defer { folder.finish() }
    let cases = try cases(in: folder.path)
    let count = request.strategies.count
    let progress = Progress(
      context.console, title: input.scenario.name, total: count * request.replications.count)
    defer { progress.finish() }
    // Runs show no progress of their own.
    var quiet = context
    quiet.console.isQuiet = true
    let runContext = quiet
    let study = self
    let rows = try pool.map(count * request.replications.count) { (index) throws(CommandFailure) in
      let row = try study.run(
        cases[index % count], strategy: index % count, place: index / count, folder.path, runContext)
      progress.advance()
      return row
    }
    let strategies = request.strategies.enumerated().map { index, name in
      (name: name, rows: stride(from: index, to: rows.count, by: count).map { rows[$0] })
    }
    return StudyDocument(
      tripsOf: input.scenario, strategies: strategies, replications: request.replications, seed: request.seed,
      manifest: StudyManifest(
        command: request.command, toolVersion: Tool.version, arguments: request.canonicalArguments,
        inputs: input.files, warnings: input.warnings))
  }

  // MARK: - Roads

  private func cases(in folder: String) throws(CommandFailure) -> [Case] {
    var exported: ExportedRoad?
    if input.sumo == nil {
      exported = try ExportedRoad(input.scenario, in: folder, seed: request.seed, binary: road.binary)
    }
    var cases: [Case] = []
    for strategy in request.strategies {
      var drive = DriveRequest(request, road, strategy: strategy)
      drive.setDefaults()
      // Yellow and minimum green of a network of SUMO may depend on the strategy.
      var own = input.sumo == nil ? input : try ScenarioInput.load(request.operand, choice: drive.choice)
      own.scenario = try prepared(own.scenario, for: strategy)
      var sources: [SUMOSource] = []
      for replication in request.replications {
        if let exported {
          sources.append(try exported.source(replication: replication))
        } else if let source = own.sumo {
          sources.append(source)
        }
      }
      cases.append(Case(input: own, sources: sources, choice: drive.choice))
    }
    return cases
  }

  private func prepared(_ scenario: Scenario, for strategy: String) throws(CommandFailure) -> Scenario {
    do {
      return try StrategyRegistry.preparedScenario(forStrategy: strategy, scenario, runner: pool) ?? scenario
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
  }

  // MARK: - One run

  private func run(
    _ own: Case, strategy: Int, place: Int, _ folder: String, _ context: CommandContext
  ) throws(CommandFailure) -> [Double?] {
    let replication = request.replications.lowerBound + place
    var drive = DriveRequest(request, road, strategy: request.strategies[strategy])
    drive.choice = own.choice
    drive.seed = replication
    let path = Files.join(folder, "trips-\(strategy)-\(replication).xml")
    drive.tripinfo = path
    let source = own.sources[place]
    _ = try SUMODrive(request: drive, input: own.input, source: source).run(in: context)
    return try row(path, source)
  }

  /// The values of ``StudyMeasure/trips``, of the vehicles that were due within the measured time.
  private func row(_ path: String, _ source: SUMOSource) throws(CommandFailure) -> [Double?] {
    let run = input.scenario.run
    let from = source.imported.beginSeconds + run.warmUp.seconds
    let end = source.imported.endSeconds
    let result = try SUMORunResult(path, source, begin: from)
    let trips = result.trips
    let measured = trips.filter { $0.departSeconds < 0 || $0.departSeconds - $0.departDelaySeconds >= from }
    let score = SUMOScore(measured, due: result.due, end: end)
    let finished = measured.filter { $0.departSeconds >= 0 && $0.arrivalSeconds >= 0 }
    let travel = finished.reduce(0) { $0 + $1.durationSeconds + $1.departDelaySeconds }
    let demanded = Double(score.inserted + score.notInserted)
    let stops = measured.reduce(0) { $0 + $1.stops }
    let left = trips.count { $0.arrivalSeconds >= from }
    return [
      demanded > 0 ? score.delayAllSeconds : nil,
      finished.isEmpty ? nil : travel / Double(finished.count),
      demanded > 0 ? Double(stops) / demanded : nil,
      Double(left) * 3600 / max(run.duration.seconds, 1), Double(score.notInserted), demanded,
      Double(score.finished), Double(score.inserted - score.finished),
    ]
  }
}

extension DriveRequest {
  /// One strategy of a study, on SUMO's road.
  init(_ study: StudyRequest, _ road: SUMORoadChoice, strategy: String) {
    operand = study.operand
    choice = study.choice
    self.strategy = strategy
    sensors = study.sensors
    seed = 1
    step = road.step
    checksCollisions = false
    binary = road.binary
    more = road.more
    patience = study.patience
  }
}
