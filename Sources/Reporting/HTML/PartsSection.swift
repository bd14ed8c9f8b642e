import TrafficModel

/// Lane groups, vehicle classes, routes and the corridor: a table for each kind that the study has.
struct PartsSection {
  private let input: ReportInput

  /// Networks with more routes than this show those with the most vehicles.
  static let routeLimit = 40

  init(_ input: ReportInput) { self.input = input }

  func sections() -> [ReportSection] {
    [laneGroups(), plain(.corridors), plain(.vehicleClasses), plain(.routes)].compactMap { $0 }
  }

  // MARK: Corridor, classes, routes

  private func plain(_ kind: StudyPartKind) -> ReportSection? {
    let shown = shown(kind)
    if shown.isEmpty || (kind == .vehicleClasses && shown.count < 2) { return nil }
    var content = Markup.text("p", lead(kind, shown: shown.count), class: "lead")
    for (place, strategy) in input.document.strategies.enumerated() {
      let head = kind.measures.map { header($0.title, input.format.symbol($0)) }.joined()
      let rows = shown.map { index in
        Markup.element(
          "tr",
          Markup.text("td", input.document.parts(kind)[index].name)
            + kind.measures.map { measure in
              Markup.number(
                input.format.summary(
                  input.statistics.summary(of: strategy.parts(kind)[index][measure]), measure))
            }.joined()) + "\n"
      }
      content += table(place, head: "<th scope=\"col\"></th>" + head, body: rows.joined())
    }
    return ReportSection(id: kind.rawValue, title: kind.title, content: content)
  }

  private func lead(_ kind: StudyPartKind, shown: Int) -> String {
    switch kind {
    case .corridors:
      "From entering the corridor's first link until entering its last: the sums of the means of the movements "
        + "along it, whoever drives there. Delay also holds waiting outside the network. Mean ± half of the 95 % "
        + "interval."
    case .vehicleClasses:
      "Vehicles that wanted to enter within the measured time, class by class; those that nobody drives are left "
        + "out. Mean ± half of the 95 % interval."
    case .routes:
      "Vehicles that know their way, route by route. Mean ± half of the 95 % interval."
        + (shown < input.document.parts(.routes).count
          ? " Shown are the \(shown) of \(input.document.parts(.routes).count) routes with the most vehicles; the "
            + "JSON result holds all." : "")
    case .laneGroups: ""
    }
  }

  /// Indices of the parts that somebody took; of routes the busiest, in their order.
  private func shown(_ kind: StudyPartKind) -> [Int] {
    let volumes = input.document.parts(kind).indices.map { index in
      input.document.strategies.map { strategy in
        input.statistics.summary(of: strategy.parts(kind)[index].values.first ?? []).mean ?? 0
      }.max() ?? 0
    }
    let taken = volumes.indices.filter { volumes[$0] > 0 }
    if kind != .routes || taken.count <= Self.routeLimit { return taken }
    let ranked = taken.sorted { volumes[$0] != volumes[$1] ? volumes[$0] > volumes[$1] : $0 < $1 }
    return ranked.prefix(Self.routeLimit).sorted()
  }

  // MARK: Lane groups

  private func laneGroups() -> ReportSection? {
    let names = Set(input.detailed.map { input.document.junctions[$0].node })
    let shown = input.document.parts(.laneGroups).indices.filter {
      names.contains(input.document.parts(.laneGroups)[$0].node)
    }
    if shown.isEmpty { return nil }
    var content = Markup.text(
      "p",
      "Movements of an approach that share lanes, as the capacity analysis groups them. Queues are those of the worst "
        + "lane. Delay ± half of its 95 % interval.", class: "lead")
    if !input.detailNote.isEmpty { content += Markup.text("p", input.detailNote, class: "note") }
    let length = input.format.lengthSymbol
    let head = [
      ("Volume", "veh/h"), ("v/c", ""), ("Delay", "s"), ("LOS", ""), ("HCM delay", "s"), ("Stops", "per veh"),
      ("95 % queue", length), ("Longest queue", length), ("Split failures", "%"),
    ].map { header($0.0, $0.1) }.joined()
    for (place, strategy) in input.document.strategies.enumerated() {
      let rows = shown.map { Markup.element("tr", laneGroup($0, strategy)) + "\n" }
      content += table(
        place,
        head: "<th scope=\"col\">Junction</th><th scope=\"col\">Lane group</th>" + head, body: rows.joined())
    }
    return ReportSection(id: StudyPartKind.laneGroups.rawValue, title: "Lane groups", content: content)
  }

  private func laneGroup(_ index: Int, _ strategy: StrategyRecord) -> String {
    let part = input.document.parts(.laneGroups)[index]
    let table = strategy.parts(.laneGroups)[index]
    let analysis = input.document.analysis(of: part, under: strategy)
    func mean(_ measure: StudyMeasure) -> String {
      input.statistics.summary(of: table[measure]).mean.map { input.format.value($0, measure) } ?? "–"
    }
    let delay = input.statistics.summary(of: table[.delayPerVehicle])
    let control = input.document.junctions.first { $0.node == part.node }?.control ?? .signal
    let saturation = analysis?.degreeOfSaturation
    return Markup.text("td", part.node) + Markup.text("td", part.name)
      + Markup.number(
        analysis.map { NumberText.fixed($0.volumeVehiclesPerHour, decimals: 0) } ?? mean(.throughput))
      + Markup.number(
        saturation.map { NumberText.fixed($0, decimals: 2) } ?? "–",
        class: (saturation ?? 0) > 1 ? "full" : "")
      + Markup.number(input.format.summary(delay, .delayPerVehicle))
      + LevelOfServiceCell.html(delay.mean, degreeOfSaturation: saturation, control: control)
      + Markup.number(analysis?.hcmDelaySeconds.map { NumberText.fixed($0, decimals: 1) } ?? "–")
      + Markup.number(mean(.stopsPerVehicle)) + Markup.number(mean(.queue95))
      + Markup.number(mean(.queueMaximum)) + Markup.number(mean(.splitFailures))
  }

  // MARK: Cells

  private func header(_ title: String, _ unit: String) -> String {
    let small = unit.isEmpty ? "" : "<br/><small>\(Markup.escaped(unit))</small>"
    return "<th scope=\"col\" class=\"n\">\(Markup.escaped(title))\(small)</th>"
  }

  private func table(_ strategy: Int, head: String, body: String) -> String {
    Markup.text("h3", "Under \(input.strategyNames[strategy])")
      + "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead>\n<tbody>\(body)</tbody></table></div>\n"
  }
}
