import TrafficModel

/// The detectors of all lanes, those that reach over several segments in parts.
///
/// A detector watches two lines across its lane: its upstream edge, which fronts cross, and its downstream edge, which
/// rears leave. Vehicles cross a line in order, the next one when it gets there freely, or when enough of the queue
/// ahead has left and the start wave has come back to the line. So each crossing costs one event and no sampling.
struct DetectorZones: Sendable {
  /// The watch over one line.
  struct Cordon: Sendable {
    /// The next vehicle to cross it, −1 for none.
    var next: Int32 = -1
    /// Metres taken between the line and the segment's end by vehicles that have crossed.
    var insideCentimeters: Int32 = 0
    /// When the last start wave that the next vehicle has to wait for passes the line.
    var freeAt: Int32 = 0
    var due: Int32 = .max

    /// A vehicle that had crossed the line left the segment; the start wave behind it passes the line at `time`.
    mutating func release(_ spacing: Int32, line: Int32, at time: Int32, _ longestVehicle: Int32) {
      if insideCentimeters > line - longestVehicle { freeAt = time }
      insideCentimeters -= spacing
    }
  }

  struct State: Sendable {
    /// By number in the network; the parts of one detector follow each other.
    var detector: Int32
    var segment: Int32
    var controller: Int32
    /// Distances of the two edges from the segment's end.
    var upstreamEdge: Int32
    var downstreamEdge: Int32
    var entry = Cordon()
    var exit = Cordon()
    /// Vehicles over this part of the zone.
    var occupancy: Int32 = 0
    /// Vehicles that have crossed the stop line and whose rears still have to leave the zone, and when the last does.
    var departing: Int32 = 0
    var departedDue: Int32 = .max
  }

  var states: ContiguousArray<State> = []
  /// By detector: vehicles over its parts.
  var occupancies: ContiguousArray<Int32>
  /// Parts of detectors in order of segment; segments hold ranges of it.
  var bySegment: ContiguousArray<Int32> = []

  init(_ scenario: Scenario, layout: StreetLayout) {
    let numbering = LaneNumbering(scenario.network)
    occupancies = ContiguousArray(repeating: 0, count: scenario.network.detectors.count)
    var controllers = [Int32](repeating: -1, count: scenario.network.detectors.count)
    for (index, controller) in scenario.controllers.enumerated() {
      for assignment in controller.detectors { controllers[assignment.detector.index] = Int32(index) }
    }
    for (index, detector) in scenario.network.detectors.enumerated() {
      let lane = numbering.laneID(detector.link, lane: detector.lane)
      let distance = Int32((detector.distanceMeters * 100).rounded())
      let length = Int32((detector.lengthMeters * 100).rounded())
      // From the stop line upstream; one beyond the lane's beginning lies there.
      var hasPart = false
      for position in layout.segments(ofLane: lane.index) {
        let number = layout.laneSegments[position]
        let segment = layout.shapes[layout.segments[Int(number)].shape]
        let isLast = position + 1 == layout.segments(ofLane: lane.index).upperBound
        let downstream = min(max(distance - segment.distanceToStopLine, 0), segment.lengthCentimeters)
        let upstream = min(distance + length - segment.distanceToStopLine, segment.lengthCentimeters)
        // The zone may be a line.
        let isHere = upstream > downstream || (upstream == downstream && length == 0 && !hasPart)
        if !isHere && !(isLast && !hasPart) { continue }
        hasPart = true
        states.append(
          State(
            detector: Int32(index), segment: number, controller: controllers[index],
            upstreamEdge: max(upstream, downstream), downstreamEdge: downstream))
      }
    }
    bySegment = ContiguousArray(
      states.indices.sorted { (states[$0].segment, $0) < (states[$1].segment, $1) }.map { Int32($0) })
  }

  func attach(to segments: inout Table<LaneSegment>, _ rare: inout Table<RareSegmentData>) {
    for (position, detector) in bySegment.enumerated() {
      let segment = Int(states[Int(detector)].segment)
      segments[segment].hasCordons = true
      if rare[segment].cordonCount == 0 { rare[segment].firstCordon = Int32(position) }
      rare[segment].cordonCount += 1
    }
  }
}
