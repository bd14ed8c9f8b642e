import TrafficModel

/// Locks: rings of segments in each of which the first vehicle waits for room in the next.
///
/// Drivers prevent what they can: nobody enters a junction while the lane behind it is full, and who crosses others does
/// not while that lane stands and has no room for the whole vehicle. That keeps the middle of junctions free but cannot
/// keep queues round a block from closing to a ring. Real drivers then squeeze out of it, by a rule here: once a ring has
/// stood for a minute, the driver of it who has stood longest before a lamp that lets him go drives on into the full
/// lane, the tail hanging back over its beginning. The room that he leaves goes round the ring, and whoever wants to
/// leave it gets his turn. Each such help is counted, nobody vanishes, and a ring that closes again waits again.
extension RoadSimulation {
  /// How long drivers of a ring are patient: longer than any start wave takes to come round, shorter than two cycles.
  private static var patience: Int32 { 60_000 }

  /// Counts the locks that were not there a minute ago, and moves each on by one vehicle. - Complexity: O(segments / 64 + segments that wait)
  mutating func findLocks() {
    var found: ContiguousArray<Int32> = []
    // By segment: the walk that came by.
    var walks: ContiguousArray<Int32> = []
    for start in waitingSegments() where hasWaitedLong(start) {
      if walks.isEmpty { walks = ContiguousArray(repeating: -1, count: segments.count) }
      var segment = start
      while segment >= 0 && walks[segment] < 0 && hasWaitedLong(segment) {
        walks[segment] = Int32(start)
        segment = Int(segments[segment].waitsFor)
      }
      // Back on its own track: a ring. On another's: that one has been followed.
      if segment < 0 || walks[segment] != Int32(start) || !hasWaitedLong(segment) { continue }
      var smallest = segment
      var next = Int(segments[segment].waitsFor)
      while next != segment {
        smallest = min(smallest, next)
        next = Int(segments[next].waitsFor)
      }
      found.append(Int32(smallest))
      if !knownLocks.contains(Int32(smallest)) {
        book.measures.network.locks += 1
        log.append(now, .locked, UInt32(segments[smallest].link))
      }
    }
    knownLocks = found
    if details.squeezesOutOfLocks {
      for segment in found { squeeze(ring: Int(segment)) }
    }
  }

  /// In ascending order.
  private func waitingSegments() -> ContiguousArray<Int> {
    var found: ContiguousArray<Int> = []
    for word in waiting.indices where waiting[word] != 0 {
      var left = waiting[word]
      while left != 0 {
        found.append(word << 6 + left.trailingZeroBitCount)
        left &= left &- 1
      }
    }
    return found
  }

  /// Its first vehicle has stood for room that was not there for as long as drivers are patient.
  private mutating func hasWaitedLong(_ segment: Int) -> Bool {
    let target = Int(segments[segment].waitsFor)
    if target < 0 || segments[segment].hindrance != .room { return false }
    return rare[target].fullSince >= 0 && rare[target].fullSince <= now - Self.patience
      && segments[segment].ready <= now - Self.patience
  }

  /// Lets one vehicle of a ring into the full segment ahead.
  ///
  /// Waiting places inside junctions take nobody in excess: who stands there bars the way of others.
  private mutating func squeeze(ring: Int) {
    var members: [Int] = []
    var next = ring
    repeat {
      let target = Int(segments[next].waitsFor)
      if segments[target].kind != .waitingPlace && seesGreen(next) { members.append(next) }
      next = target
    } while next != ring
    members.sort { (segments[$0].ready, $0) < (segments[$1].ready, $1) }
    for segment in members {
      let head = segments[segment].head
      squeezing = Int32(segment)
      segments[segment].due = now
      handleLaneHead(segment)
      squeezing = -1
      if segments[segment].head == head { continue }
      book.measures.network.locksResolved += 1
      log.append(now, .squeezed, UInt32(segments[segment].link))
      return
    }
  }

  private mutating func seesGreen(_ segment: Int) -> Bool {
    let connector = layout.connectors[connectorOfHead(segment)]
    if connector.movement >= 0 { settleLamps(Int(connector.movement)) }
    return segments[segment].kind != .stopLine || connector.movement < 0
      || lamps.goes(Int(connector.movement))
  }
}
