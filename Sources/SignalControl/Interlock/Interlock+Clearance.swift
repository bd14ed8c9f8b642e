import TrafficModel

/// To what a preempt may cut greens, walks and pedestrian clearances of those that are in its way; yellow and red
/// clearance stay.
public struct PreemptCut: Hashable, Sendable {
  /// Green that a vehicle group must have had; `nil`: its own minimum.
  public var minimumGreen: TimeSpan?
  /// Walk that must have been shown; `nil`: all of it.
  public var minimumWalk: TimeSpan?
  /// Pedestrian clearance; `nil`: all of it.
  public var pedestrianClearance: TimeSpan?

  public init(
    minimumGreen: TimeSpan? = nil, minimumWalk: TimeSpan? = nil, pedestrianClearance: TimeSpan? = nil
  ) {
    self.minimumGreen = minimumGreen?.roundedUpToTick
    self.minimumWalk = minimumWalk?.roundedUpToTick
    self.pedestrianClearance = pedestrianClearance?.roundedUpToTick
  }

  /// The cuts of a preempt's entry.
  public init(_ preempt: Preempt) {
    self.init(
      minimumGreen: preempt.minimumGreen, minimumWalk: preempt.minimumWalk,
      pedestrianClearance: preempt.pedestrianClearance)
  }

  func minimumGreen(of timing: Interlock.Timing) -> TimeSpan {
    let own = timing.isPedestrian ? minimumWalk : minimumGreen
    return min(max(own ?? timing.minimumGreen, .zero), timing.minimumGreen)
  }
}

/// Clearances that differ from the programmed ones: longer on request, shorter for pedestrians in a preempt's way.
extension Interlock {
  /// The losing colours after the group's present or next green last longer by `span`: a pedestrian clearance for
  /// slow walkers. The intergreens that follow move with them. It only ever lengthens; of several requests before the
  /// end of one green the longest counts.
  public mutating func lengthenNextLosing(of group: Int, by span: TimeSpan) {
    lamps[group].awaitedLosing = max(lamps[group].awaitedLosing, span.roundedUpToTick)
  }

  /// The intergreens after the group's present or next green last longer by `span` (red clearance extension). While
  /// it shows its losing colours, those of its last green do. It only ever lengthens; the longest request counts.
  public mutating func lengthenNextClearance(of group: Int, by span: TimeSpan) {
    let span = span.roundedUpToTick
    if lamps[group].state == .losing {
      let least = lamps[group].losingShift + span
      lamps[group].clearanceShift = max(lamps[group].clearanceShift, least)
    } else {
      lamps[group].awaitedClearance = max(lamps[group].awaitedClearance, span)
    }
  }

  /// From now on a preempt's entry may cut greens and pedestrians to its values; `nil`: nothing may be cut any more.
  ///
  /// A pedestrian clearance that is being shown ends once it has lasted as long as the preempt wants.
  public mutating func allowCuts(
    _ cut: PreemptCut?, at now: SimTime, into changes: inout ContiguousArray<IndicationChange>
  ) {
    guard cut != self.cut else { return }
    advance(to: now, into: &changes)
    self.cut = cut
    guard let clearance = cut?.pedestrianClearance else { return }
    for group in lamps.indices where timings[group].isPedestrian && lamps[group].state == .losing {
      shortenLosing(of: group, to: max(clearance, now - lamps[group].greenEnded))
      if losingEnd(of: group) <= now {
        turnRed(group, at: now, into: &changes)
      } else {
        lamps[group].until = min(lamps[group].until, losingEnd(of: group))
      }
    }
    updateDeadline()
  }

  /// When the losing colours of the group's last green end or have ended.
  func losingEnd(of group: Int) -> SimTime {
    lamps[group].greenEnded + timings[group].losing + lamps[group].losingShift
  }

  /// When no intergreen after the group's last green holds anybody back any more.
  public func clearanceEnd(of group: Int) -> SimTime {
    lamps[group].greenEnded + timings[group].longestClearance + lamps[group].clearanceShift
  }

  /// Fixes, at the end of a green, how long the clearance will be.
  mutating func settleClearance(of group: Int, at now: SimTime) {
    lamps[group].greenEnded = now
    lamps[group].losingShift = lamps[group].awaitedLosing
    lamps[group].clearanceShift = lamps[group].awaitedLosing + lamps[group].awaitedClearance
    lamps[group].awaitedLosing = .zero
    lamps[group].awaitedClearance = .zero
    if timings[group].isPedestrian, let clearance = cut?.pedestrianClearance {
      shortenLosing(of: group, to: max(clearance, .zero))
    }
  }

  private mutating func shortenLosing(of group: Int, to span: TimeSpan) {
    let excess = timings[group].losing + lamps[group].losingShift - span
    guard excess > .zero else { return }
    lamps[group].losingShift -= excess
    lamps[group].clearanceShift -= excess
  }
}

// MARK: - Moved origin of time

extension Interlock {
  /// Subtracts `shift` from every time that is kept, so that equal situations at different times become equal values.
  /// Times that no rule looks at any more, because everything they hold back is long free, become `longAgo`.
  public mutating func rebase(by shift: TimeSpan) {
    move(by: shift)
    forgetPast(at: .zero)
  }

  /// Subtracts `shift` from every time that is kept, and nothing else.
  mutating func move(by shift: TimeSpan) {
    for group in lamps.indices {
      lamps[group].until = lamps[group].until.rebased(by: shift)
      lamps[group].since = lamps[group].since.rebased(by: shift)
      lamps[group].greenEnded = lamps[group].greenEnded.rebased(by: shift)
    }
    nextDeadline = nextDeadline.rebased(by: shift)
  }

  /// Times that no rule looks at in the lamp's state, or so far before `now` that what they hold back is free, become
  /// ``longAgo``.
  mutating func forgetPast(at now: SimTime) {
    for group in lamps.indices {
      var lamp = lamps[group]
      if lamp.since + lookAtAge(of: group) <= now { lamp.since = Self.longAgo }
      let isOver: Bool
      switch lamp.state {
      case .losing: isOver = false
      case .gaining, .green: isOver = true
      case .red, .flashing:
        let clearance = timings[group].longestClearance + max(lamp.clearanceShift, .zero)
        isOver = lamp.greenEnded + clearance <= now
      }
      if isOver {
        lamp.greenEnded = Self.longAgo
        lamp.losingShift = .zero
        lamp.clearanceShift = .zero
      }
      if lamp.until == .distantFuture { lamp.step = 0 }
      if lamp != lamps[group] { lamps[group] = lamp }
    }
  }

  /// For how long the begin of the present state matters.
  private func lookAtAge(of group: Int) -> TimeSpan {
    switch lamps[group].state {
    case .red: timings[group].longestRedLook
    case .green: timings[group].longestGreenLook
    case .gaining, .losing, .flashing: .zero
    }
  }

  /// A time moved by `shift`, or long ago if it lies further back from the new zero than anybody looks.
  static func rebased(_ time: SimTime, by shift: TimeSpan, mattersFor span: TimeSpan) -> SimTime {
    if time == longAgo { return longAgo }
    let moved = time - shift
    return moved + span < .zero ? longAgo : moved
  }
}
