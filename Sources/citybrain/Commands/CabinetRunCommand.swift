import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Interchange
import Reporting
import TrafficModel

/// `citybrain cabinet`: one emulated cabinet, reachable by field protocols, or with real lamps on an I/O board.
enum CabinetRunCommand: Command {
  static let specification = CommandSpecification(
    name: "cabinet", summary: "a cabinet of our own: behind field protocols, or driving an I/O board",
    examples: [
      .init(
        "citybrain cabinet Scenarios/arterial#1 --ntcip udp:127.0.0.1:11161",
        "a controller that any NTCIP client can poke"),
      .init(
        "citybrain cabinet Scenarios/isolated-junction --ntcip serial:/dev/ttyUSB0@38400",
        "the same over a serial line (PMPP, address 1)"),
      .init(
        "citybrain cabinet Scenarios/four-stage --gbt20999 udp:127.0.0.1:20999",
        "a controller that runs stages, for upper computers of GB/T 20999-2017"),
      .init(
        "citybrain cabinet Scenarios/isolated-junction --io modbus-rtu:/dev/ttyUSB0@19200,8E1",
        "our controller unit and monitor with the lamps of an I/O board, wired as its board.json says"),
      .init(
        "citybrain cabinet Scenarios/arterial#1 --line stdio",
        "in lockstep with whoever holds the other end (see drive --cabinet 1=external:...)"),
    ],
    operands: "SCENARIO[#JUNCTION]", operandCount: 1...1,
    options: [
      .value("ntcip", "ENDPOINT,...", "serve NTCIP 1202 there (udp:HOST:PORT, or PMPP on serial: or tcp:)"),
      .value("gbt20999", "ENDPOINT,...", "serve GB/T 20999-2017 there (udp:HOST:PORT, serial: or tcp:)"),
      .value("gbt-controller", "N", "the controller's number in GB/T 20999 (default 1)"),
      .value("pmpp-address", "N", "address on serial lines (default 1)"),
      .value("read-community", "NAME", "who may read (default public)"),
      .value("write-community", "NAME", "who may read and write (default administrator)"),
      .value("backup", "SECONDS", "silence after which control returns to the local plan (default 30)"),
      .value("io", "BOARD", "modbus-rtu:DEVICE@19200,8E1 or modbus-tcp:HOST:PORT"),
      .value(
        "line", "ENDPOINT", "take the cabinet's seat of the line protocol: stdio, tcp:HOST:PORT, serial:"),
      .value("board", "FILE", "the board's channel map (default: board.json beside the scenario)"),
      .value("journal", "FILE", "keep a hash-chained journal there"),
      .value("event-log", "DIR", "write the unit's high-resolution log there at the end"),
      .value("speed", "N", "times real time, 0.1 to 1000 (default 1; an I/O board runs in real time)"),
      .value("epoch", "SECONDS", "of 1970, when clocks of that speed agree with ours (default now)"),
      .value("for", "SECONDS", "end after so many real seconds (default: when interrupted)"),
    ] + InputChoice.options,
    notes: [
      """
      Servers listen on the loopback address unless another is named: these protocols know no encryption. The unit is
      not certified; a hardware conflict monitor stays in the circuit, always.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let choice = try CabinetChoice(arguments.operands[0], arguments)
    if arguments["io"] != nil {
      if arguments["ntcip"] != nil || arguments["gbt20999"] != nil || arguments["line"] != nil {
        throw arguments.failure("--io excludes --ntcip, --gbt20999 and --line")
      }
      try BoardRun(arguments, choice).run(in: context)
      return
    }
    if arguments["line"] != nil {
      if arguments["ntcip"] != nil || arguments["gbt20999"] != nil {
        throw arguments.failure("--line excludes --ntcip and --gbt20999: it has no clock of its own")
      }
      return try LineCabinetRun(arguments, choice).run(in: context)
    }
    guard arguments["ntcip"] != nil || arguments["gbt20999"] != nil else {
      throw arguments.failure(
        "the cabinet needs a way in or out: --ntcip, --gbt20999 or --line ENDPOINT, or --io BOARD")
    }
    try serve(arguments, choice, context)
  }

  private static func serve(
    _ arguments: ParsedArguments, _ choice: CabinetChoice, _ context: CommandContext
  ) throws(CommandFailure) {
    var agent = NTCIPAgent.Configuration()
    agent.readCommunity = arguments["read-community"] ?? agent.readCommunity
    agent.writeCommunity = arguments["write-community"] ?? agent.writeCommunity
    agent.backupSeconds = try arguments.integer("backup", in: 0...65_535, default: 30)
    let now = Int64(Date().timeIntervalSince1970)
    var choice = choice
    if arguments["gbt20999"] != nil { try choice.keepStagesAlone() }
    var served = ServedCabinet(
      try choice.emulated(), ntcip: NTCIPAgent(choice.data, unixSeconds: now, agent),
      gbt: try gbtController(arguments, choice, now))
    if arguments["event-log"] != nil { served.recordEvents() }
    var host = CabinetHost(
      served, speed: try speed(arguments), epoch: try arguments.seconds("epoch", in: 0...4e9))
    let address = UInt16(try arguments.integer("pmpp-address", in: 1...8191, default: 1))
    for text in try arguments.list("ntcip", default: []) {
      let endpoint = try arguments.endpoint(text, "ntcip")
      do {
        let place = try host.serveNTCIP(at: endpoint, address: address)
        context.console.remark("\(choice.data.name): NTCIP at \(place)")
      } catch { throw CommandFailure(error) }
    }
    for text in try arguments.list("gbt20999", default: []) {
      let endpoint = try arguments.endpoint(text, "gbt20999")
      do {
        let place = try host.serveGBT20999(at: endpoint)
        context.console.remark("\(choice.data.name): GB/T 20999 at \(place)")
      } catch { throw CommandFailure(error) }
    }
    let end = try RunEnd(arguments)
    while !end.isReached && !context.interruption.isRequested {
      do { try host.step() } catch { throw CommandFailure(error) }
      if let violation = host.cabinet.cabinet.violation {
        throw CommandFailure(.safetyViolation, "\(violation)")
      }
    }
    if let folder = arguments["event-log"] {
      let log = HighResolutionLog(
        controllers: [choice.data], events: [host.takeEvents()],
        epoch: LocalTimestamp(milliseconds: host.startMilliseconds))
      try Files.makeDirectory(folder)
      try Files.write(log.csv(), to: Files.join(folder, "events.csv"))
      context.console.remark("wrote events.csv to \(folder)")
    }
    try report(host.cabinet, choice, arguments, context)
  }

  private static func gbtController(
    _ arguments: ParsedArguments, _ choice: CabinetChoice, _ unixSeconds: Int64
  ) throws(CommandFailure) -> GBTController? {
    guard arguments["gbt20999"] != nil else { return nil }
    var configuration = GBTController.Configuration()
    configuration.controller = UInt32(
      try arguments.integer("gbt-controller", in: 1...Int(UInt32.max), default: 1))
    guard let controller = GBTController(choice.data, unixSeconds: unixSeconds, configuration) else {
      throw CommandFailure(
        .infeasible,
        "\(choice.data.name): GB/T 20999 serves controllers with at most 64 stages and 64 groups")
    }
    return controller
  }

  private static func speed(_ arguments: ParsedArguments) throws(CommandFailure) -> Double {
    guard let text = arguments["speed"] else { return 1 }
    guard let value = Double(text), (0.1...1000).contains(value) else {
      throw arguments.failure("--speed is \(text); it must be a number from 0.1 to 1000")
    }
    return value
  }

  private static func report(
    _ cabinet: ServedCabinet, _ choice: CabinetChoice, _ arguments: ParsedArguments, _ context: CommandContext
  ) throws(CommandFailure) {
    let counts = cabinet.ntcip.counts
    if arguments.has("json") {
      let value = JSONValue.object([
        ("schema", "citybrain.cabinet/1"), ("controller", .string(choice.data.name)),
        ("requests", .integer(counts.requests)), ("sets", .integer(counts.sets)),
        ("refusals", .integer(counts.refusals)), ("duplicates", .integer(counts.duplicates)),
        ("malformed", .integer(counts.malformed)), ("wrongCommunities", .integer(counts.wrongCommunities)),
        ("backups", .integer(counts.backups)),
        ("refusedDownloads", .integer(cabinet.refusedDownloads)),
        (
          "gbt20999",
          cabinet.gbt.map { gbt in
            .object([
              ("frames", .integer(gbt.counts.frames)), ("strangers", .integer(gbt.counts.strangers)),
              ("refusals", .integer(gbt.counts.refusals)), ("fallbacks", .integer(gbt.counts.fallbacks)),
            ])
          } ?? .null
        ),
      ])
      return try context.console.output(value.text(pretty: true))
    }
    context.console.remark(
      "\(counts.requests) requests, \(counts.sets) sets, \(counts.refusals) refused, \(counts.malformed) malformed, "
        + "\(counts.wrongCommunities) of a wrong community, \(counts.backups) times back to the local plan")
    if let gbt = cabinet.gbt?.counts {
      context.console.remark(
        "GB/T 20999: \(gbt.frames) frames, \(gbt.refusals) values refused, \(gbt.strangers) frames for others, "
          + "\(gbt.fallbacks) times back to the local plan")
    }
  }
}

/// When a command that runs against the clock ends by itself.
struct RunEnd {
  private let end: Double

  init(_ arguments: ParsedArguments) throws(CommandFailure) {
    end = MonotonicClock.seconds + (try Self.seconds(arguments) ?? .infinity)
  }

  /// What `--for` says; `nil` without it.
  static func seconds(_ arguments: ParsedArguments) throws(CommandFailure) -> Double? {
    guard let text = arguments["for"] else { return nil }
    guard let seconds = Double(text), seconds > 0, seconds < 1e9 else {
      throw arguments.failure("--for is \(text); it must be a number of seconds")
    }
    return seconds
  }

  var isReached: Bool { MonotonicClock.seconds >= end }
}
