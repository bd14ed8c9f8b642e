import CabinetProtocols
import ControlLoop
import TrafficModel

/// An emulated cabinet behind the line protocol: the device's side of the cabinet seat, in lockstep.
///
/// A pure machine without a clock: the other side says how far it may run. What the invariants find ends the
/// conversation with an error line.
public struct LineCabinet: Sendable {
  public private(set) var cabinet: EmulatedCabinet
  private let places: LinePlaces
  private let name: String
  private var isStarted = false
  private var isGreeted = false
  private var time = SimTime.zero
  private var changes: ContiguousArray<IndicationChange> = []
  /// Whether the conversation is over.
  public private(set) var isOver = false

  public init(_ cabinet: EmulatedCabinet, _ data: SignalController, in network: Network) {
    self.cabinet = cabinet
    places = LinePlaces([data], in: network)
    name = data.name
  }

  /// The first line, sent before anything is heard.
  public var greeting: LineMessage { .hello(version: LineMessage.version, seat: .cabinet, name: name) }

  /// What is answered to a line.
  public mutating func handle(_ frame: LineDecoder.Frame) -> [LineMessage] {
    switch frame {
    case .malformed(let failure):
      if failure.code == .unknownVersion { isOver = true }
      return [.error(failure.code == .unknownVersion ? .version : .malformed, "\(failure)")]
    case .message(let message): return handle(message)
    }
  }

  private mutating func handle(_ message: LineMessage) -> [LineMessage] {
    switch message {
    case .hello(_, .cabinet, _):
      isGreeted = true
      return []
    case .bye:
      isOver = true
      return []
    case .error: return []
    case _ where !isGreeted: return [.error(.unexpected, "the first line must be a hello to a cabinet")]
    case .configure(let controllers, _, _):
      guard controllers.first?.groups == places.controllers[0].groups else {
        isOver = true
        return [.error(.unknown, "this is \(name), whose groups are \(places.controllers[0].groups)")]
      }
      return []
    case .inputs(let at, let inputs): return take(inputs, at: at)
    case .command(let at, let command):
      guard command.controller.index == 0 else { return [.error(.unknown, "there is controller 0 only")] }
      cabinet.apply(command.command, at: at)
      return []
    case .advance(let to): return advance(to: to)
    case .status(let at, let statuses, _) where statuses.isEmpty: return [status(at: at)]
    case .hello, .status, .lamps, .observe, .decide:
      return [.error(.unexpected, "a cabinet takes inputs, command, advance and the question for its status")]
    }
  }

  private mutating func take(_ inputs: [LineInput], at time: SimTime) -> [LineMessage] {
    var strangers: [LineMessage] = []
    for input in inputs {
      if let known = places.incoming(input) {
        cabinet.handle(known.input, at: time)
      } else {
        strangers.append(.error(.unknown, "there is no place for \(input.input)"))
      }
    }
    return strangers
  }

  private mutating func advance(to end: SimTime) -> [LineMessage] {
    guard end == end.firstTick(), !isStarted || end > time else {
      return [.error(.unexpected, "advance must name a tick after \(time.milliseconds)")]
    }
    changes.removeAll(keepingCapacity: true)
    if isStarted {
      // The other side may have been further than it had to.
      while cabinet.nextDeadline < end, changes.isEmpty {
        time = cabinet.nextDeadline
        cabinet.advance(to: time, into: &changes)
      }
      if changes.isEmpty {
        time = end
        cabinet.advance(to: end, into: &changes)
      }
    } else {
      isStarted = true
      time = end
      cabinet.start(at: end, into: &changes)
    }
    if let violation = cabinet.violation {
      isOver = true
      return [.error(.failed, "\(violation)")]
    }
    let lamps = changes.map {
      IndicationChange(controller: ControllerID(0), group: $0.group, indication: $0.indication)
    }
    return [.lamps(time, lamps), status(at: time)]
  }

  private func status(at now: SimTime) -> LineMessage {
    let status = LineStatus(controller: ControllerID(0), status: cabinet.status(at: now))
    let next = isStarted ? min(cabinet.nextDeadline, SimTime(milliseconds: Int64.max / 16)) : nil
    return .status(now, [status], next: next)
  }
}
