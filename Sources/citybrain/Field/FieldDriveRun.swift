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
      "ntcip:udp:HOST:PORT, ntcip:serial:DEVICE@38400#3, gbt20999:udp:HOST:PORT, external:COMMAND"
    ),
    .flag("arm", "command the cabinets; without it everything is only read (shadow)"),
    .value("operator", "NAME", "who answers for it; needed to arm"),
    .value("journal", "FILE", "the hash-chained record of everything that is sent; needed to arm"),
    .value("for", "SECONDS", "end after so many seconds, with --road simulated ones (default: never)"),
    .value("poll", "SECONDS", "between two polls, 0.1 to 60 (default 1)"),
    .value("backup-limit", "SECONDS", "longest backup time of a cabinet that may be armed (default 30)"),
    .value(
      "prove-fallback", "SECONDS",
      "GB/T 20999: command a plan, be silent so long, record whether its own returns"),
    .value("community", "NAME", "SNMP community (default public, or administrator when armed)"),
  ]

  private let arguments: ParsedArguments
  private let input: ScenarioInput
  private let isArmed: Bool
  private let cabinets: [FieldCabinet]
  private let sessions: FieldSessions

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    self.arguments = arguments
    (input, cabinets) = try FieldCabinet.load(arguments)
    sessions = try FieldSessions(arguments, input)
    isArmed = sessions.isArmed
  }

  func run(in context: CommandContext) throws(CommandFailure) {
    if arguments["prove-fallback"] != nil { return try proveFallback(in: context) }
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
    let supervisor = FieldSupervisor(
      try sessions.sessions(of: cabinets), of: input.scenario.controllers, brain: strategy, arms: isArmed)
    var driver: FieldDriver
    do { driver = try FieldDriver(supervisor, ways: cabinets.map(\.way), journal: journal) } catch {
      throw CommandFailure(error)
    }
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

  private func openJournal(_ strategy: String) throws(CommandFailure) -> Journal? {
    guard let path = arguments["journal"] else { return nil }
    do {
      let journal = try Journal(appendingTo: path, at: Date())
      try journal.append(sessions.opening(strategy), at: Date())
      try journal.synchronize()
      return journal
    } catch { throw CommandFailure(error) }
  }

  private func proveFallback(in context: CommandContext) throws(CommandFailure) {
    let seconds = try arguments.integer("prove-fallback", in: 1...600, default: 60)
    guard cabinets.contains(where: \.isGBT20999) else {
      throw arguments.failure(
        "--prove-fallback is for cabinets behind gbt20999:, an NTCIP one tells its backup time")
    }
    guard let journal = try openJournal("fallback test") else { return }
    try FallbackTestRun(
      input: input, cabinets: cabinets, silence: TimeSpan(seconds: Double(seconds)), journal: journal
    ).run(in: context)
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
        ("longestRenewalSeconds", .number(cabinet.session.renewals.longestGap.seconds)),
        ("leaseMarginSeconds", cabinet.session.leaseMargin.map { .number($0.seconds) } ?? .null),
        ("differences", .array(cabinet.session.differencesInWords.map { .string($0) })),
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
