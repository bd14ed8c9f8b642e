/// The measures of all strategies with intervals, their differences with tests, and the plots of both.
struct ComparisonSection {
  private let input: ReportInput
  private var names: [String] { input.strategyNames }

  init(_ input: ReportInput) { self.input = input }

  func section() -> ReportSection {
    var content = Markup.text(
      "p",
      "Mean over \(NumberText.count(input.document.replicationCount, "replication")) ± half of the 95 % interval "
        + "(Student's t).", class: "lead")
    if let reduced = input.reduced {
      content += Markup.text("h3", "All junctions, as the input has them")
      content += scopeTables(input.statistics.network) + plots(input.whole)
      content += Markup.text("h3", "Without \(input.document.suspectNames)")
      content += Markup.text("p", input.reductionSentence, class: "lead")
      content += scopeTables(reduced.statistics) + plots(reduced)
    } else {
      content += scopeTables(input.statistics.network) + plots(input.whole)
    }
    content += advice()
    return ReportSection(
      id: "comparison", title: names.count == 1 ? "Measures" : "Comparison", content: content)
  }

  // MARK: Tables

  private func scopeTables(_ scope: ScopeStatistics) -> String {
    if names.count <= 2 { return valueTable(scope, withDifference: names.count == 2) }
    var html = valueTable(scope, withDifference: false)
    for second in names.indices.dropFirst() { html += differenceTable(scope, second: second) }
    if names.count > 2 {
      html += Markup.text(
        "p", "Differences of the other pairs of strategies are in the JSON result.", class: "note")
    }
    return html
  }

  private func valueTable(_ scope: ScopeStatistics, withDifference: Bool) -> String {
    var head = "<th scope=\"col\">Measure</th><th scope=\"col\"></th>"
    for name in names { head += numberHead(name) }
    if withDifference { head += differenceHeads(second: 1) }
    var rows = ""
    for (index, measure) in scope.measures.enumerated() {
      if scope.summaries.allSatisfy({ $0[index].mean == nil }) { continue }
      var row = measureCells(measure)
      for strategy in names.indices {
        row += Markup.number(input.format.summary(scope.summaries[strategy][index], measure))
      }
      if withDifference { row += differenceCells(scope.difference(from: 0, to: 1, measure)) }
      rows += Markup.element("tr", row) + "\n"
    }
    let missing = scope.measures.indices.filter { index in
      scope.summaries.allSatisfy { $0[index].mean == nil }
    }
    let note =
      missing.isEmpty
      ? ""
      : Markup.text(
        "p",
        "Nothing to measure: " + missing.map { scope.measures[$0].title.lowercased() }.joined(separator: ", ")
          + ".", class: "note")
    return table(head, rows) + note
  }

  private func differenceTable(_ scope: ScopeStatistics, second: Int) -> String {
    let head = "<th scope=\"col\">Measure</th><th scope=\"col\"></th>" + differenceHeads(second: second)
    var rows = ""
    for measure in scope.measures {
      guard let tested = scope.difference(from: 0, to: second, measure), tested.difference.mean != nil else {
        continue
      }
      rows += Markup.element("tr", measureCells(measure) + differenceCells(tested)) + "\n"
    }
    return Markup.text("h3", "\(names[second]) against \(names[0])") + table(head, rows)
  }

  private func table(_ head: String, _ rows: String) -> String {
    "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(rows)</tbody></table></div>\n"
  }

  private func numberHead(_ text: String) -> String {
    Markup.element("th", [("scope", "col"), ("class", "n")], Markup.escaped(text))
  }

  private func differenceHeads(second: Int) -> String {
    numberHead("\(names[second]) − \(names[0])") + numberHead("p") + numberHead("p (Holm)")
      + numberHead("p (Wilcoxon)") + Markup.element("th", [("scope", "col")], "Finding")
  }

  private func measureCells(_ measure: StudyMeasure) -> String {
    Markup.element("td", [("title", measure.meaning)], Markup.escaped(measure.title))
      + Markup.text("td", input.format.symbol(measure), class: "u")
  }

  private func differenceCells(_ tested: MeasureDifference?) -> String {
    guard let tested, let mean = tested.difference.mean else {
      return String(repeating: "<td></td>", count: 5)
    }
    let finding = Self.finding(tested, mean)
    return Markup.number(input.format.difference(tested.difference, tested.measure))
      + Markup.number(NumberText.probability(tested.difference.p))
      + Markup.number(NumberText.probability(tested.holmP))
      + Markup.number(NumberText.probability(tested.difference.wilcoxonP))
      + Markup.text("td", finding.text, class: finding.tone)
  }

  private static func finding(_ tested: MeasureDifference, _ mean: Double) -> (text: String, tone: String) {
    guard let p = tested.holmP else { return ("no test with one replication", "same") }
    guard p < StudyAnswer.significance else { return ("not significant", "same") }
    guard let lowerIsBetter = tested.measure.lowerIsBetter else { return ("different", "same") }
    return (mean < 0) == lowerIsBetter ? ("better", "better") : ("worse", "worse")
  }

  // MARK: Plots

  private func plots(_ scope: ReportInput.Scope) -> String {
    var html = ""
    let panels = IntervalPlot(input, scope).svg()
    if !panels.isEmpty {
      html += figure(
        panels,
        "Dots are means, lines 95 % intervals, ticks single replications. Axes do not start at zero.")
    }
    for second in names.indices.dropFirst() {
      let change = ChangePlot(input, scope.statistics, strategy: second).svg()
      if change.isEmpty { continue }
      html += figure(
        change,
        "Paired differences with 95 % intervals. Filled: significant at 5 % after Holm's correction over all "
          + "measures; open: not significant.")
    }
    return html
  }

  private func figure(_ svg: String, _ caption: String) -> String {
    "<figure>" + svg + Markup.text("figcaption", caption) + "</figure>\n"
  }

  private func advice() -> String {
    let lines = input.statistics.advice.map { $0.sentence(names: names) }
    return Markup.text("p", "Replications needed. " + lines.joined(separator: "; ") + ".", class: "note")
  }
}
