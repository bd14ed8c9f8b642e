import TrafficModel

/// Locks: rings of segments in each of which the first vehicle waits for room in the next.
///
/// A driver does not enter a junction while the lane behind it is full (his own tail may hang back over the edge, so
/// that short lanes take a vehicle at all). That keeps the middle of junctions free for crossing traffic but cannot keep
/// queues round a block from closing to a ring. Real drivers get out of that by turning off; the road has no such
/// remedy: a lock stays, is counted, and the run says so.
extension RoadSimulation {
  /// Counts the locks that were not there a minute ago. - Complexity: O(segments)
  mutating func findLocks() {
    var found: ContiguousArray<Int32> = []
    // By segment: the walk that came by.
    var walks: ContiguousArray<Int32> = []
    for start in segments.indices where hasWaitedLong(start) {
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
  }

  /// Its first vehicle has stood for room that was not there for two minutes.
  private mutating func hasWaitedLong(_ segment: Int) -> Bool {
    let target = Int(segments[segment].waitsFor)
    if target < 0 || segments[segment].hindrance != .room { return false }
    return rare[target].fullSince >= 0 && rare[target].fullSince <= now - 120_000
  }
}
