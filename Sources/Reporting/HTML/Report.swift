import TrafficModel

/// One self-contained HTML document with everything that a study has to show.
///
/// Styles and drawings are inside; it loads nothing, runs no script, follows the reader's light or dark scheme and
/// prints on A4 or Letter. The markup is also well-formed XML.
public func reportHTML(_ input: ReportInput) -> String {
  let answer = StudyAnswer(input.document, input.statistics)
  let measured = [
    ComparisonSection(input).section(), MapSection(input).section(), MovementSection(input).section(),
  ]
  let drawn = [
    PlanSection(input).section(), TimeSpaceSection(input).section(), QueueSection(input).section(),
    NotesSection(input).section(),
  ]
  let sections = (measured + PartsSection(input).sections() + drawn).compactMap { $0 }
  let links = sections.map { Markup.element("a", [("href", "#\($0.id)")], Markup.escaped($0.title)) }
  let body =
    header(input) + answerBox(answer) + suspectBox(input)
    + Markup.element("nav", [("aria-label", "Contents")], links.joined())
    + "\n<main>\n" + sections.map { $0.html() }.joined(separator: "\n") + "\n</main>\n"
  return """
    <!DOCTYPE html>
    <html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="generator" content="citybrain \(Markup.escaped(input.document.manifest.toolVersion))"/>
    <title>\(Markup.escaped(title(input)))</title>
    <style>
    \(Stylesheet.text)</style></head>
    <body>
    \(body)</body></html>

    """
}

/// A part of a report with a heading that the contents link to.
struct ReportSection {
  var id: String
  var title: String
  var content: String

  func html() -> String {
    "<section id=\"\(id)\">" + Markup.text("h2", title) + "\n" + content + "</section>"
  }
}

private func title(_ input: ReportInput) -> String {
  let names = input.strategyNames
  let subject =
    names.count <= 2
    ? names.joined(separator: " against ")
    : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  return "\(input.document.scenarioName): \(subject)"
}

private func header(_ input: ReportInput) -> String {
  let document = input.document
  let range = document.replications
  let minutes = NumberText.fixed(document.measuredSeconds / 60, decimals: 0)
  let warmUp = NumberText.fixed(document.warmUpSeconds / 60, decimals: 0)
  let runs =
    document.replicationCount == 1
    ? "1 replication (number \(range.lowerBound))"
    : "\(document.replicationCount) replications (\(range.lowerBound) to \(range.upperBound))"
  let facts =
    "\(runs) of each strategy, common random numbers from seed \(document.seed) · \(minutes) min measured after "
    + "\(warmUp) min of warm-up · driver profile \(document.driverProfile.rawValue)"
  let summary = input.scenario.summary
  return "<header>" + Markup.text("h1", title(input)) + (summary.isEmpty ? "" : Markup.text("p", summary))
    + Markup.text("p", facts) + "</header>\n"
}

private func answerBox(_ answer: StudyAnswer) -> String {
  let lines = answer.sentences.map { Markup.text("p", $0) }.joined()
  return Markup.element("div", [("class", "answer"), ("role", "note"), ("aria-label", "Answer")], lines)
    + "\n"
}

private func suspectBox(_ input: ReportInput) -> String {
  if input.document.suspects.isEmpty { return "" }
  let items = input.document.suspects.map {
    Markup.text("li", "Junction \(input.junctionName($0.junction)): \($0.reason)")
  }
  let words =
    "These junctions carry counts that cannot be right. Their queues would decide every mean of the network and "
    + "spill back into their neighbours. "
    + (input.reduced == nil
      ? "No other junction is left, so there is nothing to compare without them. "
      : "All strategies therefore also ran on the network without them; vehicles enter at the cut as counted at the "
        + "next junction. Map, movements, time-space diagram and queues show the run with all junctions. ")
    + "Check the counts before using any figure here."
  return Markup.element(
    "div", [("class", "warning"), ("role", "note")],
    Markup.text("h2", "Suspect junctions") + Markup.text("p", words)
      + Markup.element("ul", items.joined())) + "\n"
}
