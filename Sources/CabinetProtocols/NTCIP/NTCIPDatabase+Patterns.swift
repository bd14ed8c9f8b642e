import TrafficModel

/// Patterns, splits, sequences and schedule of a controller as stored objects, and back.
extension NTCIPDatabase {
  /// The orders of phases that the controller and its patterns use, from sequence 1 on.
  static func sequences(of controller: SignalController) -> [RingBarrierDiagram] {
    var found = [controller.diagram]
    for pattern in controller.patterns {
      if case .ringBarrier(let diagram, _, _) = pattern.timing, !found.contains(diagram) {
        found.append(diagram)
      }
    }
    return found
  }

  mutating func writePatterns(_ controller: SignalController) {
    let sequences = Self.sequences(of: controller)
    for (position, diagram) in sequences.enumerated() where position < dimensions[.sequence] {
      for (ring, sides) in diagram.rings.enumerated() where ring < dimensions[.ring] {
        write(
          .sequenceData, position + 1, ring + 1, octets: Self.numbers(Array(sides.joined()), controller))
      }
    }
    for row in 1...dimensions[.pattern] {
      write(.patternSplitNumber, row, row)
      write(.patternSequenceNumber, row, 1)
      for phase in 1...dimensions[.phase] { write(.splitMode, row, phase, 2) }
    }
    for pattern in controller.patterns where (1...dimensions[.pattern]).contains(pattern.number) {
      guard case .ringBarrier(let diagram, let splits, let references) = pattern.timing else { continue }
      let row = pattern.number
      write(.patternCycleTime, row, time: pattern.cycle)
      write(.patternOffsetTime, row, time: pattern.offset)
      write(.patternSequenceNumber, row, (sequences.firstIndex(of: diagram) ?? 0) + 1)
      var modes: [Int: SplitMode] = [:]
      var coordinated = references
      if case .coordinated(let coordination) = pattern.operation {
        modes = coordination.splitModes
        if !coordination.coordinatedPhases.isEmpty { coordinated = coordination.coordinatedPhases }
      }
      for (index, phase) in controller.phases.enumerated() where index < splits.count {
        write(.splitTime, row, phase.number, time: splits[index])
        let mode = splits[index] == .zero ? SplitMode.omitted : modes[index] ?? .none
        write(.splitMode, row, phase.number, (SplitMode.allCases.firstIndex(of: mode) ?? 0) + 2)
        write(.splitCoordPhase, row, phase.number, coordinated.contains(index) ? 1 : 0)
      }
    }
    writeCoordinationModes(controller)
  }

  private mutating func writeCoordinationModes(_ controller: SignalController) {
    let modes: [TransitionRule.Mode: Int] = [.dwell: 2, .shortway: 3, .add: 4, .subtract: 1]
    write(.coordCorrectionMode, modes[controller.options.transition.mode] ?? 1)
    var coordination = Coordination()
    for pattern in controller.patterns {
      if case .coordinated(let own) = pattern.operation {
        coordination = own
        break
      }
    }
    write(.coordMaximumMode, (Coordination.Maximum.allCases.firstIndex(of: coordination.maximum) ?? 2) + 2)
    write(.coordForceMode, coordination.forceOff == .fixed ? 3 : 2)
  }

  // MARK: - Schedule

  /// The action row that runs something: pattern numbers first, then free and flash.
  private func action(_ action: TimeOfDaySchedule.Action) -> Int {
    switch action {
    case .pattern(let number): min(number, dimensions[.pattern])
    case .free: dimensions[.action] - 1
    case .flash: dimensions[.action]
    }
  }

