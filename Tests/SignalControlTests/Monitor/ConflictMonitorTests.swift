import SignalControl
import TestSupport
import Testing
import TrafficModel

/// The monitor is shown lamps by hand; times in seconds.
@Suite("Conflict monitor")
struct ConflictMonitorTests {
  /// Two vehicle channels that exclude each other (yellow 3 s, intergreen 4 s), and the pedestrians of the second.
  private let data = SignalFixture.twoPhase { $0[1].walk = (7, 10) }

  private func monitor(_ change: (inout MonitorProgram) -> Void = { _ in }) -> ConflictMonitor {
    var program = MonitorProgram(data)
    change(&program)
    return ConflictMonitor(program)
  }

  /// Shows each instant's lamps and then lets time run to `end`.
  private func trip(
    _ sequence: [(Double, [(Int, LampOutputs)])], until end: Double = 200, _ monitor: ConflictMonitor
  ) -> MonitorTrip? {
    var monitor = monitor
    for (time, lamps) in sequence {
      monitor.advanceTick(to: time)
      monitor.observe(
        ContiguousArray(lamps.map { OutputChange(channel: $0.0, outputs: $0.1) }), at: SimTime(seconds: time))
    }
    monitor.advanceTick(to: end)
    return monitor.trip
  }

  private let good: [(Double, [(Int, LampOutputs)])] = [
    (0, [(0, .green)]), (10, [(0, .yellow)]), (13, [(0, .red)]), (14, [(1, .green), (2, .green)]),
    (21, [(2, .flashingRed)]), (31, [(2, .red), (1, .yellow)]), (34, [(1, .red)]), (35, [(0, .green)]),
  ]

  @Test("a correct sequence does not trip")
  func correct() { #expect(trip(good, monitor()) == nil) }

  @Test("two excluded greens trip after the recognition time, not before")
  func conflict() throws {
    let lamps: [(Double, [(Int, LampOutputs)])] = [(0, [(0, .green)]), (5, [(1, .green)])]
    let found = try #require(trip(lamps, monitor()))
    #expect(found.fault == .conflict)
    #expect(found.time == SimTime(seconds: 5.4))
    #expect(found.channel == 0 && found.other == 1)
    #expect(trip(lamps, until: 5.3, monitor()) == nil)
    #expect(trip(lamps, monitor { $0.conflictRecognition = .zero })?.time == SimTime(seconds: 5))
  }

  @Test("a conflict that goes away in time is none, and one that lasts exactly so long is one")
  func shortConflict() {
    func lasting(_ end: Double) -> MonitorTrip? {
      // Green stays too short for a yellow of its own to matter.
      trip([(0, [(0, .green)]), (5, [(2, .flashingRed)]), (end, [(2, .red)])], monitor())
    }
    #expect(lasting(5.3) == nil)
    #expect(lasting(5.4)?.fault == .conflict)
  }

  @Test("walk and pedestrian clearance count as lit")
  func pedestrians() {
    #expect(trip([(0, [(0, .green)]), (5, [(2, .green)])], monitor())?.fault == .conflict)
    #expect(
      trip([(0, [(2, .green)]), (7, [(2, .flashingRed)]), (12, [(0, .green)])], monitor())?.fault == .conflict
    )
  }

  @Test(
    "a channel with two colours trips",
    arguments: [LampOutputs([.green, .red]), [.yellow, .red], [.green, .yellow]])
  func dual(_ outputs: LampOutputs) throws {
    let found = try #require(trip([(0, [(0, .green)]), (8, [(0, outputs)])], until: 9, monitor()))
    #expect(found.fault == .dualIndication && found.channel == 0)
    #expect(found.time == SimTime(seconds: 8.4))
  }

  @Test("red with yellow is a colour of its own where it is programmed")
  func redYellow() {
    var european = data
    european.groups[0].gaining = [TimedIndication(.redYellow, TimeSpan(seconds: 1))]
    let lamps: [(Double, [(Int, LampOutputs)])] = [(5, [(0, [.red, .yellow])]), (6, [(0, .green)])]
    #expect(trip(lamps, ConflictMonitor(MonitorProgram(european))) == nil)
    #expect(trip(lamps, monitor())?.fault == .dualIndication)
  }

  @Test("a dark channel trips after 0.8 s")
  func redFail() throws {
    let found = try #require(trip([(3, [(1, .dark)])], monitor()))
    #expect(found.fault == .redFail && found.channel == 1)
    #expect(found.time == SimTime(seconds: 3.8))
    #expect(trip([(3, [(1, .dark)]), (3.7, [(1, .red)])], monitor()) == nil)
  }

