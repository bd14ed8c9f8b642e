/// Student's t distribution with a whole number of degrees of freedom.
///
/// Tail areas are the regularized incomplete beta function `I(ν/2, ½)` at `ν/(ν + t²)` (Abramowitz and Stegun
/// 26.7.1 and 26.5.8, evaluated as a continued fraction with Lentz's method). Because ν is whole, its powers are
/// products of square roots and its constant is a finite product, so nothing calls the platform's mathematics
/// library. Relative error below 10⁻¹² for ν up to some thousands.
public struct StudentDistribution: Hashable, Sendable {
  public let degreesOfFreedom: Int
  /// 1/B(ν/2, ½).
  private let inverseBeta: Double

  /// - Precondition: at least one degree of freedom.
  public init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "a t distribution needs a degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
    // B(½, ½) = π and B(1, ½) = 2; each further two degrees multiply the inverse by (ν + 1)/ν.
    var nu = degreesOfFreedom % 2 == 1 ? 1 : 2
    var inverse = nu == 1 ? 1 / Double.pi : 0.5
    while nu < degreesOfFreedom {
      inverse *= Double(nu + 1) / Double(nu)
      nu += 2
    }
    inverseBeta = inverse
  }

  /// The probability of a value at least as far from zero as `t`, on both sides; 0 for an infinite `t`.
  public func twoSidedP(_ t: Double) -> Double {
    if t.isInfinite { return 0 }
    let nu = Double(degreesOfFreedom)
    let a = nu / 2
    let square = t * t
    let x = nu / (nu + square)
    let rest = square / (nu + square)
    // √x^ν · √(1 − x) · 1/B, the factor that both sides of the symmetry share.
    let front = wholePower(x.squareRoot(), degreesOfFreedom) * rest.squareRoot() * inverseBeta
    if x < (a + 1) / (a + 2.5) {
      return min(max(front * betaFraction(x, a, 0.5) / a, 0), 1)
    }
    return min(max(1 - front * betaFraction(rest, 0.5, a) / 0.5, 0), 1)
  }

  /// The probability of a value up to `t`.
  public func cumulative(_ t: Double) -> Double {
    let tail = twoSidedP(t) / 2
    return t < 0 ? tail : 1 - tail
  }

  /// The `t` that is exceeded on either side with the probability `1 − confidence` together.
  ///
  /// Safeguarded Newton steps on the tail area; a bisection whenever a step leaves the bracket.
  /// - Precondition: `confidence` lies between 0 and 1.
  public func twoSidedQuantile(confidence: Double) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    let target = 1 - confidence
    var low = 0.0
    var high = 2.0
    // Doubling from 2 reaches the largest double in about a thousand steps.
    for _ in 0..<1100 where twoSidedP(high) > target { high *= 2 }
    var t = (low + high) / 2
    for _ in 0..<200 {
      let excess = twoSidedP(t) - target
      if excess == 0 { return t }
      if excess > 0 { low = t } else { high = t }
      let slope = 2 * density(t)
      let step = slope > 0 ? t + excess / slope : low
      let next = step > low && step < high ? step : (low + high) / 2
      if abs(next - t) <= t * 4e-16 { return next }
      t = next
    }
    return t
  }

  private func density(_ t: Double) -> Double {
    let nu = Double(degreesOfFreedom)
    let x = nu / (nu + t * t)
    return inverseBeta / nu.squareRoot() * wholePower(x.squareRoot(), degreesOfFreedom + 1)
  }
}

/// `base` multiplied with itself `exponent` times, by repeated squaring.
func wholePower(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var factor = base
  var rest = exponent
  while rest > 0 {
    if rest & 1 == 1 { result *= factor }
    factor *= factor
    rest >>= 1
  }
  return result
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by Lentz's method.
///
/// Converges fast for `x < (a + 1)/(a + b + 2)`; 1000 terms are far more than any case here needs.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  let tiny = 1e-300
  var c = 1.0
  var d = 1 - (a + b) * x / (a + 1)
  d = 1 / (abs(d) < tiny ? tiny : d)
  var result = d
  for index in 1...1000 {
    let m = Double(index)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = 1 + even / c
    c = abs(c) < tiny ? tiny : c
    result *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = 1 + odd / c
    c = abs(c) < tiny ? tiny : c
    let change = d * c
    result *= change
    if abs(change - 1) < 4e-16 { break }
  }
  return result
}
