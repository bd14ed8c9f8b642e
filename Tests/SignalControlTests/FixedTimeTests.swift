import SignalControl
import TestSupport
import Testing
import TrafficModel

@Suite("Pretimed operation")
struct FixedTimeTests {
  /// Two phases in a cycle of 60 s: phase 2 green 0 to 26, phase 4 green 30 to 56, both moved by `offset`.
  private func twoPhase(cycle: Double = 60, offset: Double = 0, more: [Pattern] = []) -> SignalController {
    var controller = SignalFixture.twoPhase { $0[1].walk = (7, 10) }
    controller.patterns = [pattern(1, of: controller, cycle: cycle, offset: offset)] + more
    return controller
  }

  private func pattern(
    _ number: Int, of controller: SignalController, cycle: Double, offset: Double, first: Double? = nil
  ) -> Pattern {
    let split = TimeSpan(seconds: first ?? cycle / 2)
    return Pattern(
      number: number, cycle: TimeSpan(seconds: cycle), offset: TimeSpan(seconds: offset),
      timing: .ringBarrier(
        diagram: controller.diagram, splits: [split, TimeSpan(seconds: cycle) - split], referencePhases: [0]))
  }

  @Test("lamps follow the plan cycle after cycle, walk included")
  func followsPlan() throws {
    var bench = try Bench(twoPhase(), free: false)
    bench.run(to: 150)
    #expect(bench.greens(0) == [[0, 26], [60, 86], [120, 146]])
    #expect(bench.greens(1) == [[30, 56], [90, 116], [150]])
    #expect(bench.greens(2) == [[30, 46], [90, 106], [150]])
    #expect(bench.times(0, .red) == [29, 89, 149])
    bench.expectSafe()
  }

  @Test("a start in mid-cycle joins a green that is long enough")
  func joinsMidCycle() throws {
    var bench = try Bench(twoPhase(offset: 50), free: false)
    bench.run(to: 60)
    // Phase 2 is green from 50 to 76, phase 4 from 20 to 46.
    #expect(bench.greens(1) == [[20, 46]])
    #expect(bench.greens(0) == [[0, 16], [50]])
    bench.expectSafe()
  }

  @Test("a green whose rest would be below its minimum waits for the next cycle")
  func waitsForNextGreen() throws {
    // Minimum green of the groups is 3 s; the rest of phase 2's green at the start is 2 s.
    var bench = try Bench(twoPhase(offset: 36), free: false)
    bench.run(to: 40)
    #expect(bench.greens(0) == [[36]])
    #expect(bench.greens(1) == [[6, 32]])
  }

