import TrafficModel

/// Why a unit flashes, the one that outranks the others first; raw values are what event 173 reports
/// (NTCIP 1202 `unitFlashStatus`).
public enum FlashCause: Int, Sendable, Hashable, CaseIterable {
  /// The conflict monitor has tripped: the lamps that the unit commands are not shown.
  case monitor = 6
  /// The flash switch of the panel.
  case flashSwitch = 4
  /// A preempt that flashes while its train passes.
  case preempt = 8
  /// By schedule or command.
  case automatic = 3
  /// Power has just been restored.
  case startUp = 7

  /// What event 173 reports while nothing flashes.
  public static let none = 2

  /// In order of precedence.
  static let inOrder: [FlashCause] = [.monitor, .flashSwitch, .preempt, .automatic, .startUp]
}

/// When a unit flashes and how it comes out of it.
///
/// Theory of operation. A pure machine beside the programs; while it is not `steady`, nothing else may ask the
/// interlock for greens.
///
/// | State         | Event                                             | Next                                  |
/// |---------------|---------------------------------------------------|---------------------------------------|
/// | steady        | `begin` (power on), start-up flash longer than 0  | flash, cause start-up                 |
/// | steady        | `begin`, no start-up flash                        | all red, or steady if that is 0 s too |
/// | any           | a cause appears                                   | flash, at once                        |
/// | flash         | the last cause is gone, start-up flash is over    | all red                               |
/// | flash         | another cause is the highest                      | flash, reported anew                  |
/// | all red       | the start-up all red is over                      | steady                                |
///
/// Monitor goes before switch, switch before preempt, preempt before schedule and command. That matters only for
/// what is reported: all of them flash the same lamps, and flash ends when none is left.
public struct FlashControl: Sendable, Hashable {
  public enum State: Sendable, Hashable {
    case steady
    case flash(FlashCause)
    case allRed
  }

  private struct Times: Sendable, Hashable {
    var startUpFlash: TimeSpan
    var allRed: TimeSpan
  }

  /// Wishes to flash, one bit per cause.
  private struct Causes: OptionSet, Sendable, Hashable {
    var rawValue: UInt16
    init(rawValue: UInt16) { self.rawValue = rawValue }
    init(_ cause: FlashCause) { rawValue = 1 << UInt16(truncatingIfNeeded: cause.rawValue) }
  }

  private let times: Times
  public private(set) var state = State.steady
  private var causes: Causes = []
  /// When the start-up flash or the all red ends.
  public private(set) var nextDeadline = SimTime.distantFuture

  public init(_ options: UnitOptions) {
    times = Times(
      startUpFlash: options.startUpFlash.roundedUpToTick, allRed: options.startUpAllRed.roundedUpToTick)
  }

  /// The monitor or the switch flashes, or power has just come back: nothing outranks that.
  public var isForced: Bool { wants(.monitor) || wants(.flashSwitch) || wants(.startUp) }

  public var isSteady: Bool { state == .steady }

  /// What event 173 reports.
  public var reportedStatus: Int {
    if case .flash(let cause) = state { return cause.rawValue }
    return FlashCause.none
  }

  /// Begins or ends a cause of flash; it acts with the next ``advance(to:)``.
  /// - Returns: Whether anything is different from before.
  @discardableResult
  public mutating func set(_ cause: FlashCause, _ isWanted: Bool) -> Bool {
    let before = causes
    if isWanted { causes.insert(Causes(cause)) } else { causes.remove(Causes(cause)) }
    return causes != before
  }

  public func wants(_ cause: FlashCause) -> Bool { causes.contains(Causes(cause)) }

  /// Power comes on at `tick`.
  public mutating func begin(at tick: SimTime) {
    if times.startUpFlash > .zero {
      causes.insert(Causes(.startUp))
      state = .flash(.startUp)
      nextDeadline = tick + times.startUpFlash
    } else {
      state = .allRed
      nextDeadline = tick + times.allRed
    }
    advance(to: tick)
  }

  /// Acts at `tick`; the caller then brings the lamps to what ``state`` says.
  public mutating func advance(to tick: SimTime) {
    if causes.isEmpty && state == .steady { return }
    if causes.contains(Causes(.startUp)) && nextDeadline <= tick {
      causes.remove(Causes(.startUp))
      nextDeadline = .distantFuture
    }
    if let cause = highestCause {
      if !causes.contains(Causes(.startUp)) { nextDeadline = .distantFuture }
      state = .flash(cause)
      return
    }
    if case .flash = state {
      state = .allRed
      nextDeadline = tick + times.allRed
    }
    if state == .allRed && nextDeadline <= tick {
      state = .steady
      nextDeadline = .distantFuture
    }
  }

  private var highestCause: FlashCause? {
    for cause in FlashCause.inOrder where causes.contains(Causes(cause)) { return cause }
    return nil
  }

  func feedState(into digest: inout StateDigest) {
    let code =
      switch state {
      case .steady: 0
      case .allRed: 1
      case .flash(let cause): 2 + cause.rawValue
      }
    digest.combine(code, Int(causes.rawValue))
    digest.combine(nextDeadline)
  }

  /// Subtracts `shift` from every time that is kept.
  public mutating func rebase(by shift: TimeSpan) {
    if nextDeadline < .distantFuture { nextDeadline = nextDeadline - shift }
  }
}
