import Testing
import TrafficModel

@testable import SignalControl

/// Calendar, daylight saving and schedule, against dates that anybody can look up.
@Suite("Wall clock and schedule")
struct WallClockTests {
  private let hour: Int64 = 3_600_000

  private func unix(_ year: Int, _ month: Int, _ day: Int, _ hours: Double = 0) -> Int64 {
    Int64(CivilDate(year: year, month: month, day: day).daysSince1970) * 86_400_000
      + Int64(hours * 3_600_000)
  }

  private func schedule(
    _ daylightSaving: TimeOfDaySchedule.DaylightSaving = .none, zoneHours: Int64 = 0,
    entries: [TimeOfDaySchedule.Entry] = [], plans: [TimeOfDaySchedule.DayPlan] = []
  ) -> TimeOfDaySchedule {
    TimeOfDaySchedule(
      entries: entries, dayPlans: plans, standardTimeZone: TimeSpan(milliseconds: zoneHours * hour),
      daylightSaving: daylightSaving)
  }

  @Test("every day from 1896 to 2104 follows the one before it in the calendar")
  func calendar() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var expected = CivilDate(year: 1896, month: 1, day: 1)
    let first = expected.daysSince1970
    for days in first..<CivilDate(year: 2105, month: 1, day: 1).daysSince1970 {
      let date = CivilDate(daysSince1970: days)
      #expect(date == expected)
      #expect(date.daysSince1970 == days)
      let isLeap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0
      expected.day += 1
      if expected.day > lengths[date.month - 1] + (isLeap && date.month == 2 ? 1 : 0) {
        expected = CivilDate(
          year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
      }
    }
    #expect(CivilDate(year: 1970, month: 1, day: 1).daysSince1970 == 0)
    // 4 July 2026 is a Saturday, 29 February 2000 was a Tuesday.
    let july = CivilDate(year: 2026, month: 7, day: 4).daysSince1970
    #expect(CivilDate.weekday(ofDaysSince1970: july) == 7)
    #expect(
      CivilDate.weekday(ofDaysSince1970: CivilDate(year: 2000, month: 2, day: 29).daysSince1970) == 3)
  }

  @Test("American clocks go forward on 8 March 2026 and back on 1 November, at 2:00 local")
  func american() {
    let rule = LocalTimeRule(zone: TimeSpan(milliseconds: -5 * hour), daylightSaving: .unitedStates)
    let spring = unix(2026, 3, 8, 7)
    let autumn = unix(2026, 11, 1, 6)
    #expect(rule.offset(atUnix: spring - 1) == -5 * hour)
    #expect(rule.offset(atUnix: spring) == -4 * hour)
    #expect(rule.offset(atUnix: autumn - 1) == -4 * hour)
    #expect(rule.offset(atUnix: autumn) == -5 * hour)
    #expect(rule.nextChange(afterUnix: unix(2026, 1, 1)) == spring)
    #expect(rule.nextChange(afterUnix: spring) == autumn)
    #expect(rule.nextChange(afterUnix: autumn) == unix(2027, 3, 14, 7))
  }

  @Test("European clocks go forward on 29 March 2026 and back on 25 October, at 1:00 UTC in every zone")
  func european() {
    for zone in [Int64(0), 1, 2] {
      let rule = LocalTimeRule(zone: TimeSpan(milliseconds: zone * hour), daylightSaving: .europe)
      #expect(rule.nextChange(afterUnix: unix(2026, 1, 1)) == unix(2026, 3, 29, 1))
      #expect(rule.nextChange(afterUnix: unix(2026, 3, 29, 1)) == unix(2026, 10, 25, 1))
      #expect(rule.offset(atUnix: unix(2026, 3, 29, 1)) == (zone + 1) * hour)
      #expect(rule.offset(atUnix: unix(2026, 10, 25, 1)) == zone * hour)
    }
  }

  @Test("without a clock master time is simulation time and never jumps")
  func unset() {
    let clock = MasterClock(schedule(.europe))
    #expect(clock.masterZero(at: SimTime(seconds: 5000)) == .zero)
    #expect(clock.nextJump(after: .zero) == .distantFuture)
    #expect(clock.local(at: .zero) == nil)
  }

  @Test("master time begins anew at local midnight, on the long and the short day too")
  func midnight() throws {
    var clock = MasterClock(schedule(.unitedStates, zoneHours: -8))
    let start = SimTime(seconds: 100)
    // 7 March 2026, 22:00 in Los Angeles.
    clock.set(unixMilliseconds: unix(2026, 3, 8, 6), at: start)
    #expect(clock.masterZero(at: start) == start - TimeSpan(seconds: 22 * 3600))
    let night = clock.nextJump(after: start)
    #expect(night == start + TimeSpan(seconds: 2 * 3600))
    #expect(clock.masterZero(at: night) == night)
    // Two hours later 2:00 becomes 3:00, so that the zero moves an hour back.
    let change = clock.nextJump(after: night)
    #expect(change == night + TimeSpan(seconds: 2 * 3600))
    #expect(clock.masterZero(at: change) == night - TimeSpan(seconds: 3600))
    #expect(try #require(clock.local(at: change)).timeOfDay == TimeSpan(seconds: 3 * 3600))
    #expect(clock.nextJump(after: change) == night + TimeSpan(seconds: 23 * 3600))
  }

  @Test("a clock set between ticks is rounded to the nearest, and absurd ones are bounded")
  func rounding() throws {
    var clock = MasterClock(nil)
    clock.set(unixMilliseconds: 86_399_960, at: SimTime(seconds: 10))
    #expect(clock.nextJump(after: SimTime(seconds: 9)) == SimTime(seconds: 10))
    for instant in [Int64.min, Int64.max] {
      clock.set(unixMilliseconds: instant, at: SimTime(seconds: 10))
      let year = try #require(clock.local(at: SimTime(seconds: 10))).date.year
      #expect(year == (instant < 0 ? 1 : 9999))
    }
  }

  @Test("a holiday goes before a month, a month before a weekday, and the first of equals counts")
  func dayPlanChoice() throws {
    let plans = (1...4).map { TimeOfDaySchedule.DayPlan(number: $0, events: []) }
    let clock = ScheduleClock(
      schedule: schedule(
        entries: [
          .init(weekdays: [2, 3, 4, 5, 6], dayPlan: 1), .init(weekdays: [1, 7], dayPlan: 2),
          .init(months: [7], dates: [4], dayPlan: 3), .init(months: [7], dayPlan: 4),
          .init(months: [7], dayPlan: 2),
        ], plans: plans))
    func number(_ month: Int, _ day: Int) -> Int? {
      clock.dayPlan(on: CivilDate(year: 2026, month: month, day: day).daysSince1970)?.number
    }
    #expect(number(6, 5) == 1)
    #expect(number(6, 6) == 2)
    #expect(number(7, 4) == 3)
    #expect(number(7, 6) == 4)
    #expect(ScheduleClock(schedule: schedule()).dayPlan(on: 0) == nil)
  }

  @Test("an event holds from its time on, the last one through the night, and the next change is known")
  func events() throws {
    let plan = TimeOfDaySchedule.DayPlan(
      number: 1,
      events: [
        .init(time: TimeSpan(seconds: 6 * 3600), action: .pattern(1)),
        .init(time: TimeSpan(seconds: 22.5 * 3600), action: .free),
      ])
    let data = schedule(.europe, zoneHours: 1, entries: [.init(dayPlan: 1)], plans: [plan])
    let events = ScheduleClock(schedule: data)
    var clock = MasterClock(data)
    // 28 March 2026, 22:30 in Berlin, the evening before the change.
    clock.set(unixMilliseconds: unix(2026, 3, 28, 21.5), at: .zero)
    #expect(events.event(at: try #require(clock.local(at: .zero)))?.action == .free)
    let midnight = events.nextChange(after: .zero, clock)
    #expect(midnight == SimTime(seconds: 1.5 * 3600))
    #expect(events.event(at: try #require(clock.local(at: midnight)))?.action == .free)
    let change = events.nextChange(after: midnight, clock)
    #expect(change == SimTime(seconds: 3.5 * 3600))
    // 6:00 comes five hours after midnight on this day.
    let morning = events.nextChange(after: change, clock)
    #expect(morning == SimTime(seconds: 6.5 * 3600))
    #expect(events.event(at: try #require(clock.local(at: morning)))?.action == .pattern(1))
  }
}
