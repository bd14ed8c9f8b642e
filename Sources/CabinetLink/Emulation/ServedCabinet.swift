import CabinetProtocols
import ControlLoop
import SignalControl
import TrafficModel

/// An emulated cabinet behind the agents of field protocols: what any client of those protocols can poke.
///
/// A pure machine: it is told messages and the time and gives answers. What an agent takes over, the controller unit
/// does at its next tick. Patterns that were downloaded wait until the unit can take them over without disturbing what
/// runs (``ControllerUnit/adopt(_:)``).
public struct ServedCabinet: Sendable {
  public private(set) var cabinet: EmulatedCabinet
  public private(set) var ntcip: NTCIPAgent
  /// Downloaded, and not in force yet.
  public private(set) var waitingData: SignalController?
  private var lastTick = SimTime.zero
  /// Lamps that change; nobody looks at them here, and the room is used again.
  private var changes: ContiguousArray<IndicationChange> = []

  public init(_ cabinet: EmulatedCabinet, ntcip: NTCIPAgent) {
    self.cabinet = cabinet
    self.ntcip = ntcip
  }

  /// When ``advance(to:)`` has something to do.
  public var nextDeadline: SimTime { min(cabinet.nextDeadline, ntcip.nextDeadline) }

  /// Turns the cabinet on and sets its clock.
  public mutating func start(at now: SimTime, unixMilliseconds: Int64) {
    lastTick = now.firstTick()
    cabinet.handle(.clock(unixMilliseconds: unixMilliseconds), at: lastTick)
    cabinet.start(at: lastTick, into: &changes)
  }

  /// A message of SNMP; returns the answer if there is to be one.
  public mutating func handleNTCIP(_ bytes: [UInt8], at now: SimTime) -> [UInt8]? {
    advance(to: now)
    let answer = ntcip.handle(bytes, at: now, seeing: cabinet.status(at: now))
    obey(at: now)
    return answer
  }

  /// Carries the cabinet, then the agents on to `now`.
  public mutating func advance(to now: SimTime) {
    while cabinet.nextDeadline <= now {
      lastTick = cabinet.nextDeadline
      cabinet.advance(to: lastTick, into: &changes)
      changes.removeAll(keepingCapacity: true)
    }
    ntcip.advance(to: now, seeing: cabinet.status(at: now))
    obey(at: now)
  }

  /// Keeps the high-resolution log from here on, for ``takeEvents()``.
  public mutating func recordEvents() { cabinet.recordsEvents = true }

  /// The high-resolution log since the last time.
  public mutating func takeEvents() -> ContiguousArray<ControllerEvent> { cabinet.takeEvents() }

  private mutating func obey(at now: SimTime) {
    while let output = ntcip.nextOutput() {
      switch output {
      case .command(let command): cabinet.apply(command, at: acting(now))
      case .clock(let milliseconds):
        cabinet.handle(.clock(unixMilliseconds: milliseconds), at: acting(now))
      case .database(let changed): waitingData = changed
      }
    }
    if let changed = waitingData, cabinet.adopt(changed) { waitingData = nil }
  }

  /// What arrives after a tick is done belongs to the next.
  private func acting(_ now: SimTime) -> SimTime { max(now, lastTick + TimeSpan(milliseconds: 1)) }
}
