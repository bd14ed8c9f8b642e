import TrafficModel

extension UTDFImporter {
  /// Gap reduction and rest in walk of an actuated controller's phases. Of a pretimed one they are left out, like its
  /// recalls and maxima: nobody has looked after them.
  mutating func addActuation(_ plan: UTDFPlan, to controller: inout SignalController) {
    for (index, phase) in plan.phases.enumerated() where controller.phases.indices.contains(index) {
      let place = "\(plan.number).\(phase.number)"
      if phase.recall == 4 {
        let hasWalk = controller.phases[index].pedestrianGroup != nil
        controller.phases[index].pedestrians.restsInWalk = hasWalk && !plan.isPretimed
        if !hasWalk {
          notes.collect(
            "rest-in-walk", at: place, "The phase is to rest in walk, and nobody walks there.",
            mend: "nothing")
        }
      }
      if plan.isPretimed { continue }
      setGapReduction(phase, of: &controller.phases[index], at: place)
    }
  }

  private mutating func setGapReduction(_ phase: UTDFPhase, of result: inout Phase, at place: String) {
    guard let gap = phase.minimumGap, let toReduce = phase.timeToReduce, toReduce > .zero,
      gap != result.passage
    else { return }
    if gap > result.passage {
      notes.collect(
        "gap-reduction", at: place, "MinGap is above VehExt: the gap is not reduced.", mend: "correct MinGap")
      return
    }
    result.actuation.timeBeforeReduction = phase.timeBeforeReduction ?? .zero
    result.actuation.timeToReduce = toReduce
    result.actuation.minimumGap = gap
  }

  /// Control type 3 runs actuated within its cycle: unused green goes back to the coordinated phases, which are the
  /// reference phases. InhibitMax holds for a pattern, so it is taken from the phases that are not coordinated.
  mutating func operation(of plan: UTDFPlan) -> PatternOperation {
    guard plan.controlType == 3 else { return .pretimed }
    let others = plan.phases.filter { !plan.referencePhases.contains($0.number) }
    let bounded = others.filter { !$0.inhibitsMaximum }
    if !bounded.isEmpty && bounded.count < others.count {
      notes.collect(
        "inhibit-maximum", at: plan.place,
        "InhibitMax differs between phases: maximum greens do not bound the splits of this plan.",
        mend: "nothing, or set it for all phases")
    }
    var coordination = Coordination()
    coordination.permissive = [.single, .flexible, .byPhase][min(max(plan.yieldPoint, 0), 2)]
    coordination.maximum = !others.isEmpty && bounded.count == others.count ? .maximum1 : .inhibited
    return .coordinated(coordination)
  }

  /// What the bits of a detector's type say beyond calling and extending: 4 queue, 32 yellow lock, 64 red lock, 256
  /// added initial; 8 counts, 16 occupancy and 128 passage do nothing for control.
  func apply(
    _ detector: UTDFDetector, of group: UTDFLaneGroup, _ plan: UTDFPlan, to result: inout DetectorAssignment
  ) {
    if plan.isPretimed { return }
    if detector.kind & 4 != 0 && detector.queueSeconds > 0 {
      result.queueLimit = TimeSpan(seconds: detector.queueSeconds)
    }
    result.locksInYellow = detector.kind & 32 != 0
    result.locksInRed = detector.kind & 64 != 0
    result.addsInitial = detector.kind & 256 != 0
    if let phase = group.switchPhase.flatMap({ plan.phaseIndex($0) }), !result.extends.contains(phase) {
      result.switchPhase = phase
    }
  }
}
