import ControlLoop
import SignalControl
import TestSupport
import Testing
import TrafficModel

/// A cabinet with something broken in it, run by hand from deadline to deadline.
@Suite("Emulated cabinet")
struct EmulatedCabinetTests {
  /// Phases 2 (group 0) and 4 (group 1) in turn: 0–56 s and 60–116 s of 120 s.
  private let data = SignalFixture.twoPhase { $0[0].recall = .minimum }

  /// Runs to `end` and returns what drivers saw.
  private func run(_ cabinet: inout EmulatedCabinet, from start: Double? = 0, to end: Double) -> [String] {
    var changes: ContiguousArray<IndicationChange> = []
    var seen: [String] = []
    func note(_ time: SimTime) {
      for change in changes { seen.append("\(time.seconds) \(change.group) \(change.indication)") }
      changes.removeAll()
    }
    if let start {
      cabinet.start(at: SimTime(seconds: start), into: &changes)
      note(SimTime(seconds: start))
    }
    while cabinet.nextDeadline <= SimTime(seconds: end) {
      let tick = cabinet.nextDeadline
      cabinet.advance(to: tick, into: &changes)
      note(tick)
    }
    return seen
  }

  private func cabinet(_ faults: CabinetFaults) throws -> EmulatedCabinet {
    try EmulatedCabinet(
      data, id: ControllerID(0), network: SignalFixture.network(for: data), faults: faults)
  }

  @Test("with nothing broken drivers see what the unit commands, and nothing trips")
  func sound() throws {
    var cabinet = try cabinet(.none)
    let seen = run(&cabinet, to: 100)
    #expect(seen == ["0.0 0 green", "56.0 0 yellow", "59.0 0 red", "60.0 1 green"])
    #expect(cabinet.monitor.trip == nil && cabinet.violation == nil)
  }

  @Test("after a preempt that flashed, its exit phase follows and not the one that was called")
  func exitAfterFlash() throws {
    var data = SignalFixture.ringBarrier(
      (1...3).map { number in .init(number).with { $0.maximum = 10 } }, diagram: [[[0, 1, 2]]])
    data.preempts = [
      Preempt(
        number: 1, kind: .emergency, dwellPhases: [], minimumDwell: TimeSpan(seconds: 5),
        flashesInDwell: true, exitPhases: [2])
    ]
    var cabinet = try EmulatedCabinet(
      data, id: ControllerID(0), network: SignalFixture.network(for: data))
    cabinet.apply(CabinetCommand(program: .free), at: .zero)
    for phase in 0...1 { cabinet.handle(.detector(DetectorID(phase), isOn: true), at: .zero) }
    let before = run(&cabinet, to: 11)
    #expect(before == ["0.0 0 green", "10.0 0 yellow"])
    cabinet.handle(.preempt(1, isEnergised: true), at: SimTime(seconds: 11))
    var after = run(&cabinet, from: nil, to: 12)
    cabinet.handle(.preempt(1, isEnergised: false), at: SimTime(seconds: 12))
    after += run(&cabinet, from: nil, to: 60)
    let greens = after.filter { $0.hasSuffix("green") }
    // It dwells from 14 s to 19 s; who flashed until then clears for 4 s.
    #expect(greens.first == "23.0 2 green")
    // Then the rings have their own order again.
    #expect(greens.dropFirst().first?.hasSuffix(" 0 green") == true)
    #expect(cabinet.violation == nil)
  }

  @Test("a shorted green load switch puts the cabinet into flash once it is a conflict")
  func stuckGreen() throws {
    let fault = OutputFault(
      .stuckOn, at: LampOutput(channel: 1, colour: .green), from: SimTime(seconds: 20))
    var cabinet = try cabinet(CabinetFaults(outputs: [fault]))
    let seen = run(&cabinet, to: 300)
    // The channel is red and green too, so drivers believe red.
    #expect(seen == ["0.0 0 green", "20.4 0 flashingRed", "20.4 1 flashingRed"])
    #expect(cabinet.monitor.trip?.time == SimTime(seconds: 20.4))
    // It is not the unit that has done wrong.
    #expect(cabinet.violation == nil)
  }

