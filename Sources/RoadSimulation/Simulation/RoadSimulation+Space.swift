/// Space that a departed vehicle leaves comes back to the entry of its segment a start wave later.
///
/// Where vehicles pass one by one, the space of one has come back before the next leaves: then its time stands in the
/// segment itself, and what is used beyond the vehicles that are present is its length. Only if a second one follows
/// sooner do both go to the segment's ring. What has come back is taken off at once as long as nobody waits for it. While
/// somebody does, or where an incident makes vehicles wait for each other, it is taken off when it is asked for: what
/// wakes the first who waits is worked out from what has not been taken off.
extension RoadSimulation {
  /// The first vehicle of a segment, no longer counted as present, leaves its space, which is back at `time`.
  @inline(__always)
  mutating func giveBack(_ centimeters: Int32, of segment: Int, at time: Int32) {
    let isAlone =
      !segments[segment].usesRing && segments[segment].returnTime <= now && !segments[segment].isAwaited
      && !segments[segment].hasIncident
    if !isAlone { return giveBackByRing(centimeters, of: segment, at: time) }
    segments[segment].usedCentimeters = segments[segment].present + centimeters
    segments[segment].returnTime = time
  }

  private mutating func giveBackByRing(_ centimeters: Int32, of segment: Int, at time: Int32) {
    if segments[segment].usesRing && !segments[segment].isAwaited && !segments[segment].hasIncident
      && returns.clear(&segments[segment].returns, ifArrivedBy: now)
    {
      segments[segment].usesRing = false
      segments[segment].usedCentimeters = segments[segment].present + centimeters
      segments[segment].returnTime = time
      return
    }
    if segments[segment].returnTime != .min {
      let alone = segments[segment].usedCentimeters - segments[segment].present - centimeters
      moveToRing(segment, alone)
    }
    if segments[segment].returns.isLong { collectFromRing(segment) }
    returns.append(to: &segments[segment].returns, milliseconds: time, centimeters: centimeters)
    segments[segment].usesRing = true
  }

  /// Takes off what has come back by now. What has not stands in the ring afterwards.
  mutating func collectReturns(_ segment: Int) {
    if segments[segment].usesRing { return collectFromRing(segment) }
    if segments[segment].returnTime > now {
      moveToRing(segment, segments[segment].usedCentimeters - segments[segment].present)
    } else if segments[segment].returnTime != .min {
      segments[segment].usedCentimeters = segments[segment].present
      segments[segment].returnTime = .min
    }
  }

  private mutating func collectFromRing(_ segment: Int) {
    segments[segment].usedCentimeters -= returns.collect(from: &segments[segment].returns, by: now)
    segments[segment].usesRing = !segments[segment].returns.isEmpty
  }

  private mutating func moveToRing(_ segment: Int, _ centimeters: Int32) {
    returns.append(
      to: &segments[segment].returns, milliseconds: segments[segment].returnTime, centimeters: centimeters)
    segments[segment].returnTime = .min
    segments[segment].usesRing = true
  }

  /// When at least `centimeters` more will have come back since the last collecting, `nil` if that much will not.
  mutating func timeOfReturn(_ segment: Int, ofAtLeast centimeters: Int32) -> Int32? {
    returns.arrival(segments[segment].returns, ofAtLeast: centimeters)
  }

  /// Space freed so recently that a vehicle `distance` cm from the segment's end cannot know of it at `time`.
  func unknownSpace(_ segment: Int, distance: Int32, at time: Int32) -> Int32 {
    let shape = shape(segment)
    if shape.lengthCentimeters == 0 { return 0 }
    // Space reaches the upstream end at its time, and a place at `distance` that much earlier.
    let lead = Int32(
      Int64(shape.lengthCentimeters - min(distance, shape.lengthCentimeters)) * Int64(shape.waveMilliseconds)
        / Int64(shape.lengthCentimeters))
    if segments[segment].usesRing {
      return returns.sum(segments[segment].returns, arrivingAfter: time + lead)
    }
    return segments[segment].returnTime > time + lead
      ? segments[segment].usedCentimeters - segments[segment].present : 0
  }
}
