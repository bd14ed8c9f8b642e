import CabinetLink
import CabinetProtocols
import ControlLoop
import TestSupport
import Testing
import TrafficModel

/// Asks for one stage after the other, twenty seconds each.
private struct StageByStage: Strategy {
  let name = "stage by stage"
  let sensors = SensorPreset.none

  mutating func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand])
    -> SimTime?
  {
    let stage = Int(now.milliseconds / 20_000) % 2
    for index in view.statuses.indices {
      commands.append(
        AddressedCommand(
          controller: ControllerID(index),
          command: CabinetCommand(program: .free, vehicleCalls: PhaseSet(phase: 0), stage: stage)))
    }
    return now + TimeSpan(milliseconds: 1000)
  }
}

@Suite("GB/T 20999 on the street")
struct GBTFieldTests {
  private static let data = SignalFixture.twoStages(plans: [30, 40])

  private func cabinet(_ configuration: GBTController.Configuration = .init()) throws -> ServedCabinet {
    let controller = try #require(GBTController(Self.data, unixSeconds: 1_700_000_000, configuration))
    var cabinet = ServedCabinet(
      try EmulatedCabinet(Self.data, id: ControllerID(0), network: SignalFixture.network(for: Self.data)),
      ntcip: NTCIPAgent(Self.data, unixSeconds: 1_700_000_000), gbt: controller)
    cabinet.start(at: .zero, unixMilliseconds: 1_700_000_000_000)
    return cabinet
  }

  /// Runs a test on one wire to its end; returns the longest time in which it sent nothing.
  private func run(_ test: inout GBTFallbackTest, _ cabinet: inout ServedCabinet) -> TimeSpan {
    var now = SimTime.zero
    var lastSent = SimTime.zero
    var silence = TimeSpan.zero
    test.start(at: now)
    while now < SimTime(seconds: 900) {
      cabinet.advance(to: now)
      test.advance(to: now)
      while let frame = test.nextFrame() {
        silence = max(silence, now - lastSent)
        lastSent = now
        for answer in cabinet.handleGBT20999(frame, at: now) { test.handle(answer, at: now) }
      }
      if test.outcome != nil { break }
      now += .tick
    }
    return silence
  }

  @Test(
    "a controller that returns to its own plan after 45 s of silence is shown to do so, and not by a word more"
  )
  func shown() throws {
    var cabinet = try cabinet()
    var test = GBTFallbackTest(Self.data, .init(), plan: 2, silence: TimeSpan(seconds: 60))
    let silence = run(&test, &cabinet)
    #expect(test.outcome == .shown(manufacturer: "CityBrain"))
    #expect(silence >= TimeSpan(seconds: 60))
    #expect(cabinet.gbt?.counts.fallbacks == 1)
  }

  @Test("a controller that obeys for longer than the silence is not shown to return, and gets zeros")
  func notShown() throws {
    var cabinet = try cabinet(.init(silenceLimit: TimeSpan(seconds: 600)))
    var test = GBTFallbackTest(Self.data, .init(), plan: 2, silence: TimeSpan(seconds: 60))
    _ = run(&test, &cabinet)
    guard case .notShown(let why)? = test.outcome else {
      Issue.record("\(String(describing: test.outcome))")
      return
    }
    #expect(why.contains("plan 2"))
    #expect(cabinet.gbt?.central == GBTController.Central())
  }

  @Test("a controller whose minimum greens differ is not commanded, not even for the test")
  func differs() throws {
    var cabinet = try cabinet()
    var other = Self.data
    other.groups[0].minimumGreen = TimeSpan(seconds: 9)
    var test = GBTFallbackTest(other, .init(), plan: 2, silence: TimeSpan(seconds: 60))
    _ = run(&test, &cabinet)
    guard case .notShown(let why)? = test.outcome else {
      Issue.record("\(String(describing: test.outcome))")
      return
    }
    #expect(why.contains("the controller has"))
    #expect(cabinet.gbt?.central == GBTController.Central())
    #expect(cabinet.cabinet.status(at: SimTime(seconds: 30)).mode == .pattern(1))
  }

