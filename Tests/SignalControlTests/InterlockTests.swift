import SignalControl
import TestSupport
import Testing
import TrafficModel

@Suite("Interlock")
struct InterlockTests {
  /// Four groups: 0 and 1 exclude each other, 1 and 2 too, 3 (pedestrians) excludes 0 and 2; group 2 gains by red-yellow.
  private static func controller() -> SignalController {
    func vehicle(_ name: String, gaining: Double = 0) -> SignalGroup {
      SignalGroup(
        name: name, gaining: gaining > 0 ? [TimedIndication(.redYellow, TimeSpan(seconds: gaining))] : [],
        losing: [TimedIndication(.yellow, TimeSpan(seconds: 0.3))], minimumGreen: TimeSpan(seconds: 0.4))
    }
    let groups = [
      vehicle("A"), vehicle("B"), vehicle("C", gaining: 0.2),
      SignalGroup(
        name: "P", kind: .pedestrian, losing: [TimedIndication(.flashingGreen, TimeSpan(seconds: 0.5))],
        minimumGreen: TimeSpan(seconds: 0.3)),
    ]
    var conflicts = ConflictMatrix(count: 4)
    var intergreens = IntergreenMatrix(count: 4)
    for (a, b) in [(0, 1), (1, 2), (0, 3), (2, 3)] {
      conflicts[a, b] = .excluded
      intergreens[a, b] = TimeSpan(seconds: 0.7)
      intergreens[b, a] = TimeSpan(seconds: 0.8)
    }
    return SignalController(
      name: "four", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      patterns: [])
  }

  /// What the four rules say, checked from the lamps alone.
  private static func check(
    _ data: SignalController, _ log: [(time: SimTime, change: IndicationChange)]
  ) -> String? {
    var shown = [Indication](repeating: .red, count: 4)
    var greenStart = [SimTime](repeating: .zero, count: 4)
    var greenEnd = [SimTime](repeating: SimTime(seconds: -100), count: 4)
    for entry in log {
      let group = entry.change.group
      if entry.change.indication == .green {
        for other in 0..<4 where data.conflicts[other, group] == .excluded {
          if shown[other] != .red { return "\(group) green against \(other)" }
          if entry.time - greenEnd[other] < data.intergreens[other, group] {
            return "intergreen \(other) \(group)"
          }
        }
        greenStart[group] = entry.time
      }
      if shown[group] == .green {
        greenEnd[group] = entry.time
        if entry.time - greenStart[group] < data.groups[group].minimumGreen { return "minimum of \(group)" }
      }
      shown[group] = entry.change.indication
    }
    return nil
  }

  @Test("whatever is asked for in whatever order, the lamps obey their rules")
  func exhaustiveRequests() {
    let data = Self.controller()
    var monitorFindings = 0
    var failure: String?
    var starts = 0
    // All sequences of five requests (start or end one of four groups, or wait), each followed by 0.3 s.
    for code in 0..<(9 * 9 * 9 * 9 * 9) {
      var rest = code
      var interlock = Interlock(data, id: ControllerID(0))
      var monitor = LampMonitor(data, id: ControllerID(0))
      var log: [(time: SimTime, change: IndicationChange)] = []
      var now = SimTime.zero
      var changes: ContiguousArray<IndicationChange> = []
      for step in 0..<6 {
        let request = step < 5 ? rest % 9 : 8
        rest /= 9
        if request < 4 {
          if interlock.start(request, at: now, into: &changes) { starts += 1 }
        } else if request < 8 {
          interlock.end(request - 4, at: now, into: &changes)
        }
        for _ in 0..<3 {
          if !changes.isEmpty {
            monitor.observe(changes[...], at: now)
            for change in changes { log.append((now, change)) }
            changes.removeAll()
          }
          now += .tick
          interlock.advance(to: now, into: &changes)
        }
      }
      failure = failure ?? Self.check(data, log)
      monitorFindings += monitor.violations.count
    }
    #expect(failure == nil)
    #expect(monitorFindings == 0)
    #expect(starts > 70_000)
  }

  @Test("a refused request changes nothing, and the interlock says from when it would be granted")
  func refusal() {
    let data = Self.controller()
    var interlock = Interlock(data, id: ControllerID(0))
    var changes: ContiguousArray<IndicationChange> = []
    #expect(interlock.start(0, at: .zero, into: &changes))
    changes.removeAll()
    #expect(!interlock.start(1, at: .zero, into: &changes))
    #expect(!interlock.start(0, at: .zero, into: &changes))
    #expect(!interlock.end(0, at: SimTime(seconds: 0.3), into: &changes))
    #expect(!interlock.end(1, at: SimTime(seconds: 0.3), into: &changes))
    #expect(changes.isEmpty)
    #expect(interlock.earliestStart(of: 1) == .distantFuture)
    #expect(interlock.earliestEnd(of: 0) == SimTime(seconds: 0.4))
    #expect(interlock.end(0, at: SimTime(seconds: 0.4), into: &changes))
    #expect(interlock.earliestStart(of: 1) == SimTime(seconds: 1.1))
    #expect(!interlock.start(1, at: SimTime(seconds: 1.0), into: &changes))
    #expect(interlock.start(1, at: SimTime(seconds: 1.1), into: &changes))
  }

  @Test("gaining colours end with the intergreen, losing colours run in full")
  func sequences() {
    let data = Self.controller()
    var interlock = Interlock(data, id: ControllerID(0))
    var changes: ContiguousArray<IndicationChange> = []
    var log: [String] = []
    interlock.start(1, at: .zero, into: &changes)
    var now = SimTime.zero
    while now < SimTime(seconds: 3) {
      if now == SimTime(seconds: 1) { interlock.end(1, at: now, into: &changes) }
      if now > SimTime(seconds: 1) && !interlock.isStarted(2) { interlock.start(2, at: now, into: &changes) }
      for change in changes { log.append("\(now.seconds) \(change.group) \(change.indication)") }
      changes.removeAll()
      now += .tick
      interlock.advance(to: now, into: &changes)
    }
    // The intergreen from 1 to 2 is 0.7 s; red-yellow takes its last 0.2 s.
    #expect(log == ["0.0 1 green", "1.0 1 yellow", "1.3 1 red", "1.5 2 redYellow", "1.7 2 green"])
  }

  @Test("an intergreen shorter than the colours between two greens does not shorten them")
  func shortIntergreen() {
    var data = Self.controller()
    data.intergreens[1, 2] = .zero
    var interlock = Interlock(data, id: ControllerID(0))
    var changes: ContiguousArray<IndicationChange> = []
    interlock.start(1, at: .zero, into: &changes)
    interlock.end(1, at: SimTime(seconds: 1), into: &changes)
    #expect(interlock.earliestStart(of: 2) == SimTime(seconds: 1.3))
  }
}
