import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for commands, conditional service and the panel.
@Suite("Commands and panel")
struct CommandDialogueTests {
  private func twoPhase(_ change: (inout SignalController) -> Void = { _ in }) throws -> Bench {
    var controller = SignalFixture.twoPhase { $0[0].recall = .minimum }
    change(&controller)
    var bench = try Bench(controller)
    bench.unit.recorder.isRecording = true
    return bench
  }

  private func free(_ change: (inout CabinetCommand) -> Void) -> CabinetCommand {
    var command = CabinetCommand(program: .free)
    change(&command)
    return command
  }

  @Test("hold keeps a green, and lets it go when it is taken back")
  func hold() throws {
    var bench = try twoPhase()
    bench.command(free { $0.hold = PhaseSet(phase: 0) }, at: 1)
    bench.passage(1, at: 10)
    bench.command(free { _ in }, at: 70)
    bench.run(to: 80)
    #expect(bench.greens(0).first == [0, 70])
    #expect(bench.logged(.holdOn, .holdOff).map(\.time.seconds) == [1, 70])
  }

  @Test("a force-off ends an extended green at once, after its minimum only")
  func forceOff() throws {
    for (time, end) in [(2.0, 5.0), (12.0, 12.0)] {
      var bench = try twoPhase()
      bench.detector(0, true, at: 0)
      bench.passage(1, at: 1)
      bench.command(free { $0.forceOff = PhaseSet(phase: 0) }, at: time)
      bench.run(to: 20)
      #expect(bench.greens(0).first == [0, end])
      #expect(bench.logged(.forceOff).map(\.time.seconds) == [end])
    }
  }

