import TrafficModel

/// What the capacity analysis of a signal plan says of a movement, beside what the simulation measured.
public struct MovementAnalysis: Hashable, Sendable {
  /// Demand, in vehicles per hour.
  public var volumeVehiclesPerHour: Double
  /// `nil` where the method has no capacity (priority movements, for instance).
  public var capacityVehiclesPerHour: Double?
  /// v/c of the movement's lane group.
  public var degreeOfSaturation: Double?
  /// Control delay of the Highway Capacity Manual's lane-group method, in seconds per vehicle.
  public var hcmDelaySeconds: Double?

  public init(
    volumeVehiclesPerHour: Double, capacityVehiclesPerHour: Double? = nil, degreeOfSaturation: Double? = nil,
    hcmDelaySeconds: Double? = nil
  ) {
    self.volumeVehiclesPerHour = volumeVehiclesPerHour
    self.capacityVehiclesPerHour = capacityVehiclesPerHour
    self.degreeOfSaturation = degreeOfSaturation
    self.hcmDelaySeconds = hcmDelaySeconds
  }

  /// With the digits of a document.
  var rounded: MovementAnalysis {
    MovementAnalysis(
      volumeVehiclesPerHour: Reporting.rounded(volumeVehiclesPerHour),
      capacityVehiclesPerHour: capacityVehiclesPerHour.map { Reporting.rounded($0) },
      degreeOfSaturation: degreeOfSaturation.map { Reporting.rounded($0) },
      hcmDelaySeconds: hcmDelaySeconds.map { Reporting.rounded($0) })
  }
}
