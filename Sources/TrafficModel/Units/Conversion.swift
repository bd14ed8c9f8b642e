/// Exact factors between the units of practice and the metres and seconds used inside.
public enum Conversion {
  public static let metersPerFoot = 0.3048
  public static let metersPerSecondPerMilePerHour = 0.44704
  public static let metersPerSecondPerKilometerPerHour = 1 / 3.6
}

/// The units that a scenario's author works in and that its reports speak.
public enum UnitSystem: String, Sendable, CaseIterable {
  case metric
  case usCustomary
}
