import CabinetProtocols
import TestSupport
import Testing
import TrafficModel

/// An upper computer and a controller on one wire.
struct GBTBench {
  var session: GBTUpperSession
  var controller: GBTController
  var status: CabinetStatus
  var now = SimTime.zero
  var isConnected = true
  var events: [GBTUpperSession.Event] = []
  var outputs: [GBTController.Output] = []
  var lastQueryReply: GBTFrame?
  /// Arrives instead of the next answer to a query.
  var replacement: GBTFrame?

  static let data = SignalFixture.twoStages(plans: [31])

  init?(
    _ configuration: GBTUpperSession.Configuration = GBTUpperSession.Configuration(isFallbackProven: true),
    agent: GBTController.Configuration = GBTController.Configuration(), scenario: SignalController = data,
    street: SignalController = data
  ) {
    guard let controller = GBTController(street, unixSeconds: 1_700_000_000, agent) else { return nil }
    self.controller = controller
    session = GBTUpperSession(scenario, configuration)
    status = CabinetStatus(mode: .pattern(1), indications: [.green, .red], greenPhases: PhaseSet(phase: 0))
    status.detectors = [DetectorStatus(), DetectorStatus(isOn: true)]
    session.start(at: now)
    exchange()
  }

  mutating func exchange() {
    while let frame = session.nextFrame() {
      if !isConnected { continue }
      controller.handle(frame, at: now, seeing: status)
      drain()
    }
    drain()
    while let event = session.nextEvent() { events.append(event) }
  }

  private mutating func drain() {
    while let output = controller.nextOutput() {
      outputs.append(output)
      guard case .send(var frame) = output, isConnected else { continue }
      if frame.kind == .queryReply {
        lastQueryReply = frame
        frame = replacement ?? frame
        replacement = nil
      }
      session.handle(frame, at: now)
    }
  }

  mutating func run(seconds: Double) {
    let end = now + TimeSpan(seconds: seconds)
    while true {
      let next = min(session.nextDeadline, controller.nextDeadline)
      if next > end { break }
      now = max(now, next)
      controller.advance(to: now, seeing: status)
      session.advance(to: now)
      exchange()
    }
    now = end
  }

  mutating func ask(_ kind: GBTFrame.Kind, _ values: [GBTValue]) -> [GBTFrame] {
    outputs = []
    controller.handle(GBTFrame(kind, sequence: 9, values: values), at: now, seeing: status)
    while let output = controller.nextOutput() { outputs.append(output) }
    return outputs.compactMap { if case .send(let frame) = $0 { frame } else { nil } }
  }

  mutating func read(_ address: GBTAddress) -> [UInt8]? {
    ask(.query, [GBTValue(address)]).first { $0.kind == .queryReply }?.values.first?.data
  }

  var commands: [CabinetCommand] {
    outputs.compactMap { if case .command(let command) = $0 { command } else { nil } }
  }
}

@Suite("GB/T 20999 controller")
struct GBTControllerTests {
  @Test("data are answered as the catalogue has them")
  func reads() throws {
    var bench = try #require(GBTBench())
    #expect(bench.read(GBTAddress(1, 1)) == Array("CityBrain".utf8))
    #expect(bench.read(GBTAddress(3, 3, 1, 1)) == [0x20])
    #expect(bench.read(GBTAddress(3, 3, 1, 0)) == [0x20, 0x10])
    #expect(bench.read(GBTAddress(4, 2, 27, 1)) == [0, 3])
    #expect(bench.read(GBTAddress(6, 2, 2, 2)) == hex("00*7 02"))
    #expect(bench.read(GBTAddress(7, 1, 2, 1)) == hex("00*7 02"))
    #expect(bench.read(GBTAddress(9, 2, 3, 1)) == [0, 0, 0, 60])
    #expect(bench.read(GBTAddress(9, 2, 6, 1)) == hex("00*14 02 01"))
    #expect(bench.read(GBTAddress(9, 2, 7, 1)) == hex("00*28 00 1d 00 1f"))
    #expect(bench.read(GBTAddress(13, 2, 3, 1)) == [1])
    #expect(bench.read(GBTAddress(13, 2, 4, 1)) == [1])
    #expect(bench.read(GBTAddress(14, 1)) == hex("00*7 02"))
    // 2023-11-14 22:13:20 UTC.
    #expect(bench.read(GBTAddress(13, 1, 10)) == hex("07 e7 0b 0e 16 0d 14"))
  }

