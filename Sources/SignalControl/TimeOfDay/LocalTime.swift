import TrafficModel

/// What the clock on the wall says: a day and a time of it.
struct LocalTime: Hashable, Sendable {
  /// Since 1 January 1970, local.
  var days: Int
  /// From local midnight, below 24 h.
  var timeOfDay: TimeSpan

  /// - Parameter milliseconds: Since 1970, as the local clock counts them.
  init(localMilliseconds milliseconds: Int64) {
    let day = floorDivision(milliseconds, .millisecondsPerDay)
    days = Int(day)
    timeOfDay = TimeSpan(milliseconds: milliseconds - day * .millisecondsPerDay)
  }

  var date: CivilDate { CivilDate(daysSince1970: days) }
  var weekday: Int { CivilDate.weekday(ofDaysSince1970: days) }
}

extension Int64 {
  static let millisecondsPerHour: Int64 = 3_600_000
  static let millisecondsPerDay: Int64 = 86_400_000
}

/// From UTC to local civil time: a zone and a rule of daylight saving.
struct LocalTimeRule: Hashable, Sendable {
  /// Local standard time minus UTC, in milliseconds.
  let zone: Int64
  let daylightSaving: TimeOfDaySchedule.DaylightSaving

  init(zone: TimeSpan, daylightSaving: TimeOfDaySchedule.DaylightSaving) {
    self.zone = min(max(zone.milliseconds, -.millisecondsPerDay), .millisecondsPerDay)
    self.daylightSaving = daylightSaving
  }

  /// Local time minus UTC at an instant of UTC.
  func offset(atUnix instant: Int64) -> Int64 {
    let (first, last) = summer(ofYear: year(atUnix: instant))
    return first <= instant && instant < last ? zone + .millisecondsPerHour : zone
  }

  /// The next instant at which the clocks are changed.
  func nextChange(afterUnix instant: Int64) -> Int64? {
    guard daylightSaving != .none else { return nil }
    let year = year(atUnix: instant)
    let (first, last) = summer(ofYear: year)
    if instant < first { return first }
    if instant < last { return last }
    return summer(ofYear: year + 1).first
  }

  private func year(atUnix instant: Int64) -> Int {
    LocalTime(localMilliseconds: instant + zone).date.year
  }

  /// From when until when, in UTC, daylight saving is in force; empty where there is none.
  ///
  /// Both borders lie far from the turn of the year, so that the year may be that of standard time.
  private func summer(ofYear year: Int) -> (first: Int64, last: Int64) {
    func instant(_ day: Int, hour: Int64) -> Int64 {
      Int64(day) * .millisecondsPerDay + hour * .millisecondsPerHour
    }
    switch daylightSaving {
    case .none:
      return (0, 0)
    case .unitedStates:
      // Second Sunday of March at 2:00 standard time, first Sunday of November at 2:00 daylight time.
      return (
        instant(CivilDate.sunday(onOrAfter: 8, month: 3, year: year), hour: 2) - zone,
        instant(CivilDate.sunday(onOrAfter: 1, month: 11, year: year), hour: 1) - zone
      )
    case .europe:
      // Both months have 31 days, so that their last Sunday is on the 25th or later.
      return (
        instant(CivilDate.sunday(onOrAfter: 25, month: 3, year: year), hour: 1),
        instant(CivilDate.sunday(onOrAfter: 25, month: 10, year: year), hour: 1)
      )
    }
  }
}
