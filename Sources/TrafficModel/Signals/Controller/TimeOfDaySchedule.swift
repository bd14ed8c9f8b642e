/// What a unit runs by itself at which time of which day (NTCIP 1201 time base, NTCIP 1202 `timebaseAsc`).
public struct TimeOfDaySchedule: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    /// The pattern with this number.
    case pattern(Int)
    case free
    case flash
  }

  public struct Event: Hashable, Sendable {
    /// Local time, from midnight.
    public var time: TimeSpan
    public var action: Action
    /// Phases (indices) whose MAX 2 is in force from here on.
    public var maximum2: [Int]

    public init(time: TimeSpan, action: Action, maximum2: [Int] = []) {
      self.time = time
      self.action = action
      self.maximum2 = maximum2
    }
  }

  /// The events of a day, in order of time; before the first, the last of the day plan holds.
  public struct DayPlan: Hashable, Sendable {
    public var number: Int
    public var events: [Event]

    public init(number: Int, events: [Event]) {
      self.number = number
      self.events = events
    }
  }

  /// On which days a day plan holds; of several that match, the one with fewer months, then fewer dates, then fewer
  /// weekdays, then the earlier in the list.
  public struct Entry: Hashable, Sendable {
    /// 1 to 12; empty: all.
    public var months: [Int]
    /// 1 to 31; empty: all.
    public var dates: [Int]
    /// 1 = Sunday to 7 = Saturday, as in NTCIP 1201; empty: all.
    public var weekdays: [Int]
    /// Number of the day plan.
    public var dayPlan: Int

    public init(months: [Int] = [], dates: [Int] = [], weekdays: [Int] = [], dayPlan: Int) {
      self.months = months
      self.dates = dates
      self.weekdays = weekdays
      self.dayPlan = dayPlan
    }
  }

  public enum DaylightSaving: String, Sendable, CaseIterable {
    case none
    /// Second Sunday of March 2:00 to first Sunday of November 2:00 local (United States since 2007).
    case unitedStates
    /// Last Sunday of March 1:00 UTC to last Sunday of October 1:00 UTC.
    case europe
  }

  public var entries: [Entry]
  public var dayPlans: [DayPlan]
  /// East of Greenwich, without daylight saving.
  public var standardTimeZone: TimeSpan
  public var daylightSaving: DaylightSaving
  /// Local time of day at which every cycle has its zero (NTCIP 1202 `timebaseAscPatternSync`).
  public var synchronisation: TimeSpan

  public init(
    entries: [Entry], dayPlans: [DayPlan], standardTimeZone: TimeSpan = .zero,
    daylightSaving: DaylightSaving = .none, synchronisation: TimeSpan = .zero
  ) {
    self.entries = entries
    self.dayPlans = dayPlans
    self.standardTimeZone = standardTimeZone
    self.daylightSaving = daylightSaving
    self.synchronisation = synchronisation
  }
}
