import TrafficModel

/// Writes a plan into a controller inside a transaction, and takes it back if anything goes wrong.
///
/// Theory of operation. Reads what stands there now (the rollback), opens a transaction, sets the objects, has them
/// verified, commits, and reads them back. A refusal or a failed verification abandons the transaction, so that nothing
/// has changed; a wrong read-back writes the rollback in a transaction of its own.
///
/// | step | request | next |
/// |---|---|---|
/// | rollback | get all objects | open |
/// | waiting | get `dbCreateTransaction` until it is normal | open |
/// | open | set it to transaction | set |
/// | set | set the objects, some at a time | verify |
/// | verify | set it to verify, get it until it is done | judge |
/// | judge | get `dbVerifyStatus` and `dbVerifyError` | commit or abandon |
/// | commit, abandon | set it to normal | read back, or end |
/// | read back | get all objects | end, or roll back |
///
/// Only objects of the allow-list are written: patterns, splits, sequences and the schedule. Anything else is refused
/// before the first request.
public struct NTCIPDownload: Sendable {
  public typealias Value = (instance: NTCIPInstance, value: SNMPValue)

  public enum Outcome: Hashable, Sendable {
    /// Everything is there, read back and equal.
    case done
    /// Nothing was changed: these may not be written.
    case forbidden([NTCIPInstance])
    /// Nothing was changed: the controller refused an object.
    case refused(SNMPError, NTCIPInstance?)
    /// Nothing was changed: the controller's own verification failed.
    case notVerified(String)
    /// What was read back differs; the former values were written again.
    case rolledBack([NTCIPInstance])
    /// What was read back differs, and writing the former values failed too.
    case rollbackFailed([NTCIPInstance])
    /// The controller did not answer; the transaction is left to it.
    case silence
  }

  private enum Step: Hashable {
    case rollback, waiting, open, set, verify, verifying, judge, commit, abandon, readBack, over
  }

  /// Objects that may be written.
  public static let allowed: Set<NTCIPObjectName> = [
    .patternCycleTime, .patternOffsetTime, .patternSplitNumber, .patternSequenceNumber, .splitTime,
    .splitMode,
    .splitCoordPhase, .sequenceData, .timebaseAscPattern, .timeBaseScheduleMonth, .timeBaseScheduleDay,
    .timeBaseScheduleDate, .timeBaseScheduleDayPlan, .dayPlanHour, .dayPlanMinute, .dayPlanActionNumberOID,
  ]

  public private(set) var outcome: Outcome?
  /// What stood there before, known once the first step is over; to be kept in a file before anything is written.
  public private(set) var rollback: [NTCIPInstance: SNMPValue] = [:]
  public private(set) var client: SNMPClient
  private let instances: [NTCIPInstance]
  private var target: [NTCIPInstance: SNMPValue]
  private let bindingsPerRequest: Int
  private var step = Step.rollback
  private var position = 0
  private var polls = 0
  private var read: [NTCIPInstance: SNMPValue] = [:]
  private var failure: Outcome?
  private var isRollingBack = false
  private var wrong: [NTCIPInstance] = []
  private var pollAt = SimTime.distantFuture
  private static let pollInterval = TimeSpan(milliseconds: 500)
  private static let pollLimit = 120
  private static let transaction = NTCIPInstance(.dbCreateTransaction)

  public init(
    _ values: [Value], _ configuration: SNMPClient.Configuration = SNMPClient.Configuration(),
    bindingsPerRequest: Int = 12, firstRequestID: Int32 = 1
  ) {
    instances = values.map(\.instance)
    target = Dictionary(values.map { ($0.instance, $0.value) }) { $1 }
    client = SNMPClient(configuration, firstRequestID: firstRequestID)
    self.bindingsPerRequest = max(1, bindingsPerRequest)
    let forbidden = instances.filter { !Self.allowed.contains($0.object) }
    if !forbidden.isEmpty { end(.forbidden(forbidden)) }
  }

  /// The values of one pattern of a controller as they stand in its database, moved to a (spare) pattern and split.
  public static func values(ofPattern number: Int, of controller: SignalController, to spare: Int) -> [Value]
  {
    let database = NTCIPDatabase(controller)
    var values: [Value] = []
    func take(_ object: NTCIPObjectName, _ from: NTCIPInstance, _ to: NTCIPInstance) {
      if let value = database[from] { values.append((to, value)) }
    }
    for phase in controller.phases.map(\.number) {
      for object in [NTCIPObjectName.splitTime, .splitMode, .splitCoordPhase] {
        take(object, NTCIPInstance(object, number, phase), NTCIPInstance(object, spare, phase))
      }
    }
    for object in [NTCIPObjectName.patternCycleTime, .patternOffsetTime, .patternSequenceNumber] {
      take(object, NTCIPInstance(object, number), NTCIPInstance(object, spare))
    }
    values.append((NTCIPInstance(.patternSplitNumber, spare), .integer(Int64(spare))))
    let sequence = database.number(.patternSequenceNumber, number)
    for ring in controller.diagram.rings.indices {
      let instance = NTCIPInstance(.sequenceData, sequence, ring + 1)
      take(.sequenceData, instance, instance)
    }
    return values
  }

  /// Objects whose value will change, once the rollback is known: instance, before, after.
  public var differences: [(instance: NTCIPInstance, before: SNMPValue, after: SNMPValue)] {
    instances.compactMap { instance in
      guard let before = rollback[instance], let after = target[instance], before != after else { return nil }
      return (instance, before, after)
    }
  }

  public var nextDeadline: SimTime { outcome == nil ? min(client.nextDeadline, pollAt) : .distantFuture }
  public mutating func nextDatagram() -> [UInt8]? { client.nextDatagram() }

