import TrafficModel

/// What happened in a cabinet of late: a ring of entries that forgets the oldest.
///
/// Detector actuations are left out, because they would push everything else out within a minute.
struct CabinetHistory: Sendable {
  /// Lamps and events of two cycles of eight phases are some 300 entries.
  static let capacity = 512

  private enum Kind: UInt8 {
    case lamp
    case event
    case preemptOn
    case preemptOff
    case stopTime
    case manualControl
    case intervalAdvance
    case flashSwitch
    case monitorFlash
    case clock
  }

  /// Sixteen bytes, because every cabinet of a city has a ring.
  private struct Entry: Sendable {
    var time: SimTime
    var kind: UInt8
    var detail: UInt8
    var number: Int16
    var code: Int16
  }

  private let groups: [String]
  /// How far back a report goes.
  private let reach: TimeSpan
  private var entries: ContiguousArray<Entry> = []
  private var next = 0

  init(_ data: SignalController) {
    groups = data.groups.map(\.name)
    let cycle = data.patterns.map(\.cycle).max() ?? .zero
    reach = max(cycle, TimeSpan(milliseconds: 60_000)) * 2
  }

  private mutating func append(_ entry: Entry) {
    if entries.count < Self.capacity {
      entries.append(entry)
    } else {
      entries[next] = entry
    }
    next = (next + 1) % Self.capacity
  }

  mutating func note(_ change: IndicationChange, at time: SimTime) {
    append(
      Entry(
        time: time, kind: Kind.lamp.rawValue, detail: change.indication.rawValue,
        number: Int16(clamping: change.group), code: 0))
  }

  mutating func note(_ event: ControllerEvent) {
    switch event.code {
    case .detectorOn, .detectorOff, .pedestrianDetectorOn, .pedestrianDetectorOff: return
    default: break
    }
    append(
      Entry(
        time: event.time, kind: Kind.event.rawValue, detail: 0, number: event.parameter,
        code: event.code.rawValue))
  }

  mutating func note(_ input: CabinetInput, at time: SimTime) {
    func entry(_ kind: Kind, _ number: Int = 0) -> Entry {
      Entry(time: time, kind: kind.rawValue, detail: 0, number: Int16(clamping: number), code: 0)
    }
    switch input {
    case .preempt(let number, let isEnergised):
      append(entry(isEnergised ? .preemptOn : .preemptOff, number))
    case .stopTime(let isOn): append(entry(.stopTime, isOn ? 1 : 0))
    case .manualControl(let isOn): append(entry(.manualControl, isOn ? 1 : 0))
    case .intervalAdvance: append(entry(.intervalAdvance))
    case .flashSwitch(let isOn): append(entry(.flashSwitch, isOn ? 1 : 0))
    case .monitorFlash(let isOn): append(entry(.monitorFlash, isOn ? 1 : 0))
    case .clock: append(entry(.clock))
    case .detector, .pushButton, .extendedPushButton, .priority, .priorityCheckOut, .detectorFault: break
    }
  }

  /// The entries of the last two cycles before `now`, one line each, the oldest first.
  func lines(before now: SimTime) -> [String] {
    let start = entries.count < Self.capacity ? 0 : next
    return entries.indices.lazy.map { entries[(start + $0) % entries.count] }
      .filter { $0.time >= now - reach }.map(line)
  }

  private func line(_ entry: Entry) -> String {
    "\(entry.time.seconds) s: \(words(entry))"
  }

  private func words(_ entry: Entry) -> String {
    let number = Int(entry.number)
    guard let kind = Kind(rawValue: entry.kind) else { return "" }
    switch kind {
    case .lamp:
      let name = groups.indices.contains(number) ? groups[number] : "\(number)"
      let colour = Indication(rawValue: entry.detail).map { "\($0)" } ?? ""
      return "group \(name) \(colour)"
    case .event:
      let code = ControllerEventCode(rawValue: entry.code).map { " \($0)" } ?? ""
      return "event \(entry.code)\(code), \(number)"
    case .preemptOn: return "preempt input \(number) on"
    case .preemptOff: return "preempt input \(number) off"
    case .stopTime: return "stop time \(number == 1 ? "on" : "off")"
    case .manualControl: return "manual control \(number == 1 ? "on" : "off")"
    case .intervalAdvance: return "interval advance"
    case .flashSwitch: return "flash switch \(number == 1 ? "on" : "off")"
    case .monitorFlash: return "monitor flash \(number == 1 ? "on" : "off")"
    case .clock: return "clock set"
    }
  }
}
