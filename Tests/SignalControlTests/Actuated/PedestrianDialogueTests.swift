import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for pedestrians. Phase 4 has walk 7 s and clearance 10 s: group 2, crosswalk 1.
@Suite("Pedestrians")
struct PedestrianDialogueTests {
  private func bench(_ change: (inout SignalController) -> Void = { _ in }) throws -> Bench {
    var controller = SignalFixture.twoPhase {
      $0[0].recall = .minimum
      $0[1].walk = (7, 10)
    }
    change(&controller)
    var bench = try Bench(controller)
    bench.unit.recorder.isRecording = true
    return bench
  }

  @Test("the buffer of steady don't walk comes before the end of the green")
  func buffer() throws {
    var bench = try bench { $0.phases[1].pedestrians.buffer = TimeSpan(seconds: 3) }
    bench.push(1, at: 10)
    bench.run(to: 60)
    #expect(bench.greens(2) == [[14, 21]])
    #expect(bench.times(2, .red) == [31])
    #expect(bench.greens(1) == [[14, 34]])
    let lines = bench.logged(.beginWalk, .beginPedestrianClearance, .beginDontWalk).map(\.time.seconds)
    #expect(lines == [14, 21, 31])
    bench.expectSafe()
  }

  @Test(
    "with a leading interval walk starts before the vehicles of its own phase, without a walk they do not wait"
  )
  func leadingInterval() throws {
    var bench = try bench { $0.phases[1].pedestrians.leadingInterval = TimeSpan(seconds: 4) }
    bench.push(1, at: 10)
    bench.run(to: 50)
    #expect(bench.greens(2) == [[14, 21]])
    #expect(bench.greens(1) == [[18, 31]])
    #expect(
      bench.logged(.phaseOn, .beginWalk, .beginGreen).suffix(5).prefix(3).map(\.time.seconds) == [14, 14, 18])
    bench.passage(1, at: 60)
    bench.run(to: 80)
    #expect(bench.greens(1).last == [64, 69])
    bench.expectSafe()
  }

  @Test("a button pushed in the clearance before the green still gets its leading interval")
  func leadingIntervalLate() throws {
    var bench = try bench { $0.phases[1].pedestrians.leadingInterval = TimeSpan(seconds: 4) }
    bench.passage(1, at: 10)
    bench.push(1, at: 12)
    bench.run(to: 50)
    #expect(bench.greens(2) == [[14, 21]])
    #expect(bench.greens(1) == [[18, 31]])
    bench.expectSafe()
  }

  @Test("a long push lengthens the clearance of the next service, and of that one only")
  func extendedClearance() throws {
    var bench = try bench { $0.phases[1].pedestrians.extendedClearance = TimeSpan(seconds: 5) }
    bench.input(.extendedPushButton(CrosswalkID(1)), at: 10)
    bench.push(1, at: 60)
    bench.run(to: 100)
    #expect(bench.times(2, .red) == [36, 81])
    #expect(bench.greens(1) == [[14, 36], [64, 81]])
    #expect(bench.logged(.extendedPedestrianClearance).map(\.time.seconds) == [14])
    bench.expectSafe()
  }

  @Test("walk rests while nobody else waits, and clears when somebody does")
  func restInWalk() throws {
    var bench = try bench {
      $0.phases[0].recall = .none
      $0.phases[1].recall = .pedestrian
      $0.phases[1].pedestrians.restsInWalk = true
    }
    bench.passage(0, at: 100)
    bench.run(to: 130)
    #expect(bench.greens(2).first == [0, 100])
    #expect(bench.greens(1).first == [0, 110])
    #expect(bench.greens(0) == [[114, 119]])
    bench.expectSafe()
  }

  @Test("a phase that recycles serves a button in the same green, if walk and clearance still fit")
  func recycle() throws {
    for (recycles, walks) in [(true, [14.0, 40]), (false, [14.0])] {
      var bench = try bench {
        $0.phases[1].maximumGreen = TimeSpan(seconds: 50)
        $0.phases[1].pedestrians.recycles = recycles
      }
      bench.push(1, at: 10)
      bench.detector(1, true, at: 12)
      // The maximum is at 64 s: walk and clearance fit at 40 s, and not at 58 s.
      bench.push(1, at: 40)
      bench.push(1, at: 58)
      bench.run(to: 64)
      #expect(bench.greens(2).map { $0[0] } == walks)
      bench.expectSafe()
    }
  }

  @Test("a pedestrian who needs longer than the maximum keeps the green, and the log says so")
  func oversized() throws {
    var bench = try bench { $0.phases[1].maximumGreen = TimeSpan(seconds: 12) }
    bench.push(1, at: 10)
    bench.detector(1, true, at: 12)
    bench.run(to: 50)
    #expect(bench.greens(1).first == [14, 31])
    #expect(
      bench.logged(.oversizedPedestrianService).map { [$0.time.seconds, Double($0.parameter)] } == [[26, 4]])
    #expect(bench.unit.terminationCounts[1].maxOuts == 1)
    bench.expectSafe()
  }

  @Test("an omitted pedestrian waits, and walks when the omit is taken back")
  func pedestrianOmit() throws {
    var bench = try bench()
    bench.command(CabinetCommand(program: .free, pedestrianOmit: PhaseSet(phase: 1)), at: 5)
    bench.push(1, at: 10)
    bench.passage(1, at: 10)
    bench.command(CabinetCommand(program: .free), at: 60)
    bench.run(to: 100)
    #expect(bench.greens(1).map { $0[0] } == [14, 64])
    #expect(bench.greens(2).map { $0[0] } == [64])
    #expect(bench.logged(.pedestrianOmitOn).map(\.parameter) == [4])
    #expect(bench.logged(.pedestrianOmitOff).map(\.time.seconds) == [60])
  }
}
