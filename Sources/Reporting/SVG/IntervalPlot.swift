/// Small panels, one for each measure: the strategies' means as dots, their intervals as lines, and every
/// replication as a tick.
struct IntervalPlot {
  private let input: ReportInput
  private let scope: ReportInput.Scope
  private let measures: [StudyMeasure]

  private static let width = 1000.0
  private static let panelWidth = 488.0
  private static let rowHeight = 24.0
  private static let labelWidth = 118.0

  init(_ input: ReportInput, _ scope: ReportInput.Scope) {
    self.input = input
    self.scope = scope
    measures = [
      .delayPerVehicle, .travelTime, .stopsPerVehicle, .arrivalsOnGreen, .queue95, .pedestrianDelay,
      .throughput,
      .unserved,
    ].filter { measure in
      input.document.strategies.indices.contains { index in
        guard let mean = scope.statistics.summary(strategy: index, measure)?.mean else { return false }
        return measure != .unserved || mean > 0
      }
    }
  }

  func svg() -> String {
    if measures.isEmpty { return "" }
    let panelHeight = 22 + Self.rowHeight * Double(input.strategyNames.count) + 34
    let rows = (measures.count + 1) / 2
    var canvas = SVGCanvas(width: Self.width, height: Double(rows) * panelHeight)
    for (index, measure) in measures.enumerated() {
      let x = index % 2 == 0 ? 0 : Self.width - Self.panelWidth
      draw(measure, on: &canvas, x: x, y: Double(index / 2) * panelHeight)
    }
    let runs = NumberText.count(input.document.replicationCount, "replication")
    return canvas.svg(
      title: "Measures of the strategies with their 95 % intervals",
      description: "Dots are means over \(runs), lines are 95 % intervals, ticks are single replications.")
  }

  private func draw(_ measure: StudyMeasure, on canvas: inout SVGCanvas, x: Double, y: Double) {
    let format = input.format
    let factor = format.factor(measure)
    let symbol = format.symbol(measure)
    canvas.text(symbol.isEmpty ? measure.title : "\(measure.title), \(symbol)", x, y + 14, class: "t h")
    let summaries = input.document.strategies.indices.map {
      scope.statistics.summary(strategy: $0, measure)
    }
    let values = scope.tables.map { $0[measure].compactMap { $0 }.map { $0 * factor } }
    var all = values.flatMap { $0 }
    for summary in summaries {
      if let interval = summary?.interval { all += [interval.low * factor, interval.high * factor] }
    }
    let low = all.min() ?? 0
    let high = all.max() ?? 1
    let margin = high > low ? (high - low) * 0.06 : high == 0 ? 1 : abs(high) * 0.1
    let scale = Scale(
      (low - margin)...(high + margin), from: x + Self.labelWidth, to: x + Self.panelWidth - 10)
    let top = y + 22
    let bottom = top + Self.rowHeight * Double(summaries.count)
    let ticks = scale.ticks(about: 5)
    for tick in ticks {
      canvas.line(scale(tick), top, scale(tick), bottom, class: "grid")
      canvas.text(
        NumberText.fixed(tick, decimals: Scale.decimals(of: ticks)), scale(tick), bottom + 15,
        anchor: .middle,
        class: "t m")
    }
    canvas.line(x + Self.labelWidth, bottom, x + Self.panelWidth - 10, bottom, class: "axis")
    for (index, summary) in summaries.enumerated() {
      let row = top + Self.rowHeight * (Double(index) + 0.5)
      canvas.text(
        shortened(input.strategyNames[index]), x + Self.labelWidth - 10, row + 4, anchor: .end)
      for value in values[index] { canvas.line(scale(value), row - 5, scale(value), row + 5, class: "run") }
      guard let summary, let mean = summary.mean else {
        canvas.text("nothing to measure", x + Self.labelWidth + 6, row + 4, class: "t m")
        continue
      }
      if let interval = summary.interval {
        let left = scale(interval.low * factor)
        let right = scale(interval.high * factor)
        canvas.line(left, row, right, row, class: "ci k\(index % 6)")
        canvas.line(left, row - 4, left, row + 4, class: "ci k\(index % 6)")
        canvas.line(right, row - 4, right, row + 4, class: "ci k\(index % 6)")
      }
      canvas.marker(
        index, scale(mean * factor), row,
        title: "\(input.strategyNames[index]): \(format.summary(summary, measure)) \(symbol)")
    }
  }

  private func shortened(_ name: String) -> String { name.count <= 16 ? name : name.prefix(15) + "…" }
}