  mutating func writeSchedule(_ controller: SignalController) {
    for row in 1...dimensions[.action] {
      write(.timebaseAscPattern, row, row <= dimensions[.pattern] ? row : 0)
    }
    write(.timebaseAscPattern, dimensions[.action] - 1, 254)
    write(.timebaseAscPattern, dimensions[.action], 255)
    for instance in dimensions.instances(of: NTCIPObject.named(.dayPlanActionNumberOID)) {
      set(instance, to: .objectIdentifier(ObjectIdentifier([0, 0])))
    }
    write(.globalDaylightSaving, 2)
    guard let schedule = controller.schedule else { return }
    write(.timebaseAscPatternSync, Int(schedule.synchronisation.milliseconds / 60_000))
    write(.controllerStandardTimeZone, Int(schedule.standardTimeZone.milliseconds / 1000))
    let savings: [TimeOfDaySchedule.DaylightSaving: Int] = [.none: 2, .unitedStates: 3, .europe: 4]
    write(.globalDaylightSaving, savings[schedule.daylightSaving] ?? 2)
    func mask(_ days: [Int], _ all: ClosedRange<Int>) -> Int {
      (days.isEmpty ? Array(all) : days).reduce(0) { $0 | 1 << $1 }
    }
    for (position, entry) in schedule.entries.enumerated() {
      write(.timeBaseScheduleMonth, position + 1, mask(entry.months, 1...12))
      write(.timeBaseScheduleDay, position + 1, mask(entry.weekdays, 1...7))
      write(.timeBaseScheduleDate, position + 1, mask(entry.dates, 1...31))
      write(.timeBaseScheduleDayPlan, position + 1, entry.dayPlan)
    }
    let actionNumber = NTCIPObject.named(.timebaseAscActionNumber).prefix
    for plan in schedule.dayPlans where (1...dimensions[.dayPlan]).contains(plan.number) {
      for (position, event) in plan.events.enumerated() {
        let minutes = Int(event.time.milliseconds / 60_000)
        write(.dayPlanHour, plan.number, position + 1, minutes / 60 % 24)
        write(.dayPlanMinute, plan.number, position + 1, minutes % 60)
        set(
          NTCIPInstance(.dayPlanActionNumberOID, plan.number, position + 1),
          to: .objectIdentifier(actionNumber + [UInt32(action(event.action))]))
      }
    }
  }

  // MARK: - Back

  /// The controller that the stored patterns, splits, sequences and schedule describe, with everything else of `base`.
  ///
  /// A pattern that is unchanged stays as it is in `base`, with times finer than the objects can say. A pattern with a
  /// cycle of 0 does not exist. All patterns must have a timeline.
  public func controller(basedOn base: SignalController) throws(NTCIPVerificationFailure) -> SignalController
  {
    let before = NTCIPDatabase(base)
    var result = base
    result.patterns = []
    for row in 1...dimensions[.pattern] where number(.patternCycleTime, row) > 0 {
      let old = base.patterns.first { $0.number == row }
      if let old, hasSamePattern(row, as: before) {
        result.patterns.append(old)
        continue
      }
      let pattern = try pattern(row, basedOn: base, old: old)
      do throws(TimelineFailure) { _ = try base.timeline(of: pattern) } catch {
        throw NTCIPVerificationFailure("\(error)")
      }
      result.patterns.append(pattern)
    }
    // Stage patterns have no objects; they stay.
    for pattern in base.patterns {
      if case .stages = pattern.timing { result.patterns.append(pattern) }
    }
    if result.patterns.isEmpty { throw NTCIPVerificationFailure("no pattern has a cycle") }
    for index in result.phases.indices {
      let row = result.phases[index].number
      if time(.phasePassage, row) != before.time(.phasePassage, row) {
        result.phases[index].passage = time(.phasePassage, row)
      }
      if time(.phaseMaximum1, row) != before.time(.phaseMaximum1, row) {
        result.phases[index].maximumGreen = time(.phaseMaximum1, row)
      }
      if time(.phaseMaximum2, row) != before.time(.phaseMaximum2, row) {
        result.phases[index].actuation.maximumGreen2 = time(.phaseMaximum2, row)
      }
      if result.phases[index].maximumGreen < result.phases[index].minimumGreen {
        throw NTCIPVerificationFailure("phase \(row): the maximum green is below the minimum green")
      }
    }
    if !hasSameSchedule(as: before) { result.schedule = try schedule(patterns: result.patterns) }
    return result
  }

  private func hasSamePattern(_ row: Int, as other: NTCIPDatabase) -> Bool {
    let columns: [NTCIPObjectName] = [
      .patternCycleTime, .patternOffsetTime, .patternSplitNumber, .patternSequenceNumber,
    ]
    let split = number(.patternSplitNumber, row)
    let sequence = number(.patternSequenceNumber, row)
    return columns.allSatisfy { number($0, row) == other.number($0, row) }
      && (1...dimensions[.phase]).allSatisfy { phase in
        [NTCIPObjectName.splitTime, .splitMode, .splitCoordPhase].allSatisfy {
          number($0, split, phase) == other.number($0, split, phase)
        }
      }
      && (1...dimensions[.ring]).allSatisfy {
        octets(.sequenceData, sequence, $0) == other.octets(.sequenceData, sequence, $0)
      }
      && number(.coordMaximumMode) == other.number(.coordMaximumMode)
      && number(.coordForceMode) == other.number(.coordForceMode)
  }

