/// A point on the monotone clock that every machine is told, in whole milliseconds since its epoch.
///
/// In a simulation the epoch is the start of the run; in a cabinet it is local midnight or the sync point.
/// Wall-clock time, weekday and clock steps are inputs like any other and never enter here.
public struct SimTime: Hashable, Comparable, Sendable {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Rounds to the nearest millisecond.
  public init(seconds: Double) { self.init(milliseconds: TimeSpan(seconds: seconds).milliseconds) }

  public static let zero = SimTime(milliseconds: 0)

  /// Later than anything that will be scheduled, with room to add spans to it.
  public static let distantFuture = SimTime(milliseconds: Int64.max / 4)

  public var seconds: Double { Double(milliseconds) / 1000 }

  public static func < (a: SimTime, b: SimTime) -> Bool { a.milliseconds < b.milliseconds }

  public static func + (time: SimTime, span: TimeSpan) -> SimTime {
    SimTime(milliseconds: time.milliseconds + span.milliseconds)
  }

  public static func - (time: SimTime, span: TimeSpan) -> SimTime {
    SimTime(milliseconds: time.milliseconds - span.milliseconds)
  }

  public static func - (later: SimTime, earlier: SimTime) -> TimeSpan {
    TimeSpan(milliseconds: later.milliseconds - earlier.milliseconds)
  }

  public static func += (time: inout SimTime, span: TimeSpan) { time = time + span }

  /// The first cabinet tick at or after this time; cabinets sample inputs and switch lamps only there.
  public func firstTick(every tick: TimeSpan = .tick) -> SimTime {
    let step = tick.milliseconds
    let remainder = ((milliseconds % step) + step) % step
    return remainder == 0 ? self : SimTime(milliseconds: milliseconds + step - remainder)
  }
}