  @Test("a cycle of 73.2 s drifts by nothing in a day")
  func oddCycle() throws {
    var bench = try Bench(twoPhase(cycle: 73.2), free: false)
    bench.run(to: 86_400)
    let starts = bench.greens(0).map { $0[0] }
    #expect(starts.count == 1181)
    for (count, start) in starts.enumerated() { #expect(abs(start - 73.2 * Double(count)) < 1e-6) }
    bench.expectSafe()
  }

  @Test("a change of pattern lets greens end legally and then keeps the new plan")
  func patternChange() throws {
    var controller = twoPhase()
    controller.patterns.append(pattern(2, of: controller, cycle: 80, offset: 12, first: 50))
    for moment in stride(from: 60.0, to: 200, by: 3.7) {
      var bench = try Bench(controller, free: false)
      bench.command(CabinetCommand(program: .pattern(2)), at: moment)
      bench.run(to: 500)
      bench.expectSafe()
      #expect(bench.unit.status.mode == .pattern(2))
      // Phase 2 of the new plan: 12 s to 58 s of 80 s.
      #expect(bench.greens(0).suffix(2).map { $0[0] } == [412, 492])
      #expect(bench.greens(1).last == [462, 488])
      for green in bench.greens(2) where green.count == 2 { #expect(green[1] - green[0] >= 7) }
    }
  }

  @Test("an unknown or infeasible pattern is refused and the local plan runs")
  func refusal() throws {
    var controller = twoPhase()
    controller.patterns.append(pattern(7, of: controller, cycle: 60, offset: 0, first: 57))
    var bench = try Bench(controller, free: false)
    bench.command(CabinetCommand(program: .pattern(3)), at: 10)
    bench.run(to: 11)
    #expect(bench.unit.status.refusals == [.unknownPattern(3)])
    #expect(bench.unit.status.mode == .pattern(1))
    bench.command(CabinetCommand(program: .pattern(7), hold: PhaseSet(phase: 0)), at: 12)
    bench.run(to: 130)
    #expect(bench.unit.status.refusals == [.infeasiblePattern(7), .phaseControlNeedsFreeOperation])
    #expect(bench.greens(0) == [[0, 26], [60, 86], [120]])
  }

  @Test("a controller whose first pattern cannot be laid out does not start")
  func infeasibleLocal() {
    var controller = twoPhase()
    controller.patterns[0].cycle = TimeSpan(seconds: 50)
    #expect(throws: TimelineFailure.self) { try Bench(controller, free: false) }
  }

  @Test("the cycle timer runs from master zero")
  func cycleTimer() throws {
    var bench = try Bench(twoPhase(), free: false)
    bench.run(to: 130)
    #expect(bench.unit.status(at: SimTime(seconds: 131.5)).cycleTimer == TimeSpan(seconds: 11.5))
  }
}

@Suite("Commands")
struct CommandTests {
  @Test("free commanded before the start begins free at once")
  func freeAtStart() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].recall = .minimum })
    bench.run(to: 10)
    #expect(bench.unit.status.mode == .free)
    #expect(bench.greens(1) == [[0]])
    #expect(bench.greens(0).isEmpty)
  }

  @Test("a lease that ends returns the cabinet to its local plan by itself")
  func leaseExpiry() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].recall = .minimum }, free: false)
    bench.command(CabinetCommand(program: .free, lease: TimeSpan(seconds: 100)), at: 70)
    bench.run(to: 169.9)
    #expect(bench.unit.status.mode == .free)
    bench.run(to: 170)
    #expect(bench.unit.status.mode == .pattern(1))
    bench.run(to: 300)
    bench.expectSafe()
    // The local plan gives each phase 60 s of 120 s.
    #expect(bench.greens(0).last == [240, 296])
  }

  @Test("a copy of a command renews its lease and changes nothing else")
  func renewal() throws {
    var once = try Bench(SignalFixture.twoPhase { $0[0].recall = .minimum })
    var often = once
    let command = CabinetCommand(program: .free, lease: TimeSpan(seconds: 50))
    once.command(CabinetCommand(program: .free), at: 0)
    for time in stride(from: 0.0, to: 400, by: 33.3) { often.command(command, at: time) }
    for time in stride(from: 5.0, to: 400, by: 41) {
      once.passage(1, at: time)
      often.passage(1, at: time)
    }
    once.run(to: 400)
    often.run(to: 400)
    #expect(once.log.map(\.change) == often.log.map(\.change))
    #expect(once.log.map(\.time) == often.log.map(\.time))
    often.run(to: 460)
    #expect(often.unit.status.mode == .pattern(1))
  }

  @Test("hold keeps a green, force-off ends it at its minimum, omit skips it, a call calls it")
  func phaseControl() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[0].recall = .minimum })
    bench.command(
      CabinetCommand(program: .free, vehicleCalls: PhaseSet(phase: 1), hold: PhaseSet(phase: 0)), at: 10)
    bench.run(to: 200)
    #expect(bench.greens(0) == [[0]])
    bench.command(CabinetCommand(program: .free, vehicleCalls: PhaseSet(phase: 1)), at: 200)
    bench.detector(1, true, at: 201)
    bench.run(to: 206)
    #expect(bench.greens(0) == [[0, 200]])
    #expect(bench.greens(1) == [[204]])
    bench.command(CabinetCommand(program: .free, forceOff: PhaseSet(phase: 1), omit: []), at: 206)
    bench.run(to: 212)
    #expect(bench.greens(1) == [[204, 209]])
    #expect(bench.unit.terminationCounts[1].forceOffs == 1)
    bench.command(CabinetCommand(program: .free, omit: PhaseSet(phase: 1)), at: 212)
    bench.run(to: 400)
    #expect(bench.greens(0).last == [213])
    bench.expectSafe()
  }

  @Test("a pedestrian call by command is served like a push button")
  func pedestrianCommand() throws {
    var bench = try Bench(
      SignalFixture.twoPhase {
        $0[0].recall = .minimum
        $0[1].walk = (7, 10)
      })
    bench.command(CabinetCommand(program: .free, pedestrianCalls: PhaseSet(phase: 1)), at: 10)
    bench.command(CabinetCommand(program: .free), at: 15)
    bench.run(to: 60)
    #expect(bench.greens(2) == [[14, 21]])
    #expect(bench.greens(1) == [[14, 31]])
  }

  @Test("a controller without phases and stages refuses to run free")
  func cannotRunFree() throws {
    var controller = SignalFixture.twoPhase()
    controller.diagram = RingBarrierDiagram(rings: [])
    var bench = try Bench(controller)
    bench.run(to: 1)
    #expect(bench.unit.status.refusals == [.cannotRunFree])
    #expect(bench.unit.status.mode == .pattern(1))
  }

  @Test("from a pattern to free, every green ends legally before the first called phase starts")
  func patternToFree() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].walk = (7, 10) }, free: false)
    // Walk of phase 4 began at 60 s.
    bench.command(CabinetCommand(program: .free, lease: TimeSpan(seconds: 400)), at: 62)
    bench.passage(0, at: 63)
    bench.run(to: 100)
    #expect(bench.greens(2) == [[60, 67]])
    // The group could end after 3 s, its phase not before 5 s.
    #expect(bench.greens(1) == [[60, 65]])
    // Clearance ends at 77 s; the intergreen from the pedestrians is 13 s.
    #expect(bench.greens(0) == [[0, 56], [80]])
    bench.expectSafe()
  }
}
