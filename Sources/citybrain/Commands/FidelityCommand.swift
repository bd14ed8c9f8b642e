import Foundation
import Interchange
import Reporting
import TrafficModel

/// `citybrain fidelity`: how well our road agrees with SUMO's under the same controllers.
enum FidelityCommand: Command {
  static let specification = CommandSpecification(
    name: "fidelity", summary: "how well the simulated road agrees with SUMO's, approach by approach",
    examples: [
      .init(
        "citybrain fidelity city.net.xml --routes city.rou.xml --seeds 10",
        "trips, delays, flows and approach times of both roads under the plan on the street"),
      .init(
        "citybrain fidelity city.sumocfg --strategies fixed,actuated --json", "under two controllers, as JSON"
      ),
    ],
    operands: "NET|CONFIGURATION", operandCount: 1...1,
    options: [
      .value("strategies", "NAME,...", "what drives the signals on both roads (default fixed)"),
      .value("seeds", "N", "runs in SUMO and here (default 3)"),
      .value("jobs", "N", "runs at a time (default: one per processor)", letter: "j"),
      .value("svg", "FILE", "draw the travel times of all approaches, one file for each strategy"),
      .value("keep", "DIR", "keep SUMO's routes and runs there, and take them from there the next time"),
    ]
      + DriveRequest.options.filter {
        !["strategy", "tripinfo", "sumo-port", "check-collisions"].contains($0.name)
      },
    notes: [
      """
      Trips without routes are driven once in SUMO and keep the ways that they took, so that both roads serve the same
      routes. An approach agrees if the mean time from entering its link until entering the next is within 10 % of
      SUMO's, or within two standard errors of SUMO's seeds; approaches with fewer than 20 vehicles are left out.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    var request = try DriveRequest(arguments)
    let strategies = try arguments.list("strategies", default: ["fixed"])
    let seeds = try arguments.integer("seeds", in: 1...1000, default: 3)
    let pool = TaskPool(jobs: try TaskPool.jobs(arguments), interruption: context.interruption)
    let folder = try SUMOFolder(keeping: arguments["keep"])
    defer { folder.finish() }
    var input = try ScenarioInput.load(request.operand, choice: request.choice)
    let given = input.files
    try folder.check(given.map { "\($0.path) \($0.sha256)" } + request.runWords)
    if let source = input.sumo, input.warnings.contains(where: { $0.rule == "sumo-trips-routed" }) {
      request.choice.sumo.routes = try FrozenRoutes.freeze(request, source, into: folder)
      request.choice.sumo.begin = source.imported.beginSeconds
      request.choice.sumo.end = source.imported.endSeconds
      input = try ScenarioInput.load(request.operand, choice: request.choice)
    }
    var comparisons: [FidelityComparison] = []
    for strategy in strategies {
      request = try request.driving(strategy, arguments)
      // Yellow and minimum green may depend on the strategy.
      let own = try ScenarioInput.load(request.operand, choice: request.choice)
      guard let source = own.sumo else {
        throw CommandFailure(.usage, "\(request.operand) is no network of SUMO")
      }
      let runs = FidelityRuns(request, own, source, pool, context, keeping: folder)
      comparisons.append(try runs.comparison(seeds: seeds, replications: seeds))
    }
    if let path = arguments["svg"] {
      for comparison in comparisons {
        let own = comparisons.count == 1 ? path : Self.name(path, comparison.strategy)
        try Files.write(comparison.scatterPlot(of: input.scenario.name).svg(), to: own)
        context.console.remark("wrote \(own)")
      }
    }
    if arguments.has("json") {
      try context.console.output(
        JSONValue.object([
          ("schema", "citybrain.fidelity/1"),
          ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
          ("inputs", .array(given.map(\.json))), ("warnings", .array(input.warnings.map(\.json))),
          ("scenario", .string(input.scenario.name)), ("result", .array(comparisons.map { $0.json() })),
        ]).text(pretty: true))
    } else {
      for finding in input.warnings { context.console.warning(finding.sentence) }
      for comparison in comparisons {
        try context.console.output("\(input.scenario.name), " + comparison.text())
      }
    }
  }
}

extension FidelityCommand {
  /// The file's name with a strategy's before its ending.
  private static func name(_ path: String, _ strategy: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "\(path)-\(strategy)" }
    return "\(path[..<dot])-\(strategy)\(path[dot...])"
  }
}

extension DriveRequest {
  /// What of a request changes SUMO's runs beside inputs, strategy and seed.
  var runWords: [String] {
    choice.sumo.canonicalArguments + ["--step", "\(step.seconds)"]
      + (sensors.map { ["--sensors", SensorChoice.word($0)] } ?? []) + more
  }

  /// The same request for another strategy, with its defaults.
  func driving(_ name: String, _ arguments: ParsedArguments) throws(CommandFailure) -> DriveRequest {
    try Self.check(name, arguments)
    var result = self
    result.strategy = name
    result.choice.sumo.yellow = try arguments.seconds("yellow", in: 1...10).map(TimeSpan.init(seconds:))
    result.setDefaults()
    return result
  }
}
