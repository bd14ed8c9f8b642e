import SignalControl
import TrafficModel

/// What may sit in the cabinet's seat: our emulated cabinet, or a machine that speaks to a foreign one.
///
/// The calls and their order are those of the controller unit. All times given to `advance` are ticks.
public protocol CabinetSeat: Sendable {
  var controller: ControllerID { get }
  /// Turns on from all red, after the initial commands.
  mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>)
  mutating func handle(_ input: CabinetInput, at now: SimTime)
  mutating func apply(_ command: CabinetCommand, at now: SimTime)
  mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>)
  /// The tick at which it wants to be advanced next.
  var nextDeadline: SimTime { get }
  func status(at now: SimTime) -> CabinetStatus
  /// The first thing that its lamps must not have shown.
  var violation: SafetyViolation? { get }
}
