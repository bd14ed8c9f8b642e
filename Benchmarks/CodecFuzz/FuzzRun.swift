import CabinetProtocols
import ProcessFigures
import TrafficModel

/// Runs the cases of one decoder in this process: a crash ends it, and the last number on standard error says near which
/// case.
struct FuzzRun {
  private let target: FuzzTarget
  private let seed: UInt64
  private static let remarkLimit = 20

  init(_ target: FuzzTarget, seed: UInt64) {
    self.target = target
    self.seed = seed
  }

  func run(_ count: Int) -> FuzzTally {
    var tally = FuzzTally(decoder: target.rawValue, seed: seed)
    let cases = FuzzCase(seed: seed, target: target)
    var victim = FuzzVictim(target)
    // Warm up, so that the growth of memory is the mutants' doing.
    for number in 0..<min(count, 1000) { _ = victim.decode(cases.mutant(number)) }
    tally.startMegabytes = ProcessFigures.peakMegabytes
    let total = ProcessorTime()
    for first in stride(from: 0, to: count, by: 1000) {
      let time = ProcessorTime()
      for number in first..<min(count, first + 1000) {
        let bytes = cases.mutant(number)
        tally.mutatedBytes += bytes.count
        let verdict = victim.decode(bytes)
        tally.frames += verdict.frames
        if verdict.frames > 0 { tally.decodedCases += 1 }
        if verdict.isBroken && tally.broken.count < Self.remarkLimit { tally.broken.append(number) }
      }
      let seconds = time.elapsedSeconds
      if seconds > tally.slowestSeconds {
        tally.slowestSeconds = seconds
        tally.slowestCase = first
      }
    }
    tally.cases = count
    tally.cpuSeconds = total.elapsedSeconds
    tally.peakMegabytes = ProcessFigures.peakMegabytes
    return tally
  }
}

/// A decoder, what decodes with it, and whether that is written and read again as the same.
struct FuzzVictim {
  private let target: FuzzTarget
  private var agent = NTCIPAgent(FuzzVictim.controller)
  private let fresh = NTCIPAgent(FuzzVictim.controller)
  private var station = GBTController(FuzzVictim.stageController)
  private let status = CabinetStatus(mode: .free, indications: [.green, .red])

  init(_ target: FuzzTarget) { self.target = target }

  /// Two groups that exclude each other, as two phases of one ring.
  static let controller: SignalController = {
    let groups = [2, 4].map { number in
      SignalGroup(
        name: "\(number)", losing: [TimedIndication(.yellow, TimeSpan(seconds: 3))],
        minimumGreen: TimeSpan(seconds: 5))
    }
    var conflicts = ConflictMatrix(count: 2)
    conflicts[0, 1] = .excluded
    var intergreens = IntergreenMatrix(count: 2)
    intergreens[0, 1] = TimeSpan(seconds: 4)
    intergreens[1, 0] = TimeSpan(seconds: 4)
    let phases = [2, 4].enumerated().map { index, number in
      Phase(
        number: number, groups: [index], minimumGreen: TimeSpan(seconds: 5),
        maximumGreen: TimeSpan(seconds: 30),
        passage: TimeSpan(seconds: 2), yellow: TimeSpan(seconds: 3), redClearance: TimeSpan(seconds: 1))
    }
    let diagram = RingBarrierDiagram(rings: [[[0], [1]]])
    let pattern = Pattern(
      number: 1, cycle: TimeSpan(seconds: 60), offset: .zero,
      timing: .ringBarrier(
        diagram: diagram, splits: [TimeSpan(seconds: 30), TimeSpan(seconds: 30)], referencePhases: [0]))
    return SignalController(
      name: "fuzz", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      phases: phases, diagram: diagram, patterns: [pattern])
  }()

  static let stageController: SignalController = {
    var result = controller
    result.phases = []
    result.diagram = RingBarrierDiagram(rings: [])
    result.stages = [0, 1].map {
      Stage(
        name: "\($0)", groups: [$0], minimumDuration: TimeSpan(seconds: 9),
        maximumDuration: TimeSpan(seconds: 60))
    }
    result.patterns = [
      Pattern(
        number: 1, cycle: TimeSpan(seconds: 60), offset: .zero,
        timing: .stages([0, 1].map { StageInterval(stage: $0, duration: TimeSpan(seconds: 30)) }))
    ]
    return result
  }()

  mutating func decode(_ bytes: [UInt8]) -> (frames: Int, isBroken: Bool) {
    switch target {
    case .modbusSerial:
      return frames(ModbusSerialDecoder(.board), bytes) { frame in
        guard let request = try? ModbusRequest(body: frame.body) else { return true }
        return request.body == frame.body || frame.body.count > 6
      }
    case .modbusStream:
      return frames(ModbusStreamDecoder(), bytes) { frame in
        var board = ModbusBoard(coils: 64, inputs: 64, holdingRegisters: 8)
        return !board.answer(frame.body).isEmpty
      }
    case .pmpp:
      return frames(PMPPDecoder(), bytes) { frame in
        var decoder = PMPPDecoder()
        decoder.append(frame.bytes())
        return decoder.next() == frame
      }
    case .snmp:
      guard let message = try? SNMPMessage(decoding: bytes) else { return (0, false) }
      return (1, (try? SNMPMessage(decoding: message.bytes)) != message)
    case .ntcipAgent:
      let isRequest = (try? SNMPMessage(decoding: bytes)) != nil
      let reply = agent.handle(bytes, at: .zero, seeing: status)
      while agent.nextOutput() != nil {}
      // What one mutant has set is not the next one's business.
      if reply != nil { agent = fresh }
      let isAnswer = reply.map { (try? SNMPMessage(decoding: $0)) != nil && $0.count <= 1472 } ?? true
      return (isRequest ? 1 : 0, !isAnswer)
    case .gbtEscaped:
      return frames(GBTDecoder(), bytes) { frame in
        var decoder = GBTDecoder()
        decoder.append(frame.escaped)
        return decoder.next() == frame
      }
    case .gbtDatagram:
      guard let frame = try? GBTFrame(datagram: bytes) else { return (0, false) }
      return (1, frame.datagram != bytes)
    case .gbtController:
      guard let frame = try? GBTFrame(datagram: bytes) else { return (0, false) }
      station?.handle(frame, at: .zero, seeing: status)
      var isBroken = false
      while let output = station?.nextOutput() {
        if case .send(let answer) = output {
          isBroken = isBroken || (try? GBTFrame(datagram: answer.datagram)) != answer
        }
      }
      return (1, isBroken)
    case .line:
      var decoder = LineDecoder()
      decoder.append(bytes)
      var count = 0
      var isBroken = false
      while let frame = decoder.next() {
        guard case .message(let message) = frame else { continue }
        count += 1
        let line = Array(message.bytes.dropLast())
        isBroken = isBroken || (try? LineMessage(line: line)) != message
      }
      return (count, isBroken)
    }
  }

  private func frames<Decoder: FrameDecoder>(
    _ decoder: Decoder, _ bytes: [UInt8], check: (Decoder.Frame) -> Bool
  ) -> (Int, Bool) {
    var decoder = decoder
    decoder.append(bytes)
    var count = 0
    var isBroken = false
    while let frame = decoder.next() {
      count += 1
      isBroken = isBroken || !check(frame)
    }
    return (count, isBroken)
  }
}