  @Test("good and refused values come in frames of their own, with the query's indices")
  func mixed() throws {
    var bench = try #require(GBTBench())
    let answers = bench.ask(
      .query,
      [
        GBTValue(GBTAddress(6, 1), index: 1), GBTValue(GBTAddress(19, 1, 1), index: 2),
        GBTValue(GBTAddress(17, 2), index: 3),
      ])
    #expect(answers.map(\.kind) == [.queryReply, .queryError])
    #expect(answers[1].values.map(\.data) == [[0x30], [0x30]])
    #expect(answers[1].values.map(\.index) == [2, 3])
    #expect(answers.allSatisfy { $0.sequence == 9 })
  }

  static let refusals: [(GBTAddress, [UInt8], UInt8)] = [
    (GBTAddress(1, 1), [1], 0x20), (GBTAddress(4, 2, 27, 1), [0, 1], 0x20),
    (GBTAddress(13, 2, 2, 1), [1], 0x20), (GBTAddress(19, 1), [1], 0x30),
    (GBTAddress(17, 1, 2, 1), [9], 0x10), (GBTAddress(17, 1, 2, 1), [1, 2], 0x11),
    (GBTAddress(17, 1, 3, 1), [7], 0x10), (GBTAddress(17, 1, 4, 1), [0x33], 0x50),
    (GBTAddress(9, 2, 3, 1), [0, 0, 0, 100], 0x50), (GBTAddress(18, 1), hex("00*15 05"), 0x50),
  ]

  @Test("what may not be set is refused with the standard's number", arguments: refusals)
  func refused(address: GBTAddress, data: [UInt8], error: UInt8) throws {
    var bench = try #require(GBTBench())
    let answers = bench.ask(.set, [GBTValue(address, data)])
    #expect(answers.map(\.kind) == [.setError])
    #expect(answers.first?.values.first?.data == [error])
    #expect(bench.commands.isEmpty)
  }

  @Test("a stage, a plan and flash are commands; cancel returns to the local plan")
  func commands() throws {
    var bench = try #require(GBTBench())
    #expect(bench.ask(.set, [GBTValue(GBTAddress(17, 1, 2, 1), [2])]).map(\.kind) == [.setReply])
    #expect(bench.commands == [CabinetCommand(program: .free, stage: 1)])
    _ = bench.ask(.set, [GBTValue(GBTAddress(17, 1, 2, 1), [0]), GBTValue(GBTAddress(17, 1, 3, 1), [1])])
    #expect(bench.commands == [CabinetCommand(program: .pattern(1))])
    _ = bench.ask(.set, [GBTValue(GBTAddress(18, 1), hex("00*15 01"))])
    #expect(bench.commands == [CabinetCommand(program: .flash)])
    _ = bench.ask(.set, [GBTValue(GBTAddress(18, 1), hex("00*16"))])
    #expect(bench.commands == [CabinetCommand()])
  }

  @Test("a plan whose parts come in one frame is laid out as a whole")
  func plan() throws {
    var bench = try #require(GBTBench())
    let answers = bench.ask(
      .set,
      [
        GBTValue(GBTAddress(9, 2, 3, 2), [0, 0, 0, 70]), GBTValue(GBTAddress(9, 2, 5, 2), [0, 12]),
        GBTValue(GBTAddress(9, 2, 6, 2), hex("00*14 02 01")),
        GBTValue(GBTAddress(9, 2, 7, 2), hex("00*28 00 1e 00 28")),
      ])
    #expect(answers.map(\.kind) == [.setReply])
    #expect(bench.controller.controller.patterns.map(\.number) == [1, 2])
    #expect(bench.controller.controller.patterns[1].offset == TimeSpan(seconds: 12))
    #expect(bench.read(GBTAddress(9, 2, 3, 2)) == [0, 0, 0, 70])
  }

