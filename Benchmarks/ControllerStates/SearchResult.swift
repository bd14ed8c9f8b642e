import SignalControl
import TestSupport
import TrafficModel

/// What a search has found so far.
struct SearchResult {
  var states = 0
  /// Pairs of a state and an act, or a tick, whose end is known.
  var transitions = 0
  /// Acts and ticks that have been done on a unit.
  var steps = 0
  var cores = 0
  var callStates = 0
  /// Kinds of cores, by what calls do to call states.
  var contexts = 0
  var depth = 0
  var largestLevel = 0
  var isComplete = false
  /// Sum of the fingerprints of all states, so that two searches can be compared.
  var checksum: UInt64 = 0
  var vectors = CallVectors()
  /// By row: in how many ticks of states it was taken, and in how many acts that were done on a unit.
  var rowCounts = [Int](repeating: 0, count: 64)
  var failure: Failure?

  struct Failure {
    var text: String
    /// From the start.
    var trace: [String]
  }

  mutating func note(_ taken: TransitionRows) {
    var rows = taken.rawValue
    while rows != 0 {
      rowCounts[rows.trailingZeroBitCount] += 1
      rows &= rows - 1
    }
  }
}

extension SearchNode {
  /// A unit that has just been started, and what is wrong with its lamps.
  /// - Returns: `nil` for a controller that cannot be searched.
  static func start(_ data: SignalController, _ rules: LampRules) -> (node: SearchNode, failure: String?)? {
    guard
      var unit = try? ControllerUnit(data, id: ControllerID(0), network: SignalFixture.network(for: data))
    else { return nil }
    unit.apply(SearchAct.free, at: .zero)
    var changes: ContiguousArray<IndicationChange> = []
    unit.start(at: .zero, into: &changes)
    var watch = LampWatch(rules)
    let failure = watch.observe(changes, rules)
    return (SearchNode(unit, watch), failure)
  }
}
