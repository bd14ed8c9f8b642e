import CabinetLink
import Foundation
import Interchange
import RoadSimulation
import TimingOptimization
import TrafficModel

/// The runs of both roads under one controller.
struct FidelityRuns {
  let request: DriveRequest
  let input: ScenarioInput
  let source: SUMOSource
  let pool: TaskPool
  let context: CommandContext
  let folder: SUMOFolder
  private let approaches: SUMOApproaches

  init(
    _ request: DriveRequest, _ input: ScenarioInput, _ source: SUMOSource, _ pool: TaskPool,
    _ context: CommandContext, keeping folder: SUMOFolder
  ) {
    self.request = request
    self.input = input
    self.source = source
    self.pool = pool
    self.context = context
    self.folder = folder
    approaches = SUMOApproaches(input.scenario, source.imported.mapping)
  }

  func comparison(seeds: Int, replications: Int) throws(CommandFailure) -> FidelityComparison {
    let theirs = try sumoRuns(seeds)
    let ours = try ownRuns(replications)
    return FidelityComparison(
      strategy: request.strategy, approachNames: approaches.names,
      hours: input.scenario.run.end.seconds / 3600,
      ours: ours, theirs: theirs)
  }

  private func ownRuns(_ count: Int) throws(CommandFailure) -> [RoadSample] {
    let compiled: CompiledScenario
    do {
      compiled = try CompiledScenario(input.scenario)
    } catch {
      throw CommandFailure(error)
    }
    let name = request.strategy
    let seed = UInt64(request.seed)
    let approaches = approaches
    return try pool.map(count) { (index) throws(CommandFailure) in
      guard let strategy = StrategyRegistry.strategy(named: name, for: compiled.scenario) else {
        throw CommandFailure(.usage, "unknown strategy \(name)")
      }
      do throws(RunFailure) {
        let outcome = try simulate(
          compiled, strategy: strategy, options: RunOptions(seed: seed, replication: index + 1))
        return Self.sample(outcome.measures, approaches)
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  private static func sample(_ measures: RunMeasures, _ approaches: SUMOApproaches) -> RoadSample {
    let network = measures.network
    let inserted = max(1, network.demanded - network.neverInserted)
    return RoadSample(
      meanTripSeconds: network.vehicleHours * 3600 / Double(inserted),
      delayAllSeconds: network.delaySeconds / Double(max(1, network.demanded)), finished: network.finished,
      notInserted: network.neverInserted, approaches: approaches.samples(measures))
  }

  private func sumoRuns(_ count: Int) throws(CommandFailure) -> [RoadSample] {
    let base = request
    let folder = folder
    return try pool.map(count) { (index) throws(CommandFailure) in
      let seed = base.seed + index
      let name = Files.join(folder.path, "\(base.strategy)-seed\(seed)")
      let files = (trips: name + "-trips.xml", edges: name + "-edges.xml")
      if !(folder.isKept && Files.exists(files.trips) && Files.exists(files.edges)) {
        try drive(seed: seed, trips: files.trips, edges: files.edges)
      }
      return try sample(trips: files.trips, edges: files.edges)
    }
  }

  /// One run in SUMO; its files take their names when it has ended, so that a file with such a name is whole.
  private func drive(seed: Int, trips: String, edges: String) throws(CommandFailure) {
    var request = request
    request.seed = seed
    request.tripinfo = trips + ".part"
    let asked = edges + ".ask.xml"
    try Files.write(SUMOEdgeData.request(output: edges + ".part"), to: asked)
    defer { try? FileManager.default.removeItem(atPath: asked) }
    var own = source
    own.additionalPaths.append(asked)
    _ = try SUMODrive(request: request, input: input, source: own).run(in: context)
    for path in [trips, edges] { try Files.move(path + ".part", to: path) }
  }

  private func sample(trips: String, edges: String) throws(CommandFailure) -> RoadSample {
    let score = try SUMOScore.read(trips, source)
    let bytes = try Files.read(edges)
    let data: [String: SUMOEdgeData]
    do throws(DocumentError) {
      data = try SUMOEdgeData.read(SUMOFile(name: edges, bytes: bytes))
    } catch {
      throw CommandFailure(.inputOutput, error.description)
    }
    return RoadSample(
      meanTripSeconds: score.durationSeconds, delayAllSeconds: score.delayAllSeconds,
      finished: score.finished,
      notInserted: score.notInserted, approaches: approaches.samples(data))
  }
}

/// Routes that both roads drive alike: trips without routes are sent through SUMO once, and keep the ways that they
/// took there.
enum FrozenRoutes {
  /// Writes the routes of one run under the network's own programs into `folder`, unless they are kept there.
  /// - Returns: the files, types first.
  static func freeze(_ request: DriveRequest, _ source: SUMOSource, into folder: SUMOFolder)
    throws(CommandFailure) -> [String]
  {
    let types = Files.join(folder.path, "types.rou.xml")
    let path = Files.join(folder.path, "routes.rou.xml")
    if folder.isKept && Files.exists(types) && Files.exists(path) { return [types, path] }
    var arguments = SUMORun(
      net: source.netPath, routes: source.routePaths, additional: source.additionalPaths,
      beginSeconds: source.imported.beginSeconds, endSeconds: source.imported.endSeconds, step: request.step,
      seed: request.seed, more: request.more
    ).arguments
    arguments += [
      "--vehroute-output", path, "--vehroute-output.last-route", "true", "--vehroute-output.sorted", "true",
      "--vehroute-output.write-unfinished", "true", "--vehroute-output.intended-depart", "true",
    ]
    do throws(LinkError) {
      let program = try SUMOBinary.find(request.binary, environment: ProcessInfo.processInfo.environment)
      try SUMOProcess.runToEnd(program: program, arguments: arguments)
    } catch {
      throw CommandFailure(error)
    }
    var files: [SUMOFile] = []
    for route in source.routePaths { files.append(SUMOFile(name: route, bytes: try Files.read(route))) }
    let text: String
    do {
      text = try SUMOVehicleTypes.text(of: files)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    try Files.write(text, to: types)
    return [types, path]
  }
}
