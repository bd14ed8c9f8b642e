import TrafficModel

extension JSONObjectBuilder {
  /// Sets what differs from the default of a switch.
  mutating func setFlag(_ key: String, _ flag: Bool, default fallback: Bool = false) {
    if flag != fallback { self[key] = .bool(flag) }
  }

  /// Sets a time that differs from its default.
  mutating func setSpan(_ key: String, _ span: TimeSpan, default fallback: TimeSpan = .zero) {
    if span != fallback { self[key] = .number(span.seconds) }
  }

  /// The object, or `nil` where nothing is set.
  var valueIfAny: JSONValue? {
    // A bare nil would be read as JSON's null.
    members.isEmpty ? JSONValue?.none : value
  }
}

/// What differs from the defaults of a full controller unit.
extension ScenarioDocumentWriter {
  func setUnit(of controller: SignalController, in object: inout JSONObjectBuilder) {
    object.setList("overlaps", controller.overlaps.map { overlap($0, of: controller) })
    object.setList("preempts", controller.preempts.map { preempt($0, of: controller) })
    object.setList("priorities", controller.priorities.map { priority($0, of: controller) })
    object["schedule"] = controller.schedule.map { schedule($0, of: controller) }
    object["unit"] = options(controller.options, of: controller)
  }

  func actuation(_ actuation: PhaseActuation) -> JSONValue? {
    var object = JSONObjectBuilder()
    object.setSpan("addedInitial_s", actuation.addedInitial)
    object.setSpan("maximumInitial_s", actuation.maximumInitial)
    object["maximumGreen2_s"] = actuation.maximumGreen2.map { seconds($0) }
    object["dynamicMaximumLimit_s"] = actuation.dynamicMaximumLimit.map { seconds($0) }
    object.setSpan("dynamicMaximumStep_s", actuation.dynamicMaximumStep)
    object.setSpan("timeBeforeReduction_s", actuation.timeBeforeReduction)
    if actuation.carsBeforeReduction != 0 {
      object["carsBeforeReduction"] = .integer(actuation.carsBeforeReduction)
    }
    object.setSpan("timeToReduce_s", actuation.timeToReduce)
    object["minimumGap_s"] = actuation.minimumGap.map { seconds($0) }
    object.setFlag("locksCalls", actuation.locksCalls, default: true)
    object.setFlag("gapsOutSimultaneously", actuation.gapsOutSimultaneously, default: true)
    object.setFlag("guaranteesPassage", actuation.guaranteesPassage)
    object.setFlag("conditionalService", actuation.isServedConditionally)
    object.setSpan("conditionalServiceMinimum_s", actuation.conditionalServiceMinimum)
    object.setSpan("redRevert_s", actuation.redRevert)
    return object.valueIfAny
  }

  func pedestrianTiming(_ timing: PedestrianTiming) -> JSONValue? {
    var object = JSONObjectBuilder()
    object.setFlag("restsInWalk", timing.restsInWalk)
    object.setSpan("leadingInterval_s", timing.leadingInterval)
    object.setSpan("buffer_s", timing.buffer)
    object.setSpan("extendedClearance_s", timing.extendedClearance)
    object.setFlag("recycles", timing.recycles)
    return object.valueIfAny
  }

  func coordination(_ coordination: Coordination, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    if !coordination.coordinatedPhases.isEmpty {
      object["phases"] = numbers(coordination.coordinatedPhases, of: controller)
    }
    object["forceOff"] = .string(coordination.forceOff.rawValue)
    object["permissive"] = .string(coordination.permissive.rawValue)
    object["maximum"] = .string(coordination.maximum.rawValue)
    object.setFlag("restsInWalk", coordination.restsInWalk)
    var modes = JSONObjectBuilder()
    for (index, phase) in controller.phases.enumerated() {
      if let mode = coordination.splitModes[index] { modes["\(phase.number)"] = .string(mode.rawValue) }
    }
    object["splitModes"] = modes.valueIfAny
    return object.value
  }

  func diagnostics(_ diagnostics: DetectorDiagnostics) -> JSONValue? {
    var object = JSONObjectBuilder()
    object["longestAbsence_s"] = diagnostics.longestAbsence.map { seconds($0) }
    object["longestPresence_s"] = diagnostics.longestPresence.map { seconds($0) }
    object["mostActuationsPerMinute"] = diagnostics.mostActuationsPerMinute.map { .integer($0) }
    object["failTime_s"] = diagnostics.failTime.map { seconds($0) }
    return object.valueIfAny
  }

  private func overlap(_ overlap: Overlap, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["number"] = .integer(overlap.number)
    object["group"] = .string(controller.groups[overlap.group].name)
    object["kind"] = .string(overlap.kind.rawValue)
    object["includedPhases"] = numbers(overlap.includedPhases, of: controller)
    if !overlap.modifierPhases.isEmpty {
      object["modifierPhases"] = numbers(overlap.modifierPhases, of: controller)
    }
    object.setSpan("trailingGreen_s", overlap.trailingGreen)
    return object.value
  }

