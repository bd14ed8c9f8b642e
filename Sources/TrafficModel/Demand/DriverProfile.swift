/// The named sets of driver constants.
public enum DriverProfileName: String, Sendable, CaseIterable {
  /// Values of practice; saturation flow as in the Highway Capacity Manual.
  case field
  /// What reproduces SUMO's default driver, dawdling included.
  case sumo
}
