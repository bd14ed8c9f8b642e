import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for detectors: memory, switching, queue limits, diagnostics.
@Suite("Detectors")
struct MemoryTests {
  private func bench(_ change: (inout SignalController) -> Void = { _ in }) throws -> Bench {
    var controller = SignalFixture.twoPhase { $0[0].recall = .minimum }
    controller.phases[0].minimumGreen = TimeSpan(seconds: 15)
    change(&controller)
    var bench = try Bench(controller)
    bench.unit.recorder.isRecording = true
    return bench
  }

  @Test("a non-locking call is gone with the vehicle, a locking one stays")
  func nonLocking() throws {
    var locking = try bench()
    locking.passage(1, at: 5)
    locking.run(to: 30)
    #expect(locking.greens(1) == [[19, 24]])
    var free = try bench { $0.phases[1].actuation.locksCalls = false }
    free.passage(1, at: 5)
    free.run(to: 30)
    #expect(free.greens(1).isEmpty)
    #expect(free.logged(.vehicleCallRegistered).map(\.time.seconds) == [5])
    #expect(free.logged(.vehicleCallDropped).map(\.time.seconds) == [5.3])
    free.detector(1, true, at: 40)
    free.run(to: 50)
    #expect(free.greens(1) == [[44]])
  }

  @Test("red lock and yellow lock of a detector hold a call that its phase would forget")
  func detectorLocks() throws {
    // Phase 4 is green from 24 s (after the call at 20 s) to 29 s and yellow to 32 s.
    for (inYellow, inRed, time, isServed) in [
      (true, false, 30.0, true), (false, true, 30.0, false), (false, true, 35.0, true),
      (true, false, 35.0, false),
    ] {
      var bench = try bench {
        $0.phases[1].actuation.locksCalls = false
        $0.detectors[1].locksInYellow = inYellow
        $0.detectors[1].locksInRed = inRed
      }
      bench.detector(1, true, at: 20)
      bench.detector(1, false, at: 25)
      bench.passage(1, at: time)
      bench.run(to: 70)
      #expect(bench.greens(1).first == [24, 29])
      #expect((bench.greens(1).count == 2) == isServed)
    }
  }

  @Test("a switched detector extends the other phase while its own is red")
  func switching() throws {
    var bench = try bench {
      $0.phases[0].minimumGreen = TimeSpan(seconds: 5)
      $0.detectors[1].switchPhase = 0
    }
    bench.detector(1, true, at: 6)
    bench.detector(1, false, at: 16)
    bench.run(to: 30)
    // Its own call opposes phase 2, which it keeps green until 16 s and the passage of 2 s.
    #expect(bench.greens(0) == [[0, 18]])
    #expect(bench.greens(1) == [[22, 27]])
  }

  @Test("a queue detector extends only in the first part of the green")
  func queueLimit() throws {
    var bench = try bench {
      $0.phases[0].minimumGreen = TimeSpan(seconds: 5)
      $0.detectors[0].queueLimit = TimeSpan(seconds: 9)
    }
    bench.detector(0, true, at: 1)
    bench.passage(1, at: 2)
    bench.run(to: 20)
    #expect(bench.greens(0) == [[0, 9]])
  }

  @Test(
    "a detector that stays on too long fails, recalls its phases up to the maximum, and recovers when it goes off"
  )
  func presence() throws {
    var bench = try bench {
      $0.phases[0].minimumGreen = TimeSpan(seconds: 5)
      $0.detectors[1].diagnostics.longestPresence = TimeSpan(seconds: 60)
    }
    bench.detector(1, true, at: 10)
    bench.run(to: 75)
    #expect(bench.logged(.detectorFaultOther).map { [$0.time.seconds, Double($0.parameter)] } == [[70, 2]])
    #expect(bench.unit.status.detectors[1].isFailed)
    #expect(bench.unit.status.alarms.contains(.detectorFault))
    bench.run(to: 200)
    // While it is failed phase 4 has its maximum of 30 s each time; phase 2 its minimum by recall.
    let greens = bench.greens(1).filter { $0.count == 2 && $0[0] > 75 }
    #expect(greens.allSatisfy { $0[1] - $0[0] == 30 } && greens.count >= 2)
    bench.detector(1, false, at: 201)
    bench.run(to: 400)
    #expect(bench.logged(.detectorRestored).map(\.time.seconds) == [201])
    #expect(!bench.unit.status.alarms.contains(.detectorFault))
    #expect(bench.greens(0).last?.count == 1)
    bench.expectSafe()
  }

  @Test("a failed detector with a fail time gives its phase that much green, with zero no call at all")
  func failTime() throws {
    for (failTime, green) in [(12.0, 12.0), (0.0, nil)] as [(Double, Double?)] {
      var bench = try bench {
        $0.detectors[1].diagnostics.failTime = TimeSpan(seconds: failTime)
      }
      bench.input(.detectorFault(DetectorID(1), isFaulty: true), at: 20)
      bench.detector(1, true, at: 22)
      bench.run(to: 60)
      #expect(bench.logged(.detectorFaultWatchdog).map(\.parameter) == [2])
      let first = bench.greens(1).first { $0.count == 2 }
      #expect(first.map { $0[1] - $0[0] } == green)
    }
  }

  @Test("no activity and erratic counts are noticed, and forgiven when the detector behaves")
  func absenceAndErratic() throws {
    var bench = try bench {
      $0.detectors[0].diagnostics.longestAbsence = TimeSpan(seconds: 300)
      $0.detectors[1].diagnostics.mostActuationsPerMinute = 10
    }
    bench.run(to: 310)
    #expect(bench.logged(.detectorFaultOther).map { [$0.time.seconds, Double($0.parameter)] } == [[300, 1]])
    bench.passage(0, at: 320)
    for pulse in 0..<12 { bench.passage(1, at: 400 + Double(pulse)) }
    bench.run(to: 700)
    #expect(bench.logged(.detectorFaultExcessive).map(\.time.seconds) == [410])
    // The minute that began at 400 s had too many; the next has none.
    #expect(
      bench.logged(.detectorRestored).map { [$0.time.seconds, Double($0.parameter)] } == [
        [320, 1], [520, 2],
      ])
  }

  @Test("when the share of failed detectors is reached every phase has minimum recall")
  func failedShare() throws {
    var bench = try bench {
      $0.options.failedDetectorShare = 0.5
      $0.detectors[0].diagnostics.failTime = .zero
    }
    bench.input(.detectorFault(DetectorID(0), isFaulty: true), at: 20)
    bench.run(to: 60)
    #expect(bench.greens(1).count >= 2)
  }

  @Test("the status counts actuations and occupancy")
  func status() throws {
    var bench = try bench()
    bench.passage(1, at: 1)
    bench.detector(1, true, at: 5)
    bench.run(to: 9)
    let status = bench.unit.status(at: SimTime(seconds: 9)).detectors[1]
    #expect(status.isOn && !status.isFailed && status.count == 2)
    #expect(status.occupied == TimeSpan(seconds: 4.3))
  }
}
