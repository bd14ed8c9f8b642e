import CabinetProtocols
import Foundation
import Synchronization
import TrafficModel

/// Where a foreign program sits, as it is written on the command line: `external:` and an endpoint, or a command.
///
/// `external:python3 policy.py`, `external:exec:python3 policy.py`, `external:tcp:127.0.0.1:5000`,
/// `external:serial:/dev/ttyUSB0@115200`.
public struct ExternalEndpoint: Hashable, Sendable {
  public static let prefix = "external:"
  public let endpoint: Endpoint

  /// - Returns: `nil` for a text without the prefix.
  /// - Throws: `badEndpoint` where what follows cannot carry lines: datagrams may be lost, and standard output carries
  ///   the results.
  public init?(_ text: String) throws(LinkFailure) {
    guard text.hasPrefix(Self.prefix) else { return nil }
    let rest = String(text.dropFirst(Self.prefix.count))
    let schemes = ["exec:", "tcp:", "serial:", "udp:"]
    endpoint =
      schemes.contains(where: rest.hasPrefix) || rest == "stdio" || rest.isEmpty
      ? try Endpoint(rest) : .program(rest)
    switch endpoint {
    case .udp, .standardStreams:
      throw .badEndpoint(
        text: text, expected: "external:COMMAND, external:tcp:HOST:PORT or external:serial:DEVICE@SPEED")
    case .program, .tcp, .serial: break
    }
  }

  /// Whether several conversations can go on at once.
  public var isShared: Bool {
    if case .serial = endpoint { return false }
    return true
  }
}

/// A conversation in lockstep with the program in one seat: what we tell, and what it answers.
///
/// Theory of operation. What is told is gathered and sent when an answer is waited for. Whatever breaks the protocol (a
/// line that cannot be read, an answer that was not asked for, silence beyond the patience, the program's end) ends the
/// conversation: the program is told why, and ``failure`` says it. Nothing is guessed and nothing is tried again, so
/// that a run with a deterministic program stays deterministic. Copies of a seat share one conversation.
public final class LinePeer: Sendable {
  private struct State {
    var link: (any Link)?
    var decoder = LineDecoder()
    var outgoing: [UInt8] = []
    var lines = 0
    var failure: LinkError?
  }

  private let state: Mutex<State>
  private let endpoint: Endpoint
  private let seat: LineSeat
  private let patience: Double
  private let isInterrupted: @Sendable () -> Bool
  /// As the program calls itself.
  public let name: String

  /// Connects or starts the program, greets it and tells it what there is.
  ///
  /// - Parameters:
  ///   - patience: Seconds that an answer may take.
  ///   - isInterrupted: Asked several times a second while an answer is waited for.
  public init(
    _ external: ExternalEndpoint, seat: LineSeat, telling configuration: LineMessage, patience: Double = 60,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) throws(LinkError) {
    endpoint = external.endpoint
    self.seat = seat
    self.patience = patience
    self.isInterrupted = isInterrupted
    var opened = State()
    do { opened.link = try Links.open(external.endpoint) } catch { throw LinkError(.absent, error.message) }
    opened.outgoing = LineMessage.hello(version: LineMessage.version, seat: seat, name: "citybrain").bytes
    let end = MonotonicClock.seconds + patience
    let conversation = Conversation(endpoint: endpoint, end: end, isInterrupted: isInterrupted)
    name = try Self.greet(&opened, conversation, seat)
    opened.outgoing = configuration.bytes
    state = Mutex(opened)
  }

  /// Why the conversation is over.
  public var failure: LinkError? { state.withLock { $0.failure } }

  /// Gathers messages to be sent with the next question.
  public func tell(_ message: LineMessage) {
    state.withLock { if $0.failure == nil { $0.outgoing += message.bytes } }
  }

  /// Sends everything that was told, and waits for the next message.
  ///
  /// - Parameter take: Returns `nil` where the answer is none to what was asked; `expected` says what would be.
  /// - Returns: `nil` once the conversation is over.
  public func answer<Answer>(
    expected: String, _ take: (LineMessage) -> Answer?
  ) -> Answer? {
    state.withLock { state in
      if state.failure != nil { return nil }
      let conversation = Conversation(
        endpoint: endpoint, end: MonotonicClock.seconds + patience, isInterrupted: isInterrupted)
      do throws(LinkError) {
        let message = try conversation.next(&state.link, &state.decoder, &state.outgoing, &state.lines)
        if let answer = take(message) { return answer }
        let text = String(decoding: message.bytes.dropLast().prefix(200), as: UTF8.self)
        state.outgoing = LineMessage.error(.unexpected, "expected \(expected)").bytes
        throw LinkError(
          .format, "\(endpoint): line \(state.lines) is \(text); expected \(expected)")
      } catch {
        Self.end(&state, error)
        return nil
      }
    }
  }

