import CabinetProtocols
import TestSupport
import Testing
import TrafficModel

/// An agent and what its cabinet shows.
struct AgentBench {
  var agent: NTCIPAgent
  var status = CabinetStatus(mode: .free, indications: [])
  var now = SimTime.zero
  private var requestID: Int32 = 0

  init(
    _ controller: SignalController = NTCIPObjectTests.controller,
    _ configuration: NTCIPAgent.Configuration = NTCIPAgent.Configuration()
  ) {
    agent = NTCIPAgent(controller, unixSeconds: 1_700_000_000, configuration)
    status.indications = Array(repeating: .red, count: controller.groups.count)
    status.detectors = Array(repeating: DetectorStatus(), count: controller.detectors.count)
  }

  mutating func exchange(_ message: SNMPMessage) -> SNMPMessage? {
    agent.handle(message.bytes, at: now, seeing: status).flatMap { try? SNMPMessage(decoding: $0) }
  }

  mutating func ask(
    _ kind: SNMPMessage.Kind, _ bindings: [SNMPBinding], version: SNMPMessage.Version = .v1,
    community: String = "administrator", errorStatus: Int32 = 0, errorIndex: Int32 = 0
  ) -> SNMPMessage? {
    requestID += 1
    return exchange(
      SNMPMessage(
        kind, version: version, community: community, requestID: requestID, errorStatus: errorStatus,
        errorIndex: errorIndex, bindings: bindings))
  }

  mutating func get(_ instance: NTCIPInstance) -> SNMPValue? {
    ask(.get, [SNMPBinding(instance.name)])?.bindings.first?.value
  }

  /// The error of a set; `noError` where it was done.
  mutating func set(
    _ values: [(NTCIPInstance, Int64)], version: SNMPMessage.Version = .v2c
  ) -> SNMPError? {
    ask(.set, values.map { SNMPBinding($0.0.name, .integer($0.1)) }, version: version)
      .flatMap { SNMPError(rawValue: $0.errorStatus) }
  }

  mutating func outputs() -> [NTCIPAgent.Output] {
    var found: [NTCIPAgent.Output] = []
    while let output = agent.nextOutput() { found.append(output) }
    return found
  }

  mutating func advance(seconds: Double) {
    now += TimeSpan(seconds: seconds)
    agent.advance(to: now, seeing: status)
  }
}

@Suite("NTCIP agent")
struct NTCIPAgentTests {
  @Test("the greens of the cabinet are the bits of phaseStatusGroupGreens, byte for byte")
  func greens() {
    var bench = AgentBench()
    bench.status.greenPhases = [PhaseSet(phase: 1), PhaseSet(phase: 5)]
    bench.status.indications[1] = .green
    bench.status.indications[5] = .green
    bench.status.indications[2] = .yellow
    let request = hex(
      """
      30 30 02 01 00 04 06 70 75 62 6C 69 63 A0 23 02 04 7A BC FC 00 02 01 00 02 01 00 30 15 30 13 06 0F
      2B 06 01 04 01 89 36 04 02 01 01 04 01 04 01 05 00
      """)
    let reply = hex(
      """
      30 31 02 01 00 04 06 70 75 62 6C 69 63 A2 24 02 04 7A BC FC 00 02 01 00 02 01 00 30 16 30 14 06 0F
      2B 06 01 04 01 89 36 04 02 01 01 04 01 04 01 02 01 22
      """)
    #expect(bench.agent.handle(request, at: .zero, seeing: bench.status) == reply)
    #expect(bench.get(NTCIPInstance(.phaseStatusGroupYellows, 1)) == .integer(4))
    #expect(bench.get(NTCIPInstance(.phaseStatusGroupReds, 1)) == .integer(0xFF & ~0x26))
    #expect(bench.get(NTCIPInstance(.phaseStatusGroupPhaseOns, 1)) == .integer(0x26))
    #expect(bench.get(NTCIPInstance(.phaseStatusGroupDontWalks, 1)) == .integer(255))
  }

  @Test("a missing object is noSuchName in version 1 and an exception in version 2c")
  func missing() {
    var bench = AgentBench()
    let binding = SNMPBinding(NTCIPObject.ascRoot + [99, 0])
    let first = bench.ask(.get, [binding])
    #expect(first?.errorStatus == 2 && first?.errorIndex == 1 && first?.bindings[0].value == .null)
    let second = bench.ask(.get, [binding], version: .v2c)
    #expect(second?.errorStatus == 0 && second?.bindings[0].value == .noSuchObject)
    let third = bench.ask(.get, [SNMPBinding(NTCIPInstance(.phaseWalk, 9).name)], version: .v2c)
    #expect(third?.bindings[0].value == .noSuchInstance)
  }

