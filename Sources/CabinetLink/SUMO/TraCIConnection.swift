import CabinetProtocols

/// A conversation with SUMO: commands in, answers out, over one connection.
public final class TraCIConnection: Sendable {
  private let stream: TCPStream
  /// More than this is no answer of SUMO.
  private static let messageLimit = 1 << 30

  public init(_ stream: TCPStream) { self.stream = stream }

  /// Sends commands in one message and reads their answers.
  /// - Throws: `refused` with SUMO's words if it answers one with an error, `format` if the answer is none, `dead`.
  public func ask(_ commands: [TraCICommand]) throws(LinkError) -> [TraCIReply] {
    if commands.isEmpty { return [] }
    try stream.send(TraCICommand.message(commands))
    let head = try stream.receive(4)
    guard let length = TraCIReply.messageLength(head[...]), length >= 4, length <= Self.messageLimit else {
      throw LinkError(.format, "what answers is not SUMO")
    }
    let bytes = try stream.receive(length - 4)
    let replies: [TraCIReply]
    do {
      replies = try TraCIReply.read(bytes[...], answering: commands)
    } catch {
      throw LinkError(.format, "an answer that is not understood: \(error.description)")
    }
    if let bad = replies.first(where: { $0.status != .ok }) {
      throw LinkError(.refused, "SUMO refuses command \(bad.command): \(bad.message)")
    }
    return replies
  }

  public func value(
    _ domain: TraCIDomain, _ variable: UInt8, of object: String = ""
  ) throws(LinkError) -> TraCIValue {
    let replies = try ask([.get(domain, variable: variable, object: object)])
    guard case .value(let value) = replies.first?.result else {
      throw LinkError(.format, "no value of \(object) in the answer")
    }
    return value
  }

  /// The version of TraCI and the name of the program.
  public func version() throws(LinkError) -> (api: Int, software: String) {
    let replies = try ask([.version])
    guard case .version(let api, let software) = replies.first?.result else {
      throw LinkError(.format, "no version in the answer")
    }
    return (Int(api), software)
  }

  public func close() {
    _ = try? ask([.close])
    stream.close()
  }
}