  @Test("a plan with a stage below its minimum is refused, and nothing is kept of it")
  func shortStage() throws {
    var bench = try #require(GBTBench())
    let answers = bench.ask(
      .set,
      [
        GBTValue(GBTAddress(9, 2, 3, 2), [0, 0, 0, 70]), GBTValue(GBTAddress(9, 2, 6, 2), hex("00*14 02 01")),
        GBTValue(GBTAddress(9, 2, 7, 2), hex("00*28 00 3f 00 07")),
      ])
    #expect(answers.map(\.kind) == [.setError])
    #expect(bench.controller.controller.patterns.map(\.number) == [1])
  }

  @Test("changes of mode, plan and stage are reported where the controller is told to")
  func reports() throws {
    var bench = try #require(GBTBench(agent: GBTController.Configuration(reports: true)))
    bench.outputs = []
    bench.status.greenPhases = PhaseSet(phase: 1)
    bench.controller.advance(to: bench.now, seeing: bench.status)
    let output = bench.controller.nextOutput()
    guard case .send(let frame)? = output else {
      Issue.record("nothing was reported")
      return
    }
    #expect(frame.kind == .report)
    #expect(frame.values == [GBTValue(GBTAddress(13, 2, 4, 1), [2])])
  }
}

@Suite("GB/T 20999 upper computer")
struct GBTUpperSessionTests {
  /// A bench whose session has just been armed and has sent that.
  private func commanded(_ command: CabinetCommand) throws -> GBTBench {
    var bench = try #require(GBTBench())
    bench.run(seconds: 3)
    bench.session.arm(at: bench.now)
    bench.session.apply(command, at: bench.now)
    bench.exchange()
    return bench
  }

  @Test("a session identifies the controller and reads mode, plan, stage, lamps and detectors")
  func shadow() throws {
    var bench = try #require(GBTBench())
    bench.run(seconds: 3)
    #expect(bench.events.first == .identified(manufacturer: "CityBrain"))
    let status = try #require(bench.session.status)
    #expect(status.mode == .pattern(1))
    #expect(status.indications == [.green, .red])
    #expect(status.greenPhases == PhaseSet(phase: 0))
    #expect(status.detectors.map(\.isOn) == [false, true])
    #expect(bench.commands.isEmpty)
  }

  @Test("armed, a plan is commanded, renewed, and released with zeros")
  func command() throws {
    var bench = try commanded(CabinetCommand(program: .pattern(1)))
    #expect(bench.commands.last == CabinetCommand(program: .pattern(1)))
    bench.run(seconds: 200)
    #expect(bench.controller.counts.fallbacks == 0)
    #expect(bench.session.state == .armed)
    bench.session.release(at: bench.now)
    bench.exchange()
    #expect(bench.controller.central == GBTController.Central())
    #expect(bench.commands.last == CabinetCommand())
  }

  @Test("arming needs a proven fallback and the scenario's minimum greens")
  func arming() throws {
    var bench = try #require(GBTBench(GBTUpperSession.Configuration()))
    bench.run(seconds: 3)
    bench.session.arm(at: bench.now)
    bench.exchange()
    #expect(bench.events.last == .armingRefused([.fallbackNotProven]))
  }

