/// What a lane segment is, and so what its first vehicle has to do at its end.
enum SegmentKind: UInt8 {
  /// The queue outside of a source, without length.
  case outside
  /// A part of a lane that another part of the same link follows.
  case section
  /// The part of a lane that ends at the stop line, or at the edge of the modelled area.
  case stopLine
  /// The waiting place inside a junction.
  case waitingPlace
}

/// Why the first vehicle of a segment does not go.
enum Hindrance: UInt8 {
  case none
  case signal
  case room
  case gap
}

/// A stretch of one lane between two places where vehicles are decided upon: a first-in-first-out queue with finite
/// storage whose freed space travels back at the wave speed.
///
/// 128 bytes hold what vehicles need; ``RareSegmentData`` holds the rest. In a large network the time of a run is the
/// time that these bytes take to come from memory, so they stand in order: what is asked of the lane ahead is in the
/// first cache line, what only the lane's own first vehicle needs in the second.
struct LaneSegment {
  // MARK: Looked at when a vehicle comes to a new link
  /// The lane it is part of, by number in the network; −1 for a waiting place.
  var lane: Int32
  /// From the segment's end to the stop line of its link.
  var distanceToStopLine: Int32
  /// Where the entries of the table `nextSegments` begin, one per lane of the link.
  var firstNext: Int32
  var link: Int32

  // MARK: Looked at with every vehicle that comes, and first with every one that goes
  var kind: SegmentKind
  /// Vehicles with a destination in mid-block leave the network at its end.
  var endsInMidblock = false
  var hasBusStop = false
  var hasCordons = false
  /// An incident may close it or slow it down.
  var hasIncident = false
  /// A section at whose end nobody decides about anything but room; see `RoadSimulation+SectionEnd`.
  var isPlain = false
  /// Why the first vehicle does not go.
  var hindrance: Hindrance = .none
  /// It was hindered at least once.
  var wasHindered = false
  /// It did not have to follow the vehicle before.
  var isFree = false
  /// Lane of the link ahead that it has decided for.
  var targetLane: UInt8 = 0
  /// Vehicles, front to back.
  var head: Int32 = -1
  var tail: Int32 = -1
  /// When the first vehicle is looked at next; `Int32.max`: when something wakes it.
  var due: Int32 = .max
  /// When it reaches the end, given the vehicle that went before.
  var ready: Int32 = 0
  /// What it does at the end; for stop lines it depends on the vehicle and −1 stands here.
  var connector: Int32
  var lengthCentimeters: Int32
  var speedLimit: Float
  /// Time that freed space needs from the end to the start.
  var waveMilliseconds: Int32
  /// Metres taken, as seen from the entry: vehicles, and space that is still on its way back.
  var usedCentimeters: Int32 = 0
  /// The first of the segments whose first vehicle waits for room here.
  var firstWaiting: Int32 = -1
  /// The vehicle that came last: when, from which segment, and how soon one from another side may follow.
  var lastEntry: Int32 = -1_000_000
  var lastEntryFrom: Int32 = -1
  var lastEntryHeadway: Int32 = 0

  // MARK: Looked at when a vehicle goes
  /// The segment in whose list of waiting ones this stands.
  var waitsFor: Int32 = -1
  /// Space on its way back.
  var returns = SpaceReturns.Ring()
  /// Speed at which the first vehicle would cross when it is ready.
  var readySpeed: Float = 0
  /// The same for a driver who keeps exactly to the limit: what the headway of the field profile is made from.
  var readyDischargeSpeed: Float = 0
  /// The segment that it has decided to enter; −1 while undecided.
  var target: Int32 = -1
  /// What it does at the end of the link ahead.
  var targetConnector: Int32 = -1
  /// The vehicle that went last.
  var lastDeparture: Int32 = -1_000_000
  var lastDepartureSpeed: Float = 0
  var lastDischargeSpeed: Float = 0
  /// Slowest desired speed since the platoon began.
  var platoonSpeed: Float = 0

  init(
    kind: SegmentKind, lane: Int32, link: Int32, connector: Int32, lengthCentimeters: Int32,
    speedLimit: Float,
    waveMilliseconds: Int32, distanceToStopLine: Int32, firstNext: Int32
  ) {
    self.kind = kind
    self.lane = lane
    self.link = link
    self.connector = connector
    self.lengthCentimeters = lengthCentimeters
    self.speedLimit = speedLimit
    self.waveMilliseconds = waveMilliseconds
    self.distanceToStopLine = distanceToStopLine
    self.firstNext = firstNext
    platoonSpeed = speedLimit
  }
}

/// How full a segment is, beside those of the same link: what is asked of all lanes at once.
struct SegmentFill {
  /// Centimetres taken by the vehicles alone: what a driver sees who chooses a lane. Not kept for queues outside.
  var present: Int32 = 0
  /// Length of the queue that has left since it was released.
  var dissolved: Int32 = 0
  /// When it was released.
  var queueReleased: Int32 = 0
  /// When the lane's accounts have to be looked at, because its lamps have changed by then of themselves.
  var lampsDue = Int32.max
}

/// What few events need of a segment.
struct RareSegmentData {
  /// The segment before it on the same lane, for gap prediction; −1 for none.
  var feeder: Int32 = -1
  /// The bus stop at its end, −1 for none.
  var busStop: Int32 = -1
  /// The segments beside it, itself included, where an incident may close some.
  var firstSibling: Int32 = -1
  var siblingCount: Int32 = 0
  /// Nobody may enter it for the time being.
  var isClosed = false
  /// Headways at its end are this much longer for the time being.
  var headwayFactor: Float = 1
  /// The first of its cordons in the table of cordons, and how many.
  var firstCordon: Int32 = 0
  var cordonCount: Int32 = 0
  /// The list of segments whose first vehicle waits for room here, and the place of this one in such a list.
  var lastWaiting: Int32 = -1
  var nextWaiting: Int32 = -1
  /// Since when somebody waits.
  var fullSince: Int32 = -1
}
