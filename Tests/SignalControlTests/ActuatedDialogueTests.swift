import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for fully actuated operation. Phase `n` of the eight has index and group `n − 1`.
@Suite("Actuated operation")
struct ActuatedDialogueTests {
  @Test("without calls the unit waits in red, and the first call gets green at once")
  func firstCall() throws {
    var bench = try Bench(SignalFixture.eightPhase())
    bench.run(to: 20)
    #expect(bench.log.isEmpty)
    bench.passage(3, at: 20)
    bench.run(to: 21)
    #expect(bench.greens(3) == [[20]])
    bench.expectSafe()
  }

  @Test("a phase rests in green while nobody else is called")
  func restInGreen() throws {
    var bench = try Bench(SignalFixture.eightPhase { $0[1].recall = .minimum })
    bench.run(to: 600)
    #expect(bench.greens(1) == [[0]])
    #expect(bench.unit.status.greenPhases == PhaseSet(phase: 1))
  }

  @Test("a green gaps out one passage time after the last vehicle, but not before its minimum")
  func gapOut() throws {
    var bench = try Bench(SignalFixture.twoPhase())
    bench.passage(0, at: 0)
    bench.passage(1, at: 1)
    bench.run(to: 6)
    // Minimum 5 s; the last detection of phase 2 ended at 0.3 s, so the gap is long open.
    #expect(bench.greens(0) == [[0, 5]])
    bench.run(to: 9)
    #expect(bench.greens(1) == [[9]])
    bench.passage(0, at: 10)
    bench.passage(1, at: 12.0)
    bench.passage(1, at: 13.5)
    bench.run(to: 30)
    // The last vehicle leaves the detector at 13.8 s; passage is 2 s.
    #expect(bench.greens(1) == [[9, 15.8]])
    #expect(bench.unit.terminationCounts[1].gapOuts == 1)
    bench.expectSafe()
  }

  @Test("a green that keeps being extended maxes out, counted from the conflicting call")
  func maxOut() throws {
    var bench = try Bench(SignalFixture.twoPhase())
    bench.detector(0, true, at: 0)
    bench.passage(1, at: 50)
    bench.run(to: 100)
    #expect(bench.greens(0).first == [0, 80])
    #expect(bench.unit.terminationCounts[0].maxOuts == 1)
    // Phase 2 is still occupied and called again when its green ends.
    #expect(bench.greens(1) == [[84, 89]])
    #expect(bench.greens(0).last == [93])
    bench.expectSafe()
  }

