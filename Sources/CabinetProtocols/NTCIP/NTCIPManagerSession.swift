import TrafficModel

/// The brain's side of NTCIP over SNMP: watches one controller on the street and, when armed, commands it.
///
/// Theory of operation. One request is on the wire at a time. The session identifies the controller, compares what keeps
/// people safe with the scenario, and polls. Armed, it writes the *complete* control state whenever that changes and
/// at least three times within the backup time; every poll reads the control objects back. Releasing writes explicit
/// zeros. It never writes a parameter.
///
/// | state | event | next |
/// |---|---|---|
/// | connecting | all answers of the identification are there | shadow |
/// | shadow | `arm`, nothing against it | armed |
/// | armed | `release` | shadow, after writing zeros |
/// | armed | second master, other pattern, clock drift | shadow, nothing more is written |
/// | shadow, armed | restart, changed database | connecting |
/// | any | two polls without an answer | lost |
/// | lost | an answer | connecting |
///
/// A force-off bit that the controller has cleared is no second master: it clears itself when the green ends.
public struct NTCIPManagerSession: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var client: SNMPClient.Configuration
    public var pollInterval: TimeSpan
    /// Bindings of one request; sixteen keep it below 484 bytes.
    public var bindingsPerRequest: Int
    /// Longest backup time that may be armed.
    public var backupLimitSeconds: Int
    /// UTC seconds at time zero of our clock; `nil`: the controller's clock is not compared.
    public var unixSeconds: Int64?
    /// Largest difference of the clocks.
    public var clockLimit: TimeSpan

    public init(
      client: SNMPClient.Configuration = SNMPClient.Configuration(),
      pollInterval: TimeSpan = TimeSpan(milliseconds: 1000), bindingsPerRequest: Int = 16,
      backupLimitSeconds: Int = 30, unixSeconds: Int64? = nil,
      clockLimit: TimeSpan = TimeSpan(milliseconds: 2000)
    ) {
      self.client = client
      self.pollInterval = pollInterval
      self.bindingsPerRequest = max(1, bindingsPerRequest)
      self.backupLimitSeconds = backupLimitSeconds
      self.unixSeconds = unixSeconds
      self.clockLimit = clockLimit
    }
  }

  public typealias State = SessionState

  private enum Job {
    case identify
    case compare
    case poll
    case control(NTCIPControl, isRelease: Bool)
  }

  private struct Pending {
    var id: Int32
    var job: Job
    var instances: [NTCIPInstance]
  }

  public let controller: SignalController
  public let configuration: Configuration
  public private(set) var state = State.connecting
  public private(set) var identity = NTCIPIdentity()
  /// What the controller shows, as of the last complete poll; `nil` before the first.
  public private(set) var status: CabinetStatus?
  public private(set) var statusTime = SimTime.zero
  public private(set) var differences: [NTCIPDifference] = []
  public private(set) var client: SNMPClient
  /// Of the answers so far.
  public private(set) var roundTrips = RoundTripTimes()
  public private(set) var renewals = RenewalTimes()

  let expected: NTCIPDatabase
  var values: [NTCIPInstance: SNMPValue] = [:]
  private var unsupported: Set<NTCIPInstance> = []
  private var pending: [Pending] = []
  private var events: [NTCIPManagerEvent] = []
  private var nextPoll = SimTime.distantFuture
  private var nextRenewal = SimTime.distantFuture
  private var missedPolls = 0
  private var hasPolled = false
  /// A cabinet that stays away is lost once, not at every try.
  private var isLossTold = false
  private var setID: Int64?
  private var wanted = NTCIPControl()
  /// The states that the controller may hold: the confirmed one, and those sent whose answer never came.
  private var possible: [NTCIPControl] = []
  private var hasReachedPattern = false

  public init(
    _ controller: SignalController, _ configuration: Configuration = Configuration(),
    firstRequestID: Int32 = 1
  ) {
    self.controller = controller
    self.configuration = configuration
    expected = NTCIPDatabase(controller)
    client = SNMPClient(configuration.client, firstRequestID: firstRequestID)
  }

  /// The control state that the controller was last told to hold.
  public var wantedControl: NTCIPControl { wanted }
  public var nextDeadline: SimTime { min(client.nextDeadline, min(nextPoll, nextRenewal)) }
  public mutating func nextDatagram() -> [UInt8]? { client.nextDatagram() }
  public mutating func nextEvent() -> NTCIPManagerEvent? { events.isEmpty ? nil : events.removeFirst() }

  // MARK: - Commands

  public mutating func start(at now: SimTime) { connect(at: now) }

  /// Begins to command; the answer is an event, at once.
  public mutating func arm(at now: SimTime) {
    let refusals = armingRefusals
    guard refusals.isEmpty else {
      events.append(.armingRefused(refusals))
      return
    }
    state = .armed
    possible = [NTCIPControl()]
    wanted = NTCIPControl()
    hasReachedPattern = false
    events.append(.armed)
    writeControl(at: now)
  }

  /// What the cabinet shall do from now on; without effect unless armed.
  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    guard state == .armed else { return }
    let control = NTCIPControl(command, of: controller)
    if control == wanted { return }
    if control.pattern != wanted.pattern { hasReachedPattern = false }
    wanted = control
    writeControl(at: now)
  }

  /// Ends commanding: writes zeros to every control object.
  public mutating func release(at now: SimTime) {
    guard state == .armed else { return }
    wanted = NTCIPControl()
    writeControl(at: now, isRelease: true)
    disarm(.released)
  }

  // MARK: - Outside events

  public mutating func handle(_ bytes: [UInt8], at now: SimTime) {
    client.handle(bytes, at: now)
    takeAnswers(at: now)
  }

  public mutating func advance(to now: SimTime) {
    client.advance(to: now)
    takeAnswers(at: now)
    if nextRenewal <= now { writeControl(at: now) }
    if nextPoll <= now {
      nextPoll = now + configuration.pollInterval
      // A poll that has not come back yet is not doubled.
      if pending.isEmpty {
        if state == .lost { connect(at: now) } else { ask(pollInstances, .poll, at: now) }
      }
    }
  }

  private mutating func takeAnswers(at now: SimTime) {
    while let (id, answer) = client.nextAnswer() {
      guard let index = pending.firstIndex(where: { $0.id == id }) else { continue }
      let request = pending.remove(at: index)
      switch answer {
      case .silence: takeSilence(request, at: now)
      case .response(let message, let roundTrip):
        roundTrips.note(roundTrip)
        missedPolls = 0
        if case .control(_, false) = request.job, message.errorStatus == 0, state == .armed {
          renewals.note(sentAt: now - roundTrip, confirmedAt: now)
        }
        take(message, request, at: now)
      }
    }
  }

  private mutating func takeSilence(_ request: Pending, at now: SimTime) {
    missedPolls += 1
    if case .control(_, let isRelease) = request.job, isRelease { return }
    guard missedPolls >= 2 || state == .connecting, state != .lost else { return }
    if state == .armed { disarm(.lost) }
    if !isLossTold { events.append(.lost) }
    isLossTold = true
    forgetRequests()
    state = .lost
    nextPoll = now + configuration.pollInterval
  }

  private mutating func forgetRequests() {
    client.cancelAll()
    pending = []
    nextRenewal = .distantFuture
  }

  private mutating func take(_ message: SNMPMessage, _ request: Pending, at now: SimTime) {
    if message.errorStatus != 0 {
      takeError(message, request, at: now)
      return
    }
    if case .control(let control, _) = request.job {
      // Those sent after it may have arrived too.
      if let index = possible.firstIndex(of: control) {
        possible.removeFirst(index)
      } else {
        possible = [control]
      }
      events.append(.commandConfirmed)
      return
    }
    for binding in message.bindings {
      guard let instance = NTCIPInstance(binding.name) else { continue }
      switch binding.value {
      case .noSuchObject, .noSuchInstance, .endOfMibView: unsupported.insert(instance)
      default: values[instance] = binding.value
      }
    }
    finish(request.job, at: now)
  }

  private mutating func takeError(_ message: SNMPMessage, _ request: Pending, at now: SimTime) {
    let error = SNMPError(rawValue: message.errorStatus) ?? .genErr
    let place = Int(message.errorIndex) - 1
    let culprit = request.instances.indices.contains(place) ? request.instances[place] : nil
    if case .control = request.job {
      events.append(.commandRefused(error, culprit))
      return
    }
    guard let culprit else {
      finish(request.job, at: now)
      return
    }
    // An object that this controller does not have is left out from now on.
    unsupported.insert(culprit)
    values[culprit] = nil
    ask(request.instances, request.job, at: now)
    if !pending.contains(where: { isSame($0.job, request.job) }) { finish(request.job, at: now) }
  }

  private func isSame(_ one: Job, _ other: Job) -> Bool {
    switch (one, other) {
    case (.identify, .identify), (.compare, .compare), (.poll, .poll), (.control, .control): true
    default: false
    }
  }

  /// When the last answer of a job is there, the next begins.
  private mutating func finish(_ job: Job, at now: SimTime) {
    if pending.contains(where: { isSame($0.job, job) }) { return }
    switch job {
    case .identify:
      readIdentity()
      ask(protectedInstances, .compare, at: now)
    case .compare:
      differences = protectedInstances.compactMap { instance in
        guard let wanted = expected[instance], values[instance] != wanted else { return nil }
        return NTCIPDifference(instance: instance, expected: wanted, found: values[instance])
      }
      if isLossTold { events.append(.recovered) }
      isLossTold = false
      state = .shadow
      events.append(.identified(identity))
      nextPoll = now
      advance(to: now)
    case .poll: finishPoll(at: now)
    case .control: break
    }
  }

  // MARK: - Requests

  private mutating func connect(at now: SimTime) {
    forgetRequests()
    state = .connecting
    values = [:]
    unsupported = []
    setID = nil
    status = nil
    nextPoll = .distantFuture
    ask(identityInstances, .identify, at: now)
  }

  private mutating func ask(_ instances: [NTCIPInstance], _ job: Job, at now: SimTime) {
    let known = instances.filter { !unsupported.contains($0) }
    var first = 0
    while first < known.count {
      let part = Array(known[first..<min(known.count, first + configuration.bindingsPerRequest)])
      first += part.count
      if let id = client.ask(.get, part.map { SNMPBinding($0.name) }, at: now) {
        pending.append(Pending(id: id, job: job, instances: part))
      }
    }
  }

  private mutating func writeControl(at now: SimTime, isRelease: Bool = false) {
    let instances = controlInstances
    let bindings = instances.map { SNMPBinding($0.name, .integer(Int64(wanted[$0] ?? 0))) }
    // A state that waits to be sent is replaced by the newer one.
    if let id = client.ask(.set, bindings, at: now) {
      pending.append(Pending(id: id, job: .control(wanted, isRelease: isRelease), instances: instances))
      possible.append(wanted)
      if possible.count > 8 { possible.removeFirst() }
    }
    let third = TimeSpan(milliseconds: Int64(max(1, identity.backupSeconds)) * 1000 / 3)
    nextRenewal = isRelease ? .distantFuture : now + third
  }

  // MARK: - Judgement

  private mutating func readIdentity() {
    func text(_ object: NTCIPObjectName) -> String {
      if case .octets(let octets)? = values[NTCIPInstance(object, 1)] {
        return String(decoding: octets, as: UTF8.self)
      }
      return ""
    }
    identity = NTCIPIdentity(
      make: text(.moduleMake), model: text(.moduleModel), version: text(.moduleVersion),
      maximumPhases: number(NTCIPInstance(.maxPhases)) ?? 0,
      phaseGroups: number(NTCIPInstance(.maxPhaseGroups)) ?? 0,
      detectorGroups: number(NTCIPInstance(.maxVehicleDetectorStatusGroups)) ?? 0,
      backupSeconds: number(NTCIPInstance(.unitBackupTime)) ?? 0)
  }

  private mutating func finishPoll(at now: SimTime) {
    let isFirst = !hasPolled || setID == nil
    hasPolled = true
    let newID = values[NTCIPInstance(.globalSetIDParameter)]?.number
    let hasRestarted = (number(NTCIPInstance(.unitAlarmStatus2)) ?? 0) & 1 == 1
    if !isFirst && (hasRestarted || newID != setID) {
      if state == .armed { disarm(hasRestarted ? .restarted : .databaseChanged) }
      connect(at: now)
      return
    }
    setID = newID ?? -1
    identity.backupSeconds = number(NTCIPInstance(.unitBackupTime)) ?? 0
    status = assembledStatus(before: status, at: now)
    statusTime = now
    events.append(.status)
    if state == .armed { judge(at: now) }
  }

  private mutating func judge(at now: SimTime) {
    if number(NTCIPInstance(.unitControlStatus)) == 4 && wanted != NTCIPControl() {
      events.append(.fellBack)
      possible = [NTCIPControl()]
      writeControl(at: now)
      return
    }
    for instance in controlInstances {
      guard let found = number(instance) else { continue }
      let isOurs = possible.contains { state in
        let own = state[instance] ?? 0
        // Force-off bits clear themselves.
        return found == own || instance.object == .phaseControlGroupForceOff && found & ~own == 0
      }
      if !isOurs {
        disarm(.secondMaster(instance, found: found, expected: wanted[instance] ?? 0))
        return
      }
    }
    if wanted.pattern != 0, let found = number(NTCIPInstance(.coordPatternStatus)) {
      let isPreempted = (number(NTCIPInstance(.shortAlarmStatus)) ?? 0) & 1 == 1
      if found == wanted.pattern {
        hasReachedPattern = true
      } else if hasReachedPattern && !isPreempted {
        disarm(.otherPattern(found: found, expected: wanted.pattern))
        return
      }
    }
    if let drift = clockDrift(at: now), abs(drift.milliseconds) > configuration.clockLimit.milliseconds {
      disarm(.clockDrift(drift))
    }
  }

  private mutating func disarm(_ reason: NTCIPDisarming) {
    state = .shadow
    nextRenewal = .distantFuture
    renewals.interrupt()
    events.append(.disarmed(reason))
  }
}
