/// Rules of MUTCD about pedestrians: walk, clearance, buffer, and who may cross their way.
extension SignalDataCheck {
  /// 3.5 ft/s for the clearance, 3.0 ft/s for walk and clearance together from 6 ft behind the kerb.
  static let designWalkingSpeed = 1.07
  private static let slowWalkingSpeed = 0.91
  private static let behindKerbMeters = 1.8
  private static let usualWalk = TimeSpan(milliseconds: 7000)
  private static let shortestWalk = TimeSpan(milliseconds: 4000)
  private static let shortestBuffer = TimeSpan(milliseconds: 3000)

  mutating func checkPedestrians() {
    for (group, data) in controller.groups.enumerated() where data.kind == .pedestrian {
      checkWalk(of: group, at: "\(place), \(name(group))")
      if let longest = longestCrosswalk(of: group) {
        checkClearance(of: group, longest, at: "\(place), \(name(group))")
        checkSlowWalkers(of: group, longest, at: "\(place), \(name(group))")
      }
      checkBuffer(of: group, at: "\(place), \(name(group))")
    }
    for (index, phase) in controller.phases.enumerated() { checkTiming(of: phase, at: place(ofPhase: index)) }
  }

  private mutating func checkWalk(of group: Int, at here: String) {
    let walk = controller.groups[group].minimumGreen
    if walk >= Self.usualWalk { return }
    warn(
      "walk-short", here,
      walk < Self.shortestWalk
        ? "its walk of \(walk.text) is below \(Self.shortestWalk.text), the least that MUTCD allows anywhere"
        : "its walk of \(walk.text) is below \(Self.usualWalk.text); MUTCD allows \(Self.shortestWalk.text) only where "
          + "few people cross",
      mend: "Make the walk \(Self.usualWalk.text)")
  }

  /// The crosswalk of the group whose clearance takes longest.
  private func longestCrosswalk(of group: Int) -> Crosswalk? {
    network.crosswalks.filter {
      controller.nodes.contains($0.node) && $0.group == group && $0.lengthMeters > 0 && $0.lengthMeters < 1000
    }.max { $0.lengthMeters / speed(of: $0) < $1.lengthMeters / speed(of: $1) }
  }

  private func speed(of crosswalk: Crosswalk) -> Double {
    guard let speed = crosswalk.designWalkingSpeedMetersPerSecond, speed >= 0.3, speed <= 3 else {
      return Self.designWalkingSpeed
    }
    return speed
  }

