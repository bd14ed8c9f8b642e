/// What a strategy may see of the road.
public enum SensorPreset: Hashable, Sendable {
  case none
  /// Vehicles over the stop line's last 10 m.
  case stopbar
  /// Vehicles over the last 10 m, and over a detector from 100 to 75 m before the stop line.
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
  /// What it will do at the end of its link, where the vehicle itself tells; `nil` for every other sensor.
  public var movement: MovementID?
  /// What it counts for beside a passenger car with its usual occupants, where the vehicle itself tells; otherwise 1.
  public var weight: Float

  public init(
    lane: LaneID, distanceMeters: Double, speedMetersPerSecond: Double, vehicle: UInt32,
    movement: MovementID? = nil, weight: Float = 1
  ) {
    self.lane = lane
    self.distanceMeters = distanceMeters
    self.speedMetersPerSecond = speedMetersPerSecond
    self.vehicle = vehicle
    self.movement = movement
    self.weight = weight
  }
}