  @Test("an interrupted test leaves zeros behind")
  func interrupted() throws {
    var cabinet = try cabinet()
    var test = GBTFallbackTest(Self.data, .init(), plan: 2, silence: TimeSpan(seconds: 60))
    test.start(at: .zero)
    var now = SimTime.zero
    func exchange() {
      cabinet.advance(to: now)
      test.advance(to: now)
      while let frame = test.nextFrame() {
        for answer in cabinet.handleGBT20999(frame, at: now) { test.handle(answer, at: now) }
      }
    }
    while now < SimTime(seconds: 200) {
      exchange()
      now += .tick
      if cabinet.gbt?.central.plan == 2 && now > SimTime(seconds: 20) { break }
    }
    #expect(cabinet.gbt?.central.plan == 2)
    test.cancel(at: now)
    exchange()
    #expect(cabinet.gbt?.central == GBTController.Central())
  }

  @Test(
    "a supervisor commands stages of a proven controller, after the record, and says what the protocol cannot carry"
  )
  func supervised() throws {
    var cabinet = try cabinet()
    var supervisor = FieldSupervisor(
      [(ControllerID(0), GBTUpperSession(Self.data, .init(isFallbackProven: true)))], of: [Self.data],
      brain: StageByStage(), arms: true)
    var now = SimTime.zero
    var records: [JournalEntry] = []
    var stages: Set<Int> = []
    supervisor.start(at: now)
    while now < SimTime(seconds: 300) {
      cabinet.advance(to: now)
      supervisor.advance(to: now)
      while let output = supervisor.nextOutput() {
        switch output {
        case .record(let entry): records.append(entry)
        case .tell: break
        case .send(_, let bytes):
          let frame = try GBTFrame(datagram: bytes)
          if frame.kind == .set { #expect(records.contains { $0.kind == .command }) }
          for answer in cabinet.handleGBT20999(frame, at: now) {
            supervisor.handle(answer.datagram, from: 0, at: now)
          }
        }
      }
      for stage in [0, 1]
      where cabinet.cabinet.status(at: now).greenPhases.contains(phase: stage) && now > SimTime(seconds: 60) {
        stages.insert(stage)
      }
      now += .tick
    }
    #expect(supervisor.cabinets[0].session.state == .armed)
    #expect(stages == [0, 1])
    #expect(records.first { $0.kind == .command }?.details["lost"] == "vehicle calls")
    #expect(supervisor.cabinets[0].session.roundTrips.count > 200)
    #expect(cabinet.cabinet.violation == nil)
  }

  @Test("local actuated operation is mode 22, and ends with the silence of whoever asked for it")
  func actuated() throws {
    var cabinet = try cabinet()
    var session = GBTUpperSession(Self.data, .init(isFallbackProven: true))
    var now = SimTime.zero
    session.start(at: now)
    func run(until end: SimTime, isConnected: Bool = true) {
      while now < end {
        cabinet.advance(to: now)
        session.advance(to: now)
        while let frame = session.nextFrame() {
          guard isConnected else { continue }
          for answer in cabinet.handleGBT20999(frame, at: now) { session.handle(answer, at: now) }
        }
        now += .tick
      }
    }
    run(until: SimTime(seconds: 10))
    session.arm(at: now)
    session.apply(CabinetCommand(program: .free), at: now)
    run(until: SimTime(seconds: 120))
    #expect(cabinet.cabinet.status(at: now).mode == .free)
    #expect(session.state == .armed && session.status?.mode == .free)
    run(until: SimTime(seconds: 220), isConnected: false)
    #expect(cabinet.cabinet.status(at: now).mode == .pattern(1))
  }

  @Test("a supervisor does not arm a controller whose fallback nobody has shown, and says what to do")
  func unproven() throws {
    var cabinet = try cabinet()
    var supervisor = FieldSupervisor(
      [(ControllerID(0), GBTUpperSession(Self.data))], of: [Self.data], brain: StageByStage(), arms: true)
    var now = SimTime.zero
    var told: [String] = []
    supervisor.start(at: now)
    while now < SimTime(seconds: 30) {
      cabinet.advance(to: now)
      supervisor.advance(to: now)
      while let output = supervisor.nextOutput() {
        switch output {
        case .tell(let text): told.append(text)
        case .record: break
        case .send(_, let bytes):
          let frame = try GBTFrame(datagram: bytes)
          #expect(frame.kind != .set)
          for answer in cabinet.handleGBT20999(frame, at: now) {
            supervisor.handle(answer.datagram, from: 0, at: now)
          }
        }
      }
      now += .tick
    }
    #expect(supervisor.cabinets[0].session.state == .shadow)
    #expect(told.contains { $0.contains("--prove-fallback") })
  }
}
