import TrafficModel

/// A vehicle leaves a segment and enters the next.
extension RoadSimulation {
  /// Moves the first vehicle of `segment` to `target`; it crosses the end at a time that may lie up to a few seconds
  /// ahead. A departure is not revoked when a lamp changes in between.
  mutating func depart(
    _ segment: Int, _ connector: Connector, to target: Int, _ release: Release, mergeDelay: Int32,
    changeLoss: Int32 = 0
  ) {
    let time = release.time
    let speed = release.speed
    let index = Int(segments[segment].head)
    let inner = innerLength(segment, connector, target)
    let comesFromStop = dwells(segment, index)
    let crossingLimit = min(
      driver.freeSpeed(vehicles[index], limit: segments[segment].speedLimit), connector.crossingSpeed)
    let innerTime = inner == 0 ? 0 : driver.travelTime(inner, from: speed, to: crossingLimit, vehicles[index])
    let innerLoss =
      inner == 0 || speed >= crossingLimit || comesFromStop
      ? 0 : innerTime - driver.travelTime(inner, from: crossingLimit, to: crossingLimit, vehicles[index])
    let entrySpeed = driver.endSpeed(inner, from: speed, to: crossingLimit, vehicles[index])
    let entry = time + innerTime + mergeDelay
    removeHead(segment, release)
    vehicles[index].linkDelay += innerLoss + mergeDelay

    if connector.movement >= 0 {
      let movement = Int(connector.movement)
      // The middle of the junction is where crossing streams meet; a waiting place lies before it.
      if segments[target].kind != .waitingPlace {
        lamps.movements[movement].lastPassage = time + innerTime / 2
      }
      if segments[segment].kind == .stopLine {
        lamps.movements[movement].lastCrossing = time
        log.append(time, .stopLineCrossed, vehicles[index].serial, connector.movement)
        noteOccupancy(segment, index, release)
        if time >= measuredFrom && time < measuredUntil
          && lamps.wasGreen(movement, at: vehicles[index].freeArrival)
        {
          lamps.movements[movement].arrivedOnGreen += 1
        }
      }
    }
    if !comesFromStop {
      vehicles[index].linkDelay += rampLoss(
        index, into: target, entrySpeed: entrySpeed, freeSpeed: crossingLimit)
    }
    if connector.movement >= 0 && segments[target].kind != .waitingPlace {
      closeLink(index, movement: Int(connector.movement), at: time, entry: entry, from: segment)
      vehicles[index].hops += 1
      vehicles[index].lane = segments[segment].targetLane
      vehicles[index].connector = segments[segment].targetConnector
      noteLinkEntry(index, into: target, at: entry, speed: entrySpeed)
    } else if segments[segment].kind == .outside {
      noteLinkEntry(index, into: target, at: entry, speed: entrySpeed)
      times[index].outsideDelay = vehicles[index].linkDelay
      book.inserted += 1
      book.roadMilliseconds -= Int64(entry)
    }
    if changeLoss > 0 { segments[segment].lastDeparture += changeLoss }
    beginHead(segment)
    segments[target].lastEntryFrom = Int32(segment)
    let isInsertion = driver.insertionHeadway >= 0 && segments[segment].kind == .outside
    enter(
      target, index, at: entry, speed: entrySpeed, lead: isInsertion ? driver.length(vehicles[index]) : 0)
    if changeLoss > 0 { segments[target].lastEntryHeadway += changeLoss }
  }

  private mutating func noteLinkEntry(_ index: Int, into segment: Int, at time: Int32, speed: Float) {
    let free = driver.freeSpeed(vehicles[index], limit: segments[segment].speedLimit)
    let way = segments[segment].distanceToStopLine + segments[segment].lengthCentimeters
    vehicles[index].enteredLink = time
    vehicles[index].freeArrival = time + driver.travelTime(way, from: speed, to: free, vehicles[index])
  }

  /// Takes the first vehicle out of its segment and books its delay there, its stop, and the space it leaves.
  private mutating func removeHead(_ segment: Int, _ release: Release) {
    let time = release.time
    let speed = release.speed
    let index = Int(segments[segment].head)
    let spacing = driver.spacing(vehicles[index])
    let free = driver.freeSpeed(vehicles[index], limit: segments[segment].speedLimit)
    noteStop(segment, index, release, freeSpeed: free, spacing: spacing)
    vehicles[index].linkDelay += time - vehicles[index].arrival
    segments[segment].head = vehicles[index].next
    if segments[segment].head < 0 { segments[segment].tail = -1 }
    segments[segment].platoonSpeed =
      segments[segment].isFree ? free : min(segments[segment].platoonSpeed, free)
    if !details.hasPlatoons { segments[segment].platoonSpeed = .infinity }
    segments[segment].lastDeparture = time
    segments[segment].lastDepartureSpeed = speed
    segments[segment].lastDischargeSpeed =
      speed < segments[segment].readySpeed ? speed : segments[segment].readyDischargeSpeed
    if segments[segment].hasCordons { cordonsOnDeparture(segment, index, at: time, speed: speed) }
    if segments[segment].kind != .outside {
      fill[segment].present -= spacing
      noteWaveLength(segment, index, sign: -1)
      if segments[segment].returns.isLong {
        segments[segment].usedCentimeters -= returns.collect(from: &segments[segment].returns, by: now)
      }
      returns.append(
        to: &segments[segment].returns, milliseconds: time + startWave(segment), centimeters: spacing)
      wakeWaiting(for: segment)
    }
  }

