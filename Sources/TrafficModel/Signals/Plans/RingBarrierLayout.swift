/// The phases of a ring-barrier pattern in local time, before the offset moves them: zero is the start of side 1.
struct RingBarrierLayout {
  /// A phase that the pattern serves.
  struct Served {
    var phase: Int
    var start: TimeSpan
    var split: TimeSpan
    /// Whether the next phase of the ring starts just when this one's clearance ends.
    var isFollowed = false
    var next = 0
  }

  let controller: SignalController
  let pattern: Pattern
  /// By ring, in order of time.
  var rings: [[Served]] = []

  init(
    of controller: SignalController, pattern: Pattern, diagram: RingBarrierDiagram, splits: [TimeSpan]
  ) throws(TimelineFailure) {
    self.controller = controller
    self.pattern = pattern
    try checkReferences(diagram, splits: splits)
    rings = Array(repeating: [], count: diagram.rings.count)
    var sideStart = TimeSpan.zero
    for side in 0..<diagram.sideCount {
      sideStart += try layOut(side: side, from: sideStart, diagram: diagram, splits: splits)
    }
    guard sideStart == pattern.cycle else {
      throw TimelineFailure(
        .cycleSum, place: controller.place(of: pattern),
        message: "the splits between barriers sum to \(sideStart.text), the cycle is \(pattern.cycle.text)",
        mend: sideStart < pattern.cycle
          ? "Lengthen each ring by \((pattern.cycle - sideStart).text)"
          : "Shorten each ring by \((sideStart - pattern.cycle).text)")
    }
    linkFollowers()
  }

  // MARK: - Layout

  /// Places one side's phases and returns its length: the largest sum of a ring.
  private mutating func layOut(
    side: Int, from start: TimeSpan, diagram: RingBarrierDiagram, splits: [TimeSpan]
  ) throws(TimelineFailure) -> TimeSpan {
    let sums = diagram.rings.indices.map { ring in
      diagram.phases(ring: ring, side: side).reduce(TimeSpan.zero) { $0 + splits[$1] }
    }
    let length = sums.max() ?? .zero
    for ring in diagram.rings.indices where sums[ring] > .zero {
      let phases = diagram.phases(ring: ring, side: side).filter { splits[$0] > .zero }
      if sums[ring] < length {
        throw shortRing(ring, side: side, sums: sums, lastPhase: phases[phases.count - 1])
      }
      var clock = start
      for phase in phases {
        if splits[phase] <= controller.phases[phase].clearance { throw noGreen(phase, splits[phase]) }
        rings[ring].append(Served(phase: phase, start: clock, split: splits[phase]))
        clock += splits[phase]
      }
    }
    return length
  }

  private mutating func linkFollowers() {
    for ring in rings.indices {
      for position in rings[ring].indices {
        let next = (position + 1) % rings[ring].count
        let end = rings[ring][position].start + rings[ring][position].split
        rings[ring][position].next = rings[ring][next].phase
        rings[ring][position].isFollowed = end.modulo(pattern.cycle) == rings[ring][next].start
      }
    }
  }

  private func green(_ served: Served) -> TimeSpan {
    served.split - controller.phases[served.phase].clearance
  }

  // MARK: - Result

  func timeline(referencePhases: [Int]) throws(TimelineFailure) -> CycleTimeline {
    let shift = pattern.offset - (try referencePoint(referencePhases))
    var greens: [[GreenInterval]] = []
    for group in controller.groups.indices { greens.append(try greenIntervals(of: group, shift: shift)) }
    for overlap in controller.overlaps where isOverlapOnly(overlap) {
      let spans = joinedGreens(
        vehicleSpans(shift) { overlap.includedPhases.contains($0) }, cycle: pattern.cycle)
      greens[overlap.group] = self.greens(of: overlap, following: spans, beside: greens, shift: shift)
    }
    var intervals: [PlannedInterval] = []
    for (ring, served) in rings.enumerated() {
      let unsorted = served.map {
        PlannedInterval(
          index: $0.phase, ring: ring, start: ($0.start + shift).modulo(pattern.cycle), duration: $0.split)
      }
      intervals += unsorted.sorted { $0.start < $1.start }
    }
    guard !intervals.isEmpty else {
      throw TimelineFailure(
        .nothingServed, place: controller.place(of: pattern), message: "no phase has a split",
        mend: "Give the phases of the diagram splits")
    }
    return CycleTimeline(cycle: pattern.cycle, greens: greens, intervals: intervals)
  }

  private func greenIntervals(of group: Int, shift: TimeSpan) throws(TimelineFailure) -> [GreenInterval] {
    let joined = joinedGreens(vehicleSpans(shift) { serves($0, group) }, cycle: pattern.cycle)
    let data = controller.groups[group]
    guard data.kind == .pedestrian else { return joined }
    var walks: [GreenInterval] = []
    for var span in joined {
      // Where the phase never ends, walk need not either.
      if span.duration < pattern.cycle { span.duration -= data.losingDuration }
      guard span.duration >= data.minimumGreen, span.duration > .zero else {
        // Actuated, such pedestrians are served when they call, and the cycle slips.
        if pattern.operation != .pretimed { continue }
        throw pedestriansDoNotFit(group, walk: span.duration)
      }
      walks.append(span)
    }
    return walks
  }

