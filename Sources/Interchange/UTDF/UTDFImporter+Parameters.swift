import TrafficModel

/// Rules for what a pretimed file does not say and actuated operation needs.
enum UTDFActuation {
  /// Saturation degree at which the green of the rule below serves the critical lane group.
  static let targetSaturationDegree = 0.9
  /// Practice allows 1.25 to 1.5 times that green (FHWA, Signal Timing Manual, ch. 5, maximum green).
  static let maximumGreenFactor = 1.4
  /// Bounds in seconds for phases that serve left turns only, and for all others (same source, typical values).
  static let leftBounds = 15.0...30.0
  static let otherBounds = 20.0...60.0
  /// Longest accepted gap with stop-bar and advance detection.
  static let passageSeconds = 3.0
}

extension UTDFImporter {
  /// Timing of one phase for the controller's data base.
  ///
  /// Of a pretimed controller only yellow, all-red, minimum green, passage and pedestrian times are taken: its
  /// recalls and maxima describe fixed greens. For running actuated it gets minimum recall on the reference phases,
  /// none elsewhere, and the maximum green of ``maximumGreen(of:plan:)``. An actuated controller keeps its own; a
  /// maximum recall on reference phases (the sign of coordination) becomes a minimum recall.
  func recall(of phase: UTDFPhase, plan: UTDFPlan) -> Recall {
    let isReference = plan.referencePhases.contains(phase.number)
    if plan.isPretimed { return isReference ? .minimum : .none }
    switch phase.recall {
    case 1, 4: return .minimum
    case 2: return .pedestrian
    case 3: return plan.controlType == 3 && isReference ? .minimum : .maximum
    default: return .none
    }
  }

  mutating func parameters(
    of phase: UTDFPhase, split: TimeSpan, plan: UTDFPlan, walk: TimeSpan?
  ) -> PhaseParameters {
    let recall = recall(of: phase, plan: plan)
    noteSubstitutions(phase, plan: plan, recall: recall)
    var maximum: TimeSpan
    if !plan.isPretimed, let given = phase.maximumGreen {
      maximum = given
    } else {
      maximum = maximumGreen(of: phase, plan: plan)
    }
    if let walk { maximum = max(maximum, walk + (phase.pedestrianClearance ?? .zero)) }
    // A pretimed file's minimum is a wish for its own plan: it cannot be longer than the green that it runs.
    let place = "\(plan.place), phase \(phase.number)"
    let green = split - phase.clearance
    var minimum = phase.minimumGreen
    var minimumSplit = phase.minimumSplit ?? .zero
    func hold(
      _ value: inout TimeSpan, to limit: TimeSpan, rule: String, _ key: String, _ ran: String,
      _ result: String
    ) {
      if split <= .zero || value <= limit { return }
      notes.note(
        rule, at: place,
        "\(key) is \(value.text), the plan's \(ran) \(limit.text): the \(result) is \(limit.text).",
        mend: "correct \(key) or the split")
      value = limit
    }
    hold(&minimum, to: green, rule: "minimum-green", "MinGreen", "green", "minimum")
    hold(&minimumSplit, to: split, rule: "minimum-split", "MinSplit", "split", "minimum split")
    return PhaseParameters(
      number: phase.number, minimumGreen: minimum, maximumGreen: max(maximum, minimum),
      passage: phase.passage ?? TimeSpan(seconds: UTDFActuation.passageSeconds), yellow: phase.yellow,
      redClearance: phase.redClearance, minimumSplit: minimumSplit, recall: recall,
      dualEntry: phase.dualEntry, walk: walk,
      pedestrianClearance: phase.pedestrianClearance ?? .zero)
  }

  private mutating func noteSubstitutions(_ phase: UTDFPhase, plan: UTDFPlan, recall: Recall) {
    let place = "\(plan.number).\(phase.number)"
    if plan.isPretimed {
      notes.collect(
        "recall-substituted", at: place,
        "Pretimed in the file. For actuated operation: minimum recall on the reference phases, none elsewhere.",
        mend: "set the control type and recalls in the file to have them kept")
      notes.collect(
        "maximum-green-rule", at: place,
        "Maximum green = \(UTDFActuation.maximumGreenFactor) × the green that the critical lane group needs for "
          + "X = \(UTDFActuation.targetSaturationDegree) at the file's cycle, within 15 to 30 s for left turns and 20 "
          + "to 60 s otherwise (FHWA Signal Timing Manual: 1.25 to 1.5 times).",
        mend: "set the control type and MaxGreen in the file to have them kept")
    } else if phase.maximumGreen == nil {
      notes.collect(
        "maximum-green-rule", at: place,
        "MaxGreen is missing and taken by the rule for pretimed controllers.",
        mend: "give MaxGreen")
    }
    if !plan.isPretimed && phase.recall == 3 && recall == .minimum {
      notes.collect(
        "recall-coordinated", at: place,
        "Maximum recall of a coordinated phase: minimum recall when running actuated without coordination.",
        mend: "nothing")
    }
    if phase.passage == nil {
      notes.collect("passage-missing", at: place, "VehExt is missing: 3 s.", mend: "give VehExt")
    }
  }

  /// 1.4 × the green that the phase's critical lane group needs for X = 0.9 at the file's cycle, in whole seconds
  /// within bounds: v/s · C / 0.9.
  private func maximumGreen(of phase: UTDFPhase, plan: UTDFPlan) -> TimeSpan {
    var critical = 0.0
    var servesOthers = false
    for (approach, index) in laneGroups(of: plan) {
      let group = approaches[approach].groups[index]
      guard group.rightOfWayPhases.contains(phase.number) else { continue }
      if group.turn.turn != .left && group.turn.turn != .uTurn { servesOthers = true }
      guard group.laneCount > 0, let saturation = group.saturationFlow, saturation > 0 else { continue }
      let ratio = groupFlow(approaches[approach], index).total / saturation
      critical = max(critical, ratio / Double(max(group.rightOfWayPhases.count, 1)))
    }
    let needed = critical * plan.cycle.seconds / UTDFActuation.targetSaturationDegree
    let bounds = servesOthers ? UTDFActuation.otherBounds : UTDFActuation.leftBounds
    let seconds = min(max(needed * UTDFActuation.maximumGreenFactor, bounds.lowerBound), bounds.upperBound)
    return TimeSpan(seconds: seconds.rounded(.up))
  }
}
