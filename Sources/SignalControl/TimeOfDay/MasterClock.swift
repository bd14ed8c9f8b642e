import TrafficModel

/// The wall clock of a unit, and the zero of master time that coordination counts from.
///
/// Master time is the time since the last synchronisation: the local time of day at which every cycle has its zero.
/// It therefore jumps once a day where the cycle does not divide 24 h, and whenever the local clock is changed; every
/// jump is followed by an ordinary transition. A unit that was never told the time counts from the epoch of
/// ``SimTime`` instead, and never jumps.
struct MasterClock: Hashable, Sendable {
  /// Beyond these years (1 and 9999) no calendar is meant; a clock set there is taken as set to the bound.
  private static let bounds: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_000

  private(set) var rule: LocalTimeRule
  private(set) var synchronisation: TimeSpan
  /// UTC at the zero of ``SimTime``, on a tick so that local midnight falls on one; `nil`: never set.
  private(set) var unixAtZero: Int64?
  /// From where a clock that was never set counts.
  private var epoch = SimTime.zero

  init(_ schedule: TimeOfDaySchedule?) {
    rule = Self.rule(of: schedule)
    synchronisation = schedule?.synchronisation ?? .zero
  }

  private static func rule(of schedule: TimeOfDaySchedule?) -> LocalTimeRule {
    LocalTimeRule(
      zone: schedule?.standardTimeZone ?? .zero, daylightSaving: schedule?.daylightSaving ?? .none)
  }

  /// Reads local time by another schedule's zone, and counts from its synchronisation.
  mutating func adopt(_ schedule: TimeOfDaySchedule?) {
    rule = Self.rule(of: schedule)
    synchronisation = schedule?.synchronisation ?? .zero
  }

  var isSet: Bool { unixAtZero != nil }

  /// Sets the clock, rounded to the nearest tick.
  mutating func set(unixMilliseconds: Int64, at now: SimTime) {
    let bounded = min(max(unixMilliseconds, Self.bounds.lowerBound), Self.bounds.upperBound)
    let tick = TimeSpan.tick.milliseconds
    unixAtZero = floorDivision(bounded - now.milliseconds + tick / 2, tick) * tick
  }

  func local(at now: SimTime) -> LocalTime? {
    guard let unix = unix(at: now) else { return nil }
    return LocalTime(localMilliseconds: unix + rule.offset(atUnix: unix))
  }

  private func unix(at now: SimTime) -> Int64? { unixAtZero.map { $0 + now.milliseconds } }

  /// The last synchronisation at or before `now`.
  func masterZero(at now: SimTime) -> SimTime {
    guard let local = local(at: now) else { return epoch }
    return now - (local.timeOfDay - synchronisation).modulo(.day)
  }

  /// When master time jumps next: at the next synchronisation or change of the clocks.
  func nextJump(after now: SimTime) -> SimTime {
    guard isSet else { return .distantFuture }
    return min(masterZero(at: now) + .day, nextClockChange(after: now))
  }

  func nextClockChange(after now: SimTime) -> SimTime {
    guard let unix = unix(at: now), let change = rule.nextChange(afterUnix: unix) else {
      return .distantFuture
    }
    return now + TimeSpan(milliseconds: change - unix)
  }

  /// Lets a clock that was never set count from `tick` on.
  mutating func restart(at tick: SimTime) { epoch = tick }

  /// Moves the zero of ``SimTime`` later by `shift`.
  mutating func rebase(by shift: TimeSpan) {
    unixAtZero = unixAtZero.map { $0 + shift.milliseconds }
    epoch = epoch - shift
  }
}

extension TimeSpan {
  static let day = TimeSpan(milliseconds: .millisecondsPerDay)
}
