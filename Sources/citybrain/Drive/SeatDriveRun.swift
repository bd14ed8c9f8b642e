import CabinetLink
import ControlLoop
import Interchange
import Reporting
import RoadSimulation
import TimingOptimization
import TrafficModel

/// `citybrain drive` with foreign programs in its seats: the simulated road or a foreign one, cabinets of our own or
/// foreign ones, a strategy of our own or a foreign one, in lockstep on one virtual clock.
struct SeatDriveRun {
  static let simulatedRoad = "simulated"

  private let arguments: ParsedArguments
  private let input: ScenarioInput
  private let external: ExternalChoice
  private let strategyName: String
  private let sensors: SensorPreset?
  private let seed: Int
  private let cabinetPlaces: [Int: ExternalEndpoint]
  private let polled: PolledSeats?
  private let end: SimTime

  /// Whether the command line asks for this kind of drive.
  static func isWanted(_ arguments: ParsedArguments) -> Bool {
    if let road = arguments["road"], road == simulatedRoad || ExternalChoice.isExternal(road) { return true }
    return arguments["cabinet"]?.contains("=\(ExternalEndpoint.prefix)") == true
  }

  init(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    self.arguments = arguments
    external = try ExternalChoice(arguments, context.interruption)
    let polledCabinets: [FieldCabinet]
    (input, polledCabinets) = try FieldCabinet.load(arguments)
    strategyName = arguments["strategy"] ?? "fixed"
    if !ExternalChoice.isExternal(strategyName) { try DriveRequest.check(strategyName, arguments) }
    sensors = try DriveRequest.sensors(arguments)
    seed = try arguments.integer("seed", in: 0...Int(Int32.max), default: 1)
    cabinetPlaces = try Self.cabinets(arguments, input.scenario.controllers)
    let whole = input.scenario.run.end
    end = try RunEnd.seconds(arguments).map { min(whole, .zero + TimeSpan(seconds: $0)) } ?? whole
    polled = try PolledSeats(polledCabinets, arguments, input, strategy: strategyName)
    if arguments.has("arm") && polled == nil {
      throw arguments.failure(
        "--arm is for controllers behind a field protocol; foreign programs run in lockstep")
    }
    if let road = arguments["road"], road != Self.simulatedRoad, !ExternalChoice.isExternal(road) {
      throw arguments.failure("foreign cabinets stand on --road simulated or --road external:…, not \(road)")
    }
  }

