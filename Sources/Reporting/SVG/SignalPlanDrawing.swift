import TrafficModel

/// A pattern over one cycle: rings of phases with barriers, or a row of stages with the bars of its groups.
struct SignalPlanDrawing {
  private let scenario: Scenario
  private let controller: SignalController
  private let pattern: Pattern
  private let timeline: CycleTimeline
  /// "NB left", by group.
  private let served: [[String]]

  private static let width = 1000.0
  private static let left = 92.0
  private static let right = 16.0

  /// - Returns: the drawing, or why there is none, as markup.
  static func figure(_ input: ReportInput, controller id: ControllerID) -> String {
    let controller = input.scenario.controllers[id.index]
    guard let pattern = controller.patterns.first else {
      return Markup.text("p", "The controller has no pattern.", class: "note")
    }
    do throws(TimelineFailure) {
      let timeline = try controller.timeline(of: pattern)
      return SignalPlanDrawing(input, controller, pattern, timeline).svg()
    } catch {
      return Markup.text("p", "The pattern cannot be drawn. \(error.description)", class: "note")
    }
  }

  private init(
    _ input: ReportInput, _ controller: SignalController, _ pattern: Pattern, _ timeline: CycleTimeline
  ) {
    scenario = input.scenario
    self.controller = controller
    self.pattern = pattern
    self.timeline = timeline
    var names = [[String]](repeating: [], count: controller.groups.count)
    for movement in input.scenario.network.movements where controller.nodes.contains(movement.node) {
      for group in movement.protectedGroups where names.indices.contains(group) {
        let name = "\(input.approaches[movement.from]) \(movement.turn.title)"
        if !names[group].contains(name) { names[group].append(name) }
      }
    }
    served = names
  }

  private var cycle: Double { timeline.cycle.seconds }

  private var scale: Scale { Scale(0...cycle, from: Self.left, to: Self.width - Self.right) }

  /// Seconds after the drawing's left edge, which is the start of the first interval.
  private func local(_ time: TimeSpan, from origin: TimeSpan) -> Double {
    (time - origin).modulo(timeline.cycle).seconds
  }

  private func svg() -> String {
    switch pattern.timing {
    case .ringBarrier(let diagram, let splits, _): rings(diagram, splits)
    case .stages(let chain): stages(chain)
    }
  }

  private var title: String { "Controller \(controller.name), pattern \(pattern.number)" }

  private func drawAxis(on canvas: inout SVGCanvas, y: Double, origin: TimeSpan) {
    canvas.line(Self.left, y, Self.width - Self.right, y, class: "axis")
    for tick in scale.timeTicks(about: 12) {
      canvas.line(scale(tick), y, scale(tick), y + 4, class: "axis")
      canvas.text(NumberText.fixed(tick, decimals: 0), scale(tick), y + 17, anchor: .middle, class: "t m")
    }
    canvas.text("s in cycle", Self.left - 10, y + 17, anchor: .end, class: "t m")
    // The offset's reference point occurs at master time ≡ offset.
    let x = scale(local(pattern.offset, from: origin))
    canvas.polygon([(x, y + 22), (x + 6, y + 33), (x - 6, y + 33)], class: "offset")
    let words = "offset \(seconds(pattern.offset)) s after master zero (\(referenceWords))"
    let isLate = x > Self.width * 0.6
    canvas.text(words, isLate ? x - 10 : x + 10, y + 33, anchor: isLate ? .end : .start, class: "t m")
  }

  private var referenceWords: String {
    if case .stages = pattern.timing { return "start of the first stage" }
    switch pattern.reference {
    case .lastGreen: return "last reference phase turns green"
    case .firstYellow: return "first reference phase turns yellow"
    case .firstRed: return "first reference phase turns red"
    case .firstGreen: return "first reference phase turns green"
    case .firstPedestrianClearance: return "first reference phase begins its pedestrian clearance"
    }
  }

  private func seconds(_ span: TimeSpan) -> String {
    NumberText.fixed(span.seconds, decimals: span.milliseconds % 1000 == 0 ? 0 : 1)
  }
}

// MARK: - Rings and barriers

extension SignalPlanDrawing {
  private static let ringHeight = 62.0

