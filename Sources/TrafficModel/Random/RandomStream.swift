/// What a random stream decides; each purpose has streams of its own, so that adding a detector or a strategy
/// changes no arrival (common random numbers).
public enum RandomPurpose: UInt64, Sendable {
  case arrivalTimes = 1
  case turning = 2
  case driver = 3
  case pedestrianArrivals = 5
  case dwell = 8
  case walking = 9
  case testing = 99
}

/// A reproducible stream of random numbers (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
///
/// All variates are built from integer and correctly rounded operations, so the same seed gives the same bytes
/// on every machine; nothing here calls the platform's mathematics library.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(state: UInt64) { self.state = state }

  /// The stream of one `purpose` at one `place` (a source, a crosswalk, a vehicle) under one study seed.
  public init(seed: UInt64, purpose: RandomPurpose, place: UInt64) {
    var key = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    key = Self.mixed(key ^ (purpose.rawValue &* 0xD1B5_4A32_D192_ED03))
    key = Self.mixed(key ^ (place &* 0x8CB9_2BA7_2F3D_8DD7) &+ 0x2545_F491_4F6C_DD1D)
    self.init(state: key)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  /// A number in `0 ..< 1` with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A waiting time with the given mean; never negative, at most about 37 means.
  public mutating func exponential(mean: Double) -> Double {
    // (0, 1]: the logarithm of zero does not occur.
    let u = Double((next() >> 11) + 1) * 0x1p-53
    return -mean * naturalLogarithm(u)
  }

  /// A standard normal variate (Marsaglia and Bray 1964, polar method).
  public mutating func standardNormal() -> Double {
    // Each try succeeds with probability π/4, so 64 tries fail once in 10⁴² draws; then the mean is given.
    for _ in 0..<64 {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let square = u * u + v * v
      if square > 0 && square < 1 {
        return u * (-2 * naturalLogarithm(square) / square).squareRoot()
      }
    }
    return 0
  }

  /// A number that looks random but depends on `value` alone; different values give different numbers.
  public static func hash(_ value: UInt64) -> UInt64 { mixed(value) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
