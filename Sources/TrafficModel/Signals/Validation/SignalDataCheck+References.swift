/// Rules about indices, numbers and lists of overlaps, preempts, priorities and detectors: later rules rely on them.
extension SignalDataCheck {
  mutating func checkReferences() {
    checkUniqueNumbers(controller.overlaps.map(\.number), kind: "overlaps")
    checkUniqueNumbers(controller.priorities.map(\.number), kind: "priorities")
    for kind in Preempt.Kind.allCases {
      checkUniqueNumbers(
        controller.preempts.filter { $0.kind == kind }.map(\.number), kind: "\(kind.rawValue) preempts")
    }
    for overlap in controller.overlaps { checkReferences(of: overlap) }
    checkOverlapGroups()
    for preempt in controller.preempts { checkReferences(of: preempt) }
    for priority in controller.priorities { checkReferences(of: priority) }
    checkDetectorReferences()
    checkOptionReferences()
    checkScheduleReferences()
    for pattern in controller.patterns { checkReferences(of: pattern) }
  }

  func place(of overlap: Overlap) -> String { "\(place), overlap \(overlap.number)" }
  func place(of preempt: Preempt) -> String { "\(place), \(preempt.kind.rawValue) preempt \(preempt.number)" }
  func place(of priority: TransitPriority) -> String { "\(place), priority \(priority.number)" }
  func number(_ phase: Int) -> Int { controller.phases[phase].number }

  /// "phase 2", "phases 2 and 6", "phases 1, 2 and 6".
  func title(_ phases: [Int]) -> String {
    let numbers = phases.map { "\(number($0))" }
    if numbers.count < 2 { return "phase \(numbers.joined())" }
    return "phases \(numbers.dropLast().joined(separator: ", ")) and \(numbers[numbers.count - 1])"
  }

  private mutating func checkUniqueNumbers(_ numbers: [Int], kind: String) {
    var seen: Set<Int> = []
    for number in numbers {
      if !(1...255).contains(number) {
        error(
          "number-range", place, "one of its \(kind) has the number \(number)", mend: "Number from 1 to 255")
      }
      if !seen.insert(number).inserted {
        error(
          "duplicate-number", place, "two \(kind) have the number \(number)", mend: "Renumber one of them")
      }
    }
  }

  /// Notes phases that do not exist and phases that stand twice; says whether the list can be read by index.
  @discardableResult
  mutating func checkPhases(_ phases: [Int], _ what: String, at here: String) -> Bool {
    var seen: Set<Int> = []
    var isSound = true
    for phase in phases {
      if !controller.phases.indices.contains(phase) {
        error(
          "phase-missing", here, "\(what): phase index \(phase) does not exist",
          mend: "Use one of the \(controller.phases.count) phases")
        isSound = false
      } else if !seen.insert(phase).inserted {
        error(
          "phase-twice", here, "\(what): phase \(number(phase)) stands there twice", mend: "Name it once")
      }
    }
    return isSound
  }

  /// Notes pairs that can never be green together.
  mutating func checkCompatible(_ phases: [Int], _ what: String, _ rule: String, at here: String) {
    for (position, first) in phases.enumerated() {
      for second in phases[(position + 1)...] where first != second {
        guard let reason = reasonForConflict(first, second) else { continue }
        error(
          rule, here,
          "\(what) \(number(first)) and \(number(second)) are to be green together, and \(reason)",
          mend: "Name phases of different rings on one side of the barriers")
        return
      }
    }
  }

  /// Why two phases can never be green together; `nil` if they can.
  func reasonForConflict(_ first: Int, _ second: Int) -> String? {
    guard let a = controller.diagram.place(of: first), let b = controller.diagram.place(of: second) else {
      return "the diagram does not hold both"
    }
    if a.side != b.side { return "a barrier lies between them" }
    if a.ring == b.ring { return "both stand in ring \(a.ring + 1)" }
    return nil
  }

  // MARK: - Overlaps

  private mutating func checkReferences(of overlap: Overlap) {
    let here = place(of: overlap)
    if overlap.number > 16 {
      error(
        "overlap-number", here, "its number is \(overlap.number), and letters end at P (16)",
        mend: "Number overlaps from 1 to 16")
    }
    checkPhases(overlap.includedPhases, "its included phases", at: here)
    checkPhases(overlap.modifierPhases, "its modifier phases", at: here)
    if overlap.includedPhases.isEmpty {
      error(
        "overlap-empty", here, "it follows no phase and would never be green",
        mend: "Name its included phases"
      )
    }
    for phase in overlap.includedPhases
    where overlap.modifierPhases.contains(phase) && controller.phases.indices.contains(phase) {
      error(
        "overlap-modifier", here, "phase \(number(phase)) both shows it and suppresses it",
        mend: "Leave the phase in one of the two lists")
    }
    guard controller.groups.indices.contains(overlap.group) else {
      return error(
        "group-missing", here, "group index \(overlap.group) does not exist",
        mend: "Use one of the \(controller.groups.count) groups")
    }
    if controller.groups[overlap.group].kind == .pedestrian {
      error(
        "group-kind", here, "\(name(overlap.group)) is for pedestrians", mend: "Name a vehicle group")
    }
    for (index, phase) in controller.phases.enumerated()
    where phase.groups.contains(overlap.group) && !overlap.includedPhases.contains(index) {
      error(
        "overlap-group", here,
        "\(name(overlap.group)) is green with phase \(phase.number) too, which is none of its included phases",
        mend: "Include phase \(phase.number), or take the group out of the phase's groups")
    }
  }