  @Test("phases that nobody calls are skipped")
  func skip() throws {
    var bench = try Bench(SignalFixture.eightPhase())
    bench.passage(1, at: 0)
    bench.passage(7, at: 0)
    bench.run(to: 40)
    #expect(bench.greens(1) == [[0, 5]])
    #expect(bench.greens(7) == [[9]])
    for group in [0, 2, 3, 4, 5, 6] { #expect(bench.greens(group).isEmpty) }
    bench.expectSafe()
  }

  @Test("minimum recall brings a phase back without a vehicle, for its minimum green")
  func minimumRecall() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[0].recall = .minimum })
    bench.passage(1, at: 20)
    bench.run(to: 60)
    #expect(bench.greens(0) == [[0, 20], [33]])
    #expect(bench.greens(1) == [[24, 29]])
    bench.expectSafe()
  }

  @Test("maximum recall holds the green until its maximum, once somebody waits")
  func maximumRecall() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[0].recall = .maximum })
    bench.passage(1, at: 20)
    bench.run(to: 60)
    #expect(bench.greens(0).first == [0, 50])
    #expect(bench.unit.terminationCounts[0].maxOuts == 1)
  }

  @Test("a ring without a call takes its dual-entry phase along, another dwells in red")
  func dualEntry() throws {
    var entering = try Bench(SignalFixture.eightPhase { $0[5].dualEntry = true })
    entering.passage(1, at: 0)
    entering.run(to: 1)
    #expect(entering.greenNow == [1, 5])
    var dwelling = try Bench(SignalFixture.eightPhase())
    dwelling.passage(1, at: 0)
    dwelling.run(to: 1)
    #expect(dwelling.greenNow == [1])
    dwelling.passage(5, at: 2)
    dwelling.run(to: 3)
    #expect(dwelling.greenNow == [1, 5])
  }

  @Test("a ped call during red is served with walk from the start of green, then its clearance")
  func pedestrianCallInRed() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].walk = (7, 10) })
    bench.passage(0, at: 0)
    bench.push(1, at: 2)
    bench.run(to: 60)
    #expect(bench.greens(0) == [[0, 5]])
    #expect(bench.greens(1) == [[9]])
    #expect(bench.greens(2) == [[9, 16]])
    #expect(bench.times(2, .red) == [26])
    bench.expectSafe()
  }

  @Test("a pedestrian keeps the green longer than the vehicles ask for")
  func pedestrianLongerThanGreen() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].walk = (7, 10) })
    bench.push(1, at: 0)
    bench.passage(0, at: 1)
    bench.run(to: 40)
    #expect(bench.greens(2) == [[0, 7]])
    #expect(bench.greens(1) == [[0, 17]])
    #expect(bench.greens(0) == [[21]])
    bench.expectSafe()
  }

  @Test("a button pushed in a resting green is served at once, in an opposed green with the next")
  func pedestrianCallInGreen() throws {
    var bench = try Bench(SignalFixture.twoPhase { $0[1].walk = (7, 10) })
    bench.detector(1, true, at: 0)
    bench.push(1, at: 30)
    bench.run(to: 48)
    #expect(bench.greens(2) == [[30, 37]])
    bench.passage(0, at: 50)
    bench.push(1, at: 55)
    bench.run(to: 100)
    #expect(bench.greens(1).first == [0, 80])
    #expect(bench.greens(0) == [[84, 89]])
    #expect(bench.greens(2) == [[30, 37], [93, 100]])
    bench.expectSafe()
  }

  @Test("walk waits for its own intergreen while the vehicles already go, and keeps the green for itself")
  func walkWithLongIntergreen() throws {
    var controller = SignalFixture.twoPhase { $0[1].walk = (7, 10) }
    controller.intergreens[0, 2] = TimeSpan(seconds: 6.5)
    var bench = try Bench(controller)
    bench.passage(0, at: 0)
    bench.push(1, at: 2)
    bench.passage(0, at: 7)
    bench.run(to: 40)
    #expect(bench.greens(2) == [[11.5, 18.5]])
    #expect(bench.greens(1) == [[9, 28.5]])
    bench.expectSafe()
  }

  @Test("pedestrian recall serves walk with every green")
  func pedestrianRecall() throws {
    var bench = try Bench(
      SignalFixture.twoPhase {
        $0[1].walk = (7, 10)
        $0[1].recall = .pedestrian
      })
    bench.run(to: 30)
    #expect(bench.greens(2) == [[0, 7]])
    bench.passage(0, at: 30)
    bench.run(to: 80)
    #expect(bench.greens(0) == [[34, 39]])
    #expect(bench.greens(2) == [[0, 7], [43, 50]])
  }

  @Test("a barrier with unequal clearances is crossed by both rings in the same tick")
  func unequalClearances() throws {
    var bench = try Bench(
      SignalFixture.eightPhase {
        $0[1].yellow = 4.3
        $0[1].red = 2
        $0[5].yellow = 3
        $0[5].red = 1
      })
    bench.passage(1, at: 0)
    bench.passage(5, at: 0)
    bench.passage(3, at: 1)
    bench.passage(7, at: 1)
    bench.run(to: 20)
    #expect(bench.greens(1) == [[0, 5]])
    #expect(bench.greens(5) == [[0, 5]])
    #expect(bench.greens(3) == [[11.3]])
    #expect(bench.greens(7) == [[11.3]])
    bench.expectSafe()
  }

  @Test("the ring that is done first rests in green until the other can cross the barrier too")
  func simultaneousGapOut() throws {
    var bench = try Bench(SignalFixture.eightPhase())
    bench.passage(1, at: 0)
    bench.detector(5, true, at: 0)
    bench.passage(3, at: 1)
    bench.detector(5, false, at: 12)
    bench.run(to: 30)
    #expect(bench.greens(1) == [[0, 14]])
    #expect(bench.greens(5) == [[0, 14]])
    #expect(bench.greens(3) == [[18]])
    bench.expectSafe()
  }

  @Test("within a side a ring moves on alone")
  func moveWithinSide() throws {
    var bench = try Bench(SignalFixture.eightPhase())
    bench.passage(0, at: 0)
    bench.passage(1, at: 0)
    bench.detector(5, true, at: 0)
    bench.run(to: 30)
    #expect(bench.greens(0) == [[0, 5]])
    #expect(bench.greens(1) == [[9]])
    #expect(bench.greens(5) == [[0]])
    bench.expectSafe()
  }

  @Test("a leading left called late ends both rings, so that no driver is trapped by a yellow")
  func backupProtection() throws {
    var bench = try Bench(
      SignalFixture.eightPhase {
        $0[1].recall = .minimum
        $0[5].recall = .minimum
      })
    bench.passage(0, at: 20)
    bench.run(to: 40)
    // Phase 6 follows itself and is red from 23 s on, for the red revert time of 2 s; phase 1 waits for it.
    #expect(bench.greens(5) == [[0, 20], [25]])
    #expect(bench.greens(0) == [[25, 30]])
    #expect(bench.greens(1) == [[0, 20], [34]])
    bench.expectSafe()
  }

  @Test("a phase that follows itself stays red for the red revert time")
  func redRevert() throws {
    var bench = try Bench(
      SignalFixture.eightPhase {
        for phase in [0, 1, 5] { $0[phase].red = 0 }
        $0[1].recall = .minimum
        $0[5].recall = .minimum
      })
    bench.passage(0, at: 20)
    bench.run(to: 29)
    // Yellow 3 s without red clearance would give 23 s; phase 6 is red from 23 s and back at 25 s, and with it 1.
    #expect(bench.times(5, .red) == [23])
    #expect(bench.greens(5).last == [25])
    #expect(bench.greens(0) == [[25]])
  }

  @Test("a detector with a delay calls only after it has been on for that long")
  func callDelay() throws {
    var controller = SignalFixture.twoPhase { $0[0].recall = .minimum }
    controller.detectors[1].delay = TimeSpan(seconds: 8)
    var bench = try Bench(controller)
    bench.detector(1, true, at: 20)
    bench.detector(1, false, at: 27)
    bench.detector(1, true, at: 40)
    bench.run(to: 60)
    #expect(bench.greens(0).first == [0, 48])
    #expect(bench.greens(1) == [[52]])
  }

  @Test("a prolonged detection extends the green by its prolongation and the passage time")
  func prolongation() throws {
    var controller = SignalFixture.twoPhase()
    controller.detectors[0].prolongation = TimeSpan(seconds: 1.5)
    var bench = try Bench(controller)
    bench.passage(0, at: 0)
    bench.passage(1, at: 1)
    bench.passage(0, at: 4)
    bench.run(to: 20)
    #expect(bench.greens(0) == [[0, 7.8]])
  }

  @Test("a call placed during yellow is remembered until it is served")
  func callInYellow() throws {
    var bench = try Bench(SignalFixture.twoPhase())
    bench.passage(0, at: 0)
    bench.passage(1, at: 1)
    bench.passage(0, at: 6)
    bench.run(to: 40)
    #expect(bench.greens(0) == [[0, 5], [18]])
  }

  @Test("an overlap that belongs to two phases in a row stays green between them")
  func overlapGoesOn() throws {
    var controller = SignalFixture.ringBarrier(
      [.init(1), .init(2), .init(3)], diagram: [[[0, 1], [2]]])
    // A right turn that goes with phases 1 and 2.
    controller = controller.addingOverlap(name: "R", to: [0, 1], excluding: [2], like: 0)
    var bench = try Bench(controller)
    for detector in 0...2 { bench.passage(detector, at: 0) }
    bench.run(to: 30)
    #expect(bench.greens(0) == [[0, 5]])
    #expect(bench.greens(1) == [[9, 14]])
    #expect(bench.greens(3) == [[0, 14]])
    #expect(bench.greens(2) == [[18]])
    bench.expectSafe()
  }
}

extension SignalController {
  /// Adds a vehicle group that is green with several phases.
  func addingOverlap(name: String, to owners: [Int], excluding: [Int], like model: Int) -> SignalController {
    var copy = self
    let count = groups.count
    var group = groups[model]
    group.name = name
    copy.groups.append(group)
    copy.conflicts = ConflictMatrix(count: count + 1)
    copy.intergreens = IntergreenMatrix(count: count + 1)
    for a in 0..<count {
      for b in 0..<count {
        copy.conflicts[a, b] = conflicts[a, b]
        copy.intergreens[a, b] = intergreens[a, b]
      }
    }
    for other in excluding {
      copy.conflicts[count, other] = .excluded
      copy.intergreens[count, other] = TimeSpan(seconds: 4)
      copy.intergreens[other, count] = TimeSpan(seconds: 4)
    }
    for owner in owners { copy.phases[owner].groups.append(count) }
    return copy
  }
}