  @Test("green without yellow trips at once, and so does a yellow of less than 2.7 s")
  func yellow() {
    let missing = trip([(0, [(0, .green)]), (10, [(0, .red)])], monitor())
    #expect(missing?.fault == .missingYellow && missing?.time == SimTime(seconds: 10))
    let short = trip([(0, [(0, .green)]), (10, [(0, .yellow)]), (12.6, [(0, .red)])], monitor())
    #expect(short?.fault == .shortYellow && short?.measured == TimeSpan(seconds: 2.6))
    #expect(trip([(0, [(0, .green)]), (10, [(0, .yellow)]), (12.7, [(0, .red)])], monitor()) == nil)
  }

  @Test("a green within 2.7 s of an excluded one trips")
  func clearance() {
    func after(_ start: Double) -> MonitorTrip? {
      trip([(0, [(2, .green)]), (7, [(2, .red)]), (start, [(0, .green)])], monitor())
    }
    #expect(after(9.6)?.fault == .shortClearance)
    #expect(after(9.7) == nil)
  }

  @Test("a unit whose watchdog stands still for a second trips it")
  func watchdog() {
    var monitor = monitor()
    monitor.noteWatchdog(toggles: false, at: SimTime(seconds: 4))
    monitor.advanceTick(to: 4.9)
    #expect(monitor.trip == nil)
    monitor.advanceTick(to: 6)
    #expect(monitor.trip?.fault == .watchdog)
    #expect(monitor.trip?.time == SimTime(seconds: 5))
    var revived = self.monitor()
    revived.noteWatchdog(toggles: false, at: SimTime(seconds: 4))
    revived.noteWatchdog(toggles: true, at: SimTime(seconds: 4.5))
    revived.advanceTick(to: 9)
    #expect(revived.trip == nil)
  }

  @Test("flash is legitimate, on the way in and out too")
  func flash() {
    let flash: [(Int, LampOutputs)] = [(0, .flashingYellow), (1, .flashingRed), (2, .dark)]
    let red: [(Int, LampOutputs)] = [(0, .red), (1, .red), (2, .red)]
    #expect(trip([(0, [(0, .green)]), (5, flash), (60, red), (66, [(1, .green)])], monitor()) == nil)
    // Both flash yellow: nobody has the right of way, and nobody is red.
    #expect(trip([(5, [(0, .flashingYellow), (1, .flashingYellow), (2, .dark)])], monitor()) == nil)
    // Pedestrians stay dark when the others have left flash.
    #expect(trip([(5, flash), (60, [(0, .red), (1, .red)])], monitor())?.time == SimTime(seconds: 60.8))
  }

  @Test("a flashing yellow arrow is active, needs its yellow, and may flash against what it yields to")
  func flashingYellowArrow() {
    var arrow = data
    arrow.groups[0].proceed = .flashingYellow
    let monitor = ConflictMonitor(MonitorProgram(arrow))
    #expect(
      trip(
        [(0, [(0, .flashingYellow)]), (9, [(0, .yellow)]), (12, [(0, .red)]), (13, [(1, .green)])], monitor)
        == nil)
    #expect(trip([(0, [(0, .flashingYellow)]), (9, [(0, .red)])], monitor)?.fault == .missingYellow)
    #expect(trip([(0, [(0, .flashingYellow)]), (9, [(1, .green)])], monitor)?.fault == .conflict)
    #expect(trip([(0, [(0, .flashingYellow)]), (9, [(1, .flashingRed)])], monitor) == nil)
  }

  @Test("nothing but a reset ends a trip, and what is still wrong trips it again")
  func latched() {
    var monitor = monitor()
    monitor.observe(
      [OutputChange(channel: 0, outputs: .green), OutputChange(channel: 1, outputs: .green)], at: .zero)
    monitor.advanceTick(to: 1)
    let first = monitor.trip
    #expect(first?.fault == .conflict)
    monitor.observe([OutputChange(channel: 1, outputs: .red)], at: SimTime(seconds: 2))
    monitor.noteWatchdog(toggles: false, at: SimTime(seconds: 3))
    monitor.advanceTick(to: 60)
    #expect(monitor.trip == first)
    monitor.reset(at: SimTime(seconds: 60))
    #expect(monitor.trip == nil)
    monitor.advanceTick(to: 70)
    #expect(monitor.trip?.fault == .watchdog)
    #expect(monitor.trip?.time == SimTime(seconds: 61))
  }

  @Test("the same situation an hour later is equal after rebasing")
  func rebase() {
    func shown(at start: Double) -> ConflictMonitor {
      var monitor = monitor()
      for (time, lamps) in good.prefix(3) {
        monitor.observe(
          ContiguousArray(lamps.map { OutputChange(channel: $0.0, outputs: $0.1) }),
          at: SimTime(seconds: start + time))
      }
      monitor.noteWatchdog(toggles: false, at: SimTime(seconds: start + 13.5))
      monitor.rebase(by: TimeSpan(seconds: start + 14))
      return monitor
    }
    #expect(shown(at: 100) == shown(at: 3700))
    #expect(shown(at: 100).hashValue == shown(at: 3700).hashValue)
  }
}