  @Test("a wrong community, a damaged message and a response get silence")
  func silence() {
    var bench = AgentBench()
    let binding = SNMPBinding(NTCIPInstance(.maxPhases).name)
    #expect(bench.ask(.get, [binding], community: "private") == nil)
    #expect(bench.ask(.set, [SNMPBinding(binding.name, .integer(1))], community: "public") == nil)
    #expect(bench.ask(.response, [binding]) == nil)
    #expect(bench.agent.handle([0x30, 0x03, 1], at: .zero, seeing: bench.status) == nil)
    #expect(bench.agent.counts.wrongCommunities == 2)
    #expect(bench.agent.counts.malformed == 2)
  }

  @Test("a call that is set is a command, and a set is done whole or not at all")
  func calls() {
    var bench = AgentBench()
    #expect(bench.set([(NTCIPInstance(.phaseControlGroupVehCall, 1), 0b1000)]) == .noError)
    #expect(bench.outputs() == [.command(CabinetCommand(vehicleCalls: PhaseSet(phase: 3)))])
    #expect(bench.get(NTCIPInstance(.phaseControlGroupVehCall, 1)) == .integer(8))
    let refused = bench.set([
      (NTCIPInstance(.phaseControlGroupVehCall, 1), 0), (NTCIPInstance(.phaseControlGroupHold, 1), 256),
    ])
    #expect(refused == .wrongValue)
    #expect(bench.get(NTCIPInstance(.phaseControlGroupVehCall, 1)) == .integer(8))
    #expect(bench.outputs().isEmpty)
  }

  static let refusals: [(NTCIPInstance, Int64, SNMPError, SNMPError)] = [
    (NTCIPInstance(.phaseStatusGroupGreens, 1), 1, .readOnly, .notWritable),
    (NTCIPInstance(.systemPatternControl), 99, .badValue, .wrongValue),
    (NTCIPInstance(.systemPatternControl), 256, .badValue, .wrongValue),
    (NTCIPInstance(.phaseYellowChange, 1), 30, .readOnly, .notWritable),
    (NTCIPInstance(.phaseMinimumGreen, 1), 1, .readOnly, .notWritable),
    (NTCIPInstance(.ringControlGroupOmitRedClear, 1), 1, .readOnly, .notWritable),
    (NTCIPInstance(.preemptControlState, 1), 1, .badValue, .wrongValue),
    (NTCIPInstance(.phaseWalk, 99), 7, .noSuchName, .noCreation),
  ]

  @Test("what may not be set is refused in the words of the version", arguments: refusals)
  func refused(instance: NTCIPInstance, value: Int64, first: SNMPError, second: SNMPError) {
    var bench = AgentBench()
    #expect(bench.set([(instance, value)], version: .v1) == first)
    #expect(bench.set([(instance, value)], version: .v2c) == second)
    #expect(bench.outputs().isEmpty)
  }

  @Test("control that nobody renews within the backup time falls away, and a renewal keeps it")
  func backup() {
    var bench = AgentBench()
    let hold = NTCIPInstance(.phaseControlGroupHold, 1)
    #expect(bench.set([(hold, 2)]) == .noError)
    #expect(bench.get(NTCIPInstance(.unitControlStatus)) == .integer(6))
    bench.advance(seconds: 29)
    #expect(bench.set([(hold, 2)]) == .noError)
    bench.advance(seconds: 29)
    #expect(bench.get(hold) == .integer(2))
    _ = bench.outputs()
    bench.advance(seconds: 1)
    #expect(bench.outputs() == [.command(CabinetCommand())])
    #expect(bench.get(hold) == .integer(0))
    #expect(bench.get(NTCIPInstance(.unitControlStatus)) == .integer(4))
    #expect(bench.agent.counts.backups == 1)
  }

  @Test("a force-off ends with the green that it ended, and a copy of its datagram ends no other")
  func forceOff() {
    var bench = AgentBench()
    bench.status.greenPhases = PhaseSet(phase: 1)
    bench.advance(seconds: 1)
    let message = SNMPMessage(
      .set, version: .v2c, community: "administrator", requestID: 77,
      bindings: [SNMPBinding(NTCIPInstance(.phaseControlGroupForceOff, 1).name, .integer(2))])
    let reply = bench.exchange(message)
    #expect(bench.outputs() == [.command(CabinetCommand(forceOff: PhaseSet(phase: 1)))])
    bench.status.greenPhases = []
    bench.advance(seconds: 1)
    #expect(bench.outputs() == [.command(CabinetCommand())])
    #expect(bench.exchange(message) == reply)
    #expect(bench.outputs().isEmpty)
    #expect(bench.agent.counts.duplicates == 1)
  }

