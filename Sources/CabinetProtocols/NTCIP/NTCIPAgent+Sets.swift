import TrafficModel

/// How sets act: checked as a whole, then done as a whole.
extension NTCIPAgent {
  /// Objects of the database that managers may set here; the rest is read-only, as on a locked unit.
  static let settable: Set<NTCIPObjectName> = [
    .patternCycleTime, .patternOffsetTime, .patternSplitNumber, .patternSequenceNumber, .splitTime,
    .splitMode,
    .splitCoordPhase, .sequenceData, .timebaseAscPatternSync, .timebaseAscPattern, .timeBaseScheduleMonth,
    .timeBaseScheduleDay, .timeBaseScheduleDate, .timeBaseScheduleDayPlan, .dayPlanHour, .dayPlanMinute,
    .dayPlanActionNumberOID, .globalDaylightSaving, .controllerStandardTimeZone, .coordMaximumMode,
    .coordForceMode, .phasePassage, .phaseMaximum1, .phaseMaximum2, .unitBackupTime, .volumeOccupancyPeriod,
  ]

  /// Parameters that act at once and describe the link, not the signals.
  private static let immediate: Set<NTCIPObjectName> = [.unitBackupTime, .volumeOccupancyPeriod]

  /// - Returns: The error and the place of the binding at fault.
  mutating func set(_ bindings: [SNMPBinding], at now: SimTime) -> (SNMPError, Int)? {
    var instances: [NTCIPInstance] = []
    for (position, binding) in bindings.enumerated() {
      guard let instance = NTCIPInstance(binding.name), database.dimensions.contains(instance) else {
        return (.noCreation, position)
      }
      if let error = check(instance, binding.value) { return (error, position) }
      instances.append(instance)
    }
    var newControl = control
    var stored: [(NTCIPInstance, SNMPValue)] = []
    var step: Int?
    var clock: Int64?
    for (instance, binding) in zip(instances, bindings) {
      let number = Int(binding.value.number ?? 0)
      if control[instance] != nil {
        newControl[instance] = number
      } else if instance.object == .dbCreateTransaction {
        step = number
      } else if instance.object == .globalTime {
        clock = Int64(number)
      } else {
        stored.append((instance, binding.value))
      }
    }
    if let error = store(stored) { return (error.0, instances.firstIndex(of: error.1) ?? 0) }
    if instances.contains(where: { control[$0] != nil }) {
      control = newControl
      renewBackup(at: now)
      outputs.append(.command(control.command(for: controller)))
    } else if instances.contains(where: { $0.object == .unitBackupTime }) {
      renewBackup(at: now)
    }
    if let clock {
      clockSeconds = clock - now.milliseconds / 1000
      outputs.append(.clock(unixMilliseconds: clock * 1000))
    }
    if let step { moveTransaction(to: step) }
    return nil
  }

  private func check(_ instance: NTCIPInstance, _ value: SNMPValue) -> SNMPError? {
    let object = NTCIPObject.named(instance.object)
    if !object.isWritable { return .notWritable }
    if let error = object.admits(value) { return error }
    let number = Int(value.number ?? 0)
    switch instance.object {
    case .dbCreateTransaction: return transactionError(number)
    case .globalTime: return nil
    case .systemPatternControl:
      let exists = number == 0 || number >= 254 || controller.patterns.contains { $0.number == number }
      return exists ? nil : .wrongValue
    // The cycle follows the unit's own time base; a foreign one cannot be imposed.
    case .systemSyncControl: return number == 255 ? nil : .wrongValue
    case .preemptControlState:
      let preempt = controller.preempts.first { $0.number == instance.first }
      if number == 0 { return nil }
      return preempt?.kind == .emergency ? nil : .wrongValue
    default: break
    }
    if control[instance] != nil || Self.settable.contains(instance.object) { return nil }
    return .notWritable
  }

  private func transactionError(_ step: Int) -> SNMPError? {
    switch (transaction, step) {
    case (_, 1), (.none, 2), (.open, 3), (.open, 2): nil
    default: .inconsistentValue
    }
  }

  /// Buffers in an open transaction; without one, parameters are checked and committed at once.
  private mutating func store(_ values: [(NTCIPInstance, SNMPValue)]) -> (SNMPError, NTCIPInstance)? {
    for (instance, value) in values where Self.immediate.contains(instance.object) {
      database.set(instance, to: value)
    }
    let values = values.filter { !Self.immediate.contains($0.0.object) }
    guard let first = values.first else { return nil }
    switch transaction {
    case .open(var copy):
      for (instance, value) in values { copy.set(instance, to: value) }
      transaction = .open(copy)
    case .checked: return (.inconsistentValue, first.0)
    case .none:
      if let structural = values.first(where: { NTCIPObject.named($0.0.object).access == .structure }) {
        return (.genErr, structural.0)
      }
      var copy = database
      for (instance, value) in values { copy.set(instance, to: value) }
      guard let changed = try? copy.controller(basedOn: controller) else {
        return (.inconsistentValue, first.0)
      }
      commit(copy, changed)
    }
    return nil
  }

  private mutating func moveTransaction(to step: Int) {
    switch (transaction, step) {
    case (.none, 2):
      transaction = .open(database)
      verifyStatus = 1
      verifyError = ""
    case (.open(let copy), 3):
      do throws(NTCIPVerificationFailure) {
        transaction = .checked(copy, try copy.controller(basedOn: controller), "")
        verifyStatus = 3
        verifyError = ""
      } catch {
        transaction = .checked(copy, nil, error.description)
        verifyStatus = 2
        verifyError = error.description
      }
    case (.checked(let copy, let checked, _), 1):
      transaction = .none
      if let checked { commit(copy, checked) }
    case (_, 1): transaction = .none
    default: break
    }
  }

  private mutating func commit(_ copy: NTCIPDatabase, _ changed: SignalController) {
    let backup = database.number(.unitBackupTime)
    let period = database.number(.volumeOccupancyPeriod)
    database = copy
    database.write(.unitBackupTime, backup)
    database.write(.volumeOccupancyPeriod, period)
    if changed == controller { return }
    controller = changed
    outputs.append(.database(changed))
  }
}
