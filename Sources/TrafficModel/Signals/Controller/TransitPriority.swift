/// What a unit may do for a late bus (NTCIP 1211): never below minimums, never a skipped pedestrian.
public struct TransitPriority: Hashable, Sendable {
  /// From 1; requests name it, and the lower number goes first.
  public var number: Int
  /// Indices of the phases that serve the vehicle.
  public var phases: [Int]
  /// Longest that their green goes on for it.
  public var maximumExtension: TimeSpan
  /// By phase index: how much of its green (split, or maximum when free) another phase may lose for an early green.
  public var maximumReduction: [Int: TimeSpan]
  /// A request ends by itself after this.
  public var timeOut: TimeSpan
  /// After a service, no other one for so long (lockout).
  public var lockout: TimeSpan

  public init(
    number: Int, phases: [Int], maximumExtension: TimeSpan, maximumReduction: [Int: TimeSpan] = [:],
    timeOut: TimeSpan = TimeSpan(milliseconds: 60_000), lockout: TimeSpan = TimeSpan(milliseconds: 60_000)
  ) {
    self.number = number
    self.phases = phases
    self.maximumExtension = maximumExtension
    self.maximumReduction = maximumReduction
    self.timeOut = timeOut
    self.lockout = lockout
  }
}

/// A vehicle's wish for priority.
public struct PriorityRequest: Hashable, Sendable {
  /// The vehicle; a second request with the same number replaces the first.
  public var vehicle: Int32
  /// Number of the ``TransitPriority`` that serves it.
  public var strategy: Int32
  /// From the request to the arrival at the stop line.
  public var timeToArrival: TimeSpan
  /// Of requests at the same time, the lower class goes first.
  public var vehicleClass: Int32

  public init(vehicle: Int32, strategy: Int32, timeToArrival: TimeSpan, vehicleClass: Int32 = 1) {
    self.vehicle = vehicle
    self.strategy = strategy
    self.timeToArrival = timeToArrival
    self.vehicleClass = vehicleClass
  }
}
