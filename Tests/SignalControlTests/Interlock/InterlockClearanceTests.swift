import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Colours, clearances that differ from the programmed ones, and flash, asked of the interlock directly.
@Suite("Interlock: clearances and flash")
struct InterlockClearanceTests {
  /// Group 0: vehicles with three gaining and three losing colours; group 1: vehicles; group 2: pedestrians. All exclude
  /// each other, 6 s after vehicles, 12 s after pedestrians (10 s clearance).
  static func controller(_ change: (inout SignalController) -> Void = { _ in }) -> SignalController {
    func span(_ seconds: Double) -> TimeSpan { TimeSpan(seconds: seconds) }
    let groups = [
      SignalGroup(
        name: "A",
        gaining: [
          TimedIndication(.red, span(0.5)), TimedIndication(.redYellow, span(1)),
          TimedIndication(.flashingGreen, span(0.5)),
        ],
        losing: [
          TimedIndication(.flashingGreen, span(2)), TimedIndication(.yellow, span(3)),
          TimedIndication(.redYellow, span(0.5)),
        ], minimumGreen: span(5)),
      SignalGroup(name: "B", losing: [TimedIndication(.yellow, span(3))], minimumGreen: span(5)),
      SignalGroup(
        name: "P", kind: .pedestrian, losing: [TimedIndication(.flashingGreen, span(10))],
        minimumGreen: span(7)),
    ]
    var conflicts = ConflictMatrix(count: 3, filledWith: .excluded)
    conflicts[0, 0] = .compatible
    conflicts[1, 1] = .compatible
    conflicts[2, 2] = .compatible
    var intergreens = IntergreenMatrix(count: 3)
    for ending in 0..<3 {
      for starting in 0..<3 { intergreens[ending, starting] = span(ending == 2 ? 12 : 6) }
    }
    var data = SignalController(
      name: "three", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      phases: [
        Phase(
          number: 1, groups: [1], minimumGreen: span(5), maximumGreen: span(20), passage: span(2),
          yellow: span(3), redClearance: span(1))
      ], patterns: [])
    change(&data)
    return data
  }

  /// An interlock with a clock that writes down what it shows.
  struct Bench {
    var interlock: Interlock
    var changes: ContiguousArray<IndicationChange> = []
    var log: [String] = []
    var now = SimTime.zero

    init(_ data: SignalController) { interlock = Interlock(data, id: ControllerID(0)) }

    mutating func note() {
      for change in changes { log.append("\(now.seconds) \(change.group) \(change.indication)") }
      changes.removeAll()
    }

    mutating func run(to seconds: Double) {
      while now < SimTime(seconds: seconds) {
        note()
        now += .tick
        interlock.advance(to: now, into: &changes)
      }
      note()
    }

    mutating func start(_ group: Int, isAllowed: Bool = true, _ location: SourceLocation = #_sourceLocation) {
      let was = interlock.start(group, at: now, into: &changes)
      #expect(was == isAllowed, sourceLocation: location)
    }

    mutating func end(_ group: Int, isAllowed: Bool = true, _ location: SourceLocation = #_sourceLocation) {
      let was = interlock.end(group, at: now, into: &changes)
      #expect(was == isAllowed, sourceLocation: location)
    }

    mutating func allowCuts(_ cut: PreemptCut?) { interlock.allowCuts(cut, at: now, into: &changes) }
  }

