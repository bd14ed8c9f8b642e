import TrafficModel

/// The upper computer's side of GB/T 20999-2017: watches one controller and, when armed, commands it.
///
/// Theory of operation. One request is on the wire at a time; its answer is known by type and data address, never by the
/// sequence number. Silence sends it again. The session identifies the controller (manufacturer, and what keeps people
/// safe), polls mode, plan, stage and lamps, and keeps the heart beating. Armed, it writes stage, plan and mode
/// of 17.1 together, whenever they change and at every renewal; releasing writes zeros and the local mode.
///
/// | state | event | next |
/// |---|---|---|
/// | connecting | identified | shadow |
/// | shadow | `arm`, fallback proven, nothing differs | armed |
/// | armed | `release` | shadow, after writing zeros |
/// | armed | 17.1 holds what we did not write, in two polls | shadow, nothing more is written |
/// | armed | 17.1 holds zeros, in two polls | the same: restarted, fell back, or released by somebody |
/// | any | two requests without an answer | lost |
/// | lost | an answer | connecting |
///
/// Two polls, because answers bear no number that could be trusted: after a long stall one of them may be the late answer
/// to an earlier poll. Between the two nothing is written.
public struct GBTUpperSession: Sendable {
  public struct Configuration: Hashable, Sendable {
    public var upperComputer: UInt8
    public var controller: UInt32
    public var road: UInt8
    public var version: UInt16
    public var pollInterval: TimeSpan
    public var heartbeatInterval: TimeSpan
    public var renewalInterval: TimeSpan
    public var timeout: TimeSpan
    public var retries: Int
    /// What 17.1.4 gets for a release; `20` is "local" in the catalogue.
    public var localMode: UInt8
    /// What 17.1.4 gets for a plan, and for a stage.
    public var planMode: UInt8
    public var stageMode: UInt8
    /// The attribute of 3.3 that holds the lamp state; sources have 1 and 2.
    public var lampAttribute: UInt8
    /// A recorded test has shown that this controller returns to its local plan when the brain falls silent.
    public var isFallbackProven: Bool

    public init(
      upperComputer: UInt8 = 1, controller: UInt32 = 1, road: UInt8 = 1, version: UInt16 = 0x0102,
      pollInterval: TimeSpan = TimeSpan(milliseconds: 1000),
      heartbeatInterval: TimeSpan = TimeSpan(milliseconds: 5000),
      renewalInterval: TimeSpan = TimeSpan(milliseconds: 10_000),
      timeout: TimeSpan = TimeSpan(milliseconds: 1000), retries: Int = 2, localMode: UInt8 = GBTMode.local,
      planMode: UInt8 = GBTMode.coordinated, stageMode: UInt8 = GBTMode.adaptive, lampAttribute: UInt8 = 1,
      isFallbackProven: Bool = false
    ) {
      self.upperComputer = upperComputer
      self.controller = controller
      self.road = road
      self.version = version
      self.pollInterval = pollInterval
      self.heartbeatInterval = heartbeatInterval
      self.renewalInterval = renewalInterval
      self.timeout = timeout
      self.retries = retries
      self.localMode = localMode
      self.planMode = planMode
      self.stageMode = stageMode
      self.lampAttribute = lampAttribute
      self.isFallbackProven = isFallbackProven
    }
  }

  private enum Job: Hashable {
    case identify, poll, heartbeat
    case control(GBTController.Central)
    case release
  }

  private struct Request {
    var job: Job
    var frame: GBTFrame
    var tries = 0
    var sentAt = SimTime.zero
    var answered: Set<GBTAddress> = []
  }

  /// With 64 bytes each they still fit into one datagram.
  private static let valuesPerQuery = 64
  private static let queueLimit = 32

  public let controller: SignalController
  public let configuration: Configuration
  public private(set) var state = State.connecting
  public private(set) var status: CabinetStatus?
  /// Of the answers so far.
  public private(set) var roundTrips = RoundTripTimes()
  public private(set) var renewals = RenewalTimes()
  public private(set) var counts = (strays: 0, repetitions: 0)
  var values: [GBTAddress: [UInt8]] = [:]
  private var missing: Set<GBTAddress> = []
  private var queue: [Request] = []
  private var deadline = SimTime.distantFuture
  private var nextPoll = SimTime.distantFuture
  private var nextHeartbeat = SimTime.distantFuture
  private var nextRenewal = SimTime.distantFuture
  private var sequence: UInt8 = 0
  private var silences = 0
  /// A cabinet that stays away is lost once, not at every try.
  private var isLossTold = false
  private var wanted = GBTController.Central()
  private var possible: [GBTController.Central] = []
  /// Polls in a row that read in 17.1 what was not written.
  private var strangePolls = 0
  private var sent: [GBTFrame] = []
  private var events: [Event] = []