  private func preempt(_ preempt: Preempt, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    func phases(_ key: String, _ list: [Int], in object: inout JSONObjectBuilder) {
      if !list.isEmpty { object[key] = numbers(list, of: controller) }
    }
    let usual = Preempt(number: 1, kind: preempt.kind, dwellPhases: [])
    object["number"] = .integer(preempt.number)
    object["kind"] = .string(preempt.kind.rawValue)
    object.setFlag("failSafe", preempt.isFailSafe)
    object.setFlag("locking", preempt.isLocking)
    object.setSpan("delay_s", preempt.delay)
    object.setSpan("minimumDuration_s", preempt.minimumDuration)
    object["minimumGreen_s"] = preempt.minimumGreen.map { seconds($0) }
    object["minimumWalk_s"] = preempt.minimumWalk.map { seconds($0) }
    object["pedestrianClearance_s"] = preempt.pedestrianClearance.map { seconds($0) }
    phases("trackPhases", preempt.trackPhases, in: &object)
    object.setSpan("trackGreen_s", preempt.trackGreen)
    phases("dwellPhases", preempt.dwellPhases, in: &object)
    phases("dwellPedestrians", preempt.dwellPedestrians, in: &object)
    object.setSpan("minimumDwell_s", preempt.minimumDwell, default: usual.minimumDwell)
    phases("cyclingPhases", preempt.cyclingPhases, in: &object)
    object.setFlag("flashesInDwell", preempt.flashesInDwell)
    object["maximumPresence_s"] = preempt.maximumPresence.map { seconds($0) }
    phases("exitPhases", preempt.exitPhases, in: &object)
    object["advanceTime_s"] = preempt.advanceTime.map { seconds($0) }
    return object.value
  }

  private func priority(_ priority: TransitPriority, of controller: SignalController) -> JSONValue {
    let usual = TransitPriority(number: 1, phases: [], maximumExtension: .zero)
    var object = JSONObjectBuilder()
    object["number"] = .integer(priority.number)
    object["phases"] = numbers(priority.phases, of: controller)
    object["maximumExtension_s"] = seconds(priority.maximumExtension)
    var reductions = JSONObjectBuilder()
    for (index, phase) in controller.phases.enumerated() {
      if let reduction = priority.maximumReduction[index] {
        reductions["\(phase.number)"] = seconds(reduction)
      }
    }
    object["maximumReduction_s"] = reductions.valueIfAny
    object.setSpan("timeOut_s", priority.timeOut, default: usual.timeOut)
    object.setSpan("lockout_s", priority.lockout, default: usual.lockout)
    return object.value
  }

  private func options(_ options: UnitOptions, of controller: SignalController) -> JSONValue? {
    let usual = UnitOptions()
    var object = JSONObjectBuilder()
    object.setSpan("startUpFlash_s", options.startUpFlash)
    object.setSpan("startUpAllRed_s", options.startUpAllRed)
    object.setSpan("redRevert_s", options.redRevert, default: usual.redRevert)
    if !options.flashingYellowGroups.isEmpty {
      object["flashingYellowGroups"] = names(options.flashingYellowGroups, of: controller)
    }
    var rule = JSONObjectBuilder()
    if options.transition.mode != usual.transition.mode {
      rule["mode"] = .string(options.transition.mode.rawValue)
    }
    if options.transition.longestAdd != usual.transition.longestAdd {
      rule["longestAdd"] = .number(options.transition.longestAdd)
    }
    if options.transition.largestSubtract != usual.transition.largestSubtract {
      rule["largestSubtract"] = .number(options.transition.largestSubtract)
    }
    rule.setSpan("longestDwell_s", options.transition.longestDwell, default: usual.transition.longestDwell)
    object["transition"] = rule.valueIfAny
    if options.cycleFaultCycles != usual.cycleFaultCycles {
      object["cycleFaultCycles"] = .integer(options.cycleFaultCycles)
    }
    if options.failedDetectorShare != usual.failedDetectorShare {
      object["failedDetectorShare"] = .number(options.failedDetectorShare)
    }
    object.setFlag("restsInRed", options.restsInRed)
    return object.valueIfAny
  }

  // MARK: - Schedule

  private func schedule(_ schedule: TimeOfDaySchedule, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["entries"] = .array(
      schedule.entries.map { entry in
        var object = JSONObjectBuilder()
        object.setList("months", entry.months.map { .integer($0) })
        object.setList("dates", entry.dates.map { .integer($0) })
        object.setList("weekdays", entry.weekdays.map { .string(WeekdayName.allCases[$0 - 1].rawValue) })
        object["dayPlan"] = .integer(entry.dayPlan)
        return object.value
      })
    object["dayPlans"] = .array(
      schedule.dayPlans.map { plan in
        .object([
          ("number", .integer(plan.number)),
          ("events", .array(plan.events.map { event($0, of: controller) })),
        ])
      })
    if schedule.standardTimeZone != .zero {
      let zone = schedule.standardTimeZone
      object["standardTime"] = .string(
        zone < .zero ? "-" + (-zone).clockText : "+" + zone.clockText)
    }
    if schedule.daylightSaving != .none {
      object["daylightSaving"] = .string(schedule.daylightSaving.rawValue)
    }
    if schedule.synchronisation != .zero {
      object["synchronisation"] = .string(schedule.synchronisation.clockText)
    }
    return object.value
  }

  private func event(_ event: TimeOfDaySchedule.Event, of controller: SignalController) -> JSONValue {
    var object = JSONObjectBuilder()
    object["time"] = .string(event.time.clockText)
    switch event.action {
    case .pattern(let number): object["run"] = .integer(number)
    case .free: object["run"] = "free"
    case .flash: object["run"] = "flash"
    }
    if !event.maximum2.isEmpty { object["maximum2"] = numbers(event.maximum2, of: controller) }
    return object.value
  }
}
