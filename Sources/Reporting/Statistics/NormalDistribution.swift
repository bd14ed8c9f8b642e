import TrafficModel

/// The standard normal distribution.
public enum NormalDistribution {
  /// The probability of a value at least as far from zero as `z`, on both sides: erfc(|z|/√2).
  ///
  /// Near zero the Maclaurin series of erf (Abramowitz and Stegun 7.1.6, all terms positive), further out the
  /// continued fraction of the tail (26.2.14). Relative error below 10⁻¹².
  public static func twoSidedP(_ z: Double) -> Double {
    let x = abs(z)
    if x.isInfinite { return 0 }
    let density = exponential(-x * x / 2) / (2 * Double.pi).squareRoot()
    if x < 3 {
      var term = x
      var sum = x
      // Term k + 1 is term k times x²/(2k + 1); below 3 the sum stands after some 60 terms.
      for index in 1...200 {
        term *= x * x / Double(2 * index + 1)
        sum += term
        if term < sum * 1e-17 { break }
      }
      return max(1 - 2 * density * sum, 0)
    }
    var fraction = x
    // Evaluated from the far end; 200 levels leave nothing at 3 or beyond.
    for index in stride(from: 200, through: 1, by: -1) { fraction = x + Double(index) / fraction }
    return 2 * density / fraction
  }
}
