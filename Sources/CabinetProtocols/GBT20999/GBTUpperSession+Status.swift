import TrafficModel

/// The cabinet status that the last poll makes.
extension GBTUpperSession {
  private func number(_ address: GBTAddress) -> UInt8 { values[address]?.last ?? 0 }

  /// The mode in which it runs; `nil` before the first poll.
  var controlMode: UInt8? { values[GBTAddress(13, 2, 2, 1)]?.last }
  var runningPlan: Int { Int(number(GBTAddress(13, 2, 3, 1))) }
  /// What 17.1 holds, whoever wrote it.
  var commandedStage: UInt8 { number(GBTAddress(17, 1, 2, 1)) }
  var commandedPlan: UInt8 { number(GBTAddress(17, 1, 3, 1)) }

  func assembledStatus(at now: SimTime) -> CabinetStatus {
    let mode: CabinetMode
    let plan = runningPlan
    switch controlMode ?? 0 {
    case 0x31, 0x33: mode = .flash
    case 0x32: mode = .startUp
    case 0x15, 0x25: mode = plan == 0 ? .manual : .pattern(plan)
    default: mode = plan == 0 ? .free : .pattern(plan)
    }
    var result = CabinetStatus(
      mode: mode,
      indications: controller.groups.indices.map { place in
        let state = number(
          GBTAddress(3, 3, configuration.lampAttribute, UInt8(truncatingIfNeeded: place + 1)))
        return Indication(gbtState: state) ?? .dark
      })
    let stage = Int(number(GBTAddress(13, 2, 4, 1)))
    if controller.stages.indices.contains(stage - 1) { result.greenPhases = PhaseSet(phase: stage - 1) }
    result.phaseSince = controller.stages.indices.map { place in
      guard let status, place < status.phaseSince.count,
        status.greenPhases.contains(phase: place) == result.greenPhases.contains(phase: place)
      else { return now }
      return status.phaseSince[place]
    }
    let presence = values[GBTAddress(14, 1)] ?? []
    result.detectors = controller.detectors.indices.map { place in
      var detector = status.map { $0.detectors[place] } ?? DetectorStatus()
      let byte = presence.count - 1 - place / 8
      let isOn = presence.indices.contains(byte) && presence[byte] >> UInt8(place % 8) & 1 == 1
      if isOn && !detector.isOn { detector.count += 1 }
      detector.isOn = isOn
      return detector
    }
    return result
  }
}
