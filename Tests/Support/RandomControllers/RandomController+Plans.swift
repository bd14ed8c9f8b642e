import TrafficModel

extension RandomController {
  // MARK: - Patterns

  /// A pattern in which every phase gets its minimum and its pedestrians, and some more.
  mutating func pattern(_ number: Int, of controller: SignalController) -> Pattern {
    let diagram = controller.diagram
    let isWhole = isOneIn(2)
    var splits = controller.phases.indices.map { need(of: $0, controller) + span(isBrisk ? 0...40 : 0...150) }
    if isWhole { splits = splits.map { TimeSpan(milliseconds: ($0.milliseconds + 999) / 1000 * 1000) } }
    var cycle = TimeSpan.zero
    for side in 0..<diagram.sideCount {
      let rings = diagram.rings.indices.map { diagram.phases(ring: $0, side: side) }.filter { !$0.isEmpty }
      let sums = rings.map { ring in ring.reduce(TimeSpan.zero) { $0 + splits[$1] } }
      let length = sums.max() ?? .zero
      for (ring, sum) in zip(rings, sums) { splits[element(ring)] += length - sum }
      cycle += length
    }
    let references = references(diagram)
    let operation: PatternOperation =
      isOneIn(3) ? .pretimed : .coordinated(coordination(controller, references: references))
    return Pattern(
      number: number, cycle: cycle, offset: TimeSpan(tenths: pick(0...Int(cycle.milliseconds / 100) - 1)),
      reference: element(OffsetReference.allCases),
      timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: references),
      operation: operation)
  }

  /// What a split must hold at least.
  private func need(of phase: Int, _ controller: SignalController) -> TimeSpan {
    let data = controller.phases[phase]
    let pedestrians = data.pedestrianGroup.map {
      controller.groups[$0].minimumGreen + controller.groups[$0].losingDuration + data.pedestrians.buffer
        + data.pedestrians.leadingInterval
    }
    return max(data.minimumGreen, pedestrians ?? .zero) + data.clearance
  }

  /// One phase, or two that may meet.
  private mutating func references(_ diagram: RingBarrierDiagram) -> [Int] {
    let all = Array(diagram.rings.joined().joined())
    let first = element(all)
    let partners = all.filter { diagram.areConcurrent(first, $0) }
    return partners.isEmpty || isOneIn(2) ? [first] : [first, element(partners)]
  }

  private mutating func coordination(_ controller: SignalController, references: [Int]) -> Coordination {
    var modes: [Int: SplitMode] = [:]
    for phase in controller.phases.indices where !references.contains(phase) && isOneIn(4) {
      modes[phase] = element(SplitMode.allCases)
    }
    return Coordination(
      forceOff: element(Coordination.ForceOff.allCases),
      permissive: element(Coordination.Permissive.allCases), maximum: element(Coordination.Maximum.allCases),
      restsInWalk: isOneIn(3), splitModes: modes)
  }

  mutating func schedule(patterns: Int) -> TimeOfDaySchedule {
    typealias Event = TimeOfDaySchedule.Event
    var plans: [TimeOfDaySchedule.DayPlan] = []
    for number in 1...2 {
      let times = Set((0..<pick(1...6)).map { _ in pick(0...1439) }).sorted()
      let events = times.map { minute in
        let action: TimeOfDaySchedule.Action =
          isOneIn(8) ? .flash : isOneIn(3) ? .free : .pattern(pick(1...patterns))
        return Event(time: TimeSpan(seconds: Double(minute) * 60), action: action)
      }
      plans.append(TimeOfDaySchedule.DayPlan(number: number, events: events))
    }
    return TimeOfDaySchedule(
      entries: [
        TimeOfDaySchedule.Entry(weekdays: [1, 7], dayPlan: 2), TimeOfDaySchedule.Entry(dayPlan: 1),
      ],
      dayPlans: plans, standardTimeZone: TimeSpan(seconds: Double(pick(-10...10)) * 3600),
      daylightSaving: element(TimeOfDaySchedule.DaylightSaving.allCases),
      synchronisation: isOneIn(2) ? .zero : TimeSpan(seconds: Double(pick(0...1439)) * 60))
  }

  // MARK: - Stages

  /// Three to six groups in two to five stages; groups that share a stage may meet, all others exclude each other.
  public mutating func stageController() -> SignalController {
    let count = pick(3...6)
    var groups: [SignalGroup] = []
    for index in 0..<count {
      var group = SignalGroup(
        name: "G\(index + 1)", losing: [TimedIndication(.yellow, span(30...50))], minimumGreen: span(40...80))
      if isOneIn(3) { group.losing.insert(TimedIndication(.flashingGreen, span(20...40)), at: 0) }
      if isOneIn(3) { group.gaining = [TimedIndication(.redYellow, span(10...20))] }
      groups.append(group)
    }
    let stages = stages(of: groups)
    var conflicts = ConflictMatrix(count: count)
    var intergreens = IntergreenMatrix(count: count)
    for a in 0..<count {
      for b in 0..<count where a != b {
        if stages.contains(where: { $0.groups.contains(a) && $0.groups.contains(b) }) { continue }
        conflicts[a, b] = .excluded
        intergreens[a, b] = groups[a].losingDuration + groups[b].gainingDuration + span(0...30)
      }
    }
    let durations = stages.map { $0.minimumDuration + span(50...200) }
    let pattern = Pattern(
      number: 1, cycle: durations.reduce(.zero, +), offset: span(0...300),
      timing: .stages(stages.indices.map { StageInterval(stage: $0, duration: durations[$0]) }))
    return SignalController(
      name: "stages", nodes: [NodeID(0)], groups: groups, conflicts: conflicts, intergreens: intergreens,
      stages: stages, patterns: [pattern],
      detectors: stages.indices.map { detectorAssignment($0, of: stages.count) },
      options: unitOptions(vehicleGroups: count))
  }

  private mutating func stages(of groups: [SignalGroup]) -> [Stage] {
    var sets = (0..<pick(2...5)).map { _ in groups.indices.filter { _ in isOneIn(3) } }
    sets.removeAll { $0.isEmpty }
    if sets.isEmpty { sets.append([0]) }
    // Whoever has been left out gets a stage of its own.
    for group in groups.indices where !sets.contains(where: { $0.contains(group) }) { sets.append([group]) }
    return sets.enumerated().map { index, members in
      // Green, its losing colours, and the longest intergreen before the next stage.
      let least = members.map { groups[$0].minimumGreen + groups[$0].losingDuration }.max() ?? .zero
      let minimum = least + TimeSpan(tenths: isBrisk ? 70 : 110)
      var stage = Stage(
        name: "S\(index + 1)", groups: members, minimumDuration: minimum,
        maximumDuration: minimum + span(0...300), isOnDemand: isOneIn(3))
      if isOneIn(4) { stage.lateStart[element(members)] = span(5...30) }
      if isOneIn(4) { stage.earlyEnd[element(members)] = span(5...30) }
      return stage
    }
  }
}
