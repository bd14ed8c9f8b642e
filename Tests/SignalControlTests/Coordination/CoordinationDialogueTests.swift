import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The test sheet of coordination: phase 2 coordinated, phase 4 on call, 60 s, splits 36 and 24, yellow 3 and red 1.
///
/// In step phase 2 is green from 0 to 32 s of every cycle, phase 4 from 36 to 56 s.
@Suite("Coordinated operation")
struct CoordinationDialogueTests {
  private func controller(
    _ coordination: Coordination = Coordination(), offset: Double = 0,
    splits: [Double] = [36, 24], cycle: Double = 60, transition: TransitionRule = TransitionRule(),
    _ change: (inout [SignalFixture.PhaseSketch]) -> Void = { _ in }
  ) -> SignalController {
    var result = SignalFixture.twoPhase(change)
    result.patterns = [
      Self.pattern(1, coordination, offset: offset, splits: splits, cycle: cycle)
    ]
    result.options.transition = transition
    return result
  }

  private static func pattern(
    _ number: Int, _ coordination: Coordination = Coordination(), offset: Double = 0,
    splits: [Double] = [36, 24], cycle: Double = 60
  ) -> Pattern {
    Pattern(
      number: number, cycle: TimeSpan(seconds: cycle), offset: TimeSpan(seconds: offset),
      timing: .ringBarrier(
        diagram: RingBarrierDiagram(rings: [[[0], [1]]]), splits: splits.map { TimeSpan(seconds: $0) },
        referencePhases: [0]),
      operation: .coordinated(coordination))
  }

  private func status(_ bench: Bench) -> CabinetStatus { bench.unit.status }

  @Test("with everybody on recall the pattern runs as planned, cycle after cycle")
  func asPlanned() throws {
    for forceOff in Coordination.ForceOff.allCases {
      var bench = try Bench(
        controller(Coordination(forceOff: forceOff)) { $0[1].recall = .maximum }, free: false)
      bench.run(to: 200)
      #expect(bench.greens(0) == [[0, 32], [60, 92], [120, 152], [180]])
      #expect(bench.greens(1) == [[36, 56], [96, 116], [156, 176]])
      #expect(status(bench).coordination == .inStep)
      #expect(status(bench).mode == .pattern(1))
      #expect(bench.unit.status(at: bench.now).cycleTimer == TimeSpan(seconds: 20))
      bench.expectSafe()
    }
  }

  @Test("without calls the coordinated phase rests in green through its yield point")
  func rests() throws {
    var bench = try Bench(controller(), free: false)
    bench.run(to: 300)
    #expect(bench.greens(0) == [[0]])
    #expect(status(bench).coordination == .inStep)
  }

  @Test("a call waits for the yield point, and a phase that stays occupied is forced off at its point")
  func forceOff() throws {
    var bench = try Bench(controller(), free: false)
    bench.detector(1, true, at: 70)
    bench.run(to: 119)
    #expect(bench.greens(0) == [[0, 92]])
    #expect(bench.greens(1) == [[96, 116]])
    #expect(bench.unit.terminationCounts[1].forceOffs == 1)
    bench.expectSafe()
  }

  @Test(
    "a phase that gaps out brings the coordinated phase back early, and that holds to its next yield point")
  func earlyReturn() throws {
    var bench = try Bench(controller(), free: false)
    bench.passage(1, at: 10)
    bench.passage(1, at: 60)
    bench.run(to: 100)
    #expect(bench.greens(1) == [[36, 41], [96]])
    #expect(bench.greens(0) == [[0, 32], [45, 92]])
    bench.expectSafe()
  }

  @Test("the flexible permissive closes when the phase could not have its minimum any more")
  func flexible() throws {
    // Force-off at 56 s; 5 s of minimum and 4 s of clearance before it.
    var early = try Bench(controller(), free: false)
    early.passage(1, at: 47)
    early.run(to: 70)
    #expect(early.greens(1) == [[51, 56]])
    var late = try Bench(controller(), free: false)
    late.passage(1, at: 47.1)
    late.run(to: 97)
    #expect(late.greens(1) == [[96]])
    #expect(late.greens(0) == [[0, 92]])
  }

  @Test("the single permissive takes calls at the yield point only")
  func single() throws {
    var bench = try Bench(controller(Coordination(permissive: .single)), free: false)
    bench.passage(1, at: 32.3)
    bench.run(to: 97)
    #expect(bench.greens(1) == [[96]])
    var inTime = try Bench(controller(Coordination(permissive: .single)), free: false)
    inTime.passage(1, at: 32)
    inTime.run(to: 50)
    #expect(inTime.greens(1) == [[36, 41]])
  }

