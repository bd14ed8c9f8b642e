import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The shop's test sheet for preemption. Phase `n` of the eight has index and group `n − 1`; 2 and 6 rest in green.
@Suite("Preemption")
struct PreemptionTests {
  static func span(_ seconds: Double) -> TimeSpan { TimeSpan(seconds: seconds) }

  /// Tracks are cleared by phase 4; trains pass under 2 and 6.
  static func rail(_ change: (inout Preempt) -> Void = { _ in }) -> Preempt {
    var preempt = Preempt(
      number: 1, kind: .rail, delay: span(2), trackPhases: [3], trackGreen: span(10), dwellPhases: [1, 5],
      minimumDwell: span(10), exitPhases: [3, 7])
    change(&preempt)
    return preempt
  }

  /// An ambulance under phases 3 and 8.
  static func emergency(_ number: Int = 3, _ change: (inout Preempt) -> Void = { _ in }) -> Preempt {
    var preempt = Preempt(
      number: number, kind: .emergency, dwellPhases: [2, 7], minimumDwell: span(5), exitPhases: [1, 5])
    change(&preempt)
    return preempt
  }

  static func bench(
    _ preempts: [Preempt], free: Bool = true, walks: Bool = false,
    _ change: (inout SignalController) -> Void = { _ in }
  ) throws -> Bench {
    var data = SignalFixture.eightPhase {
      $0[1].recall = .minimum
      $0[5].recall = .minimum
      if walks { for phase in [1, 3, 5, 7] { $0[phase].walk = (7, 10) } }
    }
    data.preempts = preempts
    change(&data)
    var bench = try Bench(data, free: free)
    bench.unit.recorder.isRecording = true
    return bench
  }

  static func input(_ bench: inout Bench, _ number: Int, _ from: Double, _ to: Double?) {
    bench.input(.preempt(number, isEnergised: true), at: from)
    if let to { bench.input(.preempt(number, isEnergised: false), at: to) }
  }

  static let stages: [ControllerEventCode] = [
    .preemptCallOn, .preemptCallOff, .preemptEntryStarted, .preemptTrackClearance, .preemptDwell,
    .preemptExit,
    .preemptMaximumPresence,
  ]

  static func story(_ bench: Bench) -> [String] {
    bench.unit.recorder.events.filter { stages.contains($0.code) }
      .map { "\($0.time.seconds) \($0.code.rawValue) \($0.parameter)" }
  }

