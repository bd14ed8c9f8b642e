import TrafficModel

/// Phases, detectors, unit, channels and preempts of a controller as stored objects.
extension NTCIPDatabase {
  mutating func writeSizes(_ controller: SignalController) {
    let sizes: [(NTCIPObjectName, NTCIPObject.Index)] = [
      (.maxPhases, .phase), (.maxPhaseGroups, .phaseGroup), (.maxVehicleDetectors, .vehicleDetector),
      (.maxVehicleDetectorStatusGroups, .detectorGroup), (.maxPedestrianDetectors, .pedestrianDetector),
      (.maxAlarmGroups, .alarmGroup), (.maxSpecialFunctionOutputs, .specialFunction),
      (.maxPatterns, .pattern),
      (.maxSplits, .split), (.maxTimebaseAscActions, .action), (.maxPreempts, .preempt), (.maxRings, .ring),
      (.maxSequences, .sequence), (.maxRingControlGroups, .ringGroup), (.maxChannels, .channel),
      (.maxChannelStatusGroups, .channelGroup), (.maxOverlaps, .overlap),
      (.maxOverlapStatusGroups, .overlapGroup), (.globalMaxModules, .module),
      (.maxTimeBaseScheduleEntries, .schedule), (.maxDayPlans, .dayPlan), (.maxDayPlanEvents, .dayPlanEvent),
    ]
    for (object, index) in sizes { write(object, dimensions[index]) }
    write(.patternTableType, 2)
    // The columns that number their own row.
    let rows: [(NTCIPObjectName, NTCIPObject.Index)] = [
      (.phaseNumber, .phase), (.phaseStatusGroupNumber, .phaseGroup), (.phaseControlGroupNumber, .phaseGroup),
      (.vehicleDetectorNumber, .vehicleDetector), (.vehicleDetectorStatusGroupNumber, .detectorGroup),
      (.pedestrianDetectorNumber, .pedestrianDetector), (.alarmGroupNumber, .alarmGroup),
      (.specialFunctionOutputNumber, .specialFunction), (.patternNumber, .pattern),
      (.timebaseAscActionNumber, .action), (.preemptNumber, .preempt), (.preemptControlNumber, .preempt),
      (.ringControlGroupNumber, .ringGroup), (.channelNumber, .channel),
      (.channelStatusGroupNumber, .channelGroup), (.overlapNumber, .overlap),
      (.overlapStatusGroupNumber, .overlapGroup), (.moduleNumber, .module),
      (.timeBaseScheduleNumber, .schedule),
    ]
    for (object, index) in rows {
      for row in 0..<dimensions[index] { write(object, row + 1, row + 1) }
    }
    let pairs: [(NTCIPObjectName, NTCIPObjectName)] = [
      (.splitNumber, .splitPhase), (.sequenceNumber, .sequenceRingNumber),
      (.dayPlanNumber, .dayPlanEventNumber),
    ]
    for (first, second) in pairs {
      for instance in dimensions.instances(of: NTCIPObject.named(first)) {
        write(first, instance.first, instance.second, instance.first)
        write(second, instance.first, instance.second, instance.second)
      }
    }
  }

  mutating func writePhases(_ controller: SignalController) {
    for row in 0..<dimensions[.phase] { write(.phaseStartup, row + 1, 2) }
    for (index, phase) in controller.phases.enumerated() where (1...dimensions[.phase]).contains(phase.number)
    {
      let row = phase.number
      let actuation = phase.actuation
      if let group = phase.pedestrianGroup {
        write(.phaseWalk, row, time: controller.groups[group].minimumGreen)
        write(.phasePedestrianClear, row, time: controller.groups[group].losingDuration)
      }
      write(.phaseMinimumGreen, row, time: phase.minimumGreen)
      write(.phasePassage, row, time: phase.passage)
      write(.phaseMaximum1, row, time: phase.maximumGreen)
      write(.phaseMaximum2, row, time: actuation.maximumGreen2 ?? phase.maximumGreen)
      write(.phaseYellowChange, row, time: phase.yellow)
      write(.phaseRedClear, row, time: phase.redClearance)
      write(.phaseRedRevert, row, time: actuation.redRevert)
      write(.phaseAddedInitial, row, time: actuation.addedInitial)
      write(.phaseMaximumInitial, row, time: actuation.maximumInitial)
      write(.phaseTimeBeforeReduction, row, time: actuation.timeBeforeReduction)
      write(.phaseCarsBeforeReduction, row, min(255, actuation.carsBeforeReduction))
      write(.phaseTimeToReduce, row, time: actuation.timeToReduce)
      write(.phaseMinimumGap, row, time: actuation.minimumGap ?? phase.passage)
      write(.phaseDynamicMaxLimit, row, time: actuation.dynamicMaximumLimit ?? .zero)
      write(.phaseDynamicMaxStep, row, time: actuation.dynamicMaximumStep)
      write(.phaseOptions, row, Self.options(of: phase))
      write(.phaseRing, row, (controller.diagram.place(of: index)?.ring ?? -1) + 1)
      let concurrent = controller.phases.indices.filter { controller.diagram.areConcurrent(index, $0) }
      write(.phaseConcurrency, row, octets: concurrent.map { controller.phases[$0].number }.sorted())
    }
  }

