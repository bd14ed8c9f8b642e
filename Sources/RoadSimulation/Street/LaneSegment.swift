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
/// 128 bytes hold what changes with vehicles. In a large network the time of a run is the time that these bytes take to
/// come from memory, so they stand in order: the first cache line is all that a vehicle needs that passes a segment
/// without meeting others, and marks there tell whether there is anything to look at in the second. What never changes
/// stands in a ``SegmentShape``, which many segments share; what few events need in ``RareSegmentData``.
struct LaneSegment {
  // MARK: The first cache line
  let kind: SegmentKind
  /// Why the first vehicle does not go.
  var hindrance: Hindrance = .none
  private var nature: Nature = []
  var marks: Marks = []
  /// What never changes, as an index into the layout's shapes.
  var shape: Int32 = -1
  /// The first vehicle.
  var head: Int32 = -1
  /// When the first vehicle is looked at next; `Int32.max`: when something wakes it.
  var due: Int32 = .max
  /// When it reaches the end, given the vehicle that went before.
  var ready: Int32 = 0
  /// Speed at which the first vehicle would cross when it is ready.
  var readySpeed: Float = 0
  /// The same for a driver who keeps exactly to the limit: what the headway of the field profile is made from.
  var readyDischargeSpeed: Float = 0
  /// The vehicle that went last: when, and the speed at which it crossed, or would have if its driver kept exactly to the
  /// limit where headways are made from that.
  var lastDeparture: Int32 = -1_000_000
  var lastSpeed: Float = 0
  /// Slowest desired speed since the platoon began.
  var platoonSpeed: Float
  /// Centimetres taken by the vehicles alone: what a driver sees who chooses a lane. Not kept for queues outside.
  var present: Int32 = 0
  /// Centimetres taken, as seen from the entry: vehicles, and space that is still on its way back.
  var usedCentimeters: Int32 = 0
  /// When the only space on its way back arrives at the entry, if it is only one; see `RoadSimulation+Space`.
  var returnTime = Int32.min
  /// The segment from which the last vehicle came, and from when on one from another side may follow.
  var lastEntryFrom: Int32 = -1
  var mergeTime: Int32 = -1_000_000
  /// When the lane's accounts have to be looked at, because its lamps have changed by then of themselves.
  var lampsDue = Int32.max

  // MARK: The second: what marks in the first speak of, and what only a junction asks
  var lastVehicle: Int32 = -1
  private var decidedTarget: Int32 = -1
  private var firstOfWaiting: Int32 = -1
  private var waitedFor: Int32 = -1
  /// The last of the list of segments whose first vehicles wait here, and the next in the list in which this one stands.
  var lastWaiting: Int32 = -1
  var nextWaiting: Int32 = -1
  private var dissolvedCentimeters: Int32 = 0
  /// When the queue that dissolves was released.
  var queueReleased: Int32 = 0
  /// Lane of the link ahead that the first vehicle has decided for, and what it does at the end of that link.
  var targetLane: UInt8 = 0
  var targetConnector: Int32 = -1
  /// When the last vehicle came in; kept only where somebody asks, see ``append(_:from:at:speed:spacing:_:carSpacing:keepsTime:)``.
  var lastEntry: Int32 = -1_000_000
  /// Space on its way back, if there is more than one.
  var returns = SpaceReturns.Ring()
  /// The lane it is part of, by number in the network; −1 for a waiting place.
  let lane: Int32
  let link: Int32

  init(kind: SegmentKind, lane: Int32, link: Int32, platoonSpeed: Float) {
    self.kind = kind
    self.lane = lane
    self.link = link
    self.platoonSpeed = platoonSpeed
  }
}

// MARK: Marks

extension OptionSet where Element == Self {
  /// Whether a mark is set.
  subscript(_ mark: Self) -> Bool {
    @inline(__always) get { contains(mark) }
    @inline(__always) set { if newValue { formUnion(mark) } else { subtract(mark) } }
  }
}

