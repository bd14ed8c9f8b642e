/// Rules about actuated operation: are the parameters of a phase of one mind?
extension SignalDataCheck {
  /// Longest passage time in use (FHWA Signal Timing Manual: maximum allowable headways of 2 to 4 s, less the time over
  /// the zone); twice that with a margin.
  static let longestUsualPassage = TimeSpan(milliseconds: 8000)

  mutating func checkActuationTimes(of phase: Phase, at here: String) {
    let actuation = phase.actuation
    check(actuation.addedInitial, "the added initial", at: here)
    check(actuation.maximumInitial, "the maximum initial", at: here)
    check(actuation.maximumGreen2 ?? .zero, "the second maximum", at: here)
    check(actuation.dynamicMaximumLimit ?? .zero, "the limit of the dynamic maximum", at: here)
    check(actuation.dynamicMaximumStep, "the step of the dynamic maximum", at: here)
    check(actuation.timeBeforeReduction, "the time before reduction", at: here)
    check(actuation.timeToReduce, "the time to reduce", at: here)
    check(actuation.minimumGap ?? .zero, "the minimum gap", at: here)
    check(actuation.conditionalServiceMinimum, "the minimum of the conditional service", at: here)
    check(actuation.redRevert, "the red revert", at: here)
    check(phase.pedestrians.leadingInterval, "the leading pedestrian interval", at: here)
    check(phase.pedestrians.buffer, "the pedestrian buffer", at: here)
    check(phase.pedestrians.extendedClearance, "the extended pedestrian clearance", at: here)
    for (bound, what) in [
      (actuation.maximumGreen2, "second maximum"), (actuation.dynamicMaximumLimit, "dynamic maximum limit"),
    ] {
      guard let bound, bound < phase.minimumGreen else { continue }
      error(
        "minimum-maximum", here,
        "the minimum green of \(phase.minimumGreen.text) is above the \(what) of \(bound.text)",
        mend: "Raise the \(what) or lower the minimum")
    }
    if actuation.carsBeforeReduction < 0 {
      error(
        "cars-before-reduction", here, "\(actuation.carsBeforeReduction) cars are to pass before reduction",
        mend: "Use 0 to reduce by time only")
    }
  }

  mutating func checkActuation() {
    for (index, phase) in controller.phases.enumerated() {
      let here = place(ofPhase: index)
      checkGap(of: phase, at: here)
      checkInitial(of: phase, index, at: here)
      checkConditionalService(of: phase, index, at: here)
      if phase.actuation.dynamicMaximumLimit != nil && phase.actuation.dynamicMaximumStep <= .zero {
        warn(
          "dynamic-maximum", here, "its dynamic maximum moves in steps of 0.0 s",
          mend: "Give it a step, such as 5 s, or take the limit out")
      }
      if phase.recall == .pedestrian && phase.pedestrianGroup == nil {
        warn(
          "recall-pedestrian", here, "it recalls pedestrians, and it has none",
          mend: "Give it a pedestrian group, or another recall")
      }
      checkExpectedGreen(of: phase, index, at: here)
    }
    checkDualEntry()
  }

  private mutating func checkGap(of phase: Phase, at here: String) {
    let actuation = phase.actuation
    if phase.passage > Self.longestUsualPassage {
      warn(
        "passage", here,
        "the passage time of \(phase.passage.text) is beyond the \(Self.longestUsualPassage.text) of practice",
        mend: "Use the largest gap that is worth the wait, less the time over the detector: mostly 1 to 4 s")
    }
    guard let gap = actuation.minimumGap else {
      if actuation.timeToReduce > .zero || actuation.timeBeforeReduction > .zero {
        warn(
          "gap-reduction", here, "its gap is to be reduced, and there is no minimum gap to reduce it to",
          mend: "Give it a minimum gap below its passage time of \(phase.passage.text)")
      }
      return
    }
    if gap > phase.passage {
      error(
        "gap-reduction", here,
        "the minimum gap of \(gap.text) is above the passage time of \(phase.passage.text)",
        mend: "Lower the minimum gap to \(phase.passage.text) or less, or raise the passage time")
    }
    let end = actuation.timeBeforeReduction + actuation.timeToReduce
    if end > phase.maximumGreen {
      warn(
        "gap-reduction", here,
        """
        the gap is reduced \(end.text) after the first conflicting call, and the maximum green of \
        \(phase.maximumGreen.text) ends before
        """,
        mend: "Shorten the time before reduction or the time to reduce by \((end - phase.maximumGreen).text)")
    }
  }

