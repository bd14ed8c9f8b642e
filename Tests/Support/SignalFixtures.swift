import TrafficModel

/// Controllers to try machines on, small enough to work out by hand.
public enum SignalFixture {
  /// One phase of a made-up ring-barrier controller; times in seconds.
  public struct PhaseSketch: Sendable {
    public var number: Int
    public var minimum = 5.0
    public var maximum = 30.0
    public var passage = 2.0
    public var yellow = 3.0
    public var red = 1.0
    public var recall = Recall.none
    public var dualEntry = false
    /// Walk and pedestrian clearance.
    public var walk: (walk: Double, clearance: Double)?

    public init(_ number: Int) { self.number = number }

    public func with(_ change: (inout PhaseSketch) -> Void) -> PhaseSketch {
      var copy = self
      change(&copy)
      return copy
    }
  }

  /// A controller whose phase `i` has vehicle group `i`, detector `i` that calls and extends it, and, where it has
  /// pedestrians, crosswalk `i` and a group after all vehicle groups.
  ///
  /// Phases in different rings on the same side may meet; all others, and their pedestrians, exclude each other.
  public static func ringBarrier(
    _ sketches: [PhaseSketch], diagram rings: [[[Int]]], patterns: [Pattern] = []
  ) -> SignalController {
    let diagram = RingBarrierDiagram(rings: rings)
    var groups: [SignalGroup] = []
    var phases: [Phase] = []
    var owners = Array(sketches.indices)
    for (index, sketch) in sketches.enumerated() {
      groups.append(
        SignalGroup(
          name: "V\(sketch.number)", losing: [TimedIndication(.yellow, TimeSpan(seconds: sketch.yellow))],
          minimumGreen: TimeSpan(seconds: min(sketch.minimum, 3))))
      phases.append(
        Phase(
          number: sketch.number, groups: [index], minimumGreen: TimeSpan(seconds: sketch.minimum),
          maximumGreen: TimeSpan(seconds: sketch.maximum), passage: TimeSpan(seconds: sketch.passage),
          yellow: TimeSpan(seconds: sketch.yellow), redClearance: TimeSpan(seconds: sketch.red),
          recall: sketch.recall, dualEntry: sketch.dualEntry))
    }
    for (index, sketch) in sketches.enumerated() {
      guard let walk = sketch.walk else { continue }
      phases[index].pedestrianGroup = groups.count
      owners.append(index)
      groups.append(
        SignalGroup(
          name: "P\(sketch.number)", kind: .pedestrian,
          losing: [TimedIndication(.flashingRed, TimeSpan(seconds: walk.clearance))],
          minimumGreen: TimeSpan(seconds: walk.walk)))
    }
    var conflicts = ConflictMatrix(count: groups.count)
    var intergreens = IntergreenMatrix(count: groups.count)
    for a in groups.indices {
      for b in groups.indices where owners[a] != owners[b] && !diagram.areConcurrent(owners[a], owners[b]) {
        conflicts[a, b] = .excluded
        let sketch = sketches[owners[a]]
        intergreens[a, b] =
          groups[a].kind == .vehicle
          ? TimeSpan(seconds: sketch.yellow + sketch.red)
          : groups[a].losingDuration + TimeSpan(seconds: sketch.yellow)
      }
    }
    return SignalController(
      name: "test", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      phases: phases, diagram: diagram,
      patterns: patterns.isEmpty ? [evenPattern(phases, groups, diagram)] : patterns,
      detectors: phases.indices.map {
        DetectorAssignment(detector: DetectorID($0), calls: [$0], extends: [$0])
      })
  }

  /// A pattern that gives each side 60 s, or more where a ring needs it: each phase what it needs, the rest of a
  /// ring's side to its last phase.
  public static func evenPattern(
    _ phases: [Phase], _ groups: [SignalGroup], _ diagram: RingBarrierDiagram
  ) -> Pattern {
    func need(_ phase: Int) -> TimeSpan {
      let walk = phases[phase].pedestrianGroup.map { groups[$0].minimumGreen + groups[$0].losingDuration }
      return max(phases[phase].minimumGreen, walk ?? .zero) + phases[phase].clearance
    }
    var splits = [TimeSpan](repeating: .zero, count: phases.count)
    var cycle = TimeSpan.zero
    for side in 0..<diagram.sideCount {
      let rings = diagram.rings.indices.map { diagram.phases(ring: $0, side: side) }.filter { !$0.isEmpty }
      if rings.isEmpty { continue }
      let sums = rings.map { $0.reduce(TimeSpan.zero) { $0 + need($1) } }
      let length = max(sums.max() ?? .zero, TimeSpan(seconds: 60))
      for (ring, sum) in zip(rings, sums) {
        for phase in ring { splits[phase] = need(phase) }
        splits[ring[ring.count - 1]] += length - sum
      }
      cycle += length
    }
    let reference = diagram.rings.joined().first { !$0.isEmpty }?.first ?? 0
    return Pattern(
      number: 1, cycle: cycle, offset: .zero,
      timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: [reference]))
  }

  /// The usual eight phases: 1, 2 | 3, 4 over 5, 6 | 7, 8; phase `n` has index `n − 1`.
  public static func eightPhase(
    _ change: (inout [PhaseSketch]) -> Void = { _ in }
  ) -> SignalController {
    var sketches = (1...8).map { PhaseSketch($0) }
    change(&sketches)
    return ringBarrier(sketches, diagram: [[[0, 1], [2, 3]], [[4, 5], [6, 7]]])
  }

  /// Two phases that exclude each other, in one ring with a barrier between them.
  public static func twoPhase(_ change: (inout [PhaseSketch]) -> Void = { _ in }) -> SignalController {
    var sketches = [PhaseSketch(2), PhaseSketch(4)]
    change(&sketches)
    return ringBarrier(sketches, diagram: [[[0], [1]]])
  }

  /// Two stages of 8 to 60 s, each with one of two groups that exclude each other.
  ///
  /// - Parameter plans: by number from 1, the seconds of the first stage in a cycle of 60 s.
  public static func twoStages(plans: [Double]) -> SignalController {
    var base = twoPhase()
    base.phases = []
    base.diagram = RingBarrierDiagram(rings: [])
    base.stages = [0, 1].map {
      Stage(
        name: "S\($0 + 1)", groups: [$0], minimumDuration: TimeSpan(seconds: 8),
        maximumDuration: TimeSpan(seconds: 60))
    }
    base.patterns = plans.enumerated().map { place, first in
      Pattern(
        number: place + 1, cycle: TimeSpan(seconds: 60), offset: .zero,
        timing: .stages([
          StageInterval(stage: 0, duration: TimeSpan(seconds: first)),
          StageInterval(stage: 1, duration: TimeSpan(seconds: 60 - first)),
        ]))
    }
    return base
  }

  /// A network with one signal node and a crosswalk for every phase: crosswalk `i` has the group of phase `i`.
  public static func network(for controller: SignalController) -> Network {
    Network(
      nodes: [Node(name: "1", control: .signal, position: Point(xMeters: 0, yMeters: 0))],
      crosswalks: controller.phases.enumerated().map { index, phase in
        Crosswalk(name: "C\(phase.number)", node: NodeID(0), lengthMeters: 12, group: phase.pedestrianGroup)
      },
      detectors: (0..<max(controller.phases.count, controller.stages.count)).map {
        Detector(name: "D\($0)", link: LinkID(0), lane: 0, distanceMeters: 2, lengthMeters: 10)
      })
  }
}
