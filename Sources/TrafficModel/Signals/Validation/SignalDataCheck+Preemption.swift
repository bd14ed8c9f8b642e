/// Rules about preemption: does the unit clear the tracks before the train comes?
extension SignalDataCheck {
  mutating func checkTimes(of preempt: Preempt) {
    let here = place(of: preempt)
    for (span, what) in [
      (preempt.delay, "the delay"), (preempt.minimumDuration, "the minimum duration"),
      (preempt.minimumGreen ?? .zero, "the minimum green"),
      (preempt.minimumWalk ?? .zero, "the minimum walk"),
      (preempt.pedestrianClearance ?? .zero, "the pedestrian clearance"),
      (preempt.trackGreen, "the track clearance green"), (preempt.minimumDwell, "the minimum dwell"),
      (preempt.maximumPresence ?? .zero, "the maximum presence"),
      (preempt.advanceTime ?? .zero, "the advance time"),
    ] { check(span, what, at: here) }
  }

  /// From the call to the end of the track clearance green, against what the railway promises.
  mutating func checkPreempt(_ preempt: Preempt) {
    let here = place(of: preempt)
    if preempt.kind == .rail { checkRail(preempt, at: here) }
    if let longest = preempt.maximumPresence, longest <= max(preempt.minimumDuration, preempt.minimumDwell) {
      warn(
        "preempt-presence", here,
        """
        a call of \(longest.text) counts as a fault, and the preempt itself lasts at least \
        \(max(preempt.minimumDuration, preempt.minimumDwell).text)
        """,
        mend: "Raise the maximum presence above the longest train")
    }
    guard let advance = preempt.advanceTime, let transfer = transfer(of: preempt) else { return }
    let needed = preempt.delay + transfer.span + preempt.trackGreen
    if needed <= advance { return }
    warn(
      "preempt-advance", here,
      """
      delay \(preempt.delay.text), right-of-way transfer \(transfer.span.text) (\(transfer.reason)) and track \
      clearance green \(preempt.trackGreen.text) take \(needed.text), and the train comes after \(advance.text)
      """,
      mend: "Ask the railway for \((needed - advance).text) more, or shorten what the preempt may shorten")
  }

  private mutating func checkRail(_ preempt: Preempt, at here: String) {
    if preempt.trackPhases.isEmpty {
      warn(
        "preempt-track", here, "no phase clears the tracks before the train comes",
        mend: "Name the phase whose queue stands on the tracks")
    }
    if !preempt.isFailSafe {
      warn(
        "preempt-fail-safe", here, "a cut cable would go unnoticed: the call is an input that is on",
        mend: "Use an input that calls while it is off")
    }
    for phase in preempt.dwellPhases + preempt.cyclingPhases where preempt.trackPhases.contains(phase) {
      warn(
        "preempt-dwell", here,
        "phase \(number(phase)) clears the tracks and is green while the train passes too",
        mend: "Let phases dwell that do not lead over the tracks")
    }
  }

  /// The longest time that ending another phase may take, with what may be cut cut.
  private func transfer(of preempt: Preempt) -> (span: TimeSpan, reason: String)? {
    var longest: (span: TimeSpan, reason: String)?
    for (index, phase) in controller.phases.enumerated() where !preempt.trackPhases.contains(index) {
      var service = min(preempt.minimumGreen ?? phase.minimumGreen, phase.minimumGreen)
      var reason = "minimum green \(service.text)"
      if let group = phase.pedestrianGroup {
        let data = controller.groups[group]
        let walk = min(preempt.minimumWalk ?? data.minimumGreen, data.minimumGreen)
        let all = data.losingDuration + phase.pedestrians.extendedClearance + phase.pedestrians.buffer
        let clearance = min(preempt.pedestrianClearance ?? all, all)
        if walk + clearance > service {
          service = walk + clearance
          reason = "walk \(walk.text) and clearance \(clearance.text)"
        }
      }
      let span = service + phase.clearance
      if span > longest?.span ?? .zero {
        longest = (
          span, "\(reason), yellow and red clearance \(phase.clearance.text) of phase \(phase.number)"
        )
      }
    }
    return longest
  }
}
