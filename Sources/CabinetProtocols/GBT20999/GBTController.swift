import TrafficModel

/// The controller side of GB/T 20999-2017: answers an upper computer for one emulated cabinet that runs stages.
///
/// Theory of operation. Every frame for this controller and intersection is answered; good values in one frame, refused
/// ones in another of the error type. Sets of 17.1 (stage, plan, mode) and of 18.1 (flash, cancel) are commands;
/// sets of plan tables (9.2) are taken together per frame, laid out, and refused with "control failed" where they have
/// no timeline. Everything else is read-only. When nothing has come for ``Configuration/silenceLimit``, the cabinet
/// returns to its local plan.
///
/// | 17.1 holds | command |
/// |---|---|
/// | mode 22 (local, actuated) | free |
/// | any other mode 20 to 25, or nothing | local |
/// | stage ≠ 0 | free, in that stage |
/// | plan ≠ 0 | that plan |
/// | mode 31 | flash |
///
/// Deviations. All red, lamps off and restart are refused (`50`), since nothing in the cabinet may do them on command.
/// Priority and emergency tables, alarms and faults are empty. The transition table is zero. Maximum greens, extension
/// and demand of a phase are zero: stages have them here.
public struct GBTController: Sendable {
  /// How the sequence number of a reply comes about; sources differ.
  public enum SequenceRule: String, Sendable, CaseIterable {
    case echo
    case increment
  }

  public struct Configuration: Hashable, Sendable {
    public var controller: UInt32
    public var road: UInt8
    public var sequenceRule: SequenceRule
    /// Answer heartbeats with `71` instead of `80`.
    public var answersHeartbeatAlternatively: Bool
    /// Silence of the upper computer after which the local plan runs; the standard's number is unsure.
    public var silenceLimit: TimeSpan
    /// Whether changes of mode, plan and stage are reported unasked.
    public var reports: Bool

    public init(
      controller: UInt32 = 1, road: UInt8 = 1, sequenceRule: SequenceRule = .echo,
      answersHeartbeatAlternatively: Bool = false, silenceLimit: TimeSpan = TimeSpan(milliseconds: 45_000),
      reports: Bool = false
    ) {
      self.controller = controller
      self.road = road
      self.sequenceRule = sequenceRule
      self.answersHeartbeatAlternatively = answersHeartbeatAlternatively
      self.silenceLimit = silenceLimit
      self.reports = reports
    }
  }

  public enum Output: Hashable, Sendable {
    case send(GBTFrame)
    case command(CabinetCommand)
    /// Plans were set; the cabinet runs these data from now on.
    case database(SignalController)
  }

  public struct Counts: Hashable, Sendable {
    public var frames = 0
    /// For another controller or intersection, or of a kind that only a controller sends.
    public var strangers = 0
    public var refusals = 0
    public var fallbacks = 0
    public init() {}
  }

  public let configuration: Configuration
  public private(set) var controller: SignalController
  public private(set) var central = Central()
  public private(set) var counts = Counts()
  private var clockOffset: Int64
  private var deadline = SimTime.distantFuture
  private var outputs: [Output] = []
  private var upperComputer: UInt8 = 1
  private var version: UInt16 = 0x0102
  private var reported: [UInt8] = []
  private var stage = 0
  private var stageSince = SimTime.zero

  /// - Parameters:
  ///   - controller: Has stages; a ring-barrier controller has no object here that could say what it does.
  ///   - unixSeconds: UTC at time zero.
  /// - Returns: `nil` for a controller without stages.
  public init?(
    _ controller: SignalController, unixSeconds: Int64 = 0, _ configuration: Configuration = Configuration()
  ) {
    if controller.stages.isEmpty || controller.stages.count > 64 || controller.groups.count > 64 {
      return nil
    }
    self.controller = controller
    self.configuration = configuration
    clockOffset = unixSeconds * 1000
  }

  public var nextDeadline: SimTime { deadline }
  public mutating func nextOutput() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

