import TrafficModel

/// Shows whether a controller returns to its own plan when its upper computer falls silent.
///
/// The standard's words on silence are not public and devices differ, so nobody may be commanded whose silence was not
/// tried. A pure machine: it commands a plan, watches until the controller says that it obeys, sends nothing at all for as
/// long as asked, not even a heartbeat, and looks again. A controller that still obeys then is released with zeros.
///
/// | step | event | next |
/// |---|---|---|
/// | commanding | mode and plan are the commanded ones | silent |
/// | commanding | ``patience`` has passed, or it is refused, lost, disarmed | ended |
/// | silent | the silence is over | looking |
/// | looking | first poll: local mode, 17.1 empty | ended, shown |
/// | looking | first poll: anything else | ended after zeros |
public struct GBTFallbackTest: Sendable {
  public enum Outcome: Hashable, Sendable {
    case shown(manufacturer: String)
    /// Why it is not shown, for a person.
    case notShown(String)
  }

  private enum Step: Sendable {
    case commanding(until: SimTime)
    case silent(until: SimTime)
    case looking
    case ended
  }

  public let plan: Int
  public let silence: TimeSpan
  public private(set) var outcome: Outcome?
  private var session: GBTUpperSession
  private var step = Step.ended
  private var manufacturer = ""

  /// A transition to another plan may take some cycles.
  private static let patience = TimeSpan(seconds: 300)

  /// - Parameters:
  ///   - plan: One that the controller has, by number.
  ///   - silence: For so long nothing is sent.
  public init(
    _ controller: SignalController, _ configuration: GBTUpperSession.Configuration, plan: Int,
    silence: TimeSpan
  ) {
    self.plan = plan
    self.silence = silence
    var trusting = configuration
    trusting.isFallbackProven = true
    session = GBTUpperSession(controller, trusting)
  }

  public var nextDeadline: SimTime {
    switch step {
    case .commanding(let end): min(end, session.nextDeadline)
    case .silent(let end): end
    case .looking: session.nextDeadline
    case .ended: .distantFuture
    }
  }

  public mutating func nextFrame() -> GBTFrame? {
    if case .silent = step { return nil }
    return session.nextFrame()
  }

  public mutating func start(at now: SimTime) {
    step = .commanding(until: now + Self.patience)
    session.start(at: now)
  }

  public mutating func handle(_ frame: GBTFrame, at now: SimTime) {
    if case .silent = step { return }
    session.handle(frame, at: now)
    judge(at: now)
  }

  public mutating func advance(to now: SimTime) {
    switch step {
    case .commanding(let end) where end <= now:
      session.release(at: now)
      finish(.notShown("it did not take plan \(plan) within \(Self.patience.seconds) s"))
    case .silent(let end) where end <= now:
      session = GBTUpperSession(session.controller, session.configuration)
      step = .looking
      session.start(at: now)
    case .commanding, .looking: session.advance(to: now)
    case .silent, .ended: break
    }
    judge(at: now)
  }

  /// Ends the test before its time, with zeros.
  public mutating func cancel(at now: SimTime) {
    session.writeZeros(at: now)
    finish(.notShown("interrupted; zeros were written"))
  }

  private mutating func judge(at now: SimTime) {
    while let event = session.nextEvent() {
      switch (step, event) {
      case (_, .identified(let name)): manufacturer = name
      case (.commanding, .status): command(at: now)
      case (.looking, .status): look(at: now)
      case (.commanding, .armingRefused(let refusals)):
        finish(.notShown(refusals.map(GBTUpperSession.words).joined(separator: "; ")))
      case (.commanding, .commandRefused(let address, let error)):
        session.release(at: now)
        finish(.notShown("it refused the command: error \(error) at \(address)"))
      case (.commanding, .lost), (.looking, .lost): finish(.notShown("it does not answer"))
      case (.commanding, .disarmed(let why)): finish(.notShown(GBTUpperSession.words(why)))
      default: break
      }
    }
  }

  private mutating func command(at now: SimTime) {
    if session.state == .shadow { session.arm(at: now) }
    session.apply(CabinetCommand(program: .pattern(plan)), at: now)
    if session.controlMode == session.configuration.planMode, session.runningPlan == plan {
      step = .silent(until: now + silence)
    }
  }

  private mutating func look(at now: SimTime) {
    let isEmpty = session.commandedStage == 0 && session.commandedPlan == 0
    if isEmpty, let mode = session.controlMode, mode & 0xF0 == GBTMode.local {
      return finish(.shown(manufacturer: manufacturer))
    }
    session.writeZeros(at: now)
    let mode = session.controlMode.map { String($0, radix: 16) } ?? "unknown"
    finish(
      .notShown(
        "after \(silence.seconds) s of silence it still obeys: mode \(mode), stage \(session.commandedStage), "
          + "plan \(session.commandedPlan); zeros were written"))
  }

  private mutating func finish(_ outcome: Outcome) {
    if self.outcome == nil { self.outcome = outcome }
    step = .ended
  }
}
