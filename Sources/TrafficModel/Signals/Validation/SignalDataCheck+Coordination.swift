/// Rules about coordinated-actuated patterns, and about what a cycle must hold.
extension SignalDataCheck {
  // MARK: - References

  mutating func checkReferences(of pattern: Pattern) {
    guard case .coordinated(let coordination) = pattern.operation else { return }
    let here = controller.place(of: pattern)
    guard case .ringBarrier(let diagram, let splits, let references) = pattern.timing else {
      return error(
        "coordination-stages", here, "a chain of stages is to run coordinated",
        mend: "Run it pretimed, or describe the pattern by splits of phases")
    }
    checkPhases(coordination.coordinatedPhases, "its coordinated phases", at: here)
    checkPhases(coordination.splitModes.keys.sorted(), "its split modes", at: here)
    let phases = coordination.coordinatedPhases.isEmpty ? references : coordination.coordinatedPhases
    guard splits.count == controller.phases.count,
      phases.allSatisfy({ controller.phases.indices.contains($0) })
    else { return }
    for (position, phase) in phases.enumerated() {
      if splits[phase] <= .zero || coordination.splitModes[phase] == .omitted {
        error(
          "coordinated-omitted", here,
          "phase \(number(phase)) is coordinated, and the pattern omits it",
          mend: "Give it a split and no omission, or coordinate another phase")
      }
      for other in phases[(position + 1)...] where !diagram.areConcurrent(phase, other) && phase != other {
        error(
          "coordinated-phases", here,
          "phases \(number(phase)) and \(number(other)) are both coordinated and are never green together",
          mend: "Coordinate one phase per ring, on one side of the barriers")
      }
    }
  }

  // MARK: - Sense

  /// Whether greens follow detections somewhere: running free, or in a coordinated pattern.
  var isActuated: Bool {
    !controller.detectors.isEmpty
      || controller.patterns.contains { if case .coordinated = $0.operation { true } else { false } }
  }

  mutating func checkCoordination(_ pattern: Pattern) {
    guard case .ringBarrier(let diagram, let splits, let references) = pattern.timing,
      splits.count == controller.phases.count, pattern.cycle <= .longestTiming,
      splits.allSatisfy({ $0 <= .longestTiming })
    else { return }
    let here = controller.place(of: pattern)
    checkCycleHolds(pattern, diagram, splits, at: here)
    guard case .coordinated(let coordination) = pattern.operation else { return }
    let phases = (coordination.coordinatedPhases.isEmpty ? references : coordination.coordinatedPhases)
      .filter { controller.phases.indices.contains($0) }
    for (index, phase) in controller.phases.enumerated() where splits[index] > .zero {
      let split = splits[index]
      let mode = coordination.splitModes[index] ?? .none
      let isRecalled =
        mode == .none
        ? phase.recall == .pedestrian : mode == .pedestrianRecall || mode == .maximumAndPedestrianRecall
      let rests = coordination.restsInWalk && phases.contains(index)
      checkPedestrians(
        of: phase, split: split, isAlwaysServed: isRecalled || rests, at: "\(here), phase \(phase.number)")
      checkMaximum(of: phase, split: split, coordination.maximum, at: "\(here), phase \(phase.number)")
    }
    checkModes(coordination, splits, at: here)
    if coordination.restsInWalk && !phases.contains(where: { controller.phases[$0].pedestrianGroup != nil }) {
      warn(
        "rest-in-walk", here, "\(title(phases)) are to rest in walk and have no pedestrians",
        mend: "Take rest in walk out, or give them a walk")
    }
    checkCalls(coordination, splits, coordinated: phases, at: here)
  }

  /// What every phase of the pattern needs at least, ring by ring, against the cycle.
  private mutating func checkCycleHolds(
    _ pattern: Pattern, _ diagram: RingBarrierDiagram, _ splits: [TimeSpan], at here: String
  ) {
    var needed = TimeSpan.zero
    for side in 0..<diagram.sideCount {
      needed +=
        diagram.rings.indices.map { ring in
          diagram.phases(ring: ring, side: side).reduce(TimeSpan.zero) { sum, phase in
            guard controller.phases.indices.contains(phase), splits[phase] > .zero else { return sum }
            return sum + leastGreen(controller.phases[phase]) + controller.phases[phase].clearance
          }
        }.max() ?? .zero
    }
    if needed <= pattern.cycle { return }
    error(
      "cycle-minimum", here,
      """
      the phases need \(needed.text) for minimum greens, recalled pedestrians, yellow and red clearance, and the \
      cycle is \(pattern.cycle.text)
      """,
      mend: "Lengthen the cycle by \((needed - pattern.cycle).text), or shorten minimums")
  }

  /// Minimum green, or walk and clearance where pedestrians are always served.
  func leastGreen(_ phase: Phase) -> TimeSpan {
    guard phase.recall == .pedestrian else { return phase.minimumGreen }
    return max(phase.minimumGreen, pedestrianService(phase) ?? .zero)
  }

  /// Walk, pedestrian clearance and buffer; `nil` without pedestrians.
  func pedestrianService(_ phase: Phase) -> TimeSpan? {
    phase.pedestrianGroup.map {
      controller.groups[$0].minimumGreen + controller.groups[$0].losingDuration + phase.pedestrians.buffer
    }
  }