  /// What a slow crossing costs on the segment behind, compared with crossing at the speed that is free there.
  private mutating func rampLoss(_ vehicle: Int, into target: Int, entrySpeed: Float, freeSpeed: Float)
    -> Int32
  {
    let free = driver.freeSpeed(vehicles[vehicle], limit: segments[target].speedLimit)
    if entrySpeed >= min(freeSpeed, free) { return 0 }
    let length = segments[target].lengthCentimeters
    return driver.travelTime(length, from: entrySpeed, to: free, vehicles[vehicle])
      - driver.travelTime(length, from: min(freeSpeed, free), to: free, vehicles[vehicle])
  }

  /// Puts a vehicle at the back of a segment.
  /// - Parameter lead: how far down the segment it begins.
  mutating func enter(_ segment: Int, _ index: Int, at time: Int32, speed: Float, lead: Int32 = 0) {
    let free = driver.freeSpeed(vehicles[index], limit: segments[segment].speedLimit)
    let spacing = driver.spacing(vehicles[index])
    let way = max(0, segments[segment].lengthCentimeters - lead)
    var arrival = time + driver.travelTime(way, from: speed, to: free, vehicles[index])
    if segments[segment].kind == .stopLine {
      let crossing = layout.connectors.crossingSpeed(of: vehicles[index].connector)
      if crossing < free {
        let loss =
          (free - crossing) * (free - crossing) / (2 * driver.kind(vehicles[index]).deceleration * free)
        arrival += Int32(loss * 1000 + 0.5)
      }
    }
    vehicles[index].entered = time
    vehicles[index].arrival = arrival
    vehicles[index].entrySpeed = min(speed, free)
    vehicles[index].next = -1
    segments[segment].usedCentimeters += spacing
    fill[segment].present += spacing
    noteWaveLength(segment, index, sign: 1)
    segments[segment].lastEntry = time
    segments[segment].lastEntryHeadway = mergeHeadway(segment, spacing: spacing, speed: max(1, speed))
    if log.isOn && segments[segment].lane >= 0 {
      log.append(time, .laneEntered, vehicles[index].serial, segments[segment].lane)
    }
    let tail = segments[segment].tail
    segments[segment].tail = Int32(index)
    if tail >= 0 {
      vehicles[Int(tail)].next = Int32(index)
    } else {
      segments[segment].head = Int32(index)
    }
    if segments[segment].hasCordons { cordonsOnEntry(segment, index) }
    if tail < 0 { beginHead(segment) }
  }

  /// The least time between two vehicles that come into one segment from different sides: nine tenths of a headway.
  private mutating func mergeHeadway(_ segment: Int, spacing: Int32, speed: Float) -> Int32 {
    if segments[segment].lengthCentimeters == 0 || segments[segment].kind == .waitingPlace { return 0 }
    let reaction =
      Float(segments[segment].waveMilliseconds) / Float(segments[segment].lengthCentimeters)
      * Float(driver.carSpacing)
    return Int32(0.9 * (reaction + Float(spacing) * 10 / speed) + 0.5)
  }

  /// The first vehicle of `segment` leaves the network.
  mutating func finish(_ segment: Int, _ release: Release) {
    let time = release.time
    let index = Int(segments[segment].head)
    removeHead(segment, release)
    log.append(time, .vehicleFinished, vehicles[index].serial, segments[segment].link)
    vehicles[index].tripDelay += vehicles[index].linkDelay
    tracePiece(index, link: segments[segment].link, leftAt: time)
    book.noteStops(times[index].stops, of: vehicles[index])
    book.noteFinish(vehicles[index], at: time, until: measuredUntil)
    book.roadMilliseconds += Int64(min(time, measuredUntil))
    vehicles[index].next = freeVehicle
    freeVehicle = Int32(index)
    beginHead(segment)
  }

  /// The part of its delay on this link that a vehicle has spent outside.
  mutating func outsideDelay(_ index: Int) -> Int32 {
    vehicles[index].hops == 0 ? times[index].outsideDelay : 0
  }

  /// Books what a vehicle lost on a link whose stop line it has crossed, and opens the next link's account.
  private mutating func closeLink(
    _ index: Int, movement: Int, at time: Int32, entry: Int32, from segment: Int
  ) {
    if time >= measuredUntil {
      // It has decided to cross and will, but not within the run.
      book.noteUnpassed(movement, vehicles[index], outsideDelay: outsideDelay(index))
    } else if time >= measuredFrom {
      lamps.movements[movement].passed += 1
      lamps.movements[movement].stops += Int32(vehicles[index].stopsOnLink)
      lamps.movements[movement].delaySeconds += Double(vehicles[index].linkDelay) / 1000
      let outside = outsideDelay(index)
      if outside != 0 { book.noteOutsideDelay(movement, outside) }
      book.notePassage(movement, vehicles[index], travel: entry - vehicles[index].enteredLink)
    }
    tracePiece(index, link: segments[segment].link, leftAt: time)
    vehicles[index].tripDelay += vehicles[index].linkDelay
    vehicles[index].linkDelay = 0
    vehicles[index].stopsOnLink = 0
    vehicles[index].stoodAt = -1
  }
}
