/// Rules of ITE and MUTCD about yellow and red clearance, from speeds, grades and widths.
extension SignalDataCheck {
  /// Shortfalls below this are rounding.
  static let tolerance = TimeSpan.tick
  /// Perception and reaction, and deceleration of the kinematic equation (ITE).
  private static let reactionSeconds = 1.0
  private static let deceleration = 3.05
  /// A design vehicle (ITE: 20 ft).
  private static let vehicleMeters = 6.1
  /// Turning traffic approaches 5 mph slower (NCHRP 731) and goes through the junction at 20 mph at most.
  private static let turningReduction = 5 * Conversion.metersPerSecondPerMilePerHour
  private static let turningSpeed = 20 * Conversion.metersPerSecondPerMilePerHour
  /// A movement's path ends behind the crosswalk of the far side; the way across ends before it (10 ft and 2 ft).
  private static let farSideMeters = 3.6
  /// Whoever gets green needs this long to start (NCHRP 731).
  private static let startUpSeconds = 1.0

  /// One decimal, for messages.
  func tenths(_ value: Double) -> String {
    guard value.magnitude < 1e9 else { return "very many" }
    let scaled = Int((value.magnitude * 10).rounded())
    return "\(value < 0 && scaled > 0 ? "-" : "")\(scaled / 10).\(scaled % 10)"
  }

  func speedText(_ metersPerSecond: Double) -> String { "\(tenths(metersPerSecond * 3.6)) km/h" }

  /// The speed limit of a movement's approach; `nil` where no road has it, which the network's rules tell.
  func approachSpeed(of movement: Movement) -> Double? {
    guard network.links.indices.contains(movement.from.index) else { return nil }
    let speed = network[movement.from].speedLimitMetersPerSecond
    return speed > 0.5 && speed < 100 ? speed : nil
  }

  /// Groups of the controller that let the movement go.
  private func groups(of movement: Movement) -> [Int] {
    movement.protectedGroups + movement.permittedGroups
  }

  private func roundedUp(_ seconds: Double) -> TimeSpan {
    TimeSpan(tenths: Int((seconds * 10 - 1e-6).rounded(.up)))
  }

  // MARK: - Yellow

  /// y = t + v/(2a + 2gG): the yellow that lets a driver stop or go on, for the fastest approach of a group.
  ///
  /// Through movements count with their speed limit; where a group serves turns only, 5 mph less.
  func yellowNeeded(by group: Int) -> (span: TimeSpan, reason: String)? {
    var best: (seconds: Double, reason: String)?
    let served = movements.filter { groups(of: $0).contains(group) }
    let servesThrough = served.contains { $0.turn == .through }
    for movement in served where movement.turn == .through || !servesThrough {
      guard var speed = approachSpeed(of: movement) else { continue }
      if movement.turn != .through {
        speed = min(speed, max(speed - Self.turningReduction, Self.turningSpeed))
      }
      let link = network[movement.from]
      let grade = link.grade.magnitude <= 0.15 ? link.grade : 0
      let seconds = Self.reactionSeconds + speed / (2 * Self.deceleration + 19.6 * grade)
      if seconds > best?.seconds ?? 0 {
        best = (seconds, "\(speedText(speed)) and a grade of \(tenths(grade * 100)) % on link \(link.name)")
      }
    }
    return best.map { (roundedUp($0.seconds), $0.reason) }
  }

  /// Where pedestrians clear by flashing green, the rules are China's (GB 14886: yellow of 3 to 5 s) and not America's.
  var isChinese: Bool {
    controller.groups.contains { group in
      group.kind == .pedestrian && group.losing.contains { $0.indication == .flashingGreen }
    }
  }

  /// MUTCD section 4F.17: 3 to 6 s; within that, not below ITE's equation.
  mutating func checkYellow(of group: Int, at place: String) {
    let shown = controller.groups[group].losing.filter { $0.indication == .yellow }
    guard !shown.isEmpty else { return }
    let yellow = shown.reduce(TimeSpan.zero) { $0 + $1.duration }
    let bounds = (TimeSpan(milliseconds: 3000), TimeSpan(milliseconds: isChinese ? 5000 : 6000))
    let advised = isChinese ? nil : yellowNeeded(by: group)
    if yellow < bounds.0 || yellow > bounds.1 {
      return warn(
        "yellow-bounds", place,
        "its yellow of \(yellow.text) is outside \(bounds.0.text) to \(bounds.1.text)",
        mend: advised.map {
          "ITE's equation gives \(min(max($0.span, bounds.0), bounds.1).text) for its fastest approach"
        } ?? "Choose a yellow within the bounds")
    }
    guard let advised, min(advised.span, bounds.1) - yellow > Self.tolerance else { return }
    warn(
      "yellow-short", place,
      """
      its yellow of \(yellow.text) is below the \(advised.span.text) of ITE's y = 1.0 + v/(6.1 + 19.6 G) for \
      \(advised.reason)
      """,
      mend: "Make the yellow \(min(advised.span, bounds.1).text)")
  }

  // MARK: - Red

  /// r = (W + L)/v, less a second in which the crossing traffic starts: for through traffic, whose way across is the
  /// movement's inner length up to the crosswalk of the far side.
  ///
  /// What there is: the intergreen to the crossing group without the colours in it.
  mutating func checkRedClearance(_ a: Movement, crossing b: Movement) {
    guard a.turn == .through, let speed = approachSpeed(of: a),
      a.innerLengthMeters > 0, a.innerLengthMeters < 200
    else { return }
    let width = max(a.innerLengthMeters - Self.farSideMeters, 0)
    let seconds = (width + Self.vehicleMeters) / speed - Self.startUpSeconds
    if seconds <= 0 { return }
    let needed = roundedUp(seconds)
    for ending in a.protectedGroups {
      for starting in b.protectedGroups where controller.conflicts[ending, starting] == .excluded {
        let red = controller.intergreens[ending, starting] - controller.groups[ending].losingDuration
        guard needed - red > Self.tolerance, reportedReds.insert(ending).inserted else { continue }
        warn(
          "red-short", "\(place), \(name(ending))",
          """
          \(red.text) of red lie between its yellow and the green of \(name(starting)); the way across of \
          \(tenths(width)) m from link \(network[a.from].name) takes (W + L)/v = \
          \(tenths(seconds + Self.startUpSeconds)) s at \(speedText(speed)), less 1.0 s in which the crossing \
          traffic starts
          """,
          mend: "Make the red clearance at least \(needed.text)")
      }
    }
  }
}
