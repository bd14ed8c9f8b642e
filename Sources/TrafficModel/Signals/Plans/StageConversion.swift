extension SignalController {
  /// The same lamps as a chain of stages: a pattern's fixed realisation for a controller that knows stages only.
  ///
  /// Theory. The cycle is cut wherever a group turns green and wherever one turns red, so that the set of groups with
  /// right of way is constant in between. A group belongs to every stage from the start of its green to the end of its
  /// losing colours; where its green ends earlier than the rule of stages says (see ``timeline(of:)``), the early end
  /// of its last stage makes up for it. Stages with the same groups and early ends are one stage.
  ///
  /// The result is proven, not trusted: its timeline is laid out again and has to have the same greens.
  /// - Returns: The controller without phases, whose only pattern is the pretimed chain with the number, name and cycle
  ///   of `pattern`.
  /// - Throws: If the pattern cannot be laid out, or if no chain shows the same.
  public func stages(realising pattern: Pattern) throws(TimelineFailure) -> SignalController {
    let wanted = try timeline(of: pattern)
    let cuts = stageCuts(wanted)
    guard let first = cuts.first else {
      throw TimelineFailure(
        .nothingServed, place: place(of: pattern), message: "no group ever changes",
        mend: "Give the pattern a group that is green for a part of the cycle")
    }
    var converted = self
    converted.phases = []
    converted.diagram = RingBarrierDiagram(rings: [])
    converted.stages = []
    converted.detectors = []
    var chain: [StageInterval] = []
    for (position, cut) in cuts.enumerated() {
      let next = position + 1 < cuts.count ? cuts[position + 1] : first + wanted.cycle
      let stage = converted.addStage(
        groups: groupsOnWay(at: cut, wanted), earlyEnds: [:], duration: next - cut)
      chain.append(StageInterval(stage: stage, duration: next - cut))
    }
    converted.setEarlyEnds(&chain, cuts: cuts, wanted)
    var stages = pattern
    stages.offset = first
    stages.timing = .stages(chain)
    stages.operation = .pretimed
    converted.patterns = [stages]
    guard let shown = try? converted.timeline(of: stages), shown.greens == wanted.greens else {
      throw TimelineFailure(
        .noGreen, place: place(of: pattern), message: "no chain of stages shows the same greens",
        mend: "Leave more red between two greens of the same group")
    }
    return converted
  }

  /// Where a group turns green or red, in order, in `0 ..< cycle`.
  private func stageCuts(_ timeline: CycleTimeline) -> [TimeSpan] {
    var cuts: Set<TimeSpan> = []
    for (group, greens) in timeline.greens.enumerated() {
      for green in greens where green.duration < timeline.cycle {
        cuts.insert(green.start)
        cuts.insert((green.start + green.duration + groups[group].losingDuration).modulo(timeline.cycle))
      }
    }
    return cuts.sorted()
  }

  /// Groups that are green or losing it at a moment of the cycle.
  private func groupsOnWay(at moment: TimeSpan, _ timeline: CycleTimeline) -> [Int] {
    groups.indices.filter { group in
      timeline.greens[group].contains { green in
        green.duration >= timeline.cycle
          || (moment - green.start).modulo(timeline.cycle) < green.duration + groups[group].losingDuration
      }
    }
  }

  /// A stage with these groups and early ends: one that is there already, or a new one.
  private mutating func addStage(groups: [Int], earlyEnds: [Int: TimeSpan], duration: TimeSpan) -> Int {
    let known = stages.firstIndex { $0.groups == groups && $0.earlyEnd == earlyEnds }
    if let known {
      stages[known].minimumDuration = min(stages[known].minimumDuration, duration)
      stages[known].maximumDuration = max(stages[known].maximumDuration, duration)
      return known
    }
    stages.append(
      Stage(
        name: "S\(stages.count + 1)", groups: groups, minimumDuration: duration, maximumDuration: duration,
        earlyEnd: earlyEnds))
    return stages.count - 1
  }

  /// Lets every group end its green where the timeline does.
  private mutating func setEarlyEnds(
    _ chain: inout [StageInterval], cuts: [TimeSpan], _ timeline: CycleTimeline
  ) {
    let plain = self
    stages = []
    let old = chain
    for position in old.indices {
      let stage = old[position].stage
      let next = old[(position + 1) % old.count].stage
      let end = cuts[position] + old[position].duration
      var early: [Int: TimeSpan] = [:]
      for group in plain.stages[stage].groups where !plain.stages[next].groups.contains(group) {
        let least = plain.stageLoss(of: group, from: stage, to: next)
        let surplus = timeline.sinceGreen(of: group, at: end) - least
        if surplus > .zero { early[group] = surplus }
      }
      chain[position].stage = addStage(
        groups: plain.stages[stage].groups, earlyEnds: early, duration: old[position].duration)
    }
  }
}

extension CycleTimeline {
  /// From the last end of a group's green to a moment of the cycle.
  fileprivate func sinceGreen(of group: Int, at moment: TimeSpan) -> TimeSpan {
    greens[group].map { (moment - $0.start - $0.duration).modulo(cycle) }.min() ?? .zero
  }
}
