import SignalControl
import Testing
import TrafficModel
import TestSupport

/// A controller unit on the test bench: a clock, a lamp recorder and an independent monitor.
struct Bench {
  var unit: ControllerUnit
  var monitor: LampMonitor
  var now = SimTime.zero
  /// Every change of lamps: when, which group, what.
  var log: [(time: SimTime, change: IndicationChange)] = []
  let groupCount: Int
  private var changes: ContiguousArray<IndicationChange> = []
  /// Inputs and commands still to come, in order of time.
  private var script: [(time: SimTime, step: Step)] = []
  private var isStarted = false
  /// If set, the unit is also advanced at random ticks in between, and made to think there by an input that means
  /// nothing to it: an unknown detector.
  var extraTicks: RandomStream?
  private var nextExtra = SimTime.distantFuture

  private enum Step {
    case input(CabinetInput)
    case command(CabinetCommand)
  }

  init(_ controller: SignalController, free: Bool = true, at start: Double = 0) throws {
    unit = try ControllerUnit(
      controller, id: ControllerID(0), network: SignalFixture.network(for: controller))
    monitor = LampMonitor(controller, id: ControllerID(0))
    groupCount = controller.groups.count
    now = SimTime(seconds: start)
    if free { unit.apply(CabinetCommand(program: .free), at: now) }
  }

  private mutating func record(at time: SimTime) {
    monitor.observe(changes[...], at: time)
    for change in changes { log.append((time, change)) }
    changes.removeAll(keepingCapacity: true)
  }

  /// Runs to just after the tick at `seconds`; inputs come before the tick at which they act.
  mutating func run(to seconds: Double) {
    let end = SimTime(seconds: seconds)
    while true {
      let due = isStarted ? min(unit.nextDeadline, nextExtra) : now
      if let first = script.first, first.time <= min(due, end) {
        script.removeFirst()
        switch first.step {
        case .input(let input): unit.handle(input, at: first.time)
        case .command(let command): unit.apply(command, at: first.time)
        }
      } else if due <= end {
        if isStarted && due < unit.nextDeadline {
          unit.handle(.detector(DetectorID(9_999), isOn: true), at: due)
        }
        now = due
        if isStarted { unit.advance(to: now, into: &changes) } else { unit.start(at: now, into: &changes) }
        isStarted = true
        chooseExtraTick()
        record(at: now)
      } else {
        break
      }
    }
    now = end
  }

  private mutating func chooseExtraTick() {
    guard let stream = extraTicks?.next() else { return }
    nextExtra = now + TimeSpan(tenths: 1 + Int(stream % 40))
  }

  private mutating func schedule(_ step: Step, at seconds: Double) {
    let time = SimTime(seconds: seconds)
    let place = (script.lastIndex { $0.time <= time } ?? -1) + 1
    script.insert((time, step), at: place)
  }

  mutating func input(_ input: CabinetInput, at seconds: Double) { schedule(.input(input), at: seconds) }

  mutating func detector(_ index: Int, _ isOn: Bool, at seconds: Double) {
    schedule(.input(.detector(DetectorID(index), isOn: isOn)), at: seconds)
  }

  /// A vehicle that passes within 0.3 s.
  mutating func passage(_ index: Int, at seconds: Double) {
    detector(index, true, at: seconds)
    detector(index, false, at: seconds + 0.3)
  }

  mutating func push(_ crosswalk: Int, at seconds: Double) {
    schedule(.input(.pushButton(CrosswalkID(crosswalk))), at: seconds)
  }

  mutating func command(_ command: CabinetCommand, at seconds: Double) {
    schedule(.command(command), at: seconds)
  }

  /// When the group changed to `indication`, in seconds.
  func times(_ group: Int, _ indication: Indication) -> [Double] {
    log.filter { $0.change.group == group && $0.change.indication == indication }.map { $0.time.seconds }
  }

  /// Starts and ends of a group's greens, in seconds; the last may be open.
  func greens(_ group: Int) -> [[Double]] {
    var result: [[Double]] = []
    for entry in log where entry.change.group == group {
      if entry.change.indication == .green {
        result.append([entry.time.seconds])
      } else if let last = result.last, last.count == 1 {
        result[result.count - 1].append(entry.time.seconds)
      }
    }
    return result
  }

  var greenNow: [Int] {
    unit.status.indications.indices.filter { unit.status.indications[$0] == .green }
  }

  /// Events of the unit's log with one of these codes, as "seconds code parameter".
  func events(_ codes: ControllerEventCode...) -> [String] {
    unit.recorder.events.filter { codes.contains($0.code) }
      .map { "\($0.time.seconds) \($0.code) \($0.parameter)" }
  }

  /// The same, as they stand in the log.
  func logged(_ codes: ControllerEventCode...) -> [ControllerEvent] {
    unit.recorder.events.filter { codes.contains($0.code) }
  }

  func expectSafe(_ location: SourceLocation = #_sourceLocation) {
    #expect(monitor.violations.isEmpty, sourceLocation: location)
  }
}
