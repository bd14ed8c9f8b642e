import Interchange
import Reporting
import TimingOptimization
import TrafficModel

/// `citybrain replay`: what our controllers would have done with the detections of a log.
enum ReplayCommand: Command {
  static let specification = CommandSpecification(
    name: "replay", summary: "feed a controller's event log to ours, and compare what both did",
    examples: [
      .init(
        "citybrain replay log/events.csv --scenario Scenarios/arterial --strategy actuated",
        "a log that simulate --event-log wrote agrees to the last interval"),
      .init(
        "citybrain replay field.csv --scenario Scenarios/arterial --controller J1 --pattern 2",
        "one controller of the street, which ran pattern 2"),
    ],
    operands: "LOG", operandCount: 1...1,
    options: [
      .value("scenario", "INPUT", "the scenario with the controllers (needed)"),
      .value("controller", "NAME", "only this controller; a log of one unknown device is taken for its"),
      .value("strategy", "NAME", "what drove the signals (default fixed)"),
      .value("pattern", "N", "the pattern that ran, instead of a strategy"),
      .value(
        "epoch", "TIME", "local time at which the cycle counters were zero (default: the log's midnight)"),
      .value("limit", "N", "show so many differences (default 40); --json shows all"),
    ],
    notes: [
      """
      LOG is CSV with the columns TimeStamp, DeviceId, EventId and Parameter (Indiana enumerations).
      Intervals that begin and end within 0.1 s of each other agree. Our unit starts from all red with the first line of
      the log, so a log that begins in mid-cycle differs until both have come together.
      """,
      "The exit code is 0 if all intervals agree, and \(ExitCode.disagreement.rawValue) if some do not.",
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let path = arguments.operands[0]
    guard let operand = arguments["scenario"] else {
      throw arguments.failure("replay needs --scenario INPUT")
    }
    let limit = try arguments.integer("limit", in: 0...1_000_000, default: 40)
    let input = try ScenarioInput.load(operand)
    let bytes = try Files.read(path)
    var log: HighResolutionLog
    do {
      log = try HighResolutionReader.log(bytes, file: path)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    if let name = arguments["controller"] { log = try log.selecting(name, arguments) }
    let epoch = try epoch(arguments, log)
    let replay = try Replay(
      log, input.scenario, brain: try brain(arguments, input.scenario), epoch: epoch, file: path)
    let files = input.files + [InputFile(path: path, sha256: SHA256.hexadecimal(bytes))]
    try context.console.output(
      arguments.has("json") ? json(replay, files).text(pretty: true) : text(replay, limit: limit))
    if replay.differing > 0 {
      throw CommandFailure(
        .disagreement, "\(replay.differing) of \(replay.agreeing + replay.differing) intervals differ")
    }
  }

  private static func epoch(
    _ arguments: ParsedArguments, _ log: HighResolutionLog
  ) throws(CommandFailure) -> LocalTimestamp {
    if let text = arguments["epoch"] { return try LocalTimestamp.option("epoch", text, arguments) }
    return log.records.first?.time.midnight ?? LocalTimestamp(milliseconds: 0)
  }

  private static func brain(
    _ arguments: ParsedArguments, _ scenario: Scenario
  ) throws(CommandFailure) -> any Strategy {
    if arguments["pattern"] != nil {
      if arguments["strategy"] != nil {
        throw arguments.failure("--pattern and --strategy exclude each other")
      }
      return FixedPatternBrain(pattern: try arguments.integer("pattern", in: 1...253, default: 1))
    }
    let name = arguments["strategy"] ?? "fixed"
    guard let strategy = StrategyRegistry.strategy(named: name, for: scenario) else {
      let known = StrategyRegistry.names
      throw arguments.failure(
        "unknown strategy \(name)\(Suggestion.phrase(for: name, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    if strategy.sensors != .none {
      throw arguments.failure("the strategy \(name) needs to see vehicles, and a log knows none")
    }
    return strategy
  }

  // MARK: - Output

  private static func text(_ replay: Replay, limit: Int) -> String {
    var text = ""
    for outcome in replay.outcomes {
      let comparison = outcome.comparison
      text += "\(outcome.controller): \(comparison.agreeing) of \(comparison.total) intervals agree\n"
      if comparison.differences.isEmpty { continue }
      text += "  phase  interval               observed                            commanded\n"
      for difference in comparison.differences.prefix(limit) {
        text += "  " + HelpText.padded("\(difference.interval?.phase ?? 0)", 5)
        text += "  " + HelpText.padded(difference.interval?.kind.rawValue ?? "", 19)
        text += "  " + HelpText.padded(words(difference.observed), 34) + "  \(words(difference.commanded))\n"
      }
      let rest = comparison.differences.count - limit
      if rest > 0 { text += "  and \(rest) more; --limit \(comparison.differences.count) shows them\n" }
    }
    return text
  }

  private static func words(_ interval: PhaseInterval?) -> String {
    guard let interval else { return "none" }
    return "\(interval.start) for \(NumberText.fixed(interval.duration.seconds, decimals: 1)) s"
  }

  private static func json(_ replay: Replay, _ files: [InputFile]) -> JSONValue {
    .object([
      ("schema", "citybrain.replay/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(files.map(\.json))),
      (
        "result",
        .object([
          ("agreeing", .integer(replay.agreeing)), ("differing", .integer(replay.differing)),
          ("controllers", .array(replay.outcomes.map(json))),
        ])
      ),
    ])
  }

  private static func json(_ outcome: Replay.Outcome) -> JSONValue {
    .object([
      ("name", .string(outcome.controller)), ("agreeing", .integer(outcome.comparison.agreeing)),
      (
        "differences",
        .array(
          outcome.comparison.differences.map {
            .object([
              ("phase", .integer($0.interval?.phase ?? 0)),
              ("interval", .string($0.interval?.kind.rawValue ?? "")),
              ("observed", json($0.observed)), ("commanded", json($0.commanded)),
            ])
          })
      ),
    ])
  }

  private static func json(_ interval: PhaseInterval?) -> JSONValue {
    guard let interval else { return .null }
    return .object([
      ("start", .string("\(interval.start)")), ("duration_s", .number(interval.duration.seconds)),
    ])
  }
}

extension LocalTimestamp {
  /// The value of an option.
  static func option(
    _ option: String, _ text: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) -> LocalTimestamp {
    guard let time = LocalTimestamp(text) else {
      throw arguments.failure("--\(option) is \(text); it must be a local time such as 2026-01-01T07:00:00")
    }
    return time
  }
}

extension HighResolutionLog {
  /// The part of one controller. A log of a single device is that controller's whatever it calls it.
  fileprivate func selecting(
    _ name: String, _ arguments: ParsedArguments
  ) throws(CommandFailure) -> HighResolutionLog {
    if devices.count == 1 { return HighResolutionLog(devices: [name], records: records) }
    guard let index = devices.firstIndex(of: name) else {
      throw arguments.failure(
        "--controller is \(name), which the log does not know\(Suggestion.phrase(for: name, among: devices))")
    }
    return HighResolutionLog(
      devices: [name],
      records: records(of: index).map {
        Record(time: $0.time, device: 0, code: $0.code, parameter: $0.parameter)
      })
  }
}
