/// A linear map from data to the units of a drawing, with round tick values.
struct Scale {
  let domain: ClosedRange<Double>
  let start: Double
  let end: Double

  /// - Parameters:
  ///   - start: where the domain's lower bound is drawn; may be larger than `end` (upward axes).
  init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    // A domain without extent gets one, so that nothing divides by zero.
    self.domain = domain.upperBound > domain.lowerBound ? domain : domain.lowerBound...(domain.lowerBound + 1)
    self.start = start
    self.end = end
  }

  func callAsFunction(_ value: Double) -> Double {
    start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
  }

  /// Multiples of 1, 2 or 5 times a power of ten within the domain, about `count` of them.
  func ticks(about count: Int) -> [Double] {
    let step = Self.roundStep((domain.upperBound - domain.lowerBound) / Double(max(count, 1)))
    return Self.multiples(of: step, in: domain)
  }

  /// Multiples of a step that clocks know (10 s, 15 s, … 1 h) within the domain, at most about `count`.
  func timeTicks(about count: Int) -> [Double] {
    let steps: [Double] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200]
    let wanted = (domain.upperBound - domain.lowerBound) / Double(max(count, 1))
    return Self.multiples(of: steps.first { $0 >= wanted } ?? Self.roundStep(wanted), in: domain)
  }

  /// Decimals that tell ticks with this step apart.
  static func decimals(of ticks: [Double]) -> Int {
    guard ticks.count > 1 else { return 0 }
    let step = ticks[1] - ticks[0]
    var decimals = 0
    var unit = 1.0
    while decimals < 6 && step < unit * 0.999 {
      unit /= 10
      decimals += 1
    }
    return decimals
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
  static func roundStep(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var unit = 1.0
    while unit > value { unit /= 10 }
    while unit * 10 <= value { unit *= 10 }
    for factor in [1.0, 2, 5] where unit * factor >= value * 0.999999 { return unit * factor }
    return unit * 10
  }

  private static func multiples(of step: Double, in domain: ClosedRange<Double>) -> [Double] {
    let first = (domain.lowerBound / step - 1e-9).rounded(.up)
    let last = (domain.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }
}
