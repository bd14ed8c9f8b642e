import TrafficModel

/// How a platoon spreads on its way (Robertson 1969): what leaves a stop line in one step arrives from the time `T` on,
/// geometrically thinned.
///
/// q'(t + T) = F·q(t) + (1 − F)·q'(t + T − 1) with T = β·T_a and F = 1/(1 + α·β·T_a), T_a being the cruise time in steps.
public struct PlatoonDispersion: Hashable, Sendable {
  /// α: how much platoons spread; 0.35 in TRANSYT, 0.25 to 0.5 in TRANSYT-7F.
  public var spread: Double
  /// β: travel time of the platoon's head over the mean.
  public var head: Double

  public init(spread: Double = 0.35, head: Double = 0.8) {
    self.spread = spread
    self.head = head
  }

  /// F, the smoothing factor, for a cruise time in steps.
  public func smoothing(cruiseSteps: Double) -> Double { 1 / (1 + spread * head * cruiseSteps) }

  /// The profile at the end of a link of what leaves its start: same length, same sum.
  ///
  /// The head's travel time falls between two steps in general; the profile is then the mean of both, weighted.
  /// - Parameters:
  ///   - profile: vehicles by step of a cycle, repeated for ever.
  ///   - cruiseSteps: T_a, at least 0.
  public func dispersed(_ profile: [Double], cruiseSteps: Double) -> [Double] {
    var result = ContiguousArray(repeating: 0.0, count: profile.count)
    addDispersed(ContiguousArray(profile), cruiseSteps: cruiseSteps, to: &result)
    return Array(result)
  }

  /// Adds the dispersed profile to another of the same length.
  func addDispersed(
    _ profile: ContiguousArray<Double>, cruiseSteps: Double, to result: inout ContiguousArray<Double>
  ) {
    let count = profile.count
    if count == 0 { return }
    let factor = smoothing(cruiseSteps: cruiseSteps)
    let keep = 1 - factor
    var smooth = 0.0
    var decay = 1.0
    for step in 0..<count {
      smooth = factor * profile[step] + keep * smooth
      decay *= keep
    }
    // The recursion is linear, so its periodic state follows from one pass: y₀ = y_n/(1 − (1 − F)ⁿ).
    smooth /= 1 - decay
    let shift = head * cruiseSteps
    let whole = Int(shift)
    let late = shift - Double(whole)
    let early = 1 - late
    var place = whole % count
    for step in 0..<count {
      smooth = factor * profile[step] + keep * smooth
      result[place] += early * smooth
      place += 1
      if place == count { place = 0 }
      result[place] += late * smooth
    }
  }
}
