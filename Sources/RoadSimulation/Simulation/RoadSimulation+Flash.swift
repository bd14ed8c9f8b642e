import TrafficModel

/// A junction whose lamps flash: who faces red stops and looks for a gap in everything that meets his path.
extension RoadSimulation {
  /// `now` if the first vehicle before a lamp that flashes red may cross, else the earliest time when that may have
  /// changed.
  ///
  /// Those who have a lamp that flashes yellow go first, with the gap of a stop sign. Those before another red one stop
  /// too: among them it is enough that nobody is inside the junction, so that they go one after the other.
  mutating func flashOpening(_ connector: Connector) -> Int32 {
    var opening = now
    for position in lamps.flashFoes(of: Int(connector.movement)) {
      let foe = lamps.flashFoe(position)
      opening = max(opening, lamps.movements[foe].lastPassage)
      if lamps.movements[foe].state == .stopped || lamps.movements[foe].stopsFirst { continue }
      for lane in layout.lanes(ofMovement: foe) {
        let segment = Int(layout.movementLanes[lane].segment)
        opening = max(opening, firstFreeTime(foe, on: segment, gap: connector.criticalGapMilliseconds))
      }
    }
    return opening
  }
}
