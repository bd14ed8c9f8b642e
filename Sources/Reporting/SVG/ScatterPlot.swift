/// Two answers to the same questions as points, with the line on which they agree: one file, to be looked at by itself.
///
/// Both axes have one scale from zero, so that distances from the line can be compared; the band around it is the
/// tolerance. Areas of points grow with their weight.
public struct ScatterPlot: Sendable {
  /// One question and both answers.
  public struct Point: Hashable, Sendable {
    public var name: String
    public var x: Double
    public var y: Double
    /// From 0; the largest point has the largest weight.
    public var weight: Double
    /// Within the tolerance, as the caller judges it.
    public var agrees: Bool

    public init(name: String, x: Double, y: Double, weight: Double = 1, agrees: Bool) {
      self.name = name
      self.x = x
      self.y = y
      self.weight = weight
      self.agrees = agrees
    }
  }

  public var title: String
  public var xTitle: String
  public var yTitle: String
  /// Half width of the band around the line, as a share of x.
  public var tolerance: Double
  public var points: [Point]

  public init(title: String, xTitle: String, yTitle: String, tolerance: Double, points: [Point]) {
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.tolerance = tolerance
    self.points = points
  }

  private static let size = 640.0
  private static let left = 62.0
  private static let top = 40.0
  private static let side = 540.0
  private static let largestRadius = 11.0
  private static let smallestRadius = 2.5

  /// A complete SVG document with its own style.
  public func svg() -> String {
    var canvas = SVGCanvas(width: Self.size, height: Self.top + Self.side + 56)
    let largest = points.reduce(0) { max($0, $1.x, $1.y) }
    let domain = 0...(largest > 0 && largest.isFinite ? largest * 1.04 : 1)
    let across = Scale(domain, from: Self.left, to: Self.left + Self.side)
    let up = Scale(domain, from: Self.top + Self.side, to: Self.top)
    drawBand(on: &canvas, across, up, until: domain.upperBound)
    drawAxes(on: &canvas, across, up)
    let heaviest = points.reduce(0) { max($0, $1.weight) }
    // Small ones last, so that large ones do not hide them.
    let order = points.indices.sorted { (-points[$0].weight, $0) < (-points[$1].weight, $1) }
    for index in order {
      let point = points[index]
      guard point.x.isFinite, point.y.isFinite else { continue }
      let share = heaviest > 0 ? max(0, point.weight / heaviest) : 1
      canvas.circle(
        across(point.x), up(point.y),
        radius: max(Self.smallestRadius, Self.largestRadius * share.squareRoot()),
        class: point.agrees ? "dot better" : "dot worse",
        title: "\(point.name): \(number(point.x)) and \(number(point.y))")
    }
    canvas.text(title, Self.left, 22, class: "t h")
    let agreeing = points.count { $0.agrees }
    return canvas.svg(
      title: title,
      description: "\(agreeing) of \(points.count) points agree; the line is equality, the band "
        + "\(NumberText.fixed(100 * tolerance, decimals: 0)) % to both sides.", style: Self.style)
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  private func drawBand(on canvas: inout SVGCanvas, _ across: Scale, _ up: Scale, until end: Double) {
    // Cut at the upper edge, where the band leaves the square.
    let exit = end / (1 + tolerance)
    canvas.polygon(
      [
        (across(0), up(0)), (across(exit), up(end)), (across(end), up(end)),
        (across(end), up(end * (1 - tolerance))),
      ], class: "band")
    canvas.line(across(0), up(0), across(end), up(end), class: "axis")
  }

  private func drawAxes(on canvas: inout SVGCanvas, _ across: Scale, _ up: Scale) {
    let ticks = across.ticks(about: 8)
    for tick in ticks {
      let text = NumberText.fixed(tick, decimals: Scale.decimals(of: ticks))
      canvas.line(across(tick), Self.top, across(tick), Self.top + Self.side, class: "grid")
      canvas.line(Self.left, up(tick), Self.left + Self.side, up(tick), class: "grid")
      canvas.text(text, across(tick), Self.top + Self.side + 18, anchor: .middle, class: "t m")
      canvas.text(text, Self.left - 8, up(tick) + 4, anchor: .end, class: "t m")
    }
    canvas.text(xTitle, Self.left + Self.side / 2, Self.top + Self.side + 42, anchor: .middle)
    canvas.verticalText(yTitle, 18, Self.top + Self.side / 2)
  }

  private static let style = """
    svg{font:12.5px system-ui,"Segoe UI",Roboto,Arial,sans-serif;background:#fff}
    .t{fill:#1b1f24}.t.m{fill:#59636e;font-size:11.5px}.t.h{font-weight:600;font-size:14px}
    .grid{stroke:#e6eaee}.axis{stroke:#59636e}.band{fill:#0072b2;opacity:.1}
    .dot{stroke:#fff;stroke-width:.8;opacity:.8}.dot.better{fill:#0072b2}.dot.worse{fill:#d55e00}
    """
}