  public mutating func handle(_ frame: GBTFrame, at now: SimTime, seeing status: CabinetStatus) {
    advance(to: now, seeing: status)
    guard frame.controller == configuration.controller,
      frame.road == configuration.road || frame.road == 0
    else {
      counts.strangers += 1
      return
    }
    switch frame.kind {
    case .query, .set, .heartbeat, .broadcast: break
    case .queryReply, .queryError, .setReply, .setError, .report, .heartbeatReply, .heartbeatReplyAlternative:
      counts.strangers += 1
      return
    }
    counts.frames += 1
    upperComputer = frame.upperComputer
    version = frame.version
    if central != Central() { deadline = now + configuration.silenceLimit }
    switch frame.kind {
    case .heartbeat:
      let kind: GBTFrame.Kind =
        configuration.answersHeartbeatAlternatively ? .heartbeatReplyAlternative : .heartbeatReply
      reply(to: frame, kind, [])
    case .query: answerQuery(frame, view(status, at: now))
    case .set: answerSet(frame, view(status, at: now), at: now)
    default: break
    }
  }

  /// Lets timers run out and tells changes; the status is the cabinet's at `now`.
  public mutating func advance(to now: SimTime, seeing status: CabinetStatus) {
    let running = view(status, at: now).runningStage
    if running != stage {
      stage = running
      stageSince = now
    }
    if deadline <= now {
      deadline = .distantFuture
      counts.fallbacks += 1
      central = Central()
      outputs.append(.command(CabinetCommand()))
    }
    if configuration.reports { report(view(status, at: now)) }
  }

  /// Another protocol has changed patterns or schedule.
  public mutating func adopt(_ changed: SignalController) { controller = changed }

  private func view(_ status: CabinetStatus, at now: SimTime) -> GBTView {
    GBTView(
      controller: controller, status: status, identity: configuration, mode: mode(status), central: central,
      unixMilliseconds: clockOffset + now.milliseconds,
      stageSeconds: Int((now - stageSince).milliseconds / 1000))
  }

  private func mode(_ status: CabinetStatus) -> UInt8 {
    switch status.mode {
    case .flash: return GBTMode.flash
    case .startUp: return GBTMode.allRed
    case .manual: return 0x25
    case .preempt, .pattern, .free: break
    }
    if central.mode != 0 && central.mode & 0xF0 == 0x10 { return central.mode }
    if central.stage != 0 { return GBTMode.manual }
    if central.plan != 0 { return GBTMode.coordinated }
    return status.mode == .free ? GBTMode.localActuated : GBTMode.localFixed
  }

  // MARK: - Answers

  private mutating func reply(to frame: GBTFrame, _ kind: GBTFrame.Kind, _ values: [GBTValue]) {
    var answer = frame
    answer.kind = kind
    answer.values = values
    if configuration.sequenceRule == .increment { answer.sequence &+= 1 }
    outputs.append(.send(answer))
  }

  private mutating func answerQuery(_ frame: GBTFrame, _ view: GBTView) {
    var good: [GBTValue] = []
    var bad: [GBTValue] = []
    for value in frame.values {
      do throws(GBTRefusal) {
        good.append(GBTValue(value.address, try view.read(value.address), index: value.index))
      } catch {
        bad.append(GBTValue(value.address, [error.error.rawValue], index: value.index))
      }
    }
    counts.refusals += bad.count
    if !good.isEmpty { reply(to: frame, .queryReply, good) }
    if !bad.isEmpty { reply(to: frame, .queryError, bad) }
  }

  private mutating func answerSet(_ frame: GBTFrame, _ view: GBTView, at now: SimTime) {
    var errors = [GBTError?](repeating: nil, count: frame.values.count)
    var plans: [Int: GBTPlan] = [:]
    var newCentral = central
    for (position, value) in frame.values.enumerated() {
      do throws(GBTRefusal) {
        try take(value, into: &newCentral, &plans, view)
      } catch { errors[position] = error.error }
    }
    if let changed = laidOut(plans) {
      if changed != controller {
        controller = changed
        outputs.append(.database(changed))
      }
    } else {
      for (position, value) in frame.values.enumerated() where value.address.dataClass == 9 {
        errors[position] = errors[position] ?? .controlFailed
      }
    }
    if newCentral != central {
      central = newCentral
      outputs.append(.command(command))
    }
    deadline = central == Central() ? .distantFuture : now + configuration.silenceLimit
    var good: [GBTValue] = []
    var bad: [GBTValue] = []
    for (value, error) in zip(frame.values, errors) {
      if let error {
        bad.append(GBTValue(value.address, [error.rawValue], index: value.index))
      } else {
        good.append(GBTValue(value.address, [0], index: value.index))
      }
    }
    counts.refusals += bad.count
    if !good.isEmpty { reply(to: frame, .setReply, good) }
    if !bad.isEmpty { reply(to: frame, .setError, bad) }
  }