  private func rings(_ diagram: RingBarrierDiagram, _ splits: [TimeSpan]) -> String {
    let top = 18.0
    let bottom = top + Self.ringHeight * Double(diagram.rings.count)
    var canvas = SVGCanvas(width: Self.width, height: bottom + 42)
    // Sides in order, each as long as its longest ring; the first begins the drawing.
    var barriers: [Double] = [0]
    for side in 0..<diagram.sideCount {
      let length = diagram.rings.indices.map { ring in
        diagram.phases(ring: ring, side: side).reduce(TimeSpan.zero) { $0 + splits[$1] }
      }.max()
      barriers.append(barriers[side] + (length ?? .zero).seconds)
    }
    let origin = start(of: diagram)
    for ring in diagram.rings.indices {
      let y = top + Self.ringHeight * Double(ring)
      canvas.text("Ring \(ring + 1)", Self.left - 10, y + Self.ringHeight / 2, anchor: .end)
      canvas.rect(
        Self.left, y + 3, Self.width - Self.right - Self.left, Self.ringHeight - 18, class: "dwell",
        title: "Ring \(ring + 1) dwells in red")
    }
    for interval in timeline.intervals {
      draw(interval, on: &canvas, y: top + Self.ringHeight * Double(interval.ring) + 3, origin: origin)
    }
    for barrier in barriers where barrier <= cycle + 0.001 {
      canvas.line(scale(barrier), top - 6, scale(barrier), bottom, class: "barrier")
    }
    drawAxis(on: &canvas, y: bottom + 2, origin: origin)
    return canvas.svg(
      title: "Ring-barrier diagram: \(title)",
      description:
        "Cycle \(seconds(pattern.cycle)) s; phases to scale with green, yellow, red clearance, walk and "
        + "pedestrian clearance; vertical lines are barriers.", class: "plan")
  }

  /// The start of the first side: where the earliest phase of the first non-empty side begins.
  private func start(of diagram: RingBarrierDiagram) -> TimeSpan {
    for side in 0..<diagram.sideCount {
      for ring in diagram.rings.indices {
        for phase in diagram.phases(ring: ring, side: side) {
          if let interval = timeline.intervals.first(where: { $0.index == phase && $0.ring == ring }) {
            return interval.start
          }
        }
      }
    }
    return timeline.intervals.first?.start ?? .zero
  }

  private func draw(_ interval: PlannedInterval, on canvas: inout SVGCanvas, y: Double, origin: TimeSpan) {
    guard controller.phases.indices.contains(interval.index) else { return }
    let phase = controller.phases[interval.index]
    let height = Self.ringHeight - 18
    let start = local(interval.start, from: origin)
    let end = min(start + interval.duration.seconds, cycle)
    let yellowStart = max(end - phase.clearance.seconds, start)
    let redStart = max(end - phase.redClearance.seconds, start)
    let movements = phase.groups.flatMap { served.indices.contains($0) ? served[$0] : [] }
    let words =
      "Phase \(phase.number)\(movements.isEmpty ? "" : ", " + movements.joined(separator: ", ")): split "
      + "\(seconds(interval.duration)) s, yellow \(seconds(phase.yellow)) s, red clearance "
      + "\(seconds(phase.redClearance)) s"
    canvas.rect(scale(start), y, scale(yellowStart) - scale(start), height, class: "green", title: words)
    canvas.rect(scale(yellowStart), y, scale(redStart) - scale(yellowStart), height, class: "yellow")
    canvas.rect(scale(redStart), y, scale(end) - scale(redStart), height, class: "red")
    canvas.rect(scale(start), y, scale(end) - scale(start), height, class: "frame")
    let room = scale(yellowStart) - scale(start)
    let label = "Ø\(phase.number)"
    if room > 30 { canvas.text(label, scale(start) + 6, y + 18, class: "t phase") }
    canvas.text(
      "\(seconds(interval.duration)) s", scale(yellowStart) - 5, y + 18, anchor: .end,
      class: room > 78 ? "t" : "t hidden")
    if let text = fitting(movements, width: room - 10) {
      canvas.text(text, scale(start) + 6, y + height - 8, class: "t s")
    }
    drawPedestrians(phase, on: &canvas, y: y + height + 2, origin: origin, within: start...end)
  }

  /// As many movement names as fit, or one and a mark that there are more.
  private func fitting(_ names: [String], width: Double) -> String? {
    let whole = names.joined(separator: ", ")
    if whole.isEmpty { return nil }
    if Double(whole.count) * 5.9 <= width { return whole }
    let short = names.count > 1 ? names[0] + ", …" : names[0]
    return Double(short.count) * 5.9 <= width ? short : nil
  }

