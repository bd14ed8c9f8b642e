import CabinetLink
import CabinetProtocols
import Foundation

/// `citybrain cabinet --line`: one emulated cabinet in lockstep with whoever holds the other end of the line.
struct LineCabinetRun {
  private let arguments: ParsedArguments
  private let choice: CabinetChoice

  init(_ arguments: ParsedArguments, _ choice: CabinetChoice) {
    self.arguments = arguments
    self.choice = choice
  }

  func run(in context: CommandContext) throws(CommandFailure) {
    let text = arguments["line"] ?? ""
    let endpoint = try arguments.endpoint(text, "line")
    do {
      switch endpoint {
      case .tcp(let host, let port):
        let listener = try TCPListener(at: host, port: port)
        context.console.remark("\(choice.data.name): line protocol at tcp:\(host):\(listener.port)")
        guard let link = try accept(listener, context) else { return }
        try converse(link, context)
      case .serial, .standardStreams: try converse(try Links.open(endpoint), context)
      case .udp, .program:
        throw arguments.failure("--line \(text): expected stdio, tcp:HOST:PORT or serial:DEVICE@SPEED")
      }
    } catch let failure as LinkFailure {
      throw CommandFailure(failure)
    } catch let failure as CommandFailure {
      throw failure
    } catch { throw CommandFailure(.inputOutput, "\(error)") }
  }

  private func accept(_ listener: TCPListener, _ context: CommandContext) throws(LinkFailure) -> (any Link)? {
    while !context.interruption.isRequested {
      _ = Readiness.wait(for: [listener.descriptor], milliseconds: 100)
      if let link = try listener.accept() { return link }
    }
    return nil
  }

  private func converse(_ opened: any Link, _ context: CommandContext) throws {
    var link = opened
    var cabinet = LineCabinet(try choice.emulated(), choice.data, in: choice.input.scenario.network)
    var decoder = LineDecoder()
    try link.send(cabinet.greeting.bytes)
    while !cabinet.isOver && !context.interruption.isRequested {
      if let descriptor = link.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 100) }
      var bytes: [UInt8] = []
      do { while try link.receive(into: &bytes) {} } catch LinkFailure.closed {
        // Whoever hangs up without a word has ended the conversation too.
        if bytes.isEmpty { return }
      }
      decoder.append(bytes)
      var answers: [UInt8] = []
      while !cabinet.isOver, let frame = decoder.next() {
        for answer in cabinet.handle(frame) { answers += answer.bytes }
      }
      if !answers.isEmpty { try link.send(answers) }
    }
    if let violation = cabinet.cabinet.violation {
      throw CommandFailure(.safetyViolation, "\(violation)")
    }
  }
}
