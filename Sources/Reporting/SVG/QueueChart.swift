import TrafficModel

/// The back of queue over time in the lanes with the longest queues: one small chart each, all strategies in it.
struct QueueChart {
  private struct Panel {
    var lane: Int
    var title: String
    var storageMeters: Double
  }

  private let input: ReportInput
  private let panels: [Panel]
  /// The longest cycle: one point per cycle shows how queues grow without the saw teeth of every red.
  let binSeconds: Double

  static let lanes = 8
  private static let width = 1000.0
  private static let panelWidth = 488.0
  private static let panelHeight = 150.0

  /// `nil` if no strategy has a trace with queues.
  init?(_ input: ReportInput) {
    self.input = input
    let network = input.scenario.network
    let numbering = LaneNumbering(network)
    var highest = [Double](repeating: 0, count: numbering.count)
    for trace in input.traces.compactMap({ $0 }) {
      for (lane, samples) in trace.queuesMeters.enumerated() where lane < highest.count {
        for sample in samples { highest[lane] = max(highest[lane], sample) }
      }
    }
    var isServed = [Bool](repeating: false, count: numbering.count)
    for movement in network.movements {
      for lane in movement.lanes { isServed[numbering.laneID(movement.from, lane: lane).index] = true }
    }
    let worst = highest.indices.filter { highest[$0] > 0 && isServed[$0] }
      .sorted { highest[$0] != highest[$1] ? highest[$0] > highest[$1] : $0 < $1 }
      .prefix(Self.lanes)
    if worst.isEmpty { return nil }
    let cycles = input.scenario.controllers.compactMap { $0.patterns.first?.cycle.seconds }
    binSeconds = cycles.max() ?? 60
    panels = worst.map { lane in
      let (link, index) = numbering.place(of: LaneID(lane))
      let record = network[link]
      let turns = Turn.allCases.filter { turn in
        network.movements.contains { $0.from == link && $0.turn == turn && $0.lanes.contains(index) }
      }
      let node = network[record.to]
      let words = turns.map(\.title).joined(separator: " + ")
      return Panel(
        lane: lane,
        title:
          "\(node.title.isEmpty ? node.name : "\(node.name) \(node.title)"), \(input.approaches[link]) \(words)"
          + " (lane \(index + 1) of \(record.lanes.count))",
        storageMeters: record.lanes[index].pocketMeters ?? record.lengthMeters)
    }
  }

  func svg() -> String {
    let rows = (panels.count + 1) / 2
    var canvas = SVGCanvas(width: Self.width, height: Double(rows) * Self.panelHeight)
    for (index, panel) in panels.enumerated() {
      let x = index % 2 == 0 ? 0 : Self.width - Self.panelWidth
      draw(panel, on: &canvas, x: x, y: Double(index / 2) * Self.panelHeight)
    }
    return canvas.svg(
      title: "Back of queue over time in the \(panels.count) lanes with the longest queues",
      description: "One chart per lane, one line per strategy, the dashed line is the storage.",
      class: "queues")
  }

  private func draw(_ panel: Panel, on canvas: inout SVGCanvas, x: Double, y: Double) {
    let factor = input.format.lengthFactor
    let start = input.document.warmUpSeconds / 60
    let end = start + input.document.measuredSeconds / 60
    var highest = 1.0
    for trace in input.traces.compactMap({ $0 }) where panel.lane < trace.queuesMeters.count {
      highest = max(highest, trace.queuesMeters[panel.lane].max() ?? 0)
    }
    // The storage is part of the picture only where the queue comes near it.
    let showsStorage = panel.storageMeters < 2.5 * highest
    let reach = (showsStorage ? max(highest, panel.storageMeters) : highest) * factor * 1.06
    let plotTop = y + 24
    let plotBottom = y + Self.panelHeight - 24
    let time = Scale(start...max(end, start + 1), from: x + 44, to: x + Self.panelWidth - 8)
    let length = Scale(0...reach, from: plotBottom, to: plotTop)
    canvas.text(panel.title, x, y + 14, class: "t s")
    let lengths = length.ticks(about: 4)
    for tick in lengths {
      canvas.line(x + 44, length(tick), x + Self.panelWidth - 8, length(tick), class: "grid")
      canvas.text(
        NumberText.fixed(tick, decimals: Scale.decimals(of: lengths)), x + 38, length(tick) + 4, anchor: .end,
        class: "t m")
    }
    for tick in time.ticks(about: 7) {
      canvas.text(
        NumberText.fixed(tick, decimals: 0), time(tick), plotBottom + 15, anchor: .middle, class: "t m")
    }
    canvas.text(
      "\(input.format.lengthSymbol) over min", x + Self.panelWidth - 8, y + 14, anchor: .end, class: "t m")
    canvas.line(x + 44, plotBottom, x + Self.panelWidth - 8, plotBottom, class: "axis")
    if showsStorage {
      let level = length(panel.storageMeters * factor)
      canvas.line(x + 44, level, x + Self.panelWidth - 8, level, class: "storage")
      canvas.text(
        "storage \(input.format.length(panel.storageMeters)) \(input.format.lengthSymbol)",
        x + Self.panelWidth - 10, level < plotTop + 16 ? level + 13 : level - 4, anchor: .end,
        class: "t m halo")
    }
    for (strategy, trace) in input.traces.enumerated() {
      guard let trace, panel.lane < trace.queuesMeters.count else { continue }
      let perBin = max(Int((binSeconds / max(trace.sampleSeconds, 0.1)).rounded()), 1)
      let samples = trace.queuesMeters[panel.lane]
      let points = stride(from: 0, to: samples.count, by: perBin).map { first in
        let bin = samples[first..<min(first + perBin, samples.count)]
        let middle = (Double(first) + Double(bin.count - 1) / 2) * trace.sampleSeconds / 60
        return (time(start + middle), length((bin.max() ?? 0) * factor))
      }
      canvas.polyline(
        points, class: "queue k\(strategy % 6)",
        title: "\(input.strategyNames[strategy]), \(panel.title)")
    }
  }
}
