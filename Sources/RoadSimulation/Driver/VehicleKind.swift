import TrafficModel

/// What a vehicle class means on the road, in the units of the hot path.
struct VehicleKind: Sendable {
  /// Front to front of standing vehicles, cm.
  var spacing: Int32
  var length: Int32
  var acceleration: Float
  var deceleration: Float
  /// Reaction time as a multiple of the passenger car's; the profile's heavy vehicle has its own.
  var headwayFactor: Float = 1
  /// Infinite where only limits bound it.
  var maximumSpeed: Float = .infinity
  /// What the vehicle counts for in the time of a start wave, as centimetres of passenger cars.
  var waveLength: Int32
  /// An all-way stop gives it the addition for heavy vehicles.
  var isHeavy = false

  /// The profile's passenger car and heavy vehicle, then the scenario's own classes.
  static func all(_ constants: DriverConstants, _ classes: [VehicleClass]) -> ContiguousArray<VehicleKind> {
    func kind(spacing: Double, length: Double, isHeavy: Bool) -> VehicleKind {
      VehicleKind(
        spacing: centimeters(spacing), length: centimeters(length),
        acceleration: Float(constants.acceleration),
        deceleration: Float(constants.deceleration), waveLength: centimeters(spacing), isHeavy: isHeavy)
    }
    let profile = [
      kind(spacing: constants.carSpacingMeters, length: constants.carLengthMeters, isHeavy: false),
      kind(spacing: constants.heavySpacingMeters, length: constants.heavyLengthMeters, isHeavy: true),
    ]
    let own = classes.map { kind in
      VehicleKind(
        spacing: centimeters(kind.lengthMeters + kind.minimumGapMeters),
        length: centimeters(kind.lengthMeters),
        acceleration: Float(kind.acceleration ?? constants.acceleration),
        deceleration: Float(kind.deceleration ?? constants.deceleration),
        headwayFactor: Float(kind.headwayFactor),
        maximumSpeed: kind.maximumSpeedMetersPerSecond.map { Float($0) } ?? .infinity,
        waveLength: centimeters(constants.carSpacingMeters * kind.headwayFactor), isHeavy: kind.isHeavy)
    }
    return ContiguousArray(profile + own)
  }

  /// Time over `centimeters` when starting at `start` and accelerating to `end`, m/s, in ms.
  func travelTime(_ centimeters: Int32, from start: Float, to end: Float) -> Int32 {
    if start >= end { return Int32(Float(centimeters) * 10 / end + 0.5) }
    let length = Float(centimeters) / 100
    let ramp = (end * end - start * start) / (2 * acceleration)
    let seconds: Float
    if ramp >= length {
      seconds = ((start * start + 2 * acceleration * length).squareRoot() - start) / acceleration
    } else {
      seconds = (end - start) / acceleration + (length - ramp) / end
    }
    return Int32(seconds * 1000 + 0.5)
  }

  /// Speed at the end of that stretch.
  func endSpeed(_ centimeters: Int32, from start: Float, to end: Float) -> Float {
    if start >= end { return end }
    return min(end, (start * start + 2 * acceleration * Float(centimeters) / 100).squareRoot())
  }

  private static func centimeters(_ meters: Double) -> Int32 { Int32((meters * 100).rounded()) }
}
