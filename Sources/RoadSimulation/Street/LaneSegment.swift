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
struct LaneSegment {
  // Fixed.
  var kind: SegmentKind
  /// The lane it is part of, by number in the network; −1 for a waiting place.
  var lane: Int32
  var link: Int32
  /// What the first vehicle does at the end; for stop lines it depends on the vehicle and −1 stands here.
  var connector: Int32
  var lengthCentimeters: Int32
  var speedLimit: Float
  /// Time that freed space needs from the end to the start.
  var waveMilliseconds: Int32
  /// From the segment's end to the stop line of its link.
  var distanceToStopLine: Int32
  /// Where the entries of the table `nextSegments` begin, one per lane of the link.
  var firstNext: Int32
  /// The segment before it on the same lane, for gap prediction; −1 for none.
  var feeder: Int32 = -1
  /// Vehicles with a destination in mid-block leave the network at its end.
  var endsInMidblock = false
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

  // Vehicles, front to back.
  var head: Int32 = -1
  var tail: Int32 = -1
  /// Metres taken, as seen from the entry: vehicles, and space that is still on its way back.
  var usedCentimeters: Int32 = 0
  /// Metres taken by the vehicles alone: what a driver sees who chooses a lane. Not kept for queues outside.
  var presentCentimeters: Int32 = 0

  // The first vehicle.
  /// When it reaches the end, given the vehicle that went before.
  var ready: Int32 = 0
  /// Speed at which it would cross then.
  var readySpeed: Float = 0
  /// The same for a driver who keeps exactly to the limit: what the headway of the field profile is made from.
  var readyDischargeSpeed: Float = 0
  var hindrance: Hindrance = .none
  /// It was hindered at least once.
  var wasHindered = false
  /// It did not have to follow the vehicle before.
  var isFree = false
  /// The segment that it has decided to enter; −1 while undecided.
  var target: Int32 = -1
  /// Lane of the link ahead that it has decided for, and what it does at that link's end.
  var targetLane: UInt8 = 0
  var targetConnector: Int32 = -1
  /// When it is looked at next; `Int32.max`: when something wakes it.
  var due: Int32 = .max

  // The vehicle that went last.
  var lastDeparture: Int32 = -1_000_000
  var lastDepartureSpeed: Float = 0
  var lastDischargeSpeed: Float = 0
  /// Slowest desired speed since the platoon began.
  var platoonSpeed: Float = 0
  /// The vehicle that came last: when, from which segment, and how soon one from another side may follow.
  var lastEntry: Int32 = -1_000_000
  var lastEntryFrom: Int32 = -1
  var lastEntryHeadway: Int32 = 0

  // The queue that is dissolving.
  /// Length of the queue that has left since it was released.
  var dissolvedCentimeters: Int32 = 0
  var queueReleased: Int32 = 0

  // Segments whose first vehicle waits for room here, in order; and the list that this one stands in.
  var firstWaiting: Int32 = -1
  var lastWaiting: Int32 = -1
  var nextWaiting: Int32 = -1
  var waitsFor: Int32 = -1
  /// Since when somebody waits.
  var fullSince: Int32 = -1

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

/// What happens at the end of a segment: who governs it, how it is driven, where it leads.
struct Connector {
  /// −1 inside a link and at the edge of the modelled area.
  var movement: Int32 = -1
  /// −1 for vehicles that leave the network here.
  var targetLink: Int32 = -1
  var innerCentimeters: Int32 = 0
  /// Highest speed at the stop line and inside the junction; infinite where nothing limits it.
  var crossingSpeed: Float = .infinity
  /// Reaction times of the discharge recursion.
  var carReaction: Float
  var heavyReaction: Float
  /// Speeds above it do not shorten headways.
  var referenceSpeed: Float
  /// From the end of a hindrance to the crossing of a vehicle that stood.
  var startDelayMilliseconds: Int32
  /// The lane of the target link, by its number in the network, that one comes out on without changing lanes.
  var naturalLane: Int32 = -1
  /// Segment of the waiting place, −1 for none.
  var waitingPlace: Int32 = -1
  /// Yielded-to movements in the table `foes`.
  var firstFoe: Int32 = 0
  var foeCount: Int32 = 0
  var criticalGapMilliseconds: Int32 = 0
  /// Headway of vehicles that use one gap.
  var followUp: Int32 = 0
  var rule: YieldingRule = .gaps
  /// Every vehicle stops at the stop line; or at red only, and may go then.
  var stopsFirst = false
  var turnsOnRed = false
  var crossesPeople = false
  /// Its path crosses that of others.
  var crossesOthers = false
  /// What few connectors need, in the table `junctionRules`; −1 for those that need none of it.
  var junctionRule: Int32 = -1
}

/// What a connector has to know where vehicles stop before they yield, take turns or meet people.
struct JunctionRule {
  /// Headway where every vehicle stops before it goes.
  var stopFollowUp: Int32 = 0
  /// Movements that it meets without yielding to them, behind its foes in the table `foes`.
  var metCount: Int32 = 0
  /// All-way stop: stop lines of the other approaches in the table `rivals`, and what the turn adds to the headway.
  var firstRival: Int32 = 0
  var rivalCount: Int32 = 0
  var turnHeadway: Int32 = 0
  /// Parts of crosswalks on its path in the table `crossedZones`: first those before the junction, then those behind.
  var firstZone: Int32 = 0
  var nearZoneCount: Int32 = 0
  var zoneCount: Int32 = 0
}

/// How a movement without protection finds out whether it may go.
enum YieldingRule: UInt8 {
  /// It waits for gaps in the streams that go first.
  case gaps
  /// All-way stop: who came first goes first.
  case firstCome
  /// Right before left: gaps in what comes from the right; who has stood longest goes before those who stand as well.
  case rightFirst
}

/// The stop line of another approach of an all-way stop.
struct Rival {
  var segment: Int32
  /// 1: the opposite approach, 2 and 4: crossing ones.
  var side: UInt8
}

/// A part of a crosswalk that a path crosses.
struct CrossedZone {
  var crosswalk: Int32
  /// Its edges, in metres from the kerb beside the lanes that lead away from the node.
  var near: Float
  var far: Float
  /// From crossing the stop line until the vehicle gets there, and from there until it has passed.
  var lead: Int32
  var clearance: Int32
}
