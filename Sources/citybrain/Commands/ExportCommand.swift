import CabinetProtocols
import Interchange
import Reporting
import TrafficModel

/// `citybrain export`: patterns as the objects of a field protocol, to be read or loaded by other tools.
enum ExportCommand: Command {
  static let specification = CommandSpecification(
    name: "export", summary: "patterns as the objects of a field protocol (NTCIP 1202, GB/T 20999)",
    examples: [
      .init(
        "citybrain export Scenarios/arterial --plan plan.json --to ntcip --spare 20 --out objects.json",
        "an optimized plan as NTCIP objects of pattern and split 20, for every controller"),
      .init("citybrain export Scenarios/four-stage --to gbt20999", "a stage plan as class 9 of GB/T 20999"),
    ],
    operands: "SCENARIO", operandCount: 1...1,
    options: [
      .value("to", "PROTOCOL", "ntcip or gbt20999 (default ntcip)"),
      .value("pattern", "N", "which pattern (default: each controller's first)"),
      .value("spare", "N", "NTCIP: the pattern and split that take it (default: its own number)"),
      .value("out", "FILE", "write there instead of standard output"),
    ] + InputChoice.options,
    notes: [
      """
      Only what may be written to a controller on the street is exported: cycle, offset, splits, split modes, sequence.
      What a protocol cannot carry exactly (a cycle of 73.2 s in whole seconds, say) is listed under "lost" and makes the
      exit code 4 for that controller: a plan is never rounded in silence. citybrain optimize rounds to a device's grid.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let input = try ScenarioInput.load(arguments.operands[0], choice: InputChoice(arguments))
    let target = arguments["to"] ?? "ntcip"
    guard ["ntcip", "gbt20999"].contains(target) else {
      throw arguments.failure("--to is \(target); it must be ntcip or gbt20999")
    }
    var entries: [JSONValue] = []
    var lost: [String] = []
    for controller in input.scenario.controllers {
      let number = try arguments.integer(
        "pattern", in: 1...253, default: controller.patterns.first?.number ?? 1)
      guard let pattern = controller.patterns.first(where: { $0.number == number }) else {
        lost.append("\(controller.name) has no pattern \(number)")
        continue
      }
      let spare = try arguments.integer("spare", in: 1...253, default: number)
      let objects =
        target == "ntcip" ? ntcip(pattern, controller, spare, &lost) : gbt(pattern, controller, &lost)
      entries.append(
        .object([
          ("controller", .string(controller.name)), ("pattern", .integer(number)),
          ("objects", .array(objects)),
        ]))
    }
    let text = JSONValue.object([
      ("schema", "citybrain.export/1"), ("protocol", .string(target)),
      ("inputs", .array(input.files.map(\.json))), ("controllers", .array(entries)),
      ("lost", .array(lost.map { .string($0) })),
    ]).text(pretty: true)
    if let path = arguments["out"] {
      try Files.write(text, to: path)
      context.console.remark("wrote \(path)")
    } else {
      try context.console.output(text)
    }
    if !lost.isEmpty { throw CommandFailure(.infeasible, lost.joined(separator: "\n")) }
  }

  private static func ntcip(
    _ pattern: Pattern, _ controller: SignalController, _ spare: Int, _ lost: inout [String]
  ) -> [JSONValue] {
    guard case .ringBarrier = pattern.timing else {
      lost.append("\(controller.name): a chain of stages has no objects in NTCIP 1202; use --to gbt20999")
      return []
    }
    let writable = NTCIPDownload.allowed
    for loss in NTCIPDatabase(controller).losses
    where writable.contains(loss.instance.object) && loss.instance.first == pattern.number {
      lost.append("\(controller.name): \(loss)")
    }
    return NTCIPDownload.values(ofPattern: pattern.number, of: controller, to: spare).map { entry in
      .object([
        ("object", .string("\(entry.instance)")), ("oid", .string("\(entry.instance.name)")),
        ("value", .string("\(entry.value)")),
      ])
    }
  }

  private static func gbt(
    _ pattern: Pattern, _ controller: SignalController, _ lost: inout [String]
  ) -> [JSONValue] {
    guard let plan = GBTPlan(exactly: pattern, of: controller) else {
      lost.append(
        "\(controller.name): pattern \(pattern.number) is no chain of at most 16 stages with times in whole seconds"
      )
      return []
    }
    return GBTPlan.attributes.compactMap { attribute in
      plan.data(attribute).map { bytes in
        .object([
          ("object", .string("9.2.\(attribute).\(plan.number)")),
          (
            "bytes",
            .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " "))
          ),
        ])
      }
    }
  }
}
