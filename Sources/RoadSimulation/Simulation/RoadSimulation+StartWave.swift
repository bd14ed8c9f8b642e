/// Start waves through vehicles of several classes.
///
/// A start wave passes a vehicle in that driver's reaction time, whatever the vehicle's length. Among the profile's own
/// vehicles one speed serves well, and a segment's time is a constant; with classes of other lengths and reactions the
/// time is that of the vehicles that stand on the segment.
extension RoadSimulation {
  /// Time that space which the first vehicle frees now needs to come back to the segment's entry.
  @inline(__always)
  mutating func startWave(_ segment: Int) -> Int32 {
    if !details.hasStartWave { return 0 }
    let usual = shape(segment).waveMilliseconds
    let present = segments[segment].present
    if waveLengths.isEmpty || present <= 0 { return usual }
    return Int32(Int64(usual) * Int64(waveLengths[segment]) / Int64(present))
  }

  /// Keeps account of the vehicles of a segment, where the scenario has classes of its own.
  @inline(__always)
  mutating func noteWaveLength(_ segment: Int, _ kind: VehicleKind, sign: Int32) {
    if waveLengths.isEmpty { return }
    waveLengths[segment] += sign * kind.waveLength
  }
}
