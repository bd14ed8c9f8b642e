import SignalControl
import TestSupport
import Testing
import TrafficModel

extension SignalController {
  /// With one more group, excluded from `enemies` by `intergreen` seconds both ways.
  func adding(_ group: SignalGroup, against enemies: [Int], intergreen: Double) -> SignalController {
    var result = self
    result.groups.append(group)
    let count = result.groups.count
    result.conflicts = ConflictMatrix(count: count)
    result.intergreens = IntergreenMatrix(count: count)
    for first in groups.indices {
      for second in groups.indices {
        result.conflicts[first, second] = conflicts[first, second]
        result.intergreens[first, second] = intergreens[first, second]
      }
    }
    for enemy in enemies {
      result.conflicts[count - 1, enemy] = .excluded
      result.conflicts[enemy, count - 1] = .excluded
      result.intergreens[count - 1, enemy] = TimeSpan(seconds: intergreen)
      result.intergreens[enemy, count - 1] = TimeSpan(seconds: intergreen)
    }
    return result
  }
}

/// Overlaps over the usual eight phases; phase `n` has index and group `n − 1`, the overlap group 8.
@Suite("Overlaps")
struct OverlapTests {
  static func controller(
    _ overlap: (inout Overlap) -> Void, against enemies: [Int], intergreen: Double = 4, minimum: Double = 3,
    proceed: Indication = .green, _ change: (inout [SignalFixture.PhaseSketch]) -> Void = { _ in }
  ) -> SignalController {
    var data = SignalFixture.eightPhase(change).adding(
      SignalGroup(
        name: "A", losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: minimum), proceed: proceed), against: enemies, intergreen: intergreen)
    var entry = Overlap(number: 1, group: data.groups.count - 1, includedPhases: [])
    overlap(&entry)
    data.overlaps = [entry]
    return data
  }

  /// The flashing arrow of the left turn against phase 2, whose green arrow is phase 1.
  static func arrow(_ change: (inout [SignalFixture.PhaseSketch]) -> Void = { _ in }) -> SignalController {
    controller(
      {
        $0.kind = .flashingYellowArrow
        $0.includedPhases = [1]
        $0.modifierPhases = [0]
      }, against: [2, 3, 6, 7], proceed: .flashingYellow, change)
  }

  @Test("an overlap of two successive phases shows no yellow between them")
  func withinRing() throws {
    var bench = try Bench(Self.controller({ $0.includedPhases = [0, 1] }, against: [2, 3, 6, 7]))
    bench.unit.recorder.isRecording = true
    for phase in [0, 1, 3] { bench.passage(phase, at: 0) }
    bench.run(to: 40)
    #expect(bench.greens(0) == [[0, 5]])
    #expect(bench.greens(1) == [[9, 14]])
    #expect(bench.greens(8) == [[0, 14]])
    #expect(bench.greens(3) == [[18]])
    #expect(
      bench.events(.overlapBeginGreen, .overlapBeginYellow, .overlapBeginRedClearance, .overlapOff) == [
        "0.0 overlapBeginGreen 1", "14.0 overlapBeginYellow 1", "17.0 overlapBeginRedClearance 1",
        "18.0 overlapOff 1",
      ])
    bench.expectSafe()
  }

  @Test("it goes on across a barrier too, into a phase of another ring")
  func acrossBarrier() throws {
    var bench = try Bench(Self.controller({ $0.includedPhases = [1, 6] }, against: []))
    for phase in [1, 6] { bench.passage(phase, at: 0) }
    bench.run(to: 30)
    #expect(bench.greens(1) == [[0, 5]])
    #expect(bench.greens(6) == [[9]])
    #expect(bench.greens(8) == [[0]])
    bench.expectSafe()
  }

  @Test("a skipped parent lets the overlap end, with its own yellow")
  func skipped() throws {
    var bench = try Bench(Self.controller({ $0.includedPhases = [0, 1] }, against: [2, 3, 6, 7]))
    bench.passage(0, at: 0)
    bench.passage(3, at: 0)
    bench.run(to: 30)
    #expect(bench.greens(8) == [[0, 5]])
    #expect(bench.times(8, .yellow) == [5])
    #expect(bench.times(8, .red) == [8])
    bench.expectSafe()
  }

  @Test("trailing green and clearance hold the next conflicting phases back, both rings by the same")
  func trailing() throws {
    var bench = try Bench(
      Self.controller(
        {
          $0.includedPhases = [1]
          $0.trailingGreen = TimeSpan(seconds: 6)
        }, against: [3], intergreen: 5))
    bench.unit.recorder.isRecording = true
    for phase in [1, 3, 7] { bench.passage(phase, at: 0) }
    bench.run(to: 40)
    #expect(bench.greens(1) == [[0, 5]])
    #expect(bench.greens(8) == [[0, 11]])
    // Phase 8 does not conflict with the overlap, yet the barrier is crossed together.
    #expect(bench.greens(3) == [[16]])
    #expect(bench.greens(7) == [[16]])
    #expect(bench.events(.overlapBeginTrailingGreen) == ["5.0 overlapBeginTrailingGreen 1"])
    bench.expectSafe()
  }

  @Test("a parent that comes back takes the trailing green over without yellow")
  func trailingIntoParent() throws {
    var bench = try Bench(
      Self.controller(
        {
          $0.includedPhases = [1, 7]
          $0.trailingGreen = TimeSpan(seconds: 20)
        }, against: []))
    for phase in [1, 3] { bench.passage(phase, at: 0) }
    bench.passage(7, at: 10)
    bench.run(to: 30)
    #expect(bench.greens(8) == [[0]])
    bench.expectSafe()
  }

  @Test(
    "a minus-green-yellow overlap is off while its modifier is green or yellow, and comes back with its parent"
  )
  func minusGreenYellow() throws {
    var bench = try Bench(
      Self.controller(
        {
          $0.kind = .minusGreenYellow
          $0.includedPhases = [4, 5]
          $0.modifierPhases = [1]
        }, against: [2, 3, 6, 7]))
    for phase in [0, 4] { bench.passage(phase, at: 0) }
    bench.detector(5, true, at: 0)
    bench.passage(1, at: 10)
    bench.run(to: 40)
    // Phases 5 and 6 are its parents; phase 2 begins after phase 1 ends at 10 s.
    #expect(bench.greens(8) == [[0, 10]])
    #expect(bench.greens(1) == [[14]])
    bench.passage(0, at: 40)
    bench.run(to: 110)
    // Back to phase 1 needs a crossing, which phase 6 comes through too.
    #expect(bench.greens(8).count == 2)
    bench.expectSafe()
  }

  @Test("the arrow flashes with its opposing through, and its head shows one arrow at a time")
  func flashingArrow() throws {
    var bench = try Bench(Self.arrow())
    bench.unit.recorder.isRecording = true
    for phase in [0, 1, 3] { bench.passage(phase, at: 0) }
    bench.run(to: 40)
    #expect(bench.greens(0) == [[0, 5]])
    #expect(bench.greens(1) == [[9, 14]])
    // Green arrow, its yellow, red until the through begins, flashing arrow, its yellow with the through's.
    #expect(bench.times(0, .yellow) == [5])
    #expect(bench.times(8, .flashingYellow) == [9])
    #expect(bench.times(8, .yellow) == [14])
    #expect(bench.times(1, .yellow) == [14])
    #expect(
      bench.events(.flashingYellowArrowBegin, .flashingYellowArrowEnd) == [
        "9.0 flashingYellowArrowBegin 1", "14.0 flashingYellowArrowEnd 1",
      ])
    bench.expectSafe()
  }

  @Test(
    "yellow trap: a lagging left turn of the other approach does not end the arrow while oncoming traffic has green"
  )
  func yellowTrap() throws {
    // Phase 6 gives way to its lagging left turn 5 while phase 2 stays green.
    var data = Self.arrow()
    data.diagram = RingBarrierDiagram(rings: [[[0, 1], [2, 3]], [[5, 4], [6, 7]]])
    var bench = try Bench(data)
    bench.detector(1, true, at: 0)
    bench.passage(5, at: 0)
    bench.passage(4, at: 1)
    bench.passage(3, at: 2)
    bench.run(to: 60)
    #expect(bench.greens(5) == [[0, 5]])
    #expect(bench.greens(4).first?.first == 9)
    // The through maxes out; only then does the arrow end, together with it.
    #expect(bench.times(8, .flashingYellow).first == 0)
    #expect(bench.times(8, .yellow) == bench.times(1, .yellow))
    #expect(bench.times(8, .yellow).count == 1)
    bench.expectSafe()
  }

  @Test("a permissive arrow keeps flashing through the yellow of another movement")
  func keptThroughYellow() throws {
    // Its parents are the opposing through and the phase after it; the change from 5 to 6 in the other ring is none of its.
    var bench = try Bench(Self.arrow())
    bench.detector(1, true, at: 0)
    bench.passage(4, at: 0)
    bench.passage(5, at: 1)
    bench.run(to: 20)
    #expect(bench.times(4, .yellow) == [5])
    #expect(bench.greens(5) == [[9]])
    #expect(bench.times(8, .flashingYellow) == [0])
    #expect(bench.times(8, .yellow).isEmpty)
    bench.expectSafe()
  }

  @Test(
    "a pretimed pattern shows overlaps as the rings would: through changes, trailing, without their modifiers"
  )
  func pretimed() throws {
    // Cycle of 120 s: phase 1 has 0…5, phase 2 9…56, phase 3 60…65, phase 4 69…116.
    let normal = Self.controller(
      {
        $0.includedPhases = [0, 1]
        $0.trailingGreen = TimeSpan(seconds: 2)
      }, against: [])
    var bench = try Bench(normal, free: false)
    bench.run(to: 239)
    #expect(bench.greens(8) == [[0, 58], [120, 178]])
    #expect(bench.times(8, .yellow) == [58, 178])
    var arrow = try Bench(Self.arrow(), free: false)
    arrow.run(to: 239)
    #expect(arrow.times(8, .flashingYellow) == [9, 129])
    #expect(arrow.times(8, .yellow) == [56, 176])
    let minus = Self.controller(
      {
        $0.kind = .minusGreenYellow
        $0.includedPhases = [4, 5]
        $0.modifierPhases = [0]
      }, against: [])
    var suppressed = try Bench(minus, free: false)
    suppressed.run(to: 239)
    // Phase 1 is green until 5 s and yellow until 8 s; its next green is at 120 s.
    #expect(suppressed.greens(8) == [[8, 56], [128, 176]])
    for bench in [bench, arrow, suppressed] { bench.expectSafe() }
  }

  @Test(
    "whatever comes, the arrows are never lit together and the flashing one never ends before the through")
  func arrowStorm() throws {
    for seed in 0..<6 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: .testing, place: 31)
      var data = Self.arrow { $0[1].walk = (5, 8) }
      if seed % 2 == 1 {
        data.diagram = RingBarrierDiagram(rings: [[[1, 0], [2, 3]], [[5, 4], [6, 7]]])
      }
      var bench = try Bench(data)
      StormTests.storm(&bench, data, &stream, until: 3600)
      bench.run(to: 3600)
      let arrow = data.overlaps[0].group
      var shown = [Indication](repeating: .red, count: data.groups.count)
      var flashes = 0
      var index = 0
      while index < bench.log.count {
        let time = bench.log[index].time
        let before = shown
        while index < bench.log.count, bench.log[index].time == time {
          shown[bench.log[index].change.group] = bench.log[index].change.indication
          index += 1
        }
        #expect(shown[0] == .red || shown[arrow] == .red)
        if before[arrow] == .flashingYellow && shown[arrow] != .flashingYellow {
          flashes += 1
          #expect(shown[arrow] == .yellow)
          #expect(shown[1] != .green, "yellow trap at \(time.seconds) s, seed \(seed)")
        }
      }
      #expect(flashes > 20)
      bench.expectSafe()
    }
  }
}