  /// The bits of `phaseOptions`; flash entry and exit, non-actuated modes and "added initial by largest" are never set.
  static func options(of phase: Phase) -> Int {
    let bits: [(Int, Bool)] = [
      (0, true), (5, !phase.actuation.locksCalls), (6, phase.recall == .minimum),
      (7, phase.recall == .maximum),
      (8, phase.recall == .pedestrian), (9, phase.recall == .soft), (10, phase.dualEntry),
      (11, !phase.actuation.gapsOutSimultaneously), (12, phase.actuation.guaranteesPassage),
      (13, phase.pedestrians.restsInWalk), (14, phase.actuation.isServedConditionally),
    ]
    return bits.reduce(0) { $1.1 ? $0 | 1 << $1.0 : $0 }
  }

  /// Numbers of phases; a controller of stages has none.
  static func numbers(_ phases: [Int], _ controller: SignalController) -> [Int] {
    phases.filter { controller.phases.indices.contains($0) }.map { controller.phases[$0].number }
  }

  mutating func writeDetectors(_ controller: SignalController) {
    func number(_ phase: Int?) -> Int { Self.numbers(phase.map { [$0] } ?? [], controller).first ?? 0 }
    for (place, detector) in controller.detectors.enumerated() {
      let row = detector.channel > 0 ? detector.channel : place + 1
      guard row <= dimensions[.vehicleDetector] else { continue }
      let bits: [(Int, Bool)] = [
        (0, true), (1, true), (2, detector.locksInYellow), (3, detector.locksInRed),
        (4, !detector.extends.isEmpty), (5, detector.addsInitial), (6, detector.queueLimit != nil),
        (7, !detector.calls.isEmpty),
      ]
      write(.vehicleDetectorOptions, row, bits.reduce(0) { $1.1 ? $0 | 1 << $1.0 : $0 })
      write(.vehicleDetectorCallPhase, row, number(detector.calls.first ?? detector.extends.first))
      write(.vehicleDetectorSwitchPhase, row, number(detector.switchPhase))
      write(.vehicleDetectorDelay, row, time: detector.delay)
      write(.vehicleDetectorExtend, row, time: detector.prolongation)
      write(.vehicleDetectorQueueLimit, row, time: detector.queueLimit ?? .zero)
      let diagnostics = detector.diagnostics
      write(.vehicleDetectorNoActivity, row, time: diagnostics.longestAbsence ?? .zero)
      write(.vehicleDetectorMaxPresence, row, time: diagnostics.longestPresence ?? .zero)
      write(.vehicleDetectorErraticCounts, row, min(255, diagnostics.mostActuationsPerMinute ?? 0))
      if let failTime = diagnostics.failTime {
        write(.vehicleDetectorFailTime, row, time: failTime)
      } else {
        write(.vehicleDetectorFailTime, row, 255)
      }
    }
    let walked = controller.phases.filter { $0.pedestrianGroup != nil }
    for (place, phase) in walked.enumerated() {
      write(.pedestrianDetectorCallPhase, place + 1, phase.number)
    }
  }

