import CabinetProtocols
import ControlLoop
import SignalControl
import TrafficModel

/// A foreign device in the cabinet's seat, in lockstep: inputs and commands out, lamps and statuses in.
///
/// Its lamps are not trusted: pairs that exclude each other, short yellows and short clearances are looked for here
/// with the scenario's data, and end the run as they do with a cabinet of our own. A seat cannot throw: when the device
/// fails, ``failure`` says why, and its lamps stay as they are.
public struct ExternalCabinet: CabinetSeat {
  public let controller: ControllerID
  private let peer: LinePeer
  private let places: LinePlaces
  private var lamps: LampMonitor
  private var time: SimTime?
  private let groupCount: Int
  private let stepCount: Int
  private let detectorCount: Int
  public private(set) var nextDeadline = SimTime.distantFuture

  /// Connects to the device, or starts the program that stands for it.
  public init(
    _ external: ExternalEndpoint, _ data: SignalController, id: ControllerID, network: Network,
    patience: Double = 60, isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(LinkError) {
    controller = id
    places = LinePlaces([data], in: network)
    lamps = LampMonitor(data, id: id)
    groupCount = data.groups.count
    stepCount = data.phases.isEmpty ? data.stages.count : data.phases.count
    detectorCount = data.detectors.count
    peer = try LinePeer(
      external, seat: .cabinet, telling: .configure(places.controllers, tick: .tick), patience: patience,
      isInterrupted: isInterrupted)
  }

  public var failure: LinkError? { peer.failure }
  public var violation: SafetyViolation? { lamps.firstViolation }

  /// Says goodbye to the device.
  public func close() { peer.close() }

  public mutating func start(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    advance(to: now.firstTick(), into: &changes)
  }

  public mutating func handle(_ input: CabinetInput, at now: SimTime) {
    let here = LineInput(controller: ControllerID(0), input: input)
    guard let known = places.outgoing(here) else { return }
    peer.tell(.inputs(now, [known]))
    wake(at: now)
  }

  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    peer.tell(.command(now, AddressedCommand(controller: ControllerID(0), command: command)))
    wake(at: now)
  }

  /// What it was told acts at the first tick that is not done yet.
  private mutating func wake(at now: SimTime) {
    let earliest = time.map { max(now.firstTick(), $0 + .tick) } ?? now.firstTick()
    nextDeadline = min(nextDeadline, earliest)
  }

  public mutating func advance(to tick: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    time = tick
    peer.tell(.advance(tick))
    let lamps = peer.answer(expected: "lamps with t_ms \(tick.milliseconds)") {
      message -> [IndicationChange]? in
      guard case .lamps(tick, let changes) = message else { return nil }
      return changes
    }
    let next = peer.answer(expected: "a status with t_ms \(tick.milliseconds)") { message -> SimTime? in
      guard case .status(tick, _, let next) = message else { return nil }
      return next ?? tick + .tick
    }
    guard let lamps, let next else {
      nextDeadline = .distantFuture
      return
    }
    if let stranger = lamps.first(where: { !places.hasGroup($0) }) {
      peer.refuse(.unknown, "there is no group \(stranger.group) at controller \(stranger.controller.index)")
      return
    }
    let first = changes.count
    for var change in lamps {
      change.controller = controller
      changes.append(change)
    }
    self.lamps.observe(changes[first...], at: tick)
    nextDeadline = max(next.firstTick(), tick + .tick)
  }

  public func status(at now: SimTime) -> CabinetStatus {
    peer.tell(.status(now, []))
    let status = peer.answer(expected: "a status with t_ms \(now.milliseconds)") {
      message -> CabinetStatus? in
      guard case .status(now, let statuses, _) = message else { return nil }
      return statuses.first?.status
    }
    return complete(status ?? CabinetStatus(mode: .startUp, indications: []))
  }

  /// Strategies count on one entry per group, phase and detector, whatever a device tells.
  private func complete(_ status: CabinetStatus) -> CabinetStatus {
    func fitted<Entry>(_ list: [Entry], to count: Int, _ entry: Entry) -> [Entry] {
      list.prefix(count) + Array(repeating: entry, count: max(0, count - list.count))
    }
    var result = status
    result.indications = fitted(status.indications, to: groupCount, .red)
    result.phaseSince = fitted(status.phaseSince, to: stepCount, .zero)
    result.detectors = fitted(status.detectors, to: detectorCount, DetectorStatus())
    return result
  }
}
