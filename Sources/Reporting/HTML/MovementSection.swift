import TrafficModel

/// The table that a capacity analyst looks for: every movement, junction by junction, for each strategy.
struct MovementSection {
  private let input: ReportInput
  private let movementsOfJunction: [[Int]]

  init(_ input: ReportInput) {
    self.input = input
    var lists: [[Int]] = []
    var next = 0
    for junction in input.document.junctions {
      var list: [Int] = []
      while next < input.document.movements.count, input.document.movements[next].node == junction.node {
        list.append(next)
        next += 1
      }
      lists.append(list)
    }
    movementsOfJunction = lists
  }

  /// `nil` for a network without junctions.
  func section() -> ReportSection? {
    if input.document.movements.isEmpty { return nil }
    let hasAnalysis = input.document.strategies.contains { !$0.analyses.isEmpty }
    var content = Markup.text(
      "p",
      "Delay and level of service are simulated: mean control delay ± half of its 95 % interval, level of service by "
        + "the thresholds of the Highway Capacity Manual, F also where v/c exceeds 1. "
        + (hasAnalysis
          ? "Volume, v/c and HCM delay are calculated from demand and plan. "
          : "Volume is what crossed the stop line. ")
        + "Queue is the 95th percentile over cycles in the movement's worst lane, against the shortest of its lanes; "
        + "lanes that movements share count for each.", class: "lead")
    if !input.detailNote.isEmpty { content += Markup.text("p", input.detailNote, class: "note") }
    for index in input.document.strategies.indices { content += table(index, hasAnalysis: hasAnalysis) }
    return ReportSection(id: "movements", title: "Movements", content: content)
  }

  private func table(_ strategy: Int, hasAnalysis: Bool) -> String {
    let length = input.format.lengthSymbol
    var columns = [("Lanes", ""), ("Volume", "veh/h")]
    if hasAnalysis { columns.append(("v/c", "")) }
    columns.append(("Delay", "s"))
    columns.append(("LOS", ""))
    if hasAnalysis { columns.append(("HCM delay", "s")) }
    columns += [
      ("Stops", "per veh"), ("On green", "%"), ("95 % queue", length), ("Storage", length),
      ("Over storage", ""),
    ]
    var head = "<th scope=\"col\">Movement</th>"
    for (title, unit) in columns {
      let small = unit.isEmpty ? "" : "<br/><small>\(unit)</small>"
      head += "<th scope=\"col\" class=\"n\">\(Markup.escaped(title))\(small)</th>"
    }
    var bodies = ""
    for junction in input.detailed {
      bodies += "<tbody>" + junctionRow(strategy, junction, columns: columns.count + 1)
      for movement in movementsOfJunction[junction] {
        bodies +=
          Markup.element(
            "tr",
            cells(strategy, movement, input.document.junctions[junction].control, hasAnalysis: hasAnalysis))
          + "\n"
      }
      bodies += "</tbody>\n"
    }
    return Markup.text("h3", "Under \(input.strategyNames[strategy])")
      + "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead>\n\(bodies)</table></div>\n"
  }

  private func junctionRow(_ strategy: Int, _ junction: Int, columns: Int) -> String {
    let delay = input.statistics.summary(
      of: input.document.strategies[strategy].junctions[junction][.delayPerVehicle])
    var words = "no vehicles"
    if let mean = delay.mean {
      let level = LevelOfService(
        controlDelaySeconds: mean, degreeOfSaturation: nil,
        control: input.document.junctions[junction].control)
      words =
        "\(input.format.summary(delay, .delayPerVehicle)) s per vehicle, level of service \(level.rawValue)"
    }
    let control = input.document.junctions[junction].control == .signal ? "" : ", priority rules"
    return Markup.element(
      "tr",
      Markup.element(
        "th", [("colspan", "\(columns)"), ("scope", "rowgroup")],
        Markup.escaped(input.junctionName(junction)) + Markup.text("small", words + control))) + "\n"
  }

  private func cells(
    _ strategy: Int, _ index: Int, _ control: NodeControl, hasAnalysis: Bool
  ) -> String {
    let record = input.document.movements[index]
    let values = input.document.strategies[strategy]
    let table = values.movements[index]
    let analysis = values.analyses.indices.contains(index) ? values.analyses[index] : nil
    func mean(_ measure: StudyMeasure) -> Double? { input.statistics.summary(of: table[measure]).mean }
    func shown(_ measure: StudyMeasure) -> String {
      mean(measure).map { input.format.value($0, measure) } ?? "–"
    }
    let delay = input.statistics.summary(of: table[.delayPerVehicle])
    var row = Markup.text("td", "\(record.approach) \(record.turn.title)")
    row += Markup.number("\(record.lanes)")
    row += Markup.number(
      analysis.map { NumberText.fixed($0.volumeVehiclesPerHour, decimals: 0) } ?? shown(.throughput))
    let saturation = analysis?.degreeOfSaturation
    if hasAnalysis {
      row += Markup.number(
        saturation.map { NumberText.fixed($0, decimals: 2) } ?? "–",
        class: (saturation ?? 0) > 1 ? "full" : "")
    }
    row += Markup.number(input.format.summary(delay, .delayPerVehicle))
    row += LevelOfServiceCell.html(delay.mean, degreeOfSaturation: saturation, control: control)
    if hasAnalysis {
      row += Markup.number(analysis?.hcmDelaySeconds.map { NumberText.fixed($0, decimals: 1) } ?? "–")
    }
    row += Markup.number(shown(.stopsPerVehicle))
    row += Markup.number(mean(.arrivalsOnGreen).map { NumberText.fixed($0 * 100, decimals: 0) } ?? "–")
    let isFull = (mean(.queueStorageRatio) ?? 0) >= 1
    row += Markup.number(shown(.queue95), class: isFull ? "full" : "")
    row += Markup.number(input.format.length(record.storageMeters))
    row += Markup.number(overflow(mean(.overflow), isFull: isFull), class: "full")
    return row
  }

  /// "▲ 42 s": how long queues reached beyond the storage; "▲" where only the 95 % queue does.
  private func overflow(_ seconds: Double?, isFull: Bool) -> String {
    guard let seconds, seconds >= 0.5 else { return isFull ? "▲" : "" }
    return "▲ \(NumberText.fixed(seconds, decimals: 0)) s"
  }
}
