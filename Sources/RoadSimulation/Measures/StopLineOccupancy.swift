import TrafficModel

/// How long a presence zone before each stop line is occupied in green, from the crossings alone.
///
/// A vehicle is over the zone from when its front reaches the zone's upstream end until its rear has crossed the stop
/// line. Vehicles cross one by one, so the zone is empty between one's rear and the next one's front, and these gaps add
/// up; nothing has to be sampled.
struct StopLineOccupancy {
  /// When the rear of the last vehicle leaves the zone.
  private var clear: Int32 = -1_000_000
  /// Empty time in the present green.
  private var empty: Int32 = 0
  /// Occupied share of the last green that ended; negative when none has since the last red.
  private var greenShare: Float = -1

  static let zoneMeters = Float(splitFailureZoneMeters)
  /// Shares from which a zone counts as occupied throughout.
  private static let threshold: Float = 0.8
  private static let redMilliseconds: Float = 5000

  /// A vehicle crosses the stop line at `time`.
  ///
  /// - Parameters:
  ///   - length: of the vehicle, in metres.
  ///   - greenSince: when the lane's green began, since when gaps count; `nil` if it has none.
  mutating func cross(at time: Int32, _ release: Release, length: Float, greenSince: Int32?) {
    let speed = max(release.speed, 1)
    if let greenSince, !release.stood {
      let front = time - Int32(Self.zoneMeters / speed * 1000)
      empty += max(0, front - max(clear, greenSince))
    }
    clear = time + Int32(length / speed * 1000)
  }

  /// The green that began at `start` ends now.
  ///
  /// - Parameter front: when the next vehicle reaches the zone; `Int32.max` if none is near.
  mutating func endGreen(from start: Int32, to end: Int32, front: Int32) {
    let sum = empty + max(0, min(front, end) - max(clear, start))
    empty = 0
    greenShare = end > start ? 1 - Float(sum) / Float(end - start) : -1
  }

  /// The green before a red that begins now, if there was one since the last: whether its end was occupied throughout.
  mutating func endYellow() -> Bool? {
    let green = greenShare
    if green < 0 { return nil }
    greenShare = -1
    return green >= Self.threshold
  }

  /// Whether the beginning of a red is occupied throughout.
  func fills(red: Int32, front: Int32) -> Bool {
    // Who reaches the zone now stays there; until then it may be the last one's rear that occupies it.
    let empty = Float(min(max(0, front == .max ? .max : front - max(red, clear)), 5000))
    return 1 - empty / Self.redMilliseconds >= Self.threshold
  }
}

/// What is kept of a lane for its measures: half a cache line.
struct LaneAccount {
  var occupancy = StopLineOccupancy()
  /// Furthest back of queue in the present cycle, cm.
  var cycleMaximum: Int32 = 0
  /// Greens that have ended, and those of them that were split failures.
  var greens: Int32 = 0
  var splitFailures: Int32 = 0
  /// Its segment at the stop line.
  var segment: Int32 = -1
  /// How much further on the next lane stands a cycle of which ends with the same red; 0 for none.
  var toNextLane: UInt8 = 0
  /// A queue has begun to dissolve on one of its segments in the present cycle.
  var hasDissolved = false
}

extension RoadSimulation {
  /// When the first vehicle of a stop line reaches, or has reached, the presence zone before it.
  private mutating func frontAtZone(_ segment: Int) -> Int32 {
    let head = segments[segment].head
    if head < 0 { return .max }
    if segments[segment].wasHindered && segments[segment].ready <= now { return now }
    return segments[segment].ready
      - Int32(StopLineOccupancy.zoneMeters / max(1, segments[segment].readySpeed) * 1000)
  }

  /// Tells accounts their segment, and those whose cycles the same red ends of each other.
  mutating func joinLaneAccounts() {
    for lane in book.lanes.indices {
      book.lanes[lane].segment = layout.laneSegments[layout.segments(ofLane: lane).lowerBound]
    }
    for movement in lamps.movements.indices where lamps.movements[movement].firstCycleLane >= 0 {
      let positions = layout.lanes(ofMovement: movement).filter { layout.movementLanes[$0].endsCycle }
      let lanes = positions.map { Int(layout.movementLanes[$0].number) }.sorted()
      for (lane, next) in zip(lanes, lanes.dropFirst()) { book.lanes[lane].toNextLane = UInt8(next - lane) }
    }
  }

  /// The green of a movement ends: closes the occupancy of the lanes whose cycles it makes, from `first` on.
  mutating func endGreen(from start: Int32, ofLanesFrom first: Int32) {
    var lane = Int(first)
    while true {
      let front = frontAtZone(Int(book.lanes[lane].segment))
      book.lanes[lane].occupancy.endGreen(from: start, to: now, front: front)
      if book.lanes[lane].toNextLane == 0 { return }
      lane += Int(book.lanes[lane].toNextLane)
    }
  }

  /// A movement turns red: the queues of the lanes whose cycles that ends, from `first` on, have been as long as they get
  /// in this cycle.
  mutating func endCycle(ofLanesFrom first: Int32) {
    var lane = Int(first)
    while true {
      countSplit(ofLane: lane)
      if book.lanes[lane].hasDissolved {
        book.lanes[lane].hasDissolved = false
        for position in layout.segments(ofLane: lane) { settleQueue(Int(layout.laneSegments[position])) }
      }
      if now >= measuredFrom { book.closeCycle(ofLane: lane) } else { book.forgetCycle(ofLane: lane) }
      if book.lanes[lane].toNextLane == 0 { return }
      lane += Int(book.lanes[lane].toNextLane)
    }
  }

  /// A red begins: counts the green before it, and whether it was a split failure.
  private mutating func countSplit(ofLane lane: Int) {
    guard let wasOccupied = book.lanes[lane].occupancy.endYellow() else { return }
    if now < measuredFrom { return }
    book.lanes[lane].greens += 1
    if !wasOccupied { return }
    let front = frontAtZone(Int(book.lanes[lane].segment))
    if book.lanes[lane].occupancy.fills(red: now, front: front) { book.lanes[lane].splitFailures += 1 }
  }

  /// A vehicle crosses a stop line with a signal.
  mutating func noteOccupancy(_ segment: Int, length: Int32, _ release: Release) {
    let lane = Int(segments[segment].lane)
    let movement = Int(layout.cycleMovement[lane])
    if movement < 0 { return }
    book.lanes[lane].occupancy.cross(
      at: release.time, release, length: Float(length) / 100,
      greenSince: lamps.goes(movement) ? lamps.movements[movement].greenStart : nil)
  }
}
