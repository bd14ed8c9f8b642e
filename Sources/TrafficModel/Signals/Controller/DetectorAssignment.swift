/// When a detector counts as broken, and what happens then (NTCIP 1202 `vehicleDetectorTable`).
public struct DetectorDiagnostics: Hashable, Sendable {
  /// Off for longer than this; `nil`: never noticed.
  public var longestAbsence: TimeSpan?
  /// On for longer than this.
  public var longestPresence: TimeSpan?
  /// More than this many actuations in a minute.
  public var mostActuationsPerMinute: Int?
  /// While it is broken: the green that its phases get by recall, `nil` up to their maximum; zero: no call at all.
  public var failTime: TimeSpan?

  public init(
    longestAbsence: TimeSpan? = nil, longestPresence: TimeSpan? = nil, mostActuationsPerMinute: Int? = nil,
    failTime: TimeSpan? = nil
  ) {
    self.longestAbsence = longestAbsence
    self.longestPresence = longestPresence
    self.mostActuationsPerMinute = mostActuationsPerMinute
    self.failTime = failTime
  }
}

/// What a detector does for a controller.
public struct DetectorAssignment: Hashable, Sendable {
  public var detector: DetectorID
  /// Its number in event logs and on the wire, from 1; 0: its place in the list, from 1.
  public var channel: Int
  /// Indices of phases that it calls while they are not green.
  public var calls: [Int]
  /// Indices of phases whose green it extends.
  public var extends: [Int]
  /// A call is placed only after the detector has been on for this long.
  public var delay: TimeSpan
  /// A detection is prolonged by this much.
  public var prolongation: TimeSpan
  /// Index of the phase that it extends instead while that one is green and its own phase is not.
  public var switchPhase: Int?
  /// It extends only in the first part of the green of this length (a queue detector); `nil`: in all of it.
  public var queueLimit: TimeSpan?
  /// A call of this detector is remembered although its phase does not lock calls (NTCIP red lock).
  public var locksInRed: Bool
  /// The same for an actuation in yellow (NTCIP yellow lock).
  public var locksInYellow: Bool
  /// Its actuations in yellow and red count for the variable initial.
  public var addsInitial: Bool
  public var diagnostics: DetectorDiagnostics

  public init(
    detector: DetectorID, channel: Int = 0, calls: [Int], extends: [Int], delay: TimeSpan = .zero,
    prolongation: TimeSpan = .zero, switchPhase: Int? = nil, queueLimit: TimeSpan? = nil,
    locksInRed: Bool = false, locksInYellow: Bool = false, addsInitial: Bool = false,
    diagnostics: DetectorDiagnostics = DetectorDiagnostics()
  ) {
    self.detector = detector
    self.channel = channel
    self.calls = calls
    self.extends = extends
    self.delay = delay
    self.prolongation = prolongation
    self.switchPhase = switchPhase
    self.queueLimit = queueLimit
    self.locksInRed = locksInRed
    self.locksInYellow = locksInYellow
    self.addsInitial = addsInitial
    self.diagnostics = diagnostics
  }
}
