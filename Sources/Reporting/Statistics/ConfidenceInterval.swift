/// A t interval for the mean of independent replications, at the level of ``confidenceLevel``.
public struct ConfidenceInterval: Hashable, Sendable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public var halfWidth: Double { (high - low) / 2 }
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// The confidence of every interval of a study.
public let confidenceLevel = 0.95

/// A measure's mean over replications with its interval.
public struct MeasureSummary: Hashable, Sendable {
  /// Replications in which the measure is defined.
  public var count: Int
  /// `nil` if it is defined in none.
  public var mean: Double?
  public var standardDeviation: Double
  /// `nil` for fewer than two replications: one run says nothing about its spread.
  public var interval: ConfidenceInterval?
}

/// A paired difference of two strategies under common random numbers: second minus first.
public struct PairedDifference: Hashable, Sendable {
  /// Replications in which both strategies define the measure.
  public var count: Int
  public var mean: Double?
  public var interval: ConfidenceInterval?
  /// Two-sided p-value of the paired t test; `nil` for fewer than two replications.
  ///
  /// Differences that are all equal give 0, or 1 if they are all zero.
  public var p: Double?
  /// Two-sided p-value of the signed-rank test; `nil` for fewer than two replications.
  public var wilcoxonP: Double?
}

/// The t intervals and tests of one study; quantiles are computed once per sample size.
public struct IntervalEstimator: Hashable, Sendable {
  /// By degrees of freedom; entry 0 is unused.
  private var quantiles: [Double] = [0]

  /// - Parameter replications: the largest sample that will be asked for.
  public init(replications: Int) {
    for degrees in 1..<max(replications, 2) {
      quantiles.append(
        StudentDistribution(degreesOfFreedom: degrees).twoSidedQuantile(confidence: confidenceLevel))
    }
  }

  /// Replications without a value are left out.
  public func summary(of values: [Double?]) -> MeasureSummary {
    let sample = values.compactMap { $0 }
    let moments = SampleMoments(sample)
    return MeasureSummary(
      count: moments.count, mean: sample.isEmpty ? nil : moments.mean,
      standardDeviation: moments.standardDeviation, interval: interval(of: moments))
  }

  /// Replications in which either strategy has no value are left out.
  public func difference(from first: [Double?], to second: [Double?]) -> PairedDifference {
    var sample: [Double] = []
    for (a, b) in zip(first, second) {
      if let a, let b { sample.append(b - a) }
    }
    let moments = SampleMoments(sample)
    var result = PairedDifference(
      count: sample.count, mean: sample.isEmpty ? nil : moments.mean, interval: interval(of: moments))
    guard sample.count > 1 else { return result }
    result.wilcoxonP = WilcoxonSignedRank.twoSidedP(sample)
    if moments.standardDeviation == 0 {
      result.p = moments.mean == 0 ? 1 : 0
    } else {
      let t = moments.mean / moments.standardDeviation * Double(sample.count).squareRoot()
      result.p = StudentDistribution(degreesOfFreedom: sample.count - 1).twoSidedP(t)
    }
    return result
  }

  private func interval(of moments: SampleMoments) -> ConfidenceInterval? {
    guard moments.count > 1, moments.count - 1 < quantiles.count else { return nil }
    let half =
      quantiles[moments.count - 1] * moments.standardDeviation / Double(moments.count).squareRoot()
    return ConfidenceInterval(low: moments.mean - half, high: moments.mean + half)
  }
}