  private mutating func checkInitial(of phase: Phase, _ index: Int, at here: String) {
    let actuation = phase.actuation
    guard actuation.addedInitial > .zero else { return }
    if actuation.maximumInitial <= phase.minimumGreen {
      warn(
        "variable-initial", here,
        """
        \(actuation.addedInitial.text) per vehicle are added up to a maximum initial of \
        \(actuation.maximumInitial.text), which the minimum green of \(phase.minimumGreen.text) covers already
        """,
        mend: "Raise the maximum initial above the minimum green")
    } else if actuation.maximumInitial > phase.maximumGreen {
      warn(
        "variable-initial", here,
        """
        the maximum initial of \(actuation.maximumInitial.text) is above the maximum green of \
        \(phase.maximumGreen.text)
        """,
        mend: "Lower the maximum initial, or raise the maximum green")
    }
    if !controller.detectors.contains(where: { $0.addsInitial && $0.calls.contains(index) }) {
      warn(
        "variable-initial", here, "it adds initial green, and no detector that calls it counts for it",
        mend: "Let its advance detectors add initial")
    }
  }

  private mutating func checkConditionalService(of phase: Phase, _ index: Int, at here: String) {
    guard phase.actuation.isServedConditionally else { return }
    let needed = phase.minimumGreen + phase.clearance
    if phase.actuation.conditionalServiceMinimum < needed {
      warn(
        "conditional-service", here,
        """
        it is served again if \(phase.actuation.conditionalServiceMinimum.text) are left, and its minimum green, \
        yellow and red clearance take \(needed.text)
        """,
        mend: "Make the minimum of the conditional service at least \(needed.text)")
    }
    guard let place = controller.diagram.place(of: index) else { return }
    let phases = controller.diagram.phases(ring: place.ring, side: place.side)
    if phases.last == index {
      warn(
        "conditional-service", here,
        "no phase of its ring follows it before the barrier, so it cannot be served again",
        mend: "Take conditional service out, or put the phase first on its side")
    }
  }

  // MARK: - Minimum green

  /// Least greens that drivers expect (FHWA Signal Timing Manual, ch. 5): fast through traffic 10 s, other through
  /// traffic 4 s, left turns 2 s.
  private mutating func checkExpectedGreen(of phase: Phase, _ index: Int, at here: String) {
    var expected = TimeSpan.zero
    var reason = ""
    for movement in movements
    where movement.protectedGroups.contains(where: { phase.groups.contains($0) }) {
      guard let speed = approachSpeed(of: movement) else { continue }
      let isThrough = movement.turn == .through
      // 40 mph.
      let isFast = isThrough && speed > 40.01 * Conversion.metersPerSecondPerMilePerHour
      let least = TimeSpan(milliseconds: isFast ? 10_000 : isThrough ? 4000 : 2000)
      if least > expected {
        expected = least
        reason =
          isFast
          ? "through traffic at \(speedText(speed))" : isThrough ? "through traffic" : "turning traffic"
      }
    }
    if phase.minimumGreen < expected {
      warn(
        "minimum-expected", here,
        "the minimum green of \(phase.minimumGreen.text) is below the \(expected.text) that \(reason) expects",
        mend: "Make the minimum green at least \(expected.text)")
    }
    checkQueueGreen(of: phase, index, at: here)
  }

  /// With detectors upstream only, the minimum green must discharge the vehicles between them and the stop line
  /// (FHWA Signal Timing Manual: 3 s + 2 s each, 25 ft apart), unless the initial green counts them.
  private mutating func checkQueueGreen(of phase: Phase, _ index: Int, at here: String) {
    if phase.actuation.addedInitial > .zero { return }
    let zones = controller.detectors.filter {
      $0.extends.contains(index) && network.detectors.indices.contains($0.detector.index)
    }.map { network[$0.detector] }
    guard let nearest = zones.map(\.distanceMeters).min(), nearest > 7.62, nearest < 1000 else { return }
    let vehicles = Int((nearest / 7.62).rounded(.down))
    let needed = TimeSpan(milliseconds: Int64(3000 + 2000 * vehicles))
    if phase.minimumGreen >= needed || phase.maximumGreen < needed { return }
    warn(
      "minimum-queue", here,
      """
      its nearest detector is \(tenths(nearest)) m before the stop line: \(vehicles) vehicles fit in between and need \
      3 s + 2 s each = \(needed.text), and the minimum green is \(phase.minimumGreen.text)
      """,
      mend: "Raise the minimum green, let the detector add initial, or detect at the stop line")
  }

  /// In one ring, only one phase of a side can go along with the other rings.
  private mutating func checkDualEntry() {
    for (ring, sides) in controller.diagram.rings.enumerated() {
      for (side, phases) in sides.enumerated() {
        let entering = phases.filter { controller.phases[$0].dualEntry }
        if entering.count < 2 { continue }
        warn(
          "dual-entry", "\(place), ring \(ring + 1), side \(side + 1)",
          "\(title(entering)) are all meant to go along with the other rings, and only one of them can",
          mend: "Leave dual entry to one of them, mostly the through phase")
      }
    }
  }
}