  mutating func writeUnit(_ controller: SignalController) {
    write(.unitStartUpFlash, time: controller.options.startUpFlash)
    write(.unitAutoPedestrianClear, 1)
    write(.unitRedRevert, time: controller.options.redRevert)
    let module = ["CityBrain", "controller unit", "1"]
    let columns: [NTCIPObjectName] = [.moduleMake, .moduleModel, .moduleVersion]
    for (object, text) in zip(columns, module) {
      set(NTCIPInstance(object, 1), to: .octets(Array(text.utf8)))
    }
    set(NTCIPInstance(.moduleDeviceNode, 1), to: .objectIdentifier(NTCIPObject.ascRoot))
    write(.moduleType, 1, 3)
    set(
      NTCIPInstance(.controllerBaseStandards), to: .octets(Array("NTCIP 1201 v02.27, NTCIP 1202 v02.18".utf8))
    )
  }

  mutating func writeChannels(_ controller: SignalController) {
    for (group, data) in controller.groups.enumerated() where group < dimensions[.channel] {
      let row = group + 1
      if let overlap = controller.overlaps.first(where: { $0.group == group }) {
        write(.channelControlSource, row, overlap.number)
        write(.channelControlType, row, 4)
      } else if let phase = controller.phases.first(where: { $0.pedestrianGroup == group }) {
        write(.channelControlSource, row, phase.number)
        write(.channelControlType, row, 3)
      } else if let phase = controller.phases.first(where: { $0.groups.contains(group) }) {
        write(.channelControlSource, row, phase.number)
        write(.channelControlType, row, 2)
      }
      let flashesYellow = controller.options.flashingYellowGroups.contains(group)
      write(.channelFlash, row, data.kind == .pedestrian ? 0 : flashesYellow ? 2 : 4)
    }
    for overlap in controller.overlaps where overlap.number >= 1 && overlap.number <= dimensions[.overlap] {
      func numbers(_ phases: [Int]) -> [Int] { Self.numbers(phases, controller) }
      let kinds: [Overlap.Kind: Int] = [.normal: 2, .minusGreenYellow: 3, .flashingYellowArrow: 1]
      write(.overlapType, overlap.number, kinds[overlap.kind] ?? 1)
      write(.overlapIncludedPhases, overlap.number, octets: numbers(overlap.includedPhases))
      write(.overlapModifierPhases, overlap.number, octets: numbers(overlap.modifierPhases))
      write(.overlapTrailGreen, overlap.number, time: overlap.trailingGreen)
      write(.overlapTrailYellow, overlap.number, time: controller.groups[overlap.group].losingDuration)
    }
  }

  mutating func writePreempts(_ controller: SignalController) {
    func numbers(_ phases: [Int]) -> [Int] { Self.numbers(phases, controller) }
    for preempt in controller.preempts where (1...dimensions[.preempt]).contains(preempt.number) {
      let row = preempt.number
      write(.preemptControl, row, (preempt.isLocking ? 0 : 1) | (preempt.flashesInDwell ? 8 : 0))
      write(.preemptDelay, row, time: preempt.delay)
      write(.preemptMinimumDuration, row, time: preempt.minimumDuration)
      let entries: [(NTCIPObjectName, TimeSpan?)] = [
        (.preemptMinimumGreen, preempt.minimumGreen), (.preemptMinimumWalk, preempt.minimumWalk),
        (.preemptEnterPedClear, preempt.pedestrianClearance),
      ]
      for (object, time) in entries {
        // 255 means "the phase's own".
        if let time { write(object, row, time: time) } else { write(object, row, 255) }
      }
      write(.preemptTrackGreen, row, time: preempt.trackGreen)
      write(.preemptDwellGreen, row, time: preempt.minimumDwell)
      write(.preemptMaximumPresence, row, time: preempt.maximumPresence ?? .zero)
      write(.preemptTrackPhase, row, octets: numbers(preempt.trackPhases))
      write(.preemptDwellPhase, row, octets: numbers(preempt.dwellPhases))
      write(.preemptDwellPed, row, octets: numbers(preempt.dwellPedestrians))
      write(.preemptExitPhase, row, octets: numbers(preempt.exitPhases))
      write(.preemptCyclingPhase, row, octets: numbers(preempt.cyclingPhases))
      let clearances: [NTCIPObjectName] = [
        .preemptEnterYellowChange, .preemptEnterRedClear, .preemptTrackYellowChange, .preemptTrackRedClear,
      ]
      for object in clearances { write(object, row, 255) }
    }
  }
}
