/// A local date and time of day without a zone, as controllers write it: milliseconds since 1970-01-01 00:00:00.
public struct LocalTimestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (a: LocalTimestamp, b: LocalTimestamp) -> Bool { a.milliseconds < b.milliseconds }

  static let millisecondsPerDay: Int64 = 86_400_000

  /// Midnight at the start of the same day.
  public var midnight: LocalTimestamp {
    LocalTimestamp(milliseconds: milliseconds - Self.remainder(milliseconds, Self.millisecondsPerDay))
  }

  private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }

  // MARK: - Calendar

  /// Days from 1970-01-01 to a date of the Gregorian calendar, years counted from March so that a leap day ends one.
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = year - (month <= 2 ? 1 : 0)
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }

  // MARK: - Text

  /// `2026-01-31 07:59:59.9`; milliseconds only where tenths do not tell all.
  public var description: String { String(decoding: bytes, as: UTF8.self) }

  /// The description as it is written into files.
  var bytes: [UInt8] {
    let time = Self.remainder(milliseconds, Self.millisecondsPerDay)
    let date = Self.date(days: (milliseconds - time) / Self.millisecondsPerDay)
    var text: [UInt8] = []
    text.reserveCapacity(23)
    Self.append(date.year, digits: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(date.month, digits: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    Self.append(date.day, digits: 2, to: &text)
    text.append(UInt8(ascii: " "))
    Self.append(time / 3_600_000, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(time / 60_000 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    Self.append(time / 1000 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: "."))
    let fraction = time % 1000
    if fraction % 100 == 0 {
      Self.append(fraction / 100, digits: 1, to: &text)
    } else {
      Self.append(fraction, digits: 3, to: &text)
    }
    return text
  }

  private static func append(_ number: Int64, digits: Int, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      text.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// Reads `2026-01-31 07:59:59.9`: `T` or blanks before the time, `/` in the date, and one to nine digits of a
  /// fraction or none are accepted; a date alone is its midnight. `nil` for anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    let split = bytes.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "T") } ?? bytes.count
    guard let day = Self.day(bytes[..<split]) else { return nil }
    let rest = bytes[split...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "T") }
    guard let time = rest.isEmpty && split == bytes.count ? 0 : Self.timeOfDay(rest) else { return nil }
    milliseconds = day * Self.millisecondsPerDay + time
  }

  private static func day(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let parts = bytes.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/")
    }
    guard parts.count == 3, parts[0].count == 4, let year = number(parts[0]), let month = number(parts[1]),
      let day = number(parts[2]), parts[1].count <= 2, parts[2].count <= 2
    else { return nil }
    let days = Self.days(year: year, month: max(month, 1), day: max(day, 1))
    // A date that does not exist comes back as another.
    return Self.date(days: days) == (year, month, day) ? days : nil
  }

  private static func timeOfDay(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, let hours = number(parts[0]), let minutes = number(parts[1]),
      hours < 24, minutes < 60
    else { return nil }
    let minute = (hours * 60 + minutes) * 60_000
    if parts.count == 2 { return minute }
    let seconds = parts[2].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard seconds.count <= 2, let whole = number(seconds[0]), whole < 60 else { return nil }
    var fraction: Int64 = 0
    if seconds.count == 2 {
      guard number(seconds[1]) != nil, seconds[1].count <= 9 else { return nil }
      var weight: Int64 = 100
      for byte in seconds[1].prefix(3) {
        fraction += Int64(byte - UInt8(ascii: "0")) * weight
        weight /= 10
      }
    }
    return minute + whole * 1000 + fraction
  }

  /// Digits only, at most nine.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard (1...9).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}