extension ConflictMonitor {
  /// Serves every deadline up to a time, as a cabinet does.
  fileprivate mutating func advanceTick(to seconds: Double) {
    let end = SimTime(seconds: seconds)
    while nextDeadline < end { advance(to: nextDeadline) }
    advance(to: end)
  }
}

/// Broken load switches, wires and lamps.
@Suite("Output stage")
struct OutputStageTests {
  private let green0 = LampOutput(channel: 0, colour: .green)
  private let red1 = LampOutput(channel: 1, colour: .red)

  /// What is sensed after each command, and at the end.
  private func sensed(
    _ faults: [OutputFault], sensesLampCurrent: Bool = true,
    _ commands: [(Double, Int, Indication)] = [(0, 0, .green), (10, 0, .yellow), (13, 0, .red)],
    until end: Double = 60
  ) -> [String] {
    var stage = OutputStage(channelCount: 2, faults: faults, sensesLampCurrent: sensesLampCurrent)
    var result: [String] = []
    var outputs: ContiguousArray<OutputChange> = []
    func note(_ time: SimTime) {
      for change in outputs { result.append("\(time.seconds) \(change.channel) \(change.outputs.rawValue)") }
      outputs.removeAll()
    }
    func run(to limit: SimTime) {
      while stage.nextDeadline < limit {
        let due = stage.nextDeadline
        stage.advance(to: due, into: &outputs)
        note(due)
      }
    }
    for (seconds, group, indication) in commands {
      let time = SimTime(seconds: seconds)
      run(to: time)
      stage.show(
        [IndicationChange(controller: ControllerID(0), group: group, indication: indication)], at: time,
        into: &outputs)
      note(time)
    }
    run(to: SimTime(seconds: end))
    return result
  }

  @Test("nothing broken shows what is commanded")
  func sound() { #expect(sensed([]) == ["0.0 0 4", "10.0 0 2", "13.0 0 1"]) }

  @Test("a shorted load switch stays on, an open one stays off")
  func stuck() {
    #expect(sensed([OutputFault(.stuckOn, at: green0)]) == ["0.0 0 4", "10.0 0 6", "13.0 0 5"])
    #expect(sensed([OutputFault(.stuckOff, at: green0)]) == ["0.0 0 0", "10.0 0 2", "13.0 0 1"])
  }

  @Test("a fault that begins and ends in mid-interval is sensed then")
  func dated() {
    let fault = OutputFault(
      .stuckOn, at: red1, from: SimTime(seconds: 5), until: SimTime(seconds: 7))
    #expect(sensed([fault], [(0, 1, .green)]) == ["0.0 1 4", "5.0 1 5", "7.0 1 4"])
  }

  @Test("a burnt lamp is dark to a monitor that senses current, and lit to one that senses voltage")
  func burnt() {
    let fault = OutputFault(.burntLamp, at: green0)
    #expect(sensed([fault]) == ["0.0 0 0", "10.0 0 2", "13.0 0 1"])
    #expect(sensed([fault], sensesLampCurrent: false) == ["0.0 0 4", "10.0 0 2", "13.0 0 1"])
  }

  @Test("a slow load switch follows later")
  func delayed() {
    let fault = OutputFault(.delayed(TimeSpan(seconds: 0.5)), at: green0)
    #expect(sensed([fault]) == ["0.0 0 0", "0.5 0 4", "10.0 0 6", "10.5 0 2", "13.0 0 1"])
  }

  @Test("exchanged wires show the other's colour, and a shared return lights both")
  func wires() {
    #expect(
      sensed([OutputFault(.swapped(with: red1), at: green0)], [(5, 0, .green)])
        == ["0.0 0 5", "0.0 1 0", "5.0 0 4", "5.0 1 1"])
    #expect(
      sensed([OutputFault(.sharedReturn(with: red1), at: green0)], [(5, 1, .green), (9, 0, .green)])
        == ["0.0 0 5", "5.0 0 1", "5.0 1 4", "9.0 0 4", "9.0 1 5"])
  }

  @Test("of several colours a driver believes the most restrictive")
  func believed() {
    #expect(LampOutputs([.red, .green]).believed == .red)
    #expect(LampOutputs([.yellow, .green]).believed == .yellow)
    #expect(LampOutputs.dark.believed == .dark)
    for indication in Indication.allCases { #expect(LampOutputs(indication).believed == indication) }
  }
}