  @Test("rail: delay, right of way transfer, track clearance, dwell, exit phases, normal operation")
  func railInFull() throws {
    var bench = try Self.bench([Self.rail()])
    Self.input(&bench, 1, 20, 45)
    bench.run(to: 30)
    #expect(bench.unit.status.mode == .preempt(1))
    #expect(bench.unit.status.alarms.contains(.preempt))
    bench.run(to: 100)
    #expect(
      Self.story(bench) == [
        "20.0 102 1", "22.0 105 1", "26.0 106 1", "40.0 107 1", "45.0 104 1", "50.0 111 1",
      ])
    #expect(bench.greens(3) == [[26, 36], [54, 59]])
    #expect(bench.greens(1) == [[0, 22], [40, 50], [63]])
    #expect(bench.greens(5) == [[0, 22], [40, 50], [63]])
    #expect(bench.greens(7) == [[54, 59]])
    #expect(bench.unit.status.mode == .free)
    bench.expectSafe()
  }

  @Test("a train goes before stop time, which comes back once the exit phases are green")
  func railInStopTime() throws {
    var bench = try Self.bench([Self.rail()])
    bench.input(.stopTime(true), at: 10)
    Self.input(&bench, 1, 20, 45)
    bench.run(to: 100)
    // As without stop time, see above.
    #expect(
      Self.story(bench) == [
        "20.0 102 1", "22.0 105 1", "26.0 106 1", "40.0 107 1", "45.0 104 1", "50.0 111 1",
      ])
    #expect(bench.greens(3) == [[26, 36], [54]])
    #expect(bench.events(.stopTime) == ["10.0 stopTime 1", "22.0 stopTime 0", "54.0 stopTime 1"])
    #expect(bench.unit.status.alarms.contains(.stopTime))
    bench.input(.stopTime(false), at: 110)
    bench.run(to: 130)
    #expect(bench.greens(3) == [[26, 36], [54, 115]])
    bench.expectSafe()
  }

  @Test("an ambulance waits for whoever has stopped time")
  func emergencyInStopTime() throws {
    var bench = try Self.bench([Self.emergency()])
    bench.input(.stopTime(true), at: 10)
    bench.input(.stopTime(false), at: 60)
    Self.input(&bench, 3, 20, nil)
    bench.run(to: 59.9)
    #expect(bench.log.allSatisfy { $0.time.seconds <= 10 })
    bench.run(to: 100)
    #expect(Self.story(bench).prefix(2) == ["20.0 102 3", "60.0 105 3"])
    bench.expectSafe()
  }

  @Test("the log says which preempt has ended a green")
  func forceOffByNumber() throws {
    var bench = try Self.bench([Self.emergency()])
    Self.input(&bench, 3, 20, 40)
    bench.run(to: 25)
    let lines = bench.events(.preemptForceOff, .preemptForceOffByNumber)
    #expect(
      lines == [
        "20.0 preemptForceOff 2", "20.0 preemptForceOffByNumber 3", "20.0 preemptForceOff 6",
        "20.0 preemptForceOffByNumber 3",
      ])
  }

  @Test("a call that ends during the delay is forgotten, unless the preempt locks", arguments: [false, true])
  func delay(locks: Bool) throws {
    var bench = try Self.bench([Self.rail { $0.isLocking = locks }])
    Self.input(&bench, 1, 20, 21)
    bench.run(to: 60)
    #expect(bench.greens(3).isEmpty == !locks)
  }

  @Test("a fail-safe input calls when it goes off")
  func failSafe() throws {
    var bench = try Self.bench([
      Self.rail {
        $0.isFailSafe = true
        $0.delay = .zero
      }
    ])
    bench.input(.preempt(1, isEnergised: true), at: 10)
    bench.input(.preempt(1, isEnergised: false), at: 20)
    bench.input(.preempt(1, isEnergised: true), at: 21)
    bench.run(to: 60)
    #expect(Self.story(bench).prefix(2) == ["20.0 102 1", "20.0 105 1"])
    #expect(bench.greens(3).first == [24, 34])
  }

  @Test("a green below its minimum is ended after the preempt's own minimum, and its yellow is whole")
  func minimumGreen() throws {
    var bench = try Self.bench([
      Self.rail {
        $0.delay = .zero
        $0.minimumGreen = Self.span(2)
      }
    ])
    Self.input(&bench, 1, 1, 60)
    bench.run(to: 30)
    #expect(bench.greens(1).first == [0, 2])
    #expect(bench.times(1, .red).first == 5)
    #expect(bench.greens(3) == [[6, 16]])
    bench.expectSafe()
  }

  @Test(
    "preempt during walk: walk and clearance are cut to the preempt's values, or not at all",
    arguments: [(true, 4.0, 10.0), (false, 7.0, 17.0)])
  func duringWalk(cuts: Bool, walkEnd: Double, greenEnd: Double) throws {
    var bench = try Self.bench(
      [
        Self.emergency {
          if cuts {
            $0.minimumWalk = Self.span(4)
            $0.pedestrianClearance = Self.span(6)
          }
          $0.dwellPhases = [2, 6]
        }
      ], walks: true)
    bench.push(1, at: 0)
    Self.input(&bench, 3, 2, 40)
    bench.run(to: 60)
    #expect(bench.greens(8) == [[0, walkEnd]])
    #expect(bench.times(8, .red).first == greenEnd)
    #expect(bench.greens(1).first == [0, greenEnd])
    #expect(bench.times(1, .red).first == greenEnd + 3)
    #expect(bench.greens(2).first?.first == greenEnd + 4)
    // The intergreens after a cut clearance are shorter by as much as the clearance is.
    #expect(bench.monitor.violations.allSatisfy { $0.kind == .shortClearance && $0.other == 8 })
    #expect(cuts || bench.monitor.violations.isEmpty)
  }

  @Test("a preempt that goes first takes over in any stage of another, which enters anew afterwards")
  func duringLowerPreempt() throws {
    for start in [24.0, 26, 30, 33, 36, 40] {
      var bench = try Self.bench([Self.emergency(), Self.rail { $0.delay = .zero }])
      Self.input(&bench, 3, 20, 90)
      Self.input(&bench, 1, start, start + 20)
      bench.run(to: 160)
      let story = Self.story(bench)
      #expect(story.first { $0.hasSuffix("105 1") } == "\(start) 105 1")
      // The rail's exit phases are left out: the ambulance still waits.
      #expect(story.filter { $0.hasSuffix("105 3") }.count == 2)
      #expect(story.last?.hasSuffix("111 3") == true)
      let exit = bench.unit.recorder.events.last { $0.code == .preemptExit && $0.parameter == 1 }
      let entry = bench.unit.recorder.events.last { $0.code == .preemptEntryStarted && $0.parameter == 3 }
      #expect(exit?.time == entry?.time)
      #expect(bench.unit.status.mode == .free)
      bench.expectSafe()
    }
  }

  @Test("a preempt that goes later waits, and is forgotten if its call ends first")
  func laterPreempt() throws {
    var bench = try Self.bench([Self.emergency(), Self.emergency(4) { $0.dwellPhases = [3, 7] }])
    Self.input(&bench, 3, 20, 60)
    Self.input(&bench, 4, 25, 50)
    Self.input(&bench, 4, 55, 80)
    bench.run(to: 140)
    let entries = Self.story(bench).filter { $0.contains(" 105 ") }
    #expect(entries == ["20.0 105 3", "60.0 105 4"])
    #expect(bench.greens(3).count == 1)
    bench.expectSafe()
  }

  @Test("a ring without a phase in the dwell goes to red")
  func ringToRed() throws {
    var bench = try Self.bench([Self.emergency { $0.dwellPhases = [1] }])
    Self.input(&bench, 3, 20, 50)
    bench.run(to: 49)
    #expect(bench.greens(1) == [[0]])
    #expect(bench.greens(5) == [[0, 20]])
    #expect(bench.greenNow == [1])
    #expect(Self.story(bench).contains("24.0 107 3"))
    bench.run(to: 80)
    #expect(bench.greenNow == [1, 5])
    bench.expectSafe()
  }

  @Test("a phase that was about to begin does not, and costs no minimum green")
  func duringChange() throws {
    var bench = try Self.bench([Self.emergency { $0.dwellPhases = [1, 5] }])
    bench.passage(2, at: 10)
    Self.input(&bench, 3, 12, 40)
    bench.run(to: 39)
    #expect(bench.greens(2).isEmpty)
    #expect(bench.greens(1).map { $0[0] } == [0, 15])
    bench.expectSafe()
  }

  @Test("limited service: the cycling phases are served in turn, nobody else")
  func limitedService() throws {
    var bench = try Self.bench([Self.emergency { $0.cyclingPhases = [2, 3, 7] }])
    Self.input(&bench, 3, 20, 120)
    bench.detector(0, true, at: 30)
    bench.passage(4, at: 40)
    bench.run(to: 119)
    #expect(bench.greens(2).count > 3)
    #expect(bench.greens(3).count > 3)
    #expect(bench.greens(0).isEmpty)
    #expect(bench.greens(4).isEmpty)
    bench.run(to: 160)
    #expect(bench.greens(0).count == 1)
    bench.expectSafe()
  }

  @Test("pedestrians walk in the dwell only where the preempt says so")
  func dwellPedestrians() throws {
    var bench = try Self.bench(
      [
        Self.emergency { preempt in
          preempt.dwellPhases = [1, 5]
          preempt.dwellPedestrians = [5]
        }
      ], walks: true)
    Self.input(&bench, 3, 20, 60)
    bench.push(1, at: 30)
    bench.push(5, at: 30)
    bench.run(to: 59)
    #expect(bench.greens(8).isEmpty)
    #expect(bench.greens(10) == [[30, 37]])
    bench.expectSafe()
  }

  @Test("a call that lasts too long is a fault: the preempt is left until the call drops")
  func maximumPresence() throws {
    var bench = try Self.bench([Self.emergency { $0.maximumPresence = Self.span(30) }])
    Self.input(&bench, 3, 20, 100)
    Self.input(&bench, 3, 110, 130)
    bench.run(to: 99)
    #expect(bench.unit.status.alarms.contains(.preemptMaximumPresence))
    #expect(bench.unit.status.mode == .free)
    bench.run(to: 200)
    #expect(
      Self.story(bench) == [
        "20.0 102 3", "20.0 105 3", "24.0 107 3", "50.0 110 3", "50.0 111 3", "100.0 104 3", "110.0 102 3",
        "110.0 105 3", "114.0 107 3", "130.0 104 3", "130.0 111 3",
      ])
    #expect(!bench.unit.status.alarms.contains(.preemptMaximumPresence))
  }

  @Test("a short call is served for its minimum duration")
  func minimumDuration() throws {
    var bench = try Self.bench([Self.emergency { $0.minimumDuration = Self.span(40) }])
    Self.input(&bench, 3, 20, 21)
    bench.run(to: 100)
    #expect(Self.story(bench).last == "60.0 111 3")
  }

  @Test("a call that comes back in the exit takes the right of way again")
  func backInExit() throws {
    var bench = try Self.bench([Self.emergency()])
    Self.input(&bench, 3, 20, 40)
    Self.input(&bench, 3, 42, 60)
    bench.run(to: 120)
    #expect(Self.story(bench).filter { $0.contains(" 105 ") } == ["20.0 105 3", "42.0 105 3"])
    bench.expectSafe()
  }

  @Test("a command calls an emergency preempt and never a train, and the end of its lease ends the call")
  func command() throws {
    var bench = try Self.bench([Self.emergency(), Self.rail()])
    bench.command(
      CabinetCommand(program: .free, emergencyCalls: 0b10101, lease: Self.span(30)), at: 20)
    bench.run(to: 40)
    #expect(bench.unit.status.refusals == [.outranked, .railPreempt(1), .unknownPreempt(5)])
    #expect(bench.unit.status.mode == .preempt(3))
    #expect(bench.greenNow == [2, 7])
    bench.run(to: 60)
    #expect(Self.story(bench).filter { $0.hasSuffix(" 1") }.isEmpty)
    #expect(Self.story(bench).contains("50.0 111 3"))
  }

  @Test("no hold, omit, force-off or flash of a command keeps a train waiting")
  func commandsDoNotDelay() throws {
    var bench = try Self.bench([Self.rail { $0.delay = .zero }])
    let all = PhaseSet(rawValue: 0xFF)
    bench.command(
      CabinetCommand(program: .free, hold: all, omit: PhaseSet(phase: 3), pedestrianOmit: all), at: 10)
    Self.input(&bench, 1, 20, 30)
    bench.run(to: 100)
    #expect(bench.greens(3).first == [24, 34])
    var flashing = try Self.bench([Self.rail { $0.delay = .zero }]) {
      $0.options.startUpAllRed = Self.span(2)
    }
    flashing.command(CabinetCommand(program: .flash), at: 10)
    Self.input(&flashing, 1, 20, 30)
    flashing.run(to: 60)
    #expect(flashing.greens(3).first?.first == 24)
    flashing.run(to: 140)
    #expect(flashing.unit.status.mode == .flash)
  }

  @Test("flash in the dwell: all is red first, and the way out goes through red to the exit phases")
  func flashInDwell() throws {
    var bench = try Self.bench([
      Self.rail {
        $0.delay = .zero
        $0.flashesInDwell = true
      }
    ]) { $0.options.startUpAllRed = Self.span(6) }
    Self.input(&bench, 1, 20, 60)
    bench.run(to: 120)
    // Phase 4 clears the tracks; after its yellow and red clearance the lamps flash.
    #expect(bench.greens(3)[0] == [24, 34])
    #expect(bench.times(3, .flashingRed) == [38.1])
    #expect(bench.times(1, .red).contains(60))
    #expect(bench.greens(3)[1][0] == 66)
    #expect(bench.greens(7)[0][0] == 66)
    #expect(bench.events(.unitFlashStatus) == ["38.1 unitFlashStatus 8", "60.0 unitFlashStatus 2"])
  }

  @Test("the switch flashes over a preempt, which begins anew afterwards")
  func switchOverPreempt() throws {
    var bench = try Self.bench([Self.rail { $0.delay = .zero }])
    Self.input(&bench, 1, 20, 90)
    bench.input(.flashSwitch(true), at: 30)
    bench.input(.flashSwitch(false), at: 50)
    bench.run(to: 120)
    #expect(Self.story(bench).filter { $0.contains(" 106 ") } == ["24.0 106 1", "54.0 106 1"])
  }
}