  public init(_ controller: SignalController, _ configuration: Configuration = Configuration()) {
    self.controller = controller
    self.configuration = configuration
  }

  /// What the controller was last told to hold.
  public var wantedControl: GBTController.Central { wanted }

  public var nextDeadline: SimTime {
    let renewal = strangePolls == 0 ? nextRenewal : .distantFuture
    return min(queue.isEmpty ? .distantFuture : deadline, min(nextPoll, min(nextHeartbeat, renewal)))
  }

  public mutating func nextFrame() -> GBTFrame? { sent.isEmpty ? nil : sent.removeFirst() }
  public mutating func nextEvent() -> Event? { events.isEmpty ? nil : events.removeFirst() }

  // MARK: - Commands

  public mutating func start(at now: SimTime) { connect(at: now) }

  /// Known once it is identified.
  public var differences: [Difference] {
    if state == .connecting || state == .lost { return [] }
    return protected.compactMap { address, expected in
      if values[address] == expected { return nil }
      return Difference(address: address, expected: expected, found: values[address] ?? [])
    }
  }

  public var armingRefusals: [ArmingRefusal] {
    guard state == .shadow, status != nil else { return [.notConnected] }
    var refusals: [ArmingRefusal] = configuration.isFallbackProven ? [] : [.fallbackNotProven]
    for difference in differences {
      refusals.append(.differs(difference.address, expected: difference.expected, found: difference.found))
    }
    for attribute in UInt8(2)...3 {
      let address = GBTAddress(17, 1, attribute, 1)
      if let found = values[address]?.last, found != 0 {
        refusals.append(.otherMaster(address, found: found))
      }
    }
    return refusals
  }

  public mutating func arm(at now: SimTime) {
    let refusals = armingRefusals
    guard refusals.isEmpty else {
      events.append(.armingRefused(refusals))
      return
    }
    state = .armed
    wanted = GBTController.Central()
    possible = [wanted]
    strangePolls = 0
    events.append(.armed)
  }

  /// What the cabinet shall do from now on: a plan, a stage, or its own; without effect unless armed, and while it is not
  /// clear whether somebody else commands it.
  public mutating func apply(_ command: CabinetCommand, at now: SimTime) {
    guard state == .armed, strangePolls == 0 else { return }
    let central = GBTController.Central(command, configuration)
    if central == wanted { return }
    wanted = central
    writeControl(at: now)
  }

  public mutating func release(at now: SimTime) {
    guard state == .armed else { return }
    disarm(.released)
    writeZeros(at: now)
  }

  /// No stage, no plan, the local mode.
  mutating func writeZeros(at now: SimTime) {
    set([0, 0, configuration.localMode], .release, at: now)
  }

  private mutating func writeControl(at now: SimTime) {
    nextRenewal = now + configuration.renewalInterval
    possible.append(wanted)
    if possible.count > 8 { possible.removeFirst() }
    let mode = wanted.mode == 0 ? configuration.localMode : wanted.mode
    set([wanted.stage, wanted.plan, mode], .control(wanted), at: now)
  }

  /// A mode of "local" comes last: it clears stage and plan.
  private mutating func set(_ numbers: [UInt8], _ job: Job, at now: SimTime) {
    let values = zip(UInt8(2)...4, numbers).map { GBTValue(GBTAddress(17, 1, $0, 1), [$1]) }
    ask(job, .set, values, at: now)
  }

  // MARK: - Outside events

  public mutating func handle(_ frame: GBTFrame, at now: SimTime) {
    guard frame.controller == configuration.controller, let request = queue.first,
      answers(frame, request)
    else {
      counts.strays += 1
      return
    }
    silences = 0
    if request.answered.isEmpty { roundTrips.note(now - request.sentAt) }
    for value in frame.values {
      queue[0].answered.insert(value.address)
      switch frame.kind {
      case .queryReply: values[value.address] = value.data
      case .queryError: missing.insert(value.address)
      case .setError: events.append(.commandRefused(value.address, value.data.first ?? 0))
      default: break
      }
    }
    let open = request.frame.values.contains { !queue[0].answered.contains($0.address) }
    if !open {
      let job = queue.removeFirst().job
      if case .control = job { renewals.note(sentAt: request.sentAt, confirmedAt: now) }
      finish(job, at: now)
    }
    if !queue.isEmpty && queue[0].tries == 0 { send(at: now) }
  }

  private func answers(_ frame: GBTFrame, _ request: Request) -> Bool {
    switch (request.frame.kind, frame.kind) {
    case (.heartbeat, .heartbeatReply), (.heartbeat, .heartbeatReplyAlternative): return true
    case (.query, .queryReply), (.query, .queryError), (.set, .setReply), (.set, .setError):
      return frame.values.contains { value in request.frame.values.contains { $0.address == value.address } }
    default: return false
    }
  }

