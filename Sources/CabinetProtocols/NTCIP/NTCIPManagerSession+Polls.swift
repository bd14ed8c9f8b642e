import TrafficModel

/// What a session reads, and the cabinet status that it makes of it.
extension NTCIPManagerSession {
  /// What keeps people safe: read and compared, never written.
  static let protectedObjects: [NTCIPObjectName] = [
    .phaseWalk, .phasePedestrianClear, .phaseMinimumGreen, .phaseYellowChange, .phaseRedClear, .phaseRing,
    .phaseConcurrency,
  ]

  var protectedInstances: [NTCIPInstance] {
    Self.protectedObjects.flatMap { object in controller.phases.map { NTCIPInstance(object, $0.number) } }
  }

  var identityInstances: [NTCIPInstance] {
    [
      NTCIPInstance(.maxPhases), NTCIPInstance(.maxPhaseGroups),
      NTCIPInstance(.maxVehicleDetectorStatusGroups),
      NTCIPInstance(.unitBackupTime), NTCIPInstance(.moduleMake, 1), NTCIPInstance(.moduleModel, 1),
      NTCIPInstance(.moduleVersion, 1),
    ]
  }

  /// Groups of phases that the scenario's controller has.
  private var phaseGroups: Int { ((controller.phases.map(\.number).max() ?? 0) + 7) / 8 }

  var controlInstances: [NTCIPInstance] {
    NTCIPControl.instances(
      phaseGroups: phaseGroups,
      preempts: controller.preempts.filter { $0.kind == .emergency && (1...32).contains($0.number) }.map(
        \.number))
  }

  private static let phaseObjects: [NTCIPObjectName] = [
    .phaseStatusGroupReds, .phaseStatusGroupYellows, .phaseStatusGroupGreens, .phaseStatusGroupWalks,
    .phaseStatusGroupPedClears, .phaseStatusGroupVehCalls, .phaseStatusGroupPedCalls,
    .phaseStatusGroupPhaseNexts,
  ]

  private static let unitObjects: [NTCIPObjectName] = [
    .coordPatternStatus, .localFreeStatus, .coordSyncStatus, .unitFlashStatus, .unitAlarmStatus1,
    .unitAlarmStatus2, .shortAlarmStatus, .unitBackupTime, .globalSetIDParameter, .globalTime,
  ]

  /// The control objects stand first, with the word on backup: in one answer, so that a backup that begins between two
  /// answers is not taken for somebody's zeros.
  var pollInstances: [NTCIPInstance] {
    var instances = [NTCIPInstance(.unitControlStatus)] + controlInstances
    instances += (0..<phaseGroups).flatMap { group in
      Self.phaseObjects.map { NTCIPInstance($0, group + 1) }
    }
    instances += Self.unitObjects.map { NTCIPInstance($0) }
    let channels = controller.detectors.indices.map { channel(ofDetector: $0) }
    for group in 0..<(((channels.max() ?? 0) + 7) / 8) {
      instances.append(NTCIPInstance(.vehicleDetectorStatusGroupActive, group + 1))
      instances.append(NTCIPInstance(.vehicleDetectorStatusGroupAlarms, group + 1))
    }
    for group in 0..<(((controller.overlaps.map(\.number).max() ?? 0) + 7) / 8) {
      instances.append(NTCIPInstance(.overlapStatusGroupYellows, group + 1))
      instances.append(NTCIPInstance(.overlapStatusGroupGreens, group + 1))
    }
    return instances + controller.preempts.map { NTCIPInstance(.preemptState, $0.number) }
  }

  private func channel(ofDetector place: Int) -> Int {
    controller.detectors[place].channel > 0 ? controller.detectors[place].channel : place + 1
  }

  // MARK: - Judgement

  /// What stands against arming now.
  public var armingRefusals: [NTCIPArmingRefusal] {
    guard state == .shadow, status != nil else { return [.notConnected] }
    var refusals: [NTCIPArmingRefusal] = differences.map { .protectedParameter($0) }
    refusals += expected.losses.filter { Self.protectedObjects.contains($0.instance.object) }
      .map { .notComparable($0) }
    if identity.backupSeconds == 0 { refusals.append(.noBackupTime) }
    if identity.backupSeconds > configuration.backupLimitSeconds {
      refusals.append(.backupTimeTooLong(seconds: identity.backupSeconds))
    }
    for instance in controlInstances {
      if let found = number(instance), found != NTCIPControl()[instance] {
        refusals.append(.otherMaster(instance, found: found))
      }
    }
    return refusals
  }

  /// How far the controller's clock is ahead of ours, to a second; `nil` where it is not known.
  func clockDrift(at now: SimTime) -> TimeSpan? {
    guard let start = configuration.unixSeconds, let theirs = values[NTCIPInstance(.globalTime)]?.number
    else {
      return nil
    }
    return TimeSpan(milliseconds: (theirs - start) * 1000 - now.milliseconds)
  }

  func number(_ instance: NTCIPInstance) -> Int? { values[instance]?.number.map { Int($0) } }

  // MARK: - Status

  private func bit(_ object: NTCIPObjectName, _ number: Int) -> Bool {
    (self.number(NTCIPInstance(object, (number + 7) / 8)) ?? 0) >> ((number - 1) % 8) & 1 == 1
  }

