extension SignalController {
  /// Lays a pattern out over its cycle: when each group is green and where each phase or stage runs.
  ///
  /// The reference point of the pattern lands where master time ≡ offset (mod cycle), so that a larger offset is
  /// later. Ring-barrier: a side lasts as long as its longest ring; a ring with nothing to serve there dwells in
  /// red; green = split − yellow − red clearance; a group that belongs to a phase and to the next one of its ring
  /// stays green through the clearance between them. Walk starts with green and lasts until its clearance just
  /// ends with the vehicle green. Stages: see ``StageInterval`` and ``Stage``.
  public func timeline(of pattern: Pattern) throws(TimelineFailure) -> CycleTimeline {
    guard pattern.cycle > .zero, pattern.cycle <= .longestTiming else {
      throw TimelineFailure(
        .cycleOutOfRange, place: place(of: pattern), message: "the cycle is \(pattern.cycle.text)",
        mend: "Give the cycle a positive length of at most \(TimeSpan.longestTiming.text)")
    }
    switch pattern.timing {
    case .ringBarrier(let diagram, let splits, let referencePhases):
      let layout = try RingBarrierLayout(
        of: self, pattern: pattern, diagram: diagram, splits: splits)
      return try layout.timeline(referencePhases: referencePhases)
    case .stages(let chain):
      return try timeline(of: pattern, chain: chain)
    }
  }

  func place(of pattern: Pattern) -> String { "controller \(name), pattern \(pattern.number)" }
}

/// The greens of one group, joined where they touch or overlap on the circle of the cycle.
///
/// - Parameter spans: starts anywhere, durations positive.
func joinedGreens(_ spans: [GreenInterval], cycle: TimeSpan) -> [GreenInterval] {
  var folded: [GreenInterval] = []
  for span in spans {
    if span.duration >= cycle { return [GreenInterval(start: .zero, duration: cycle)] }
    folded.append(GreenInterval(start: span.start.modulo(cycle), duration: span.duration))
  }
  folded.sort { ($0.start, $0.duration) < ($1.start, $1.duration) }
  var joined: [GreenInterval] = []
  for span in folded {
    if let last = joined.last, span.start <= last.start + last.duration {
      let end = max(last.start + last.duration, span.start + span.duration)
      joined[joined.count - 1].duration = end - last.start
    } else {
      joined.append(span)
    }
  }
  // What the last green still covers after the cycle's end belongs to it.
  while let last = joined.last, let first = joined.first {
    if last.duration >= cycle { return [GreenInterval(start: .zero, duration: cycle)] }
    if joined.count < 2 || last.start + last.duration < first.start + cycle { break }
    let end = max(last.start + last.duration, first.start + first.duration + cycle)
    joined[joined.count - 1].duration = end - last.start
    joined.removeFirst()
  }
  return joined
}

// MARK: - Stages

extension SignalController {
  /// A stage chain: each stage runs from its start to the start of the next.
  ///
  /// A group that is green in the next stage too goes on without a break, also across the end of the cycle.
  /// Another ends before the stage does, by the longest intergreen to a group that starts in the next stage, or by
  /// its own losing colours where there is none, and by its early end. A group starts its green with the stage,
  /// after its late start; its gaining colours come before that.
  private func timeline(of pattern: Pattern, chain: [StageInterval]) throws(TimelineFailure) -> CycleTimeline
  {
    try checkChain(chain, of: pattern)
    var starts: [TimeSpan] = []
    var clock = pattern.offset
    for entry in chain {
      starts.append(clock)
      clock += entry.duration
    }
    var greens: [[GreenInterval]] = []
    for group in groups.indices {
      greens.append(try stageGreens(of: group, pattern: pattern, chain: chain, starts: starts))
    }
    let intervals = chain.indices.map { position in
      PlannedInterval(
        index: chain[position].stage, ring: 0, start: starts[position].modulo(pattern.cycle),
        duration: chain[position].duration)
    }
    return CycleTimeline(
      cycle: pattern.cycle, greens: greens, intervals: intervals.sorted { $0.start < $1.start })
  }