  @Test("a walk by getnext and one by getbulk meet the same objects with the same values")
  func walks() {
    var bench = AgentBench()
    var single: [SNMPBinding] = []
    var name = NTCIPObject.ascRoot
    while let next = bench.ask(.getNext, [SNMPBinding(name)], version: .v2c)?.bindings.first,
      next.value != .endOfMibView
    {
      single.append(next)
      name = next.name
    }
    var bulk: [SNMPBinding] = []
    name = NTCIPObject.ascRoot
    while let reply = bench.ask(.getBulk, [SNMPBinding(name)], version: .v2c, errorIndex: 100),
      let last = reply.bindings.last
    {
      #expect(reply.bytes.count <= bench.agent.configuration.messageLimit)
      bulk += reply.bindings.filter { $0.value != .endOfMibView }
      if last.value == .endOfMibView { break }
      name = last.name
    }
    // The restart bit is cleared when it is read.
    let alarm = NTCIPInstance(.unitAlarmStatus2).name
    #expect(single.filter { $0.name != alarm } == bulk.filter { $0.name != alarm })
    #expect(
      single.count
        == NTCIPObject.all.reduce(0) { $0 + bench.agent.database.dimensions.instances(of: $1).count })
  }

  @Test("an answer longer than a message may be is tooBig")
  func tooBig() {
    var bench = AgentBench(
      NTCIPObjectTests.controller, NTCIPAgent.Configuration(messageLimit: 484))
    let names = (1...8).flatMap { phase in
      [NTCIPObjectName.phaseWalk, .phaseMinimumGreen, .phaseMaximum1].map {
        SNMPBinding(NTCIPInstance($0, phase).name)
      }
    }
    #expect(bench.ask(.get, names)?.errorStatus == 1)
    #expect(bench.ask(.get, Array(names.prefix(10)))?.errorStatus == 0)
  }

  @Test("the clock is read and set in seconds of UTC")
  func clock() {
    var bench = AgentBench()
    bench.advance(seconds: 5)
    #expect(bench.get(NTCIPInstance(.globalTime)) == .counter32(1_700_000_005))
    let name = NTCIPInstance(.globalTime).name
    #expect(bench.ask(.set, [SNMPBinding(name, .counter32(1_800_000_000))])?.errorStatus == 0)
    #expect(bench.outputs() == [.clock(unixMilliseconds: 1_800_000_000_000)])
    bench.advance(seconds: 1)
    #expect(bench.get(NTCIPInstance(.globalTime)) == .counter32(1_800_000_001))
  }

  @Test("volume and occupancy are those of the last whole period")
  func volumes() {
    var bench = AgentBench()
    #expect(bench.set([(NTCIPInstance(.volumeOccupancyPeriod), 10)]) == .noError)
    bench.advance(seconds: 0)
    bench.status.detectors[2].count = 4
    bench.status.detectors[2].occupied = TimeSpan(milliseconds: 2500)
    #expect(bench.agent.nextDeadline == SimTime(seconds: 10))
    bench.advance(seconds: 10)
    #expect(bench.get(NTCIPInstance(.volumeOccupancySequence)) == .integer(1))
    #expect(bench.get(NTCIPInstance(.detectorVolume, 3)) == .integer(4))
    #expect(bench.get(NTCIPInstance(.detectorOccupancy, 3)) == .integer(50))
    bench.advance(seconds: 10)
    #expect(bench.get(NTCIPInstance(.detectorVolume, 3)) == .integer(0))
  }
}

@Suite("NTCIP transactions")
struct NTCIPTransactionTests {
  private let step = NTCIPInstance(.dbCreateTransaction)

  @Test("a plan is set in a transaction, verified and committed")
  func commit() {
    var bench = AgentBench()
    let before = bench.get(NTCIPInstance(.globalSetIDParameter))
    #expect(bench.set([(step, 2)]) == .noError)
    #expect(bench.set([(NTCIPInstance(.patternOffsetTime, 1), 12)]) == .noError)
    #expect(bench.get(NTCIPInstance(.patternOffsetTime, 1)) == .integer(0))
    #expect(bench.set([(step, 3)]) == .noError)
    #expect(bench.get(step) == .integer(6))
    #expect(bench.get(NTCIPInstance(.dbVerifyStatus)) == .integer(3))
    #expect(bench.set([(step, 1)]) == .noError)
    #expect(bench.get(NTCIPInstance(.patternOffsetTime, 1)) == .integer(12))
    #expect(bench.get(NTCIPInstance(.globalSetIDParameter)) != before)
    guard case .database(let changed)? = bench.outputs().first else {
      Issue.record("nothing was committed")
      return
    }
    #expect(changed.patterns[0].offset == TimeSpan(seconds: 12))
  }

