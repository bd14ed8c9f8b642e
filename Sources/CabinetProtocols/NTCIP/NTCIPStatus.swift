import TrafficModel

/// The status objects of a controller, from what its cabinet tells.
///
/// A phase counts as "on" while it is green or yellow: the cabinet's status does not tell red clearance from red.
struct NTCIPStatus {
  let controller: SignalController
  let dimensions: NTCIPDimensions
  let status: CabinetStatus

  /// The phases whose bit is set, as the bits of group `group` (from 1).
  private func bits(_ group: Int, _ isSet: (Int) -> Bool) -> Int {
    var bits = 0
    for (index, phase) in controller.phases.enumerated()
    where phase.number > 8 * (group - 1) && phase.number <= 8 * group && isSet(index) {
      bits |= 1 << (phase.number - 8 * group + 7)
    }
    return bits
  }

  private func bits(_ group: Int, of set: PhaseSet) -> Int { bits(group) { set.contains(phase: $0) } }

  private func indication(_ group: Int) -> Indication {
    group < status.indications.count ? status.indications[group] : .dark
  }

  private func isGreen(_ phase: Int) -> Bool { status.greenPhases.contains(phase: phase) }

  private func isYellow(_ phase: Int) -> Bool {
    !isGreen(phase) && controller.phases[phase].groups.contains { indication($0) == .yellow }
  }

  private func isDark(_ phase: Int) -> Bool {
    let groups = controller.phases[phase].groups
    return groups.isEmpty
      || groups.allSatisfy { [.dark, .flashingRed, .flashingYellow].contains(indication($0)) }
  }

  private func isWalking(_ phase: Int, _ wanted: NTCIPObjectName) -> Bool {
    guard let group = controller.phases[phase].pedestrianGroup else { return false }
    switch indication(group) {
    case .green: return wanted == .phaseStatusGroupWalks
    case .flashingRed, .flashingGreen, .yellow: return wanted == .phaseStatusGroupPedClears
    case .red, .redYellow: return wanted == .phaseStatusGroupDontWalks
    case .dark, .flashingYellow: return false
    }
  }

  /// Lamps `first` to `first + 7` that show one of the colours.
  private func lamps(_ groups: [Int?], _ group: Int, _ colors: Set<Indication>) -> Int {
    var bits = 0
    for bit in 0..<8 where 8 * (group - 1) + bit < groups.count {
      if let lamp = groups[8 * (group - 1) + bit], colors.contains(indication(lamp)) { bits |= 1 << bit }
    }
    return bits
  }

  private static let reds: Set<Indication> = [.red, .redYellow, .flashingRed]
  private static let yellows: Set<Indication> = [.yellow, .flashingYellow, .redYellow]
  private static let greens: Set<Indication> = [.green, .flashingGreen]

  /// The value of a status object; `nil` for one that this does not know.
  func value(_ instance: NTCIPInstance) -> Int? {
    let row = instance.first
    switch instance.object {
    case .phaseStatusGroupReds: return bits(row) { !isGreen($0) && !isYellow($0) && !isDark($0) }
    case .phaseStatusGroupYellows: return bits(row, isYellow)
    case .phaseStatusGroupGreens: return bits(row, of: status.greenPhases)
    case .phaseStatusGroupDontWalks, .phaseStatusGroupPedClears, .phaseStatusGroupWalks:
      return bits(row) { isWalking($0, instance.object) }
    case .phaseStatusGroupVehCalls: return bits(row, of: status.vehicleCalls)
    case .phaseStatusGroupPedCalls: return bits(row, of: status.pedestrianCalls)
    case .phaseStatusGroupPhaseOns: return bits(row) { isGreen($0) || isYellow($0) }
    case .phaseStatusGroupPhaseNexts: return bits(row, of: status.nextPhases)
    case .vehicleDetectorStatusGroupActive: return detectors(row, \.isOn)
    case .vehicleDetectorStatusGroupAlarms: return detectors(row, \.isFailed)
    case .vehicleDetectorAlarms: return detector(row)?.isFailed == true ? 1 << 5 : 0
    case .vehicleDetectorReportedAlarms, .pedestrianDetectorAlarms, .alarmGroupState: return 0
    case .specialFunctionOutputStatus: return 0
    case .channelStatusGroupReds: return lamps(controller.groups.indices.map { $0 }, row, Self.reds)
    case .channelStatusGroupYellows: return lamps(controller.groups.indices.map { $0 }, row, Self.yellows)
    case .channelStatusGroupGreens: return lamps(controller.groups.indices.map { $0 }, row, Self.greens)
    case .overlapStatusGroupReds: return lamps(overlapLamps, row, Self.reds)
    case .overlapStatusGroupYellows: return lamps(overlapLamps, row, Self.yellows)
    case .overlapStatusGroupGreens: return lamps(overlapLamps, row, Self.greens)
    case .preemptState: return preemptState(row)
    case .ringStatus: return ringStatus(row)
    default: return unitValue(instance.object)
    }
  }

