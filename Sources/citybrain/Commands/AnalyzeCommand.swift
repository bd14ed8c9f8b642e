import Interchange
import TimingOptimization
import TrafficModel

/// `citybrain analyze`: capacity, delay and level of service of the plan on the street by the book, step by step.
enum AnalyzeCommand: Command {
  static let specification = CommandSpecification(
    name: "analyze", summary: "capacity and delay by the Highway Capacity Manual, with every step",
    examples: [
      .init("citybrain analyze Scenarios/arterial --junction 3", "one junction, lane group by lane group"),
      .init("citybrain analyze UTDF.csv --json", "all junctions, for other programs"),
      .init("citybrain analyze Scenarios/arterial --plan plan.json", "the same under another plan"),
    ],
    operands: "INPUT", operandCount: 1...1,
    options: [
      .value("junction", "NODE,...", "only these junctions (default: all signals)"),
      .value("hours", "T", "length of the period of analysis (default: the measured time)"),
    ] + InputChoice.options,
    notes: [
      """
      Highway Capacity Manual, 6th edition, chapter 19, for pretimed control: saturation flows, lane groups, d1 from the
      queue polygon, d2, d3, back of queue, level of service; critical movements, Webster's cycle; for a corridor the
      green bands. Nothing is simulated.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let input = try ScenarioInput.load(arguments.operands[0], choice: try InputChoice(arguments))
    var parameters = AnalysisParameters()
    if let text = arguments["hours"] {
      guard let hours = Double(text), hours > 0, hours <= 24 else {
        throw arguments.failure("--hours is \(text); it must be a number of hours such as 0.25")
      }
      parameters.hours = hours
    }
    let network = input.scenario.network
    var nodes = network.nodes.indices.filter { network.nodes[$0].control == .signal }
    let names = try arguments.list("junction", default: [])
    if !names.isEmpty {
      let known = nodes.map { network.nodes[$0].name }
      for name in names where !known.contains(name) {
        throw CommandFailure(
          .usage,
          "--junction names \(name), which is no signal of the input\(Suggestion.phrase(for: name, among: known))"
        )
      }
      nodes = nodes.filter { names.contains(network.nodes[$0].name) }
    }
    let report = CapacityReport(
      input.scenario, nodes: nodes.map { NodeID($0) }, parameters: parameters, files: input.files)
    try context.console.output(
      arguments.has("json") ? report.json().text(pretty: true) : report.text())
  }
}
