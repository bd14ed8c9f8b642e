import Reporting

/// `citybrain compare`: which timing strategy is better, by how much, and how sure that is.
enum CompareCommand: Command {
  static let specification = CommandSpecification(
    name: "compare", summary: "which timing strategy is better, by how much, and how sure that is",
    examples: [
      .init(
        "citybrain compare Scenarios/arterial", "fixed time against actuated, 10 replications, as a table"),
      .init(
        "citybrain compare UTDF.csv --strategies fixed,actuated --replications 20 --out study",
        "a file from Synchro, with study/report.html, study/compare.json and study/manifest.json"),
      .init(
        "citybrain compare Scenarios/arterial --strategies fixed,optimized --road sumo",
        "the same plans judged by SUMO"),
      .init(
        "citybrain compare Scenarios/grid --replications 11-20 --json > slice-2.json",
        "the second slice of a study; see citybrain merge"),
    ],
    operands: "INPUT", operandCount: 1...1,
    options: [
      .value(
        "strategies", "A,B,...",
        "what to compare, the baseline first (default fixed,actuated); also external:COMMAND"),
      .value("out", "DIR", "write report.html, compare.json, tables as CSV and manifest.json", letter: "o"),
    ] + StudyRequest.sharedOptions + SUMORoadChoice.options,
    notes: [
      """
      Replication r of every strategy meets the same vehicles (common random numbers), so differences are taken
      in pairs. The numbers are the same for any --jobs, and for slices joined with merge.
      """,
      """
      On SUMO's road replication r has SUMO's seed r and the same vehicles under every strategy; a scenario of ours is
      written as SUMO's sources first. Trips tell no queues: such a study has no report and is not merged.
      """,
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let request = try request(arguments)
    let input = try ScenarioInput.load(request.operand, choice: request.choice)
    let jobs = try TaskPool.jobs(arguments)
    let folder = arguments["out"]
    if folder != nil && request.sumo != nil {
      throw arguments.failure("--out draws the simulated road; use --json and --manifest with --road sumo")
    }
    let study = try StudyRun(
      request, of: input, detail: .init(traces: folder != nil), jobs: jobs, in: context)
    let output = StudyOutput(study.document)
    if let folder {
      try output.write(to: folder, report: StudyReport.html(study, of: input.scenario))
      context.console.remark("wrote \(Files.join(folder, "report.html"))")
    }
    try output.deliver(arguments, context.console)
  }

  static func request(_ arguments: ParsedArguments) throws(CommandFailure) -> StudyRequest {
    try StudyRequest(
      arguments, command: .compare,
      strategies: arguments.list("strategies", default: ["fixed", "actuated"]), replications: 10)
  }
}
