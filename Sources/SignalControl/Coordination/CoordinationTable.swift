import TrafficModel

/// The points of one local cycle, from the yield point of the anchor phase to its next.
///
/// A transition stretches or shortens a cycle by changing its splits, so that every cycle has a table of its own. It is
/// laid out in place: nothing is allocated after the plan was made ready.
struct CoordinationTable: Hashable, Sendable {
  /// Positions in the cycle, in `0 ... length`, from the yield point.
  struct Points: Hashable, Sendable {
    /// Planned start of green.
    var start = TimeSpan.zero
    /// When what comes before ends its green.
    var leave = TimeSpan.zero
    /// Force-off, or the yield point of a coordinated phase; above zero.
    var end = TimeSpan.zero
    /// Planned green.
    var green = TimeSpan.zero
  }

  private(set) var length = TimeSpan.zero
  private(set) var points: ContiguousArray<Points>
  private var splits: ContiguousArray<TimeSpan>
  /// From the yield point to the point that the offset fixes, in `0 ..< length`.
  private(set) var reference = TimeSpan.zero

  init(_ plan: CoordinationPlan) {
    points = ContiguousArray(repeating: Points(), count: plan.phases.count)
    splits = ContiguousArray(plan.phases.map(\.split))
    layOut(plan, yieldingAt: plan.anchor)
  }

  /// Lays out the plan's own cycle, longer or shorter by `change`.
  ///
  /// A longer one gives to all phases in proportion to their splits, a shorter one takes in proportion to what is left
  /// above the shortest greens; both ring by ring, so that the barriers stay common.
  /// - Parameter change: Not below minus ``CoordinationPlan/shrinkable``.
  mutating func layOut(_ plan: CoordinationPlan, changedBy change: TimeSpan) {
    for phase in splits.indices { splits[phase] = plan.phases[phase].split }
    if change > .zero {
      spread(change, plan, of: plan.cycle, sideWeight: { $0.length(ofSide: $1) }, weight: { $0.split })
    } else if change < .zero {
      spread(
        change, plan, of: plan.shrinkable, sideWeight: { $0.shrinkable(ofSide: $1) }, weight: { $0.slack })
    }
    layOut(plan, yieldingAt: plan.anchor)
  }

  /// Shares `change` among the sides by their weights, and within each ring of a side among its phases.
  ///
  /// Shares are whole ticks where `change` is; what rounding leaves goes to the first phases that can take it.
  private mutating func spread(
    _ change: TimeSpan, _ plan: CoordinationPlan, of total: TimeSpan,
    sideWeight: (CoordinationPlan, Int) -> TimeSpan,
    weight: (CoordinationPlan.PhaseTiming) -> TimeSpan
  ) {
    guard total > .zero else { return }
    let sign: Int64 = change < .zero ? -1 : 1
    let amount = TimeSpan(milliseconds: change.milliseconds * sign)
    var passed = TimeSpan.zero
    var given = TimeSpan.zero
    for side in 0..<plan.actuated.sideCount {
      passed += sideWeight(plan, side)
      let share = amount.share(passed, of: total) - given
      given += share
      for ring in 0..<plan.actuated.ringCount {
        spread(share, sign: sign, plan, ring: ring, side: side, weight: weight)
      }
    }
  }

  private mutating func spread(
    _ share: TimeSpan, sign: Int64, _ plan: CoordinationPlan, ring: Int, side: Int,
    weight: (CoordinationPlan.PhaseTiming) -> TimeSpan
  ) {
    let range = plan.actuated.ranges[ring * plan.actuated.sideCount + side]
    var total = TimeSpan.zero
    for index in range { total += weight(plan.phases[plan.actuated.order[index]]) }
    guard total > .zero else { return }
    var passed = TimeSpan.zero
    var given = TimeSpan.zero
    for index in range {
      let phase = plan.actuated.order[index]
      // Cumulated shares never exceed the cumulated weights, so that nobody is asked for more than it has.
      passed += weight(plan.phases[phase])
      let own = share.share(passed, of: total) - given
      given += own
      splits[phase] += TimeSpan(milliseconds: own.milliseconds * sign)
    }
  }

