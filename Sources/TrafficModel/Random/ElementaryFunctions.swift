/// The natural logarithm from correctly rounded operations only, so that it has the same bits everywhere.
///
/// The argument is split into `m · 2ᵉ` with `m` in `[√½, √2)`, and `ln m` comes from the odd series of
/// `2 artanh((m − 1)/(m + 1))`. The error is below 2 units in the last place for normal positive arguments.
/// - Precondition: `x` is positive and finite.
public func naturalLogarithm(_ x: Double) -> Double {
  precondition(x > 0 && x.isFinite, "the logarithm needs a positive finite argument")
  var exponent = Int(x.exponent)
  var m = x.significand
  if m > 1.4142135623730951 {
    m /= 2
    exponent += 1
  }
  let t = (m - 1) / (m + 1)
  let t2 = t * t
  // t is at most 0.1716, so the term of order 21 is below 10⁻¹⁷ of the sum.
  var sum = 1.0 / 21
  var order = 19.0
  while order >= 1 {
    sum = sum * t2 + 1 / order
    order -= 2
  }
  return Double(exponent) * 0.6931471805599453 + 2 * t * sum
}

/// The exponential function from correctly rounded operations only, so that it has the same bits everywhere.
///
/// The argument is split into `k ln 2 + r` with `|r| ≤ ½ ln 2`, and `eʳ` comes from its Taylor series.
/// Arguments below −745 give 0, above 709 give infinity.
public func exponential(_ x: Double) -> Double {
  if x < -745 { return 0 }
  if x > 709 { return .infinity }
  let k = (x / 0.6931471805599453).rounded()
  let r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
  var sum = 1.0
  var order = 16.0
  while order >= 1 {
    sum = sum * r / order + 1
    order -= 1
  }
  return Double(sign: .plus, exponent: Int(k), significand: sum)
}

/// `base` raised to `exponent`, by the functions above; `base` must be positive, or zero with a positive exponent.
public func power(_ base: Double, _ exponent: Double) -> Double {
  base == 0 ? 0 : exponential(exponent * naturalLogarithm(base))
}
