/// A duration in whole milliseconds; controller parameters are whole tenths of a second.
public struct TimeSpan: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public init(tenths: Int) { self.init(milliseconds: Int64(tenths) * 100) }

  /// Rounds to the nearest millisecond, halves away from zero; values that no clock can hold saturate.
  public init(seconds: Double) {
    let scaled = seconds * 1000
    let bound = Double(Int64.max / 8)
    let clipped = min(max(scaled, -bound), bound)
    self.init(milliseconds: Int64(clipped < 0 ? clipped - 0.5 : clipped + 0.5))
  }

  public static let zero = TimeSpan(milliseconds: 0)

  /// The resolution of a cabinet: 0.1 s (NEMA TS 2).
  public static let tick = TimeSpan(milliseconds: 100)

  public var seconds: Double { Double(milliseconds) / 1000 }

  public var isWholeTenths: Bool { milliseconds % 100 == 0 }

  public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.milliseconds < b.milliseconds }

  public static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds + b.milliseconds)
  }

  public static func - (a: TimeSpan, b: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds - b.milliseconds)
  }

  public static prefix func - (a: TimeSpan) -> TimeSpan { TimeSpan(milliseconds: -a.milliseconds) }

  public static func * (a: TimeSpan, factor: Int) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds * Int64(factor))
  }

  public static func += (a: inout TimeSpan, b: TimeSpan) { a = a + b }

  public static func -= (a: inout TimeSpan, b: TimeSpan) { a = a - b }

  /// This span folded into `0 ..< cycle`: the local time of a cycle.
  public func modulo(_ cycle: TimeSpan) -> TimeSpan {
    let c = cycle.milliseconds
    return TimeSpan(milliseconds: ((milliseconds % c) + c) % c)
  }
}
