import TrafficModel

/// Driver constants in the units of the hot path.
struct Driver: Sendable {
  let carSpacing: Int32
  /// The longest vehicle there may be, and its place in a queue.
  let greatestLength: Int32
  let greatestSpacing: Int32
  /// By vehicle class: the profile's passenger car and heavy vehicle, then the scenario's own.
  let kinds: ContiguousArray<VehicleKind>
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
  let carefulSpeed: Float
  let hasMovingWaitingPlaces: Bool
  /// −1: vehicles enter as soon as there is room.
  let insertionHeadway: Int32

  init(_ constants: DriverConstants, classes: [VehicleClass] = []) {
    carSpacing = Int32((constants.carSpacingMeters * 100).rounded())
    kinds = VehicleKind.all(constants, classes)
    greatestLength = kinds.reduce(0) { max($0, $1.length) }
    greatestSpacing = kinds.reduce(0) { max($0, $1.spacing) }
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
    carefulSpeed = Float(constants.carefulSpeed)
    hasMovingWaitingPlaces = constants.hasMovingWaitingPlaces
    insertionHeadway = constants.insertionSeconds.map(milliseconds) ?? -1
  }

  @inline(__always)
  func kind(_ vehicle: Vehicle) -> VehicleKind { kinds[Int(vehicle.kind)] }

  @inline(__always)
  func spacing(_ vehicle: Vehicle) -> Int32 { kinds[Int(vehicle.kind)].spacing }

  @inline(__always)
  func length(_ vehicle: Vehicle) -> Int32 { kinds[Int(vehicle.kind)].length }

  /// The reaction time of the discharge recursion over one stop line.
  @inline(__always)
  func reaction(_ vehicle: Vehicle, _ drive: Connector.Drive) -> Float {
    if vehicle.kind == 0 { return drive.carReaction }
    if vehicle.kind == 1 { return drive.heavyReaction }
    return drive.carReaction * kinds[Int(vehicle.kind)].headwayFactor
  }

  /// The speed that a driver wants under a limit; at least walking pace.
  @inline(__always)
  func freeSpeed(_ vehicle: Vehicle, limit: Float) -> Float {
    max(1, min(limit * vehicle.speedFactor - speedShortfall, kinds[Int(vehicle.kind)].maximumSpeed))
  }

  /// Time over `centimeters` when starting at `from` and accelerating to `to`, in ms.
  func travelTime(_ centimeters: Int32, from: Float, to: Float, _ vehicle: Vehicle) -> Int32 {
    kinds[Int(vehicle.kind)].travelTime(centimeters, from: from, to: to)
  }
}
