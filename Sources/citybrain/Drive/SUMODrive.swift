import CabinetLink
import ControlLoop
import Foundation
import Interchange
import SignalControl
import TimingOptimization
import TrafficModel

/// One run on SUMO's road: SUMO moves the vehicles, our cabinets and our strategy drive the signals.
struct SUMODrive {
  let request: DriveRequest
  let input: ScenarioInput
  let source: SUMOSource

  struct Outcome: Sendable {
    var software: String
    var score: SUMOScore?
    var collisions: Int
    var decisions: DecisionTimes
    /// What the strategy has to say, locks that no signal cures among it.
    var remarks: [String]
    /// Of the whole run, and of it waiting for SUMO.
    var seconds: Double
    var sumoSeconds: Double
  }

  /// - Throws: with SUMO ended, whatever happened.
  func run(in context: CommandContext) throws(CommandFailure) -> Outcome {
    // Without a name the user does not want the file, but the score needs it.
    let own = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tripinfo-\(UUID().uuidString).xml"
    ).path
    defer { try? FileManager.default.removeItem(atPath: own) }
    let tripinfo = request.port == nil ? request.tripinfo ?? own : nil
    return try drive(tripinfo, in: context)
  }

  private func drive(_ tripinfo: String?, in context: CommandContext) throws(CommandFailure) -> Outcome {
    var process: SUMOProcess?
    let connection: TraCIConnection
    if let port = request.port {
      connection = try Self.linked { () throws(LinkError) in
        TraCIConnection(try TCPStream(address: port.address, port: port.number))
      }
    } else {
      let started = try Self.linked { () throws(LinkError) in
        let program = try SUMOBinary.find(request.binary, environment: ProcessInfo.processInfo.environment)
        return try SUMOProcess(program: program, arguments: arguments(tripinfo))
      }
      process = started
      connection = try Self.linked { () throws(LinkError) in TraCIConnection(try started.connect()) }
    }
    defer {
      connection.close()
      process?.finish()
    }
    let software = try Self.linked(process) { () throws(LinkError) in try SUMORun.checkVersion(connection) }
    var outcome = try loop(connection, process, software, in: context)
    // SUMO writes its files when the conversation ends.
    connection.close()
    process?.finish()
    if let tripinfo { outcome.score = try SUMOScore.read(tripinfo, source) }
    return outcome
  }

  /// Tells a failed conversation with SUMO's own words, if it left any.
  private static func linked<Value>(
    _ process: SUMOProcess? = nil, _ body: () throws(LinkError) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(LinkError) {
      return try body()
    } catch {
      throw failure(error, process)
    }
  }

  private static func failure(_ error: LinkError, _ process: SUMOProcess?) -> CommandFailure {
    guard let process else { return CommandFailure(error) }
    process.finish(seconds: 1)
    let words = process.lastWords
    return CommandFailure(
      words.isEmpty ? error : LinkError(error.kind, "\(error.description); SUMO says: \(words)"))
  }

  private func arguments(_ tripinfo: String?) -> [String] {
    SUMORun(
      net: source.netPath, routes: source.routePaths, additional: source.additionalPaths,
      beginSeconds: source.imported.beginSeconds, endSeconds: source.imported.endSeconds, step: request.step,
      seed: request.seed, tripinfo: tripinfo, checksCollisions: request.checksCollisions, more: request.more
    ).arguments
  }

  private func loop(
    _ connection: TraCIConnection, _ process: SUMOProcess?, _ software: String, in context: CommandContext
  ) throws(CommandFailure) -> Outcome {
    let scenario = input.scenario
    let times = DecisionTimes()
    let external = ExternalChoice(patience: request.patience, interruption: context.interruption)
    let foreign = try external.strategy(named: request.strategy, for: scenario, sensors: request.sensors)
    defer { foreign?.close() }
    let brain = try brain(foreign, times)
    let cabinets = try cabinets()
    let road = try Self.linked(process) { () throws(LinkError) in
      try TraCIRoad(
        connection, scenario: scenario, mapping: source.imported.mapping,
        beginSeconds: source.imported.beginSeconds, step: request.step,
        watchesVehicles: request.strategy != "fixed", countsCollisions: request.checksCollisions)
    }
    var loop = Loop(road: road, cabinets: cabinets, brain: brain)
    let seconds = try loop.run(
      until: scenario.run.end, titled: scenario.name, in: context
    ) { road throws(CommandFailure) in
      if let failure = road.failure { throw Self.failure(failure, process) }
      try external.check(foreign?.failure)
    }
    return Outcome(
      software: software, collisions: loop.road.collisions, decisions: times,
      remarks: loop.brain.remarks, seconds: seconds, sumoSeconds: loop.road.waited.inSeconds)
  }

  private func brain(
    _ foreign: ExternalStrategy?, _ times: DecisionTimes
  ) throws(CommandFailure) -> TimedStrategy {
    let options = StrategyOptions(sensors: request.sensors)
    guard
      let strategy = foreign
        ?? StrategyRegistry.strategy(named: request.strategy, for: input.scenario, options: options)
    else {
      throw CommandFailure(.usage, "unknown strategy \(request.strategy)")
    }
    return TimedStrategy(strategy, sensors: request.sensors, times: times)
  }

  private func cabinets() throws(CommandFailure) -> [EmulatedCabinet] {
    do throws(TimelineFailure) {
      return try input.scenario.controllers.enumerated().map { (index, data) throws(TimelineFailure) in
        try EmulatedCabinet(data, id: ControllerID(index), network: input.scenario.network)
      }
    } catch {
      throw CommandFailure(.infeasible, error.description)
    }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension CommandFailure {
  /// What a failed conversation means to the user.
  init(_ error: LinkError) {
    switch error.kind {
    case .refused, .version: self.init(.invalidInput, error.description)
    case .absent, .port, .dead, .format: self.init(.inputOutput, error.description)
    }
  }
}
