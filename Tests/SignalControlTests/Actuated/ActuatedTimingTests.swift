import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for the timers of one phase. Phase 2 has group and detector 0, phase 4 group and detector 1;
/// both have 5 s minimum, 30 s maximum, 2 s passage, 3 s yellow and 1 s red clearance.
@Suite("Actuated timing")
struct ActuatedTimingTests {
  private func bench(
    recall: Bool = true, _ change: (inout SignalController) -> Void = { _ in }
  ) throws -> Bench {
    var controller = SignalFixture.twoPhase { if recall { $0[0].recall = .minimum } }
    change(&controller)
    var bench = try Bench(controller)
    bench.unit.recorder.isRecording = true
    return bench
  }

  @Test("vehicles of red lengthen the initial interval, up to the maximum initial")
  func variableInitial() throws {
    for (vehicles, green) in [(2, 5.0), (4, 8.0), (9, 12.0)] {
      var bench = try bench {
        $0.phases[1].actuation.addedInitial = TimeSpan(seconds: 2)
        $0.phases[1].actuation.maximumInitial = TimeSpan(seconds: 12)
        $0.detectors[1].addsInitial = true
        // The first vehicle calls; the green of phase 2 goes on so long that the others come in red.
        $0.phases[0].minimumGreen = TimeSpan(seconds: 20)
      }
      for vehicle in 0..<vehicles { bench.passage(1, at: 1 + Double(vehicle)) }
      bench.run(to: 60)
      #expect(bench.greens(1) == [[24, 24 + green]])
      #expect(bench.logged(.addedInitialComplete).count == (vehicles > 2 ? 1 : 0))
      bench.expectSafe()
    }
  }

  @Test("only detectors that add initial count")
  func countsOnlyMarkedDetectors() throws {
    var bench = try bench {
      $0.phases[1].actuation.addedInitial = TimeSpan(seconds: 2)
      $0.phases[1].actuation.maximumInitial = TimeSpan(seconds: 12)
      $0.phases[0].minimumGreen = TimeSpan(seconds: 20)
    }
    for vehicle in 0..<9 { bench.passage(1, at: 1 + Double(vehicle)) }
    bench.run(to: 60)
    #expect(bench.greens(1) == [[24, 29]])
  }

  /// Vehicles every `headway` on phase 2 until 120 s; phase 4 calls at 10 s.
  private func reduced(headway: Double, _ change: (inout SignalController) -> Void) throws -> Bench {
    var bench = try bench {
      $0.phases[0].maximumGreen = TimeSpan(seconds: 100)
      $0.phases[0].passage = TimeSpan(seconds: 4)
      $0.phases[0].actuation.timeBeforeReduction = TimeSpan(seconds: 8)
      $0.phases[0].actuation.timeToReduce = TimeSpan(seconds: 10)
      $0.phases[0].actuation.minimumGap = TimeSpan(seconds: 2)
      change(&$0)
    }
    var time = 0.0
    while time < 120 {
      bench.passage(0, at: time)
      time += headway
    }
    bench.passage(1, at: 10)
    bench.run(to: 130)
    return bench
  }

  @Test("the gap shrinks in a straight line from the time before reduction on, down to the minimum gap")
  func gapReduction() throws {
    // Vehicles every 3.5 s leave 3.2 s between them. The gap is 4 s until 18 s and falls by 0.2 s per second: after the
    // vehicle that left at 21.3 s it is open at t with t − 21.3 = 4 − 0.2 (t − 18), so at 24.08 s.
    let bench = try reduced(headway: 3.5) { _ in }
    #expect(bench.greens(0).first == [0, 24.1])
    #expect(bench.logged(.gapReductionStart).map(\.time.seconds) == [18])
    #expect(bench.logged(.gapReductionComplete).isEmpty)
    #expect(bench.logged(.gapOut).first?.parameter == 2)
    bench.expectSafe()
  }

  @Test("a platoon that keeps the minimum gap is not cut by gap reduction, only by the maximum")
  func minimumGap() throws {
    let bench = try reduced(headway: 2) { _ in }
    #expect(bench.greens(0).first == [0, 110])
    #expect(bench.logged(.gapReductionComplete).map(\.time.seconds) == [28])
    #expect(bench.logged(.maxOut).map(\.parameter) == [2])
  }

  @Test("enough waiting vehicles start gap reduction before its time")
  func carsBeforeReduction() throws {
    var bench = try bench {
      $0.phases[0].passage = TimeSpan(seconds: 4)
      $0.phases[0].actuation.timeBeforeReduction = TimeSpan(seconds: 20)
      $0.phases[0].actuation.carsBeforeReduction = 3
      $0.phases[0].actuation.timeToReduce = .zero
      $0.phases[0].actuation.minimumGap = TimeSpan(seconds: 1)
    }
    for vehicle in 0..<20 { bench.passage(0, at: 3 * Double(vehicle)) }
    for time in [10.0, 11, 12] { bench.passage(1, at: time) }
    bench.run(to: 40)
    // The third vehicle comes at 12.0 s, with the one on phase 2 that leaves at 12.3 s.
    #expect(bench.logged(.gapReductionStart).map(\.time.seconds) == [12])
    #expect(bench.greens(0).first == [0, 13.3])
  }

