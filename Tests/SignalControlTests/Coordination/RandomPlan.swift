import SignalControl
import TestSupport
import TrafficModel

/// A random feasible coordinated plan of the usual eight phases, in tenths of a second, with what the tests compute
/// with; phase `n` has index and group `n − 1`.
struct RandomPlan {
  var controller: SignalController
  var coordination: Coordination
  /// By phase, in tenths.
  var minimum: [Int] = []
  var clearance: [Int] = []
  var splits: [Int] = Array(repeating: 0, count: 8)
  var yellow: [Int] = []
  /// Phases by ring and side, in order.
  var rings: [[[Int]]]
  var cycle = 0
  var offset = 0
  var reference: OffsetReference
  var rule: TransitionRule
  private var stream: RandomStream

  /// - Parameters:
  ///   - leads: The left turns 1 and 5 always come before the coordinated phases 2 and 6.
  ///   - called: Phases on maximum recall; the others have none.
  init(seed: UInt64, leads: Bool, mode: TransitionRule.Mode, forceOff: Coordination.ForceOff, recalls: Bool) {
    var stream = RandomStream(seed: seed, purpose: .testing, place: 41)
    func draw(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(stream.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
    for _ in 0..<8 {
      minimum.append(draw(40...120))
      yellow.append(draw(30...50))
    }
    // One clearance per side, so that the pretimed layout of the same plan is the same.
    for phase in 0..<8 {
      let isMain = [0, 1, 4, 5].contains(phase)
      yellow[phase] = isMain ? yellow[0] : yellow[2]
      clearance.append(yellow[phase] + 20)
    }
    func order(_ a: Int, _ b: Int) -> [Int] { draw(0...1) == 0 ? [a, b] : [b, a] }
    rings = [
      [leads ? [0, 1] : order(0, 1), order(2, 3)], [leads ? [4, 5] : order(4, 5), order(6, 7)],
    ]
    var splits = [Int](repeating: 0, count: 8)
    for side in 0..<2 {
      for ring in rings {
        for phase in ring[side] { splits[phase] = minimum[phase] + clearance[phase] + draw(0...300) }
      }
      let sums = rings.map { $0[side].reduce(0) { $0 + splits[$1] } }
      let length = sums.max() ?? 0
      for (ring, sum) in zip(rings, sums) { splits[ring[side][draw(0...1)]] += length - sum }
      cycle += length
    }
    self.splits = splits
    offset = draw(0...(cycle - 1))
    reference = OffsetReference.allCases[draw(0...3)]
    rule = TransitionRule(mode: mode)
    coordination = Coordination(coordinatedPhases: [1, 5], forceOff: forceOff)
    let diagram = RingBarrierDiagram(rings: rings)
    var sketches = (1...8).map { SignalFixture.PhaseSketch($0) }
    for phase in 0..<8 {
      sketches[phase].minimum = Double(minimum[phase]) / 10
      sketches[phase].yellow = Double(yellow[phase]) / 10
      sketches[phase].red = 2
      if recalls { sketches[phase].recall = .maximum }
    }
    let references = [[1], [5], [1, 5]][draw(0...2)]
    let pattern = Pattern(
      number: 1, cycle: TimeSpan(tenths: cycle), offset: TimeSpan(tenths: offset), reference: reference,
      timing: .ringBarrier(
        diagram: diagram, splits: splits.map { TimeSpan(tenths: $0) }, referencePhases: references),
      operation: .coordinated(coordination))
    controller = SignalFixture.ringBarrier(sketches, diagram: rings, patterns: [pattern])
    controller.options.transition = rule
    self.stream = stream
  }

  mutating func draw(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(stream.next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// How many tenths a cycle can be shortened: per side the ring that has less above its minimums.
  var shrinkable: Int {
    (0..<2).reduce(0) { total, side in
      let rings = rings.map { ring in
        ring[side].reduce(0) { $0 + splits[$1] - clearance[$1] - minimum[$1] }
      }
      return total + (rings.min() ?? 0)
    }
  }

  /// Cycles that a transition takes to move the local zero later by `lag` tenths (signal practice, transition table).
  func expectedCycles(lag: Int) -> Int {
    if lag == 0 { return 0 }
    let add = cycle / 5
    let subtract = min(cycle * 17 / 100, shrinkable)
    let adding = (lag + add - 1) / add
    let subtracting = subtract > 0 ? (cycle - lag + subtract - 1) / subtract : Int.max
    switch rule.mode {
    case .dwell: return (lag + 2549) / 2550
    case .add: return adding
    case .subtract: return subtracting == Int.max ? adding : subtracting
    case .shortway: return min(adding, subtracting)
    }
  }
}
