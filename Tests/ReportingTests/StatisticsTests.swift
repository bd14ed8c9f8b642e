import Reporting
import Testing

private func isClose(_ a: Double, _ b: Double, relative: Double = 1e-11) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b))
}

@Suite("Statistics of replications")
struct StatisticsTests {
  /// Sixteen digits from 30-digit arithmetic; they agree with the printed tables of Student's t.
  @Test(
    "the 95 % quantile of Student's t agrees with the tables",
    arguments: [
      (1, 12.7062047361747), (2, 4.302652729749464), (3, 3.18244630528371), (4, 2.776445105197794),
      (5, 2.570581835636316), (9, 2.262157162798206), (10, 2.228138851986275), (19, 2.09302405440831),
      (29, 2.045229642132704), (30, 2.042272456301238), (100, 1.983971518523552), (999, 1.96234146113345),
    ])
  func quantile(degrees: Int, expected: Double) {
    let t = StudentDistribution(degreesOfFreedom: degrees).twoSidedQuantile(confidence: 0.95)
    #expect(isClose(t, expected))
  }

  @Test(
    "two-sided t probabilities hold from the middle far into the tail",
    arguments: [
      (2, 10, 0.07338803477074037), (0.5, 3, 0.651447964848151), (10, 9, 3.578237431924736e-6),
      (0.001, 7, 0.9992300172449988), (40, 4, 2.334016322601269e-6), (3.5, 200, 0.0005735400749829987),
      (25, 1, 0.02545122269598366),
    ])
  func probability(t: Double, degrees: Int, expected: Double) {
    let distribution = StudentDistribution(degreesOfFreedom: degrees)
    #expect(isClose(distribution.twoSidedP(t), expected))
    #expect(isClose(distribution.twoSidedP(-t), expected))
    #expect(isClose(distribution.cumulative(t), 1 - expected / 2))
  }

  @Test("with two degrees of freedom the probability has a closed form", arguments: [0.0, 0.3, 1, 4, 80])
  func closedForm(t: Double) {
    let p = StudentDistribution(degreesOfFreedom: 2).twoSidedP(t)
    #expect(abs(p - (1 - t / (2 + t * t).squareRoot())) < 1e-12)
  }

  @Test(
    "normal tails hold where the series hands over to the fraction and beyond",
    arguments: [
      (0.1, 0.920344325445942), (1, 0.3173105078629141), (1.959963984540054, 0.05000000000000002),
      (2.9999, 0.00270068256590985), (3, 0.002699796063260189), (5, 5.733031437583878e-7),
      (10, 1.523970604832105e-23), (30, 9.813427854296374e-198),
    ])
  func normal(z: Double, expected: Double) {
    #expect(isClose(NormalDistribution.twoSidedP(z), expected, relative: 1e-10))
  }

  @Test("the signed-rank test gives the exact values of published examples")
  func wilcoxon() {
    // Nine patients before and after (Hollander and Wolfe, Nonparametric Statistical Methods).
    let before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    let after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    let p = WilcoxonSignedRank.twoSidedP(zip(before, after).map { $0 - $1 })
    #expect(p == 0.0390625)
    #expect(WilcoxonSignedRank.twoSidedP([1, 2, 3, 4, 5]) == 0.0625)
    #expect(WilcoxonSignedRank.twoSidedP([0, 0]) == 1)
  }

  @Test("ties and zeros keep the signed-rank test exact")
  func wilcoxonTies() {
    // Ranks 1.5, 1.5, 3: of 8 sign patterns, sums ≤ 0 on the smaller side occur once.
    #expect(WilcoxonSignedRank.twoSidedP([2, 2, 0, 5]) == 0.25)
    // Ranks 2, 2, 2: one negative of three; 1 + 3 of 8 patterns are at most as extreme, doubled.
    #expect(WilcoxonSignedRank.twoSidedP([1, 1, -1]) == 1)
  }

  @Test("beyond 25 differences the normal approximation stands in")
  func wilcoxonApproximation() {
    let differences = (1...30).map { $0 % 4 == 0 ? -Double($0) : Double($0) }
    #expect(isClose(WilcoxonSignedRank.twoSidedP(differences), 0.013579415038448943, relative: 1e-9))
  }

  @Test("a paired comparison gives the t interval and p-value of the differences")
  func pairedDifference() throws {
    let estimator = IntervalEstimator(replications: 5)
    let result = estimator.difference(
      from: [35.1, 33.2, 36.8, 34.4, 35.9], to: [30.2, 29.9, 33.1, 30.0, 31.7])
    let interval = try #require(result.interval)
    #expect(isClose(interval.low, -4.870432249784244))
    #expect(isClose(interval.high, -3.3295677502157552))
    #expect(isClose(try #require(result.p), 0.0001221378069292367))
  }

