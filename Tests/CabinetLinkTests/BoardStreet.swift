import CabinetProtocols
import ControlLoop
import SignalControl
import TestSupport
import TrafficModel

@testable import CabinetLink

/// A junction of two phases whose lamps hang on an emulated I/O board at the end of a line that can be bad, in
/// simulated time.
struct BoardStreet {
  /// A board that falls back to its safe pattern when nobody speaks to it.
  struct Board {
    var memory: ModbusBoard
    var decoder = ModbusSerialDecoder(.board)
    var lastHeard = SimTime.zero
    var watchdogRegister: Int?
    /// It keeps its lamps however long nobody speaks to it.
    var ignoresSilence = false
    /// A coil that is welded to on.
    var stuckCoil: Int?
    var isDead = false

    var silenceEnds: SimTime {
      guard let register = watchdogRegister, !ignoresSilence else { return .distantFuture }
      let timeout = Int64(memory.holdingRegisters[register])
      return timeout > 0 ? lastHeard + TimeSpan(milliseconds: timeout) : .distantFuture
    }

    mutating func fallBack() {
      memory.coils = memory.coils.map { _ in false }
      lastHeard = .distantFuture - TimeSpan(milliseconds: 1_000_000)
    }

    mutating func answer(_ bytes: [UInt8], at now: SimTime) -> [[UInt8]] {
      if isDead { return [] }
      // One message a call, with silence before it.
      _ = decoder.handleSilence()
      decoder.append(bytes)
      var answers: [[UInt8]] = []
      while let frame = decoder.next() {
        guard frame.unit == 1 else { continue }
        lastHeard = now
        let body = memory.answer(frame.body)
        if let coil = stuckCoil { memory.coils[coil] = true }
        answers.append(ModbusFrame(unit: 1, body: body).serialBytes)
      }
      return answers
    }
  }

  /// Lamps of both groups at a time, as drivers see them.
  struct Sight: Equatable {
    var time: SimTime
    var lamps: [String]
  }

  static let controller = SignalFixture.twoPhase { $0[0].recall = .minimum }

  var machine: BoardCabinet
  var board: Board
  var toBoard: FaultyChannel
  var fromBoard: FaultyChannel
  var now = SimTime.zero
  var sights: [Sight] = []
  var states: [BoardCabinet.State] = []
  /// When faults began or ended.
  var faultTimes: [SimTime] = []

  /// Coils 0 to 5: red, yellow and green of groups 0 and 1; input 0 the hardware monitor; register 9 the time-out.
  static func map() -> BoardMap {
    let lamps = (0..<2).flatMap { group in
      BoardMap.LampColor.allCases.enumerated().map { color in
        BoardMap.Lamp(
          group: controller.groups[group].name, color: color.element, coil: group * 3 + color.offset)
      }
    }
    return BoardMap(
      unit: 1, lamps: lamps,
      monitor: BoardMap.MonitorContact(input: 0),
      watchdog: BoardMap.Watchdog(register: 9, unitMilliseconds: 1, timeoutMilliseconds: 1000, safeCoils: []))
  }

  init(_ faults: ChannelFaults = .none, seed: UInt64 = 1, changing: (inout Board) -> Void = { _ in }) throws {
    let network = SignalFixture.network(for: Self.controller)
    let wiring = try BoardWiring(Self.map(), for: Self.controller, in: network)
    let cabinet = try EmulatedCabinet(Self.controller, id: ControllerID(0), network: network)
    machine = BoardCabinet(cabinet, wiring: wiring, over: .serial)
    board = Board(memory: ModbusBoard(coils: 6, inputs: 1, holdingRegisters: 10))
    board.memory.inputs[0] = true
    board.watchdogRegister = 9
    changing(&board)
    toBoard = FaultyChannel(faults, random: RandomStream(state: seed))
    fromBoard = FaultyChannel(faults, random: RandomStream(state: seed &+ 1))
    machine.start(at: now)
    drain()
  }

  /// Runs to `end`, from one thing that happens to the next.
  mutating func run(to end: Double) {
    let end = SimTime(seconds: end)
    while true {
      let next = min(
        min(machine.nextDeadline, board.silenceEnds), min(toBoard.nextDeadline, fromBoard.nextDeadline))
      if next > end { break }
      now = max(now, next)
      step()
    }
    now = end
  }

  private mutating func step() {
    if board.silenceEnds <= now { board.fallBack() }
    for arrival in toBoard.receive(at: now) {
      for answer in board.answer(arrival.bytes, at: now) { fromBoard.send(answer, at: now) }
    }
    for arrival in fromBoard.receive(at: now) { machine.handle(arrival.bytes, at: now) }
    if machine.nextDeadline <= now { machine.advance(to: now) }
    drain()
    look()
  }

  private mutating func drain() {
    while let output = machine.nextOutput() {
      switch output {
      case .send(let bytes): toBoard.send(bytes, at: now)
      case .entered(let state):
        if !states.isEmpty { faultTimes.append(now) }
        states.append(state)
      }
    }
  }

  private mutating func look() {
    let lamps = (0..<2).map { group in
      ["R", "Y", "G"].enumerated().filter { board.memory.coils[group * 3 + $0.offset] }.map(\.element)
        .joined()
    }
    if sights.last?.lamps != lamps { sights.append(Sight(time: now, lamps: lamps)) }
  }
}