  private func pattern(
    _ row: Int, basedOn base: SignalController, old: Pattern?
  ) throws(NTCIPVerificationFailure) -> Pattern {
    let split = number(.patternSplitNumber, row)
    guard (1...dimensions[.split]).contains(split) else {
      throw NTCIPVerificationFailure("pattern \(row): split \(split) does not exist")
    }
    let diagram = try diagram(number(.patternSequenceNumber, row), of: base, pattern: row)
    let cycle = time(.patternCycleTime, row)
    let offset = time(.patternOffsetTime, row)
    if offset >= cycle { throw NTCIPVerificationFailure("pattern \(row): the offset is not below the cycle") }
    var splits: [TimeSpan] = []
    var coordinated: [Int] = []
    var coordination = Coordination()
    if case .coordinated(let own)? = old?.operation { coordination = own }
    coordination.splitModes = [:]
    for (index, phase) in base.phases.enumerated() {
      let mode = number(.splitMode, split, phase.number)
      splits.append(mode == 7 ? .zero : time(.splitTime, split, phase.number))
      let needed = phase.minimumGreen + phase.clearance
      if splits[index] > .zero && splits[index] < needed {
        throw NTCIPVerificationFailure(
          "pattern \(row): the split of phase \(phase.number) is \(splits[index].seconds) s, and its minimum green and "
            + "clearance need \(needed.seconds) s")
      }
      if number(.splitCoordPhase, split, phase.number) == 1 { coordinated.append(index) }
      if mode > 2 && mode < 7 { coordination.splitModes[index] = SplitMode.allCases[mode - 2] }
    }
    if coordinated.isEmpty { throw NTCIPVerificationFailure("pattern \(row): no phase is coordinated") }
    coordination.coordinatedPhases = coordinated
    coordination.forceOff = number(.coordForceMode) == 3 ? .fixed : .floating
    let maximum = number(.coordMaximumMode)
    coordination.maximum = (2...4).contains(maximum) ? Coordination.Maximum.allCases[maximum - 2] : .inhibited
    let model = old ?? base.patterns.first
    return Pattern(
      number: row, name: old?.name ?? "", cycle: cycle, offset: offset,
      reference: model?.reference ?? .firstGreen,
      timing: .ringBarrier(diagram: diagram, splits: splits, referencePhases: coordinated),
      operation: model?.operation == .pretimed && coordination.splitModes.isEmpty
        ? .pretimed : .coordinated(coordination))
  }

  /// The diagram of a sequence: which side of the barriers a phase is on never changes, only the order on a side.
  private func diagram(
    _ sequence: Int, of base: SignalController, pattern: Int
  ) throws(NTCIPVerificationFailure) -> RingBarrierDiagram {
    guard (1...dimensions[.sequence]).contains(sequence) else {
      throw NTCIPVerificationFailure("pattern \(pattern): sequence \(sequence) does not exist")
    }
    var rings: [[[Int]]] = []
    for ring in base.diagram.rings.indices {
      let numbers = octets(.sequenceData, sequence, ring + 1)
      var sides = [[Int]](repeating: [], count: base.diagram.sideCount)
      var last = 0
      for number in numbers {
        guard let phase = base.phases.firstIndex(where: { $0.number == number }),
          let place = base.diagram.place(of: phase), place.ring == ring
        else {
          throw NTCIPVerificationFailure(
            "sequence \(sequence), ring \(ring + 1): phase \(number) is not of this ring")
        }
        guard place.side >= last, !sides[place.side].contains(phase) else {
          throw NTCIPVerificationFailure(
            "sequence \(sequence), ring \(ring + 1): phase \(number) is out of place")
        }
        last = place.side
        sides[place.side].append(phase)
      }
      guard numbers.count == base.diagram.rings[ring].joined().count else {
        throw NTCIPVerificationFailure("sequence \(sequence), ring \(ring + 1): not every phase is served")
      }
      rings.append(sides)
    }
    return RingBarrierDiagram(rings: rings)
  }

