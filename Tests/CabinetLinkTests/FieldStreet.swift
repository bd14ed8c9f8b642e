import CabinetLink
import CabinetProtocols
import ControlLoop
import SignalControl
import TestSupport
import Testing
import TrafficModel

/// Holds, ends and leaves out phases at random every few seconds, as a brain that is not to be trusted would.
struct RestlessStrategy: Strategy {
  let name = "restless"
  let sensors = SensorPreset.none
  var random: RandomStream
  let phaseCount: Int

  mutating func decide(at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand])
    -> SimTime?
  {
    for index in view.statuses.indices {
      func some() -> PhaseSet { PhaseSet(rawValue: UInt32(random.next() % (1 << UInt64(phaseCount)))) }
      let greens = view.statuses[index].greenPhases
      var command = CabinetCommand(program: random.next() % 2 == 0 ? .free : .local)
      switch random.next() % 4 {
      case 0: command.forceOff = greens
      case 1: command.hold = greens
      case 2: command.omit = some()
      default: command.vehicleCalls = some()
      }
      commands.append(AddressedCommand(controller: ControllerID(index), command: command))
    }
    return now + TimeSpan(tenths: 20 + Int(random.next() % 80))
  }
}

/// A supervisor and its cabinets over lines as bad as wanted, on simulated time.
struct FieldStreet {
  static let controller = SignalFixture.eightPhase { sketches in
    for index in sketches.indices { sketches[index].recall = .minimum }
  }
  static let unixSeconds: Int64 = 1_700_000_000

  var supervisor: FieldSupervisor
  var cabinets: [ServedCabinet]
  private var down: [FaultyChannel]
  private var up: [FaultyChannel]
  var now = SimTime.zero
  var isBrainAlive = true
  var told: [String] = []
  var records: [JournalEntry] = []
  /// Copies of sets that came too late to be known as copies, and were obeyed again.
  var lateCopies = 0
  /// Greens that such a copy ended, and that the brain had not asked to end.
  var greensEndedByCopies = 0
  /// Every set arrives once more so much later, if this is not `nil`.
  var repetition: TimeSpan?
  private var repetitions: [(time: SimTime, place: Int, bytes: [UInt8])] = []
  /// Phases that such a copy tells to end, by cabinet.
  private var ending: [PhaseSet] = []
  private var delivered: [Set<[UInt8]>] = []
  /// Sets of a control state that is not all zero and that no record stood ahead of.
  var unrecordedCommands = 0
  private let agent: NTCIPAgent.Configuration
  private let data: SignalController

  /// - Parameter street: What stands in the cabinets, where that is not what the scenario says.
  init(
    seed: UInt64, count: Int = 3, faults: ChannelFaults = .none, street: SignalController? = nil,
    backupSeconds: Int = 30, arms: Bool = true, timeout: TimeSpan = TimeSpan(milliseconds: 1000)
  ) throws {
    let scenario = (0..<count).map { index in
      var controller = Self.controller
      controller.name = "J\(index)"
      return controller
    }
    data = street ?? Self.controller
    agent = NTCIPAgent.Configuration(backupSeconds: backupSeconds)
    var client = SNMPClient.Configuration()
    client.timeout = timeout
    client.readCommunity = "administrator"
    let configuration = NTCIPManagerSession.Configuration(client: client, unixSeconds: Self.unixSeconds)
    supervisor = FieldSupervisor(
      scenario.enumerated().map { index, controller in
        (ControllerID(index), NTCIPManagerSession(controller, configuration))
      }, of: scenario,
      brain: RestlessStrategy(
        random: RandomStream(seed: seed, purpose: .testing, place: 99), phaseCount: 8), arms: arms)
    cabinets = []
    down = []
    up = []
    for place in 0..<count {
      down.append(
        FaultyChannel(
          faults, random: RandomStream(seed: seed, purpose: .testing, place: UInt64(2 * place))))
      up.append(
        FaultyChannel(
          faults, random: RandomStream(seed: seed, purpose: .testing, place: UInt64(2 * place + 1))))
    }
    for _ in 0..<count { cabinets.append(try freshCabinet()) }
    ending = Array(repeating: [], count: count)
    delivered = Array(repeating: [], count: count)
    supervisor.start(at: now)
    try carryOut()
  }

  /// A cabinet that has just been turned on.
  private func freshCabinet() throws -> ServedCabinet {
    var cabinet = ServedCabinet(
      try EmulatedCabinet(data, id: ControllerID(0), network: SignalFixture.network(for: data)),
      ntcip: NTCIPAgent(data, unixSeconds: Self.unixSeconds, agent))
    cabinet.recordEvents()
    cabinet.start(at: now, unixMilliseconds: Self.unixSeconds * 1000 + now.milliseconds)
    return cabinet
  }