  /// Pedestrians that are always served must fit; others make the cycle slip when they call.
  private mutating func checkPedestrians(
    of phase: Phase, split: TimeSpan, isAlwaysServed: Bool, at here: String
  ) {
    guard let service = pedestrianService(phase) else { return }
    let needed = service + phase.clearance
    if split >= needed { return }
    let message = """
      the split of \(split.text) is below walk, clearance and buffer of its pedestrians (\(service.text)) + \
      yellow \(phase.yellow.text) + red clearance \(phase.redClearance.text)
      """
    if isAlwaysServed {
      error(
        "split-pedestrians", here, message + ", and they are served in every cycle",
        mend: "Lengthen the split by \((needed - split).text)")
    } else {
      warn(
        "split-pedestrians", here, message,
        mend: "Lengthen the split by \((needed - split).text); else each walk takes the cycle out of step")
    }
  }

  private mutating func checkMaximum(
    of phase: Phase, split: TimeSpan, _ maximum: Coordination.Maximum, at here: String
  ) {
    let green = split - phase.clearance
    let bound: TimeSpan
    switch maximum {
    case .inhibited: return
    case .maximum1: bound = phase.maximumGreen
    case .maximum2:
      guard let second = phase.actuation.maximumGreen2 else {
        return warn(
          "maximum-missing", here, "MAX 2 bounds the greens of this pattern, and the phase has none",
          mend: "Give the phase a second maximum, or inhibit maximums")
      }
      bound = second
    }
    if bound >= green { return }
    warn(
      "maximum-below-split", here,
      "its maximum of \(bound.text) ends the green before its split of \(split.text), which holds \(green.text)",
      mend: "Raise the maximum to \(green.text), or inhibit maximums in this pattern")
  }

  private mutating func checkModes(_ coordination: Coordination, _ splits: [TimeSpan], at here: String) {
    for phase in coordination.splitModes.keys.sorted() {
      guard let mode = coordination.splitModes[phase] else { continue }
      let data = controller.phases[phase]
      let place = "\(here), phase \(data.number)"
      let callsPedestrians = mode == .pedestrianRecall || mode == .maximumAndPedestrianRecall
      if callsPedestrians && data.pedestrianGroup == nil {
        warn(
          "recall-pedestrian", place, "its split mode recalls pedestrians, and it has none",
          mend: "Choose another split mode")
      }
      if splits[phase] <= .zero && mode != .omitted && mode != .none {
        warn(
          "split-mode", place, "its split mode is \"\(mode.rawValue)\", and its split of 0 omits it",
          mend: "Give it a split, or the mode \"omitted\"")
      }
    }
  }

  /// Phases of the pattern that nothing ever calls.
  private mutating func checkCalls(
    _ coordination: Coordination, _ splits: [TimeSpan], coordinated: [Int], at here: String
  ) {
    // With detectors the rule for running free has said the same.
    guard controller.detectors.isEmpty else { return }
    for (index, phase) in controller.phases.enumerated()
    where splits[index] > .zero && !coordinated.contains(index) && phase.recall == .none {
      if let mode = coordination.splitModes[index], mode != .none { continue }
      if phase.pedestrianGroup != nil || phase.dualEntry { continue }
      warn(
        "never-called", "\(here), phase \(phase.number)",
        "it has no detector and no recall, and would never be served",
        mend: "Give it a detector, a recall, or a split mode that recalls it")
    }
  }

  // MARK: - Priority

  /// What a priority leaves of the greens that it shortens.
  mutating func check(_ priority: TransitPriority) {
    let here = place(of: priority)
    if priority.maximumExtension <= .zero && !priority.maximumReduction.values.contains(where: { $0 > .zero })
    {
      warn(
        "priority-idle", here, "it neither extends a green nor shortens another",
        mend: "Give it an extension or a reduction")
    }
    if priority.timeOut <= .zero {
      warn(
        "priority-idle", here, "its requests end after \(priority.timeOut.text)",
        mend: "Let a request last as long as a vehicle needs to arrive, such as 60 s")
    }
    for phase in priority.maximumReduction.keys.sorted() {
      guard let reduction = priority.maximumReduction[phase], reduction > .zero else { continue }
      if priority.phases.contains(phase) {
        warn(
          "priority-own", here, "it shortens phase \(number(phase)), which serves the vehicle itself",
          mend: "Take the phase out of the reductions")
      }
      for pattern in controller.patterns {
        guard case .ringBarrier(_, let splits, _) = pattern.timing, phase < splits.count,
          splits[phase] > .zero
        else { continue }
        let data = controller.phases[phase]
        let left = splits[phase] - data.clearance - reduction
        let least = leastGreen(data)
        if left >= least { continue }
        warn(
          "priority-minimum", here,
          """
          in pattern \(pattern.number) it would leave phase \(data.number) \(max(left, .zero).text) of green, \
          and its minimum is \(least.text)
          """,
          mend: "Reduce phase \(data.number) by at most \(max(reduction - (least - left), .zero).text)")
      }
    }
  }
}
