import TrafficModel

/// The rows of the machines' transition tables, for whoever counts which of them have been taken.
///
/// Raw values are bits of a ``TransitionRows``.
package enum TransitionRow: Int, CaseIterable, Sendable {
  // Interlock.
  case redToGaining, redToGreen, gainingToGreen, greenToLosing, losingToRed, litToFlashing, redToFlashing
  case flashingToRed
  // Rings.
  case dwellToChange, greenToLaterPhase, greenToEarlierPhase, greenRests, greenToRedRest, crossing
  case changeToGreen, changeToLeading, leadingToGreen, changeToDwell, phaseAbandoned
  // Overlaps.
  case overlapBegins, overlapGoesOn, overlapToTrailing, overlapTrailingToGreen, overlapTrailingEnds
  case overlapEndsAtOnce, overlapWaitsForMinimum, overlapEndsAfterMinimum
  // Preempts.
  case preemptDelay, preemptDelayEnds, preemptCallLost, preemptEnters, entryToTrack, entryToDwell,
    trackToClearing
  case clearingToDwell, dwellToExit, dwellToExitByFault, exitToEntry, exitToIdle, preemptInterrupted
  // Flash.
  case steadyToFlash, flashToFlash, flashToAllRed, allRedToSteady, allRedToFlash, flashToSteady
  // Programs.
  case patternToFree, patternToClearing, clearingToFree, freeToPattern
}

/// A set of rows.
package struct TransitionRows: OptionSet, Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  package init(_ row: TransitionRow) { rawValue = 1 << UInt64(row.rawValue) }
}

extension ControllerUnit {
  /// Which rows lead from what `earlier` was to what the unit is now, one step later; what came and went within the step
  /// is not seen.
  package func rows(since earlier: ControllerUnit) -> TransitionRows {
    var rows = flashRows(earlier)
    rows.formUnion(interlock.rows(since: earlier.interlock))
    rows.formUnion(preemption.rows(since: earlier.preemption))
    switch (earlier.program, program) {
    case (.pattern, .free): rows.insert(TransitionRows(.patternToFree))
    case (.pattern, .clearing): rows.insert(TransitionRows(.patternToClearing))
    case (.clearing, .free): rows.insert(TransitionRows(.clearingToFree))
    case (.free, .pattern): rows.insert(TransitionRows(.freeToPattern))
    case (.free, .free) where !isHalted && !earlier.isHalted:
      if let actuated, let before = earlier.actuated {
        rows.formUnion(actuated.rows(since: before, isResting: earlier.lastTick < lastTick))
      }
      rows.formUnion(overlaps.rows(since: earlier.overlaps, parents: (earlier.actuated, actuated)))
    default: break
    }
    return rows
  }

  private func flashRows(_ earlier: ControllerUnit) -> TransitionRows {
    switch (earlier.flash.state, flash.state) {
    case (.steady, .flash): TransitionRows(.steadyToFlash)
    case (.flash(let old), .flash(let new)): old == new ? [] : TransitionRows(.flashToFlash)
    case (.flash, .allRed): TransitionRows(.flashToAllRed)
    case (.flash, .steady): TransitionRows(.flashToSteady)
    case (.allRed, .steady): TransitionRows(.allRedToSteady)
    case (.allRed, .flash): TransitionRows(.allRedToFlash)
    default: []
    }
  }
}

extension Interlock {
  fileprivate func rows(since earlier: Interlock) -> TransitionRows {
    var rows: TransitionRows = []
    for group in lamps.indices where lamps[group].state != earlier.lamps[group].state {
      switch (earlier.lamps[group].state, lamps[group].state) {
      case (.red, .gaining): rows.insert(TransitionRows(.redToGaining))
      case (.red, .green): rows.insert(TransitionRows(.redToGreen))
      case (.gaining, .green): rows.insert(TransitionRows(.gainingToGreen))
      case (.green, .losing): rows.insert(TransitionRows(.greenToLosing))
      case (.losing, .red): rows.insert(TransitionRows(.losingToRed))
      case (.red, .flashing): rows.insert(TransitionRows(.redToFlashing))
      case (_, .flashing): rows.insert(TransitionRows(.litToFlashing))
      case (.flashing, _): rows.insert(TransitionRows(.flashingToRed))
      default: break
      }
    }
    return rows
  }
}

