/// Rules about durations and about which groups may meet.
extension SignalDataCheck {
  // MARK: - Durations

  mutating func checkTimes() {
    for (index, group) in controller.groups.enumerated() {
      let here = "\(place), \(name(index))"
      check(group.minimumGreen, "the minimum green", at: here)
      for colour in group.gaining + group.losing { check(colour.duration, "a colour", at: here) }
      checkColours(of: group, at: here)
    }
    for ending in controller.groups.indices {
      for starting in controller.groups.indices where controller.conflicts[ending, starting] == .excluded {
        check(
          controller.intergreens[ending, starting], "it",
          at: intergreenPlace(ending, starting))
      }
    }
    for (index, phase) in controller.phases.enumerated() { check(phase, index, at: place(ofPhase: index)) }
    for (index, stage) in controller.stages.enumerated() {
      let here = place(ofStage: index)
      check(stage.minimumDuration, "the minimum", at: here)
      check(stage.maximumDuration, "the maximum", at: here)
      for group in stage.lateStart.keys.sorted() {
        check(stage.lateStart[group] ?? .zero, "a late start", at: here)
      }
      for group in stage.earlyEnd.keys.sorted() {
        check(stage.earlyEnd[group] ?? .zero, "an early end", at: here)
      }
      if stage.minimumDuration > stage.maximumDuration {
        error(
          "minimum-maximum", here,
          "the minimum of \(stage.minimumDuration.text) is above the maximum of \(stage.maximumDuration.text)",
          mend: "Raise the maximum or lower the minimum")
      }
    }
  }

  /// Three colours at most each way (GB/T 20999 class 04), and none that means go.
  private mutating func checkColours(of group: SignalGroup, at here: String) {
    for (colours, what) in [(group.gaining, "gaining"), (group.losing, "losing")] {
      if colours.count > 3 {
        error(
          "group-colours", here, "it has \(colours.count) \(what) colours, and units know three",
          mend: "Join or remove colours")
      }
      if colours.contains(where: { $0.indication == group.proceed }) {
        error(
          "group-colours", here, "one of its \(what) colours is the one that it shows as its green",
          mend: "Lengthen its minimum green instead")
      }
    }
    if group.kind == .pedestrian && group.proceed != .green {
      error(
        "group-colours", here, "pedestrians are to walk at flashing yellow",
        mend: "Let the group proceed with green"
      )
    } else if group.proceed != .green && group.proceed != .flashingYellow {
      error(
        "group-colours", here, "its green is \"\(group.proceed)\"",
        mend: "Let the group proceed with green or flashing yellow")
    }
  }

  /// Times of detectors, overlaps, preempts, priorities and the unit.
  mutating func checkUnitTimes() {
    for overlap in controller.overlaps {
      check(overlap.trailingGreen, "the trailing green", at: place(of: overlap))
    }
    for preempt in controller.preempts { checkTimes(of: preempt) }
    for priority in controller.priorities {
      let here = place(of: priority)
      check(priority.maximumExtension, "the longest extension", at: here)
      check(priority.timeOut, "the time-out", at: here)
      check(priority.lockout, "the lockout", at: here)
      for phase in priority.maximumReduction.keys.sorted() {
        check(priority.maximumReduction[phase] ?? .zero, "a reduction", at: here)
      }
    }
    for (position, assignment) in controller.detectors.enumerated() {
      let here = "\(place), detector assignment \(position + 1)"
      check(assignment.queueLimit ?? .zero, "the queue limit", at: here)
      check(assignment.diagnostics.longestAbsence ?? .zero, "the longest absence", at: here)
      check(assignment.diagnostics.longestPresence ?? .zero, "the longest presence", at: here)
      check(assignment.diagnostics.failTime ?? .zero, "the fail time", at: here)
    }
    let options = controller.options
    check(options.startUpFlash, "the start-up flash", at: "\(place), unit")
    check(options.startUpAllRed, "the start-up all red", at: "\(place), unit")
    check(options.redRevert, "the red revert", at: "\(place), unit")
    check(options.transition.longestDwell, "the longest dwell", at: "\(place), unit")
  }

