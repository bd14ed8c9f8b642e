/// Change and clearance intervals by the kinematic equations of the Institute of Transportation Engineers.
public struct ChangeIntervals: Hashable, Sendable {
  /// Seconds from seeing yellow to braking.
  public var perceptionSeconds = 1.0
  /// Comfortable braking: 10 ft/s².
  public var deceleration = 3.048
  /// 20 ft.
  public var vehicleLengthMeters = 6.096
  /// g, as the equation takes it (32.2 ft/s²).
  public var gravity = 9.81456

  public init() {}

  /// y = t + v/(2a + 2gG), in seconds; uphill grades are positive and shorten it.
  public func yellow(metersPerSecond speed: Double, grade: Double = 0) -> Double {
    perceptionSeconds + speed / (2 * deceleration + 2 * gravity * grade)
  }

  /// r = (W + L)/v, in seconds, for a path of `widthMeters` from the stop line to beyond the last conflict.
  public func redClearance(metersPerSecond speed: Double, widthMeters: Double) -> Double {
    (widthMeters + vehicleLengthMeters) / speed
  }

  /// The nearest half second upwards, within the 3 to 6 s that the MUTCD allows a yellow.
  public func practicalYellow(metersPerSecond speed: Double, grade: Double = 0) -> Double {
    let halves = (yellow(metersPerSecond: speed, grade: grade) * 2).rounded(.up) / 2
    return min(max(halves, 3), 6)
  }
}

/// Least times for people on foot (MUTCD): walk, and clearance at a design speed.
public struct PedestrianIntervals: Hashable, Sendable {
  /// 3.5 ft/s.
  public var clearanceSpeed = 1.0668
  /// 3.0 ft/s, for the second check over walk and clearance together.
  public var wholeSpeed = 0.9144
  public var leastWalkSeconds = 7.0

  public init() {}

  /// Clearance from kerb to kerb, in seconds.
  public func clearance(crossingMeters: Double) -> Double { crossingMeters / clearanceSpeed }

  /// Walk in seconds: the least, or longer where walk and clearance together leave too little for the way from the push
  /// button to the far side at the slower speed.
  public func walk(crossingMeters: Double, buttonToFarSideMeters: Double) -> Double {
    max(leastWalkSeconds, buttonToFarSideMeters / wholeSpeed - clearance(crossingMeters: crossingMeters))
  }
}
