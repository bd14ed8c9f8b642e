import TrafficModel

/// A pretimed program that has settled does the same in every cycle.
extension ControllerUnit {
  /// The cycle of the pretimed pattern that it runs; `nil` while anything but time may move its lamps: another
  /// operation, a preempt, transit priority, an overlap, a schedule, or a start-up that takes its time.
  public var pretimedCycle: TimeSpan? {
    guard data.preempts.isEmpty, data.priorities.isEmpty, data.overlaps.isEmpty, data.schedule == nil,
      data.options.startUpFlash == .zero, data.options.startUpAllRed == .zero,
      case .pattern(let index) = program, data.patterns[index].operation == .pretimed
    else { return nil }
    return fixed[index]?.cycle
  }

  /// Whether the lamps will change from now on as they changed from `earlier` on, if nobody commands.
  ///
  /// Inputs make no difference where ``pretimedCycle`` is not `nil`. `false` says nothing.
  public func repeats(_ earlier: ControllerUnit) -> Bool {
    let shift = lastTick - earlier.lastTick
    guard isStarted, earlier.isStarted, shift > .zero, pretimedCycle != nil, command == earlier.command,
      leaseEnd == .distantFuture, earlier.leaseEnd == .distantFuture,
      case .pattern(let index) = program, program == earlier.program, program == desired,
      desired == earlier.desired, let sequencer = fixed[index], let before = earlier.fixed[index]
    else { return false }
    return sequencer.repeats(before, after: shift)
      && interlock.repeats(earlier.interlock, after: shift, at: lastTick)
  }
}

extension FixedTimeSequencer {
  fileprivate func repeats(_ earlier: FixedTimeSequencer, after shift: TimeSpan) -> Bool {
    if shift.modulo(cycle) != .zero || !nextDeadline.isLater(than: earlier.nextDeadline, by: shift) {
      return false
    }
    return wishes.indices.allSatisfy { group in
      wishes[group].isGreen == earlier.wishes[group].isGreen
        && wishes[group].until.isLater(than: earlier.wishes[group].until, by: shift)
    }
  }
}

extension Interlock {
  fileprivate func repeats(_ earlier: Interlock, after shift: TimeSpan, at now: SimTime) -> Bool {
    if cut != nil || earlier.cut != nil { return false }
    let horizon = longestMemory
    func sameAge(_ later: SimTime, _ before: SimTime) -> Bool {
      min(now - later, horizon) == min(now - shift - before, horizon)
    }
    return lamps.indices.allSatisfy { group in
      let lamp = lamps[group]
      let before = earlier.lamps[group]
      // Who lengthens or cuts clearances knows more than the lamps.
      let isPlain =
        lamp.losingShift == .zero && lamp.clearanceShift == .zero && lamp.awaitedLosing == .zero
        && lamp.awaitedClearance == .zero
      return isPlain && lamp.state == before.state && lamp.step == before.step && lamp.shown == before.shown
        && lamp.until.isLater(than: before.until, by: shift) && sameAge(lamp.since, before.since)
        && sameAge(lamp.greenEnded, before.greenEnded)
    }
  }

  /// How far back any rule looks: what happened before has no effect any more.
  private var longestMemory: TimeSpan {
    var longest = TimeSpan.zero
    for timing in timings {
      longest = max(longest, timing.minimumGreen, timing.losing + timing.minimumRed)
      for index in timing.exclusions { longest = max(longest, exclusions[index].intergreen) }
    }
    return longest
  }
}

extension SimTime {
  /// By exactly that much; "never" stays "never".
  fileprivate func isLater(than earlier: SimTime, by shift: TimeSpan) -> Bool {
    self == .distantFuture ? earlier == .distantFuture : self - shift == earlier
  }
}