  @Test("what contradicts itself or does not exist is refused with its reason")
  func refusals() throws {
    var bench = try twoPhase()
    let both = PhaseSet(phase: 0)
    bench.command(
      free {
        $0.hold = both
        $0.forceOff = both
        $0.omit = PhaseSet(phase: 7)
        $0.stage = 3
        $0.redClearanceExtension = TimeSpan(seconds: 11)
        $0.offset = TimeSpan(seconds: 4)
      }, at: 1)
    bench.run(to: 2)
    #expect(
      bench.unit.status.refusals == [
        .unknownPhases(PhaseSet(phase: 7)), .contradictingPhaseControl(both), .offsetOutOfRange,
        .unknownStage(3),
        .redClearanceOutOfRange,
      ])
    bench.command(CabinetCommand(program: .local, lease: .zero), at: 3)
    bench.run(to: 4)
    #expect(bench.unit.status.refusals.first == .leaseOutOfRange)
    #expect(bench.unit.status.mode == .free)
  }

  @Test("a longer red clearance is given once, to the next end of the phase")
  func redClearance() throws {
    var bench = try twoPhase()
    let command = free {
      $0.extendRedClearance = PhaseSet(phase: 0)
      $0.redClearanceExtension = TimeSpan(seconds: 2.5)
    }
    bench.command(command, at: 1)
    bench.passage(1, at: 10)
    bench.command(command, at: 40)
    bench.passage(1, at: 60)
    bench.run(to: 80)
    #expect(bench.greens(0).prefix(2) == [[0, 10], [25.5, 60]])
    #expect(bench.greens(1) == [[16.5, 21.5], [64, 69]])
    #expect(bench.logged(.endRedClearance).first?.time == SimTime(seconds: 16.5))
    bench.expectSafe()
  }

  @Test(
    "a pretimed pattern runs with the splits and the offset of a command, and with its own where they break a rule"
  )
  func splits() throws {
    let controller = SignalFixture.twoPhase()
    // Both splits are 60 s in the pattern; its cycle is 120 s.
    var bench = try Bench(controller, free: false)
    bench.unit.recorder.isRecording = true
    func command(_ splits: [Double], offset: Double? = nil) -> CabinetCommand {
      CabinetCommand(
        splits: splits.map { TimeSpan(seconds: $0) }, offset: offset.map { TimeSpan(seconds: $0) })
    }
    bench.command(command([80, 40]), at: 100)
    bench.run(to: 240)
    #expect(bench.unit.status.refusals.isEmpty)
    #expect(bench.greens(0).suffix(2) == [[120, 196], [240]])
    bench.command(command([80, 40], offset: 10), at: 300)
    bench.run(to: 500)
    #expect(bench.greens(0).last == [490])
    for wrong in [command([80, 50]), command([112, 8]), command([60])] {
      bench.command(wrong, at: 510)
      bench.run(to: 511)
      #expect(bench.unit.status.refusals == [.infeasibleSplits])
    }
    bench.run(to: 700)
    #expect(bench.greens(0).last == [600, 656])
    #expect(
      bench.logged(.beginGreen, .forceOff, .greenTermination).suffix(3).map(\.code.rawValue) == [6, 7, 1])
    bench.expectSafe()
  }

  @Test("a stage controller goes to a stage and stays there until the command is taken back")
  func stage() throws {
    var bench = try Bench(StageTests.controller())
    bench.command(free { $0.stage = 2 }, at: 30)
    bench.run(to: 200)
    #expect(bench.unit.status.greenPhases == PhaseSet(phase: 2))
    #expect(bench.greens(3) == [[35]])
    bench.command(free { _ in }, at: 200)
    bench.run(to: 230)
    #expect(bench.unit.status.greenPhases == PhaseSet(phase: 0))
    bench.expectSafe()
  }

  @Test("a stage on demand without a detector comes only when it is asked for")
  func stageOnDemand() throws {
    var controller = StageTests.controller()
    controller.stages[1].isOnDemand = true
    controller.detectors.remove(at: 0)
    var bench = try Bench(controller)
    bench.passage(2, at: 20)
    bench.run(to: 100)
    #expect(bench.greens(2).isEmpty)
    bench.command(free { $0.vehicleCalls = PhaseSet(phase: 1) }, at: 100)
    bench.run(to: 120)
    #expect(bench.greens(2).count == 1)
    bench.expectSafe()
  }

  // MARK: - Conditional service

  /// Phases 1 and 2 in ring 1, phase 6 alone in ring 2; 1 is served conditionally.
  private func conditional(needs seconds: Double) throws -> Bench {
    var controller = SignalFixture.eightPhase()
    controller.phases[0].actuation.isServedConditionally = true
    controller.phases[0].actuation.conditionalServiceMinimum = TimeSpan(seconds: seconds)
    var bench = try Bench(controller)
    bench.unit.recorder.isRecording = true
    bench.passage(1, at: 0)
    bench.detector(5, true, at: 0)
    bench.passage(3, at: 2)
    bench.passage(0, at: 12)
    bench.run(to: 60)
    return bench
  }

  @Test("a left turn is served again before the barrier while the other ring has the time")
  func conditionalService() throws {
    // Phase 6 maxes out 30 s after the call for phase 4, at 32 s. At 12 s phase 2 has gapped out; with its clearance of
    // 4 s there are 16 s left.
    var bench = try conditional(needs: 16)
    #expect(bench.greens(1).first == [0, 12])
    #expect(bench.greens(0) == [[16, 32]])
    #expect(bench.greens(5).first == [0, 32])
    #expect(bench.greens(3).first?.first == 36)
    bench.expectSafe()
    bench = try conditional(needs: 16.1)
    #expect(bench.greens(1).first == [0, 32])
    #expect(bench.greens(0).first?.first ?? 99 > 40)
    bench.expectSafe()
  }

  @Test("an independent gap-out stands at the barrier although another vehicle comes")
  func independentGapOut() throws {
    for (isSimultaneous, end) in [(true, 13.3), (false, 12.0)] {
      var controller = SignalFixture.eightPhase()
      controller.phases[1].actuation.gapsOutSimultaneously = isSimultaneous
      var bench = try Bench(controller)
      bench.passage(1, at: 0)
      bench.detector(5, true, at: 0)
      bench.detector(5, false, at: 10)
      bench.passage(3, at: 2)
      bench.passage(1, at: 11)
      bench.run(to: 30)
      #expect(bench.greens(1) == [[0, end]])
      #expect(bench.greens(5) == [[0, end]])
    }
  }

  // MARK: - Panel

  @Test("under manual control a green stays until interval advance, clearances run by themselves")
  func manual() throws {
    var bench = try twoPhase()
    bench.input(.manualControl(true), at: 10)
    bench.run(to: 100)
    #expect(bench.greens(0) == [[0]])
    #expect(bench.unit.status.mode == .manual)
    bench.input(.intervalAdvance, at: 100)
    bench.input(.intervalAdvance, at: 106)
    bench.run(to: 150)
    // The second press comes 2 s into the green: it ends with its minimum.
    #expect(bench.greens(0) == [[0, 100], [113]])
    #expect(bench.greens(1) == [[104, 109]])
    bench.command(free { $0.forceOff = PhaseSet(phase: 0) }, at: 151)
    bench.run(to: 160)
    #expect(bench.unit.status.refusals == [.outranked])
    #expect(bench.greens(0).count == 2)
    bench.input(.manualControl(false), at: 170)
    bench.run(to: 180)
    #expect(bench.unit.status.mode == .free)
    #expect(bench.logged(.manualControl).map(\.parameter) == [1, 0])
    bench.expectSafe()
  }

  @Test("manual control takes a pretimed pattern over with the lamps as they are, and gives it back")
  func manualFromPretimed() throws {
    var bench = try Bench(SignalFixture.twoPhase(), free: false)
    // Phase 2 is green from 0 s to 56 s of 120 s.
    bench.input(.manualControl(true), at: 10)
    bench.run(to: 100)
    #expect(bench.greens(0) == [[0]])
    #expect(bench.unit.status.mode == .manual)
    bench.input(.intervalAdvance, at: 100)
    bench.input(.manualControl(false), at: 110)
    bench.run(to: 250)
    #expect(bench.greens(0) == [[0, 100], [120, 176], [240]])
    #expect(bench.greens(1) == [[104, 116], [180, 236]])
    bench.expectSafe()
  }

  @Test("interval advance without manual control ends the present green once")
  func intervalAdvance() throws {
    var bench = try twoPhase()
    bench.detector(0, true, at: 0)
    bench.passage(1, at: 6)
    bench.input(.intervalAdvance, at: 10)
    bench.run(to: 60)
    #expect(bench.greens(0).prefix(1) == [[0, 10]])
    #expect(bench.greens(1) == [[14, 19]])
    #expect(bench.greens(0).last == [23])
  }

  @Test("stop time holds green, yellow and red, and afterwards everything has the time that was left")
  func stopTime() throws {
    // Phase 2 ends at 10 s, is yellow to 13 s and phase 4 green at 14 s; minimum of phase 4 until 19 s.
    for stop in [4.0, 11, 13.5, 16] {
      var bench = try twoPhase()
      bench.passage(1, at: 10)
      bench.input(.stopTime(true), at: stop)
      bench.input(.stopTime(false), at: stop + 50)
      bench.run(to: stop + 49.9)
      #expect(bench.unit.status.alarms.contains(.stopTime))
      #expect(bench.log.allSatisfy { $0.time.seconds <= stop })
      bench.run(to: 150)
      func later(_ time: Double) -> Double { time < stop ? time : time + 50 }
      let end = stop == 4 ? 54 + 1.0 : later(10)
      #expect(bench.greens(0).first == [0, end])
      if stop > 4 {
        #expect(bench.times(0, .red).first == later(13))
        #expect(bench.greens(1) == [[later(14), later(19)]])
      }
      #expect(bench.logged(.stopTime).map(\.parameter) == [1, 0])
      bench.expectSafe()
    }
  }

  @Test("after the lease the unit returns to its pattern by an ordinary transition")
  func lease() throws {
    var bench = try twoPhase()
    bench.command(
      CabinetCommand(program: .free, hold: PhaseSet(phase: 0), lease: TimeSpan(seconds: 30)), at: 20)
    bench.run(to: 49.9)
    #expect(bench.unit.status.mode == .free)
    bench.run(to: 200)
    #expect(bench.unit.status.mode == .pattern(1))
    for green in bench.greens(0) where green.count == 2 { #expect(green[1] - green[0] >= 5) }
    bench.expectSafe()
  }
}
