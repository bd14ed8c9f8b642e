import TrafficModel

/// Where the delay is: a map per strategy and the table of junctions.
struct MapSection {
  private let input: ReportInput

  init(_ input: ReportInput) { self.input = input }

  /// `nil` without a network to draw.
  func section() -> ReportSection? {
    guard let (low, high) = NetworkMap.bounds(input.scenario.network) else { return nil }
    // Maps of long east-west corridors need the page's width; others stand two in a row.
    let isLong = high.xMeters - low.xMeters > 1.8 * (high.yMeters - low.yMeters)
    let isSingle = isLong || input.document.strategies.count == 1
    var content = "<figure>" + NetworkMap.legend() + "<div class=\"\(isSingle ? "stack" : "pair")\">"
    for index in input.document.strategies.indices {
      let map = NetworkMap(input, strategy: index, width: isSingle ? 1000 : 492)
      content += Markup.element("div", Markup.text("h3", input.strategyNames[index]) + map.svg())
    }
    content += "</div>"
    content += Markup.text(
      "figcaption",
      "Mean delay per vehicle at the end of each carriageway and over each junction, waiting outside the network "
        + "included. Grey: no movement ends there or no vehicle came."
        + (input.document.suspects.isEmpty ? "" : " Dashed rings mark suspect junctions."))
    content += "</figure>\n"
    if !input.document.junctions.isEmpty { content += junctionTables() }
    return ReportSection(id: "map", title: "Where the delay is", content: content)
  }

  private func junctionTables() -> String {
    let all = input.document.strategies.map(\.junctions)
    guard input.reduced != nil else { return table(Array(input.document.junctions.indices), all) }
    return Markup.text("h3", "Junctions, all of them simulated")
      + table(Array(input.document.junctions.indices), all)
      + Markup.text("h3", "Junctions without \(input.document.suspectNames)")
      + Markup.text("p", input.reductionSentence, class: "lead")
      + table(
        input.document.remainingJunctions,
        input.document.strategies.map { $0.withoutSuspects?.junctions ?? [] })
  }

  /// - Parameters:
  ///   - junctions: indices of the junctions in the document.
  ///   - values: by strategy, then in the order of `junctions`.
  private func table(_ junctions: [Int], _ values: [[MeasureTable]]) -> String {
    let names = input.strategyNames
    let suspects = Set(input.document.suspects.map(\.junction))
    var head = "<th scope=\"col\">Junction</th>"
    for name in names {
      head += "<th scope=\"col\" class=\"n\">\(Markup.escaped(name))<br/><small>delay, s</small></th>"
      head += "<th scope=\"col\" class=\"n\"><small>LOS</small></th>"
    }
    if names.count == 2 {
      head += Markup.element(
        "th", [("scope", "col"), ("class", "n")],
        "difference<br/><small>\(Markup.escaped("\(names[1]) − \(names[0])")), s</small>")
    }
    var rows = ""
    for (place, index) in junctions.enumerated() {
      var row = Markup.text("td", input.junctionName(index) + (suspects.contains(index) ? " (suspect)" : ""))
      let delays = values.map { $0[place][.delayPerVehicle] }
      for delay in delays.map({ input.statistics.summary(of: $0) }) {
        row += Markup.number(input.format.summary(delay, .delayPerVehicle))
        row += LevelOfServiceCell.html(
          delay.mean, degreeOfSaturation: nil, control: input.document.junctions[index].control)
      }
      if names.count == 2 {
        let difference = input.statistics.difference(from: delays[0], to: delays[1])
        row += Markup.number(input.format.difference(difference, .delayPerVehicle))
      }
      rows += Markup.element("tr", row) + "\n"
    }
    return
      "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(rows)</tbody></table></div>\n"
  }
}

/// A table cell with the level of service: the letter and its colour.
enum LevelOfServiceCell {
  static func html(_ delay: Double?, degreeOfSaturation: Double?, control: NodeControl) -> String {
    guard let delay else { return Markup.number("–") }
    let level = LevelOfService(
      controlDelaySeconds: delay, degreeOfSaturation: degreeOfSaturation, control: control)
    let place = LevelOfService.allCases.firstIndex(of: level) ?? 0
    return "<td class=\"n\"><span class=\"los e\(place)\">\(level.rawValue)</span></td>"
  }
}
