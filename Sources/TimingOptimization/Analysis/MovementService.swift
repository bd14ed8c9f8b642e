import TrafficModel

/// When one movement is served and how fast, per lane.
struct MovementService: Hashable, Sendable {
  var movement: MovementID
  var volume: Double
  /// Vehicles per hour of green and lane with the right of way.
  var saturationFlow: Double
  var profile: ServiceProfile

  var capacity: Double { profile.capacity }
}

/// A stream that a permitted turn yields to.
struct OpposingStream: Hashable, Sendable {
  /// Vehicles per hour, all lanes.
  var volume: Double
  var displayed: CyclicIntervals
  /// From the start of each green until its queue has gone.
  var discharging: CyclicIntervals

  /// - Parameter flowRatio: y, the stream's volume over its saturation flow.
  init(volume: Double, flowRatio: Double, displayed: CyclicIntervals, parameters: AnalysisParameters) {
    self.volume = volume
    self.displayed = displayed
    let effective = displayed.shifted(
      lost: parameters.startUpLostSeconds, gained: parameters.endUseSeconds)
    let cycle = displayed.cycle
    var blocked: [Range<Double>] = []
    for (index, green) in effective.parts.enumerated() where !effective.isWholeCycle {
      let before = index > 0 ? effective.parts[index - 1] : effective.parts[effective.parts.count - 1]
      let red = CyclicIntervals.folded(green.lowerBound - before.upperBound, cycle)
      // What came in red leaves at s − v: y·r/(1 − y) seconds (HCM: queue service time).
      let clearing = flowRatio < 1 ? flowRatio * red / (1 - flowRatio) : cycle
      let end = min(green.lowerBound + clearing, green.upperBound)
      blocked.append((green.lowerBound - parameters.startUpLostSeconds)..<end)
    }
    discharging = CyclicIntervals(cycle: cycle, union: volume > 0 ? blocked : [])
  }
}

/// The rate at which a turn finds gaps in an opposing flow and uses them (HCM equation 19-31):
/// s_p = v_o·e^(−v_o t_c/3600)/(1 − e^(−v_o t_f/3600)), in vehicles per hour.
public func permittedSaturationFlow(
  opposingVehiclesPerHour flow: Double, criticalGapSeconds: Double, followUpSeconds: Double
) -> Double {
  let perSecond = flow / 3600
  // The limit without opposing vehicles is one vehicle per follow-up time.
  if perSecond * followUpSeconds < 1e-9 { return 3600 / followUpSeconds }
  return flow * exponential(-perSecond * criticalGapSeconds) / (1 - exponential(-perSecond * followUpSeconds))
}

/// Greens of one movement and what stands against it.
struct MovementGreens: Hashable, Sendable {
  /// As displayed.
  var protected: CyclicIntervals
  /// As displayed, without the time in which it is protected.
  var permitted: CyclicIntervals

  init(_ movement: Movement, timeline: CycleTimeline) {
    protected = CyclicIntervals(timeline, groups: movement.protectedGroups)
    permitted = CyclicIntervals(timeline, groups: movement.permittedGroups).subtracting(protected)
  }

  var displayed: CyclicIntervals { protected.union(permitted) }

  /// The discharge rate of one lane over the cycle.
  ///
  /// Protected time runs at the saturation flow. In permitted time nothing goes while an opposing queue discharges,
  /// the gap acceptance rate while opposing vehicles arrive on green, and the unopposed flow while all that it
  /// yields to is red. `sneakers` is the number of turns per lane that clear the junction when permitted time ends.
  func profile(
    saturationFlow: Double, criticalGapSeconds: Double, followUpSeconds: Double, unopposedFlow: Double,
    opposing: [OpposingStream], sneakers: Double,
    parameters: AnalysisParameters
  ) -> ServiceProfile {
    let right = protected.shifted(lost: parameters.startUpLostSeconds, gained: parameters.endUseSeconds)
    // A turn that nothing opposes is permitted in name only and uses the change interval like any other.
    let yielding = !opposing.isEmpty
    let allowed = permitted.shifted(
      lost: parameters.startUpLostSeconds, gained: yielding ? 0 : parameters.endUseSeconds)
    let tail = max(parameters.endUseSeconds, 1)
    let cycle = protected.cycle
    let sneaking = CyclicIntervals(
      cycle: cycle, union: yielding && sneakers > 0 ? sneakingWindows(seconds: tail) : [])
    let edges =
      right.edges + allowed.edges + sneaking.edges
      + opposing.flatMap { $0.displayed.edges + $0.discharging.edges }
    return ServiceProfile(cycle: cycle, edges: edges) { time in
      if right.contains(time) { return saturationFlow }
      if sneaking.contains(time) { return sneakers * 3600 / tail }
      if !allowed.contains(time) { return 0 }
      if opposing.contains(where: { $0.discharging.contains(time) }) { return 0 }
      let meeting = opposing.filter { $0.displayed.contains(time) }
      if meeting.isEmpty { return unopposedFlow }
      return permittedSaturationFlow(
        opposingVehiclesPerHour: meeting.reduce(0) { $0 + $1.volume },
        criticalGapSeconds: criticalGapSeconds, followUpSeconds: followUpSeconds)
    }
  }

  /// The first seconds after each permitted green that does not lead straight into a protected one.
  private func sneakingWindows(seconds: Double) -> [Range<Double>] {
    if permitted.isWholeCycle { return [] }
    return permitted.parts.compactMap { part in
      protected.contains(part.upperBound + 0.05) ? nil : part.upperBound..<(part.upperBound + seconds)
    }
  }
}