  @Test("a plan whose splits do not add up is refused by the verification and forgotten")
  func refused() {
    var bench = AgentBench()
    _ = bench.set([(step, 2)])
    #expect(
      bench.set([(NTCIPInstance(.splitTime, 1, 2), 40), (NTCIPInstance(.splitTime, 1, 6), 55)]) == .noError)
    _ = bench.set([(step, 3)])
    #expect(bench.get(NTCIPInstance(.dbVerifyStatus)) == .integer(2))
    guard case .octets(let text)? = bench.get(NTCIPInstance(.dbVerifyError)) else {
      Issue.record("no reason was given")
      return
    }
    #expect(String(decoding: text, as: UTF8.self).contains("pattern 1"))
    _ = bench.set([(step, 1)])
    #expect(bench.outputs().isEmpty)
    #expect(bench.get(step) == .integer(1))
  }

  @Test("a split below a phase's minimum green and clearance is refused by the verification, by name")
  func shortSplit() throws {
    var bench = AgentBench()
    func split(_ phase: Int) -> NTCIPInstance { NTCIPInstance(.splitTime, 1, phase) }
    let taken = try #require(bench.get(split(1))?.number) - 3
    let rest = try #require(bench.get(split(2))?.number)
    _ = bench.set([(step, 2)])
    #expect(bench.set([(split(1), 3), (split(2), rest + taken)]) == .noError)
    _ = bench.set([(step, 3)])
    #expect(bench.get(NTCIPInstance(.dbVerifyStatus)) == .integer(2))
    guard case .octets(let text)? = bench.get(NTCIPInstance(.dbVerifyError)) else {
      Issue.record("no reason was given")
      return
    }
    #expect(String(decoding: text, as: UTF8.self).contains("the split of phase 1 is 3.0 s"))
    _ = bench.set([(step, 1)])
    #expect(bench.get(split(1)) == .integer(taken + 3))
  }

  @Test("steps out of order are inconsistent, and structure needs a transaction")
  func order() {
    var bench = AgentBench()
    #expect(bench.set([(step, 3)]) == .inconsistentValue)
    _ = bench.set([(step, 2)])
    #expect(bench.set([(step, 6)]) == .inconsistentValue)
    _ = bench.set([(step, 3)])
    #expect(bench.set([(NTCIPInstance(.patternOffsetTime, 1), 5)]) == .inconsistentValue)
    _ = bench.set([(step, 1)])
    let data = [SNMPBinding(NTCIPInstance(.sequenceData, 2, 1).name, .octets([2, 1, 4, 3]))]
    #expect(bench.ask(.set, data, version: .v2c)?.errorStatus == SNMPError.genErr.rawValue)
  }

  @Test("a new sequence and a spare pattern become a pattern of the cabinet")
  func sequence() {
    var bench = AgentBench()
    _ = bench.set([(step, 2)])
    let data: [(Int, [UInt8])] = [(1, [2, 1, 3, 4]), (2, [6, 5, 7, 8])]
    for (ring, phases) in data {
      let binding = SNMPBinding(NTCIPInstance(.sequenceData, 2, ring).name, .octets(phases))
      #expect(bench.ask(.set, [binding], version: .v2c)?.errorStatus == 0)
    }
    var values: [(NTCIPInstance, Int64)] = [
      (NTCIPInstance(.patternCycleTime, 5), 120), (NTCIPInstance(.patternOffsetTime, 5), 30),
      (NTCIPInstance(.patternSequenceNumber, 5), 2), (NTCIPInstance(.splitCoordPhase, 5, 2), 1),
      (NTCIPInstance(.splitCoordPhase, 5, 6), 1),
    ]
    values += (1...8).map { (NTCIPInstance(.splitTime, 5, $0), 30) }
    #expect(bench.set(values) == .noError)
    _ = bench.set([(step, 3)])
    #expect(bench.get(NTCIPInstance(.dbVerifyStatus)) == .integer(3))
    _ = bench.set([(step, 1)])
    guard case .database(let changed)? = bench.outputs().first, let pattern = changed.patterns.last else {
      Issue.record("nothing was committed")
      return
    }
    #expect(pattern.number == 5 && pattern.cycle == TimeSpan(seconds: 120))
    guard case .ringBarrier(let diagram, let splits, let references) = pattern.timing else { return }
    #expect(diagram.rings == [[[1, 0], [2, 3]], [[5, 4], [6, 7]]])
    #expect(splits == Array(repeating: TimeSpan(seconds: 30), count: 8))
    #expect(references == [1, 5])
    #expect(bench.set([(NTCIPInstance(.systemPatternControl), 5)]) == .noError)
  }
}
