import TrafficModel

/// What a change of lane costs where lanes are full.
///
/// A vehicle comes out of a junction on its natural lane. Without a queue it changes to the lane it needs on the way, and
/// nobody notices. With a queue in that lane the stretch that is left for looking is shorter the longer the queue, until
/// the vehicle has to get into the queue from beside it: it slows down before it finds its place, those behind it in the
/// lane it leaves slow with it, and as it moves in from beside at low speed it leaves a void ahead of it in the lane it
/// enters (J. A. Laval and C. F. Daganzo, Transportation Research B 40, 2006, 251–264: a change costs up to about one
/// vehicle's place). So a change costs nothing where no queue is, or where the stretch before it is as long as a change
/// takes; and up to one headway for each lane crossed, in both lanes, where there is none.
extension RoadSimulation {
  /// Free road that a driver needs per lane to find a gap beside him and change: about ten seconds at 10 m/s.
  private static var stretchCentimeters: Int32 { 10_000 }
  /// What a change without any free stretch costs, per lane: one place in a queue.
  private static var fullCost: Int32 { 2000 }

  /// The time that the first vehicle of `segment` loses by changing lanes behind a junction, in both lanes.
  ///
  /// `target` is the segment that it enters; its natural lane is where its connector leads.
  mutating func changeLoss(_ segment: Int, _ connector: Connector, _ target: Int) -> Int32 {
    if !details.hasLaneChangeFriction || connector.naturalLane < 0 { return 0 }
    if segments[target].kind == .waitingPlace { return 0 }
    let lane = segments[target].lane
    let natural = connector.naturalLane
    let lanes = max(0, max(natural - lane, lane - natural - Int32(connector.naturalSpan)))
    if lanes == 0 { return 0 }
    let hasQueue = segments[target].hindrance != .none || segments[target].dissolved > 0
    if !hasQueue { return 0 }
    let length = shape(target).lengthCentimeters
    let free = max(0, length - segments[target].present)
    let needed = min(lanes * Self.stretchCentimeters, length)
    if free >= needed { return 0 }
    return Int32(Int64(lanes * Self.fullCost) * Int64(needed - free) / Int64(needed))
  }

  /// Whether the lane that the first vehicle has decided for should be thought over: its end is full, and drivers look
  /// beside them.
  mutating func reconsiders(_ segment: Int) -> Bool {
    details.choosesAgainAtQueueEnd && segments[segment].hindrance == .room
      && segments[segment].kind == .stopLine
  }

  /// When a driver who waits for room looks beside him again.
  static var lookBeside: Int32 { 5000 }
}
