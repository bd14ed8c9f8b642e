/// The letter that practice gives to a control delay (Highway Capacity Manual, 6th edition, exhibits 19-8 and 20-2).
public enum LevelOfService: String, Hashable, Sendable, CaseIterable, Comparable {
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"
  case e = "E"
  case f = "F"

  /// Demand above capacity is F whatever the delay, and so is a delay that is not a number.
  ///
  /// - Parameters:
  ///   - delay: control delay in seconds per vehicle.
  ///   - degreeOfSaturation: demand over capacity (v/c); `nil` if it is not known.
  ///   - control: drivers expect less delay where they yield than at signals, so the thresholds are lower there.
  public init(
    controlDelaySeconds delay: Double, degreeOfSaturation: Double? = nil, control: NodeControl = .signal
  ) {
    let limits: [Double] = control == .signal ? [10, 20, 35, 55, 80] : [10, 15, 25, 35, 50]
    if let degreeOfSaturation, degreeOfSaturation > 1 {
      self = .f
    } else {
      self = Self.allCases[limits.firstIndex { delay <= $0 } ?? limits.count]
    }
  }

  public static func < (a: LevelOfService, b: LevelOfService) -> Bool { a.rawValue < b.rawValue }
}