  /// Ends the conversation because of what an answer says: a place that does not exist, a time that has passed.
  public func refuse(_ code: LineErrorCode, _ reason: String) {
    state.withLock { state in
      if state.failure != nil { return }
      state.outgoing = LineMessage.error(code, reason).bytes
      Self.end(&state, LinkError(.format, "\(endpoint): line \(state.lines): \(reason)"))
    }
  }

  /// Says goodbye. A program that was started has two seconds to end by itself.
  public func close() {
    state.withLock { state in
      guard state.link != nil else { return }
      let goodbye = state.outgoing + LineMessage.bye.bytes
      // Whether it still listens does not matter any more.
      try? state.link?.send(goodbye)
      state.link = nil
    }
  }

  deinit { close() }

  private static func end(_ state: inout State, _ error: LinkError) {
    state.failure = error
    let words = state.outgoing + LineMessage.bye.bytes
    try? state.link?.send(words)
    state.outgoing = []
    state.link = nil
  }

  private static func greet(
    _ state: inout State, _ conversation: Conversation, _ seat: LineSeat
  ) throws(LinkError) -> String {
    let message = try conversation.next(&state.link, &state.decoder, &state.outgoing, &state.lines)
    guard case .hello(_, let found, let name) = message else {
      throw LinkError(
        .format,
        "\(conversation.endpoint): line \(state.lines) is no hello; the first line of a program must be one")
    }
    guard found == seat else {
      try? state.link?.send(LineMessage.error(.unexpected, "the seat is that of a \(seat.rawValue)").bytes)
      throw LinkError(
        .refused,
        "\(conversation.endpoint): it takes the seat of a \(found.rawValue), and a \(seat.rawValue) is wanted"
      )
    }
    return name
  }
}

/// One question and the wait for its answer.
private struct Conversation {
  let endpoint: Endpoint
  /// On the monotonic clock.
  let end: Double
  let isInterrupted: @Sendable () -> Bool

  func next(
    _ link: inout (any Link)?, _ decoder: inout LineDecoder, _ outgoing: inout [UInt8], _ lines: inout Int
  ) throws(LinkError) -> LineMessage {
    do {
      try checkLengths(outgoing)
      try send(outgoing, over: &link)
      outgoing.removeAll(keepingCapacity: true)
      while true {
        if let frame = decoder.next() {
          lines += 1
          return try message(frame, line: lines, &outgoing)
        }
        if isInterrupted() { throw LinkError(.dead, "\(endpoint): interrupted") }
        let left = end - MonotonicClock.seconds
        if left <= 0 { throw LinkError(.dead, "\(endpoint): no answer in time; see --patience") }
        if let descriptor = link?.descriptor {
          _ = Readiness.wait(for: [descriptor], milliseconds: Int(min(left, 0.1) * 1000) + 1)
        }
        var bytes: [UInt8] = []
        if try link?.receive(into: &bytes) == true { decoder.append(bytes) }
      }
    } catch let error as LinkError {
      throw error
    } catch let failure as LinkFailure {
      throw LinkError(.dead, failure.message)
    } catch {
      throw LinkError(.dead, "\(endpoint): \(error)")
    }
  }

  /// The last words of a program that is gone say more than that it is, and reading them comes to its end anyway.
  private func send(_ bytes: [UInt8], over link: inout (any Link)?) throws(LinkFailure) {
    do throws(LinkFailure) {
      try link?.send(bytes)
    } catch {
      switch error {
      case .closed, .ended: return
      case .badEndpoint, .unresolved, .system, .tooLong: throw error
      }
    }
  }

  private func message(
    _ frame: LineDecoder.Frame, line: Int, _ outgoing: inout [UInt8]
  ) throws(LinkError) -> LineMessage {
    switch frame {
    case .message(.error(let code, let words)):
      throw LinkError(.refused, "\(endpoint): it says \(code.rawValue): \(words.prefix(200))")
    case .message(.bye): throw LinkError(.dead, "\(endpoint): it said bye before the end")
    case .message(let message): return message
    case .malformed(let failure):
      let code: LineErrorCode = failure.code == .unknownVersion ? .version : .malformed
      outgoing = LineMessage.error(code, "\(failure)").bytes
      throw LinkError(
        .format,
        "\(endpoint): line \(line) is no message of the line protocol (\(failure)); what a program has to say "
          + "to people belongs on standard error")
    }
  }

  private func checkLengths(_ bytes: [UInt8]) throws(LinkError) {
    guard bytes.count > LineDecoder.lineLimit else { return }
    for line in bytes.split(separator: 0x0A) where line.count > LineDecoder.lineLimit {
      throw LinkError(
        .refused,
        "\(endpoint): a line of \(line.count) bytes is longer than the protocol's \(LineDecoder.lineLimit); "
          + "choose sensors that see less")
    }
  }
}
