import CabinetProtocols
import TestSupport
import Testing
import TrafficModel

/// A session and the agent that it talks to, over a wire of our own making.
struct ManagerBench {
  var session: NTCIPManagerSession
  var cabinet: AgentBench
  var now = SimTime.zero
  /// Whether datagrams arrive.
  var isConnected = true
  /// Every so-manyth datagram is lost.
  var lossEach = 0
  private var sent = 0
  var events: [NTCIPManagerEvent] = []
  var commands: [CabinetCommand] = []

  init(
    _ controller: SignalController = NTCIPObjectTests.controller, cabinet: SignalController? = nil,
    _ configuration: NTCIPManagerSession.Configuration = NTCIPManagerSession.Configuration(),
    agent: NTCIPAgent.Configuration = NTCIPAgent.Configuration()
  ) {
    session = NTCIPManagerSession(controller, configuration)
    self.cabinet = AgentBench(cabinet ?? controller, agent)
    session.start(at: now)
    exchange()
  }

  mutating func exchange() {
    cabinet.now = now
    while let datagram = session.nextDatagram() {
      sent += 1
      let isLost = !isConnected || lossEach > 0 && sent % lossEach == 0
      if isLost { continue }
      if let reply = cabinet.agent.handle(datagram, at: now, seeing: cabinet.status) {
        session.handle(reply, at: now)
      }
    }
    for output in cabinet.outputs() {
      if case .command(let command) = output { commands.append(command) }
    }
    while let event = session.nextEvent() { events.append(event) }
  }

  /// Runs to the deadlines of both, up to `seconds` from now.
  mutating func run(seconds: Double) {
    let end = now + TimeSpan(seconds: seconds)
    while true {
      let next = min(session.nextDeadline, cabinet.agent.nextDeadline)
      if next > end { break }
      now = max(now, next)
      session.advance(to: now)
      cabinet.agent.advance(to: now, seeing: cabinet.status)
      exchange()
    }
    now = end
  }

  mutating func arm() {
    run(seconds: 3)
    session.arm(at: now)
    exchange()
  }

  mutating func apply(_ command: CabinetCommand) {
    session.apply(command, at: now)
    exchange()
  }

  var disarmings: [NTCIPDisarming] {
    events.compactMap { if case .disarmed(let reason) = $0 { reason } else { nil } }
  }
}

@Suite("NTCIP manager")
struct NTCIPManagerTests {
  @Test("a session identifies the cabinet, finds no difference and reads its status")
  func shadow() throws {
    var bench = ManagerBench()
    bench.cabinet.status.greenPhases = PhaseSet(phase: 1)
    bench.cabinet.status.indications[1] = .green
    bench.cabinet.status.vehicleCalls = PhaseSet(phase: 3)
    bench.cabinet.status.detectors[3].isOn = true
    bench.run(seconds: 2)
    #expect(bench.session.state == .shadow)
    #expect(bench.session.identity.make == "CityBrain")
    #expect(bench.session.identity.backupSeconds == 30)
    #expect(bench.session.differences.isEmpty)
    let status = try #require(bench.session.status)
    #expect(status.greenPhases == PhaseSet(phase: 1))
    #expect(status.indications[1] == .green && status.indications[0] == .red)
    #expect(status.vehicleCalls == PhaseSet(phase: 3))
    #expect(status.detectors[3].isOn && status.detectors[3].count == 1)
    #expect(bench.cabinet.agent.counts.sets == 0)
  }

  @Test("armed, a command reaches the cabinet and is renewed until it is released with zeros")
  func command() {
    var bench = ManagerBench()
    bench.arm()
    #expect(bench.events.contains(.armed))
    bench.apply(CabinetCommand(hold: PhaseSet(phase: 1)))
    #expect(bench.commands.last == CabinetCommand(hold: PhaseSet(phase: 1)))
    bench.run(seconds: 300)
    #expect(bench.cabinet.agent.counts.backups == 0)
    #expect(bench.cabinet.agent.control.hold == 2)
    bench.session.release(at: bench.now)
    bench.exchange()
    #expect(bench.cabinet.agent.control == NTCIPControl())
    #expect(bench.disarmings == [.released])
    #expect(bench.session.state == .shadow)
  }

  @Test("a lost datagram in three delays commands and disarms nothing")
  func losses() {
    var bench = ManagerBench()
    bench.arm()
    bench.lossEach = 3
    bench.apply(CabinetCommand(omit: PhaseSet(phase: 2)))
    bench.run(seconds: 120)
    #expect(bench.session.state == .armed)
    #expect(bench.cabinet.agent.control.phaseOmit == 4)
    #expect(bench.cabinet.agent.counts.backups == 0)
  }

