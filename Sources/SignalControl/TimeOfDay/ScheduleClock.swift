import TrafficModel

/// Reads a ``TimeOfDaySchedule`` off the wall clock: what holds now, and until when.
struct ScheduleClock: Hashable, Sendable {
  let schedule: TimeOfDaySchedule

  /// The day plan of a day: of the entries that match it, the one with fewer months, then fewer dates, then fewer
  /// weekdays, then the earlier. `nil` where no entry matches or its day plan does not exist.
  func dayPlan(on day: Int) -> TimeOfDaySchedule.DayPlan? {
    let date = CivilDate(daysSince1970: day)
    let weekday = CivilDate.weekday(ofDaysSince1970: day)
    var best: TimeOfDaySchedule.Entry?
    for entry in schedule.entries {
      guard matches(entry.months, date.month), matches(entry.dates, date.day),
        matches(entry.weekdays, weekday)
      else { continue }
      if let known = best, breadth(known) <= breadth(entry) { continue }
      best = entry
    }
    guard let best else { return nil }
    return schedule.dayPlans.first { $0.number == best.dayPlan }
  }

  private func matches(_ list: [Int], _ value: Int) -> Bool { list.isEmpty || list.contains(value) }

  /// How many months, dates and weekdays an entry names; an empty list names all.
  private func breadth(_ entry: TimeOfDaySchedule.Entry) -> (Int, Int, Int) {
    (
      entry.months.isEmpty ? 12 : entry.months.count, entry.dates.isEmpty ? 31 : entry.dates.count,
      entry.weekdays.isEmpty ? 7 : entry.weekdays.count
    )
  }

  /// The event in force at a local time; before the first of a day, the day plan's last.
  func event(at local: LocalTime) -> TimeOfDaySchedule.Event? {
    guard let plan = dayPlan(on: local.days) else { return nil }
    let past = plan.events.filter { $0.time <= local.timeOfDay }
    return latest(of: past) ?? latest(of: plan.events)
  }

  /// Of equal times the later in the list, as if it had been entered after the other.
  private func latest(of events: [TimeOfDaySchedule.Event]) -> TimeOfDaySchedule.Event? {
    var result: TimeOfDaySchedule.Event?
    for event in events where result.map({ $0.time <= event.time }) ?? true { result = event }
    return result
  }

  /// When ``event(at:)`` may change next: at the next event, at local midnight, or when the clocks are changed.
  func nextChange(after now: SimTime, _ clock: MasterClock) -> SimTime {
    guard let local = clock.local(at: now) else { return .distantFuture }
    var wait = TimeSpan.day - local.timeOfDay
    for event in dayPlan(on: local.days)?.events ?? [] where event.time > local.timeOfDay {
      wait = min(wait, event.time - local.timeOfDay)
    }
    return min(now + wait, clock.nextClockChange(after: now))
  }
}