  /// Sets the points from the splits.
  mutating func layOut(_ plan: CoordinationPlan, yieldingAt anchor: Int) {
    var sideStart = TimeSpan.zero
    for side in 0..<plan.actuated.sideCount {
      var longest = TimeSpan.zero
      for ring in 0..<plan.actuated.ringCount {
        var clock = sideStart
        for index in plan.actuated.ranges[ring * plan.actuated.sideCount + side] {
          let phase = plan.actuated.order[index]
          let timing = plan.phases[phase]
          points[phase].start = clock
          points[phase].leave = clock - timing.clearanceBefore
          clock += splits[phase]
          points[phase].end = clock - timing.clearance
          points[phase].green = splits[phase] - timing.clearance
        }
        longest = max(longest, clock - sideStart)
      }
      sideStart += longest
    }
    length = max(sideStart, .tick)
    let yield = points[anchor].end
    reference = (referencePoint(plan) - yield).modulo(length)
    for phase in points.indices {
      points[phase].start = (points[phase].start - yield).modulo(length)
      points[phase].leave = (points[phase].leave - yield).modulo(length)
      let end = (points[phase].end - yield).modulo(length)
      points[phase].end = end == .zero ? length : end
    }
  }

  /// The point that the offset fixes, while the points still count from the start of the first side.
  private func referencePoint(_ plan: CoordinationPlan) -> TimeSpan {
    var result: TimeSpan?
    for phase in points.indices where plan.referencePhases.contains(phase: phase) {
      let point =
        switch plan.reference {
        case .firstGreen, .lastGreen: points[phase].start
        case .firstYellow: points[phase].end
        case .firstRed: points[phase].end + plan.phases[phase].yellow
        case .firstPedestrianClearance: points[phase].end - plan.phases[phase].pedestrianClearance
        }
      result = result.map { plan.reference == .lastGreen ? max($0, point) : min($0, point) } ?? point
    }
    return result ?? .zero
  }
}

extension TimeSpan {
  /// `self · part / whole`, in whole ticks except where the part is the whole.
  fileprivate func share(_ part: TimeSpan, of whole: TimeSpan) -> TimeSpan {
    if part >= whole { return self }
    let product = milliseconds.multipliedFullWidth(by: part.milliseconds)
    let quotient = whole.milliseconds.dividingFullWidth(product).quotient
    return TimeSpan(milliseconds: quotient).roundedDownToTick
  }

  var roundedDownToTick: TimeSpan {
    TimeSpan(
      milliseconds: floorDivision(milliseconds, TimeSpan.tick.milliseconds) * TimeSpan.tick.milliseconds)
  }
}

extension CoordinationPlan {
  func length(ofSide side: Int) -> TimeSpan {
    var longest = TimeSpan.zero
    for ring in 0..<actuated.ringCount {
      var sum = TimeSpan.zero
      for index in actuated.ranges[ring * actuated.sideCount + side] {
        sum += phases[actuated.order[index]].split
      }
      longest = max(longest, sum)
    }
    return longest
  }

  /// How much shorter a side can get, in whole ticks: the ring with the least to give counts.
  func shrinkable(ofSide side: Int) -> TimeSpan {
    var least: TimeSpan?
    for ring in 0..<actuated.ringCount {
      var sum = TimeSpan.zero
      var split = TimeSpan.zero
      for index in actuated.ranges[ring * actuated.sideCount + side] {
        sum += phases[actuated.order[index]].slack
        split += phases[actuated.order[index]].split
      }
      if split > .zero { least = min(least ?? sum, sum) }
    }
    return (least ?? .zero).roundedDownToTick
  }
}
