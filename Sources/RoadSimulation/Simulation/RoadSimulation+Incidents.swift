import TrafficModel

/// Lanes close and open again; drivers go round.
extension RoadSimulation {
  mutating func startIncidents(_ list: [Incident]) {
    for (index, incident) in list.enumerated() {
      for seconds in [incident.startSeconds, incident.endSeconds] {
        let time = Self.milliseconds(seconds)
        if time >= measuredUntil { continue }
        events.insert(EventKey(milliseconds: time, kind: .incident, entity: Int32(index)))
      }
    }
  }

  private static func milliseconds(_ seconds: Double) -> Int32 { Int32((seconds * 1000).rounded()) }

  /// Works out the state of the lanes of an incident anew: others may concern the same lanes.
  mutating func handleIncident(_ index: Int) {
    let link = incidents[index].link
    for lane in incidents[index].lanes {
      let number = LaneID(lane + Int(firstLaneOfLink[link.index]))
      for position in layout.segments(ofLane: number.index) {
        let segment = Int(layout.laneSegments[position])
        if !segments[segment].hasIncident { continue }
        setCapacity(of: segment, link: link, lane: lane)
      }
    }
    // Whoever waits on this link or before it looks again.
    for segment in segments.indices where segments[segment].hindrance == .room {
      schedule(segment, at: now)
    }
  }

  private mutating func setCapacity(of segment: Int, link: LinkID, lane: Int) {
    let end = Double(shape(segment).distanceToStopLine) / 100
    let start = end + Double(shape(segment).lengthCentimeters) / 100
    var share = 1.0
    for incident in incidents
    where incident.link == link && incident.lanes.contains(lane) && incident.takes(from: start, to: end) {
      let isOn =
        now >= Self.milliseconds(incident.startSeconds) && now < Self.milliseconds(incident.endSeconds)
      if isOn { share = min(share, incident.capacityShare) }
    }
    rare[segment].isClosed = share <= 0
    rare[segment].headwayFactor = share > 0 ? Float(1 / share) : 1
  }

  /// The open segment beside a closed one that is nearest to it; −1 if all are closed.
  mutating func openSegment(beside closed: Int) -> Int32 {
    let first = Int(rare[closed].firstSibling)
    var best: Int32 = -1
    for sibling in first..<first + Int(rare[closed].siblingCount) where !rare[sibling].isClosed {
      if best < 0 || abs(sibling - closed) < abs(Int(best) - closed) { best = Int32(sibling) }
    }
    return best
  }

  /// Whether the first vehicle of `segment`, which may go round a closed lane, still has to let the last one that went
  /// that way get ahead.
  ///
  /// Drivers form one file before a narrowing (the zip): whoever comes from the other lane follows as if both had stood
  /// in one queue, by the same acceleration recursion. So a narrowing passes what one lane does.
  @inline(__always)
  mutating func zips(_ segment: Int, _ connector: Connector, into target: Int) -> Bool {
    isNarrowing(segment, target) && zipsAtNarrowing(segment, connector, into: target)
  }

  private mutating func zipsAtNarrowing(_ segment: Int, _ connector: Connector, into target: Int) -> Bool {
    let last = Int(segments[target].tail)
    if last < 0 || segments[target].lastEntryFrom == Int32(segment) {
      return false
    }
    let vehicle = vehicles[Int(segments[segment].head)]
    let kind = driver.kind(vehicle)
    let spacing = Float(kind.spacing) / 100
    let before = vehicles[last].entrySpeed
    let speed = min(
      driver.freeSpeed(vehicle, limit: shape(segment).speedLimit),
      (before * before + 2 * kind.acceleration * spacing).squareRoot())
    let reaction = driver.reaction(vehicle, connector.drive)
    let speeds = min(speed, connector.referenceSpeed) + min(before, connector.referenceSpeed)
    let earliest = segments[target].lastEntry + Int32((reaction + 2 * spacing / speeds) * 1000 + 0.5)
    if earliest <= segments[segment].ready { return false }
    segments[segment].ready = earliest
    segments[segment].readySpeed = speed
    segments[segment].readyDischargeSpeed = speed
    segments[segment].isFree = false
    if earliest <= now { return false }
    schedule(segment, at: earliest)
    return true
  }

  /// Whether lanes of one link may become fewer between two segments.
  @inline(__always)
  mutating func isNarrowing(_ segment: Int, _ target: Int) -> Bool {
    segments[segment].kind == .section && segments[target].hasIncident
  }
}
