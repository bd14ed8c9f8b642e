import TrafficModel

/// What drivers and their vehicles are like; one set serves a whole network.
///
/// Discharge over a stop line follows the acceleration recursion: a vehicle with jam spacing `s` behind one that
/// crossed at speed `v'` crosses at `v = min(√(v'² + 2as), …)`, a headway `τ + 2s/(v + v')` later. Start-up loss
/// and the headway of slow movements come out of it. The two profiles differ in where `τ` comes from.
public struct DriverConstants: Hashable, Sendable {
  /// Front to front of standing vehicles.
  public var carSpacingMeters: Double
  public var carLengthMeters: Double
  public var heavySpacingMeters: Double
  public var heavyLengthMeters: Double
  /// Metres per second squared; mean over drivers.
  public var acceleration: Double
  /// Metres per second squared; braking for a stop line.
  public var deceleration: Double
  /// Seconds that a starting wave needs per vehicle. `nil`: from the saturation headway, so that the headway of a
  /// long queue is exactly that.
  public var reactionSeconds: Double?
  /// Seconds per passenger car at saturation, straight ahead, where a lane gives none (HCM: 1900 pc/h/lane).
  public var saturationHeadwaySeconds: Double
  /// Crossing speeds above this do not shorten the headway further; infinite in the `sumo` profile.
  public var referenceSpeed: Double
  /// Headway factors of protected turns (HCM equivalents E_LT and E_RT).
  public var leftTurnFactor: Double
  public var rightTurnFactor: Double
  /// Passenger cars that a heavy vehicle counts for at a saturated stop line.
  public var heavyEquivalent: Double
  /// From green to the first vehicle's crossing. `nil`: such that the start-up lost time is `startUpLostSeconds`.
  public var startDelaySeconds: Double?
  public var startUpLostSeconds: Double
  /// Part of yellow and red clearance that queues use (HCM's extension of effective green).
  public var greenExtensionSeconds: Double
  /// Speed at which a vehicle that stood at the stop line crosses it.
  public var standingStartSpeed: Double
  /// From an accepted gap to the crossing, after standing.
  public var gapStartDelaySeconds: Double
  /// A driver goes on yellow if braking would need more than `yellowDeceleration` after `yellowReactionSeconds`.
  public var yellowReactionSeconds: Double
  public var yellowDeceleration: Double
  /// Smallest gap accepted when yielding, where a movement gives none.
  public var criticalGapSeconds: Double
  /// Headway of vehicles that use the same gap one behind the other.
  public var followUpSeconds: Double
  /// The same two where drivers stop before they yield, by turn (HCM 6th edition, exhibits 20-11 and 20-12: minor
  /// street of a two-lane major street).
  public var stopCriticalGapSeconds = TurnSeconds(left: 7.1, through: 6.5, right: 6.2)
  public var stopFollowUpSeconds = TurnSeconds(left: 3.5, through: 4.0, right: 3.3)
  /// How long a vehicle stands that stops because a sign or a red lamp asks for it and nobody is in the way.
  public var stopDwellSeconds = 1.0
  /// Speed of U-turns that give none: a radius of 6.5 m at 3 m/s² of lateral acceleration.
  public var uTurnSpeed = 4.4
  public var allWayStop = AllWayStopHeadways()
  /// Standard deviation of the factor by which drivers scale the speed limit, and its bounds.
  public var speedFactorDeviation: Double
  public var speedFactorRange: ClosedRange<Double>
  /// Fastest crossing of a stop line where others go first, whoever comes: drivers slow down to look.
  public var carefulSpeed = Double.infinity
  /// A waiting place is as long as it is, with signs as with lamps, and takes another vehicle as long as its first one
  /// moves; else it holds whole vehicles, and only where lamps permit a movement.
  public var hasMovingWaitingPlaces = false
  /// Seconds between two vehicles that enter the network by one lane, beyond the time for their spacing; they enter at
  /// whole seconds, at rest with nobody's tail outside, and a vehicle's length down the road. `nil`: as soon as there
  /// is room.
  public var insertionSeconds: Double?
  /// Drivers on routes choose the lane that leads on without a change on a link shorter than this for each lane to be
  /// crossed; 0: they look at the next stop line only.
  public var laneLookAheadMeters = 0.0
  /// Parts of the model that a profile goes without; see ``ModelDetails``.
  public var keepsJunctionsClear = true
  public var hasLaneChangeFriction = true
  /// Metres per second that drivers stay below their desired speed (dawdling).
  public var speedShortfall: Double

