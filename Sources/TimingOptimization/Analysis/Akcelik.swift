import TrafficModel

/// Akçelik's formulas (Australian Road Research Board report ARR 123, 1981): flows in vehicles per second, times in
/// seconds.
public struct Akcelik: Hashable, Sendable {
  /// s, in vehicles per second of green.
  public var saturationFlow: Double
  public var cycleSeconds: Double
  /// g, effective.
  public var greenSeconds: Double
  /// T: how long the demand lasts.
  public var periodSeconds: Double

  public init(saturationFlow: Double, cycleSeconds: Double, greenSeconds: Double, periodSeconds: Double) {
    self.saturationFlow = saturationFlow
    self.cycleSeconds = cycleSeconds
    self.greenSeconds = greenSeconds
    self.periodSeconds = periodSeconds
  }

  /// Q, in vehicles per second.
  public var capacity: Double { saturationFlow * greenSeconds / cycleSeconds }

  /// x₀ = 0.67 + s·g/600: below it no queue stands over from cycle to cycle on average.
  public var overflowThreshold: Double { 0.67 + saturationFlow * greenSeconds / 600 }

  /// N₀ = (QT/4)(z + √(z² + 12(x − x₀)/(QT))) with z = x − 1, in vehicles; 0 up to x₀.
  public func overflowQueue(degreeOfSaturation x: Double) -> Double {
    if x <= overflowThreshold { return 0 }
    let vehicles = capacity * periodSeconds
    let excess = x - 1
    return vehicles / 4
      * (excess + (excess * excess + 12 * (x - overflowThreshold) / vehicles).squareRoot())
  }

  /// d in seconds per vehicle: C(1−u)²/(2(1−y)) + N₀/Q below saturation, (C − g)/2 + N₀/Q from it on.
  public func delay(degreeOfSaturation x: Double) -> Double {
    let ratio = greenSeconds / cycleSeconds
    let overflow = overflowQueue(degreeOfSaturation: x) / capacity
    if x >= 1 { return (cycleSeconds - greenSeconds) / 2 + overflow }
    return cycleSeconds * (1 - ratio) * (1 - ratio) / (2 * (1 - ratio * x)) + overflow
  }

  /// h = 0.9((1−u)/(1−y) + N₀/(qC)): stops per vehicle; x above 0.
  public func stops(degreeOfSaturation x: Double) -> Double {
    let ratio = greenSeconds / cycleSeconds
    let overflow = overflowQueue(degreeOfSaturation: x)
    return 0.9 * ((1 - ratio) / (1 - min(1, x) * ratio) + overflow / (x * capacity * cycleSeconds))
  }

  /// N = q·r + N₀: vehicles in the queue when green begins.
  public func queueAtGreenStart(degreeOfSaturation x: Double) -> Double {
    x * capacity * (cycleSeconds - greenSeconds) + overflowQueue(degreeOfSaturation: x)
  }

  /// What a cycle shall be best for, as the weight k of stops.
  public enum CycleGoal: Double, Sendable, CaseIterable {
    case fuel = 0.4
    case cost = 0.2
    case delay = 0
    case queue = -0.3
  }

  /// C₀ = ((1.4 + k)L + 6)/(1 − Y), in seconds; infinite from Y = 1 on.
  public static func cycle(lostSeconds: Double, flowRatio: Double, goal: CycleGoal = .delay) -> Double {
    flowRatio < 1 ? ((1.4 + goal.rawValue) * lostSeconds + 6) / (1 - flowRatio) : .infinity
  }
}

/// The incremental delay formulas of several manuals in one (Akçelik, ITE Journal 1988):
/// d₂ = 900 T xⁿ ((x − 1) + √((x − 1)² + m(x − x₀)/(cT))), in seconds per vehicle.
public struct GeneralisedDelay: Hashable, Sendable {
  public var n: Double
  public var m: Double
  public var threshold: Double

  public static let highwayCapacityManual1985 = GeneralisedDelay(n: 2, m: 4, threshold: 0)
  public static let transyt8 = GeneralisedDelay(n: 0, m: 4, threshold: 0)
  public static let alternative = GeneralisedDelay(n: 0, m: 8, threshold: 0.5)

  /// Australian: x₀ = 0.67 + s·g/600.
  public static func australian(saturationFlow: Double, greenSeconds: Double) -> GeneralisedDelay {
    GeneralisedDelay(n: 0, m: 12, threshold: 0.67 + saturationFlow * greenSeconds / 600)
  }

  /// - Parameters:
  ///   - capacityVehiclesPerHour: c.
  ///   - hours: T.
  public func delay(
    degreeOfSaturation x: Double, capacityVehiclesPerHour capacity: Double, hours: Double
  ) -> Double {
    if x <= threshold { return 0 }
    let excess = x - 1
    let root = (excess * excess + m * (x - threshold) / (capacity * hours)).squareRoot()
    return 900 * hours * power(x, n) * (excess + root)
  }
}
