import TrafficModel

/// A vehicle leaves a segment and enters the next.
extension RoadSimulation {
  /// Moves the first vehicle of `segment` to `target`; it crosses the end at a time that may lie up to a few seconds
  /// ahead. A departure is not revoked when a lamp changes in between.
  mutating func depart(
    _ segment: Int, _ connector: Connector, to target: Int, _ release: Release, mergeDelay: Int32,
    changeLoss: Int32 = 0
  ) {
    let index = Int(segments[segment].head)
    let vehicle = vehicles[index]
    let kind = driver.kind(vehicle)
    let free = driver.freeSpeed(vehicle, limit: shape(segment).speedLimit)
    let freeBehind = driver.freeSpeed(vehicle, limit: shape(target).speedLimit)
    let comesFromStop = dwells(segment, index)
    let crossingLimit = min(free, connector.crossingSpeed)
    let inner = innerLength(connector, target)
    let innerTime = inner == 0 ? 0 : kind.travelTime(inner, from: release.speed, to: crossingLimit)
    let innerLoss =
      inner == 0 || release.speed >= crossingLimit || comesFromStop
      ? 0 : innerTime - kind.travelTime(inner, from: crossingLimit, to: crossingLimit)
    let entrySpeed = kind.endSpeed(inner, from: release.speed, to: crossingLimit)
    let entry = release.time + innerTime + mergeDelay
    removeHead(segment, release, kind, freeSpeed: free)
    // From here on the vehicle is nowhere, until it enters.
    let ramp =
      comesFromStop ? 0 : rampLoss(kind, into: target, freeBehind, from: entrySpeed, or: crossingLimit)
    vehicles[index].linkDelay += release.time - vehicle.arrival + innerLoss + mergeDelay + ramp
    if connector.movement >= 0 {
      let isInside = segments[target].kind == .waitingPlace
      noteCrossing(
        segment, index, kind, connector, release, passage: isInside ? nil : release.time + innerTime / 2)
      if !isInside {
        closeLink(index, movement: Int(connector.movement), at: release.time, entry: entry, segment)
        vehicles[index].takeWay(segments[segment].targetConnector, lane: segments[segment].targetLane)
        noteLinkEntry(index, kind, into: target, at: entry, speed: entrySpeed, freeSpeed: freeBehind)
      }
    } else if segments[segment].kind == .outside {
      noteLinkEntry(index, kind, into: target, at: entry, speed: entrySpeed, freeSpeed: freeBehind)
      times[index].outsideDelay = vehicles[index].linkDelay
      book.inserted += 1
      book.roadMilliseconds -= Int64(entry)
    }
    if changeLoss > 0 { segments[segment].lastDeparture += changeLoss }
    beginHead(segment)
    settleLane(beforeEntryOf: target)
    let isInsertion = driver.insertionHeadway >= 0 && segments[segment].kind == .outside
    let way = max(0, shape(target).lengthCentimeters - (isInsertion ? kind.length : 0))
    enter(
      target, index, kind, from: segment, at: entry, speed: entrySpeed, freeSpeed: freeBehind,
      travel: kind.travelTime(way, from: entrySpeed, to: freeBehind))
    if changeLoss > 0 { segments[target].mergeTime += changeLoss }
  }

  /// Notes what lamps and accounts want to know of a vehicle that leaves a stop line or a waiting place.
  ///
  /// - Parameter passage: when it passes the middle of the junction, where crossing streams meet; `nil` for a vehicle
  ///   that stays before it, in a waiting place.
  @inline(__always)
  private mutating func noteCrossing(
    _ segment: Int, _ index: Int, _ kind: VehicleKind, _ connector: Connector, _ release: Release,
    passage: Int32?
  ) {
    let movement = Int(connector.movement)
    if segments[segment].kind == .stopLine {
      log.append(release.time, .stopLineCrossed, vehicles[index].serial, connector.movement)
      noteOccupancy(segment, length: kind.length, release)
      lamps.movements[movement].noteCrossing(
        at: release.time, passage: passage, freeArrival: vehicles[index].freeArrival,
        counts: release.time >= measuredFrom && release.time < measuredUntil)
    } else if let passage {
      lamps.movements[movement].lastPassage = passage
    }
  }

  @inline(__always)
  private mutating func noteLinkEntry(
    _ index: Int, _ kind: VehicleKind, into segment: Int, at time: Int32, speed: Float, freeSpeed: Float
  ) {
    let way = shape(segment).distanceToStopLine + shape(segment).lengthCentimeters
    let freeTime = kind.travelTime(way, from: speed, to: freeSpeed)
    vehicles[index].enterLink(at: time, freeArrival: time + freeTime)
  }