  /// What can be run and still makes no sense, or breaks the rules of practice.
  mutating func checkSense() {
    checkOptions()
    for overlap in controller.overlaps { checkOverlap(overlap) }
    checkActuation()
    checkPedestrians()
    for pattern in controller.patterns { checkCoordination(pattern) }
    for preempt in controller.preempts { checkPreempt(preempt) }
    for priority in controller.priorities { check(priority) }
  }

  /// Controllers time in tenths of a second.
  mutating func check(_ span: TimeSpan, _ what: String, at place: String) {
    if span > .longestTiming || span < -TimeSpan.longestTiming {
      error(
        "time-range", place, "\(what) is \(span.text)",
        mend: "Use a duration below \(TimeSpan.longestTiming.text)")
    } else if span < .zero {
      error("negative-time", place, "\(what) is \(span.text)", mend: "Give it a duration of zero or more")
    } else if !span.isWholeTenths {
      error(
        "whole-tenths", place, "\(what) is \(span.text), and a controller counts in tenths of a second",
        mend: "Round it to 0.1 s")
    }
  }

  private mutating func check(_ phase: Phase, _ index: Int, at here: String) {
    check(phase.minimumGreen, "the minimum green", at: here)
    check(phase.maximumGreen, "the maximum green", at: here)
    check(phase.passage, "the passage time", at: here)
    check(phase.yellow, "the yellow", at: here)
    check(phase.redClearance, "the red clearance", at: here)
    check(phase.minimumSplit, "the minimum split", at: here)
    checkActuationTimes(of: phase, at: here)
    if phase.minimumGreen > phase.maximumGreen {
      error(
        "minimum-maximum", here,
        """
        the minimum green of \(phase.minimumGreen.text) is above the maximum green of \
        \(phase.maximumGreen.text)
        """,
        mend: "Raise the maximum or lower the minimum")
    }
    if phase.redClearance > TimeSpan(milliseconds: 6000) {
      warn(
        "red-clearance", here, "the red clearance is \(phase.redClearance.text), and practice ends at 6.0 s",
        mend: "Check it against (W + L)/v")
    }
  }

  /// The lamps of a phase must have turned red when its clearance is over.
  private mutating func checkLosing(of phase: Phase, at here: String) {
    for group in phase.groups {
      let losing = controller.groups[group].losingDuration
      if losing > phase.clearance {
        error(
          "yellow-differs", here,
          "\(name(group)) needs \(losing.text) from green to red, and the phase's clearance is "
            + phase.clearance.text,
          mend: "Lengthen yellow or red clearance of the phase")
      } else if losing != phase.yellow {
        warn(
          "yellow-differs", here,
          "its yellow is \(phase.yellow.text), but \(name(group)) shows \(losing.text)",
          mend: "Make both equal, unless the group belongs to several phases")
      }
    }
  }

  // MARK: - Exclusions

  mutating func checkExclusions() {
    checkIntergreens()
    for (index, group) in controller.groups.enumerated() where group.kind == .vehicle {
      checkYellow(of: index, at: "\(place), \(name(index))")
    }
    for (index, phase) in controller.phases.enumerated() { checkLosing(of: phase, at: place(ofPhase: index)) }
    for first in controller.phases.indices {
      checkMeeting(
        groups(ofPhase: first), groups(ofPhase: first), rule: "phase-conflict", at: place(ofPhase: first),
        mend: "Take one of the groups out of the phase, or lift the exclusion")
      for second in 0..<first where controller.diagram.areConcurrent(second, first) {
        checkMeeting(
          groups(ofPhase: second), groups(ofPhase: first), rule: "concurrent-conflict",
          at: "\(place(ofPhase: second)) with phase \(controller.phases[first].number)",
          mend: "Put a barrier between the phases or both into one ring, or lift the exclusion")
      }
    }
    for stage in controller.stages.indices {
      let groups = controller.stages[stage].groups
      checkMeeting(
        groups, groups, rule: "stage-conflict", at: place(ofStage: stage),
        mend: "Take one of the groups out of the stage, or lift the exclusion")
    }
  }