  /// Phases 2, 3 and 4 in one ring: 60 s, splits 30, 15 and 15; phase 2 yields at 26 s.
  private func threePhases(_ coordination: Coordination) -> SignalController {
    let diagram = RingBarrierDiagram(rings: [[[0], [1, 2]]])
    let pattern = Pattern(
      number: 1, cycle: TimeSpan(seconds: 60), offset: .zero,
      timing: .ringBarrier(
        diagram: diagram, splits: [30, 15, 15].map { TimeSpan(seconds: $0) }, referencePhases: [0]),
      operation: .coordinated(coordination))
    return SignalFixture.ringBarrier(
      [2, 3, 4].map { SignalFixture.PhaseSketch($0) }, diagram: diagram.rings, patterns: [pattern])
  }

  @Test("permissives by phase open one after the other, and close when the phase's split would begin")
  func byPhase() throws {
    let byPhase = Coordination(permissive: .byPhase)
    var bench = try Bench(threePhases(byPhase), free: false)
    // The window of phase 3 is the yield point itself, that of phase 4 follows and closes at 41 s.
    bench.passage(1, at: 30)
    bench.passage(2, at: 41)
    bench.run(to: 94)
    #expect(bench.greens(2) == [[45, 50]])
    // Phase 3 has waited for its own window of the next cycle.
    #expect(bench.greens(1) == [[90]])
    var late = try Bench(threePhases(byPhase), free: false)
    late.passage(2, at: 41.1)
    late.run(to: 94)
    #expect(late.greens(2) == [[90]])
  }

  @Test("fixed force-off gives unused green to the next phase, floating to the coordinated one")
  func fixedAndFloating() throws {
    for (forceOff, end) in [(Coordination.ForceOff.fixed, 56.0), (.floating, 50.0)] {
      var bench = try Bench(threePhases(Coordination(forceOff: forceOff)), free: false)
      bench.passage(1, at: 10)
      bench.detector(2, true, at: 10)
      bench.run(to: 80)
      // Phase 3 gaps out after its minimum, 6 s before its force-off at 41 s.
      #expect(bench.greens(1) == [[30, 35]])
      #expect(bench.greens(2) == [[39, end]])
      #expect(bench.greens(0) == [[0, 26], [end + 4]])
      bench.expectSafe()
    }
  }

  @Test("maximum 1 ends a green before its force-off where it is asked for")
  func maximum() throws {
    var bench = try Bench(
      controller(Coordination(maximum: .maximum1)) { $0[1].maximum = 12 }, free: false)
    bench.detector(1, true, at: 10)
    bench.run(to: 60)
    #expect(bench.greens(1) == [[36, 48]])
    #expect(bench.unit.terminationCounts[1].maxOuts == 1)
  }

  @Test("split modes call, extend and omit phases of the pattern")
  func splitModes() throws {
    for (mode, greens) in [
      (SplitMode.minimumRecall, [[36.0, 41.0], [96.0]]), (.maximumRecall, [[36, 56], [96]]), (.omitted, []),
    ] {
      var bench = try Bench(controller(Coordination(splitModes: [1: mode])), free: false)
      if mode == .omitted { bench.detector(1, true, at: 5) }
      bench.run(to: 100)
      #expect(bench.greens(1) == greens)
    }
  }

  @Test("pedestrians who need longer than the split are served, the cycle slips, and a transition mends it")
  func longPedestrians() throws {
    // Walk 7 and clearance 50 in a split of 24: phase 4 ends 37 s late, beyond the next yield point at 92 s.
    let data = controller(transition: TransitionRule(mode: .dwell)) { $0[1].walk = (7, 50) }
    var bench = try Bench(data, free: false)
    bench.push(1, at: 10)
    bench.run(to: 240)
    #expect(bench.greens(3 - 1) == [[36, 43]])
    #expect(bench.greens(1) == [[36, 93]])
    // Phase 2 has its minimum of 5 s at 102 s; dwelling ends at the next planned yield point.
    bench.passage(1, at: 240)
    bench.run(to: 280)
    #expect(bench.greens(0).dropFirst() == [[97, 272]])
    #expect(status(bench).coordination == .inStep)
    bench.expectSafe()
  }

  @Test("pedestrians of a coordinated phase rest in walk and clear in time for the yield point")
  func restsInWalk() throws {
    let data = controller(Coordination(restsInWalk: true)) {
      $0[0].walk = (7, 12)
      $0[1].recall = .maximum
    }
    var bench = try Bench(data, free: false)
    bench.run(to: 130)
    #expect(bench.greens(2) == [[0, 20], [60, 80], [120]])
    #expect(bench.greens(0) == [[0, 32], [60, 92], [120]])
    bench.expectSafe()
  }

