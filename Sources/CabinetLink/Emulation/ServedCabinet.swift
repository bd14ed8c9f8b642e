import CabinetProtocols
import ControlLoop
import SignalControl
import TrafficModel

/// An emulated cabinet behind the agents of field protocols: what any client of those protocols can poke.
///
/// A pure machine: it is told messages and the time and gives answers. What an agent takes over, the controller unit
/// does at its next tick, downloaded patterns and schedules included (``ControllerUnit/adopt(_:at:)``). Several agents may
/// serve one cabinet: whoever commands last is obeyed, and what one has downloaded the others tell.
public struct ServedCabinet: Sendable {
  public private(set) var cabinet: EmulatedCabinet
  public private(set) var ntcip: NTCIPAgent
  /// Only for a controller that runs stages.
  public private(set) var gbt: GBTController?
  /// Downloads that the unit refused, because more than patterns and schedule differed.
  public private(set) var refusedDownloads = 0
  private var lastTick = SimTime.zero
  private var reports: [GBTFrame] = []
  /// Lamps that change; nobody looks at them here, and the room is used again.
  private var changes: ContiguousArray<IndicationChange> = []

  public init(_ cabinet: EmulatedCabinet, ntcip: NTCIPAgent, gbt: GBTController? = nil) {
    self.cabinet = cabinet
    self.ntcip = ntcip
    self.gbt = gbt
  }

  /// When ``advance(to:)`` has something to do.
  public var nextDeadline: SimTime {
    min(cabinet.nextDeadline, min(ntcip.nextDeadline, gbt?.nextDeadline ?? .distantFuture))
  }

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

  /// A frame of GB/T 20999; returns the answers.
  public mutating func handleGBT20999(_ frame: GBTFrame, at now: SimTime) -> [GBTFrame] {
    advance(to: now)
    gbt?.handle(frame, at: now, seeing: cabinet.status(at: now))
    obey(at: now)
    return takeReports()
  }

  /// Frames of GB/T 20999 that are sent unasked, since the last time.
  public mutating func takeReports() -> [GBTFrame] {
    defer { reports = [] }
    return reports
  }

  /// Carries the cabinet, then the agents on to `now`.
  public mutating func advance(to now: SimTime) {
    while cabinet.nextDeadline <= now {
      lastTick = cabinet.nextDeadline
      cabinet.advance(to: lastTick, into: &changes)
      changes.removeAll(keepingCapacity: true)
    }
    let status = cabinet.status(at: now)
    ntcip.advance(to: now, seeing: status)
    gbt?.advance(to: now, seeing: status)
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
      case .database(let changed):
        take(changed, at: now)
        gbt?.adopt(changed)
      }
    }
    while let output = gbt?.nextOutput() {
      switch output {
      case .send(let frame): reports.append(frame)
      case .command(let command): cabinet.apply(command, at: acting(now))
      case .database(let changed):
        take(changed, at: now)
        ntcip.adopt(changed)
      }
    }
  }

  private mutating func take(_ changed: SignalController, at now: SimTime) {
    if !cabinet.adopt(changed, at: acting(now)) { refusedDownloads += 1 }
  }

  /// What arrives after a tick is done belongs to the next.
  private func acting(_ now: SimTime) -> SimTime { max(now, lastTick + TimeSpan(milliseconds: 1)) }
}