  private func groups(ofPhase phase: Int) -> [Int] {
    let data = controller.phases[phase]
    return data.groups + (data.pedestrianGroup.map { [$0] } ?? [])
  }

  private mutating func checkMeeting(
    _ first: [Int], _ second: [Int], rule: String, at place: String, mend: String
  ) {
    for a in first {
      for b in second where controller.conflicts[a, b] == .excluded && (first != second || a < b) {
        error(
          rule, place, "\(name(a)) and \(name(b)) would be green together and exclude each other", mend: mend)
      }
    }
  }

  private func intergreenPlace(_ ending: Int, _ starting: Int) -> String {
    "\(place), intergreen from \(controller.groups[ending].name) to \(controller.groups[starting].name)"
  }

  private mutating func checkIntergreens() {
    let groups = controller.groups
    for ending in groups.indices {
      for starting in groups.indices where controller.conflicts[ending, starting] == .excluded {
        let intergreen = controller.intergreens[ending, starting]
        let needed = groups[ending].losingDuration + groups[starting].gainingDuration
        if intergreen < needed {
          error(
            "intergreen-short", intergreenPlace(ending, starting),
            """
            it is \(intergreen.text), and the colours between the greens take \(needed.text): losing \
            \(groups[ending].losingDuration.text), gaining \(groups[starting].gainingDuration.text)
            """,
            mend: "Make it at least \(needed.text)")
        }
      }
    }
    for phase in controller.phases { checkClearance(of: phase) }
  }

  /// A green that a matrix lets begin before the phase's own yellow and red clearance are over would be a clearance that
  /// is cut short.
  private mutating func checkClearance(of phase: Phase) {
    for ending in phase.groups where controller.groups.indices.contains(ending) {
      for starting in controller.groups.indices
      where controller.conflicts[ending, starting] == .excluded
        && controller.intergreens[ending, starting] < phase.clearance
        // Otherwise the intergreen is too short for its colours alone, which has been told.
        && controller.intergreens[ending, starting]
          >= controller.groups[ending].losingDuration + controller.groups[starting].gainingDuration
      {
        error(
          "intergreen-below-clearance", intergreenPlace(ending, starting),
          """
          it is \(controller.intergreens[ending, starting].text), and yellow and red clearance of phase \
          \(phase.number) take \(phase.clearance.text)
          """,
          mend:
            "Make it at least \(phase.clearance.text), or shorten the red clearance of phase \(phase.number)")
      }
    }
  }

  // MARK: - Detectors

  mutating func checkDetectors() {
    let runsStages = controller.phases.isEmpty
    let count = runsStages ? controller.stages.count : controller.phases.count
    var called = [Bool](repeating: false, count: count)
    for (position, assignment) in controller.detectors.enumerated() {
      let here = "\(place), detector assignment \(position + 1)"
      if !network.detectors.indices.contains(assignment.detector.index) {
        error(
          "detector-missing", here, "detector index \(assignment.detector.index) does not exist",
          mend: "Use one of the \(network.detectors.count) detectors")
      }
      for index in assignment.calls + assignment.extends where !(0..<count).contains(index) {
        error(
          "detector-phase", here, "\(runsStages ? "stage" : "phase") index \(index) does not exist",
          mend: "Use one of the \(count) there are")
      }
      for index in assignment.calls where (0..<count).contains(index) { called[index] = true }
      check(assignment.delay, "the delay", at: here)
      check(assignment.prolongation, "the prolongation", at: here)
    }
    // A controller without detectors is pretimed, and a stage that nothing calls always comes.
    if runsStages || controller.detectors.isEmpty { return }
    for (index, phase) in controller.phases.enumerated()
    where !called[index] && phase.recall == .none && phase.pedestrianGroup == nil && !phase.dualEntry {
      warn(
        "never-called", place(ofPhase: index), "nothing calls it when the controller runs free",
        mend: "Give it a detector or a recall")
    }
  }
}