  @Test("a button pushed too late for the coordinated phase's clearance waits for its next green")
  func latePedestrians() throws {
    let data = controller {
      $0[0].walk = (7, 12)
      $0[1].recall = .maximum
    }
    var bench = try Bench(data, free: false)
    bench.push(0, at: 75)
    bench.run(to: 130)
    #expect(bench.greens(2) == [[120, 127]])
    #expect(bench.greens(0) == [[0, 32], [60, 92], [120]])
  }

  // MARK: - Transitions

  /// Ends of phase 2's greens under an offset of `offset`: all yield points, phase 4 being on maximum recall.
  private func yields(_ rule: TransitionRule, offset: Double) throws -> [Double] {
    var bench = try Bench(
      controller(offset: offset, transition: rule) { $0[1].recall = .maximum }, free: false)
    bench.run(to: 500)
    bench.expectSafe()
    return bench.greens(0).compactMap { $0.count == 2 ? $0[1] : nil }
  }

  @Test("dwelling holds the coordinated phase until the unit is in step")
  func dwell() throws {
    let all = try yields(TransitionRule(mode: .dwell), offset: 25)
    #expect(all.prefix(3) == [57, 117, 177])
  }

  @Test("a longest dwell leaves the rest to the next cycles")
  func boundedDwell() throws {
    let rule = TransitionRule(mode: .dwell, longestDwell: TimeSpan(seconds: 10))
    let all = try yields(rule, offset: 25)
    // 10 s at once, 10 s after a cycle, 5 s after another.
    #expect(all.prefix(4) == [42, 112, 177, 237])
  }

  @Test("adding lengthens cycles by a fifth at most")
  func add() throws {
    let all = try yields(TransitionRule(mode: .add), offset: 25)
    #expect(all.prefix(6) == [32, 104, 176, 237, 297, 357])
  }

  @Test("subtracting shortens cycles by a sixth at most")
  func subtract() throws {
    let all = try yields(TransitionRule(mode: .subtract), offset: 45)
    // 15 s early: 10.2 and 4.8 s.
    #expect(all.prefix(5) == [32, 81.8, 137, 197, 257])
  }

  @Test("the short way goes where fewer cycles are needed")
  func shortway() throws {
    #expect(try yields(TransitionRule(), offset: 12).prefix(3) == [32, 104, 164])
    #expect(try yields(TransitionRule(), offset: 50).prefix(3) == [32, 82, 142])
  }

  @Test("subtracting stops at the minimums")
  func minimums() throws {
    // Phase 4 has 1 s to give, phase 2 nothing: 8 s take eight cycles.
    let data = controller(offset: 52, splits: [36, 24], transition: TransitionRule(mode: .subtract)) {
      $0[0].minimum = 32
      $0[1].minimum = 19
      $0[1].recall = .maximum
    }
    var bench = try Bench(data, free: false)
    bench.run(to: 560)
    let ends = bench.greens(0).compactMap { $0.count == 2 ? $0[1] : nil }
    #expect(Array(ends.prefix(9)) == (0...8).map { 32 + 59.0 * Double($0) })
    #expect(bench.unit.status.coordination == .inStep)
    bench.expectSafe()
  }

  @Test("a lease that ends brings the unit back from free by an ordinary transition")
  func leaseEnd() throws {
    var bench = try Bench(
      controller(transition: TransitionRule(mode: .dwell)) { $0[1].recall = .minimum }, free: false)
    bench.command(CabinetCommand(program: .free, lease: TimeSpan(seconds: 100)), at: 70)
    bench.run(to: 150)
    #expect(bench.unit.status.mode == .free)
    bench.run(to: 300)
    #expect(bench.unit.status.mode == .pattern(1))
    #expect(bench.unit.status.coordination == .inStep)
    // Back in step: phase 2 ends at 32 s of a cycle.
    bench.run(to: 400)
    #expect(bench.greens(0).contains { $0.count == 2 && $0[1] == 332 })
    bench.expectSafe()
  }

  @Test("a clock that is set is followed by an ordinary transition")
  func clock() throws {
    var bench = try Bench(controller(transition: TransitionRule(mode: .dwell)), free: false)
    bench.detector(1, true, at: 0)
    // At 40 s it is 25 s after midnight: master time is 15 s behind simulation time.
    bench.input(.clock(unixMilliseconds: 25_000), at: 40)
    bench.run(to: 200)
    #expect(bench.greens(0).prefix(3) == [[0, 32], [60, 107], [135, 167]])
    #expect(bench.unit.status.coordination == .inStep)
  }