extension RingBarrierSequencer {
  fileprivate func rows(since earlier: RingBarrierSequencer, isResting: Bool) -> TransitionRows {
    var rows: TransitionRows = []
    if earlier.crossingTo == nil && crossingTo != nil { rows.insert(TransitionRows(.crossing)) }
    for ring in rings.indices {
      let (before, now) = (earlier.rings[ring], rings[ring])
      switch (before.mode, now.mode) {
      case (.dwell, .change): if crossingTo == nil { rows.insert(TransitionRows(.dwellToChange)) }
      case (.dwell, .green):
        // Nothing kept the ring between the phases for as much as a tick.
        if earlier.crossingTo == nil { rows.insert(TransitionRows(.dwellToChange)) }
        rows.insert(TransitionRows(now.isLeading ? .changeToLeading : .changeToGreen))
      case (.green, .change):
        guard crossingTo == nil else { continue }
        guard let next = now.next, let phase = now.phase else {
          rows.insert(TransitionRows(control.abandoned.isEmpty ? .greenToRedRest : .phaseAbandoned))
          continue
        }
        let isLater = plan.phases[phase].later.contains(phase: next)
        rows.insert(TransitionRows(isLater ? .greenToLaterPhase : .greenToEarlierPhase))
      case (.change, .green): rows.insert(TransitionRows(now.isLeading ? .changeToLeading : .changeToGreen))
      case (.change, .dwell): rows.insert(TransitionRows(.changeToDwell))
      case (.green, .green):
        if before.isLeading && !now.isLeading { rows.insert(TransitionRows(.leadingToGreen)) }
        if isResting && now.opposedSince == .distantFuture { rows.insert(TransitionRows(.greenRests)) }
      default: break
      }
    }
    return rows
  }
}

extension OverlapControl {
  fileprivate func rows(
    since earlier: OverlapControl, parents: (before: RingBarrierSequencer?, now: RingBarrierSequencer?)
  ) -> TransitionRows {
    var rows: TransitionRows = []
    for (index, entry) in entries.enumerated() {
      switch (earlier.states[index].stage, states[index].stage) {
      case (.off, .green): rows.insert(TransitionRows(.overlapBegins))
      case (.green, .green):
        let before = parents.before?.greenPhases.intersection(entry.included) ?? []
        let now = parents.now?.greenPhases.intersection(entry.included) ?? []
        if !before.isEmpty && before != now { rows.insert(TransitionRows(.overlapGoesOn)) }
      case (.green, .trailing): rows.insert(TransitionRows(.overlapToTrailing))
      case (.green, .off): rows.insert(TransitionRows(.overlapEndsAtOnce))
      case (.green, .ending): rows.insert(TransitionRows(.overlapWaitsForMinimum))
      case (.trailing, .green): rows.insert(TransitionRows(.overlapTrailingToGreen))
      case (.trailing, .off), (.trailing, .ending): rows.insert(TransitionRows(.overlapTrailingEnds))
      case (.ending, .off): rows.insert(TransitionRows(.overlapEndsAfterMinimum))
      default: break
      }
    }
    return rows
  }
}

extension Preemption {
  fileprivate func rows(since earlier: Preemption) -> TransitionRows {
    var rows: TransitionRows = []
    for index in calls.indices {
      let (before, now) = (earlier.calls[index].due, calls[index].due)
      if before == .distantFuture && now < .distantFuture { rows.insert(TransitionRows(.preemptDelay)) }
      if before < .distantFuture && now == .distantFuture {
        rows.insert(TransitionRows(active == index ? .preemptDelayEnds : .preemptCallLost))
      }
    }
    let hasFault = active.map { calls[$0].isFaulty } ?? false
    guard earlier.active == active else {
      rows.insert(TransitionRows(earlier.active == nil ? .preemptEnters : .preemptInterrupted))
      if active == nil && earlier.stage == .exit {
        rows.remove(TransitionRows(.preemptInterrupted))
        rows.insert(TransitionRows(.exitToIdle))
      }
      return rows
    }
    guard active != nil else { return rows }
    switch (earlier.stage, stage) {
    case (.entry, .track): rows.insert(TransitionRows(.entryToTrack))
    case (.entry, .dwell): rows.insert(TransitionRows(.entryToDwell))
    case (.track, .clearing): rows.insert(TransitionRows(.trackToClearing))
    case (.clearing, .dwell): rows.insert(TransitionRows(.clearingToDwell))
    case (.dwell, .exit): rows.insert(TransitionRows(hasFault ? .dwellToExitByFault : .dwellToExit))
    case (.exit, .entry): rows.insert(TransitionRows(.exitToEntry))
    default: break
    }
    return rows
  }
}