  private var overlapLamps: [Int?] {
    (0..<dimensions[.overlap]).map { row in controller.overlaps.first { $0.number == row + 1 }?.group }
  }

  private func detector(_ channel: Int) -> DetectorStatus? {
    let place = controller.detectors.indices.first { place in
      let own = controller.detectors[place].channel
      return (own > 0 ? own : place + 1) == channel
    }
    return place.flatMap { $0 < status.detectors.count ? status.detectors[$0] : nil }
  }

  private func detectors(_ group: Int, _ isSet: (DetectorStatus) -> Bool) -> Int {
    (0..<8).reduce(0) { bits, bit in
      detector(8 * (group - 1) + bit + 1).map(isSet) == true ? bits | 1 << bit : bits
    }
  }

  private func preemptState(_ row: Int) -> Int {
    if status.mode != .preempt(row) { return 2 }
    if status.alarms.contains(.preemptMaximumPresence) { return 9 }
    let preempt = controller.preempts.first { $0.number == row }
    let green = Set(controller.phases.indices.filter { isGreen($0) })
    if let preempt, !preempt.trackPhases.isEmpty, green == Set(preempt.trackPhases) { return 5 }
    if let preempt, !green.isEmpty, green.isSubset(of: preempt.dwellPhases + preempt.cyclingPhases) {
      return 6
    }
    return 4
  }

  /// Code in bits 0 to 2: of the seven only extension (1), yellow (4) and red rest (6) can be told from outside.
  private func ringStatus(_ row: Int) -> Int {
    guard row <= controller.diagram.rings.count else { return 6 }
    let phases = controller.diagram.rings[row - 1].joined()
    if phases.contains(where: { isGreen($0) }) { return 1 }
    return phases.contains { isYellow($0) } ? 4 : 6
  }

  // MARK: - Unit and coordination

  private func unitValue(_ object: NTCIPObjectName) -> Int? {
    let alarms = status.alarms
    switch object {
    case .unitFlashStatus: return flashStatus
    case .unitAlarmStatus1:
      let bits: [(Int, Bool)] = [
        (0, alarms.contains(.cycleFault)), (1, alarms.contains(.coordinationFault)),
        (3, alarms.contains(.cycleFailure)), (4, alarms.contains(.monitorFlash)),
        (5, alarms.contains(.localFlash)), (7, status.cycleTimer != nil && status.coordination != .free),
      ]
      return bits.reduce(0) { $1.1 ? $0 | 1 << $1.0 : $0 }
    case .shortAlarmStatus:
      let isCritical = alarms.contains(.monitorFlash) || alarms.contains(.stopTime)
      let bits: [(Int, Bool)] = [
        (0, alarms.contains(.preempt)), (1, status.mode == .flash),
        (3, alarms.contains(.manualControl)),
        (4, alarms.contains(.cycleFault) || alarms.contains(.coordinationFault)),
        (5, alarms.contains(.detectorFault)), (7, isCritical),
      ]
      return bits.reduce(0) { $1.1 ? $0 | 1 << $1.0 : $0 }
    case .coordPatternStatus:
      switch status.mode {
      case .pattern(let number): return min(number, 253)
      case .flash: return 255
      case .free, .startUp, .preempt, .manual: return 254
      }
    case .localFreeStatus: return freeStatus
    case .coordCycleStatus: return cycleSeconds.map { max(0, min(510, $0.cycle - $0.position)) } ?? 0
    case .coordSyncStatus: return cycleSeconds.map { min(510, $0.position) } ?? 0
    default: return nil
    }
  }

  private var cycleSeconds: (cycle: Int, position: Int)? {
    guard case .pattern(let number) = status.mode, let timer = status.cycleTimer,
      let pattern = controller.patterns.first(where: { $0.number == number })
    else { return nil }
    return (Int(pattern.cycle.milliseconds / 1000), Int(timer.milliseconds / 1000))
  }

  private var flashStatus: Int {
    if status.alarms.contains(.monitorFlash) { return 6 }
    switch status.mode {
    case .startUp: return 7
    case .flash: return status.alarms.contains(.preempt) ? 8 : status.alarms.contains(.localFlash) ? 4 : 3
    case .pattern, .free, .preempt, .manual: return 2
    }
  }

  private var freeStatus: Int {
    switch status.freeReason {
    case .commanded: return 3
    case .badPlan: return 7
    case .badCycle: return 8
    case .splitOverrun: return 9
    case .invalidOffset: return 10
    case .cycleFault: return 11
    case nil: break
    }
    switch status.mode {
    case .pattern: return status.coordination == .pickingUp ? 4 : 2
    case .free: return 3
    case .startUp, .preempt, .manual, .flash: return 5
    }
  }
}