  /// Values of practice.
  ///
  /// Saturation flow, turn factors, lost time and extension are HCM's (6th edition, chapter 19); the reference speed
  /// says from which crossing speed on a discharging queue has its saturation headway (about the fifth vehicle).
  /// The heavy-vehicle equivalent 1.78 is HCM's f_HV = (100 − 0.78 P)/100 on the level.
  public static let field = DriverConstants(
    carSpacingMeters: 7.5, carLengthMeters: 5, heavySpacingMeters: 14.5, heavyLengthMeters: 12,
    acceleration: 2.0, deceleration: 3.4, reactionSeconds: nil, saturationHeadwaySeconds: 3600.0 / 1900,
    referenceSpeed: 12, leftTurnFactor: 1.05, rightTurnFactor: 1.18, heavyEquivalent: 1.78,
    startDelaySeconds: nil, startUpLostSeconds: 2, greenExtensionSeconds: 2, standingStartSpeed: 1.6,
    gapStartDelaySeconds: 0.3, yellowReactionSeconds: 0.65, yellowDeceleration: 4.5,
    criticalGapSeconds: 4.5, followUpSeconds: 2.5, speedFactorDeviation: 0.1, speedFactorRange: 0.7...1.3,
    speedShortfall: 0)

  /// What reproduces SUMO's default car (Krauss model, σ = 0.5) in lane-by-lane comparisons.
  ///
  /// Fitted on eight networks by SUMO's means over seeds: reaction, critical gap, and the length of the look ahead.
  public static let sumo: DriverConstants = {
    var constants = sumoCar
    constants.carefulSpeed = 7
    constants.hasMovingWaitingPlaces = true
    constants.insertionSeconds = 1
    constants.laneLookAheadMeters = 85
    constants.keepsJunctionsClear = false
    constants.hasLaneChangeFriction = false
    return constants
  }()

  private static let sumoCar = DriverConstants(
    carSpacingMeters: 7.5, carLengthMeters: 5, heavySpacingMeters: 14.5, heavyLengthMeters: 12,
    acceleration: 1.95, deceleration: 4.5, reactionSeconds: 1.25, saturationHeadwaySeconds: 3600.0 / 1900,
    referenceSpeed: .infinity, leftTurnFactor: 1, rightTurnFactor: 1, heavyEquivalent: 1.78,
    startDelaySeconds: 0.6, startUpLostSeconds: 2, greenExtensionSeconds: 2, standingStartSpeed: 1.6,
    gapStartDelaySeconds: 0.3, yellowReactionSeconds: -0.5, yellowDeceleration: 4.5,
    criticalGapSeconds: 5.3, followUpSeconds: 2.5, speedFactorDeviation: 0.1, speedFactorRange: 0.2...2,
    speedShortfall: 0.65)

  /// Identical vehicles that change speed at once and follow with one constant headway: Newell's theory pure, for
  /// tests against closed forms.
  public static let constantHeadway = DriverConstants(
    carSpacingMeters: 7.5, carLengthMeters: 5, heavySpacingMeters: 7.5, heavyLengthMeters: 5,
    acceleration: .infinity, deceleration: .infinity, reactionSeconds: nil, saturationHeadwaySeconds: 2,
    referenceSpeed: .infinity, leftTurnFactor: 1, rightTurnFactor: 1, heavyEquivalent: 1,
    startDelaySeconds: 0, startUpLostSeconds: 0, greenExtensionSeconds: 0, standingStartSpeed: .infinity,
    gapStartDelaySeconds: 0, yellowReactionSeconds: 0, yellowDeceleration: .infinity,
    criticalGapSeconds: 4.5, followUpSeconds: 2, speedFactorDeviation: 0, speedFactorRange: 1...1,
    speedShortfall: 0)
}

extension DriverConstants {
  public init(profile: DriverProfileName) {
    switch profile {
    case .field: self = .field
    case .sumo: self = .sumo
    }
  }
}

/// A time for each turn; U-turns are served as left turns.
public struct TurnSeconds: Hashable, Sendable {
  public var left: Double
  public var through: Double
  public var right: Double

  public init(left: Double, through: Double, right: Double) {
    self.left = left
    self.through = through
    self.right = right
  }

  public subscript(turn: Turn) -> Double {
    switch turn {
    case .left, .uTurn: left
    case .through: through
    case .right: right
    }
  }
}

/// Headways of departures from one approach of an all-way stop.
///
/// HCM 6th edition, chapter 21, single-lane approaches: the saturation headway depends on who else stands at the
/// junction (the degree-of-conflict cases 1 to 5), on the turn and on the vehicle.
public struct AllWayStopHeadways: Hashable, Sendable {
  /// Nobody else; somebody opposite only; on one crossing approach only; on two others; on all three.
  public var baseSeconds = [3.9, 4.7, 5.8, 7.0, 9.6]
  /// Added for the turn.
  public var turnSeconds = TurnSeconds(left: 0.2, through: 0, right: -0.6)
  /// Added for a heavy vehicle.
  public var heavySeconds = 1.7
  /// From a departure until a vehicle starts whose path meets the first one's.
  public var clearanceSeconds = 1.8
  /// From a departure until the next vehicle of the same lane stands at the stop line (HCM: the move-up time).
  public var moveUpSeconds = 2.0

  public init() {}
}
