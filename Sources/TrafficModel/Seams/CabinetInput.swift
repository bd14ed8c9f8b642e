/// Something that a cabinet senses.
public enum CabinetInput: Hashable, Sendable {
  case detector(DetectorID, isOn: Bool)
  case pushButton(CrosswalkID)
  /// A long push: whoever pushed needs the extended clearance.
  case extendedPushButton(CrosswalkID)
  /// The input of a preempt (by number) is energised or not; what calls is ``Preempt/isFailSafe``'s business.
  case preempt(Int, isEnergised: Bool)
  /// A vehicle asks for priority, or has passed.
  case priority(PriorityRequest)
  case priorityCheckOut(vehicle: Int32)
  /// It is this wall-clock time now, in milliseconds of UTC since 1970: at start, after a clock step, whenever known.
  case clock(unixMilliseconds: Int64)
  /// The police panel: an officer steps through the intervals by hand.
  case manualControl(Bool)
  /// With manual control on: ends the present green as soon as it may.
  case intervalAdvance
  /// While on, no interval ends and no timer runs.
  case stopTime(Bool)
  /// The flash switch of the panel.
  case flashSwitch(Bool)
  /// The conflict monitor has tripped (or was reset): the unit must know that its lamps are not shown.
  case monitorFlash(Bool)
  /// The detector's own electronics report a fault (NTCIP `vehicleDetectorReportedAlarms`), or its end.
  case detectorFault(DetectorID, isFaulty: Bool)
}

/// A change of lamps.
public struct IndicationChange: Hashable, Sendable {
  public var controller: ControllerID
  /// Index into the controller's groups.
  public var group: Int
  public var indication: Indication

  public init(controller: ControllerID, group: Int, indication: Indication) {
    self.controller = controller
    self.group = group
    self.indication = indication
  }
}