  /// Takes the first vehicle out of its segment and books its stop there and the space it leaves.
  mutating func removeHead(
    _ segment: Int, _ release: Release, _ kind: VehicleKind, freeSpeed: Float
  ) {
    let index = Int(segments[segment].head)
    noteStop(segment, index, release, kind, freeSpeed: freeSpeed)
    segments[segment].removeHead(
      next: vehicles[index].next, release, freeSpeed: freeSpeed, hasPlatoons: details.hasPlatoons,
      hasSaturationHeadway: driver.hasSaturationHeadway)
    if segments[segment].hasCordons {
      cordonsOnDeparture(segment, index, at: release.time, speed: release.speed)
    }
    if segments[segment].kind != .outside {
      segments[segment].present -= kind.spacing
      noteWaveLength(segment, kind, sign: -1)
      giveBack(kind.spacing, of: segment, at: release.time + startWave(segment))
      if segments[segment].isAwaited { wakeWaiting(for: segment) }
    }
  }

  /// What a slow crossing costs on the segment behind, compared with crossing at the speed that is free there.
  private mutating func rampLoss(
    _ kind: VehicleKind, into target: Int, _ free: Float, from entrySpeed: Float, or freeSpeed: Float
  ) -> Int32 {
    if entrySpeed >= min(freeSpeed, free) { return 0 }
    let length = shape(target).lengthCentimeters
    return kind.travelTime(length, from: entrySpeed, to: free)
      - kind.travelTime(length, from: min(freeSpeed, free), to: free)
  }

  /// Puts a vehicle at the back of a segment.
  ///
  /// - Parameter travel: time to the segment's end if nobody is ahead, ms.
  @inline(__always)
  mutating func enter(
    _ segment: Int, _ index: Int, _ kind: VehicleKind, from origin: Int, at time: Int32, speed: Float,
    freeSpeed free: Float, travel: Int32
  ) {
    var arrival = time + travel
    if segments[segment].kind == .stopLine {
      let crossing = layout.connectors.crossingSpeed(of: vehicles[index].connector)
      if crossing < free {
        let loss = (free - crossing) * (free - crossing) / (2 * kind.deceleration * free)
        arrival += Int32(loss * 1000 + 0.5)
      }
    }
    vehicles[index].enter(at: time, arrival: arrival, speed: min(speed, free))
    let before = segments[segment].append(
      Int32(index), from: Int32(origin), at: time, speed: speed, spacing: kind.spacing, shape(segment),
      carSpacing: driver.carSpacing,
      keepsTime: driver.insertionHeadway >= 0 || segments[segment].hasIncident)
    noteWaveLength(segment, kind, sign: 1)
    if log.isOn && segments[segment].lane >= 0 {
      log.append(time, .laneEntered, vehicles[index].serial, segments[segment].lane)
    }
    if before >= 0 { vehicles[Int(before)].next = Int32(index) }
    if segments[segment].hasCordons { cordonsOnEntry(segment, index) }
    if before < 0 { beginHead(segment) }
  }

  /// The first vehicle of `segment` leaves the network.
  mutating func finish(_ segment: Int, _ release: Release) {
    let time = release.time
    let index = Int(segments[segment].head)
    let free = driver.freeSpeed(vehicles[index], limit: shape(segment).speedLimit)
    removeHead(segment, release, driver.kind(vehicles[index]), freeSpeed: free)
    var vehicle = vehicles[index]
    vehicle.linkDelay += time - vehicle.arrival
    log.append(time, .vehicleFinished, vehicle.serial, segments[segment].link)
    vehicle.tripDelay += vehicle.linkDelay
    tracePiece(index, link: segments[segment].link, leftAt: time)
    book.noteStops(times[index].stops, of: vehicle)
    book.noteFinish(vehicle, at: time, until: measuredUntil)
    book.roadMilliseconds += Int64(min(time, measuredUntil))
    vehicles[index].next = freeVehicle
    freeVehicle = Int32(index)
    beginHead(segment)
  }

  /// The part of its delay on this link that a vehicle has spent outside.
  @inline(__always)
  mutating func outsideDelay(_ index: Int) -> Int32 {
    vehicles[index].hops == 0 ? times[index].outsideDelay : 0
  }

  /// Books what a vehicle lost on a link whose stop line it has crossed, and opens the next link's account.
  @inline(__always)
  private mutating func closeLink(
    _ index: Int, movement: Int, at time: Int32, entry: Int32, _ segment: Int
  ) {
    let outside = outsideDelay(index)
    if time >= measuredUntil {
      // It has decided to cross and will, but not within the run.
      book.noteUnpassed(movement, vehicles[index], outsideDelay: outside)
    } else if time >= measuredFrom {
      lamps.movements[movement].notePassage(vehicles[index])
      if outside != 0 { book.noteOutsideDelay(movement, outside) }
      book.notePassage(movement, vehicles[index], travel: entry - vehicles[index].enteredLink)
    }
    tracePiece(index, link: segments[segment].link, leftAt: time)
    vehicles[index].closeLink()
  }
}
