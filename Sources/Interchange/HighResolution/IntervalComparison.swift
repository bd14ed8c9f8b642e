import TrafficModel

/// What a controller showed beside what another would have commanded from the same detections.
public struct IntervalComparison: Hashable, Sendable {
  /// A pair that does not agree; one side is missing where only the other had the interval.
  public struct Difference: Hashable, Sendable {
    public var observed: PhaseInterval?
    public var commanded: PhaseInterval?

    public init(observed: PhaseInterval?, commanded: PhaseInterval?) {
      self.observed = observed
      self.commanded = commanded
    }

    /// Of whichever there is.
    public var interval: PhaseInterval? { observed ?? commanded }
  }

  /// Starts and ends may differ by this much: the resolution of a log.
  public static let tolerance = TimeSpan.tick

  /// Intervals that agree in start and end.
  public private(set) var agreeing = 0
  /// In order of time, then phase and kind.
  public private(set) var differences: [Difference] = []

  public var total: Int { agreeing + differences.count }

  /// Pairs intervals of one phase and kind in order of time: those that overlap, or start together, belong together.
  ///
  /// - Parameter end: Where the shorter of both logs ends: what the other finished after it is not looked at.
  public init(observed: [PhaseInterval], commanded: [PhaseInterval], until end: LocalTimestamp) {
    func keys(_ intervals: [PhaseInterval]) -> Set<Key> { Set(intervals.map(Key.init)) }
    for key in keys(observed).union(keys(commanded)).sorted() {
      pair(
        observed.filter { Key($0) == key && $0.end <= end },
        commanded.filter { Key($0) == key && $0.end <= end }
      )
    }
    differences = differences.sorted { Self.order($0) < Self.order($1) }
  }

  private struct Key: Hashable, Comparable {
    var phase: Int
    var kind: String

    init(_ interval: PhaseInterval) {
      phase = interval.phase
      kind = interval.kind.rawValue
    }

    static func < (a: Key, b: Key) -> Bool { (a.phase, a.kind) < (b.phase, b.kind) }
  }

  private static func order(_ difference: Difference) -> (LocalTimestamp, Int, String) {
    guard let interval = difference.interval else { return (LocalTimestamp(milliseconds: 0), 0, "") }
    return (interval.start, interval.phase, interval.kind.rawValue)
  }

  private mutating func pair(_ observed: [PhaseInterval], _ commanded: [PhaseInterval]) {
    var first = observed[...]
    var second = commanded[...]
    while let a = first.first, let b = second.first {
      let isPair = isNear(a.start, b.start) || (a.start < b.end && b.start < a.end)
      if isPair {
        first = first.dropFirst()
        second = second.dropFirst()
        if isNear(a.start, b.start) && isNear(a.end, b.end) {
          agreeing += 1
        } else {
          differences.append(Difference(observed: a, commanded: b))
        }
      } else if a.start < b.start {
        first = first.dropFirst()
        differences.append(Difference(observed: a, commanded: nil))
      } else {
        second = second.dropFirst()
        differences.append(Difference(observed: nil, commanded: b))
      }
    }
    differences += first.map { Difference(observed: $0, commanded: nil) }
    differences += second.map { Difference(observed: nil, commanded: $0) }
  }

  private func isNear(_ a: LocalTimestamp, _ b: LocalTimestamp) -> Bool {
    abs(a.milliseconds - b.milliseconds) <= Self.tolerance.milliseconds
  }
}
