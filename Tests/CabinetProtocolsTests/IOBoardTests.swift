import CabinetProtocols
import Testing
import TrafficModel

/// A session and an emulated board with a watchdog of its own.
private struct BoardBench {
  var session: IOBoardSession
  var board = ModbusBoard(coils: 8, inputs: 4, holdingRegisters: 2)
  var decoder = ModbusSerialDecoder(.board)
  var now = SimTime.zero
  var lastRequest = SimTime.zero
  var hasWatchdog = true
  var isAlive = true
  var writes = 0
  /// A coil that sticks.
  var stuckCoil: Int?
  var outputs: [IOBoardSession.Output] = []

  static let map = IOBoardMap(
    groups: [IOBoardMap.Lamps(red: 0, yellow: 1, green: 2), IOBoardMap.Lamps(red: 3, yellow: 4, green: 5)],
    inputs: [.detector(DetectorID(7)), nil, .pushButton(CrosswalkID(2)), .monitorFlash],
    watchdog: IOBoardMap.Watchdog(
      register: 1, value: 20, timeout: TimeSpan(seconds: 2), safeCoils: [0, 3]))

  init() {
    session = IOBoardSession(Self.map, link: .serial)
    session.start(at: now)
    drain()
  }

  mutating func drain() {
    while let output = session.nextOutput() {
      if case .send(let bytes) = output {
        if !isAlive { continue }
        if hasWatchdog && now - lastRequest >= TimeSpan(seconds: 2) { trip() }
        lastRequest = now
        decoder.append(bytes)
        while let frame = decoder.next() {
          if frame.body[0] == 15 { writes += 1 }
          var answer = frame
          answer.body = board.answer(frame.body)
          if let stuckCoil { board.coils[stuckCoil] = false }
          session.handle(answer.serialBytes, at: now)
        }
      } else {
        outputs.append(output)
      }
    }
  }

  private mutating func trip() { board.coils = [true, false, false, true, false, false, false, false] }

  mutating func run(seconds: Double) {
    let end = now + TimeSpan(seconds: seconds)
    while session.nextDeadline <= end {
      now = max(now, session.nextDeadline)
      session.advance(to: now)
      drain()
    }
    now = end
  }

  mutating func show(_ lamps: ContiguousArray<Indication>) {
    session.show(lamps, at: now)
    drain()
  }
}

@Suite("Direct I/O")
struct IOBoardTests {
  @Test("the board's watchdog is proven by silence before a lamp is lit")
  func proof() {
    var bench = BoardBench()
    bench.show([.green, .red])
    bench.run(seconds: 2.9)
    #expect(bench.session.state == .silent)
    #expect(bench.writes == 0)
    bench.run(seconds: 0.5)
    #expect(bench.outputs == [.running])
    #expect(bench.board.holdingRegisters == [0, 20])
    #expect(bench.board.coils == [false, false, true, true, false, false, false, false])
  }

  @Test("a board that stays as it is in silence is never used")
  func noWatchdog() {
    var bench = BoardBench()
    bench.hasWatchdog = false
    bench.run(seconds: 10)
    #expect(bench.outputs == [.failed(.noWatchdog)])
    #expect(bench.writes == 0)
  }

  @Test("lamps are written in one frame when they change, and refreshed in between")
  func lamps() {
    var bench = BoardBench()
    bench.show([.green, .red])
    bench.run(seconds: 4)
    let before = bench.writes
    bench.show([.yellow, .red])
    bench.run(seconds: 0.01)
    #expect(bench.writes == before + 1)
    #expect(bench.board.coils == [false, true, false, true, false, false, false, false])
    bench.run(seconds: 10)
    #expect(bench.writes >= before + 18 && bench.writes <= before + 24)
  }

  @Test("a flashing lamp is on for half of each second")
  func flashing() {
    var bench = BoardBench()
    bench.show([.flashingYellow, .flashingRed])
    bench.run(seconds: 4)
    var lit = 0
    for _ in 0..<100 {
      bench.run(seconds: 0.1)
      if bench.board.coils[1] { lit += 1 }
      #expect(bench.board.coils[1] == bench.board.coils[3])
    }
    #expect(lit >= 45 && lit <= 55)
    #expect(bench.outputs == [.running])
  }

  @Test("inputs become detections, pushes and the monitor's trip, once per change")
  func inputs() {
    var bench = BoardBench()
    bench.run(seconds: 4)
    bench.board.inputs = [true, true, true, true]
    bench.run(seconds: 0.5)
    bench.board.inputs = [false, true, false, true]
    bench.run(seconds: 0.5)
    #expect(
      bench.outputs.dropFirst() == [
        .input(.detector(DetectorID(7), isOn: true)), .input(.pushButton(CrosswalkID(2))),
        .input(.monitorFlash(true)), .input(.detector(DetectorID(7), isOn: false)),
      ])
  }

  @Test("a dead board and a coil that does not obey send the unit to flash")
  func failures() {
    var dead = BoardBench()
    dead.run(seconds: 4)
    dead.isAlive = false
    dead.run(seconds: 1)
    #expect(dead.outputs.last == .failed(.silence))
    var stuck = BoardBench()
    stuck.show([.green, .red])
    stuck.run(seconds: 4)
    stuck.stuckCoil = 2
    stuck.run(seconds: 2)
    #expect(stuck.outputs.last == .failed(.readBack(coil: 2, isOn: false)))
    let writes = stuck.writes
    stuck.run(seconds: 10)
    #expect(stuck.writes == writes)
  }
}
