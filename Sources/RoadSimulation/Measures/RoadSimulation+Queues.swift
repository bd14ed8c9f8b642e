import TrafficModel

/// Where vehicles stand: stops and backs of queues, worked out when a vehicle leaves and not by watching it.
///
/// A queue dissolves from its head: the n-th vehicle to leave stood behind the metres of the n − 1 before it. So the
/// place where a vehicle stood is known when it leaves, and how far a queue reached when it stops dissolving.
extension RoadSimulation {
  /// Books whether the first vehicle of a segment, which now leaves, had to stand, and where.
  @inline(__always)
  mutating func noteStop(
    _ segment: Int, _ index: Int, _ release: Release, _ kind: VehicleKind, freeSpeed: Float
  ) {
    let here = segments[segment]
    if here.isFree && !here.wasHindered && !here.isDissolving && !here.hasBusStop { return }
    notePossibleStop(segment, index, release, kind, freeSpeed: freeSpeed)
  }

  private mutating func notePossibleStop(
    _ segment: Int, _ index: Int, _ release: Release, _ kind: VehicleKind, freeSpeed: Float
  ) {
    let spacing = kind.spacing
    if dwells(segment, index) {
      // A bus stops there of its own accord; whoever had to stop behind it forms a queue.
      settleQueue(segment)
      segments[segment].queueReleased = release.time
      segments[segment].dissolved = spacing
      noteDissolving(segment)
      return
    }
    if segments[segment].isFree && !segments[segment].wasHindered {
      if segments[segment].dissolved != 0 { segments[segment].dissolved = 0 }
      return
    }
    // Moving up in the queue outside is no new stop.
    if segments[segment].kind == .outside {
      let wait = release.time - vehicles[index].arrival
      if wait > 0 && wait >= delayOfStop(kind, freeSpeed: freeSpeed, crossingSpeed: release.speed) {
        bookStop(segment, index, position: 0, spacing: 0, freeSpeed: freeSpeed)
      }
      return
    }
    if release.stood {
      // The head of a queue.
      settleQueue(segment)
      segments[segment].queueReleased = release.time
      noteDissolving(segment)
    } else if segments[segment].dissolved == 0 {
      // Behind a slow vehicle, or slowed down itself; no queue dissolves here.
      return
    }
    let position = segments[segment].dissolved
    segments[segment].dissolved = position + spacing
    let delay = release.time - vehicles[index].arrival
    if delay > 0 && delay >= delayOfStop(kind, freeSpeed: freeSpeed, crossingSpeed: release.speed) {
      bookStop(segment, index, position: position, spacing: spacing, freeSpeed: freeSpeed)
    }
  }

  /// A queue of a lane begins to dissolve: its cycle has something to settle when it ends.
  private mutating func noteDissolving(_ segment: Int) {
    let lane = Int(segments[segment].lane)
    if lane >= 0 { book.lanes[lane].hasDissolved = true }
  }

  /// Delay at the stop line of a vehicle that just reached the stop threshold and drove on at once, in ms.
  private mutating func delayOfStop(
    _ kind: VehicleKind, freeSpeed: Float, crossingSpeed: Float
  ) -> Int32 {
    let threshold = Float(stopThresholdMetersPerSecond)
    if freeSpeed <= threshold { return 0 }
    let braking = (freeSpeed - threshold) * (freeSpeed - threshold) / (2 * kind.deceleration * freeSpeed)
    let end = max(threshold, min(crossingSpeed, freeSpeed))
    let gain = (end - threshold) - (end * end - threshold * threshold) / (2 * freeSpeed)
    return Int32((braking + gain / kind.acceleration) * 1000)
  }

  private mutating func bookStop(
    _ segment: Int, _ index: Int, position: Int32, spacing: Int32, freeSpeed: Float
  ) {
    if segments[segment].kind == .outside {
      vehicles[index].stopsOnLink += 1
      times[index].stops += 1
      return
    }
    let place = shape(segment).distanceToStopLine + position
    if vehicles[index].stoodAt < 0 {
      vehicles[index].stoodAt = place
      if book.trace != nil {
        times[index].stoodSince = vehicles[index].arrival - Int32(Float(position) * 10 / freeSpeed)
      }
    }
    vehicles[index].stopsOnLink += 1
    times[index].stops += 1
    book.noteQueue(lane: segments[segment].lane, backCentimeters: place + spacing)
  }

