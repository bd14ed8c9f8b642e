/// What a strategy may see of the road.
public enum SensorPreset: Hashable, Sendable {
  case none
  /// Vehicles over the stop line's last 10 m.
  case stopbar
  /// Vehicles in the last 100 m, seen when they pass a point there.
  case advance
  /// Every vehicle within this many metres of a stop line.
  case laneArea(meters: Double)
  /// Every vehicle.
  case connected
}

/// A vehicle as a sensor sees it.
public struct VehicleObservation: Hashable, Sendable {
  public var lane: LaneID
  /// From the vehicle's front to the stop line of its link.
  public var distanceMeters: Double
  public var speedMetersPerSecond: Double
  public var vehicle: UInt32

  public init(lane: LaneID, distanceMeters: Double, speedMetersPerSecond: Double, vehicle: UInt32) {
    self.lane = lane
    self.distanceMeters = distanceMeters
    self.speedMetersPerSecond = speedMetersPerSecond
    self.vehicle = vehicle
  }
}
