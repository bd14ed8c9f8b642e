import TrafficModel

extension UTDFImporter {
  /// v/c of every lane group with demand at a signal under the file's plan: c = (s · g + s_p · g_p) / C with the
  /// effective greens g under right of way and g_p under permission alone.
  mutating func measureLoads() {
    for (index, plan) in plans.enumerated() {
      guard let timeline = timelines[index] else { continue }
      for (approach, group) in laneGroups(of: plan) {
        let data = approaches[approach].groups[group]
        guard data.laneCount > 0, data.movement != nil else { continue }
        let flow = groupFlow(approaches[approach], group).total
        if flow > 0 { loads.append(load(of: approaches[approach], group, flow: flow, plan, timeline)) }
      }
    }
  }

  private func load(
    of approach: UTDFApproach, _ index: Int, flow: Double, _ plan: UTDFPlan, _ timeline: CycleTimeline
  ) -> LaneGroupLoad {
    let group = approach.groups[index]
    let own = Set(group.ownLanes)
    let protected = effectiveGreens(group.rightOfWayPhases, group, plan, timeline)
    let both = effectiveGreens(group.rightOfWayPhases + group.yieldingPhases, group, plan, timeline)
    let green = covered(protected, cycle: plan.cycle)
    let permitted = covered(both, cycle: plan.cycle) - green
    let ideal = (group.idealFlow ?? defaults.idealFlow) * Double(group.laneCount)
    let saturation = group.saturationFlow.flatMap { $0 > 0 ? $0 : nil } ?? ideal
    let permittedSaturation = group.permittedSaturationFlow ?? saturation
    let capacity =
      (saturation * green.seconds + permittedSaturation * permitted.seconds) / plan.cycle.seconds
    return LaneGroupLoad(
      node: NodeID(approach.node), label: group.label,
      movements: approach.groups.filter { other in other.servedLanes.contains(where: own.contains) }
        .compactMap(\.movement), laneCount: group.laneCount, flowVehiclesPerHour: flow,
      saturationFlowVehiclesPerHour: saturation,
      greenRatio: (green + permitted).seconds / plan.cycle.seconds,
      saturationDegree: capacity > 0 ? flow / capacity : .infinity)
  }

  /// Split − yellow − all-red − lost time adjustment of each phase, from its start.
  private func effectiveGreens(
    _ phases: [Int], _ group: UTDFLaneGroup, _ plan: UTDFPlan, _ timeline: CycleTimeline
  ) -> [GreenInterval] {
    let indices = phases.compactMap { plan.phaseIndex($0) }
    return timeline.intervals.compactMap { interval in
      guard indices.contains(interval.index) else { return nil }
      let lost =
        plan.phases[interval.index].clearance + TimeSpan(seconds: group.lostTimeAdjustSeconds)
      return GreenInterval(start: interval.start, duration: interval.duration - lost)
    }
  }

  /// The part of a cycle that lies in any of the intervals.
  private func covered(_ intervals: [GreenInterval], cycle: TimeSpan) -> TimeSpan {
    var spans: [(start: TimeSpan, end: TimeSpan)] = []
    for interval in intervals where interval.duration > .zero {
      let end = interval.start + interval.duration
      spans.append((interval.start, min(end, cycle)))
      if end > cycle { spans.append((.zero, min(end - cycle, cycle))) }
    }
    spans.sort { ($0.start, $0.end) < ($1.start, $1.end) }
    var total = TimeSpan.zero
    var reach = TimeSpan.zero
    for span in spans where span.end > reach {
      total += span.end - max(span.start, reach)
      reach = span.end
    }
    return total
  }

  mutating func noteSuspects(_ suspects: [LaneGroupLoad]) {
    for load in suspects {
      let degree =
        load.saturationDegree.isFinite ? String((load.saturationDegree * 100).rounded() / 100) : "∞"
      notes.note(
        "suspect-count", at: load.label,
        "\(Int(load.flowVehiclesPerHour.rounded())) veh/h mean v/c = \(degree) under the file's timing: more than "
          + "the stop line can have passed when it was counted.",
        mend: "check the count; results of this junction, and means that contain it, are not to be relied on")
    }
  }

  /// The conventions that every import follows, told once.
  mutating func noteConventions() {
    notes.note(
      "convention-flow", at: "[Lanes] Volume",
      options.appliesPeakHourFactor
        ? "Flow = Volume × Growth ÷ PHF: the rate of the peak quarter hour, held for the whole run."
        : "Flow = Volume × Growth: the hour's mean; PHF is ignored on request.",
      mend: "nothing")
    notes.note(
      "convention-saturation", at: "[Lanes] SatFlow",
      "Saturation headways are SatFlow without its factors for heavy vehicles, turns and lane use, which the "
        + "simulator represents; lane width, grade, parking, buses and area type stay in.", mend: "nothing")
    if options.allowsRightOnRed {
      notes.note(
        "convention-right-on-red", at: "[Lanes] Allow RTOR",
        "Where it is allowed, right turns go on red after a stop and after yielding; SatFlowRTOR is not used.",
        mend: "nothing")
    } else {
      notes.note(
        "convention-right-on-red", at: "[Lanes] Allow RTOR", "Right turns on red are left out on request.",
        mend: "nothing")
    }
    notes.note(
      "convention-distance", at: "[Links] Distance",
      "Distance reaches from stop line to stop line: a link is shorter by the way through the junction upstream.",
      mend: "nothing")
  }
}