  private static let scheduleObjects: [NTCIPObjectName] = [
    .timebaseAscPatternSync, .timebaseAscPattern, .timeBaseScheduleMonth, .timeBaseScheduleDay,
    .timeBaseScheduleDate, .timeBaseScheduleDayPlan, .dayPlanHour, .dayPlanMinute, .dayPlanActionNumberOID,
    .globalDaylightSaving, .controllerStandardTimeZone,
  ]

  private func hasSameSchedule(as other: NTCIPDatabase) -> Bool {
    Self.scheduleObjects.allSatisfy { object in
      dimensions.instances(of: NTCIPObject.named(object)).allSatisfy { self[$0] == other[$0] }
    }
  }

  private func schedule(patterns: [Pattern]) throws(NTCIPVerificationFailure) -> TimeOfDaySchedule? {
    func days(_ mask: Int, _ all: ClosedRange<Int>) -> [Int] {
      let found = all.filter { mask >> $0 & 1 == 1 }
      return found.count == all.count ? [] : found
    }
    var entries: [TimeOfDaySchedule.Entry] = []
    for row in 1...dimensions[.schedule] where number(.timeBaseScheduleDayPlan, row) > 0 {
      let masks = [
        number(.timeBaseScheduleMonth, row), number(.timeBaseScheduleDay, row),
        number(.timeBaseScheduleDate, row),
      ]
      if masks.contains(0) { continue }
      entries.append(
        TimeOfDaySchedule.Entry(
          months: days(masks[0], 1...12), dates: days(masks[2], 1...31), weekdays: days(masks[1], 1...7),
          dayPlan: number(.timeBaseScheduleDayPlan, row)))
    }
    if entries.isEmpty { return nil }
    let plans = try dayPlans(patterns: patterns)
    for entry in entries where !plans.contains(where: { $0.number == entry.dayPlan }) {
      throw NTCIPVerificationFailure("the schedule runs day plan \(entry.dayPlan), which has no event")
    }
    let savings: [Int: TimeOfDaySchedule.DaylightSaving] = [3: .unitedStates, 4: .europe]
    let sync = number(.timebaseAscPatternSync)
    return TimeOfDaySchedule(
      entries: entries, dayPlans: plans,
      standardTimeZone: TimeSpan(milliseconds: Int64(number(.controllerStandardTimeZone)) * 1000),
      daylightSaving: savings[number(.globalDaylightSaving)] ?? .none,
      synchronisation: sync == 65_535 ? .zero : TimeSpan(milliseconds: Int64(sync) * 60_000))
  }

  private func dayPlans(patterns: [Pattern]) throws(NTCIPVerificationFailure) -> [TimeOfDaySchedule.DayPlan] {
    let actionNumber = NTCIPObject.named(.timebaseAscActionNumber).prefix
    var plans: [TimeOfDaySchedule.DayPlan] = []
    for plan in 1...dimensions[.dayPlan] {
      var events: [TimeOfDaySchedule.Event] = []
      for event in 1...dimensions[.dayPlanEvent] {
        guard case .objectIdentifier(let name)? = self[NTCIPInstance(.dayPlanActionNumberOID, plan, event)],
          name.hasPrefix(actionNumber), let row = name.arcs.last, row >= 1, row <= dimensions[.action]
        else { continue }
        let minutes = number(.dayPlanHour, plan, event) * 60 + number(.dayPlanMinute, plan, event)
        let pattern = number(.timebaseAscPattern, Int(row))
        let action: TimeOfDaySchedule.Action =
          pattern == 254 ? .free : pattern == 255 ? .flash : .pattern(pattern)
        if case .pattern(let number) = action, !patterns.contains(where: { $0.number == number }) {
          throw NTCIPVerificationFailure("day plan \(plan): pattern \(number) does not exist")
        }
        events.append(
          TimeOfDaySchedule.Event(time: TimeSpan(milliseconds: Int64(minutes) * 60_000), action: action))
      }
      events.sort { $0.time < $1.time }
      if !events.isEmpty { plans.append(TimeOfDaySchedule.DayPlan(number: plan, events: events)) }
    }
    return plans
  }
}

/// Why a database as a whole cannot be run; the text goes into `dbVerifyError`.
public struct NTCIPVerificationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  init(_ text: String) { description = text }
}
