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
  private let approaches: SUMOApproaches

  init(
    _ request: DriveRequest, _ input: ScenarioInput, _ source: SUMOSource, _ pool: TaskPool,
    _ context: CommandContext
  ) {
    self.request = request
    self.input = input
    self.source = source
    self.pool = pool
    self.context = context
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
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fidelity-\(UUID().uuidString)"
    ).path
    try Files.makeDirectory(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let base = request
    let input = input
    let source = source
    let context = context
    let approaches = approaches
    return try pool.map(count) { (index) throws(CommandFailure) in
      var request = base
      request.seed = base.seed + index
      let data = Files.join(folder, "edges\(index).xml")
      let asked = Files.join(folder, "ask\(index).xml")
      try Files.write(SUMOEdgeData.request(output: data), to: asked)
      var own = source
      own.additionalPaths.append(asked)
      let outcome = try SUMODrive(request: request, input: input, source: own).run(in: context)
      guard let score = outcome.score else { throw CommandFailure(.inputOutput, "SUMO left no tripinfo") }
      let bytes = try Files.read(data)
      let edges: [String: SUMOEdgeData]
      do throws(DocumentError) {
        edges = try SUMOEdgeData.read(SUMOFile(name: data, bytes: bytes))
      } catch {
        throw CommandFailure(.inputOutput, error.description)
      }
      return RoadSample(
        meanTripSeconds: score.durationSeconds, delayAllSeconds: score.delayAllSeconds,
        finished: score.finished,
        notInserted: score.notInserted, approaches: approaches.samples(edges))
    }
  }
}

/// Routes that both roads drive alike: trips without routes are sent through SUMO once, and keep the ways that they
/// took there.
enum FrozenRoutes {
  /// Writes the routes of one run under the network's own programs into `folder`.
  /// - Returns: the files, types first.
  static func freeze(_ request: DriveRequest, _ source: SUMOSource, into folder: String)
    throws(CommandFailure) -> [String]
  {
    let path = Files.join(folder, "routes.rou.xml")
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
    let types = Files.join(folder, "types.rou.xml")
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