  private func drawPedestrians(
    _ phase: Phase, on canvas: inout SVGCanvas, y: Double, origin: TimeSpan, within span: ClosedRange<Double>
  ) {
    guard let group = phase.pedestrianGroup, timeline.greens.indices.contains(group) else { return }
    for walk in timeline.greens[group] {
      let start = local(walk.start, from: origin)
      // The group may belong to another phase too; only the walk of this one is drawn here.
      guard start >= span.lowerBound - 0.001, start < span.upperBound else { continue }
      let change = start + walk.duration.seconds
      let end = change + controller.groups[group].losingDuration.seconds
      let words =
        "Pedestrians of phase \(phase.number): walk \(seconds(walk.duration)) s, clearance "
        + "\(seconds(controller.groups[group].losingDuration)) s"
      canvas.rect(scale(start), y, scale(min(change, cycle)) - scale(start), 9, class: "walk", title: words)
      canvas.rect(
        scale(change), y, scale(min(end, cycle)) - scale(change), 9, class: "clearance", title: words)
    }
  }
}

// MARK: - Stages

extension SignalPlanDrawing {
  private static let barHeight = 19.0

  private func stages(_ chain: [StageInterval]) -> String {
    let groups = controller.groups.indices.filter { !timeline.greens[$0].isEmpty }
    let top = 14.0
    let barsTop = top + 48
    let bottom = barsTop + Self.barHeight * Double(groups.count)
    var canvas = SVGCanvas(width: Self.width, height: bottom + 42)
    // The chain's first stage begins at the offset.
    let origin = pattern.offset
    canvas.text("Stages", Self.left - 10, top + 24, anchor: .end)
    for interval in timeline.intervals where controller.stages.indices.contains(interval.index) {
      let start = local(interval.start, from: origin)
      let x = scale(start)
      let width = scale(min(start + interval.duration.seconds, cycle)) - x
      let name = controller.stages[interval.index].name
      let words = "Stage \(name), \(seconds(interval.duration)) s"
      canvas.rect(x, top, width, 38, class: "stage", title: words)
      if Double(name.count) * 7 < width - 10 { canvas.text(name, x + 6, top + 16, class: "t phase") }
      if width > 44 { canvas.text("\(seconds(interval.duration)) s", x + 6, top + 32, class: "t s") }
    }
    for (row, group) in groups.enumerated() {
      drawBar(of: group, on: &canvas, y: barsTop + Self.barHeight * Double(row), origin: origin)
    }
    for interval in timeline.intervals {
      let x = scale(local(interval.start, from: origin))
      canvas.line(x, top, x, bottom, class: "grid")
    }
    drawAxis(on: &canvas, y: bottom + 2, origin: origin)
    return canvas.svg(
      title: "Stage plan: \(title)",
      description: "Cycle \(seconds(pattern.cycle)) s; stages in order and the greens of every signal group.",
      class: "plan")
  }

  private func drawBar(of group: Int, on canvas: inout SVGCanvas, y: Double, origin: TimeSpan) {
    let data = controller.groups[group]
    let names = served.indices.contains(group) ? served[group] : []
    let label = data.kind == .pedestrian ? "\(data.name) ped" : data.name
    canvas.text(label, Self.left - 10, y + 13, anchor: .end, class: "t s")
    canvas.rect(Self.left, y + 7, Self.width - Self.right - Self.left, 4, class: "redbar")
    for green in timeline.greens[group] {
      let start = local(green.start, from: origin)
      let end = start + green.duration.seconds
      let loss = data.losingDuration.seconds
      let isWalk = data.kind == .pedestrian
      let words = "Group \(data.name): green \(seconds(green.duration)) s"
      // A green may run over the end of the drawing and go on at its beginning.
      for shift in [0, -cycle] {
        piece(start + shift, end + shift, y + 2, isWalk ? "walk" : "green", words, on: &canvas)
        piece(end + shift, end + loss + shift, y + 2, isWalk ? "clearance" : "yellow", "", on: &canvas)
      }
      let text = names.joined(separator: ", ")
      let room = scale(min(end, cycle)) - scale(start)
      if !text.isEmpty && Double(text.count) * 5.9 < room - 8 {
        canvas.text(text, scale(start) + 4, y + 13, class: "t s")
      }
    }
  }

  private func piece(
    _ start: Double, _ end: Double, _ y: Double, _ className: String, _ title: String,
    on canvas: inout SVGCanvas
  ) {
    let from = max(start, 0)
    let to = min(end, cycle)
    if to > from { canvas.rect(scale(from), y, scale(to) - scale(from), 14, class: className, title: title) }
  }
}

extension Turn {
  /// As a report's reader says it.
  var title: String {
    switch self {
    case .left: "left"
    case .through: "through"
    case .right: "right"
    case .uTurn: "U-turn"
    }
  }
}
