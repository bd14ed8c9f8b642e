import Reporting

/// What a study leaves behind: data on standard output, words on standard error, files where they were asked for.
struct StudyOutput: Sendable {
  var document: StudyDocument
  private let text: String

  init(_ document: StudyDocument) {
    self.document = document
    text = document.text()
  }

  /// Prints the document or the table, and writes the manifest.
  func deliver(_ arguments: ParsedArguments, _ console: Console) throws(CommandFailure) {
    if let path = arguments["manifest"] {
      try Files.write(StudyManifestFile(document, text: text).text(), to: path)
    }
    tellWarnings(console)
    try console.output(arguments.has("json") ? text : ComparisonText(document).text())
    if document.suspects.isEmpty { return }
    let names = document.suspects.map { document.junctions[$0.junction].node }.joined(separator: ",")
    console.remark(
      document.remainingJunctions.isEmpty
        ? "counts at \(names) cannot be right, and no other junction is left; check them"
        : "counts at \(names) cannot be right; --without \(names) makes a study of the network without them alone"
    )
  }

  static let warningLimit = 6

  private func tellWarnings(_ console: Console) {
    let warnings = document.manifest.warnings
    for finding in warnings.prefix(Self.warningLimit) { console.warning(finding.sentence) }
    let rest = warnings.count - Self.warningLimit
    if rest > 0 {
      console.remark(
        "and \(rest) more; citybrain validate \(document.manifest.inputs[0].path) lists them all")
    }
  }

  /// The files of `--out`: the report, the document, its tables and the manifest, which is last, so that it stands
  /// for a complete folder.
  func write(to folder: String, report: String) throws(CommandFailure) {
    try Files.makeDirectory(folder)
    try Files.write(report, to: Files.join(folder, "report.html"))
    try Files.write(text, to: Files.join(folder, "\(document.manifest.command.rawValue).json"))
    for table in StudyTables.csv(document) {
      try Files.write(table.text, to: Files.join(folder, table.name))
    }
    try Files.write(
      StudyManifestFile(document, text: text).text(), to: Files.join(folder, "manifest.json"))
  }
}
