import TrafficModel

/// How long answers took.
public struct RoundTripTimes: Hashable, Sendable {
  public private(set) var count = 0
  public private(set) var sum = TimeSpan.zero
  public private(set) var longest = TimeSpan.zero
  /// Answers by whole milliseconds; the last entry has all that took longer.
  private var milliseconds = [UInt32](repeating: 0, count: 513)

  public init() {}

  public var mean: TimeSpan { count == 0 ? .zero : TimeSpan(milliseconds: sum.milliseconds / Int64(count)) }

  public mutating func note(_ span: TimeSpan) {
    count += 1
    sum += span
    longest = max(longest, span)
    milliseconds[Int(min(max(0, span.milliseconds), Int64(milliseconds.count - 1)))] += 1
  }

  /// Takes over those of another session.
  public mutating func merge(_ other: RoundTripTimes) {
    count += other.count
    sum += other.sum
    longest = max(longest, other.longest)
    for index in milliseconds.indices { milliseconds[index] += other.milliseconds[index] }
  }

  /// The time that so many percent of the answers stayed below or at, to a millisecond (nearest rank); beyond half a
  /// second the longest.
  public func percentile(_ percent: Int) -> TimeSpan {
    let rank = max(1, (count * percent + 99) / 100)
    var seen = 0
    for (index, entry) in milliseconds.dropLast().enumerated() {
      seen += Int(entry)
      if seen >= rank { return TimeSpan(milliseconds: Int64(index)) }
    }
    return longest
  }
}
