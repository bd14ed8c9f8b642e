import Foundation
import Interchange
import Reporting

/// `citybrain rerun`: the same study again, with proof that it is the same.
enum RerunCommand: Command {
  static let specification = CommandSpecification(
    name: "rerun", summary: "run a recorded study again and prove that it gives the same bytes",
    examples: [
      .init("citybrain rerun study/manifest.json", "check that inputs and results are what they were"),
      .init("citybrain rerun study/compare.json --json > again.json", "any result file is a manifest too"),
    ],
    operands: "MANIFEST.json", operandCount: 1...1,
    options: [
      .value("out", "DIR", "write the study's files there, as compare does", letter: "o"),
      .value("jobs", "N", "threads (default: one per processor); changes no result", letter: "j"),
    ],
    notes: [
      """
      Inputs are looked for at their recorded paths, from the current folder and then from the manifest's folder.
      A changed input or a result with other bytes ends with exit code 3.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let path = arguments.operands[0]
    let manifest = try StudyManifestFile.read(Files.read(path), file: path)
    let request = try manifest.request()
    if let foreign = request.strategies.first(where: ExternalChoice.isExternal) {
      throw CommandFailure(
        .usage,
        """
        the record names the program \(foreign); programs are started by what a person types, never by a file
        Run the study anew: citybrain \(manifest.command.rawValue) \(manifest.arguments.joined(separator: " "))
        """)
    }
    let input = try manifest.input(request, recordedAt: path)
    let folder = arguments["out"]
    let study = try StudyRun(
      request, of: input, detail: .init(traces: folder != nil), jobs: try TaskPool.jobs(arguments),
      in: context)
    let output = StudyOutput(study.document)
    let hash = SHA256.hexadecimal(Array(study.document.text().utf8))
    if hash != manifest.resultSHA256 {
      throw CommandFailure(
        .invalidInput,
        """
        the study gives other bytes than recorded: SHA-256 \(hash) instead of \(manifest.resultSHA256)
        The inputs are the same; the record was made by citybrain \(manifest.toolVersion), this is \(Tool.version).
        """)
    }
    if let folder { try output.write(to: folder, report: StudyReport.html(study, of: input.scenario)) }
    try output.deliver(arguments, context.console)
    context.console.remark("the same bytes as recorded (SHA-256 \(hash))")
  }
}

extension StudyManifestFile {
  /// The input that was recorded, if it is what it was; looked for from the current folder and then from the folder
  /// of the record.
  func input(_ request: StudyRequest, recordedAt path: String) throws(CommandFailure) -> ScenarioInput {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let base = Files.exists(request.operand) ? "" : folder
    let input = try ScenarioInput.load(request.operand, choice: request.choice, from: base)
    for recorded in inputs where !input.files.contains(recorded) {
      let now = input.files.first { $0.path == recorded.path }?.sha256 ?? "missing"
      throw CommandFailure(
        .invalidInput,
        """
        \(recorded.path) has changed since the record was made: SHA-256 is \(now), was \(recorded.sha256)
        Restore the file, or run the study anew with citybrain \(command.rawValue).
        """)
    }
    return input
  }

  /// The study that the recorded arguments ask for.
  func request() throws(CommandFailure) -> StudyRequest {
    switch command {
    case .compare: try CompareCommand.request(ParsedArguments(arguments, for: CompareCommand.specification))
    case .simulate:
      try SimulateCommand.request(ParsedArguments(arguments, for: SimulateCommand.specification))
    }
  }
}
