import TrafficModel

/// Shortest and longest splits of phases, or durations of stages, in tenths of a second, on the device's grid.
struct PlanBounds: Sendable {
  var minima: [Int]
  var maxima: [Int]

  /// The bounds in another order; durations keep the places that they have on the street.
  init(_ controller: SignalController, _ base: Pattern, sequence: JunctionSpace.Sequence, grid: Int) {
    let bounds = PlanBounds(controller, SequenceChoice.reordered(base, sequence), grid: grid)
    guard case .stages(let order) = sequence else {
      self = bounds
      return
    }
    self = bounds
    for (place, position) in order.enumerated() {
      minima[position] = bounds.minima[place]
      maxima[position] = bounds.maxima[place]
    }
  }

  init(_ controller: SignalController, _ base: Pattern, grid: Int) {
    switch base.timing {
    case .ringBarrier(let diagram, let splits, _):
      let places = Set(diagram.rings.joined().joined())
      minima = controller.phases.indices.map { phase in
        if !places.contains(phase) || splits[phase] <= .zero { return 0 }
        return Self.raised(Self.shortestSplit(phase, controller), to: grid)
      }
      maxima = minima.map { $0 > 0 ? Int(TimeSpan.longestTiming.milliseconds / 100) : 0 }
    case .stages(let chain):
      let minima = chain.indices.map { position in
        Self.raised(Self.shortestStage(position, chain, controller), to: grid)
      }
      self.minima = minima
      // A plan on the street that is longer than the stage's maximum shows that the maximum is not meant for plans.
      maxima = chain.indices.map { position in
        let longest = max(controller.stages[chain[position].stage].maximumDuration, chain[position].duration)
        return max(Int(longest.milliseconds / 100) / grid * grid, minima[position])
      }
    }
  }

  private static func raised(_ span: TimeSpan, to grid: Int) -> Int {
    let tenths = (Int(span.milliseconds) + 99) / 100
    return (tenths + grid - 1) / grid * grid
  }

  /// Minimum green, walk and pedestrian clearance, and the minimum of each lamp, before the clearance of the phase; and
  /// not below its minimum split.
  static func shortestSplit(_ phase: Int, _ controller: SignalController) -> TimeSpan {
    let data = controller.phases[phase]
    var green = data.minimumGreen
    for group in data.groups { green = max(green, controller.groups[group].minimumGreen) }
    if let group = data.pedestrianGroup {
      green = max(green, controller.groups[group].minimumGreen + controller.groups[group].losingDuration)
    }
    return max(max(green, .tick) + data.clearance, data.minimumSplit)
  }

  /// The stage's own minimum, and the minimum green of each group that is green in no neighbouring stage, with what
  /// late start, early end and intergreen take of it.
  private static func shortestStage(
    _ position: Int, _ chain: [StageInterval], _ controller: SignalController
  ) -> TimeSpan {
    let index = chain[position].stage
    let stage = controller.stages[index]
    let next = chain[(position + 1) % chain.count].stage
    let before = chain[(position + chain.count - 1) % chain.count].stage
    var shortest = max(stage.minimumDuration, .tick)
    for group in stage.groups
    where !controller.stages[next].groups.contains(group) && !controller.stages[before].groups.contains(group)
    {
      let late = stage.lateStart[group] ?? .zero
      let loss = controller.stageLoss(of: group, from: index, to: next)
      shortest = max(shortest, late + max(controller.groups[group].minimumGreen, .tick) + loss)
    }
    return shortest
  }
}

/// The orders of phases and stages that a controller may run.
enum SequenceChoice {
  /// More orders than this are not looked at.
  private static let most = 64

  static func given(_ base: Pattern) -> JunctionSpace.Sequence {
    switch base.timing {
    case .ringBarrier(let diagram, _, _): .ringBarrier(diagram)
    case .stages(let chain): .stages(Array(chain.indices))
    }
  }

  /// The given order first, then all others that the validator finds as good: no error, and no warning more.
  static func legal(
    _ controller: SignalController, _ base: Pattern, in network: Network, served: [Int]
  ) -> [JunctionSpace.Sequence] {
    let others = all(base, minima: served).filter { $0 != given(base) }
    if others.isEmpty { return [given(base)] }
    let known = complaints(controller, base, in: network)
    let legal = others.filter { sequence in
      complaints(controller, reordered(base, sequence), in: network).isSubset(of: known)
    }
    return [given(base)] + legal
  }

  /// Rules that are broken, with their places.
  private static func complaints(
    _ controller: SignalController, _ pattern: Pattern, in network: Network
  ) -> Set<String> {
    var changed = controller
    changed.patterns = [pattern]
    return Set(
      changed.findings(in: network).map { "\($0.severity.rawValue) \($0.rule) \($0.place)" })
  }

  static func reordered(_ base: Pattern, _ sequence: JunctionSpace.Sequence) -> Pattern {
    var pattern = base
    switch (sequence, base.timing) {
    case (.ringBarrier(let diagram), .ringBarrier(_, let splits, let references)):
      pattern.timing = .ringBarrier(diagram: diagram, splits: splits, referencePhases: references)
    case (.stages(let order), .stages(let chain)): pattern.timing = .stages(order.map { chain[$0] })
    default: break
    }
    return pattern
  }

  private static func all(_ base: Pattern, minima: [Int]) -> [JunctionSpace.Sequence] {
    switch base.timing {
    case .ringBarrier(let diagram, _, _):
      var diagrams = [diagram]
      for ring in diagram.rings.indices {
        for side in diagram.rings[ring].indices {
          let phases = diagram.rings[ring][side]
          let served = phases.filter { minima[$0] > 0 }
          let rest = phases.filter { minima[$0] == 0 }
          let orders = permutations(served)
          if served.count < 2 || diagrams.count * orders.count > most { continue }
          diagrams = diagrams.flatMap { known in
            orders.map { order in
              var changed = known
              changed.rings[ring][side] = order + rest
              return changed
            }
          }
        }
      }
      return diagrams.map { .ringBarrier($0) }
    case .stages(let chain):
      // The offset refers to the first stage, so that one stays where it is.
      if chain.count < 3 || chain.count > 5 { return [] }
      return permutations(Array(1..<chain.count)).map { .stages([0] + $0) }
    }
  }

  private static func permutations(_ items: [Int]) -> [[Int]] {
    if items.count > 4 || items.count < 2 { return [items] }
    var result: [[Int]] = []
    for (place, item) in items.enumerated() {
      var rest = items
      rest.remove(at: place)
      for tail in items.count == 2 ? [rest] : permutations(rest) { result.append([item] + tail) }
    }
    return result
  }
}
