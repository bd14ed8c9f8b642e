import TrafficModel

/// The control delay formulas of the Highway Capacity Manual, 6th edition, chapter 19.
///
/// All times are seconds, flows vehicles per hour. A degree of saturation is demand over capacity.
public enum ControlDelay {
  /// d₁: delay with arrivals spread evenly over the cycle, in seconds per vehicle (HCM equation 19-20 with PF = 1).
  ///
  /// Above saturation it is that of saturation; the growing queue belongs to ``incremental``.
  public static func uniform(
    cycleSeconds: Double, greenSeconds: Double, degreeOfSaturation: Double
  ) -> Double {
    let ratio = greenSeconds / cycleSeconds
    let red = 1 - ratio
    if red <= 0 { return 0 }
    return 0.5 * cycleSeconds * red * red / (1 - min(1, degreeOfSaturation) * ratio)
  }

  /// PF: what the uniform delay is multiplied by when the share `arrivalsOnGreen` of the vehicles arrives on green
  /// instead of the green ratio (HCM equation 19-21); 1 when both are equal.
  public static func progressionFactor(
    arrivalsOnGreen share: Double, cycleSeconds: Double, greenSeconds: Double, degreeOfSaturation: Double
  ) -> Double {
    let ratio = greenSeconds / cycleSeconds
    // Always green or never green: there is no moment of arrival that would help or harm.
    if ratio <= 0 || ratio >= 1 { return 1 }
    let saturation = min(1, degreeOfSaturation)
    let flowRatio = saturation * ratio
    // The manual's form holds until everybody passes without a queue of its own.
    let onGreen = min(max(share, 0), 1)
    let onRed = (1 - onGreen) / (1 - ratio)
    let queueing = (1 - flowRatio) / max(1 - saturation * onGreen, 1e-9)
    let clearing = 1 + flowRatio * (1 - onGreen / ratio) / (1 - ratio)
    return max(0, onRed * queueing * clearing)
  }

  /// d₂: delay from the randomness of arrivals and from demand above capacity, in seconds per vehicle (HCM
  /// equation 19-26).
  ///
  /// - Parameters:
  ///   - hours: T, the length of the period in which the demand holds.
  ///   - incrementalDelayFactor: k; 0.5 for pretimed control, see ``actuatedIncrementalDelayFactor``.
  ///   - upstreamFilteringFactor: I; 1 for an isolated junction.
  public static func incremental(
    degreeOfSaturation: Double, capacityVehiclesPerHour: Double, hours: Double,
    incrementalDelayFactor: Double = 0.5, upstreamFilteringFactor: Double = 1
  ) -> Double {
    let excess = degreeOfSaturation - 1
    let randomness =
      8 * incrementalDelayFactor * upstreamFilteringFactor * degreeOfSaturation
      / (capacityVehiclesPerHour * hours)
    return 900 * hours * (excess + (excess * excess + randomness).squareRoot())
  }

  /// d₃: delay of all vehicles of the period because `initialQueue` vehicles waited when it began, in seconds per
  /// vehicle (HCM, 6th edition, the third term of control delay).
  ///
  /// 3600/(vT) · (t_A (Q_b + Q_e − Q_eo)/2 + (Q_e² − Q_eo²)/(2c) − Q_b²/(2c)) with Q_e = Q_b + t_A(v − c): below
  /// capacity t_A is the time until the queue has gone, at most T, and Q_eo = 0; above, t_A = T and Q_eo = T(v − c).
  /// - Parameters:
  ///   - vehiclesPerHour: v.
  ///   - capacityVehiclesPerHour: c.
  ///   - hours: T.
  public static func initialQueue(
    vehicles initial: Double, vehiclesPerHour volume: Double, capacityVehiclesPerHour capacity: Double,
    hours: Double
  ) -> Double {
    if initial <= 0 || volume <= 0 || capacity <= 0 { return 0 }
    let adjusted = volume < capacity ? min(hours, initial / (capacity - volume)) : hours
    let end = initial + adjusted * (volume - capacity)
    let alone = volume < capacity ? 0 : hours * (volume - capacity)
    let waiting =
      adjusted * (initial + end - alone) / 2 + (end * end - alone * alone) / (2 * capacity)
      - initial * initial / (2 * capacity)
    return max(0, 3600 / (volume * hours) * waiting)
  }

  /// k of an actuated phase with the passage time `passageSeconds` (HCM equations 19-22 to 19-24).
  public static func actuatedIncrementalDelayFactor(
    passageSeconds: Double, degreeOfSaturation: Double
  ) -> Double {
    let p = passageSeconds
    let least = max(0.04, -0.375 + 0.354 * p - 0.0910 * p * p + 0.00889 * p * p * p)
    return min(0.5, max(least, (1 - 2 * least) * (degreeOfSaturation - 0.5) + least))
  }

  /// I of a junction whose upstream neighbours run at the flow-weighted degree of saturation `upstream` (HCM
  /// equation 19-6).
  public static func upstreamFilteringFactor(upstreamDegreeOfSaturation upstream: Double) -> Double {
    max(0.09, 1 - 0.91 * power(min(max(upstream, 0), 1), 2.68))
  }
}
