/// One green of a signal group within a cycle.
public struct GreenInterval: Hashable, Sendable {
  /// In master time, folded into `0 ..< cycle`.
  public var start: TimeSpan
  public var duration: TimeSpan

  public init(start: TimeSpan, duration: TimeSpan) {
    self.start = start
    self.duration = duration
  }
}

/// One phase or stage of a cycle as it is drawn: from its start to the end of its clearance.
public struct PlannedInterval: Hashable, Sendable {
  /// Index of the phase or of the stage.
  public var index: Int
  /// Ring of a phase; 0 for stages.
  public var ring: Int
  /// In master time, folded into `0 ..< cycle`.
  public var start: TimeSpan
  public var duration: TimeSpan

  public init(index: Int, ring: Int, start: TimeSpan, duration: TimeSpan) {
    self.index = index
    self.ring = ring
    self.start = start
    self.duration = duration
  }
}

/// What a pattern shows over one cycle: both traditions compile to it, and everything that only needs to know
/// when something is green (the pretimed unit, analysis, diagrams) reads it.
public struct CycleTimeline: Hashable, Sendable {
  public var cycle: TimeSpan
  /// Greens by group index, in order of start, none touching the next.
  public var greens: [[GreenInterval]]
  /// Phases by ring and start, or stages by start.
  public var intervals: [PlannedInterval]

  public init(cycle: TimeSpan, greens: [[GreenInterval]], intervals: [PlannedInterval]) {
    self.cycle = cycle
    self.greens = greens
    self.intervals = intervals
  }

  /// Total green of a group in one cycle.
  public func greenTime(of group: Int) -> TimeSpan { greens[group].reduce(.zero) { $0 + $1.duration } }
}
