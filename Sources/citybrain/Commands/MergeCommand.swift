import Reporting

/// `citybrain merge`: joins slices of a study.
enum MergeCommand: Command {
  static let specification = CommandSpecification(
    name: "merge", summary: "join slices of a study into the result of the whole",
    examples: [
      .init(
        "citybrain merge slice-1.json slice-2.json -o whole.json",
        "the same bytes as one run over all replications"),
      .init("citybrain merge slice-*.json", "the table of the whole study"),
    ],
    operands: "SLICE.json ...", operandCount: 1...10_000,
    options: [.value("out", "FILE", "write the joined document there", letter: "o")],
    notes: [
      """
      A slice is what compare or simulate prints with --json --replications A-B. Slices may be named in any order;
      they must be of one study (same files, options, seed and version) and leave no replication out.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    var slices: [StudyDocument] = []
    for path in arguments.operands {
      slices.append(try StudyDocument.read(Files.read(path), file: path))
    }
    let whole: StudyDocument
    do {
      whole = try StudyDocument.merged(slices)
    } catch {
      throw CommandFailure(.invalidInput, error.description)
    }
    let text = whole.text()
    if let path = arguments["out"] {
      try Files.write(text, to: path)
      context.console.remark("wrote \(path)")
      if !arguments.has("json") { return }
    }
    try context.console.output(arguments.has("json") ? text : ComparisonText(whole).text())
  }
}
