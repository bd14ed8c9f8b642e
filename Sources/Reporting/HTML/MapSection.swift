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
    if !input.document.junctions.isEmpty { content += junctionTable() }
    return ReportSection(id: "map", title: "Where the delay is", content: content)
  }

  private func junctionTable() -> String {
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
    for (index, junction) in input.document.junctions.enumerated() {
      var row = Markup.text("td", input.junctionName(index) + (suspects.contains(index) ? " (suspect)" : ""))
      for strategy in input.document.strategies {
        let delay = input.statistics.summary(of: strategy.junctions[index][.delayPerVehicle])
        row += Markup.number(input.format.summary(delay, .delayPerVehicle))
        row += LevelOfServiceCell.html(delay.mean, degreeOfSaturation: nil, control: junction.control)
      }
      if names.count == 2 {
        let values = input.document.strategies.map { $0.junctions[index][.delayPerVehicle] }
        let difference = input.statistics.difference(from: values[0], to: values[1])
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
