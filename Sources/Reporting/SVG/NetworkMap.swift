import TrafficModel

/// The network from above, links and junctions coloured by the delay per vehicle under one strategy.
struct NetworkMap {
  /// Upper bounds of the colour classes in seconds: the level-of-service thresholds of signals.
  static let limits: [Double] = [10, 20, 35, 55, 80]

  private let input: ReportInput
  private let strategy: Int
  private let linkDelay: [Double?]
  private let suspects: Set<Int>

  private let width: Double
  private static let margin = 46.0

  /// - Parameter width: of the drawing; half a page lets two maps stand side by side.
  init(_ input: ReportInput, strategy: Int, width: Double) {
    self.input = input
    self.width = width
    self.strategy = strategy
    suspects = Set(input.document.suspects.map(\.junction))
    linkDelay = Self.delays(input, strategy: strategy)
  }

  /// The class of a delay, 0 to 5.
  static func colourClass(_ delaySeconds: Double) -> Int {
    limits.firstIndex { delaySeconds <= $0 } ?? limits.count
  }

  /// Mean delay per vehicle at the end of each link, over its movements and all replications.
  private static func delays(_ input: ReportInput, strategy: Int) -> [Double?] {
    var vehicles = [Double](repeating: 0, count: input.scenario.network.links.count)
    var delay = vehicles
    let hours = input.document.measuredSeconds / 3600
    for (index, movement) in input.scopes.movementOrder.enumerated() {
      let table = input.document.strategies[strategy].movements[index]
      let link = input.scenario.network[movement].from.index
      let passed = table[.throughput]
      let unfinished = table[.unfinished]
      for (replication, value) in table[.delayPerVehicle].enumerated() {
        guard let value else { continue }
        let count = (passed[replication] ?? 0) * hours + (unfinished[replication] ?? 0)
        vehicles[link] += count
        delay[link] += count * value
      }
    }
    return vehicles.indices.map { vehicles[$0] > 0 ? delay[$0] / vehicles[$0] : nil }
  }

  /// The corners of the network; `nil` without nodes.
  static func bounds(_ network: Network) -> (low: Point, high: Point)? {
    let points = network.nodes.map(\.position) + network.links.flatMap(\.shape)
    guard let first = points.first else { return nil }
    var low = first
    var high = first
    for point in points where point.xMeters.isFinite && point.yMeters.isFinite {
      low = Point(xMeters: min(low.xMeters, point.xMeters), yMeters: min(low.yMeters, point.yMeters))
      high = Point(xMeters: max(high.xMeters, point.xMeters), yMeters: max(high.yMeters, point.yMeters))
    }
    return (low, high)
  }

  func svg() -> String {
    guard let (low, high) = Self.bounds(input.scenario.network) else { return "" }
    let spanX = max(high.xMeters - low.xMeters, 1)
    let spanY = max(high.yMeters - low.yMeters, 1)
    // The long side of a corridor decides; tall ones are held to a page's height.
    let scale = min((width - 2 * Self.margin) / spanX, 560 / spanY)
    let height = spanY * scale + 2 * Self.margin
    let left = (width - spanX * scale) / 2
    var canvas = SVGCanvas(width: width, height: height)
    func place(_ point: Point) -> (Double, Double) {
      (left + (point.xMeters - low.xMeters) * scale, Self.margin + (high.yMeters - point.yMeters) * scale)
    }
    drawLinks(on: &canvas, place)
    drawJunctions(on: &canvas, place)
    drawScaleBar(on: &canvas, pixelsPerMeter: scale)
    let name = input.strategyNames[strategy]
    return canvas.svg(
      title: "Map of delay per vehicle under \(name)",
      description: "Links and junctions coloured by mean delay per vehicle in level-of-service classes.",
      class: "map")
  }

  private func drawLinks(on canvas: inout SVGCanvas, _ place: (Point) -> (Double, Double)) {
    let network = input.scenario.network
    // Slow links last, so that they lie on top where lines cross.
    let order = network.links.indices.sorted {
      let a = linkDelay[$0] ?? -1
      let b = linkDelay[$1] ?? -1
      return a != b ? a < b : $0 < $1
    }
    let offset = network.links.count > 400 ? 1.6 : 3.2
    for casing in [true, false] {
      for index in order {
        let link = network.links[index]
        let path = [network[link.from].position] + link.shape + [network[link.to].position]
        let points = beside(path.map(place), by: offset)
        guard let delay = linkDelay[index] else {
          if casing { canvas.polyline(points, class: "road", title: link.title) }
          continue
        }
        if casing {
          canvas.polyline(points, class: "casing")
        } else {
          let words =
            "\(link.title.isEmpty ? link.name : link.title), to node \(network[link.to].name): "
            + "\(NumberText.fixed(delay, decimals: 1)) s per vehicle"
          canvas.polyline(
            points, class: "link w\(Self.colourClass(delay)) e\(Self.colourClass(delay))", title: words)
        }
      }
    }
  }