  @Test("a dead brain leaves the cabinet to its local plan after the backup time")
  func backup() {
    var bench = ManagerBench()
    bench.arm()
    bench.apply(CabinetCommand(hold: PhaseSet(phase: 1)))
    bench.isConnected = false
    bench.run(seconds: 31)
    #expect(bench.cabinet.agent.control == NTCIPControl())
    #expect(bench.commands.last == CabinetCommand())
    #expect(bench.session.state == .lost)
    #expect(bench.disarmings == [.lost])
    #expect(bench.events.filter { $0 == .lost }.count == 1)
    bench.isConnected = true
    bench.run(seconds: 5)
    #expect(bench.session.state == .shadow)
    #expect(bench.events.contains(.recovered))
  }

  @Test("a value that we did not write is a second master and ends commanding within two polls")
  func secondMaster() {
    var bench = ManagerBench()
    bench.arm()
    bench.apply(CabinetCommand(hold: PhaseSet(phase: 1)))
    bench.run(seconds: 3)
    let call = NTCIPInstance(.phaseControlGroupVehCall, 1)
    #expect(bench.cabinet.set([(call, 8)]) == .noError)
    let before = bench.cabinet.agent.counts.sets
    bench.run(seconds: 2)
    #expect(bench.disarmings == [.secondMaster(call, found: 8, expected: 0)])
    bench.run(seconds: 60)
    #expect(bench.cabinet.agent.counts.sets == before)
  }

  @Test("a force-off that the controller has cleared is no second master")
  func forceOff() {
    var bench = ManagerBench()
    bench.arm()
    bench.cabinet.status.greenPhases = PhaseSet(phase: 1)
    bench.run(seconds: 2)
    bench.apply(CabinetCommand(forceOff: PhaseSet(phase: 1)))
    bench.cabinet.status.greenPhases = []
    bench.run(seconds: 5)
    #expect(bench.cabinet.agent.control.forceOff == 0)
    #expect(bench.session.state == .armed)
  }

  @Test("a restart, another database and another pattern end commanding within two polls")
  func strangeController() {
    var restarted = ManagerBench()
    restarted.arm()
    restarted.cabinet = AgentBench()
    restarted.run(seconds: 2)
    #expect(restarted.disarmings == [.restarted])

    var changed = ManagerBench()
    changed.arm()
    #expect(changed.cabinet.set([(NTCIPInstance(.patternOffsetTime, 1), 9)]) == .noError)
    changed.run(seconds: 2)
    #expect(changed.disarmings == [.databaseChanged])

    var other = ManagerBench()
    other.arm()
    other.apply(CabinetCommand(program: .pattern(1)))
    other.run(seconds: 3)
    #expect(other.session.state == .armed)
    other.cabinet.status.mode = .pattern(1)
    other.run(seconds: 2)
    other.cabinet.status.mode = .free
    other.run(seconds: 2)
    #expect(other.disarmings == [.otherPattern(found: 254, expected: 1)])
  }

  @Test("a clock that is stepped by an hour ends commanding")
  func clock() {
    var bench = ManagerBench(
      NTCIPObjectTests.controller, cabinet: nil,
      NTCIPManagerSession.Configuration(unixSeconds: 1_700_000_000))
    bench.arm()
    bench.run(seconds: 5)
    #expect(bench.session.state == .armed)
    let name = NTCIPInstance(.globalTime).name
    let seconds = UInt32(1_700_000_000 + bench.now.milliseconds / 1000 + 3600)
    _ = bench.cabinet.ask(.set, [SNMPBinding(name, .counter32(seconds))])
    bench.run(seconds: 2)
    #expect(bench.disarmings == [.clockDrift(TimeSpan(seconds: 3600))])
  }

  @Test("arming is refused without a backup time, with a long one and with other clearances")
  func arming() {
    var none = ManagerBench(agent: NTCIPAgent.Configuration(backupSeconds: 0))
    none.arm()
    #expect(none.events.contains(.armingRefused([.noBackupTime])))
    var long = ManagerBench(agent: NTCIPAgent.Configuration(backupSeconds: 31))
    long.arm()
    #expect(long.events.contains(.armingRefused([.backupTimeTooLong(seconds: 31)])))
    var street = NTCIPObjectTests.controller
    street.phases[2].yellow = TimeSpan(tenths: 35)
    var other = ManagerBench(NTCIPObjectTests.controller, cabinet: street)
    other.arm()
    let difference = NTCIPDifference(
      instance: NTCIPInstance(.phaseYellowChange, 3), expected: .integer(30), found: .integer(35))
    #expect(other.events.contains(.armingRefused([.protectedParameter(difference)])))
    #expect(other.session.state == .shadow)
  }

