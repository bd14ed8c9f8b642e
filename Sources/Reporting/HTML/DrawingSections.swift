import TrafficModel

/// The signal plans on the street, one drawing per controller.
struct PlanSection {
  private let input: ReportInput

  init(_ input: ReportInput) { self.input = input }

  /// `nil` without signals.
  func section() -> ReportSection? {
    let owners = input.scenario.controllerOfNode
    var chosen: [ControllerID] = []
    for junction in input.detailed {
      guard let id = owners[input.scopes.junctionNodes[junction].index], !chosen.contains(id) else {
        continue
      }
      chosen.append(id)
    }
    if chosen.isEmpty { return nil }
    var content = Markup.text(
      "p",
      "The first pattern of each controller. Green, yellow and red clearance to scale; below the phases walk "
        + "(white) and pedestrian clearance (blue); thick lines are barriers; the triangle is the point that the "
        + "offset fixes. An actuated strategy uses the phases but times them by demand.", class: "lead")
    if !input.detailNote.isEmpty { content += Markup.text("p", input.detailNote, class: "note") }
    for id in chosen {
      let controller = input.scenario.controllers[id.index]
      let nodes = controller.nodes.map { input.scenario.network[$0] }
      let places = nodes.map { $0.title.isEmpty ? $0.name : $0.title }.joined(separator: ", ")
      var heading = "Controller \(controller.name)"
      if places != controller.name { heading += ", \(places)" }
      if let pattern = controller.patterns.first {
        heading +=
          ": pattern \(pattern.number)\(pattern.name.isEmpty ? "" : " \(pattern.name)"), cycle "
          + "\(NumberText.fixed(pattern.cycle.seconds, decimals: 0)) s"
      }
      content +=
        "<figure>" + Markup.text("h3", heading) + SignalPlanDrawing.figure(input, controller: id)
        + "</figure>\n"
    }
    return ReportSection(id: "plans", title: "Signal plans", content: content)
  }
}

/// Progression along the corridor, one time-space diagram per strategy.
struct TimeSpaceSection {
  private let input: ReportInput

  init(_ input: ReportInput) { self.input = input }

  /// `nil` without a corridor or without a trace.
  func section() -> ReportSection? {
    var figures = ""
    for index in input.document.strategies.indices {
      guard let diagram = TimeSpaceDiagram(input, strategy: index) else { continue }
      figures +=
        "<figure>" + Markup.text("h3", input.strategyNames[index])
        + "<div class=\"scroll\">\(diagram.figure())</div></figure>\n"
    }
    if figures.isEmpty { return nil }
    let lead = Markup.text(
      "p",
      "Replication \(input.document.replications.lowerBound), the first minutes of the measured time. Solid lines are "
        + "vehicles in the direction of the corridor, dashed lines against it. At each signal the lower bar is the "
        + "green of the through movement in the direction of the corridor, the upper bar against it; the thin line "
        + "is red. Between its standstill and the stop line a vehicle is drawn at half the speed limit.",
      class: "lead")
    return ReportSection(
      id: "time-space", title: "Time and space along the corridor", content: lead + figures)
  }
}

/// How queues grew and shrank.
struct QueueSection {
  private let input: ReportInput

  init(_ input: ReportInput) { self.input = input }

  /// `nil` without a trace.
  func section() -> ReportSection? {
    guard let chart = QueueChart(input) else { return nil }
    let lead = Markup.text(
      "p",
      "The furthest back of queue in every \(NumberText.fixed(chart.binSeconds, decimals: 0)) s (the longest cycle), "
        + "from the stop line, in replication \(input.document.replications.lowerBound), for the lanes whose queues "
        + "were the longest; minutes since the start of the run. The dotted line is the lane's storage "
        + "where the queue comes near it.", class: "lead")
    return ReportSection(
      id: "queues", title: "Queues over time",
      content: lead + key() + "<figure>" + chart.svg() + "</figure>\n")
  }

  private func key() -> String {
    var items = ""
    for (index, name) in input.strategyNames.enumerated() where input.traces[index] != nil {
      var canvas = SVGCanvas(width: 34, height: 14)
      canvas.polyline([(0, 7), (34, 7)], class: "queue k\(index % 6)")
      items += "<span>" + canvas.svg(title: "Line of \(name)") + Markup.escaped(name) + "</span>"
    }
    return Markup.element("div", [("class", "key")], items)
  }
}
