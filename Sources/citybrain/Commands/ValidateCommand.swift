import Interchange
import Reporting
import TrafficModel

/// `citybrain validate`: everything that is wrong or odd about an input.
enum ValidateCommand: Command {
  static let specification = CommandSpecification(
    name: "validate", summary: "everything that is wrong or odd about an input",
    examples: [
      .init("citybrain validate Scenarios/grid", "check a scenario folder"),
      .init("citybrain validate UTDF.csv", "list what the import had to assume, repair or leave out"),
      .init("citybrain validate Scenarios/*", "check many; the exit code is 3 if one has an error"),
    ],
    operands: "INPUT ...", operandCount: 1...10_000, options: SUMOChoice.options,
    notes: ["Errors keep an input from being simulated; warnings deserve an engineer's look."])

  /// What one input came to.
  private struct Verdict {
    var path: String
    var sha256: String
    var errors: [DocumentError]
    var warnings: [Finding]
    var scenario: Scenario?
  }

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let sumo = try SUMOChoice(arguments)
    var verdicts: [Verdict] = []
    for operand in arguments.operands {
      try context.interruption.check()
      verdicts.append(try judge(operand, sumo))
    }
    if arguments.has("json") {
      try context.console.output(json(verdicts).text(pretty: true))
    } else {
      for verdict in verdicts { try context.console.output(text(verdict)) }
    }
    let bad = verdicts.filter { !$0.errors.isEmpty }
    if !bad.isEmpty {
      throw CommandFailure(
        .invalidInput, bad.map { "\($0.path): \(counted($0.errors.count, "error"))" }.joined(separator: "\n"))
    }
  }

  private static func judge(_ operand: String, _ sumo: SUMOChoice) throws(CommandFailure) -> Verdict {
    if ScenarioInput.isSUMO(operand) {
      let input = try ScenarioInput.loadSUMO(operand, sumo, from: "")
      return Verdict(
        path: operand, sha256: input.files[0].sha256, errors: [], warnings: input.warnings,
        scenario: input.scenario)
    }
    let path = try ScenarioInput.resolve(operand)
    switch ScenarioInput.read(try Files.read(path), path: path) {
    case .success(let input):
      return Verdict(
        path: path, sha256: input.files[0].sha256, errors: [], warnings: input.warnings,
        scenario: input.scenario)
    case .failure(let unreadable):
      return Verdict(path: path, sha256: unreadable.file.sha256, errors: unreadable.errors, warnings: [])
    }
  }

  private static func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func size(_ scenario: Scenario) -> [(String, Int)] {
    let network = scenario.network
    return [
      ("nodes", network.nodes.count), ("links", network.links.count), ("movements", network.movements.count),
      ("controllers", scenario.controllers.count), ("detectors", network.detectors.count),
      ("crosswalks", network.crosswalks.count), ("sources", scenario.demand.sources.count),
      ("route flows", scenario.demand.routeFlows.count), ("trips", scenario.demand.trips.count),
      ("bus lines", scenario.demand.busLines.count),
    ]
  }

  private static func text(_ verdict: Verdict) -> String {
    var text = ""
    for error in verdict.errors { text += "error: \(error)\n" }
    for warning in verdict.warnings { text += "warning: \(warning.sentence)\n" }
    if let scenario = verdict.scenario {
      let size = size(scenario).map { "\($1) \($0)" }.joined(separator: ", ")
      text += "\(verdict.path): valid, \(counted(verdict.warnings.count, "warning")) (\(size))\n"
    } else {
      text += "\(verdict.path): not valid, \(counted(verdict.errors.count, "error"))\n"
    }
    return text
  }

  private static func json(_ verdicts: [Verdict]) -> JSONValue {
    .object([
      ("schema", "citybrain.validate/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      (
        "inputs",
        .array(verdicts.map { InputFile(path: $0.path, sha256: $0.sha256).json })
      ),
      ("result", .array(verdicts.map(json))),
    ])
  }

  private static func json(_ verdict: Verdict) -> JSONValue {
    .object([
      ("path", .string(verdict.path)), ("valid", .bool(verdict.errors.isEmpty)),
      (
        "errors",
        .array(
          verdict.errors.map {
            .object([
              ("line", .integer($0.line)), ("column", .integer($0.column)), ("path", .string($0.path)),
              ("found", .string($0.found)), ("expected", .string($0.expected)), ("mend", .string($0.mend)),
            ])
          })
      ),
      ("warnings", .array(verdict.warnings.map(\.json))),
      ("size", verdict.scenario.map { .object(size($0).map { ($0, .integer($1)) }) } ?? .null),
    ])
  }
}