  @Test("nothing the unit does ends flash; a reset does, and what is still broken trips again")
  func latched() throws {
    let fault = OutputFault(
      .stuckOff, at: LampOutput(channel: 1, colour: .red), until: SimTime(seconds: 200))
    var cabinet = try cabinet(CabinetFaults(outputs: [fault]))
    #expect(run(&cabinet, to: 400).last == "0.8 1 flashingRed")
    #expect(cabinet.monitor.trip?.fault == .redFail)
    cabinet.handle(.monitorFlash(false), at: SimTime(seconds: 401))
    cabinet.apply(CabinetCommand(program: .free), at: SimTime(seconds: 402))
    #expect(run(&cabinet, from: nil, to: 500).isEmpty)
    cabinet.resetMonitor(at: SimTime(seconds: 501))
    // What the unit commands is shown again at once.
    let shown = run(&cabinet, from: nil, to: 501)
    #expect(shown.count == 2 && shown.allSatisfy { $0.hasPrefix("501.0 ") && !$0.contains("flashing") })
    #expect(cabinet.monitor.trip == nil)
  }

  @Test("a unit that stops is noticed by its watchdog within a second")
  func stoppedUnit() throws {
    var cabinet = try cabinet(CabinetFaults(unitStops: SimTime(seconds: 30)))
    let seen = run(&cabinet, to: 300)
    #expect(seen == ["0.0 0 green", "31.0 0 flashingRed", "31.0 1 flashingRed"])
    #expect(cabinet.monitor.trip?.fault == .watchdog)
  }

  /// Every fault of every output of both channels, from the start: within two cycles the monitor has tripped, or what
  /// was shown was harmless.
  @Test("each broken output trips the monitor", arguments: 0..<2, LampColour.allCases)
  func everyOutput(channel: Int, colour: LampColour) throws {
    let output = LampOutput(channel: channel, colour: colour)
    for kind in [OutputFault.Kind.stuckOn, .stuckOff, .burntLamp] {
      // Somebody calls phase 4, so that both channels show everything.
      var cabinet = try cabinet(CabinetFaults(outputs: [OutputFault(kind, at: output)]))
      cabinet.handle(.detector(DetectorID(1), isOn: true), at: .zero)
      _ = run(&cabinet, to: 240)
      #expect(cabinet.monitor.trip != nil, "\(kind) \(colour) of channel \(channel)")
    }
  }

  @Test("a slow green load switch is a conflict if it outlasts the clearance, and a short clearance before")
  func slow() throws {
    func fault(_ seconds: Double) throws -> MonitorFault? {
      let output = LampOutput(channel: 0, colour: .green)
      var cabinet = try cabinet(
        CabinetFaults(outputs: [OutputFault(.delayed(TimeSpan(seconds: seconds)), at: output)]))
      _ = run(&cabinet, to: 100)
      return cabinet.monitor.trip?.fault
    }
    #expect(try fault(0.3) == nil)
    // Red goes out 0.7 s before green comes, which is not yet red fail; then green meets yellow.
    #expect(try fault(0.7) == .dualIndication)
    #expect(try fault(0.9) == .redFail)
  }

  @Test("a trip with nothing broken is a violation, and tells the events of the last two cycles")
  func history() throws {
    // The unit's data know no yellow for phase 2; the monitor's program card does.
    var sparse = data
    sparse.groups[0].losing = []
    var cabinet = try EmulatedCabinet(
      sparse, id: ControllerID(0), network: SignalFixture.network(for: data), program: MonitorProgram(data))
    _ = run(&cabinet, to: 200)
    let violation = try #require(cabinet.violation)
    #expect(violation.kind == .monitorTrip)
    #expect(violation.time == SimTime(seconds: 56))
    #expect(violation.history.contains("0.0 s: group V2 green"))
    #expect(violation.description.contains("\n56.0 s: group V2 red"))
  }

  @Test("the longest wait of a call is known")
  func waits() throws {
    var cabinet = try cabinet(.none)
    cabinet.apply(CabinetCommand(program: .free, hold: PhaseSet(phase: 0)), at: .zero)
    _ = run(&cabinet, to: 10)
    cabinet.handle(.detector(DetectorID(1), isOn: true), at: SimTime(seconds: 12.34))
    _ = run(&cabinet, from: nil, to: 30)
    #expect(cabinet.longestWaits(at: SimTime(seconds: 30)) == [.zero, TimeSpan(seconds: 17.6)])
  }
}
