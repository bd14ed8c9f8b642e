import TrafficModel

/// What is asked for, and the cabinet status that the last poll makes.
extension GBTUpperSession {
  /// What keeps people safe, as the scenario has it: the stages and their groups, yellows and other ends of greens,
  /// minimum greens, conflicts and intergreens.
  var protected: [(GBTAddress, [UInt8])] {
    let expected = GBTView(
      controller: controller, status: CabinetStatus(mode: .startUp, indications: []),
      identity: GBTController.Configuration(), mode: 0, central: GBTController.Central(), unixMilliseconds: 0,
      stageSeconds: 0)
    func rows(_ count: Int, _ dataClass: UInt8, _ object: UInt8, _ attribute: UInt8) -> [GBTAddress] {
      (0..<count).map { GBTAddress(dataClass, object, attribute, UInt8(truncatingIfNeeded: $0 + 1)) }
    }
    let groups = controller.groups.count
    let addresses =
      [GBTAddress(6, 1)] + rows(controller.stages.count, 6, 2, 2) + rows(groups, 4, 2, 27)
      + (UInt8(3)...8).flatMap { rows(groups, 4, 2, $0) } + rows(groups, 7, 1, 2) + rows(groups, 7, 2, 2)
    return addresses.compactMap { address in (try? expected.read(address)).map { (address, $0) } }
  }

  var polled: [GBTAddress] {
    [
      GBTAddress(13, 2, 2, 1), GBTAddress(13, 2, 3, 1), GBTAddress(13, 2, 4, 1), GBTAddress(14, 1),
      GBTAddress(17, 1, 2, 1), GBTAddress(17, 1, 3, 1), GBTAddress(17, 1, 4, 1),
    ]
      + controller.groups.indices.map {
        GBTAddress(3, 3, configuration.lampAttribute, UInt8(truncatingIfNeeded: $0 + 1))
      }
  }

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