  private func stageGreens(
    of group: Int, pattern: Pattern, chain: [StageInterval], starts: [TimeSpan]
  ) throws(TimelineFailure) -> [GreenInterval] {
    let isGreen = chain.map { stages[$0.stage].groups.contains(group) }
    if isGreen.allSatisfy({ $0 }) { return [GreenInterval(start: .zero, duration: pattern.cycle)] }
    var spans: [GreenInterval] = []
    for first in chain.indices where isGreen[first] && !isGreen[(first + chain.count - 1) % chain.count] {
      var length = chain[first].duration
      var last = first
      while isGreen[(last + 1) % chain.count] {
        last = (last + 1) % chain.count
        length += chain[last].duration
      }
      let next = chain[(last + 1) % chain.count].stage
      let late = stages[chain[first].stage].lateStart[group] ?? .zero
      let loss = stageLoss(of: group, from: chain[last].stage, to: next)
      let duration = length - late - loss
      guard duration > .zero else {
        throw TimelineFailure(
          .noGreen, place: "\(place(of: pattern)), stage \(stages[chain[last].stage].name)",
          message: """
            group \(groups[group].name) has no green: it runs for \(length.text), of which late start takes \
            \(late.text) and the end of its green \(loss.text)
            """,
          mend: "Lengthen the stage by more than \((TimeSpan.zero - duration).text)")
      }
      spans.append(GreenInterval(start: starts[first] + late, duration: duration))
    }
    return joinedGreens(spans, cycle: pattern.cycle)
  }

  /// From the end of a group's green to the start of the next stage, in which it is not green.
  public func stageLoss(of group: Int, from stage: Int, to next: Int) -> TimeSpan {
    var loss: TimeSpan?
    for other in stages[next].groups
    where !stages[stage].groups.contains(other) && conflicts[group, other] == .excluded {
      loss = max(loss ?? .zero, intergreens[group, other])
    }
    return (loss ?? groups[group].losingDuration) + (stages[stage].earlyEnd[group] ?? .zero)
  }

  private func checkChain(_ chain: [StageInterval], of pattern: Pattern) throws(TimelineFailure) {
    guard !chain.isEmpty else {
      throw TimelineFailure(
        .nothingServed, place: place(of: pattern), message: "the chain has no stage", mend: "Add its stages")
    }
    for (position, entry) in chain.enumerated() {
      let here = "\(place(of: pattern)), position \(position + 1) of the chain"
      guard stages.indices.contains(entry.stage), groupsExist(stages[entry.stage].groups) else {
        throw TimelineFailure(
          .badReference, place: here,
          message: "stage index \(entry.stage) or one of its groups does not exist",
          mend: "Use one of the \(stages.count) stages and of the \(groups.count) groups")
      }
      guard entry.duration <= pattern.cycle else {
        throw TimelineFailure(
          .cycleSum, place: here,
          message: "it lasts \(entry.duration.text), longer than the cycle of \(pattern.cycle.text)",
          mend: "Shorten it or lengthen the cycle")
      }
      guard entry.duration > .zero else {
        throw TimelineFailure(
          .noGreen, place: here,
          message: "stage \(stages[entry.stage].name) lasts \(entry.duration.text)",
          mend: "Give it a positive duration or take it out of the chain")
      }
    }
    let sum = chain.reduce(TimeSpan.zero) { $0 + $1.duration }
    guard sum == pattern.cycle else {
      throw TimelineFailure(
        .cycleSum, place: place(of: pattern),
        message: "the stages sum to \(sum.text), the cycle is \(pattern.cycle.text)",
        mend: sum < pattern.cycle
          ? "Lengthen stages by \((pattern.cycle - sum).text)"
          : "Shorten stages by \((sum - pattern.cycle).text)")
    }
  }

  func groupsExist(_ indices: [Int]) -> Bool {
    conflicts.count == groups.count && intergreens.count == groups.count
      && indices.allSatisfy { groups.indices.contains($0) }
  }
}
