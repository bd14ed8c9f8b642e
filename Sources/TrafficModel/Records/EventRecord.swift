/// What an event record tells.
public enum RecordKind: UInt8, Sendable, CaseIterable {
  /// A vehicle wants to enter the network; entity = vehicle, value = link.
  case vehicleDemanded
  /// A vehicle enters a lane of a link; entity = vehicle, value = lane.
  case laneEntered
  /// A vehicle crosses a stop line; entity = vehicle, value = movement.
  case stopLineCrossed
  /// A vehicle leaves the network; entity = vehicle, value = link.
  case vehicleFinished
  /// A detector goes on; entity = detector.
  case detectorOn
  /// A detector goes off; entity = detector.
  case detectorOff
  /// A lamp changes; entity = controller, value = group · 16 + indication.
  case indication
  /// A pedestrian arrives; entity = crosswalk.
  case pedestrianArrived
  /// Pedestrians who waited start to walk; entity = crosswalk, value = how many.
  case pedestrianStarted
  /// A vehicle that has committed itself will cross on red; entity = movement.
  case crossedOnRed
  /// A ring of lanes in which each waits for room in the next was found; entity = a link of it.
  case locked
  /// A vehicle of such a ring squeezes itself into the full lane ahead; entity = the link that it leaves.
  case squeezed
}

/// One line of the event log; the log of a run is the same bytes for the same scenario and seed.
public struct EventRecord: Hashable, Sendable {
  public var milliseconds: UInt32
  public var kind: RecordKind
  public var entity: UInt32
  public var value: Int32

  public init(milliseconds: UInt32, kind: RecordKind, entity: UInt32, value: Int32 = 0) {
    self.milliseconds = milliseconds
    self.kind = kind
    self.entity = entity
    self.value = value
  }
}