  private func phases(_ object: NTCIPObjectName) -> PhaseSet {
    controller.phases.enumerated().reduce(into: PhaseSet()) { set, phase in
      if bit(object, phase.element.number) { set.insert(PhaseSet(phase: phase.offset)) }
    }
  }

  /// The status as the last poll says it. Counts and occupancies of detectors are what polling sees: actuations between
  /// two polls are missed. Since when a phase is in its interval is the time of the poll that saw it first.
  func assembledStatus(before: CabinetStatus?, at now: SimTime) -> CabinetStatus {
    let greens = phases(.phaseStatusGroupGreens)
    let yellows = phases(.phaseStatusGroupYellows)
    var result = CabinetStatus(mode: mode, indications: indications(greens, yellows))
    result.greenPhases = greens
    result.nextPhases = phases(.phaseStatusGroupPhaseNexts)
    result.vehicleCalls = phases(.phaseStatusGroupVehCalls)
    result.pedestrianCalls = phases(.phaseStatusGroupPedCalls)
    result.phaseSince = controller.phases.indices.map { phase in
      guard let before, before.greenPhases.contains(phase: phase) == greens.contains(phase: phase),
        phase < before.phaseSince.count
      else { return now }
      return before.phaseSince[phase]
    }
    if case .pattern = result.mode {
      let seconds = number(NTCIPInstance(.coordSyncStatus)) ?? 0
      result.cycleTimer = TimeSpan(milliseconds: Int64(seconds) * 1000)
      result.coordination = alarms.contains(.inTransition) ? .adding : .inStep
    }
    result.freeReason = freeReason
    result.alarms = alarms
    result.detectors = controller.detectors.indices.map { place in
      let channel = channel(ofDetector: place)
      var detector = before.map { $0.detectors[place] } ?? DetectorStatus()
      let isOn = bit(.vehicleDetectorStatusGroupActive, channel)
      if isOn && !detector.isOn { detector.count += 1 }
      if isOn && detector.isOn { detector.occupied += now - statusTime }
      detector.isOn = isOn
      detector.isFailed = bit(.vehicleDetectorStatusGroupAlarms, channel)
      return detector
    }
    return result
  }

  private var mode: CabinetMode {
    switch number(NTCIPInstance(.unitFlashStatus)) ?? 2 {
    case 2: break
    case 7: return .startUp
    default: return .flash
    }
    for preempt in controller.preempts {
      if let state = number(NTCIPInstance(.preemptState, preempt.number)), state >= 4 && state <= 8 {
        return .preempt(preempt.number)
      }
    }
    switch number(NTCIPInstance(.coordPatternStatus)) ?? 254 {
    case 254, 0: return .free
    case 255: return .flash
    case let pattern: return .pattern(pattern)
    }
  }

  private var freeReason: FreeReason? {
    switch number(NTCIPInstance(.localFreeStatus)) ?? 2 {
    case 3: .commanded
    case 7: .badPlan
    case 8: .badCycle
    case 9: .splitOverrun
    case 10: .invalidOffset
    case 11: .cycleFault
    default: nil
    }
  }

  private var alarms: CabinetAlarms {
    let first = number(NTCIPInstance(.unitAlarmStatus1)) ?? 0
    let second = number(NTCIPInstance(.unitAlarmStatus2)) ?? 0
    let short = number(NTCIPInstance(.shortAlarmStatus)) ?? 0
    let bits: [(Int, Int, CabinetAlarms)] = [
      (first, 0, .cycleFault), (first, 1, .coordinationFault), (first, 3, .cycleFailure),
      (first, 4, .monitorFlash), (first, 5, .localFlash), (second, 4, .stopTime), (second, 5, .inTransition),
      (short, 0, .preempt), (short, 5, .detectorFault),
    ]
    return bits.reduce(into: []) { if $1.0 >> $1.1 & 1 == 1 { $0.insert($1.2) } }
  }

  private func indications(_ greens: PhaseSet, _ yellows: PhaseSet) -> [Indication] {
    let isFlashing = mode == .flash
    return controller.groups.indices.map { group in
      let data = controller.groups[group]
      if isFlashing {
        if data.kind == .pedestrian { return .dark }
        return controller.options.flashingYellowGroups.contains(group) ? .flashingYellow : .flashingRed
      }
      if data.kind == .pedestrian {
        let phases = controller.phases.filter { $0.pedestrianGroup == group }
        if phases.contains(where: { bit(.phaseStatusGroupWalks, $0.number) }) { return .green }
        let isClearing = phases.contains { bit(.phaseStatusGroupPedClears, $0.number) }
        return isClearing ? data.losing.first?.indication ?? .flashingRed : .red
      }
      if let overlap = controller.overlaps.first(where: { $0.group == group }) {
        if bit(.overlapStatusGroupGreens, overlap.number) { return data.proceed }
        return bit(.overlapStatusGroupYellows, overlap.number) ? .yellow : .red
      }
      let phases = controller.phases.indices.filter { controller.phases[$0].groups.contains(group) }
      if phases.contains(where: { greens.contains(phase: $0) }) { return data.proceed }
      return phases.contains { yellows.contains(phase: $0) } ? .yellow : .red
    }
  }
}
