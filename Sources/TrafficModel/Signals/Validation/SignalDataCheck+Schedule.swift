/// Rules about the time-of-day schedule and about what holds for the whole unit.
extension SignalDataCheck {
  private static let day = TimeSpan(milliseconds: 86_400_000)
  private static let dayNames = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  func place(ofDayPlan number: Int) -> String { "\(place), schedule, day plan \(number)" }

  // MARK: - Schedule

  mutating func checkScheduleReferences() {
    guard let schedule = controller.schedule else { return }
    let here = "\(place), schedule"
    var seen: Set<Int> = []
    for plan in schedule.dayPlans {
      if !seen.insert(plan.number).inserted {
        error(
          "duplicate-number", here, "two day plans have the number \(plan.number)",
          mend: "Renumber one of them")
      }
      check(plan)
    }
    if schedule.entries.isEmpty {
      error(
        "schedule-empty", here, "no day has a day plan", mend: "Add an entry that says which days it holds on"
      )
    }
    for (position, entry) in schedule.entries.enumerated() {
      check(entry, plans: seen.sorted(), at: "\(here), entry \(position + 1)")
    }
    checkClock(schedule, at: here)
    checkWeekdays(schedule, at: here)
  }

  private mutating func check(_ plan: TimeOfDaySchedule.DayPlan) {
    let here = place(ofDayPlan: plan.number)
    if plan.events.isEmpty {
      error("schedule-empty", here, "it has no event", mend: "Add what runs from midnight on")
    }
    for (position, event) in plan.events.enumerated() {
      if !isTimeOfDay(event.time) {
        error(
          "schedule-time", here, "event \(position + 1) stands at \(event.time.text) from midnight",
          mend: "Use whole seconds from 00:00:00 to 23:59:59")
      } else if position > 0, plan.events[position - 1].time >= event.time {
        error(
          "schedule-order", here,
          "event \(position + 1) at \(event.time.clockText) follows one at "
            + plan.events[position - 1].time.clockText,
          mend: "Put the events in order of time, each at its own")
      }
      if case .pattern(let number) = event.action,
        !controller.patterns.contains(where: { $0.number == number })
      {
        let known = controller.patterns.map { "\($0.number)" }.joined(separator: ", ")
        error(
          "schedule-pattern", here,
          "at \(event.time.clockText) it runs pattern \(number), which does not exist",
          mend: "Use one of the patterns \(known), or add pattern \(number)")
      }
      guard checkPhases(event.maximum2, "phases with MAX 2", at: here) else { continue }
      for phase in event.maximum2 where controller.phases[phase].actuation.maximumGreen2 == nil {
        error(
          "schedule-maximum2", here,
          "from \(event.time.clockText) MAX 2 is in force for phase \(number(phase)), which has none",
          mend: "Give the phase a second maximum, or take it out of the event")
      }
    }
  }

  private func isTimeOfDay(_ time: TimeSpan) -> Bool {
    time >= .zero && time < Self.day && time.milliseconds % 1000 == 0
  }

  private mutating func check(_ entry: TimeOfDaySchedule.Entry, plans: [Int], at here: String) {
    if !plans.contains(entry.dayPlan) {
      error(
        "schedule-day-plan", here, "day plan \(entry.dayPlan) does not exist",
        mend: plans.isEmpty
          ? "Add it" : "Use one of the day plans \(plans.map { "\($0)" }.joined(separator: ", "))")
    }
    for (values, range, what) in [
      (entry.months, 1...12, "month"), (entry.dates, 1...31, "date"), (entry.weekdays, 1...7, "weekday"),
    ] {
      for value in values where !range.contains(value) {
        error(
          "schedule-day", here, "the \(what) \(value) does not exist",
          mend: "Use \(range.lowerBound) to \(range.upperBound)")
      }
    }
  }