  /// The queue of a segment stops dissolving: those behind had joined it where they could not yet know that its head
  /// had left. They stood there, and will stand again further on.
  @inline(__always)
  mutating func settleQueue(_ segment: Int) {
    if segments[segment].dissolved != 0 { settleDissolvingQueue(segment) }
  }

  private mutating func settleDissolvingQueue(_ segment: Int) {
    var position = segments[segment].dissolved
    segments[segment].dissolved = 0
    let length = max(1, shape(segment).lengthCentimeters)
    let released = segments[segment].queueReleased
    var index = segments[segment].head
    while index >= 0 {
      let vehicle = vehicles[Int(index)]
      let free = driver.freeSpeed(vehicle, limit: shape(segment).speedLimit)
      let joined = vehicle.arrival - Int32(Float(position) * 10 / free)
      let wave = Int32(Int64(shape(segment).waveMilliseconds) * Int64(position) / Int64(length))
      if joined >= released + wave || joined > now { break }
      let spacing = driver.spacing(vehicle)
      bookStop(segment, Int(index), position: position, spacing: spacing, freeSpeed: free)
      position += spacing
      index = vehicle.next
    }
  }

  /// Back of the standing queue of a lane at the present time, in metres before the stop line.
  func backOfQueueMeters(lane: Int) -> Double {
    var back: Int32 = 0
    for position in layout.segments(ofLane: lane) {
      let segment = Int(layout.laneSegments[position])
      var ahead: Int32 = 0
      var index = segments[segment].head
      while index >= 0 {
        let vehicle = vehicles[Int(index)]
        let bound = ahead + unknownSpace(segment, distance: ahead, at: now)
        if frontDistance(vehicle, segment, at: now) > bound || vehicle.entered > now { break }
        ahead += driver.spacing(vehicle)
        back = shape(segment).distanceToStopLine + bound + driver.spacing(vehicle)
        index = vehicle.next
      }
      if index >= 0 || ahead == 0 { break }
    }
    return Double(back) / 100
  }

  /// Where a vehicle's front would be without anybody ahead, in cm before its segment's end.
  func frontDistance(_ vehicle: Vehicle, _ segment: Int, at now: Int32) -> Int32 {
    let free = driver.freeSpeed(vehicle, limit: shape(segment).speedLimit)
    let time = Float(max(0, now - vehicle.entered)) / 1000
    let start = vehicle.entrySpeed
    let acceleration = driver.kind(vehicle).acceleration
    let rampTime = (free - start) / acceleration
    let way: Float
    if time < rampTime {
      way = start * time + acceleration * time * time / 2
    } else {
      let ramp = start == free ? 0 : (free * free - start * start) / (2 * acceleration)
      way = ramp + (time - rampTime) * free
    }
    return max(0, shape(segment).lengthCentimeters - Int32(min(way * 100, 1e9)))
  }

  /// Regular business: queues over time for the report, and "cycles" of a minute for lanes without a signal.
  mutating func handleSample() {
    let elapsed = now - measuredFrom
    if book.trace != nil {
      for lane in book.measures.lanes.indices {
        let back = backOfQueueMeters(lane: lane)
        book.trace?.queuesMeters[lane].append(back)
      }
    }
    if elapsed % 60_000 == 0 {
      findLocks()
      for lane in layout.lanesWithoutSignal {
        for position in layout.segments(ofLane: lane) { settleQueue(Int(layout.laneSegments[position])) }
        if elapsed > 0 { book.closeCycle(ofLane: lane) } else { book.forgetCycle(ofLane: lane) }
      }
    }
    let next = now + (book.trace == nil ? 60_000 : 10_000)
    if next < measuredUntil { events.insert(EventKey(milliseconds: next, kind: .sample, entity: 0)) }
  }
}