  private static func cabinets(
    _ arguments: ParsedArguments, _ controllers: [SignalController]
  ) throws(CommandFailure) -> [Int: ExternalEndpoint] {
    var places: [Int: ExternalEndpoint] = [:]
    for text in try arguments.list("cabinet", default: [])
    where !["=ntcip:", "=gbt20999:"].contains(where: text.contains) {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw arguments.failure(
          "--cabinet \(text): expected JUNCTION=external:COMMAND, =ntcip:ENDPOINT or =gbt20999:ENDPOINT")
      }
      let names = controllers.map(\.name)
      guard let index = names.firstIndex(of: parts[0]) else {
        throw arguments.failure(
          "--cabinet \(parts[0]) is no controller\(Suggestion.phrase(for: parts[0], among: names))")
      }
      if places[index] != nil { throw arguments.failure("--cabinet \(parts[0]) is named twice") }
      places[index] = try ExternalChoice.endpoint(parts[1], "cabinet", arguments)
    }
    return places
  }

  /// What a run leaves behind.
  private struct Outcome {
    var road: String
    var measures: RunMeasures?
    var decisions: DecisionTimes
    var seconds: Double
    var cabinets: [any CabinetSeat]
  }

  func run(in context: CommandContext) throws(CommandFailure) {
    let outcome: Outcome
    if let text = arguments["road"], text != Self.simulatedRoad {
      let place = try ExternalChoice.endpoint(text, "road", arguments)
      let road = try external.seat { () throws(LinkError) in
        try ExternalRoad(
          place, for: input.scenario, patience: external.patience, isInterrupted: external.isInterrupted)
      }
      defer { road.close() }
      let (loop, result) = try drive(road, roadFailure: { $0.failure }, in: context)
      outcome = Outcome(
        road: loop.road.name.isEmpty ? text : loop.road.name, measures: nil, decisions: result.decisions,
        seconds: result.seconds, cabinets: loop.cabinets)
    } else {
      let road = try simulatedRoad()
      let (loop, result) = try drive(road, roadFailure: { _ in nil }, in: context)
      var finished = loop.road
      outcome = Outcome(
        road: Self.simulatedRoad, measures: finished.finish(), decisions: result.decisions,
        seconds: result.seconds, cabinets: loop.cabinets)
    }
    try deliver(outcome, in: context)
  }

  private func simulatedRoad() throws(CommandFailure) -> RoadSimulation {
    do {
      return RoadSimulation(
        try CompiledScenario(input.scenario), options: RunOptions(seed: UInt64(seed), replication: 1))
    } catch { throw CommandFailure(error) }
  }

  private func drive<Road: RoadSeat>(
    _ road: Road, roadFailure: (Road) -> LinkError?, in context: CommandContext
  ) throws(CommandFailure) -> (loop: Loop<Road>, result: (decisions: DecisionTimes, seconds: Double)) {
    let times = DecisionTimes()
    let foreign = try external.strategy(named: strategyName, for: input.scenario, sensors: sensors)
    defer { foreign?.close() }
    let cabinets = try cabinets()
    let devices = cabinets.compactMap { $0 as? ExternalCabinet }
    defer { for device in devices { device.close() } }
    let records = cabinets.compactMap { ($0 as? PolledCabinet)?.record }
    var loop = Loop(road: road, cabinets: cabinets, brain: try brain(foreign, times))
    // However the run ends, nobody stays commanded.
    defer { for case var cabinet as PolledCabinet in loop.cabinets { cabinet.release() } }
    let seconds = try loop.run(
      until: end, titled: input.scenario.name, in: context
    ) { road throws(CommandFailure) in
      try external.check(roadFailure(road))
      try external.check(foreign?.failure)
      for device in devices { try external.check(device.failure) }
      try PolledSeats.check(records)
    }
    return (loop, (times, seconds))
  }

  private func brain(
    _ foreign: ExternalStrategy?, _ times: DecisionTimes
  ) throws(CommandFailure) -> TimedStrategy {
    if let foreign { return TimedStrategy(foreign, sensors: sensors, times: times) }
    let options = StrategyOptions(sensors: sensors, seed: UInt64(seed))
    guard
      let strategy = StrategyRegistry.strategy(named: strategyName, for: input.scenario, options: options)
    else { throw arguments.failure("unknown strategy \(strategyName)") }
    return TimedStrategy(strategy, sensors: nil, times: times)
  }

  private func cabinets() throws(CommandFailure) -> [any CabinetSeat] {
    let network = input.scenario.network
    var seats: [any CabinetSeat] = []
    for (index, data) in input.scenario.controllers.enumerated() {
      let id = ControllerID(index)
      if let place = cabinetPlaces[index] {
        seats.append(
          try external.seat { () throws(LinkError) in
            try ExternalCabinet(
              place, data, id: id, network: network, patience: external.patience,
              isInterrupted: external.isInterrupted)
          })
        continue
      }
      if let seat = try polled?.seat(of: id) {
        seats.append(seat)
        continue
      }
      do {
        var cabinet = try EmulatedCabinet(data, id: id, network: network)
        cabinet.recordsEvents = arguments["event-log"] != nil
        seats.append(cabinet)
      } catch { throw CommandFailure(.infeasible, error.description) }
    }
    return seats
  }

  // MARK: - Results

  private func deliver(_ outcome: Outcome, in context: CommandContext) throws(CommandFailure) {
    if let folder = arguments["event-log"] { try write(outcome.cabinets, to: folder, context) }
    if arguments.has("json") {
      return try context.console.output(json(outcome).text(pretty: true))
    }
    for finding in input.warnings { context.console.warning(finding.sentence) }
    func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }
    var text = "\(input.scenario.name), \(strategyName), seed \(seed), on the road \(outcome.road)\n"
    if let network = outcome.measures?.network {
      text += """
        delay              \(fixed(network.delaySeconds / Double(max(network.demanded, 1)))) s per vehicle
        vehicles           \(network.finished) finished, \(network.driving) driving, of \(network.demanded)
        stops              \(network.stops)

        """
    }
    text += """
      decisions          \(outcome.decisions.count), p50 \(fixed(outcome.decisions.percentile(50))) ms, \
      p99 \(fixed(outcome.decisions.percentile(99))) ms
      speed              \(fixed(end.seconds / max(outcome.seconds, 1e-9))) x real time

      """
    try context.console.output(text)
  }

  private func write(
    _ cabinets: [any CabinetSeat], to folder: String, _ context: CommandContext
  ) throws(CommandFailure) {
    var controllers: [SignalController] = []
    var events: [ContiguousArray<ControllerEvent>] = []
    for (index, seat) in cabinets.enumerated() {
      guard var cabinet = seat as? EmulatedCabinet else { continue }
      controllers.append(input.scenario.controllers[index])
      events.append(cabinet.takeEvents())
    }
    let epoch = try LocalTimestamp.option("event-log", ControllerEventFiles.standardEpoch, arguments)
    try Files.makeDirectory(folder)
    try Files.write(
      HighResolutionLog(controllers: controllers, events: events, epoch: epoch).csv(),
      to: Files.join(folder, "events.csv"))
    context.console.remark("wrote events.csv of \(controllers.count) cabinets of our own to \(folder)")
  }

  private func json(_ outcome: Outcome) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("scenario", .string(input.scenario.name)), ("road", .string(outcome.road)),
      ("strategy", .string(strategyName)), ("seed", .integer(seed)),
      (
        "foreignCabinets",
        .array(cabinetPlaces.keys.sorted().map { .string(input.scenario.controllers[$0].name) })
      ),
      ("endSeconds", .number(end.seconds)),
    ]
    let seats = outcome.cabinets.compactMap { $0 as? PolledCabinet }
    if !seats.isEmpty {
      members.append(("polledCabinets", PolledSeats.json(seats, input.scenario.controllers)))
    }
    if let measures = outcome.measures {
      let network = measures.network
      members.append(
        (
          "measures",
          .object([
            ("demanded", .integer(network.demanded)), ("finished", .integer(network.finished)),
            ("driving", .integer(network.driving)), ("neverInserted", .integer(network.neverInserted)),
            ("delaySeconds", .number(network.delaySeconds)), ("stops", .integer(network.stops)),
            ("crossingsOnRed", .integer(network.crossingsOnRed)),
            ("pedestrians", .integer(measures.crosswalks.reduce(0) { $0 + $1.pedestrians })),
            ("pedestrianDelaySeconds", .number(measures.crosswalks.reduce(0) { $0 + $1.delaySeconds })),
            (
              "delayPerVehicleSeconds",
              .number(network.delaySeconds / Double(max(network.demanded, 1)))
            ),
          ])
        ))
    }
    members.append(
      (
        "cost",
        .object([
          ("decisions", .integer(outcome.decisions.count)),
          ("decisionP50Milliseconds", .number(outcome.decisions.percentile(50))),
          ("decisionP99Milliseconds", .number(outcome.decisions.percentile(99))),
          ("wallSeconds", .number(outcome.seconds)),
        ])
      ))
    return .object([
      ("schema", "citybrain.drive/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(input.files.map(\.json))), ("warnings", .array(input.warnings.map(\.json))),
      ("result", .object(members)),
    ])
  }
}
