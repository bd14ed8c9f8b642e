import TrafficModel

/// How a queue discharges over one stop line: the constants of the acceleration recursion there.
struct Discharge {
  /// Seconds per passenger car after the start-up.
  let headway: Double
  /// Speed at which a vehicle that nothing hinders crosses.
  let crossingSpeed: Double
  let constants: DriverConstants

  private var referenceSpeed: Double { min(crossingSpeed, constants.referenceSpeed) }

  /// The reaction time with which the recursion settles at ``headway``.
  private var carReaction: Double {
    constants.reactionSeconds ?? max(0.3, headway - constants.carSpacingMeters / referenceSpeed)
  }

  private var heavyReaction: Double {
    let spacing = constants.heavySpacingMeters
    if let reaction = constants.reactionSeconds { return reaction }
    return max(0.3, headway * constants.heavyEquivalent - spacing / referenceSpeed)
  }

  var connector: Connector {
    Connector(
      drive: Connector.Drive(
        carReaction: Float(carReaction), heavyReaction: Float(heavyReaction),
        referenceSpeed: Float(constants.referenceSpeed),
        startDelayMilliseconds: Int32((startDelay * 1000).rounded())))
  }

  /// From green to the crossing of the first vehicle that stood.
  ///
  /// In the `field` profile the start-up lost time l₁ and the green extension e are HCM's by construction: a queue
  /// sends N = (G + e − l₁)/h vehicles in a green G on average. With a start delay D, an excess Σ of the first
  /// headways over h, and vehicles crossing until A after the beginning of yellow, N = (G + A − D − Σ)/h + ½.
  private var startDelay: Double {
    if let given = constants.startDelaySeconds { return given }
    let use =
      constants.yellowReactionSeconds + referenceSpeed / (2 * constants.yellowDeceleration)
    let lost = use + headway / 2 - constants.greenExtensionSeconds + constants.startUpLostSeconds
    return max(0.2, lost - startUpExcess)
  }

  /// Σ (hₙ − h) over the vehicles of a queue that starts from standstill.
  private var startUpExcess: Double {
    let spacing = constants.carSpacingMeters
    var before = min(constants.standingStartSpeed, crossingSpeed)
    var excess = 0.0
    // A car reaches 40 m/s within 55 spacings; more terms add nothing.
    for _ in 0..<60 {
      let speed = min(crossingSpeed, (before * before + 2 * constants.acceleration * spacing).squareRoot())
      let sum = min(speed, referenceSpeed) + min(before, referenceSpeed)
      excess += carReaction + 2 * spacing / sum - headway
      before = speed
    }
    return excess
  }
}
