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
