/// Variables of one object that were subscribed to.
public struct TraCISubscriptionResult: Hashable, Sendable {
  public var domain: TraCIDomain?
  public var object: String
  public var values: [Value]

  public struct Value: Hashable, Sendable {
    public var variable: UInt8
    /// `nil` where SUMO could not tell it.
    public var value: TraCIValue?
  }

  public subscript(variable: UInt8) -> TraCIValue? {
    values.first { $0.variable == variable }?.value
  }
}

/// How SUMO answers one command.
public struct TraCIReply: Hashable, Sendable {
  public enum Status: Hashable, Sendable {
    case ok
    case notImplemented
    case error
    case other(UInt8)
  }

  public var command: UInt8
  public var status: Status
  /// What SUMO says about an error.
  public var message: String
  public var result: Result

  public enum Result: Hashable, Sendable {
    case none
    case version(api: Int32, software: String)
    case value(TraCIValue)
    case subscriptions([TraCISubscriptionResult])
  }
}

extension TraCIReply {
  /// The length that a message claims, its own four bytes included; `nil` while fewer than four bytes are there.
  public static func messageLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    var cursor = TraCICursor(bytes)
    return (try? cursor.int32()).map { Int(UInt32(bitPattern: $0)) }
  }

  /// Reads the replies to `commands` from a message without its length.
  /// - Throws: where the bytes are no answer to these commands.
  public static func read(
    _ bytes: ArraySlice<UInt8>, answering commands: [TraCICommand]
  ) throws(TraCIFormatError) -> [TraCIReply] {
    var cursor = TraCICursor(bytes)
    var replies: [TraCIReply] = []
    for command in commands {
      var reply = try status(from: &cursor, of: command)
      if reply.status == .ok { reply.result = try result(of: command, from: &cursor) }
      replies.append(reply)
    }
    if !cursor.isAtEnd { throw TraCIFormatError("\(cursor.remaining) bytes behind the last answer") }
    return replies
  }

  private static func status(
    from cursor: inout TraCICursor, of command: TraCICommand
  ) throws(TraCIFormatError) -> TraCIReply {
    var block = try block(from: &cursor)
    let code = try block.byte()
    if code != command.code {
      throw TraCIFormatError("an answer to command \(code) where one to \(command.code) is due")
    }
    let result = try block.byte()
    let status: Status =
      switch result {
      case 0x00: .ok
      case 0x01: .notImplemented
      case 0xFF: .error
      default: .other(result)
      }
    return TraCIReply(command: code, status: status, message: try block.string(), result: .none)
  }

  /// The contents of a block with its length in front, in one byte or in four.
  private static func block(from cursor: inout TraCICursor) throws(TraCIFormatError) -> TraCICursor {
    let short = Int(try cursor.byte())
    if short > 0 { return TraCICursor(try cursor.slice(short - 1)) }
    return TraCICursor(try cursor.slice(Int(try cursor.int32()) - 5))
  }

  private static func result(
    of command: TraCICommand, from cursor: inout TraCICursor
  ) throws(TraCIFormatError) -> Result {
    switch command {
    case .close, .setOrder, .set: return .none
    case .version:
      var block = try block(from: &cursor)
      _ = try block.byte()
      return .version(api: try block.int32(), software: try block.string())
    case .get(let domain, let variable, let object):
      var block = try block(from: &cursor)
      let code = try block.byte()
      let told = try block.byte()
      let name = try block.string()
      guard code == domain.rawValue + 0x10, told == variable, name == object else {
        throw TraCIFormatError("variable \(told) of \(name) where \(variable) of \(object) is due")
      }
      return .value(try TraCIValue.read(from: &block))
    case .subscribe(_, _, let variables):
      if variables.isEmpty { return .none }
      return .subscriptions([try subscription(from: &cursor)])
    case .simulationStep:
      var results: [TraCISubscriptionResult] = []
      for _ in 0..<(try cursor.count(entrySize: 7)) { results.append(try subscription(from: &cursor)) }
      return .subscriptions(results)
    }
  }

  private static func subscription(
    from cursor: inout TraCICursor
  ) throws(TraCIFormatError) -> TraCISubscriptionResult {
    var block = try block(from: &cursor)
    let code = try block.byte()
    let domain = TraCIDomain.allCases.first { $0.subscriptionResponse == code }
    var result = TraCISubscriptionResult(domain: domain, object: try block.string(), values: [])
    for _ in 0..<(try block.byte()) {
      let variable = try block.byte()
      let status = try block.byte()
      let value = try TraCIValue.read(from: &block)
      result.values.append(.init(variable: variable, value: status == 0 ? value : nil))
    }
    return result
  }
}