  /// Greens of phases; one that is followed by another of them goes on through the clearance between the two.
  private func vehicleSpans(_ shift: TimeSpan, of isMember: (Int) -> Bool) -> [GreenInterval] {
    var spans: [GreenInterval] = []
    for ring in rings {
      for served in ring where isMember(served.phase) {
        let goesOn = served.isFollowed && isMember(served.next)
        spans.append(
          GreenInterval(start: served.start + shift, duration: goesOn ? served.split : green(served)))
      }
    }
    return spans
  }

  /// A group that stands in the lists of phases too is laid out with them.
  private func isOverlapOnly(_ overlap: Overlap) -> Bool {
    controller.groupsExist([overlap.group])
      && !controller.phases.contains { $0.groups.contains(overlap.group) }
  }

  private func serves(_ phase: Int, _ group: Int) -> Bool {
    controller.phases[phase].pedestrianGroup == group || controller.phases[phase].groups.contains(group)
  }

  // MARK: - Reference point

  /// The local time of the point that the offset fixes.
  private func referencePoint(_ phases: [Int]) throws(TimelineFailure) -> TimeSpan {
    var points: [TimeSpan] = []
    for served in rings.joined() where phases.contains(served.phase) {
      let phase = controller.phases[served.phase]
      let yellow = served.start + green(served)
      switch pattern.reference {
      case .firstGreen, .lastGreen: points.append(served.start)
      case .firstYellow: points.append(yellow)
      case .firstRed: points.append(yellow + phase.yellow)
      case .firstPedestrianClearance:
        // Without pedestrians the clearance has no length and begins with yellow.
        let clearance = phase.pedestrianGroup.map { controller.groups[$0].losingDuration } ?? .zero
        points.append(yellow - clearance)
      }
    }
    let point = pattern.reference == .lastGreen ? points.max() : points.min()
    guard let point else {
      throw TimelineFailure(
        .noReferencePhase, place: controller.place(of: pattern),
        message: "the offset refers to no phase that has a split in this pattern",
        mend: "Name one or two served phases as reference phases")
    }
    return point
  }

  // MARK: - Failures

  private func checkReferences(_ diagram: RingBarrierDiagram, splits: [TimeSpan]) throws(TimelineFailure) {
    let place = controller.place(of: pattern)
    guard splits.count == controller.phases.count else {
      throw TimelineFailure(
        .badReference, place: place,
        message: "there are \(splits.count) splits for \(controller.phases.count) phases",
        mend: "Give one split per phase; zero omits a phase")
    }
    for (phase, split) in splits.enumerated() where split < .zero {
      throw TimelineFailure(
        .noGreen, place: place,
        message: "the split of phase \(controller.phases[phase].number) is \(split.text)",
        mend: "Give it a positive split, or zero to omit it")
    }
    for (phase, split) in splits.enumerated() where split > pattern.cycle {
      throw TimelineFailure(
        .cycleSum, place: place,
        message: """
          the split of phase \(controller.phases[phase].number) is \(split.text), longer than the cycle of \
          \(pattern.cycle.text)
          """,
        mend: "Shorten it or lengthen the cycle")
    }
    var seen: Set<Int> = []
    for phase in diagram.rings.joined().joined() {
      guard controller.phases.indices.contains(phase), seen.insert(phase).inserted else {
        throw TimelineFailure(
          .badReference, place: place,
          message: "phase index \(phase) of the diagram does not exist or stands there twice",
          mend: "Let the diagram hold each phase once")
      }
      let data = controller.phases[phase]
      guard controller.groupsExist(data.groups + (data.pedestrianGroup.map { [$0] } ?? [])) else {
        throw TimelineFailure(
          .badReference, place: place, message: "phase \(data.number) names a group that does not exist",
          mend: "Use one of the \(controller.groups.count) groups")
      }
    }
  }

  private func shortRing(
    _ ring: Int, side: Int, sums: [TimeSpan], lastPhase: Int
  ) -> TimelineFailure {
    let length = sums.max() ?? .zero
    let longest = sums.firstIndex(of: length) ?? 0
    let number = controller.phases[lastPhase].number
    let missing = (length - sums[ring]).text
    return TimelineFailure(
      .ringSum, place: "\(controller.place(of: pattern)), ring \(ring + 1), side \(side + 1)",
      message: """
        ring \(ring + 1) sums to \(sums[ring].text) before barrier \(side + 1), ring \(longest + 1) to \
        \(length.text): phase \(number) is \(missing) short
        """,
      mend: "Lengthen the split of phase \(number) or of another phase of that ring and side by \(missing)")
  }

  private func noGreen(_ phase: Int, _ split: TimeSpan) -> TimelineFailure {
    let data = controller.phases[phase]
    return TimelineFailure(
      .noGreen, place: "\(controller.place(of: pattern)), phase \(data.number)",
      message: """
        the split of \(split.text) leaves no green after yellow \(data.yellow.text) and red clearance \
        \(data.redClearance.text)
        """,
      mend: "Make the split at least \((data.minimumGreen + data.clearance).text)")
  }

  private func pedestriansDoNotFit(_ group: Int, walk: TimeSpan) -> TimelineFailure {
    let data = controller.groups[group]
    let missing = max(data.minimumGreen - walk, .tick).text
    return TimelineFailure(
      .pedestriansDoNotFit, place: "\(controller.place(of: pattern)), pedestrian group \(data.name)",
      message: """
        the green leaves \(walk.text) for walk before the clearance of \(data.losingDuration.text), and walk \
        must last \(data.minimumGreen.text)
        """,
      mend: "Lengthen the split of its phase by \(missing)")
  }
}