  private func take(
    _ value: GBTValue, into central: inout Central, _ plans: inout [Int: GBTPlan], _ view: GBTView
  ) throws(GBTRefusal) {
    let address = value.address
    switch (address.dataClass, address.object) {
    case (9, 2):
      let number = Int(address.element)
      guard (1...128).contains(number) else { throw GBTRefusal(.doesNotExist) }
      let old = controller.patterns.first { $0.number == number }
      var plan =
        plans[number] ?? old.flatMap { GBTPlan(exactly: $0, of: controller) } ?? GBTPlan(number: number)
      try plan.take(address.attribute, value.data)
      plans[number] = plan
    case (17, 1):
      guard address.element == 1 else { throw GBTRefusal(.doesNotExist) }
      guard value.data.count == 1 else { throw GBTRefusal(.wrongLength) }
      try takeCentral(address.attribute, value.data[0], into: &central)
    case (18, 1):
      guard value.data.count == 16 else { throw GBTRefusal(.wrongLength) }
      switch value.data[15] {
      case 0: central = Central()
      case 1:
        central = Central()
        central.mode = GBTMode.flash
      case 2...5: throw GBTRefusal(.controlFailed)
      default: throw GBTRefusal(.badValue)
      }
    default:
      _ = try view.read(address)
      throw GBTRefusal(.readOnly)
    }
  }

  private func takeCentral(_ attribute: UInt8, _ number: UInt8, into central: inout Central)
    throws(GBTRefusal)
  {
    switch attribute {
    case 2:
      guard number <= controller.stages.count else { throw GBTRefusal(.badValue) }
      central.stage = number
    case 3:
      guard number == 0 || controller.patterns.contains(where: { $0.number == Int(number) }) else {
        throw GBTRefusal(.badValue)
      }
      central.plan = number
    case 4:
      switch number {
      case GBTMode.localActuated:
        central = Central()
        central.mode = number
      case 0, 0x20...0x25: central = Central()
      case 0x10...0x15, GBTMode.flash: central.mode = number
      case 0x32, 0x33: throw GBTRefusal(.controlFailed)
      default: throw GBTRefusal(.badValue)
      }
    case 1: throw GBTRefusal(.readOnly)
    default: throw GBTRefusal(.doesNotExist)
    }
  }

  /// What the central state asks of the cabinet.
  private var command: CabinetCommand {
    if central.mode == GBTMode.flash { return CabinetCommand(program: .flash) }
    if central.mode == GBTMode.localActuated { return CabinetCommand(program: .free) }
    if central.stage != 0 { return CabinetCommand(program: .free, stage: Int(central.stage) - 1) }
    if central.plan != 0 { return CabinetCommand(program: .pattern(Int(central.plan))) }
    return CabinetCommand()
  }

  /// The controller with these plans; `nil` if one of them cannot be run.
  private func laidOut(_ plans: [Int: GBTPlan]) -> SignalController? {
    var changed = controller
    for number in plans.keys.sorted() {
      guard let plan = plans[number] else { continue }
      guard plan.chain.count == plan.stageSeconds.count,
        plan.chain.allSatisfy({ controller.stages.indices.contains($0 - 1) }),
        plan.offsetSeconds < max(1, plan.cycleSeconds),
        zip(plan.chain, plan.stageSeconds).allSatisfy({
          TimeSpan(seconds: Double($1)) >= controller.stages[$0 - 1].minimumDuration
        })
      else { return nil }
      let place = changed.patterns.firstIndex { $0.number == number }
      let pattern = plan.pattern(replacing: place.map { changed.patterns[$0] })
      guard (try? changed.timeline(of: pattern)) != nil else { return nil }
      if let place { changed.patterns[place] = pattern } else { changed.patterns.append(pattern) }
    }
    return changed
  }

  private mutating func report(_ view: GBTView) {
    var current: [UInt8] = []
    for attribute in UInt8(2)...4 {
      current += (try? view.read(GBTAddress(13, 2, attribute, 1))) ?? [0]
    }
    if reported.isEmpty { reported = current }
    for (place, (before, after)) in zip(reported, current).enumerated() where before != after {
      let value = GBTValue(GBTAddress(13, 2, UInt8(place + 2), 1), [after])
      outputs.append(
        .send(
          GBTFrame(
            .report, version: version, upperComputer: upperComputer, controller: configuration.controller,
            road: configuration.road, values: [value])))
    }
    reported = current
  }
}