extension LaneSegment {
  /// What is true of a segment in the whole run.
  private struct Nature: OptionSet {
    let rawValue: UInt8
    static let isPlain = Nature(rawValue: 1)
    static let endsInMidblock = Nature(rawValue: 2)
    static let hasBusStop = Nature(rawValue: 4)
    static let hasCordons = Nature(rawValue: 8)
    static let hasIncident = Nature(rawValue: 16)
  }

  /// What is true at present.
  struct Marks: OptionSet {
    let rawValue: UInt8
    static let isFree = Marks(rawValue: 1)
    static let wasHindered = Marks(rawValue: 2)
    static let hasFollowers = Marks(rawValue: 4)
    static let isDecided = Marks(rawValue: 8)
    static let isAwaited = Marks(rawValue: 16)
    static let waits = Marks(rawValue: 32)
    static let isDissolving = Marks(rawValue: 64)
    static let usesRing = Marks(rawValue: 128)
  }

  /// A section at whose end nobody decides about anything but room; see `RoadSimulation+SectionEnd`.
  var isPlain: Bool {
    get { nature[.isPlain] }
    set { nature[.isPlain] = newValue }
  }
  /// Vehicles with a destination in mid-block leave the network at its end.
  var endsInMidblock: Bool {
    get { nature[.endsInMidblock] }
    set { nature[.endsInMidblock] = newValue }
  }
  var hasBusStop: Bool {
    get { nature[.hasBusStop] }
    set { nature[.hasBusStop] = newValue }
  }
  var hasCordons: Bool {
    get { nature[.hasCordons] }
    set { nature[.hasCordons] = newValue }
  }
  /// An incident may close it or slow it down.
  var hasIncident: Bool {
    get { nature[.hasIncident] }
    set { nature[.hasIncident] = newValue }
  }

  /// The first vehicle did not have to follow the vehicle before.
  var isFree: Bool {
    get { marks[.isFree] }
    set { marks[.isFree] = newValue }
  }
  /// It was hindered at least once.
  var wasHindered: Bool {
    get { marks[.wasHindered] }
    set { marks[.wasHindered] = newValue }
  }
  /// Space on its way back stands in the ring.
  var usesRing: Bool {
    get { marks[.usesRing] }
    set { marks[.usesRing] = newValue }
  }
  /// First vehicles of other segments wait for room here; its own waits for room elsewhere; a queue dissolves.
  var isAwaited: Bool { marks[.isAwaited] }
  var waits: Bool { marks[.waits] }
  var isDissolving: Bool { marks[.isDissolving] }

  /// The last vehicle, −1 for none.
  var tail: Int32 { marks[.hasFollowers] ? lastVehicle : head }

  /// The segment that the first vehicle has decided to enter; −1 while undecided.
  var target: Int32 {
    get { marks[.isDecided] ? decidedTarget : -1 }
    set {
      marks[.isDecided] = newValue >= 0
      if newValue >= 0 { decidedTarget = newValue }
    }
  }

  /// The first of the segments whose first vehicle waits for room here, −1 for none.
  var firstWaiting: Int32 {
    get { isAwaited ? firstOfWaiting : -1 }
    set {
      marks[.isAwaited] = newValue >= 0
      if newValue >= 0 { firstOfWaiting = newValue }
    }
  }

  /// The segment in whose list of waiting ones this stands, −1 for none.
  var waitsFor: Int32 {
    get { waits ? waitedFor : -1 }
    set {
      marks[.waits] = newValue >= 0
      if newValue >= 0 { waitedFor = newValue }
    }
  }

  /// Length of the queue that has left since it was released.
  var dissolved: Int32 {
    get { isDissolving ? dissolvedCentimeters : 0 }
    set {
      marks[.isDissolving] = newValue != 0
      if newValue != 0 { dissolvedCentimeters = newValue }
    }
  }
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
  /// Since when somebody waits.
  var fullSince: Int32 = -1
}