  @Test("other minimum greens, yellows, intergreens, conflicts or stages are told, and refuse arming")
  func protectedData() throws {
    func differences(_ change: (inout SignalController) -> Void) throws -> [GBTAddress] {
      var street = GBTBench.data
      change(&street)
      var bench = try #require(GBTBench(street: street))
      bench.run(seconds: 3)
      bench.session.arm(at: bench.now)
      bench.exchange()
      let found = bench.session.differences.map(\.address)
      #expect((bench.session.state == .armed) == found.isEmpty)
      return found
    }
    #expect(try differences { _ in } == [])
    #expect(
      try differences { $0.groups[1].minimumGreen = TimeSpan(seconds: 2) } == [GBTAddress(4, 2, 27, 2)])
    #expect(
      try differences { $0.groups[0].losing[0].duration = TimeSpan(seconds: 1) } == [GBTAddress(4, 2, 4, 1)])
    #expect(try differences { $0.intergreens[0, 1] = TimeSpan(seconds: 1) } == [GBTAddress(7, 2, 2, 1)])
    #expect(
      try differences {
        $0.conflicts[0, 1] = .compatible
        $0.conflicts[1, 0] = .compatible
      } == [GBTAddress(7, 1, 2, 1), GBTAddress(7, 1, 2, 2)])
    #expect(try differences { $0.stages[1].groups = [0] } == [GBTAddress(6, 2, 2, 2)])
  }

  @Test("a controller of forty groups is identified in several questions, to the last group")
  func manyGroups() throws {
    var data = GBTBench.data
    data.groups = (0..<40).map { data.groups[$0 / 20] }
    data.stages[0].groups = Array(0..<20)
    data.stages[1].groups = Array(20..<40)
    data.conflicts = ConflictMatrix(count: 40)
    data.intergreens = IntergreenMatrix(count: 40)
    for (a, b) in (0..<20).flatMap({ a in (20..<40).map { (a, $0) } }) {
      data.conflicts[a, b] = .excluded
      data.intergreens[a, b] = TimeSpan(seconds: 5)
      data.intergreens[b, a] = TimeSpan(seconds: 5)
    }
    var same = try #require(GBTBench(scenario: data, street: data))
    same.run(seconds: 3)
    #expect(same.session.differences == [])
    var street = data
    street.intergreens[39, 0] = TimeSpan(seconds: 4)
    var other = try #require(GBTBench(scenario: data, street: street))
    other.run(seconds: 3)
    #expect(other.session.differences.map(\.address) == [GBTAddress(7, 2, 2, 40)])
    #expect(other.session.status?.indications.count == 40)
  }

  @Test("silence of the brain ends in the local plan, and the session is lost, not armed")
  func fallback() throws {
    var bench = try commanded(CabinetCommand(stage: 1))
    bench.isConnected = false
    bench.run(seconds: 50)
    #expect(bench.controller.counts.fallbacks == 1)
    #expect(bench.commands.last == CabinetCommand())
    #expect(bench.events.contains(.disarmed(.lost)))
  }

  @Test("a stage that we did not ask for is a second master")
  func secondMaster() throws {
    var bench = try commanded(CabinetCommand(program: .pattern(1)))
    bench.run(seconds: 2)
    _ = bench.ask(.set, [GBTValue(GBTAddress(17, 1, 2, 1), [2])])
    bench.run(seconds: 2)
    #expect(
      bench.events.contains(
        .disarmed(.secondMaster(GBTAddress(17, 1, 2, 1), found: 2, expected: 0))))
  }

  @Test("a controller that holds nothing any more has let go, and gets nothing more")
  func letGo() throws {
    var bench = try commanded(CabinetCommand(program: .pattern(1)))
    bench.run(seconds: 2)
    _ = bench.ask(.set, [GBTValue(GBTAddress(17, 1, 4, 1), [GBTMode.local])])
    let commands = bench.commands.count
    bench.run(seconds: 30)
    #expect(bench.events.contains(.disarmed(.letGo)))
    #expect(bench.session.state == .shadow)
    #expect(bench.commands.count == commands)
  }

  @Test("one late answer to an earlier poll is no second master")
  func lateAnswer() throws {
    var bench = try commanded(CabinetCommand(stage: 0))
    bench.run(seconds: 3)
    let old = try #require(bench.lastQueryReply)
    bench.session.apply(CabinetCommand(stage: 1), at: bench.now)
    bench.exchange()
    // It comes in place of the answer to the next poll.
    bench.replacement = old
    bench.run(seconds: 1)
    #expect(bench.replacement == nil)
    bench.run(seconds: 10)
    #expect(bench.session.state == .armed)
    #expect(bench.controller.central.stage == 2)
  }
}
