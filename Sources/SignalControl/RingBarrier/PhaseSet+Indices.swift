import TrafficModel

extension PhaseSet {
  /// The indices of the phases in it, ascending.
  struct Indices: Sequence, IteratorProtocol {
    private var rest: UInt32

    init(_ set: PhaseSet) { rest = set.rawValue }

    mutating func next() -> Int? {
      guard rest != 0 else { return nil }
      let index = rest.trailingZeroBitCount
      rest &= rest &- 1
      return index
    }
  }

  var indices: Indices { Indices(self) }

  /// The first `count` phases.
  static func first(_ count: Int) -> PhaseSet {
    PhaseSet(rawValue: count >= 32 ? .max : (1 << UInt32(Swift.max(count, 0))) &- 1)
  }
}