  public mutating func advance(to now: SimTime) {
    while let request = queue.first, deadline <= now {
      if request.tries <= configuration.retries {
        counts.repetitions += 1
        send(at: now)
        continue
      }
      queue.removeFirst()
      silences += 1
      if silences >= 2 || state == .connecting { lose(at: now) }
      if !queue.isEmpty { send(at: now) }
    }
    if nextRenewal <= now && strangePolls == 0 { writeControl(at: now) }
    if nextHeartbeat <= now {
      nextHeartbeat = now + configuration.heartbeatInterval
      ask(.heartbeat, .heartbeat, [], at: now)
    }
    if nextPoll <= now {
      nextPoll = now + configuration.pollInterval
      if !queue.contains(where: { $0.job == .poll || $0.job == .identify }) {
        if state == .lost { connect(at: now) } else { query(polled, .poll, at: now) }
      }
    }
  }

  private mutating func lose(at now: SimTime) {
    if state == .armed { disarm(.lost) }
    if !isLossTold { events.append(.lost) }
    isLossTold = true
    state = .lost
    queue = []
    nextHeartbeat = .distantFuture
    nextPoll = now + configuration.pollInterval
  }

  // MARK: - Requests

  private mutating func connect(at now: SimTime) {
    state = .connecting
    queue = []
    values = [:]
    missing = []
    status = nil
    nextPoll = .distantFuture
    query([GBTAddress(1, 1), GBTAddress(6, 1)] + protected.map(\.0), .identify, at: now)
  }

  private mutating func query(_ addresses: [GBTAddress], _ job: Job, at now: SimTime) {
    let known = addresses.filter { !missing.contains($0) }
    var first = 0
    while first < known.count {
      let part = known[first..<min(known.count, first + Self.valuesPerQuery)]
      first += part.count
      ask(job, .query, part.map { GBTValue($0) }, at: now)
    }
  }

  private mutating func ask(_ job: Job, _ kind: GBTFrame.Kind, _ values: [GBTValue], at now: SimTime) {
    if queue.count >= Self.queueLimit { return }
    queue.append(
      Request(
        job: job,
        frame: GBTFrame(
          kind, version: configuration.version, upperComputer: configuration.upperComputer,
          controller: configuration.controller, road: configuration.road, values: values)))
    if queue.count == 1 { send(at: now) }
  }

  private mutating func send(at now: SimTime) {
    sequence &+= 1
    queue[0].tries += 1
    queue[0].frame.sequence = sequence
    queue[0].sentAt = now
    deadline = now + configuration.timeout
    sent.append(queue[0].frame)
  }

  // MARK: - Judgement

  private mutating func finish(_ job: Job, at now: SimTime) {
    // When the last answer of a job is there, it is over.
    if (job == .identify || job == .poll) && queue.contains(where: { $0.job == job }) { return }
    switch job {
    case .identify:
      state = .shadow
      if isLossTold { events.append(.recovered) }
      isLossTold = false
      nextPoll = now
      nextHeartbeat = now + configuration.heartbeatInterval
      let name = values[GBTAddress(1, 1)].map { String(decoding: $0, as: UTF8.self) } ?? ""
      events.append(.identified(manufacturer: name))
      advance(to: now)
    case .poll:
      status = assembledStatus(at: now)
      events.append(.status)
      if state == .armed { judge() }
    case .control(let central):
      if let index = possible.firstIndex(of: central) { possible.removeFirst(index) }
      events.append(.commandConfirmed)
    case .heartbeat, .release: break
    }
  }

  private mutating func judge() {
    let held: [UInt8?] = (2...3).map { values[GBTAddress(17, 1, UInt8($0), 1)]?.last }
    let isStageOurs = held[0].map { stage in possible.contains { $0.stage == stage } } ?? true
    let isPlanOurs = held[1].map { plan in possible.contains { $0.plan == plan } } ?? true
    strangePolls = isStageOurs && isPlanOurs ? 0 : strangePolls + 1
    guard strangePolls >= 2 else { return }
    if held == [0, 0] {
      disarm(.letGo)
    } else if let stage = held[0], !isStageOurs {
      disarm(.secondMaster(GBTAddress(17, 1, 2, 1), found: stage, expected: wanted.stage))
    } else if let plan = held[1] {
      disarm(.secondMaster(GBTAddress(17, 1, 3, 1), found: plan, expected: wanted.plan))
    }
  }

  private mutating func disarm(_ reason: Disarming) {
    state = .shadow
    nextRenewal = .distantFuture
    renewals.interrupt()
    events.append(.disarmed(reason))
  }
}
