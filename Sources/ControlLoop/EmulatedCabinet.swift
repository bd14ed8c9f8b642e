import SignalControl
import TrafficModel

/// A cabinet as it stands at the junction: the controller unit, and a monitor that watches its lamps.
///
/// The monitor sees every change that leaves the cabinet. What it finds is in ``violations``; whoever runs the
/// cabinet must stop there.
public struct EmulatedCabinet: CabinetSeat {
  public let controller: ControllerID
  public private(set) var unit: ControllerUnit
  private var monitor: LampMonitor

  public init(_ data: SignalController, id: ControllerID, network: Network) throws(TimelineFailure) {
    controller = id
    unit = try ControllerUnit(data, id: id, network: network)
    monitor = LampMonitor(data, id: id)
  }

  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    let first = changes.count
    unit.start(at: now, into: &changes)
    watch(changes, from: first, at: now.firstTick())
  }

  public mutating func handle(_ input: CabinetInput, at now: SimTime) { unit.handle(input, at: now) }

  public mutating func apply(_ command: CabinetCommand, at now: SimTime) { unit.apply(command, at: now) }

  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    let first = changes.count
    unit.advance(to: tick, into: &changes)
    watch(changes, from: first, at: tick)
  }

  private mutating func watch(
    _ changes: ContiguousArray<IndicationChange>, from first: Int, at tick: SimTime
  ) {
    if first < changes.count { monitor.observe(changes[first...], at: tick) }
  }

  public var nextDeadline: SimTime { unit.nextDeadline }
  public func status(at now: SimTime) -> CabinetStatus { unit.status(at: now) }
  public var violation: SafetyViolation? { monitor.firstViolation }
  public var violations: [SafetyViolation] { monitor.violations }
}
