import TrafficModel

/// A day of the Gregorian calendar, as whole-number arithmetic.
struct CivilDate: Hashable, Sendable {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int

  /// Days in 400 years, after which the calendar repeats itself.
  private static let daysPerEra = 146_097
  /// From 1 March of year 0 to 1 January 1970.
  private static let daysBeforeEpoch = 719_468

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// - Parameter days: Since 1 January 1970; negative before.
  ///
  /// The year is counted from March, so that the leap day is its last and months have a regular pattern: five of
  /// them always sum to 153 days.
  init(daysSince1970 days: Int) {
    let shifted = days + Self.daysBeforeEpoch
    let era = floorDivision(shifted, Self.daysPerEra)
    let dayOfEra = shifted - era * Self.daysPerEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  var daysSince1970: Int {
    let yearFromMarch = month <= 2 ? year - 1 : year
    let era = floorDivision(yearFromMarch, 400)
    let yearOfEra = yearFromMarch - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysPerEra + dayOfEra - Self.daysBeforeEpoch
  }

  /// 1 = Sunday to 7 = Saturday, as in NTCIP 1201; 1 January 1970 was a Thursday.
  static func weekday(ofDaysSince1970 days: Int) -> Int { floorRemainder(days + 4, 7) + 1 }

  /// The Sunday of a month that has `day` or comes next after it.
  static func sunday(onOrAfter day: Int, month: Int, year: Int) -> Int {
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    return days + floorRemainder(8 - weekday(ofDaysSince1970: days), 7)
  }
}

func floorDivision<Number: BinaryInteger>(_ number: Number, _ divisor: Number) -> Number {
  let quotient = number / divisor
  return quotient * divisor > number ? quotient - 1 : quotient
}

func floorRemainder<Number: BinaryInteger>(_ number: Number, _ divisor: Number) -> Number {
  number - floorDivision(number, divisor) * divisor
}