  // MARK: - Faults and commands

  @Test("a pattern with a fault runs free and says why")
  func faults() throws {
    let bad: [(Pattern, FreeReason)] = [
      (Self.pattern(1, offset: 60), .invalidOffset), (Self.pattern(1, offset: -1), .invalidOffset),
      (Self.pattern(1, Coordination(splitModes: [1: .pedestrianRecall])), .splitOverrun),
      (Self.pattern(1, splits: [52, 8]), .splitOverrun),
      (Self.pattern(1, Coordination(coordinatedPhases: [7])), .badPlan),
    ]
    for (pattern, reason) in bad {
      var data = SignalFixture.twoPhase { $0[1].walk = (7, 20) }
      data.patterns = [pattern]
      var bench = try Bench(data, free: false)
      bench.run(to: 5)
      #expect(bench.unit.status.mode == .free)
      #expect(bench.unit.status.freeReason == reason)
      #expect(bench.unit.status.alarms.contains(.coordinationFault))
    }
  }

  @Test(
    "a call that waits through two whole cycles makes the unit fall to free, and free again it is a failure")
  func cycleFault() throws {
    // The data contradict themselves: both phases may run together, but their lamps exclude each other.
    let diagram = RingBarrierDiagram(rings: [[[0]], [[1]]])
    var data = SignalFixture.ringBarrier(
      [2, 6].map { SignalFixture.PhaseSketch($0) }, diagram: diagram.rings)
    data.conflicts[0, 1] = .excluded
    data.patterns[0].operation = .coordinated(Coordination())
    var bench = try Bench(data, free: false)
    bench.passage(1, at: 10)
    // Yield points at 56, 116 and 176 s.
    bench.run(to: 175)
    #expect(bench.unit.status.coordination == .inStep)
    bench.run(to: 177)
    #expect(bench.unit.status.mode == .free)
    #expect(bench.unit.status.freeReason == .cycleFault)
    #expect(bench.unit.status.alarms == .cycleFault)
    bench.run(to: 300)
    #expect(bench.unit.status.alarms == [.cycleFault, .cycleFailure])
    // Another order forgets the fault.
    bench.command(CabinetCommand(program: .free), at: 310)
    bench.command(CabinetCommand(), at: 320)
    bench.run(to: 321)
    #expect(bench.unit.status.mode == .pattern(1))
  }

  @Test("splits and offset of a command hold while it does, and are refused where they cannot be run")
  func overrides() throws {
    var bench = try Bench(
      controller(transition: TransitionRule(mode: .dwell)) { $0[1].recall = .maximum }, free: false)
    let splits = [30, 30].map { TimeSpan(seconds: $0) }
    bench.command(
      CabinetCommand(splits: splits, offset: TimeSpan(seconds: 10), lease: TimeSpan(seconds: 200)), at: 40)
    bench.run(to: 230)
    #expect(bench.unit.status.refusals.isEmpty)
    // From the yield point at 92 s on: phase 2 ends 26 s into its split, 10 s later than before.
    #expect(bench.greens(0).dropFirst(2).prefix(2) == [[130, 156], [190, 216]])
    bench.command(CabinetCommand(splits: [TimeSpan(seconds: 60), .zero]), at: 300)
    bench.command(CabinetCommand(offset: TimeSpan(seconds: 60)), at: 400)
    bench.run(to: 399)
    #expect(bench.unit.status.refusals == [])
    bench.run(to: 500)
    #expect(bench.unit.status.refusals == [.offsetOutOfRange])
    #expect(bench.unit.status.coordination == .inStep)
  }

  @Test("a pretimed pattern runs coordinated on command, and its lamps are taken over as they are")
  func coordinatedCommand() throws {
    var data = controller()
    data.patterns[0].operation = .pretimed
    var bench = try Bench(data, free: false)
    bench.command(CabinetCommand(program: .coordinated(1)), at: 20)
    bench.passage(1, at: 30)
    bench.run(to: 100)
    #expect(bench.unit.status.coordination == .inStep)
    #expect(bench.greens(0) == [[0, 32], [45]])
    #expect(bench.greens(1) == [[36, 41]])
    bench.command(CabinetCommand(program: .coordinated(9)), at: 100)
    bench.run(to: 101)
    #expect(bench.unit.status.refusals == [.unknownPattern(9)])
  }
}