  @Test("an emergency preempt is called and released, one of rail never")
  func preempts() {
    var controller = NTCIPObjectTests.controller
    controller.preempts = [
      Preempt(number: 1, kind: .rail, dwellPhases: [1, 5]),
      Preempt(number: 2, kind: .emergency, dwellPhases: [3, 7]),
    ]
    var bench = ManagerBench(controller)
    bench.arm()
    bench.apply(CabinetCommand(emergencyCalls: 0b11))
    #expect(bench.cabinet.agent.control.preempts == 0b10)
    #expect(bench.commands.last == CabinetCommand(emergencyCalls: 0b10))
    bench.run(seconds: 5)
    #expect(bench.session.state == .armed)
    bench.session.release(at: bench.now)
    bench.exchange()
    #expect(bench.cabinet.agent.control == NTCIPControl())
  }

  @Test("an unarmed session writes nothing, whatever it is told")
  func unarmed() {
    var bench = ManagerBench()
    bench.run(seconds: 3)
    bench.apply(CabinetCommand(hold: PhaseSet(phase: 1)))
    bench.session.release(at: bench.now)
    bench.run(seconds: 60)
    #expect(bench.cabinet.agent.counts.sets == 0)
  }
}

@Suite("NTCIP download")
struct NTCIPDownloadTests {
  private func run(
    _ download: inout NTCIPDownload, _ cabinet: inout AgentBench, spoil: (inout AgentBench) -> Void = { _ in }
  )
    -> NTCIPDownload.Outcome?
  {
    var now = SimTime.zero
    download.start(at: now)
    for _ in 0..<500 where download.outcome == nil {
      while let datagram = download.nextDatagram() {
        cabinet.now = now
        if let reply = cabinet.agent.handle(datagram, at: now, seeing: cabinet.status) {
          download.handle(reply, at: now)
        }
      }
      if download.isReadyToWrite {
        download.write(at: now)
        spoil(&cabinet)
      }
      if download.nextDeadline == .distantFuture { break }
      if download.outcome == nil && !download.isReadyToWrite {
        now = max(now, min(download.nextDeadline, now + TimeSpan(milliseconds: 100)))
        download.advance(to: now)
      }
    }
    return download.outcome
  }

  private static var planned: SignalController {
    var controller = NTCIPObjectTests.controller
    controller.patterns[0].offset = TimeSpan(seconds: 17)
    return controller
  }

  @Test("a pattern goes to a spare one, verified and read back")
  func done() {
    var cabinet = AgentBench()
    var download = NTCIPDownload(NTCIPDownload.values(ofPattern: 1, of: Self.planned, to: 4))
    #expect(run(&download, &cabinet) == .done)
    #expect(!download.differences.isEmpty)
    #expect(cabinet.agent.controller.patterns.map(\.number) == [1, 4])
    #expect(cabinet.agent.controller.patterns[1].offset == TimeSpan(seconds: 17))
    #expect(cabinet.agent.controller.patterns[1].cycle == NTCIPObjectTests.controller.patterns[0].cycle)
  }

  @Test("a plan that does not add up changes nothing")
  func notVerified() {
    var cabinet = AgentBench()
    let before = cabinet.agent.database
    var values = NTCIPDownload.values(ofPattern: 1, of: Self.planned, to: 4)
    values[0].value = .integer(1)
    var download = NTCIPDownload(values)
    guard case .notVerified? = run(&download, &cabinet) else {
      Issue.record("\(String(describing: download.outcome))")
      return
    }
    #expect(cabinet.agent.database == before)
  }

  @Test("an object that is refused changes nothing, and one that keeps people safe is not even sent")
  func refused() {
    var cabinet = AgentBench()
    let before = cabinet.agent.database
    var values = NTCIPDownload.values(ofPattern: 1, of: Self.planned, to: 4)
    values.append((NTCIPInstance(.patternCycleTime, 99), .integer(90)))
    var download = NTCIPDownload(values)
    guard case .refused? = run(&download, &cabinet) else {
      Issue.record("\(String(describing: download.outcome))")
      return
    }
    #expect(cabinet.agent.database == before)
    let yellow = NTCIPInstance(.phaseYellowChange, 1)
    var forbidden = NTCIPDownload([(yellow, .integer(30))])
    forbidden.start(at: .zero)
    #expect(forbidden.outcome == .forbidden([yellow]))
    #expect(forbidden.nextDatagram() == nil)
  }
}
