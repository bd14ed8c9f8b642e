/// How many replications a stated precision needs.
public enum ReplicationAdvice {
  /// More than this is not advised: the study should ask for less precision.
  public static let limit = 100_000

  /// The smallest `N` with `N ≥ (t(N − 1) · s / (e · mean))²`, from a pilot's mean and standard deviation
  /// (FHWA Traffic Analysis Toolbox III, appendix B, with t taken at N and not at the pilot's size).
  ///
  /// - Parameters:
  ///   - relativePrecision: `e`, the half width of the interval as a share of the mean.
  /// - Returns: at least 2; `nil` without a mean to relate to, or if ``limit`` is not enough.
  public static func replications(
    mean: Double, standardDeviation: Double, relativePrecision: Double
  ) -> Int? {
    let half = relativePrecision * abs(mean)
    guard half > 0 else { return standardDeviation == 0 && mean == 0 ? 2 : nil }
    // t is never below the normal quantile, 1.959963985, which bounds N from below.
    let least = 1.959963985 * standardDeviation / half
    if least * least > Double(limit) { return nil }
    func suffices(_ count: Int) -> Bool {
      let t = StudentDistribution(degreesOfFreedom: count - 1)
        .twoSidedQuantile(confidence: confidenceLevel)
      return t * standardDeviation <= half * Double(count).squareRoot()
    }
    // t falls and √N grows, so the condition turns true once: double, then bisect.
    var high = 2
    while !suffices(high) {
      if high >= limit { return nil }
      high = min(high * 2, limit)
    }
    var low = high / 2
    while high - low > 1 {
      let middle = (low + high) / 2
      if middle >= 2 && suffices(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
