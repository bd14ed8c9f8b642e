/// Rules about coordinated plans: each must lay out and keep minimums and intergreens.
extension SignalDataCheck {
  static let shortestUsualCycle = TimeSpan(milliseconds: 20_000)
  static let longestUsualCycle = TimeSpan(milliseconds: 300_000)

  mutating func check(_ pattern: Pattern) {
    let here = controller.place(of: pattern)
    check(pattern.cycle, "the cycle", at: here)
    check(pattern.offset, "the offset", at: here)
    if pattern.cycle > .zero && pattern.offset >= pattern.cycle {
      error(
        "offset-range", here,
        "the offset of \(pattern.offset.text) is not below the cycle of \(pattern.cycle.text)",
        mend: "Use \(pattern.offset.modulo(pattern.cycle).text)")
    }
    if pattern.cycle > .zero
      && (pattern.cycle < Self.shortestUsualCycle || pattern.cycle > Self.longestUsualCycle)
    {
      warn(
        "cycle-bounds", here,
        """
        the cycle of \(pattern.cycle.text) is outside \(Self.shortestUsualCycle.text) to \
        \(Self.longestUsualCycle.text)
        """,
        mend: "Check the unit: seconds are meant")
    }
    switch pattern.timing {
    case .ringBarrier(_, let splits, let references): checkSplits(splits, references, of: pattern, at: here)
    case .stages(let chain):
      for (position, entry) in chain.enumerated() {
        check(entry.duration, "the duration at position \(position + 1)", at: here)
      }
    }
    checkTimeline(of: pattern, at: here)
  }

  private mutating func checkSplits(
    _ splits: [TimeSpan], _ references: [Int], of pattern: Pattern, at here: String
  ) {
    for (index, phase) in controller.phases.enumerated() where index < splits.count && splits[index] > .zero {
      check(splits[index], "the split of phase \(phase.number)", at: here)
      let needed = phase.minimumGreen + phase.clearance
      if splits[index] < needed {
        error(
          "split-short", "\(here), phase \(phase.number)",
          """
          the split of \(splits[index].text) is below minimum green \(phase.minimumGreen.text) + yellow \
          \(phase.yellow.text) + red clearance \(phase.redClearance.text)
          """,
          mend: "Make the split at least \(needed.text)")
      } else if splits[index] < phase.minimumSplit {
        warn(
          "split-below-minimum-split", "\(here), phase \(phase.number)",
          "the split of \(splits[index].text) is below its minimum split of \(phase.minimumSplit.text)",
          mend: "Lengthen the split, or correct the minimum split")
      }
    }
    guard pattern.reference == .firstPedestrianClearance else { return }
    for index in references
    where controller.phases.indices.contains(index) && controller.phases[index].pedestrianGroup == nil {
      warn(
        "reference-pedestrians", "\(here), phase \(controller.phases[index].number)",
        "the offset refers to its pedestrian clearance, and it has no pedestrians; its yellow is used",
        mend: "Choose another reference or give the phase its pedestrian group")
    }
  }

  private mutating func checkTimeline(of pattern: Pattern, at here: String) {
    let timeline: CycleTimeline
    do {
      timeline = try controller.timeline(of: pattern)
    } catch {
      self.error(error.code.rule, error.place, error.message, mend: error.mend)
      return
    }
    for (group, greens) in timeline.greens.enumerated() {
      let minimum = controller.groups[group].minimumGreen
      for green in greens where green.duration < minimum && green.duration < timeline.cycle {
        error(
          "minimum-green", "\(here), \(name(group))",
          "its green of \(green.duration.text) is below its minimum of \(minimum.text)",
          mend: "Lengthen its phase or stage by \((minimum - green.duration).text)")
      }
    }
    checkServed(timeline, at: here)
    for group in timeline.greens.indices { checkReds(timeline, group, at: here) }
    for ending in timeline.greens.indices {
      for starting in timeline.greens.indices where controller.conflicts[ending, starting] == .excluded {
        checkGaps(timeline, ending, starting, at: here)
      }
    }
  }

  /// Movements that no lamp lets go in this plan.
  private mutating func checkServed(_ timeline: CycleTimeline, at here: String) {
    for movement in movements
    where network.links.indices.contains(movement.from.index) && !movement.turnsOnRed {
      let groups = movement.protectedGroups + movement.permittedGroups
      guard !groups.isEmpty, groups.allSatisfy({ timeline.greens.indices.contains($0) }),
        groups.allSatisfy({ timeline.greens[$0].isEmpty }), network.links.indices.contains(movement.to.index)
      else { continue }
      warn(
        "plan-unserved", here,
        """
        the \(movement.turn.rawValue) from \(network[movement.from].name) to \(network[movement.to].name) never gets \
        green: this pattern has none for \(groups.map { name($0) }.joined(separator: ", "))
        """,
        mend: "Give a phase or stage of these groups its time, or close the movement")
    }
  }

  /// A vehicle group that has just turned red stays so for the red revert time (NEMA TS 2: 2 s).
  private mutating func checkReds(_ timeline: CycleTimeline, _ group: Int, at here: String) {
    let data = controller.groups[group]
    let greens = timeline.greens[group]
    guard data.kind == .vehicle, let first = greens.first, first.duration < timeline.cycle else { return }
    for (index, green) in greens.enumerated() {
      let next = index + 1 < greens.count ? greens[index + 1].start : first.start + timeline.cycle
      let red = next - (green.start + green.duration) - data.losingDuration - data.gainingDuration
      if red >= .redRevert { continue }
      warn(
        "plan-red", "\(here), \(name(group))",
        "\(red.text) of red lie between its greens, and it stays red for \(TimeSpan.redRevert.text) at least",
        mend: "Let it stay green between them, or expect the second to start later")
    }
  }

  /// From each green of one group to the next green of a group that it excludes.
  private mutating func checkGaps(_ timeline: CycleTimeline, _ ending: Int, _ starting: Int, at here: String)
  {
    let required = controller.intergreens[ending, starting]
    for green in timeline.greens[ending] {
      for other in timeline.greens[starting] {
        let distance = (other.start - green.start).modulo(timeline.cycle)
        let gap = distance - green.duration
        if gap >= required { continue }
        error(
          "plan-intergreen", "\(here), \(name(ending)) to \(name(starting))",
          gap < .zero
            ? "both are green together for \((-gap).text), and they exclude each other"
            : "only \(gap.text) lie between their greens, and the intergreen is \(required.text)",
          mend: "Lengthen the clearance between them by \((required - gap).text)")
      }
    }
  }
}

extension TimelineFailure.Code {
  /// The validator's name of the rule that was broken.
  var rule: String {
    switch self {
    case .badReference: "plan-reference"
    case .cycleOutOfRange: "cycle-bounds"
    case .ringSum: "ring-sum"
    case .cycleSum: "cycle-sum"
    case .noGreen: "plan-green"
    case .pedestriansDoNotFit: "pedestrians-fit"
    case .noReferencePhase: "reference-phase"
    case .nothingServed: "plan-empty"
    }
  }
}
