import TrafficModel

/// The figures of one lane group (HCM chapter 19).
public struct LaneGroupAnalysis: Hashable, Sendable {
  public var link: LinkID
  /// Indices into the lanes of ``link``, ascending from the kerb.
  public var lanes: [Int]
  public var movements: [MovementID]
  /// v, in vehicles per hour.
  public var volume: Double
  /// s, in vehicles per hour of green, all lanes together, were every turn protected.
  public var saturationFlow: Double
  public var cycleSeconds: Double
  /// g: seconds of the cycle in which any of it can be discharged.
  public var effectiveGreenSeconds: Double
  /// c, in vehicles per hour, all lanes together.
  public var capacity: Double
  /// X = v/c; infinite where there is demand without capacity.
  public var degreeOfSaturation: Double
  public var progressionFactor: Double
  /// d₁ before the progression factor, in seconds per vehicle.
  public var uniformDelay: Double
  /// d₂, in seconds per vehicle.
  public var incrementalDelay: Double
  /// d₃, in seconds per vehicle: 0 unless somebody waited when the period began.
  public var initialQueueDelay = 0.0
  public var details = LaneGroupDetails()

  /// d = PF·d₁ + d₂ + d₃, in seconds per vehicle; infinite without capacity.
  public var controlDelay: Double { progressionFactor * uniformDelay + incrementalDelay + initialQueueDelay }

  public var levelOfService: LevelOfService {
    LevelOfService(controlDelaySeconds: controlDelay, degreeOfSaturation: degreeOfSaturation)
  }
}
