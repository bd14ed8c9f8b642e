/// A vehicle on the road or waiting outside.
///
/// One cache line. Times are milliseconds of the run, lengths centimetres: integers, so that a run has the same bytes everywhere.
struct Vehicle {
  /// The next vehicle behind in its segment, −1 for none. Free records are chained by it too.
  var next: Int32 = -1
  /// What it does at the end of its link: an index into the layout's connectors.
  var connector: Int32 = -1
  /// When it entered its segment, and when it would reach the segment's end if nobody were ahead.
  var entered: Int32 = 0
  var arrival: Int32 = 0
  /// When it would reach its link's stop line if nobody were on the link.
  var freeArrival: Int32 = 0
  var demanded: Int32 = 0
  /// Delay on this link so far, and on the whole trip.
  var linkDelay: Int32 = 0
  var tripDelay: Int32 = 0
  /// When it entered its link.
  var enteredLink: Int32 = 0
  /// In order of demand; the same for every strategy.
  var serial: UInt32 = 0
  /// Links entered so far: numbers the draws of turns.
  var hops: UInt16 = 0
  /// Lane of its link that it will cross the stop line from.
  var lane: UInt8 = 0
  /// Its class: an index into the driver's table; 0 is the passenger car, 1 the heavy vehicle.
  var kind: UInt8 = 0
  /// Where its route begins in the table of routes, −1 if it turns by shares; and its bus line, −1 for others.
  var busLine: Int16 = -1
  var stopsOnLink: Int16 = 0
  var route: Int32 = -1
  /// Desired speed as a factor of the limit.
  var speedFactor: Float = 1
  /// Speed at which it entered its segment.
  var entrySpeed: Float = 0
  /// Where it first stood on this link, in cm before the stop line; −1 if it did not.
  var stoodAt: Int32 = -1
}

extension Vehicle {
  /// It comes into a segment as the last one there.
  mutating func enter(at time: Int32, arrival: Int32, speed: Float) {
    entered = time
    self.arrival = arrival
    entrySpeed = speed
    next = -1
  }

  /// It is over a junction, and has decided what it does on the next link.
  mutating func takeWay(_ connector: Int32, lane: UInt8) {
    hops += 1
    self.lane = lane
    self.connector = connector
  }

  /// It comes into a link, whose stop line it would reach at `freeArrival` if nobody were there.
  mutating func enterLink(at time: Int32, freeArrival: Int32) {
    enteredLink = time
    self.freeArrival = freeArrival
  }

  /// Its delay on a link is booked, and the next link's account opens.
  mutating func closeLink() {
    tripDelay += linkDelay
    linkDelay = 0
    stopsOnLink = 0
    stoodAt = -1
  }
}

/// What only measures want to know of a vehicle.
struct VehicleTimes {
  /// Since when it stood on its link.
  var stoodSince: Int32 = 0
  /// The part of the delay on its first link that was spent outside; of no meaning further on.
  var outsideDelay: Int32 = 0
  /// On the whole trip.
  var stops: Int32 = 0
}