  @Test("three gaining and three losing colours run in full, inside the intergreen")
  func colours() {
    var bench = Bench(Self.controller())
    bench.start(1)
    bench.run(to: 5)
    bench.end(1)
    // The intergreen of 6 s contains the 2 s of gaining colours.
    #expect(bench.interlock.earliestStart(of: 0) == SimTime(seconds: 9))
    bench.run(to: 9)
    bench.start(0)
    bench.run(to: 16)
    bench.end(0)
    bench.run(to: 30)
    #expect(
      bench.log == [
        "0.0 1 green", "5.0 1 yellow", "8.0 1 red", "9.5 0 redYellow", "10.5 0 flashingGreen", "11.0 0 green",
        "16.0 0 flashingGreen", "18.0 0 yellow", "21.0 0 redYellow", "21.5 0 red",
      ])
  }

  @Test("an arrow that flashes yellow as its green is held to the same rules")
  func proceed() {
    var bench = Bench(Self.controller { $0.groups[1].proceed = .flashingYellow })
    bench.start(1)
    bench.end(1, isAllowed: false)
    bench.run(to: 5)
    bench.end(1)
    bench.start(2, isAllowed: false)
    bench.run(to: 10)
    #expect(bench.log == ["0.0 1 flashingYellow", "5.0 1 yellow", "8.0 1 red"])
  }

  @Test(
    "a green comes back after the longer of the unit's and the phase's red revert",
    arguments: [(2.0, 0.0, 2.0), (3.5, 0, 3.5), (2, 6, 6), (0, 0, 0)])
  func redRevert(unit: Double, phase: Double, expected: Double) {
    var bench = Bench(
      Self.controller {
        $0.options.redRevert = TimeSpan(seconds: unit)
        $0.phases[0].actuation.redRevert = TimeSpan(seconds: phase)
      })
    bench.start(1)
    bench.run(to: 5)
    bench.end(1)
    #expect(bench.interlock.earliestStart(of: 1) == .distantFuture)
    bench.run(to: 8)
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: 8 + expected))
  }

  @Test("a pedestrian clearance for slow walkers is longer once, and moves every intergreen after it")
  func slowWalkers() {
    var bench = Bench(Self.controller())
    bench.interlock.lengthenNextLosing(of: 2, by: TimeSpan(seconds: 4))
    bench.interlock.lengthenNextLosing(of: 2, by: TimeSpan(seconds: 1))
    bench.start(2)
    bench.run(to: 7)
    bench.end(2)
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: 7 + 12 + 4))
    bench.run(to: 23)
    #expect(bench.log == ["0.0 2 green", "7.0 2 flashingGreen", "21.0 2 red"])
    bench.start(2)
    bench.run(to: 30)
    bench.end(2)
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: 30 + 12))
  }

  @Test("a red clearance is lengthened before and during yellow, never shortened")
  func longerClearance() {
    var bench = Bench(Self.controller())
    bench.start(1)
    bench.run(to: 5)
    bench.interlock.lengthenNextClearance(of: 1, by: TimeSpan(seconds: 1.5))
    bench.end(1)
    #expect(bench.interlock.earliestStart(of: 2) == SimTime(seconds: 5 + 6 + 1.5))
    bench.interlock.lengthenNextClearance(of: 1, by: TimeSpan(seconds: 1))
    #expect(bench.interlock.earliestStart(of: 2) == SimTime(seconds: 12.5))
    bench.interlock.lengthenNextClearance(of: 1, by: TimeSpan(seconds: 3))
    #expect(bench.interlock.earliestStart(of: 2) == SimTime(seconds: 14))
    #expect(bench.interlock.earliestStart(of: 0) == SimTime(seconds: 14 - 2))
    bench.run(to: 14)
    bench.start(2)
  }

  @Test("a preempt cuts walk, pedestrian clearance and minimum green to its values, and no yellow")
  func cuts() {
    let cut = PreemptCut(
      minimumGreen: TimeSpan(seconds: 2), minimumWalk: TimeSpan(seconds: 4),
      pedestrianClearance: TimeSpan(seconds: 6))
    var walk = Bench(Self.controller())
    walk.start(2)
    walk.run(to: 3)
    walk.allowCuts(cut)
    walk.end(2, isAllowed: false)
    walk.run(to: 4)
    walk.end(2)
    #expect(walk.interlock.earliestStart(of: 1) == SimTime(seconds: 4 + 12 - 4))
    walk.run(to: 12)
    #expect(walk.log == ["0.0 2 green", "4.0 2 flashingGreen", "10.0 2 red"])
    walk.start(1)
    walk.run(to: 14)
    walk.end(1)
    #expect(walk.interlock.earliestStart(of: 2) == SimTime(seconds: 20))
    walk.run(to: 20)
    #expect(walk.log.suffix(2) == ["14.0 1 yellow", "17.0 1 red"])
  }

  @Test(
    "a clearance that is running is cut to what the preempt leaves of it",
    arguments: [(9.0, 13.0), (12.0, 13.0), (15.0, 15.0)])
  func cutRunningClearance(from: Double, red: Double) {
    var bench = Bench(Self.controller())
    bench.start(2)
    bench.run(to: 7)
    bench.end(2)
    bench.run(to: from)
    bench.allowCuts(PreemptCut(pedestrianClearance: TimeSpan(seconds: 6)))
    bench.note()
    // Two seconds of the intergreen lie behind the clearance.
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: red + 2))
    bench.run(to: 20)
    #expect(bench.log.last == "\(red) 2 red")
    // The next clearance is whole again once nothing may be cut.
    bench.allowCuts(nil)
    bench.start(2)
    bench.run(to: 27)
    bench.end(2)
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: 39))
  }

  @Test("flash comes at once from any colour, and goes only through red with every clearance from there")
  func flash() {
    var bench = Bench(Self.controller { $0.options.flashingYellowGroups = [1] })
    bench.start(1)
    bench.run(to: 1)
    bench.interlock.enterFlash(at: bench.now, into: &bench.changes)
    bench.note()
    #expect(bench.log == ["0.0 1 green", "1.0 0 flashingRed", "1.0 1 flashingYellow", "1.0 2 dark"])
    bench.start(0, isAllowed: false)
    bench.end(1, isAllowed: false)
    bench.run(to: 60)
    #expect(bench.log.count == 4)
    bench.interlock.leaveFlash(at: bench.now, into: &bench.changes)
    bench.note()
    #expect(bench.log.suffix(3) == ["60.0 0 red", "60.0 1 red", "60.0 2 red"])
    // Vehicles crossed until now; the red of the group itself counts from now too.
    #expect(bench.interlock.earliestStart(of: 2) == SimTime(seconds: 66))
    #expect(bench.interlock.earliestStart(of: 1) == SimTime(seconds: 66))
    #expect(bench.interlock.areAllRed)
  }

  @Test("a moved origin of time changes no decision")
  func rebase() {
    var moved = Bench(Self.controller())
    for _ in [0, 1] {
      moved.start(2)
      moved.run(to: moved.now.seconds + 7)
      moved.end(2)
      moved.run(to: moved.now.seconds + 3)
      let before = moved.interlock.earliestStart(of: 1) - moved.now
      let deadline = moved.interlock.nextDeadline - moved.now
      let shift = moved.now - SimTime.zero
      moved.interlock.rebase(by: shift)
      moved.now = .zero
      #expect(moved.interlock.earliestStart(of: 1) - moved.now == before)
      #expect(moved.interlock.nextDeadline - moved.now == deadline)
      moved.run(to: 20)
      #expect(moved.interlock.isRed(2))
    }
  }
}
