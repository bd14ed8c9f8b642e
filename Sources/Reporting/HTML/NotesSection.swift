import TrafficModel

/// What the figures rest on, what was noticed, and how to get them again.
struct NotesSection {
  private let input: ReportInput

  /// Warnings of one rule that are shown before the rest folds away.
  private static let shownPerRule = 6

  init(_ input: ReportInput) { self.input = input }

  func section() -> ReportSection {
    ReportSection(
      id: "notes", title: "Assumptions, warnings and origin",
      content: assumptions() + warnings() + definitions() + origin())
  }

  private func assumptions() -> String {
    let document = input.document
    let pairs = document.strategies.count * (document.strategies.count - 1) / 2
    var items = [
      "Vehicles move lane by lane by simplified kinematic-wave theory (Newell) with bounded acceleration and "
        + "braking at stop lines. There is no overtaking within a lane, and no crash, parking or weather.",
      "Driver profile \(document.driverProfile.rawValue). A vehicle counts as stopped below "
        + "\(input.format.speed(stopThresholdMetersPerSecond)).",
      "Delay is everything beyond driving freely, waiting outside the network included, of finished and unfinished "
        + "vehicles alike; the first \(NumberText.fixed(document.warmUpSeconds / 60, decimals: 0)) min are discarded.",
      "Replications differ only in their random numbers: arrivals, turns and drivers of one replication are the "
        + "same under every strategy, so differences are paired.",
      "Intervals are Student's t at 95 %, for the mean of this model and this demand. They say nothing about how "
        + "well model and counts describe the street.",
    ]
    if pairs > 0 {
      items.append(
        "p is the paired t test; p (Holm) corrects it for all measures"
          + (pairs == 1 ? "" : " of all \(pairs) pairs of strategies")
          + "; p (Wilcoxon) is the signed-rank test, which a single extreme replication cannot sway. With fewer "
          + "than 6 replications it cannot fall below 5 %.")
      items.append(
        "The answer at the top is about delay, the measure chosen beforehand, and is judged by its own interval."
      )
    }
    items.append(
      "No result here certifies a signal plan. Clearances, minimum greens and pedestrian times remain the "
        + "responsibility of the engineer in charge.")
    return Markup.text("h3", "Assumptions and limits")
      + Markup.element("ul", items.map { Markup.text("li", $0) }.joined()) + "\n"
  }

  private func warnings() -> String {
    let findings = input.document.allWarnings(input.statistics)
    if findings.isEmpty {
      return Markup.text("h3", "Warnings") + Markup.text("p", "None.")
    }
    var rules: [String] = []
    for finding in findings where !rules.contains(finding.rule) { rules.append(finding.rule) }
    var html = Markup.text("h3", "Warnings (\(findings.count))")
    for rule in rules {
      let items = findings.filter { $0.rule == rule }.map { finding in
        Markup.element(
          "li",
          "<b>\(Markup.escaped(finding.place))</b>: \(Markup.escaped(finding.message)). "
            + "<span class=\"note\">\(Markup.escaped(finding.mend))</span>")
      }
      html += Markup.element("p", "<code>\(Markup.escaped(rule))</code> (\(items.count))")
      html += Markup.element("ul", items.prefix(Self.shownPerRule).joined())
      if items.count > Self.shownPerRule {
        let rest = items.dropFirst(Self.shownPerRule)
        html += "<details><summary>\(rest.count) more</summary><ul>\(rest.joined())</ul></details>"
      }
    }
    return html + "\n"
  }

  private func definitions() -> String {
    let terms = StudyMeasure.network.map {
      Markup.text("dt", $0.title) + Markup.text("dd", $0.meaning)
    }
    return Markup.text("h3", "Measures") + Markup.element("dl", terms.joined()) + "\n"
  }

  private func origin() -> String {
    let document = input.document
    let inputs = document.manifest.inputs.map {
      "<code>\(Markup.escaped($0.path))</code><br/><small>SHA-256 <code>\(Markup.escaped($0.sha256))</code></small>"
    }
    let rows: [(String, String)] = [
      ("Made by", Markup.escaped("citybrain \(document.manifest.toolVersion)")),
      ("Command", "<code>\(Markup.escaped(Self.command(document.rerunArguments)))</code>"),
      ("Inputs", inputs.isEmpty ? "none" : inputs.joined(separator: "<br/>")),
      ("Seed", "\(document.seed)"),
      ("Replications", "\(document.replications.lowerBound) to \(document.replications.upperBound)"),
      (
        "Measured",
        Markup.escaped(
          "\(NumberText.fixed(document.measuredSeconds, decimals: 0)) s after "
            + "\(NumberText.fixed(document.warmUpSeconds, decimals: 0)) s of warm-up")
      ),
    ]
    let list = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined()
    return Markup.text("h3", "Origin")
      + Markup.text(
        "p", "The command below, with the same inputs and version, gives the same numbers to the last digit.")
      + Markup.element("dl", list) + "\n"
  }

  /// The command line, with quotes where a shell needs them.
  static func command(_ arguments: [String]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:=+@%")
    let quoted = arguments.map { argument in
      !argument.isEmpty && argument.allSatisfy(plain.contains)
        ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
    return (["citybrain"] + quoted).joined(separator: " ")
  }
}
