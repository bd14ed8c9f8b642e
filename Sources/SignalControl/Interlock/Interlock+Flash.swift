import TrafficModel

/// Flash: all groups at once, from anything, and back only through red.
extension Interlock {
  public var isFlashing: Bool { lamps.first?.state == .flashing }

  /// All groups flash as the unit's options say, at once and whatever they show: vehicle groups yellow or red,
  /// pedestrian groups dark.
  public mutating func enterFlash(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    advance(to: now, into: &changes)
    guard !isFlashing else { return }
    for group in lamps.indices {
      if lamps[group].state == .green { settleClearance(of: group, at: now) }
      lamps[group].state = .flashing
      lamps[group].since = now
      lamps[group].until = .distantFuture
      show(timings[group].flash, group, into: &changes)
    }
    updateDeadline()
  }

  /// All groups turn red. A vehicle group that flashed has let people cross until now, so that every clearance runs
  /// from here; pedestrians were in the dark, and theirs runs from the end of their last walk.
  public mutating func leaveFlash(at now: SimTime, into changes: inout ContiguousArray<IndicationChange>) {
    advance(to: now, into: &changes)
    guard isFlashing else { return }
    for group in lamps.indices {
      if !timings[group].isPedestrian {
        lamps[group].greenEnded = now
        lamps[group].losingShift = .zero
        lamps[group].clearanceShift = .zero
      }
      turnRed(group, at: now, into: &changes)
    }
  }
}
