import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import Reporting
import TrafficModel

/// `citybrain cabinet --io`: proves the board, then drives it until it is told to stop.
struct BoardRun {
  private let arguments: ParsedArguments
  private let choice: CabinetChoice

  init(_ arguments: ParsedArguments, _ choice: CabinetChoice) {
    self.arguments = arguments
    self.choice = choice
  }

  func run(in context: CommandContext) throws(CommandFailure) {
    let (endpoint, link) = try board(arguments["io"] ?? "")
    let wiring = try wiring()
    let journal = try openJournal()
    let timing = ModbusMaster.Configuration()
    let machine = BoardCabinet(try choice.emulated(), wiring: wiring, over: link, timing: timing)
    var driver: BoardDriver
    do { driver = try BoardDriver(machine, at: endpoint) } catch { throw CommandFailure(error) }
    context.console.remark("\(choice.data.name): proving that the board at \(endpoint) falls back by itself")
    let end = try RunEnd(arguments)
    while !end.isReached && !context.interruption.isRequested {
      for state in driver.step() {
        context.console.remark("\(driver.now.seconds) s: \(Self.words(state))")
        try note(state, in: journal)
        if case .refused = state {
          throw CommandFailure(.infeasible, "the board is not driven: \(Self.words(state))")
        }
      }
      if let violation = driver.machine.cabinet.violation {
        throw CommandFailure(.safetyViolation, "\(violation)")
      }
    }
    context.console.remark("stopped; the board shows its safe pattern when its time-out is over")
  }

  private func board(_ text: String) throws(CommandFailure) -> (Endpoint, ModbusMaster.Link) {
    if let rest = Self.rest(of: text, after: "modbus-rtu:") {
      return (try arguments.endpoint("serial:\(rest)", "io"), .serial)
    }
    if let rest = Self.rest(of: text, after: "modbus-tcp:") {
      return (try arguments.endpoint("tcp:\(rest)", "io"), .stream)
    }
    throw arguments.failure("--io is \(text); it must be modbus-rtu:DEVICE@19200,8E1 or modbus-tcp:HOST:PORT")
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  private func wiring() throws(CommandFailure) -> BoardWiring {
    let path: String
    if let named = arguments["board"] {
      path = named
    } else {
      let scenario = choice.input.files[0].path
      let folder =
        scenario.contains("/") ? String(scenario[..<(scenario.lastIndex(of: "/") ?? scenario.endIndex)]) : "."
      path = Files.join(folder, "board.json")
    }
    let bytes = try Files.read(path)
    do {
      let map = try BoardMap(json: Data(bytes))
      if let name = map.controller, name != choice.data.name {
        throw BoardMapFailure(place: "controller", found: name, expected: choice.data.name)
      }
      return try BoardWiring(map, for: choice.data, in: choice.input.scenario.network)
    } catch let failure as BoardMapFailure {
      throw CommandFailure(.invalidInput, "\(path): \(failure.message)")
    } catch {
      throw CommandFailure(.invalidInput, "\(path): \(error)")
    }
  }

  private func openJournal() throws(CommandFailure) -> Journal? {
    guard let path = arguments["journal"] else { return nil }
    do {
      let journal = try Journal(appendingTo: path, at: Date())
      try journal.append(
        JournalEntry(.opened, cabinet: choice.data.name, ["board": arguments["io"] ?? ""]), at: Date())
      try journal.synchronize()
      return journal
    } catch { throw CommandFailure(error) }
  }

  private func note(_ state: BoardCabinet.State, in journal: Journal?) throws(CommandFailure) {
    guard let journal else { return }
    do {
      try journal.append(
        JournalEntry(.alarm, cabinet: choice.data.name, ["state": Self.words(state)]), at: Date())
      try journal.synchronize()
    } catch { throw CommandFailure(error) }
  }

  private static func words(_ state: BoardCabinet.State) -> String {
    switch state {
    case .proving: "proving the board"
    case .running: "the board falls back by itself; the unit runs"
    case .refused(.noWatchdog):
      "its channel map names no watchdog: who does not fall back by itself is not driven"
    case .refused(.silent): "the board does not answer: check device, speed, parity and unit address"
    case .refused(.timeoutNotKept(let wanted, let found)):
      "the time-out register reads \(found) after \(wanted) was written: check watchdog.register"
    case .refused(.doesNotFallBack(let coils)):
      "after twice its time-out in silence coils \(coils) are on: the watchdog is off or safeCoils is wrong"
    case .refused(.exception(let code)): "the board refuses with exception \(code)"
    case .faulted(.boardSilent): "the board is silent: flash"
    case .faulted(.readBackDiffers(let coil)): "coil \(coil) does not show what it was told: flash"
    case .faulted(.exception(let code)): "the board refuses with exception \(code): flash"
    case .faulted(.hardwareMonitor): "the hardware monitor has opened its contact: flash"
    }
  }
}
