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

/// Level of service by control delay (Highway Capacity Manual, 6th edition, exhibits 19-8 and 20-2).
public enum LevelOfService: String, Hashable, Sendable, CaseIterable {
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"
  case e = "E"
  case f = "F"

  /// - Parameters:
  ///   - delaySeconds: control delay per vehicle.
  ///   - degreeOfSaturation: above 1 the level is F whatever the delay.
  ///   - control: priority nodes have lower thresholds than signals.
  public init(delaySeconds: Double, degreeOfSaturation: Double?, control: NodeControl) {
    let limits: [Double] = control == .signal ? [10, 20, 35, 55, 80] : [10, 15, 25, 35, 50]
    if let degreeOfSaturation, degreeOfSaturation > 1 {
      self = .f
      return
    }
    let place = limits.firstIndex { delaySeconds <= $0 } ?? limits.count
    self = LevelOfService.allCases[place]
  }
}
