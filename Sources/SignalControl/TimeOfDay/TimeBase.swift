import TrafficModel

/// The unit's clock and schedule: master time, and what the unit runs by itself.
struct TimeBase: Hashable, Sendable {
  private(set) var clock: MasterClock
  private var schedule: ScheduleClock?
  /// Where master time is zero, as of the last advance.
  private(set) var masterZero = SimTime.zero
  /// What the schedule says; `nil` without a schedule, without a clock, or on a day without a day plan.
  private(set) var event: TimeOfDaySchedule.Event?
  /// The next event, synchronisation or change of the clocks.
  private(set) var nextDeadline = SimTime.distantFuture

  init(_ schedule: TimeOfDaySchedule?) {
    clock = MasterClock(schedule)
    self.schedule = schedule.map { ScheduleClock(schedule: $0) }
  }

  /// Another schedule; it acts at the next advance.
  mutating func adopt(_ schedule: TimeOfDaySchedule?) {
    clock.adopt(schedule)
    self.schedule = schedule.map { ScheduleClock(schedule: $0) }
    nextDeadline = Interlock.longAgo
  }

  /// A schedule without a clock cannot be followed.
  var lacksClock: Bool { schedule != nil && !clock.isSet }

  /// The clock is told; it acts at the next advance.
  mutating func set(unixMilliseconds: Int64, at now: SimTime) {
    clock.set(unixMilliseconds: unixMilliseconds, at: now)
    nextDeadline = Interlock.longAgo
  }

  /// - Returns: Whether the event in force is another one than before.
  mutating func advance(to tick: SimTime) -> Bool {
    guard nextDeadline <= tick else { return false }
    let before = event
    masterZero = clock.masterZero(at: tick)
    event = schedule.flatMap { schedule in clock.local(at: tick).flatMap { schedule.event(at: $0) } }
    let change = schedule?.nextChange(after: tick, clock) ?? .distantFuture
    nextDeadline = min(clock.nextJump(after: tick), change)
    return event != before
  }

  /// Lets a clock that was never set count from `tick` on.
  mutating func restart(at tick: SimTime) {
    clock.restart(at: tick)
    masterZero = clock.masterZero(at: tick)
  }

  mutating func rebase(by shift: TimeSpan) {
    clock.rebase(by: shift)
    masterZero = masterZero - shift
    if nextDeadline > Interlock.longAgo && nextDeadline < .distantFuture {
      nextDeadline = nextDeadline - shift
    }
  }
}
