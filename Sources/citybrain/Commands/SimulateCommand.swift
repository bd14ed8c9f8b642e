import Interchange
import Reporting
import RoadSimulation

/// `citybrain simulate`: what happens under one strategy.
enum SimulateCommand: Command {
  static let specification = CommandSpecification(
    name: "simulate", summary: "what happens under one strategy, with an event log if wanted",
    examples: [
      .init("citybrain simulate Scenarios/isolated-junction", "one run with the plan on the street"),
      .init(
        "citybrain simulate UTDF.csv --strategy actuated --replications 10 --json",
        "ten runs, every number as JSON"),
      .init("citybrain simulate Scenarios/grid --log events.csv", "the events of one run, in order of time"),
      .init(
        "citybrain simulate Scenarios/arterial --strategy actuated --event-log log",
        "what the controllers log, for ATSPM tools"),
      .init(
        "citybrain simulate Scenarios/arterial --strategy predictive --explain 3@1200",
        "what the brain chose at controller 3 after 20 minutes, and why"),
    ],
    operands: "INPUT", operandCount: 1...1,
    options: [
      .value("strategy", "NAME", "what drives the signals (default fixed), or external:COMMAND"),
      .value(
        "explain", "JUNCTION@TIME",
        "why the strategy decided as it did there, at that second of the first replication"),
      .value("log", "FILE", "write the events of the first replication there, as CSV"),
      .value(
        "event-log", "DIR", "write the controllers' high-resolution logs of the first replication there"),
      .value("event-log-start", "TIME", "local time at the start of the run (default 2026-01-01T00:00:00)"),
    ] + StudyRequest.sharedOptions,
    notes: [
      "The log has the columns time_s, event, subject and object, and the scenario's own names.",
      """
      The event log is events.csv (TimeStamp, DeviceId, EventId, Parameter; Indiana enumerations), with detectors.csv
      (DeviceId, Phase, Parameter, Function) and what our own analysis makes of both, performance.csv.
      """,
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let request = try request(arguments)
    let input = try ScenarioInput.load(request.operand, choice: request.choice)
    let jobs = try TaskPool.jobs(arguments)
    let log = arguments["log"]
    let folder = arguments["event-log"]
    let epoch = try LocalTimestamp.option(
      "event-log-start", arguments["event-log-start"] ?? ControllerEventFiles.standardEpoch, arguments)
    let explained = try SensorChoice.decision(arguments, in: input.scenario)
    let study = try StudyRun(
      request, of: input,
      detail: .init(events: log != nil, controllerEvents: folder != nil, explains: explained), jobs: jobs,
      in: context)
    for remark in study.firstOutcome?.remarks ?? [] { context.console.remark(remark) }
    if explained != nil && study.firstOutcome?.remarks.isEmpty != false {
      context.console.remark("strategy \(request.strategies[0]) has no decision to explain there")
    }
    if let log {
      try Files.write(EventLogText(input.scenario).csv(study.events), to: log)
      context.console.remark("wrote \(log)")
    }
    if let folder, let outcome = study.firstOutcome {
      try ControllerEventFiles(outcome, of: input.scenario, epoch: epoch).write(to: folder, context.console)
    }
    try StudyOutput(study.document).deliver(arguments, context.console)
  }

  static func request(_ arguments: ParsedArguments) throws(CommandFailure) -> StudyRequest {
    try StudyRequest(
      arguments, command: .simulate, strategies: [arguments["strategy"] ?? "fixed"], replications: 1)
  }
}
