/// The change of every tested measure against the baseline strategy, in per cent of the baseline's mean.
struct ChangePlot {
  private struct Row {
    var tested: MeasureDifference
    var percent: Double
    var interval: ClosedRange<Double>?
  }

  private let input: ReportInput
  private let rows: [Row]
  private let second: Int

  private static let width = 1000.0
  private static let rowHeight = 24.0
  private static let labelWidth = 190.0
  private static let noteWidth = 190.0
  /// Changes beyond this many per cent are cut with an arrow, so that one of them does not flatten all others.
  private static let reach = 120.0

  /// - Parameter second: the strategy that is compared with the baseline, the first.
  init(_ input: ReportInput, _ scope: ScopeStatistics, strategy second: Int) {
    self.input = input
    self.second = second
    rows = scope.differences.compactMap { tested in
      guard tested.first == 0, tested.second == second, let change = tested.difference.mean,
        let base = scope.summary(strategy: 0, tested.measure)?.mean, base != 0
      else { return nil }
      let factor = 100 / abs(base)
      let interval = tested.difference.interval.map { ($0.low * factor)...($0.high * factor) }
      return Row(tested: tested, percent: change * factor, interval: interval)
    }
  }

  func svg() -> String {
    if rows.isEmpty { return "" }
    let height = Self.rowHeight * Double(rows.count) + 54
    var canvas = SVGCanvas(width: Self.width, height: height)
    var extent = 1.0
    for row in rows {
      for value in [row.percent, row.interval?.lowerBound ?? 0, row.interval?.upperBound ?? 0] {
        extent = max(extent, min(abs(value), Self.reach))
      }
    }
    let scale = Scale(
      (-extent * 1.05)...(extent * 1.05), from: Self.labelWidth, to: Self.width - Self.noteWidth)
    let bottom = 10 + Self.rowHeight * Double(rows.count)
    let ticks = scale.ticks(about: 8)
    for tick in ticks {
      canvas.line(scale(tick), 6, scale(tick), bottom, class: tick == 0 ? "zero" : "grid")
      let text = NumberText.signed(tick, decimals: Scale.decimals(of: ticks))
      canvas.text(text + " %", scale(tick), bottom + 16, anchor: .middle, class: "t m")
    }
    for (index, row) in rows.enumerated() {
      draw(row, on: &canvas, y: 10 + Self.rowHeight * (Double(index) + 0.5), scale)
    }
    let names = input.strategyNames
    canvas.text(
      "change of \(names[second]) against \(names[0]), in % of the mean of \(names[0])", scale(0),
      bottom + 36,
      anchor: .middle, class: "t m")
    return canvas.svg(
      title: "Change of \(names[second]) against \(names[0])",
      description:
        "Paired differences with 95 % intervals; filled marks are significant after Holm's correction.")
  }

  private func draw(_ row: Row, on canvas: inout SVGCanvas, y: Double, _ scale: Scale) {
    let measure = row.tested.measure
    let isSignificant = (row.tested.holmP ?? 1) < StudyAnswer.significance
    let isBetter = (row.percent < 0) == (measure.lowerIsBetter ?? true)
    let tone = !isSignificant ? "same" : isBetter ? "better" : "worse"
    canvas.text(measure.title, Self.labelWidth - 12, y + 4, anchor: .end)
    let limit = scale.domain.upperBound
    func clipped(_ value: Double) -> Double { scale(min(max(value, -limit), limit)) }
    if let interval = row.interval {
      canvas.line(clipped(interval.lowerBound), y, clipped(interval.upperBound), y, class: "ci \(tone)")
      for bound in [interval.lowerBound, interval.upperBound] where abs(bound) <= limit {
        canvas.line(scale(bound), y - 4, scale(bound), y + 4, class: "ci \(tone)")
      }
    }
    let x = clipped(row.percent)
    if abs(row.percent) > limit {
      let way = row.percent < 0 ? -1.0 : 1.0
      canvas.polygon([(x + 7 * way, y), (x, y - 6), (x, y + 6)], class: "dot \(tone)")
    } else {
      canvas.circle(x, y, radius: 5, class: "dot \(tone)")
    }
    let symbol = input.format.symbol(measure)
    canvas.text(
      "\(input.format.difference(row.tested.difference, measure)) \(symbol)", Self.width, y + 4, anchor: .end,
      class: "t num")
  }
}