  mutating func restart(_ place: Int) throws { cabinets[place] = try freshCabinet() }

  /// Another client sets an object of a cabinet, over a sound line.
  mutating func set(_ place: Int, _ instance: NTCIPInstance, _ value: SNMPValue) {
    let message = SNMPMessage(
      .set, version: .v1, community: "administrator", requestID: 77,
      bindings: [SNMPBinding(instance.name, value)])
    _ = cabinets[place].handleNTCIP(message.bytes, at: now)
  }

  mutating func mend() {
    for place in cabinets.indices {
      down[place] = FaultyChannel(.none, random: RandomStream(state: 1))
      up[place] = FaultyChannel(.none, random: RandomStream(state: 1))
    }
  }

  /// Runs on until nothing is due within `seconds`.
  mutating func run(seconds: Double) throws {
    let end = now + TimeSpan(seconds: seconds)
    while true {
      var next = isBrainAlive ? supervisor.nextDeadline : .distantFuture
      for place in cabinets.indices {
        next = min(next, cabinets[place].nextDeadline)
        next = min(next, down[place].nextDeadline)
        if isBrainAlive { next = min(next, up[place].nextDeadline) }
      }
      next = min(next, repetitions.first?.time ?? .distantFuture)
      if next > end { break }
      now = max(now, next)
      while let copy = repetitions.first, copy.time <= now {
        repetitions.removeFirst()
        followCopies(copy.place)
        _ = deliver(copy.bytes, to: copy.place)
      }
      for place in cabinets.indices {
        if cabinets[place].nextDeadline <= now { cabinets[place].advance(to: now) }
        followCopies(place)
        for arrival in down[place].receive(at: now) {
          let answer = deliver(arrival.bytes, to: place)
          if let answer { up[place].send(answer, at: now) }
        }
      }
      if isBrainAlive {
        for place in cabinets.indices {
          for arrival in up[place].receive(at: now) {
            supervisor.handle(arrival.bytes, from: place, at: now)
          }
        }
        supervisor.advance(to: now)
        try carryOut()
      }
    }
    now = end
  }

  /// Hands a message to a cabinet, and notes whether it is a late copy that ends greens.
  private mutating func deliver(_ bytes: [UInt8], to place: Int) -> [UInt8]? {
    let known = cabinets[place].ntcip.counts.duplicates
    let sets = cabinets[place].ntcip.counts.sets
    let answer = cabinets[place].handleNTCIP(bytes, at: now)
    let agent = cabinets[place].ntcip
    // Whatever is set now has taken the place of what a copy said.
    if agent.counts.sets > sets { ending[place] = [] }
    let isFirst = delivered[place].insert(bytes).inserted
    if let repetition, isFirst, agent.counts.sets > sets {
      repetitions.append((now + repetition, place, bytes))
    }
    if isFirst || agent.counts.sets == sets || agent.counts.duplicates > known { return answer }
    lateCopies += 1
    let wanted = (supervisor.cabinets[place].session as? NTCIPManagerSession)?.wantedControl.forceOff ?? 0
    let command = agent.control.command(for: data)
    let asked = PhaseSet(rawValue: wanted)
    ending[place] = command.forceOff.subtracting(asked).intersection(
      cabinets[place].cabinet.status(at: now).greenPhases)
    return answer
  }

  private mutating func followCopies(_ place: Int) {
    let ended = ending[place].subtracting(cabinets[place].cabinet.status(at: now).greenPhases)
    greensEndedByCopies += ended.rawValue.nonzeroBitCount
    ending[place] = ending[place].subtracting(ended)
  }

  mutating func carryOut() throws {
    while let output = supervisor.nextOutput() {
      switch output {
      case .record(let entry): records.append(entry)
      case .tell(let text): told.append(text)
      case .send(let place, let bytes):
        let message = try SNMPMessage(decoding: bytes)
        let isCommand =
          message.kind == .set
          && message.bindings.contains {
            guard let instance = NTCIPInstance($0.name), let value = $0.value.number else { return false }
            return Int(value) != NTCIPControl()[instance]
          }
        let name = "J\(place)"
        if isCommand, !records.contains(where: { $0.kind == .command && $0.cabinet == name }) {
          unrecordedCommands += 1
        }
        down[place].send(bytes, at: now)
      }
    }
  }

  var states: [NTCIPManagerSession.State] { supervisor.cabinets.map(\.session.state) }

  /// The first unsafe thing that any lamp has shown.
  var violation: String? {
    for cabinet in cabinets {
      if let found = cabinet.cabinet.violation { return "\(found)" }
      if cabinet.cabinet.monitor.trip != nil { return "the monitor has tripped" }
    }
    return nil
  }

  func why(_ place: Int) -> [String] {
    records.filter { $0.kind == .disarmed && $0.cabinet == "J\(place)" }.compactMap { $0.details["why"] }
  }
}