  @Test("guaranteed passage gives the last vehicle its full passage time after a reduced gap")
  func guaranteedPassage() throws {
    let bench = try reduced(headway: 3.5) { $0.phases[0].actuation.guaranteesPassage = true }
    // The gap opens at 24.1 s, the last vehicle left at 21.3 s; the one at 24.5 s comes too late to count.
    #expect(bench.greens(0).first == [0, 25.3])
    #expect(bench.logged(.extensionTimerGapOut).first?.time == SimTime(seconds: 24.1))
  }

  @Test("two max-outs lengthen the maximum up to its limit, two gap-outs shorten it again")
  func dynamicMaximum() throws {
    var bench = try bench {
      $0.phases[0].maximumGreen = TimeSpan(seconds: 20)
      $0.phases[0].actuation.dynamicMaximumLimit = TimeSpan(seconds: 32)
      $0.phases[0].actuation.dynamicMaximumStep = TimeSpan(seconds: 10)
      $0.phases[1].recall = .minimum
    }
    bench.detector(0, true, at: 0)
    bench.detector(0, false, at: 190)
    bench.run(to: 400)
    // Two max-outs lengthen by 10 s, the next by what is left to the limit; two gap-outs shorten again.
    let lengths = bench.greens(0).filter { $0.count == 2 }.map { (($0[1] - $0[0]) * 10).rounded() / 10 }
    #expect(lengths.prefix(5) == [20, 20, 30, 32, 32])
    #expect(bench.logged(.dynamicMaximumUp).count == 2)
    #expect(bench.logged(.dynamicMaximumDown).count == 2)
    #expect(bench.logged(.dynamicMaximumInEffect).first?.parameter == 2)
  }

  @Test(
    "soft recall brings a phase back when nobody is called and the other rests, and does not end extensions")
  func softRecall() throws {
    var bench = try bench(recall: false) { $0.phases[0].recall = .soft }
    bench.detector(1, true, at: 20)
    bench.detector(1, false, at: 50)
    bench.run(to: 100)
    // Phase 4 is extended by nobody's opposition until 52 s; then phase 2 comes back by itself and rests.
    #expect(bench.greens(0) == [[0, 20], [56]])
    #expect(bench.greens(1) == [[24, 52]])
  }

  @Test("a unit that rests in red ends a green that nobody needs")
  func restInRed() throws {
    var bench = try bench(recall: false) { $0.options.restsInRed = true }
    bench.passage(0, at: 10)
    bench.run(to: 30)
    #expect(bench.greens(0) == [[10, 15]])
    bench.passage(0, at: 40)
    bench.passage(1, at: 70)
    bench.run(to: 90)
    #expect(bench.greens(0) == [[10, 15], [40, 45]])
    #expect(bench.greens(1) == [[70, 75]])
    bench.expectSafe()
  }

  @Test("a recalled phase stays green although the unit rests in red")
  func restInRedWithRecall() throws {
    var bench = try bench { $0.options.restsInRed = true }
    bench.run(to: 100)
    #expect(bench.greens(0) == [[0]])
  }

  @Test("the log tells a green from its decision to its end, in order")
  func logOrder() throws {
    var bench = try bench()
    bench.passage(1, at: 20)
    bench.run(to: 40)
    let codes = bench.unit.recorder.events.map { "\($0.time.seconds) \($0.code.rawValue) \($0.parameter)" }
    #expect(
      codes == [
        "0.0 18 2", "0.0 0 2", "0.0 1 2", "5.0 3 2", "20.0 82 2", "20.0 43 4", "20.0 2 2", "20.0 50 2",
        "20.0 13 2",
        "20.0 4 2", "20.0 7 2", "20.0 8 2", "20.0 18 4", "20.0 31 1", "20.3 81 2", "23.0 9 2", "23.0 10 2",
        "24.0 11 2", "24.0 12 2", "24.0 0 4", "24.0 1 4", "24.0 2 4", "24.0 50 4", "24.0 44 4", "29.0 3 4",
        "29.0 13 4", "29.0 4 4", "29.0 7 4", "29.0 8 4", "29.0 18 2", "29.0 31 2", "32.0 9 4", "32.0 10 4",
        "33.0 11 4", "33.0 12 4", "33.0 0 2", "33.0 1 2", "38.0 3 2",
      ])
  }
}
