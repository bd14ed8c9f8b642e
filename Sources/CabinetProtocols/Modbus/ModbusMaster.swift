import TrafficModel

/// Asks boards one question at a time, and again where no answer comes.
///
/// Theory of operation. Requests wait in a queue of bounded length; the first is on the wire. Its answer, or an exception,
/// ends it; silence until ``Configuration/timeout`` sends it again, ``Configuration/retries`` times. On a serial line
/// nothing is sent within ``Configuration/turnaround`` of the last frame, and an answer that does not fit the request
/// is dropped: it is a late answer to an earlier one. On TCP the transaction number says which request is answered.
public struct ModbusMaster: Sendable {
  public enum Link: Sendable {
    case serial
    case stream
  }

  public struct Configuration: Hashable, Sendable {
    /// From the end of sending to the answer.
    public var timeout: TimeSpan
    /// Repetitions after the first try.
    public var retries: Int
    /// Silence that a serial line needs between frames; at least 3.5 characters.
    public var turnaround: TimeSpan

    public init(
      timeout: TimeSpan = TimeSpan(milliseconds: 200), retries: Int = 2,
      turnaround: TimeSpan = TimeSpan(milliseconds: 5)
    ) {
      self.timeout = timeout
      self.retries = retries
      self.turnaround = turnaround
    }
  }

  public enum Output: Hashable, Sendable {
    case send([UInt8])
    case answer(request: Int, ModbusResponse)
    /// Nobody answered the request, however often it was sent.
    case silence(request: Int)
  }

  private struct Question: Sendable {
    var number: Int
    var unit: UInt8
    var request: ModbusRequest
    var tries = 0
  }

  /// Requests that may wait; more are refused.
  public static let queueLimit = 64

  private let link: Link
  private let configuration: Configuration
  private var serial = ModbusSerialDecoder(.master)
  private var stream = ModbusStreamDecoder()
  private var waiting: [Question] = []
  private var isOnWire = false
  private var deadline = SimTime.distantFuture
  private var transaction: UInt16 = 0
  private var nextNumber = 0
  private var outputs: [Output] = []
  /// Answers that fit no request, late or foreign.
  public private(set) var strayAnswers = 0

  public init(_ link: Link, _ configuration: Configuration = Configuration()) {
    self.link = link
    self.configuration = configuration
  }

  public var counts: FrameCounts { link == .serial ? serial.counts : stream.counts }
  public var isIdle: Bool { waiting.isEmpty }
  /// Whether a stream must be closed and opened again.
  public var isOutOfStep: Bool { stream.isOutOfStep }
  /// When ``advance(to:)`` has something to do.
  public var nextDeadline: SimTime { waiting.isEmpty ? .distantFuture : deadline }

  /// Puts a request in the queue.
  ///
  /// - Returns: The number that its answer will bear; `nil` if the queue is full.
  public mutating func ask(_ request: ModbusRequest, unit: UInt8, at now: SimTime) -> Int? {
    if waiting.count >= Self.queueLimit { return nil }
    nextNumber += 1
    waiting.append(Question(number: nextNumber, unit: unit, request: request))
    if waiting.count == 1 {
      deadline = max(now, deadline == .distantFuture ? now : deadline)
      advance(to: now)
    }
    return nextNumber
  }

  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    switch link {
    case .serial:
      serial.append(bytes)
      while let frame = serial.next() { take(frame, at: now) }
    case .stream:
      stream.append(bytes)
      while let frame = stream.next() { take(frame, at: now) }
    }
  }

  /// A serial line has been silent for 3.5 characters.
  public mutating func handleSilence(at now: SimTime) {
    for frame in serial.handleSilence() { take(frame, at: now) }
  }

  /// The connection was opened anew: what was on the wire is sent again.
  public mutating func handleReconnection(at now: SimTime) {
    stream = ModbusStreamDecoder()
    serial = ModbusSerialDecoder(.master)
    isOnWire = false
    deadline = now
    advance(to: now)
  }

  public mutating func advance(to now: SimTime) {
    while !waiting.isEmpty && deadline <= now {
      if isOnWire && waiting[0].tries > configuration.retries {
        outputs.append(.silence(request: waiting.removeFirst().number))
        isOnWire = false
        continue
      }
      send(at: now)
    }
  }

  /// What is to be done, in order.
  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  private mutating func send(at now: SimTime) {
    // The line was silent for the turnaround: what stands half-read belongs to no answer that is still to come.
    if link == .serial { handleSilence(at: now) }
    waiting[0].tries += 1
    transaction &+= 1
    let question = waiting[0]
    let frame = ModbusFrame(transaction: transaction, unit: question.unit, body: question.request.body)
    outputs.append(.send(link == .serial ? frame.serialBytes : frame.streamBytes))
    if question.unit == 0 && link == .serial {
      // Nobody answers a broadcast.
      waiting.removeFirst()
      deadline = now + configuration.turnaround
      return
    }
    isOnWire = true
    deadline = now + configuration.timeout
  }

  private mutating func take(_ frame: ModbusFrame, at now: SimTime) {
    guard isOnWire, let question = waiting.first, frame.unit == question.unit,
      link == .serial || frame.transaction == transaction,
      let response = try? ModbusResponse(body: frame.body), response.answers(question.request)
    else {
      strayAnswers += 1
      return
    }
    waiting.removeFirst()
    isOnWire = false
    outputs.append(.answer(request: question.number, response))
    deadline = link == .serial ? now + configuration.turnaround : now
    advance(to: now)
  }
}
