import TrafficModel

extension RoadSimulation {
  /// Closes the accounts at the end of the measured time and returns them.
  mutating func close() -> (measures: RunMeasures, trace: RunTrace?) {
    now = measuredUntil
    settleAllLamps()
    for movement in network.movements.indices {
      if lamps.goes(movement) { lamps.movements[movement].noteGreen(from: measuredFrom, to: now) }
      book.take(lamps.movements[movement], of: movement)
    }
    book.closeCycles()
    for segment in segments.indices {
      if rare[segment].fullSince >= 0 && isEntry(segment) {
        book.noteFull(segments[segment].lane, since: rare[segment].fullSince, until: now)
      }
      if segments[segment].kind == .stopLine || segments[segment].kind == .section { settleQueue(segment) }
      closeVehicles(of: segment)
    }
    for lane in book.measures.lanes.indices {
      book.closeLane(lane, backMeters: backOfQueueMeters(lane: lane))
    }
    for crosswalk in network.crosswalks.indices {
      book.notePedestrians([crossings.takeWaits(crosswalk, until: now)])
    }
    book.closeTrace(at: now)
    let onRoad = Int64(book.inserted - book.finished)
    book.measures.network.vehicleHours =
      Double(book.roadMilliseconds + onRoad * Int64(now)) / 3_600_000
    book.measures.network.crossingsOnRed = book.crossingsOnRed
    book.measures.network.events = book.events
    return (book.measures, book.trace)
  }

  /// Traces what a vehicle did on a link, if anybody wants to know.
  @inline(__always)
  mutating func tracePiece(_ index: Int, link: Int32, leftAt time: Int32) {
    if book.trace != nil { book.notePiece(vehicles[index], times[index], link: link, leftAt: time) }
  }

  private mutating func closeVehicles(of segment: Int) {
    var index = segments[segment].head
    let isOutside = segments[segment].kind == .outside
    while index >= 0 {
      let vehicle = vehicles[Int(index)]
      let late = max(0, now - vehicle.arrival)
      book.noteStops(times[Int(index)].stops, of: vehicle)
      // Who crosses a stop line after the end of the run has been counted there.
      let isAhead = vehicle.enteredLink >= now && book.isLateCrosser(vehicle)
      let movement = isAhead ? -1 : layout.connectors.movement(of: vehicle.connector)
      book.noteUnfinished(
        vehicle, isOutside: isOutside, movement: Int(movement), delay: vehicle.linkDelay + late,
        outsideDelay: outsideDelay(Int(index)))
      if !isOutside { tracePiece(Int(index), link: segments[segment].link, leftAt: now) }
      index = vehicle.next
    }
  }

  /// Vehicles on the road and outside, counted one by one: for the test that none is lost.
  public var vehiclesPresent: (onRoad: Int, outside: Int) {
    var onRoad = 0
    var outside = 0
    for segment in segments.indices {
      var index = segments[segment].head
      while index >= 0 {
        if segments[segment].kind == .outside { outside += 1 } else { onRoad += 1 }
        index = vehicles[Int(index)].next
      }
    }
    return (onRoad, outside)
  }
}