  private mutating func checkOverlapGroups() {
    for (position, overlap) in controller.overlaps.enumerated() {
      guard let other = controller.overlaps[..<position].first(where: { $0.group == overlap.group }),
        controller.groups.indices.contains(overlap.group)
      else { continue }
      error(
        "overlap-group", place(of: overlap),
        "\(name(overlap.group)) belongs to overlap \(other.number) already",
        mend: "Give each overlap its own group, or join the two")
    }
  }

  // MARK: - Preempts and priorities

  private mutating func checkReferences(of preempt: Preempt) {
    let here = place(of: preempt)
    let lists = [
      (preempt.trackPhases, "track clearance phases", true), (preempt.dwellPhases, "dwell phases", true),
      (preempt.exitPhases, "exit phases", true), (preempt.cyclingPhases, "cycling phases", false),
      (preempt.dwellPedestrians, "dwell pedestrians", false),
    ]
    for (phases, what, areTogether) in lists {
      guard checkPhases(phases, "its \(what)", at: here), areTogether else { continue }
      checkCompatible(phases, what, "preempt-conflict", at: here)
    }
    if preempt.dwellPhases.isEmpty && preempt.cyclingPhases.isEmpty && !preempt.flashesInDwell {
      error(
        "preempt-empty", here, "nothing is green during the dwell",
        mend: "Name dwell phases or cycling phases, or let the lamps flash")
    }
    for phase in preempt.dwellPedestrians where controller.phases.indices.contains(phase) {
      if controller.phases[phase].pedestrianGroup == nil {
        error(
          "preempt-pedestrians", here, "phase \(number(phase)) has no pedestrians to walk in the dwell",
          mend: "Take it out of the dwell pedestrians")
      } else if !(preempt.dwellPhases + preempt.cyclingPhases).contains(phase) {
        error(
          "preempt-pedestrians", here,
          "pedestrians of phase \(number(phase)) walk in the dwell, in which the phase is not green",
          mend: "Add the phase to the dwell, or take it out of the dwell pedestrians")
      }
    }
    if !preempt.trackPhases.isEmpty && preempt.trackGreen <= .zero {
      error(
        "preempt-track-green", here, "\(title(sound(preempt.trackPhases))) would clear the tracks in no time",
        mend: "Give the track clearance green its time")
    }
  }

  private func sound(_ phases: [Int]) -> [Int] { phases.filter { controller.phases.indices.contains($0) } }

  private mutating func checkReferences(of priority: TransitPriority) {
    let here = place(of: priority)
    if checkPhases(priority.phases, "its phases", at: here) {
      checkCompatible(priority.phases, "phases", "priority-conflict", at: here)
    }
    checkPhases(priority.maximumReduction.keys.sorted(), "its reductions", at: here)
    if priority.phases.isEmpty {
      error("priority-empty", here, "it serves no phase", mend: "Name the phases of the vehicle")
    }
  }

  // MARK: - Detectors

  /// Of what ``checkDetectors()`` does not look at: channels and switch phases.
  private mutating func checkDetectorReferences() {
    var places: [Int: Int] = [:]
    for (position, assignment) in controller.detectors.enumerated() {
      let here = "\(place), detector assignment \(position + 1)"
      if let phase = assignment.switchPhase {
        checkPhases([phase], "its switch phase", at: here)
        if assignment.extends.contains(phase), controller.phases.indices.contains(phase) {
          error(
            "detector-switch", here, "it extends phase \(number(phase)) anyhow and is to switch to it",
            mend: "Name another switch phase or none")
        }
      }
      if assignment.channel < 0 {
        error(
          "detector-channel", here, "its channel is \(assignment.channel)",
          mend: "Number channels from 1, or use 0 for its place in the list")
      }
      let channel = assignment.channel > 0 ? assignment.channel : position + 1
      if let other = places.updateValue(position, forKey: channel) {
        error(
          "detector-channel", here,
          "its channel \(channel) is that of detector assignment \(other + 1) too",
          mend: "Give each detector its own channel")
      }
      if let most = assignment.diagnostics.mostActuationsPerMinute, most < 1 {
        error(
          "detector-diagnostics", here, "more than \(most) actuations a minute count as a fault",
          mend: "Use a number that traffic does not reach, such as 40")
      }
    }
  }
}
