import CabinetLink
import CabinetProtocols
import Foundation
import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// `citybrain drive SCENARIO --cabinet J=ntcip:…`: a strategy watches, and if armed commands, cabinets on the street.
struct FieldDriveRun {
  static let options: [OptionSpecification] = [
    .value(
      "cabinet", "J=WAY,...",
      "cabinets: ntcip:udp:HOST:PORT, ntcip:serial:DEVICE@38400 (PMPP), or external:COMMAND"),
    .flag("arm", "command the cabinets; without it everything is only read (shadow)"),
    .value("operator", "NAME", "who answers for it; needed to arm"),
    .value("journal", "FILE", "the hash-chained record of everything that is sent; needed to arm"),
    .value("for", "SECONDS", "end after so many seconds (default: when interrupted)"),
    .value("poll", "SECONDS", "between two polls, 0.1 to 60 (default 1)"),
    .value("backup-limit", "SECONDS", "longest backup time of a cabinet that may be armed (default 30)"),
    .value("community", "NAME", "SNMP community (default public, or administrator when armed)"),
  ]

  private let arguments: ParsedArguments
  private let input: ScenarioInput
  private let isArmed: Bool

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    self.arguments = arguments
    input = try ScenarioInput.load(arguments.operands[0], choice: InputChoice(arguments))
    isArmed = arguments.has("arm")
    if isArmed {
      for needed in ["operator", "journal"] where arguments[needed] == nil {
        throw arguments.failure("--arm needs --\(needed): whoever commands a street signs for it")
      }
    }
  }

  func run(in context: CommandContext) throws(CommandFailure) {
    let ways = try ways()
    let strategyName = arguments["strategy"] ?? "fixed"
    // Polls wait for the decision, so a program that is slow here is no good.
    let external = try ExternalChoice(arguments, context.interruption, standard: 2)
    let foreign = try external.strategy(named: strategyName, for: input.scenario, sensors: SensorPreset.none)
    defer { foreign?.close() }
    guard let strategy = foreign ?? StrategyRegistry.strategy(named: strategyName, for: input.scenario) else {
      throw arguments.failure(
        "--strategy \(strategyName) is unknown\(Suggestion.phrase(for: strategyName, among: StrategyRegistry.names))"
      )
    }
    let journal = try openJournal(strategyName)
    let sessions = ways.map { way in
      (controller: way.controller, session: session(of: way.controller))
    }
    let supervisor = FieldSupervisor(sessions, of: input.scenario.controllers, brain: strategy, arms: isArmed)
    var driver: FieldDriver
    do {
      driver = try FieldDriver(
        supervisor, ways: ways.map { (endpoint: $0.endpoint, address: $0.address) }, journal: journal)
    } catch { throw CommandFailure(error) }
    let end = try RunEnd(arguments)
    do {
      while !end.isReached && !context.interruption.isRequested {
        for text in try driver.step() { context.console.remark(text) }
        if foreign?.failure != nil { break }
      }
      for text in try driver.release() { context.console.remark(text) }
      try journal?.append(JournalEntry(.closed), at: Date())
      try journal?.synchronize()
    } catch { throw CommandFailure(error) }
    try external.check(foreign?.failure)
    try report(driver.supervisor, strategyName, context)
  }

  private func session(of controller: ControllerID) -> NTCIPManagerSession {
    var configuration = NTCIPManagerSession.Configuration()
    configuration.client.readCommunity = arguments["community"] ?? (isArmed ? "administrator" : "public")
    configuration.client.writeCommunity = configuration.client.readCommunity
    configuration.unixSeconds = Int64(Date().timeIntervalSince1970)
    if let text = arguments["poll"], let seconds = Double(text), (0.1...60).contains(seconds) {
      configuration.pollInterval = TimeSpan(seconds: seconds)
    }
    if let text = arguments["backup-limit"], let seconds = Int(text) {
      configuration.backupLimitSeconds = seconds
    }
    return NTCIPManagerSession(input.scenario.controllers[controller.index], configuration)
  }

  /// `J=ntcip:udp:127.0.0.1:11161` or `J=ntcip:serial:/dev/ttyUSB0@38400#3` with a PMPP address.
  private func ways() throws(CommandFailure) -> [(
    controller: ControllerID, endpoint: Endpoint, address: UInt16
  )] {
    var ways: [(controller: ControllerID, endpoint: Endpoint, address: UInt16)] = []
    for text in try arguments.list("cabinet", default: []) {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, parts[1].hasPrefix("ntcip:") else {
        throw arguments.failure("--cabinet \(text): expected JUNCTION=ntcip:ENDPOINT")
      }
      guard let index = input.scenario.controllers.firstIndex(where: { $0.name == parts[0] }) else {
        let names = input.scenario.controllers.map(\.name)
        throw arguments.failure(
          "--cabinet \(parts[0]) is no controller\(Suggestion.phrase(for: parts[0], among: names))")
      }
      if ways.contains(where: { $0.controller.index == index }) {
        throw arguments.failure("--cabinet \(parts[0]) is named twice")
      }
      let place = parts[1].dropFirst("ntcip:".count).split(separator: "#", maxSplits: 1).map(String.init)
      guard let address = UInt16(place.count > 1 ? place[1] : "1"), (1...8191).contains(address) else {
        throw arguments.failure("--cabinet \(text): a PMPP address is a number from 1 to 8191")
      }
      ways.append((ControllerID(index), try arguments.endpoint(place.first ?? "", "cabinet"), address))
    }
    return ways
  }

  private func openJournal(_ strategy: String) throws(CommandFailure) -> Journal? {
    guard let path = arguments["journal"] else { return nil }
    do {
      let journal = try Journal(appendingTo: path, at: Date())
      let details = [
        "operator": arguments["operator"] ?? "", "strategy": strategy, "armed": "\(isArmed)",
        "inputs": input.files.map { "\($0.path) \($0.sha256)" }.joined(separator: ", "),
        "tool": "citybrain \(Tool.version)",
      ]
      try journal.append(JournalEntry(.opened, details), at: Date())
      try journal.synchronize()
      return journal
    } catch { throw CommandFailure(error) }
  }

  private func report(
    _ supervisor: FieldSupervisor, _ strategy: String, _ context: CommandContext
  ) throws(CommandFailure) {
    let cabinets = supervisor.cabinets.map { cabinet in
      let trips = cabinet.session.roundTrips
      let mean = trips.count > 0 ? trips.sum.seconds * 1000 / Double(trips.count) : 0
      return JSONValue.object([
        ("controller", .string(input.scenario.controllers[cabinet.controller.index].name)),
        ("state", .string(cabinet.session.state.rawValue)), ("answers", .integer(trips.count)),
        ("meanRoundTripMilliseconds", .number(mean)),
        ("roundTripP50Milliseconds", .integer(Int(trips.percentile(50).milliseconds))),
        ("roundTripP99Milliseconds", .integer(Int(trips.percentile(99).milliseconds))),
        ("longestRoundTripMilliseconds", .number(trips.longest.seconds * 1000)),
        ("differences", .array(cabinet.session.differences.map { .string($0.description) })),
      ])
    }
    try context.console.output(
      JSONValue.object([
        ("schema", "citybrain.field/1"), ("strategy", .string(strategy)), ("armed", .bool(isArmed)),
        ("commandsSent", .integer(supervisor.sentCommands)),
        ("commandsRefused", .integer(supervisor.refusedCommands)), ("cabinets", .array(cabinets)),
      ]).text(pretty: true))
  }
}
