import TrafficModel

/// Webster's formulas (Road Research Technical Paper 39, 1958).
public enum Webster {
  /// The delay of one stream in seconds per vehicle:
  /// C(1−λ)²/(2(1−λx)) + x²/(2q(1−x)) − 0.65 (C/q²)^⅓ x^(2+5λ).
  ///
  /// - Parameters:
  ///   - greenRatio: λ, effective green over cycle, in 0 to 1.
  ///   - degreeOfSaturation: x, below 1; the second term has no end there, and the result is infinite.
  ///   - vehiclesPerSecond: q, above 0.
  public static func delay(
    cycleSeconds: Double, greenRatio: Double, degreeOfSaturation x: Double, vehiclesPerSecond q: Double
  ) -> Double {
    if x >= 1 { return .infinity }
    let uniform = cycleSeconds * (1 - greenRatio) * (1 - greenRatio) / (2 * (1 - greenRatio * x))
    let random = x * x / (2 * q * (1 - x))
    let correction = 0.65 * power(cycleSeconds / (q * q), 1.0 / 3) * power(x, 2 + 5 * greenRatio)
    return uniform + random - correction
  }

  /// C₀ = (1.5 L + 5)/(1 − Y) in seconds: the cycle of least delay; infinite from Y = 1 on.
  /// - Parameters:
  ///   - lostSeconds: L of the whole cycle.
  ///   - flowRatio: Y, the sum of the critical flow ratios.
  public static func cycle(lostSeconds: Double, flowRatio: Double) -> Double {
    flowRatio < 1 ? (1.5 * lostSeconds + 5) / (1 - flowRatio) : .infinity
  }

  /// g_i = (y_i/Y)(C − L): effective greens in seconds, in proportion to the flow ratios of the critical movements.
  public static func greens(cycleSeconds: Double, lostSeconds: Double, flowRatios: [Double]) -> [Double] {
    let sum = flowRatios.reduce(0, +)
    if sum <= 0 { return flowRatios.map { _ in 0 } }
    return flowRatios.map { $0 / sum * max(0, cycleSeconds - lostSeconds) }
  }

  /// The shortest cycle in which the critical movements run at the degree of saturation `greatest`: L·X/(X − Y), in
  /// seconds; infinite where Y reaches X.
  public static func shortestCycle(lostSeconds: Double, flowRatio: Double, greatest: Double) -> Double {
    flowRatio < greatest ? lostSeconds * greatest / (greatest - flowRatio) : .infinity
  }
}
