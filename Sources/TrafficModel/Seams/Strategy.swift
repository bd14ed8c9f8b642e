/// What a brain knows when it decides: one status per controller, and what its sensors see.
public struct RegionalView: Sendable {
  public var statuses: [CabinetStatus]
  public var observations: [VehicleObservation]

  public init(statuses: [CabinetStatus], observations: [VehicleObservation] = []) {
    self.statuses = statuses
    self.observations = observations
  }
}

/// A brain: it sees all its cabinets and returns the state that it wants of each.
///
/// One strategy serves a whole region, so that junctions close together can act as one. A cabinet that gets no
/// command keeps the last one until its lease ends.
public protocol Strategy: Sendable {
  /// As it is called on the command line and in reports.
  var name: String { get }
  var sensors: SensorPreset { get }
  /// Decides at `now`, appends commands, and returns when it wants to decide again (`nil`: never).
  mutating func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand])
    -> SimTime?
  /// What it has to say at the end of a run, in sentences: an explanation that was asked for, promises that it could
  /// not make, sensors that it gave up, locks that it could not cure.
  var remarks: [String] { get }
}

extension Strategy {
  public var remarks: [String] { [] }
}