  @Test("one replication has no interval, no test and no spread")
  func singleReplication() {
    let estimator = IntervalEstimator(replications: 1)
    let summary = estimator.summary(of: [12.5])
    #expect(summary.mean == 12.5)
    #expect(summary.interval == nil)
    let difference = estimator.difference(from: [12.5], to: [10])
    #expect(difference.mean == -2.5)
    #expect(difference.interval == nil && difference.p == nil && difference.wilcoxonP == nil)
  }

  @Test("equal values have an interval of no width, and equal differences a sure test")
  func zeroVariance() {
    let estimator = IntervalEstimator(replications: 4)
    let summary = estimator.summary(of: [0.1, 0.1, 0.1])
    #expect(summary.interval == ConfidenceInterval(low: summary.mean ?? 0, high: summary.mean ?? 0))
    #expect(estimator.difference(from: [5, 5, 5], to: [5, 5, 5]).p == 1)
    #expect(estimator.difference(from: [5, 5, 5], to: [7, 7, 7]).p == 0)
  }

  @Test("replications without a value are left out of both sides of a pair")
  func undefinedValues() {
    let estimator = IntervalEstimator(replications: 4)
    #expect(estimator.summary(of: [nil, nil]).mean == nil)
    let difference = estimator.difference(from: [1, nil, 3, 4], to: [2, 2, 5, nil])
    #expect(difference.count == 2)
    #expect(difference.mean == 1.5)
  }

  @Test("Holm's correction steps down and never falls below an earlier one")
  func holm() {
    let adjusted = HolmCorrection.adjusted([0.01, nil, 0.04, 0.03, 0.005])
    // Sorted 0.005·4, 0.01·3, 0.03·2, 0.04·1 → the last is lifted to the one before it.
    #expect(adjusted == [0.03, nil, 0.06, 0.06, 0.02])
    #expect(HolmCorrection.adjusted([0.6, 0.9]) == [1, 1])
  }

  @Test("the advised number of replications is the first whose interval is narrow enough")
  func advice() throws {
    // s/x̄ = 8 %, ±5 %: (t·1.6)² is 12.4 at 12 replications and 12.2 at 13.
    #expect(
      ReplicationAdvice.replications(mean: 50, standardDeviation: 4, relativePrecision: 0.05) == 13)
    #expect(ReplicationAdvice.replications(mean: 50, standardDeviation: 0, relativePrecision: 0.05) == 2)
    #expect(ReplicationAdvice.replications(mean: 0, standardDeviation: 4, relativePrecision: 0.05) == nil)
    #expect(ReplicationAdvice.replications(mean: 1, standardDeviation: 1e6, relativePrecision: 0.05) == nil)
  }

  @Test("the advice suffices and one replication fewer does not", arguments: [1, 3, 7, 15, 40])
  func adviceIsTheSmallest(step: Int) throws {
    let deviation = Double(step) * 0.7
    let count = try #require(
      ReplicationAdvice.replications(mean: 40, standardDeviation: deviation, relativePrecision: 0.05))
    func half(_ n: Int) -> Double {
      StudentDistribution(degreesOfFreedom: n - 1).twoSidedQuantile(confidence: 0.95) * deviation
        / Double(n).squareRoot()
    }
    #expect(half(count) <= 2)
    if count > 2 { #expect(half(count - 1) > 2) }
  }

  @Test("numbers are rounded to nine digits that read back to the same number")
  func significantDigits() {
    #expect(rounded(123.4567891234) == 123.456789)
    #expect(rounded(-0.00012345678951) == -0.00012345679)
    #expect(rounded(99_999_999_999) == 100_000_000_000)
    #expect(rounded(0.999_999_999_9) == 1)
    #expect(rounded(1.23456789123e-24) == 1.23456789e-24)
    #expect(rounded(9.87654321987e+40) == 9.87654322e+40)
    #expect(rounded(0) == 0)
    #expect(rounded(4e-300) == 0)
  }

  @Test("rounding twice is rounding once", arguments: 0..<200)
  func roundingIsIdempotent(seed: Int) {
    var value = 1.0 + Double(seed) * 0.7310585786300049
    for _ in 0..<(seed % 40) { value *= seed % 2 == 0 ? 13.7 : 0.0713 }
    let once = rounded(value)
    #expect(rounded(once) == once)
    #expect(abs(once - value) <= value * 0.5000001e-8)
    #expect("\(once)".filter(\.isNumber).prefix(30).count <= 24)
  }
}