  /// Reads the rollback; ``isReadyToWrite`` tells when it is there.
  public mutating func start(at now: SimTime) { if outcome == nil { ask(at: now) } }

  /// The rollback is complete and nothing has been written yet: keep it, show the differences, then ``write(at:)``.
  public private(set) var isReadyToWrite = false

  public mutating func write(at now: SimTime) {
    guard isReadyToWrite, outcome == nil else { return }
    isReadyToWrite = false
    move(to: .waiting, at: now)
  }

  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    client.handle(bytes, at: now)
    takeAnswers(at: now)
  }

  public mutating func advance(to now: SimTime) {
    client.advance(to: now)
    takeAnswers(at: now)
    if pollAt <= now && outcome == nil {
      pollAt = .distantFuture
      ask(at: now)
    }
  }

  private mutating func takeAnswers(at now: SimTime) {
    while let (_, answer) = client.nextAnswer() {
      if outcome != nil { continue }
      switch answer {
      case .silence: end(isRollingBack ? .rollbackFailed(wrong) : .silence)
      case .response(let message, _): take(message, at: now)
      }
    }
  }

  private mutating func end(_ result: Outcome) {
    outcome = result
    step = .over
  }

  private mutating func move(to next: Step, at now: SimTime) {
    step = next
    position = 0
    polls = 0
    ask(at: now)
  }

  private var part: [NTCIPInstance] {
    Array(instances[position..<min(instances.count, position + bindingsPerRequest)])
  }

  /// Sends the request of the present step.
  private mutating func ask(at now: SimTime) {
    func set(_ value: Int64) -> [SNMPBinding] { [SNMPBinding(Self.transaction.name, .integer(value))] }
    let request: (SNMPMessage.Kind, [SNMPBinding])
    switch step {
    case .rollback, .readBack: request = (.get, part.map { SNMPBinding($0.name) })
    case .waiting, .verifying: request = (.get, [SNMPBinding(Self.transaction.name)])
    case .open: request = (.set, set(2))
    case .set: request = (.set, part.map { SNMPBinding($0.name, target[$0] ?? .null) })
    case .verify: request = (.set, set(3))
    case .judge:
      request = (
        .get,
        [SNMPBinding(NTCIPInstance(.dbVerifyStatus).name), SNMPBinding(NTCIPInstance(.dbVerifyError).name)]
      )
    case .commit, .abandon: request = (.set, set(1))
    case .over: return
    }
    _ = client.ask(request.0, request.1, at: now)
  }

  private mutating func take(_ message: SNMPMessage, at now: SimTime) {
    if message.errorStatus != 0 {
      takeError(message, at: now)
      return
    }
    switch step {
    case .rollback, .set, .readBack: takePart(message, at: now)
    case .waiting: takeTransaction(message, wanted: 1, next: .open, at: now)
    case .open: move(to: .set, at: now)
    case .verify: move(to: .verifying, at: now)
    case .verifying: takeTransaction(message, wanted: 6, next: .judge, at: now)
    case .judge: judge(message, at: now)
    case .commit:
      read = [:]
      move(to: .readBack, at: now)
    case .abandon: end(isRollingBack ? .rollbackFailed(wrong) : failure ?? .silence)
    case .over: break
    }
  }

  private mutating func takeError(_ message: SNMPMessage, at now: SimTime) {
    let error = SNMPError(rawValue: message.errorStatus) ?? .genErr
    let place = Int(message.errorIndex) - 1
    let culprit =
      part.indices.contains(place) && [.rollback, .set, .readBack].contains(step) ? part[place] : nil
    failure = .refused(error, culprit)
    switch step {
    case .set, .verify, .verifying, .judge, .commit: move(to: .abandon, at: now)
    case .rollback, .waiting, .open, .abandon, .readBack, .over:
      end(isRollingBack ? .rollbackFailed(wrong) : .refused(error, culprit))
    }
  }

  private mutating func takeTransaction(_ message: SNMPMessage, wanted: Int64, next: Step, at now: SimTime) {
    if message.bindings.first?.value.number == wanted {
      move(to: next, at: now)
      return
    }
    polls += 1
    if polls >= Self.pollLimit { end(isRollingBack ? .rollbackFailed(wrong) : .silence) }
    pollAt = now + Self.pollInterval
  }

  private mutating func takePart(_ message: SNMPMessage, at now: SimTime) {
    if step != .set {
      for binding in message.bindings {
        if let instance = NTCIPInstance(binding.name) { read[instance] = binding.value }
      }
    }
    position += bindingsPerRequest
    if position < instances.count {
      ask(at: now)
      return
    }
    switch step {
    case .rollback:
      rollback = read
      isReadyToWrite = true
    case .set: move(to: .verify, at: now)
    default: compare(at: now)
    }
  }

  /// Some units count `dbVerifyStatus` from 0: "done without error" is 3, or 2 with no error text.
  private mutating func judge(_ message: SNMPMessage, at now: SimTime) {
    let status = message.bindings.first?.value.number ?? 0
    var text = ""
    if case .octets(let octets)? = message.bindings.last?.value {
      text = String(decoding: octets, as: UTF8.self)
    }
    if status == 3 || status == 2 && text.isEmpty {
      move(to: .commit, at: now)
    } else {
      failure = .notVerified(text)
      move(to: .abandon, at: now)
    }
  }

  private mutating func compare(at now: SimTime) {
    let differing = instances.filter { read[$0] != target[$0] }
    if isRollingBack {
      end(differing.isEmpty ? .rolledBack(wrong) : .rollbackFailed(differing))
    } else if differing.isEmpty {
      end(.done)
    } else {
      wrong = differing
      isRollingBack = true
      target = rollback
      move(to: .waiting, at: now)
    }
  }
}
