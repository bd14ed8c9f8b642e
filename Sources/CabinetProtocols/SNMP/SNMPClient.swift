import TrafficModel

/// Asks one agent one question at a time, and again where no answer comes.
///
/// Theory of operation. Requests wait in a queue of bounded length; the first is on the wire. A response with its request
/// id ends it; silence until the timeout sends the *same bytes* again, so that an agent can tell a repetition from a
/// new request. Whatever else arrives is dropped and counted.
public struct SNMPClient: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var version: SNMPMessage.Version
    public var readCommunity: String
    public var writeCommunity: String
    public var timeout: TimeSpan
    /// Repetitions after the first try.
    public var retries: Int

    public init(
      version: SNMPMessage.Version = .v1, readCommunity: String = "public",
      writeCommunity: String = "administrator", timeout: TimeSpan = TimeSpan(milliseconds: 1000),
      retries: Int = 2
    ) {
      self.version = version
      self.readCommunity = readCommunity
      self.writeCommunity = writeCommunity
      self.timeout = timeout
      self.retries = retries
    }
  }

  /// What became of a request.
  public enum Answer: Hashable, Sendable {
    /// `roundTrip` is from the last sending.
    case response(SNMPMessage, roundTrip: TimeSpan)
    case silence
  }

  private struct Question: Sendable {
    var message: SNMPMessage
    var tries = 0
    var sentAt = SimTime.zero
  }

  /// Requests that may wait.
  public static let queueLimit = 256

  public let configuration: Configuration
  private var waiting: [Question] = []
  private var deadline = SimTime.distantFuture
  private var lastID: Int32
  private var sent: [[UInt8]] = []
  private var answers: [(Int32, Answer)] = []
  /// Messages that answer nothing: late, doubled, foreign or damaged.
  public private(set) var strays = 0
  public private(set) var repetitions = 0

  /// - Parameter firstRequestID: Different for every start of a manager, so that late answers to an earlier one differ.
  public init(_ configuration: Configuration = Configuration(), firstRequestID: Int32 = 1) {
    self.configuration = configuration
    lastID = firstRequestID &- 1
  }

  public var isIdle: Bool { waiting.isEmpty }
  public var nextDeadline: SimTime { waiting.isEmpty ? .distantFuture : deadline }

  /// Puts a request in the queue.
  ///
  /// - Returns: Its number, which its answer bears; `nil` if the queue is full.
  public mutating func ask(_ kind: SNMPMessage.Kind, _ bindings: [SNMPBinding], at now: SimTime) -> Int32? {
    if waiting.count >= Self.queueLimit { return nil }
    lastID = lastID == .max ? 1 : lastID + 1
    let community = kind == .set ? configuration.writeCommunity : configuration.readCommunity
    waiting.append(
      Question(
        message: SNMPMessage(
          kind, version: configuration.version, community: community, requestID: lastID, bindings: bindings)))
    if waiting.count == 1 { send(at: now) }
    return lastID
  }

  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    guard let message = try? SNMPMessage(decoding: bytes), message.kind == .response,
      let question = waiting.first, message.requestID == question.message.requestID,
      message.version == question.message.version
    else {
      strays += 1
      return
    }
    waiting.removeFirst()
    answers.append((message.requestID, .response(message, roundTrip: now - question.sentAt)))
    if !waiting.isEmpty { send(at: now) }
  }

  public mutating func advance(to now: SimTime) {
    while let question = waiting.first, deadline <= now {
      if question.tries <= configuration.retries {
        repetitions += 1
        send(at: now)
      } else {
        waiting.removeFirst()
        answers.append((question.message.requestID, .silence))
        if !waiting.isEmpty { send(at: now) }
      }
    }
  }

  /// The next datagram to send.
  public mutating func nextDatagram() -> [UInt8]? { sent.isEmpty ? nil : sent.removeFirst() }

  /// The next request that is over.
  public mutating func nextAnswer() -> (request: Int32, answer: Answer)? {
    answers.isEmpty ? nil : answers.removeFirst()
  }

  /// Forgets what waits and what is on the wire; late answers become strays.
  public mutating func cancelAll() { waiting.removeAll() }

  private mutating func send(at now: SimTime) {
    waiting[0].tries += 1
    waiting[0].sentAt = now
    deadline = now + configuration.timeout
    sent.append(waiting[0].message.bytes)
  }
}
