/// How a pattern is run.
public enum PatternOperation: Hashable, Sendable {
  /// Every green at its planned time, detectors or not.
  case pretimed
  /// Actuated within the cycle: phases that nobody calls give their time away.
  case coordinated(Coordination)
}

/// A standing demand of one phase in one pattern (NTCIP 1202 `splitMode`).
public enum SplitMode: String, Sendable, CaseIterable {
  /// As the phase's own recall says.
  case none
  case minimumRecall
  case maximumRecall
  case pedestrianRecall
  case maximumAndPedestrianRecall
  case omitted
}

/// Coordinated-actuated operation of a ring-barrier pattern.
public struct Coordination: Hashable, Sendable {
  public enum ForceOff: String, Sendable, CaseIterable {
    /// At its planned moment of the cycle: unused green goes to the next phase.
    case fixed
    /// After its own split: unused green goes back to the coordinated phases.
    case floating
  }

  public enum Permissive: String, Sendable, CaseIterable {
    /// Calls may end the coordinated phases only at the yield point.
    case single
    /// From the yield point on until the last moment at which the called phase still gets its minimum.
    case flexible
    /// One window per phase, in the order of the plan: a phase's closes when its split would begin.
    case byPhase
  }

  /// Which maximum bounds a green beside its force-off (NTCIP 1202 `coordMaximumMode`).
  public enum Maximum: String, Sendable, CaseIterable {
    case maximum1
    case maximum2
    case inhibited
  }

  /// Indices of phases; empty: the pattern's reference phases.
  public var coordinatedPhases: [Int]
  public var forceOff: ForceOff
  public var permissive: Permissive
  public var maximum: Maximum
  /// The coordinated phases rest in walk and clear in time for the yield point.
  public var restsInWalk: Bool
  /// By phase index; phases left out have ``SplitMode/none``.
  public var splitModes: [Int: SplitMode]

  public init(
    coordinatedPhases: [Int] = [], forceOff: ForceOff = .floating, permissive: Permissive = .flexible,
    maximum: Maximum = .inhibited, restsInWalk: Bool = false, splitModes: [Int: SplitMode] = [:]
  ) {
    self.coordinatedPhases = coordinatedPhases
    self.forceOff = forceOff
    self.permissive = permissive
    self.maximum = maximum
    self.restsInWalk = restsInWalk
    self.splitModes = splitModes
  }
}

/// How a unit gets from where it is in the cycle to where a new pattern, offset or clock wants it.
public struct TransitionRule: Hashable, Sendable {
  public enum Mode: String, Sendable, CaseIterable {
    /// The coordinated phases stay green until the cycle is in step.
    case dwell
    /// Whichever of adding and subtracting takes fewer cycles; adding where they are equal.
    case shortway
    case add
    case subtract
  }

  public var mode: Mode
  /// Longest lengthening of one cycle, as a share of it.
  public var longestAdd: Double
  /// Largest shortening of one cycle, as a share of it; minimum times may allow less.
  public var largestSubtract: Double
  /// Bound of one dwell; the rest follows in the next cycle.
  public var longestDwell: TimeSpan

  public init(
    mode: Mode = .shortway, longestAdd: Double = 0.20, largestSubtract: Double = 0.17,
    longestDwell: TimeSpan = TimeSpan(milliseconds: 255_000)
  ) {
    self.mode = mode
    self.longestAdd = longestAdd
    self.largestSubtract = largestSubtract
    self.longestDwell = longestDwell
  }
}