  /// The line moved to its right-hand side, where traffic keeps right.
  private func beside(_ points: [(Double, Double)], by offset: Double) -> [(Double, Double)] {
    points.indices.map { index in
      let before = points[max(index - 1, 0)]
      let after = points[min(index + 1, points.count - 1)]
      let dx = after.0 - before.0
      let dy = after.1 - before.1
      let length = max((dx * dx + dy * dy).squareRoot(), 1e-9)
      return (points[index].0 - dy / length * offset, points[index].1 + dx / length * offset)
    }
  }

  private func drawJunctions(on canvas: inout SVGCanvas, _ place: (Point) -> (Double, Double)) {
    let network = input.scenario.network
    let radius = input.drawsAllJunctions ? 7.0 : 4.0
    let named = Set(input.detailed)
    var labels: [(x: Double, y: Double, width: Double)] = []
    for (index, node) in input.scopes.junctionNodes.enumerated() {
      let (x, y) = place(network[node].position)
      let delay = input.junctionDelay(strategy, index)
      let colour = delay.map { "e\(Self.colourClass($0))" } ?? "none"
      let words = delay.map { ": \(NumberText.fixed($0, decimals: 1)) s per vehicle" } ?? ""
      canvas.circle(x, y, radius: radius, class: "node f\(colour)", title: input.junctionName(index) + words)
      if suspects.contains(index) { canvas.circle(x, y, radius: radius + 4, class: "suspect") }
      guard named.contains(index) else { continue }
      // Titles where they fit, else names; what would still lie on another label is left to the tooltip.
      for text in [input.junctionName(index), input.document.junctions[index].node] {
        let label = (x: x + radius + 3, y: y - radius - 3, width: Double(text.count) * 6.4)
        let isFree = labels.allSatisfy {
          abs($0.y - label.y) > 13 || $0.x + $0.width < label.x || label.x + label.width < $0.x
        }
        if isFree && label.x + label.width < width {
          canvas.text(text, label.x, label.y, class: "t halo")
          labels.append(label)
          break
        }
      }
    }
  }

  private func drawScaleBar(on canvas: inout SVGCanvas, pixelsPerMeter: Double) {
    let isMetric = input.document.units == .metric
    let unit = isMetric ? 1.0 : Conversion.metersPerFoot
    var length = Scale.roundStep(90 / pixelsPerMeter / unit)
    var text =
      isMetric ? "\(NumberText.fixed(length, decimals: 0)) m" : "\(NumberText.fixed(length, decimals: 0)) ft"
    if isMetric && length >= 1000 { text = "\(NumberText.fixed(length / 1000, decimals: 0)) km" }
    if !isMetric && length >= 2000 {
      let miles = Scale.roundStep(length / 5280)
      length = miles * 5280
      text = "\(NumberText.fixed(miles, decimals: miles < 1 ? 1 : 0)) mi"
    }
    let pixels = length * unit * pixelsPerMeter
    let y = canvas.height - 12
    canvas.line(10, y, 10 + pixels, y, class: "axis")
    canvas.line(10, y - 4, 10, y + 4, class: "axis")
    canvas.line(10 + pixels, y - 4, 10 + pixels, y + 4, class: "axis")
    canvas.text(text, 16 + pixels, y + 4, class: "t m")
    canvas.polygon([(20, 12), (25, 28), (20, 24), (15, 28)], class: "north")
    canvas.text("N", 20, 41, anchor: .middle, class: "t m")
  }

  /// The colour classes with their bounds, for all maps together.
  static func legend() -> String {
    var canvas = SVGCanvas(width: 640, height: 40)
    let names = ["≤ 10 s", "10–20", "20–35", "35–55", "55–80", "> 80 s"]
    for (index, name) in names.enumerated() {
      let x = 130 + Double(index) * 84
      canvas.line(x, 12, x + 78, 12, class: "casing")
      canvas.line(x, 12, x + 78, 12, class: "link w\(index) e\(index)")
      canvas.text(name, x + 39, 32, anchor: .middle, class: "t m")
    }
    canvas.text("Delay per vehicle", 0, 16)
    return canvas.svg(title: "Colours of delay per vehicle")
  }
}
