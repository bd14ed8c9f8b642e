import Foundation
import Interchange
import Reporting
import TrafficModel

/// `citybrain convert`: a scenario file from another format.
enum ConvertCommand: Command {
  static let specification = CommandSpecification(
    name: "convert", summary: "make a scenario file of another format's files, or SUMO's files of a scenario",
    examples: [
      .init("citybrain convert UTDF.csv my-corridor", "write my-corridor/scenario.json, to edit and keep"),
      .init(
        "citybrain convert UTDF.csv corridor.json --json", "write corridor.json and print what was decided"),
      .init("citybrain convert Scenarios/arterial --to sumo out", "SUMO's sources, for netconvert"),
    ],
    operands: "INPUT OUTPUT", operandCount: 2...2,
    options: [
      .value(
        "to", "FORMAT",
        "scenario (default), sumo (sources in a folder) or sumo-programs (plans of a .net.xml)"),
      .value("seed", "N", "SUMO: the seed of the vehicles that are drawn (default 1)"),
      .value("replication", "N", "SUMO: other vehicles of the same seed (default 1)"),
      .flag("nema", "SUMO: ring-barrier controllers as SUMO's NEMA controllers instead of fixed programs"),
    ] + InputChoice.options,
    notes: [
      """
      OUTPUT is a file that ends with .json, or a scenario folder, which is made if it is missing. What the import
      assumed, repaired or left out is told as warnings. With a UTDF file as INPUT and --plan, an OUTPUT that ends with
      .csv is that file with the plan in it: only the cells of changed timings differ.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let choice = try InputChoice(arguments)
    let input = try ScenarioInput.load(arguments.operands[0], choice: choice)
    switch arguments["to"] ?? "scenario" {
    case "scenario": break
    case "sumo":
      for finding in input.warnings { context.console.warning(finding.sentence) }
      return try SUMOExportFiles.writeSources(
        input, to: arguments.operands[1],
        seed: UInt64(try arguments.integer("seed", in: 0...StudyRequest.seedLimit, default: 1)),
        replication: try arguments.integer("replication", in: 1...1_000_000, default: 1),
        programs: arguments.has("nema") ? .nema : .fixed, context.console)
    case "sumo-programs":
      return try SUMOExportFiles.writePrograms(input, to: arguments.operands[1], context.console)
    case let other:
      throw arguments.failure("--to is \(other); it must be scenario, sumo or sumo-programs")
    }
    let target = arguments.operands[1]
    if target.lowercased().hasSuffix(".csv") {
      guard choice.plan != nil, arguments.operands[0].lowercased().hasSuffix(".csv") else {
        throw arguments.failure("\(target): a UTDF file can be written from a UTDF file and a --plan only")
      }
      let plan = TimingPlan(onTheStreetOf: input.scenario)
      return try PlannedUTDF.write(
        plan, of: input.scenario, from: arguments.operands[0], to: target, context.console)
    }
    let flows = choice.counts == nil ? nil : CountedFlows(input.scenario)
    let isFile = target.lowercased().hasSuffix(".json") && !Files.isDirectory(target)
    let path = isFile ? target : Files.join(target, "scenario.json")
    let text = ScenarioWriter.text(input.scenario)
    try context.interruption.check()
    if !isFile { try Files.makeDirectory(target) }
    try Files.write(text, to: path)
    if arguments.has("json") {
      try context.console.output(json(input, flows, path: path, text: text).text(pretty: true))
    } else {
      for finding in input.warnings { context.console.warning(finding.sentence) }
      if let flows { try context.console.output(flows.text()) }
      context.console.remark("wrote \(path)")
    }
  }

  private static func json(
    _ input: ScenarioInput, _ flows: CountedFlows?, path: String, text: String
  ) -> JSONValue {
    let network = input.scenario.network
    return .object([
      ("schema", "citybrain.convert/1"),
      ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
      ("inputs", .array(input.files.map(\.json))),
      ("warnings", .array(input.warnings.map(\.json))),
      (
        "result",
        .object([
          ("output", InputFile(path: path, sha256: SHA256.hexadecimal(Array(text.utf8))).json),
          ("countedFlows", flows?.json() ?? .null),
          (
            "suspectJunctions",
            .array(
              input.suspects.map {
                .object([("node", .string(network[$0.node].name)), ("reason", .string($0.reason))])
              })
          ),
        ])
      ),
    ])
  }
}
