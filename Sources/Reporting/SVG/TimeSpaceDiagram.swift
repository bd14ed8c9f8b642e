import TrafficModel

/// Distance along the scenario's corridor over time: vehicles' paths and the signals' greens in both directions.
struct TimeSpaceDiagram {
  private let input: ReportInput
  private let strategy: Int
  private let trace: RunTrace
  private let corridor: CorridorGeometry
  private let window: ClosedRange<Double>

  private static let width = 1000.0
  private static let left = 150.0
  private static let right = 14.0
  private static let top = 18.0
  /// Cycles shown, and the longest window in seconds.
  private static let cycles = 4.0
  private static let longestWindow = 600.0
  /// Stretches of paths drawn at most; beyond it every second, third, … vehicle is left out.
  static let pieceLimit = 6000

  /// `nil` without a corridor or a trace.
  init?(_ input: ReportInput, strategy: Int) {
    guard let trace = input.traces[strategy], let corridor = CorridorGeometry(input.scenario) else {
      return nil
    }
    self.input = input
    self.strategy = strategy
    self.trace = trace
    self.corridor = corridor
    let start = input.document.warmUpSeconds
    let cycle = corridor.longestCycleSeconds ?? 100
    let length = min(Self.cycles * cycle, Self.longestWindow, max(input.document.measuredSeconds, 1))
    window = start...(start + length)
  }

  func figure() -> String {
    let height = min(max(corridor.lengthMeters * 0.16, 320), 640)
    var canvas = SVGCanvas(width: Self.width, height: height + Self.top + 44)
    let time = Scale(window, from: Self.left, to: Self.width - Self.right)
    let distance = Scale(0...max(corridor.lengthMeters, 1), from: Self.top + height, to: Self.top)
    drawAxes(on: &canvas, time, distance)
    let (forward, skip) = paths(corridor.forward)
    let (backward, _) = paths(corridor.backward)
    canvas.clipped(
      id: "tsd\(strategy)", Self.left, Self.top - 6, Self.width - Self.right - Self.left, height + 12
    ) { inner in
      for path in backward {
        inner.polyline(path.map { (time($0.0), distance($0.1)) }, class: "car back")
      }
      for path in forward { inner.polyline(path.map { (time($0.0), distance($0.1)) }, class: "car") }
      drawGreens(on: &inner, time, distance)
    }
    let name = input.strategyNames[strategy]
    let thinned = skip > 1 ? " Every \(skip)th vehicle is drawn." : ""
    return canvas.svg(
      title: "Time-space diagram under \(name)",
      description: "Vehicle paths along \(corridor.name) with the greens of its signals.\(thinned)",
      class: "tsd")
      + (thinned.isEmpty ? "" : Markup.text("p", thinned, class: "note"))
  }

  private func drawAxes(on canvas: inout SVGCanvas, _ time: Scale, _ distance: Scale) {
    let bottom = distance(0)
    for tick in time.timeTicks(about: 12) {
      canvas.line(time(tick), Self.top, time(tick), bottom, class: "grid")
      canvas.text(Self.clock(tick), time(tick), bottom + 16, anchor: .middle, class: "t m")
    }
    canvas.text(
      "time since the start of the run, min:s (measuring starts at \(Self.clock(window.lowerBound)))",
      (Self.left + Self.width) / 2, bottom + 36, anchor: .middle, class: "t m")
    var lastLabel = Double.infinity
    for stop in corridor.signals {
      let y = distance(stop.meters)
      guard lastLabel - y > 13 || lastLabel == .infinity else { continue }
      lastLabel = y
      canvas.text(stop.label, Self.left - 46, y + 4, anchor: .end, class: "t s")
      canvas.text(input.format.length(stop.meters), Self.left - 8, y + 4, anchor: .end, class: "t m")
    }
    canvas.text(input.format.lengthSymbol, Self.left - 8, Self.top - 6, anchor: .end, class: "t m")
    canvas.line(Self.left, Self.top, Self.left, bottom, class: "axis")
    canvas.line(Self.left, bottom, Self.width - Self.right, bottom, class: "axis")
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds)
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private func drawGreens(on canvas: inout SVGCanvas, _ time: Scale, _ distance: Scale) {
    for stop in corridor.signals {
      let y = distance(stop.meters)
      if let groups = stop.forward { drawBar(stop, groups, y + 3, "", on: &canvas, time) }
      if let groups = stop.backward { drawBar(stop, groups, y - 4, " back", on: &canvas, time) }
    }
  }

  private func drawBar(
    _ stop: CorridorGeometry.Signal, _ groups: [Int], _ y: Double, _ side: String, on canvas: inout SVGCanvas,
    _ time: Scale
  ) {
    canvas.line(time(window.lowerBound), y, time(window.upperBound), y, class: "stopline")
    guard trace.greens.indices.contains(stop.controller) else { return }
    let shown = trace.greens[stop.controller]
    for group in groups where shown.indices.contains(group) {
      for green in shown[group] where green.overlaps(window) {
        let from = max(green.lowerBound, window.lowerBound)
        let to = min(green.upperBound, window.upperBound)
        canvas.line(time(from), y, time(to), y, class: "go" + side)
      }
    }
  }

  /// The polylines of the vehicles on some links, as seconds and metres, and the stride at which vehicles are taken.
  private func paths(_ places: [CorridorGeometry.Place?]) -> ([[(Double, Double)]], Int) {
    var byVehicle: [UInt32: [TrajectoryPiece]] = [:]
    var order: [UInt32] = []
    var count = 0
    for piece in trace.trajectories
    where places[piece.link.index] != nil && piece.leftSeconds >= window.lowerBound
      && piece.enteredSeconds <= window.upperBound
    {
      if byVehicle[piece.vehicle] == nil { order.append(piece.vehicle) }
      byVehicle[piece.vehicle, default: []].append(piece)
      count += 1
    }
    let stride = count / Self.pieceLimit + 1
    var result: [[(Double, Double)]] = []
    for (index, vehicle) in order.enumerated() where index % stride == 0 {
      let pieces = (byVehicle[vehicle] ?? []).sorted { $0.enteredSeconds < $1.enteredSeconds }
      var path: [(Double, Double)] = []
      var lastPlace: CorridorGeometry.Place?
      for piece in pieces {
        guard let place = places[piece.link.index] else { continue }
        // A vehicle that left the corridor and came back is two paths.
        if let lastPlace, lastPlace.order + 1 != place.order {
          result.append(path)
          path = []
        }
        lastPlace = place
        append(piece, at: place, to: &path)
      }
      result.append(path)
    }
    return (result, stride)
  }

  private func append(
    _ piece: TrajectoryPiece, at place: CorridorGeometry.Place, to path: inout [(Double, Double)]
  ) {
    let way = place.endMeters - place.startMeters
    let length = abs(way)
    func meters(beforeStopLine distance: Double) -> Double {
      place.endMeters - way * min(max(distance / max(length, 1e-9), 0), 1)
    }
    path.append((piece.enteredSeconds, place.startMeters))
    if let stopped = piece.stoppedAtMeters {
      let height = meters(beforeStopLine: stopped)
      path.append((piece.stoppedSeconds, height))
      // How the queue moved up is not recorded: it stands, then covers the rest at half the limit.
      let start = piece.leftSeconds - stopped / max(place.speed / 2, 1)
      path.append((max(start, piece.stoppedSeconds), height))
    }
    path.append((piece.leftSeconds, place.endMeters))
  }
}
