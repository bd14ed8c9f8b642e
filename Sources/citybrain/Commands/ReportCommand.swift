import Foundation
import Interchange
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
      the file. The drawings need vehicles, so the first replication runs once more; the input must be unchanged.
      """
    ])

  static func run(_ arguments: ParsedArguments, in context: CommandContext) throws(CommandFailure) {
    let operand = arguments.operands[0]
    let path = Files.isDirectory(operand) ? Files.join(operand, "compare.json") : operand
    let bytes = try Files.read(path)
    let document = try StudyDocument.read(bytes, file: path)
    let record = StudyManifestFile(document, text: String(decoding: bytes, as: UTF8.self))
    let request = try record.request()
    let input = try record.input(request, recordedAt: path)
    let html = try StudyReport.html(
      document, request, of: input, jobs: try TaskPool.jobs(arguments), in: context)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    let target = arguments["out"] ?? Files.join(folder == "." ? "" : folder, "report.html")
    try Files.write(html, to: target)
    if arguments.has("json") {
      try context.console.output(
        JSONValue.object([
          ("schema", "citybrain.report/1"),
          ("tool", .object([("name", "citybrain"), ("version", .string(Tool.version))])),
          (
            "inputs",
            .array((input.files + [InputFile(path: path, sha256: SHA256.hexadecimal(bytes))]).map(\.json))
          ),
          (
            "result",
            .object([("report", .string(target)), ("sha256", .string(SHA256.hexadecimal(Array(html.utf8))))])
          ),
        ]).text(pretty: true))
    } else {
      context.console.remark("wrote \(target)")
    }
  }
}
