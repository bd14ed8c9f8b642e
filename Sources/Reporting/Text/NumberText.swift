import TrafficModel

/// Numbers as people read them: fixed decimals, a true minus sign, thousands apart.
public enum NumberText {
  /// Halves away from zero; "−0.0" is written "0.0". Magnitudes beyond 10¹⁵ are written with an exponent.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    let factor = wholePower(10, decimals)
    let scaled = (abs(value) * factor).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int64(scaled)
    let unit = Int64(factor)
    var text = grouped(whole / unit)
    if decimals > 0 {
      let fraction = String(whole % unit)
      text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
    return value < 0 && whole != 0 ? "−" + text : text
  }

  /// With a plus sign before positive numbers, for differences.
  public static func signed(_ value: Double, decimals: Int) -> String {
    let text = fixed(value, decimals: decimals)
    return text.hasPrefix("−") || !text.contains(where: { $0 >= "1" && $0 <= "9" }) ? text : "+" + text
  }

  /// A p-value: three decimals, and never "0.000".
  public static func probability(_ p: Double?) -> String {
    guard let p else { return "–" }
    return p < 0.001 ? "<0.001" : fixed(p, decimals: 3)
  }

  /// A p-value in a sentence: "p = 0.012", "p < 0.001".
  static func probabilityPhrase(_ p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = " + fixed(p, decimals: 3)
  }

  /// Narrow no-break spaces between groups of three digits, from five digits on.
  private static func grouped(_ whole: Int64) -> String {
    let digits = Array(String(whole))
    if digits.count < 5 { return String(digits) }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }

  /// "1 replication", "10 replications".
  static func count(_ number: Int, _ noun: String) -> String {
    "\(fixed(Double(number), decimals: 0)) \(noun)\(number == 1 ? "" : "s")"
  }
}

/// How the measures of a study are written in the units that its scenario speaks.
public struct MeasureFormat: Sendable {
  public let units: UnitSystem

  public init(_ units: UnitSystem) { self.units = units }

  /// What a stored value is multiplied by before it is shown.
  public func factor(_ measure: StudyMeasure) -> Double {
    switch measure.unit {
    case .meters: lengthFactor
    case .share: 100
    case .seconds, .vehicles, .vehiclesPerHour, .stopsPerVehicle, .ratio, .count: 1
    }
  }

  /// The unit's symbol; empty for plain numbers.
  public func symbol(_ measure: StudyMeasure) -> String {
    switch measure.unit {
    case .seconds: "s"
    case .meters: lengthSymbol
    case .vehicles: "veh"
    case .vehiclesPerHour: "veh/h"
    case .share: "%"
    case .stopsPerVehicle, .ratio, .count: ""
    }
  }

  public func decimals(_ measure: StudyMeasure) -> Int {
    switch measure {
    case .crossingsOnRed, .locks, .unserved, .drivingAtEnd, .finished, .demanded, .unfinished: 1
    case .delayPerVehicle, .travelTime, .pedestrianDelay, .overflow, .arrivalsOnGreen: 1
    case .personDelay, .splitFailures, .locksResolved: 1
    case .stopsPerVehicle, .queueStorageRatio: 2
    case .throughput, .queue95, .queueMaximum, .persons: 0
    }
  }

  public func value(_ value: Double, _ measure: StudyMeasure) -> String {
    NumberText.fixed(value * factor(measure), decimals: decimals(measure))
  }

  public func change(_ value: Double, _ measure: StudyMeasure) -> String {
    NumberText.signed(value * factor(measure), decimals: decimals(measure))
  }

  /// "43.1 ± 1.2"; "43.1" with a dash for the half width of a single replication; a dash without a value.
  public func summary(_ summary: MeasureSummary?, _ measure: StudyMeasure) -> String {
    guard let summary, let mean = summary.mean else { return "–" }
    guard let interval = summary.interval else { return value(mean, measure) + " ± –" }
    return value(mean, measure) + " ± " + value(interval.halfWidth, measure)
  }

  /// "−8.3 ± 1.2".
  public func difference(_ difference: PairedDifference, _ measure: StudyMeasure) -> String {
    guard let mean = difference.mean else { return "–" }
    guard let interval = difference.interval else { return change(mean, measure) + " ± –" }
    return change(mean, measure) + " ± " + value(interval.halfWidth, measure)
  }

  // MARK: Plain quantities

  public var lengthFactor: Double { units == .usCustomary ? 1 / Conversion.metersPerFoot : 1 }
  public var lengthSymbol: String { units == .usCustomary ? "ft" : "m" }

  /// Without the unit, in whole metres or feet.
  public func length(_ meters: Double) -> String {
    NumberText.fixed(meters * lengthFactor, decimals: 0)
  }

  /// With the unit: "30 mph", "50 km/h".
  public func speed(_ metersPerSecond: Double) -> String {
    switch units {
    case .metric:
      NumberText.fixed(metersPerSecond / Conversion.metersPerSecondPerKilometerPerHour, decimals: 0)
        + " km/h"
    case .usCustomary:
      NumberText.fixed(metersPerSecond / Conversion.metersPerSecondPerMilePerHour, decimals: 0) + " mph"
    }
  }
}
