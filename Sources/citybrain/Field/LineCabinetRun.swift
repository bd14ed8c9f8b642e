import CabinetLink
import CabinetProtocols
import ControlLoop
import Foundation
import TrafficModel

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
    var cabinet = LineCabinet(try choice.emulated(), choice.data, in: choice.input.scenario.network)
    do throws(LinkFailure) {
      switch endpoint {
      case .tcp(let host, let port):
        let listener = try TCPListener(at: host, port: port)
        context.console.remark("\(choice.data.name): line protocol at tcp:\(host):\(listener.port)")
        guard let link = try accept(listener, context) else { return }
        try converse(link, &cabinet, context)
      case .serial, .standardStreams: try converse(try Links.open(endpoint), &cabinet, context)
      case .udp, .program:
        throw LinkFailure.badEndpoint(text: text, expected: "stdio, tcp:HOST:PORT or serial:DEVICE@SPEED")
      }
    } catch { throw CommandFailure(error) }
    if let violation = cabinet.cabinet.violation {
      throw CommandFailure(.safetyViolation, "\(violation)")
    }
  }

  private func accept(_ listener: TCPListener, _ context: CommandContext) throws(LinkFailure) -> (
    any CabinetLink.Link
  )? {
    while !context.interruption.isRequested {
      _ = Readiness.wait(for: [listener.descriptor], milliseconds: 100)
      if let link = try listener.accept() { return link }
    }
    return nil
  }

  private func converse(
    _ opened: any CabinetLink.Link, _ cabinet: inout LineCabinet, _ context: CommandContext
  ) throws(LinkFailure) {
    var link = opened
    var decoder = LineDecoder()
    try link.send(cabinet.greeting.bytes)
    while !cabinet.isOver && !context.interruption.isRequested {
      if let descriptor = link.descriptor { _ = Readiness.wait(for: [descriptor], milliseconds: 100) }
      var bytes: [UInt8] = []
      do throws(LinkFailure) {
        while try link.receive(into: &bytes) {}
      } catch {
        guard case .closed = error else { throw error }
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
  }
}