  private mutating func checkClock(_ schedule: TimeOfDaySchedule, at here: String) {
    let zone = schedule.standardTimeZone.milliseconds
    if zone % 60_000 != 0 || zone < -12 * 3_600_000 || zone > 14 * 3_600_000 {
      error(
        "schedule-zone", here,
        "the standard time is \(schedule.standardTimeZone.text) east of Greenwich",
        mend: "Use whole minutes from -12:00 to +14:00")
    }
    if !isTimeOfDay(schedule.synchronisation) {
      error(
        "schedule-time", here,
        "cycles have their zero at \(schedule.synchronisation.text) from midnight",
        mend: "Use whole seconds from 00:00:00 to 23:59:59")
    }
  }

  /// Days of the week on which nothing holds, whatever the date.
  private mutating func checkWeekdays(_ schedule: TimeOfDaySchedule, at here: String) {
    if schedule.entries.isEmpty { return }
    let missing = (1...7).filter { day in
      !schedule.entries.contains { $0.weekdays.isEmpty || $0.weekdays.contains(day) }
    }
    if missing.isEmpty { return }
    warn(
      "schedule-gap", here,
      "no entry holds on \(missing.map { Self.dayNames[$0 - 1] }.joined(separator: ", "))",
      mend: "Add an entry for these days, or one for all days at the end")
  }

  // MARK: - Unit

  mutating func checkOptionReferences() {
    let options = controller.options
    let here = "\(place), unit"
    for group in options.flashingYellowGroups {
      if !controller.groups.indices.contains(group) {
        error(
          "group-missing", here, "group index \(group), which is to flash yellow, does not exist",
          mend: "Use one of the \(controller.groups.count) groups")
      } else if controller.groups[group].kind == .pedestrian {
        error(
          "group-kind", here, "\(name(group)) is for pedestrians and is to flash yellow",
          mend: "Name vehicle groups; pedestrian lamps are dark in flash")
      }
    }
    let rule = options.transition
    for (share, what) in [
      (rule.longestAdd, "the longest add"), (rule.largestSubtract, "the largest subtract"),
    ]
    where !(share >= 0 && share < 1) {
      error(
        "transition-share", here, "\(what) is \(share) of a cycle",
        mend: "Use a share from 0 to less than 1, such as 0.2")
    }
    if options.cycleFaultCycles < 1 {
      error(
        "cycle-fault", here, "a call that waits \(options.cycleFaultCycles) cycles is a fault",
        mend: "Use 1 or more")
    }
    if !(options.failedDetectorShare >= 0 && options.failedDetectorShare <= 1) {
      error(
        "failed-detectors", here, "the share of failed detectors is \(options.failedDetectorShare)",
        mend: "Use a share from 0 to 1")
    }
  }

  mutating func checkOptions() {
    let options = controller.options
    let here = "\(place), unit"
    if options.redRevert < .redRevert {
      warn(
        "red-revert", here,
        "the red revert of \(options.redRevert.text) is below the \(TimeSpan.redRevert.text) of NEMA TS 2",
        mend: "Use \(TimeSpan.redRevert.text) or more")
    }
    let rule = options.transition
    let moves: (add: Bool, subtract: Bool) = (rule.longestAdd > 0, rule.largestSubtract > 0)
    let isStuck: Bool
    switch rule.mode {
    case .dwell: isStuck = rule.longestDwell <= .zero
    case .add: isStuck = !moves.add
    case .subtract: isStuck = !moves.subtract
    case .shortway: isStuck = !moves.add && !moves.subtract
    }
    if isStuck {
      error(
        "transition-stuck", here, "by the rule \"\(rule.mode.rawValue)\" a cycle never gets into step",
        mend: "Allow a change of the cycle above zero")
    }
    for (position, first) in options.flashingYellowGroups.enumerated() {
      for second in options.flashingYellowGroups[(position + 1)...]
      where controller.conflicts[first, second] == .excluded {
        warn(
          "flash-conflict", here,
          "in flash \(name(first)) and \(name(second)) both show yellow, and they exclude each other",
          mend: "Let one of the two flash red")
      }
    }
  }
}

extension TimeSpan {
  /// A time of day as people write it: `06:30`, or `06:30:15`.
  public var clockText: String {
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let seconds = max(milliseconds, 0) / 1000
    let text = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return seconds % 60 == 0 ? text : "\(text):\(two(seconds % 60))"
  }
}