  private func two(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private mutating func checkClearance(of group: Int, _ crosswalk: Crosswalk, at here: String) {
    let data = controller.groups[group]
    let speed = speed(of: crosswalk)
    let clearance = data.losingDuration
    let needed = TimeSpan(tenths: Int((crosswalk.lengthMeters / speed * 10 - 1e-6).rounded(.up)))
    let length = "\(tenths(crosswalk.lengthMeters)) m of crosswalk \(crosswalk.name)"
    if needed - clearance > Self.tolerance {
      warn(
        "pedestrian-clearance", here,
        """
        its clearance of \(clearance.text) is below the \(needed.text) that \(length) take at \(two(speed)) m/s: \
        \((needed - clearance).text) short
        """,
        mend: "Make the clearance \(needed.text)")
    }
    let slow = min(Self.slowWalkingSpeed, speed)
    let way = crosswalk.lengthMeters + Self.behindKerbMeters
    let total = TimeSpan(tenths: Int((way / slow * 10 - 1e-6).rounded(.up)))
    let service = data.minimumGreen + max(clearance, needed)
    if total - service <= Self.tolerance { return }
    warn(
      "pedestrian-total", here,
      """
      walk \(data.minimumGreen.text) and clearance \(max(clearance, needed).text) are together below the \
      \(total.text) that slow walkers need from 1.8 m behind the kerb over \(length) at \(two(slow)) m/s
      """,
      mend: "Lengthen the walk by \((total - service).text)")
  }

  /// MUTCD lets a signal be timed for more than 3.5 ft/s only where a long push of the button gives slow walkers more.
  private mutating func checkSlowWalkers(of group: Int, _ crosswalk: Crosswalk, at here: String) {
    let speed = speed(of: crosswalk)
    guard speed > Self.designWalkingSpeed, !isChinese else { return }
    let needed = TimeSpan(
      tenths: Int((crosswalk.lengthMeters / Self.designWalkingSpeed * 10 - 1e-6).rounded(.up)))
    let extended =
      controller.groups[group].losingDuration
      + (controller.phases.first { $0.pedestrianGroup == group }?.pedestrians.extendedClearance ?? .zero)
    if needed - extended <= Self.tolerance { return }
    warn(
      "walking-speed", here,
      """
      crosswalk \(crosswalk.name) is timed for \(two(speed)) m/s, and at most \(extended.text) of clearance are \
      there for slow walkers, who need \(needed.text) at \(two(Self.designWalkingSpeed)) m/s
      """,
      mend:
        "Give its phase an extended clearance of \((needed - controller.groups[group].losingDuration).text)")
  }

  /// Three seconds of steady don't walk before anybody comes from the side.
  private mutating func checkBuffer(of group: Int, at here: String) {
    guard controller.groups.indices.contains(where: { controller.conflicts[group, $0] == .excluded }) else {
      return
    }
    var shortest: (span: TimeSpan, what: String)?
    if let phase = controller.phases.first(where: { $0.pedestrianGroup == group }) {
      shortest = (
        phase.pedestrians.buffer + phase.clearance,
        "buffer \(phase.pedestrians.buffer.text), yellow \(phase.yellow.text) and red clearance "
          + "\(phase.redClearance.text) of phase \(phase.number)"
      )
    } else {
      let losing = controller.groups[group].losingDuration
      for other in controller.groups.indices
      where controller.groups[other].kind == .vehicle && controller.conflicts[group, other] == .excluded {
        let span = controller.intergreens[group, other] - losing - controller.groups[other].gainingDuration
        if span < shortest?.span ?? .longestTiming { shortest = (span, "the intergreen to \(name(other))") }
      }
    }
    guard let shortest, shortest.span < Self.shortestBuffer else { return }
    warn(
      "pedestrian-buffer", here,
      """
      \(shortest.what) leave \(shortest.span.text) of steady don't walk after the clearance; MUTCD asks for \
      \(Self.shortestBuffer.text) before conflicting traffic
      """,
      mend: "Lengthen it by \((Self.shortestBuffer - shortest.span).text)")
  }

  private mutating func checkTiming(of phase: Phase, at here: String) {
    let timing = phase.pedestrians
    guard let group = phase.pedestrianGroup else {
      if timing != PedestrianTiming() {
        warn(
          "pedestrians-missing", here, "it times pedestrians, and it has none",
          mend: "Give it a pedestrian group, or take the times out")
      }
      return
    }
    let lead = timing.leadingInterval
    if lead > .zero && (lead < TimeSpan(milliseconds: 3000) || lead > TimeSpan(milliseconds: 7000)) {
      warn(
        "leading-interval", here, "its pedestrians lead by \(lead.text), outside 3.0 s to 7.0 s",
        mend: "Use 3 s, or what the first lane's width takes")
    }
    let walk = controller.groups[group].minimumGreen
    if lead > walk {
      error(
        "leading-interval", here, "its pedestrians lead by \(lead.text), and their walk lasts \(walk.text)",
        mend: "Lengthen the walk or shorten the leading interval")
    }
  }

  // MARK: - Crosswalks

  /// Vehicles that get green together with people on a crosswalk in their way.
  mutating func checkCrosswalks(of movement: Movement, at here: String) {
    for id in movement.crosses where network.crosswalks.indices.contains(id.index) {
      let crosswalk = network[id]
      guard let walk = crosswalk.group, controller.groups.indices.contains(walk),
        controller.nodes.contains(crosswalk.node)
      else { continue }
      for group in movement.protectedGroups + movement.permittedGroups {
        let relation = controller.conflicts[group, walk]
        if relation == .excluded || (relation == .yields && movement.turn != .through) { continue }
        let isThrough = movement.turn == .through
        warn(
          "crosswalk-conflict", here,
          "it crosses crosswalk \(crosswalk.name), and \(name(walk)) may walk while \(name(group)) is green",
          mend: isThrough
            ? "Exclude the two groups"
            : "Exclude the two groups, or let \(name(group)) yield to \(name(walk))")
        break
      }
    }
  }
}
