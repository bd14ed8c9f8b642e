import CabinetLink
import Interchange
import Reporting
import TrafficModel

/// `citybrain drive`: our controllers and a strategy on SUMO's road.
enum DriveCommand: Command {
  static let specification = CommandSpecification(
    name: "drive", summary: "cabinets on the street, our controllers on SUMO's road, or foreign programs",
    examples: [
      .init(
        "citybrain drive city.net.xml --routes city.rou.xml --road sumo --tripinfo trips.xml",
        "the file's own plan, run by our controllers"),
      .init(
        "citybrain drive city.sumocfg --strategy actuated --seed 3 --json",
        "fully actuated, SUMO's third seed, every number as JSON"),
      .init(
        "citybrain drive Scenarios/arterial --strategy predictive --cabinet 1=ntcip:udp:10.0.0.7:161",
        "watch a cabinet on the street and what the brain would do (shadow)"),
      .init(
        "citybrain drive Scenarios/arterial --strategy predictive --cabinet 1=ntcip:udp:10.0.0.7:161 --arm ...",
        "command it (with --operator and --journal)"),
      .init(
        "citybrain drive Scenarios/arterial --road external:./simulator --strategy actuated",
        "our cabinets on the road of a foreign simulator, in lockstep"),
      .init(
        "citybrain drive Scenarios/arterial --road simulated --cabinet 1=external:tcp:10.0.0.9:5000",
        "simulated vehicles, and the lamps of a foreign device at one junction"),
      .init(
        "citybrain drive Scenarios/arterial --road simulated --cabinet 1=ntcip:udp:10.0.0.7:161",
        "simulated vehicles before a real controller's lamps, in real time (--arm: it gets their calls too)"),
    ],
    operands: "NET|CONFIGURATION|SCENARIO", operandCount: 1...1,
    options: DriveRequest.options + FieldDriveRun.options + ExternalChoice.options + PolledSeats.options + [
      .value("event-log", "DIR", "with foreign programs: write our cabinets' high-resolution log there")
    ],
    notes: [
      """
      SUMO moves the vehicles; each signal is an emulated cabinet (controller unit and conflict monitor) whose lamps
      SUMO shows. Yellow, clearances, minimum greens and conflicts are kept by the cabinet, whatever the strategy asks.
      Strategies other than fixed get a yellow of 3 s and a minimum green of 5 s unless told otherwise.
      """,
      """
      delay_all counts the time loss and the wait outside of all vehicles that are due, also of those that never came
      in. SUMO 1.28 is what everything was measured with: pip install eclipse-sumo==1.28.0
      """,
      """
      Foreign programs speak the line protocol (CabinetProtocols documentation), one JSON object a line, over their
      standard streams (external:COMMAND), external:tcp:HOST:PORT or external:serial:DEVICE@SPEED, in lockstep on the
      simulation's clock. One that ends, falls silent or sends a bad line ends the run with exit code 8.
      """,
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    if SeatDriveRun.isWanted(arguments) {
      return try SeatDriveRun(arguments, in: context).run(in: context)
    }
    if arguments["cabinet"] != nil { return try FieldDriveRun(arguments).run(in: context) }
    let request = try DriveRequest(arguments)
    let input = try ScenarioInput.load(request.operand, choice: request.choice)
    guard let source = input.sumo else {
      throw CommandFailure(.usage, "\(request.operand) is no network of SUMO")
    }
    let outcome = try SUMODrive(request: request, input: input, source: source).run(in: context)
    for remark in outcome.remarks { context.console.remark(remark) }
    if outcome.software != SUMORun.measuredVersion {
      context.console.warning(
        "\(outcome.software) drives; other versions than \(SUMORun.measuredVersion) move the figures by 10 to 45 %"
      )
    }
    if arguments.has("json") {
      try context.console.output(json(request, input, source, outcome).text(pretty: true))
    } else {
      for finding in input.warnings { context.console.warning(finding.sentence) }
      try context.console.output(text(request, input, outcome))
    }
  }

  private static func text(_ request: DriveRequest, _ input: ScenarioInput, _ outcome: SUMODrive.Outcome)
    -> String
  {
    func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }
    var text = "\(input.scenario.name), \(request.strategy), seed \(request.seed), on \(outcome.software)\n"
    if let score = outcome.score {
      text += """
        delay_all          \(fixed(score.delayAllSeconds)) s per vehicle
        mean trip          \(fixed(score.durationSeconds)) s, of it time loss \(fixed(score.timeLossSeconds)) s
        wait to enter      \(fixed(score.departDelaySeconds)) s
        longest wait       \(fixed(score.longestWaitSeconds)) s of one vehicle
        vehicles           \(score.finished) finished, \(score.inserted - score.finished) driving, \
        \(score.notInserted) never inserted, of \(score.due) due

        """
    }
    if request.checksCollisions { text += "collisions         \(outcome.collisions)\n" }
    text += """
      decisions          \(outcome.decisions.count), p50 \(fixed(outcome.decisions.percentile(50))) ms, \
      p99 \(fixed(outcome.decisions.percentile(99))) ms
      speed              \(fixed(input.scenario.run.end.seconds / max(outcome.seconds, 1e-9))) x real time, \
      \(fixed(100 * outcome.sumoSeconds / max(outcome.seconds, 1e-9))) % of it SUMO and the way to it

      """
    return text
  }

  private static func json(
    _ request: DriveRequest, _ input: ScenarioInput, _ source: SUMOSource, _ outcome: SUMODrive.Outcome
  ) -> JSONValue {
    .object([
      ("schema", "citybrain.drive/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(input.files.map(\.json))),
      ("warnings", .array(input.warnings.map(\.json))),
      (
        "result",
        .object([
          ("scenario", .string(input.scenario.name)), ("road", .string(outcome.software)),
          ("strategy", .string(request.strategy)), ("seed", .integer(request.seed)),
          ("beginSeconds", .number(source.imported.beginSeconds)),
          ("endSeconds", .number(source.imported.endSeconds)), ("stepSeconds", .number(request.step.seconds)),
          ("yellowSeconds", request.choice.sumo.yellow.map { .number($0.seconds) } ?? .null),
          ("score", outcome.score.map(\.json) ?? .null),
          ("collisions", request.checksCollisions ? .integer(outcome.collisions) : .null),
          (
            "cost",
            .object([
              ("decisions", .integer(outcome.decisions.count)),
              ("decisionP50Milliseconds", .number(outcome.decisions.percentile(50))),
              ("decisionP99Milliseconds", .number(outcome.decisions.percentile(99))),
              ("wallSeconds", .number(outcome.seconds)), ("sumoSeconds", .number(outcome.sumoSeconds)),
            ])
          ),
        ])
      ),
    ])
  }
}

extension SUMOScore {
  var json: JSONValue {
    .object([
      ("due", .integer(due)), ("inserted", .integer(inserted)), ("finished", .integer(finished)),
      ("notInserted", .integer(notInserted)), ("durationSeconds", .number(durationSeconds)),
      ("timeLossSeconds", .number(timeLossSeconds)), ("waitingSeconds", .number(waitingSeconds)),
      ("departDelaySeconds", .number(departDelaySeconds)),
      ("longestWaitSeconds", .number(longestWaitSeconds)),
      ("delayAllSeconds", .number(delayAllSeconds)),
    ])
  }
}
