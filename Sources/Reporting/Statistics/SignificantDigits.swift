/// Significant decimal digits of every number in a study's document.
///
/// Values are rounded when they are taken from a run, and statistics are computed from the rounded values; so a
/// study joined from slices has the same bytes as one that ran whole.
public let documentSignificantDigits = 9

/// The nearest number with `digits` significant decimal digits, halves away from zero; magnitudes below 10⁻²⁹⁰
/// become 0. Infinities and NaN stay what they are.
///
/// Only correctly rounded operations: scaling by powers of ten that a `Double` holds exactly, or decimal text.
public func rounded(_ value: Double, significantDigits digits: Int = documentSignificantDigits) -> Double {
  let magnitude = abs(value)
  guard magnitude.isFinite, magnitude > 1e-290 else { return value.isFinite ? 0 : value }
  // Decimal exponent of the leading digit, from the binary one (log10 2 = 0.30103), off by one at most.
  var exponent = Int((Double(magnitude.exponent) * 0.30102999566398120).rounded(.down))
  var whole = (scaled(magnitude, byPowerOfTen: digits - 1 - exponent)).rounded()
  let upper = scaled(1, byPowerOfTen: digits)
  if whole >= upper {
    exponent += 1
    whole = (scaled(magnitude, byPowerOfTen: digits - 1 - exponent)).rounded()
  }
  let result = scaled(whole, byPowerOfTen: exponent - digits + 1)
  return value < 0 ? -result : result
}

private func scaled(_ value: Double, byPowerOfTen power: Int) -> Double {
  // 10²² is the largest power of ten that a double holds exactly.
  if power >= 0 && power <= 22 { return value * exactPowersOfTen[power] }
  if power < 0 && power >= -22 { return value / exactPowersOfTen[-power] }
  if value == value.rounded() && abs(value) < 9e15 {
    return Double("\(Int64(value))e\(power)") ?? 0
  }
  // Far outside the range of any measure: two steps, whose second rounding only shifts the last bit.
  let half = power / 2
  return scaled(scaled(value, byPowerOfTen: half), byPowerOfTen: power - half)
}

private let exactPowersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
  1e20, 1e21, 1e22,
]
