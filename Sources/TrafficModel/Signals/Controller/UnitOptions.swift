/// What holds for a whole unit: how it starts, flashes, and gets into step.
public struct UnitOptions: Hashable, Sendable {
  /// Flash after power is restored (NTCIP 1202 `unitStartUpFlash`); zero: the unit starts in all red.
  public var startUpFlash: TimeSpan
  /// All red after the start-up flash, and after any other flash.
  public var startUpAllRed: TimeSpan
  /// Least red between two greens of one vehicle group (NEMA TS 2, 3.5.3.6).
  public var redRevert: TimeSpan
  /// Vehicle groups (indices) that flash yellow; all others flash red, pedestrian groups are dark.
  public var flashingYellowGroups: [Int]
  public var transition: TransitionRule
  /// A phase or pedestrian call that waits longer than this many cycles is a cycle fault (NTCIP 1202
  /// `unitAlarmStatus1`): coordination falls to free. Running free, it is a failure, and the alarm is shown.
  public var cycleFaultCycles: Int
  /// Detectors may put the unit on minimum recall when most of them have failed; the share that does so.
  public var failedDetectorShare: Double
  /// Rings that nobody calls end their greens together and wait in red (NEMA TS 2 red rest mode); otherwise they rest in
  /// green.
  public var restsInRed: Bool

  public init(
    startUpFlash: TimeSpan = .zero, startUpAllRed: TimeSpan = .zero, redRevert: TimeSpan = .redRevert,
    flashingYellowGroups: [Int] = [], transition: TransitionRule = TransitionRule(),
    cycleFaultCycles: Int = 2, failedDetectorShare: Double = 1, restsInRed: Bool = false
  ) {
    self.startUpFlash = startUpFlash
    self.startUpAllRed = startUpAllRed
    self.redRevert = redRevert
    self.flashingYellowGroups = flashingYellowGroups
    self.transition = transition
    self.cycleFaultCycles = cycleFaultCycles
    self.failedDetectorShare = failedDetectorShare
    self.restsInRed = restsInRed
  }
}
