import TrafficModel

/// Driver constants in the units of the hot path.
struct Driver: Sendable {
  let carSpacing: Int32
  let heavySpacing: Int32
  let carLength: Int32
  let heavyLength: Int32
  let acceleration: Float
  let deceleration: Float
  let standingStartSpeed: Float
  let gapStartDelay: Int32
  let yellowReaction: Float
  let yellowDeceleration: Float
  let stopDwell: Int32
  /// All-way stop: headways by degree of conflict, a heavy vehicle's addition, and the times around a departure.
  let allWayHeadways: (Int32, Int32, Int32, Int32, Int32)
  let allWayHeavy: Int32
  let allWayClearance: Int32
  let moveUp: Int32
  /// Whether headways are made to meet a saturation flow (field) or follow from a reaction time (sumo). The same
  /// decides whether vehicles that use one gap follow each other at `followUp` or by the recursion.
  let hasSaturationHeadway: Bool
  let speedShortfall: Float

  init(_ constants: DriverConstants) {
    carSpacing = Int32((constants.carSpacingMeters * 100).rounded())
    heavySpacing = Int32((constants.heavySpacingMeters * 100).rounded())
    carLength = Int32((constants.carLengthMeters * 100).rounded())
    heavyLength = Int32((constants.heavyLengthMeters * 100).rounded())
    acceleration = Float(constants.acceleration)
    deceleration = Float(constants.deceleration)
    standingStartSpeed = Float(constants.standingStartSpeed)
    gapStartDelay = Int32((constants.gapStartDelaySeconds * 1000).rounded())
    yellowReaction = Float(constants.yellowReactionSeconds)
    yellowDeceleration = Float(constants.yellowDeceleration)
    func milliseconds(_ seconds: Double) -> Int32 { Int32((seconds * 1000).rounded()) }
    stopDwell = milliseconds(constants.stopDwellSeconds)
    let headways = constants.allWayStop.baseSeconds.map(milliseconds) + [0, 0, 0, 0, 0]
    allWayHeadways = (headways[0], headways[1], headways[2], headways[3], headways[4])
    allWayHeavy = milliseconds(constants.allWayStop.heavySeconds)
    allWayClearance = milliseconds(constants.allWayStop.clearanceSeconds)
    moveUp = milliseconds(constants.allWayStop.moveUpSeconds)
    hasSaturationHeadway = constants.reactionSeconds == nil
    speedShortfall = Float(constants.speedShortfall)
  }

  func spacing(_ vehicle: Vehicle) -> Int32 { vehicle.isHeavy ? heavySpacing : carSpacing }

  func length(_ vehicle: Vehicle) -> Int32 { vehicle.isHeavy ? heavyLength : carLength }

  /// The speed that a driver wants under a limit; at least walking pace.
  func freeSpeed(_ vehicle: Vehicle, limit: Float) -> Float {
    max(1, limit * vehicle.speedFactor - speedShortfall)
  }

  /// Time over `centimeters` when starting at `from` and accelerating to `to`, in ms.
  func travelTime(_ centimeters: Int32, from: Float, to: Float) -> Int32 {
    if from >= to { return Int32(Float(centimeters) * 10 / to + 0.5) }
    let length = Float(centimeters) / 100
    let start = from
    let ramp = (to * to - start * start) / (2 * acceleration)
    let seconds: Float
    if ramp >= length {
      seconds = ((start * start + 2 * acceleration * length).squareRoot() - start) / acceleration
    } else {
      seconds = (to - start) / acceleration + (length - ramp) / to
    }
    return Int32(seconds * 1000 + 0.5)
  }

  /// Speed at the end of that stretch.
  func endSpeed(_ centimeters: Int32, from: Float, to: Float) -> Float {
    if from >= to { return to }
    let start = from
    return min(to, (start * start + 2 * acceleration * Float(centimeters) / 100).squareRoot())
  }
}
