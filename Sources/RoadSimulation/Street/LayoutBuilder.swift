import TrafficModel

/// Cuts links into segments and joins them by connectors.
///
/// A link is cut where a pocket begins and, if vehicles come or go there, half way. Cuts closer together than one
/// vehicle are made one, so that no segment is too short to hold anybody.
struct LayoutBuilder {
  let network: Network
  let constants: DriverConstants
  let numbering: LaneNumbering

  /// One stretch of a link between two cuts.
  private struct Section {
    /// Distances from the stop line.
    var start: Double
    var end: Double
    /// The lane in this section that leads to each lane at the stop line.
    var laneFor: [Int]
    var endsInMidblock = false
  }

  mutating func addLink(_ index: Int, isCutInMidblock: Bool, to layout: inout StreetLayout) {
    let link = network.links[index]
    let sections = sections(of: link, isCutInMidblock: isCutInMidblock)
    var segmentOf = Array(
      repeating: [Int32](repeating: -1, count: link.lanes.count), count: sections.count)
    for (number, section) in sections.enumerated() {
      for lane in Set(section.laneFor).sorted() {
        segmentOf[number][lane] = Int32(layout.segments.count)
        layout.segments.append(
          segment(
            of: LinkID(index), lane: lane, from: section.start, to: section.end,
            isLast: number == sections.count - 1, to: &layout))
        layout.segments[layout.segments.count - 1].endsInMidblock = section.endsInMidblock
      }
    }
    for number in sections.indices.dropLast() {
      let here = sections[number].laneFor
      let next = sections[number + 1].laneFor
      for lane in Set(here).sorted() {
        let segment = Int(segmentOf[number][lane])
        layout.segments[segment].firstNext = Int32(layout.nextSegments.count)
        for final in link.lanes.indices {
          let follows = here[final] == lane ? segmentOf[number + 1][next[final]] : -1
          layout.nextSegments.append(follows)
          if follows >= 0 { layout.segments[Int(follows)].feeder = Int32(segment) }
        }
      }
    }
    layout.firstEntry.append(Int32(layout.entries.count))
    for final in link.lanes.indices { layout.entries.append(segmentOf[0][sections[0].laneFor[final]]) }
    for lane in link.lanes.indices {
      layout.firstSegmentOfLane.append(Int32(layout.laneSegments.count))
      for number in sections.indices.reversed() where segmentOf[number][lane] >= 0 {
        layout.laneSegments.append(segmentOf[number][lane])
      }
    }
    if index == network.links.count - 1 {
      layout.firstEntry.append(Int32(layout.entries.count))
      layout.firstSegmentOfLane.append(Int32(layout.laneSegments.count))
    }
    addExits(of: link, isCutInMidblock: isCutInMidblock, to: &layout)
  }

  private func sections(of link: Link, isCutInMidblock: Bool) -> [Section] {
    let shortest = constants.carSpacingMeters
    var cuts = link.lanes.compactMap { $0.pocketMeters }.filter {
      $0 < link.lengthMeters - shortest
    }
    let middle = link.lengthMeters / 2
    if isCutInMidblock { cuts.append(middle) }
    cuts.sort(by: >)
    var kept: [Double] = []
    for cut in cuts where (kept.last ?? .infinity) - cut >= shortest { kept.append(cut) }
    let starts = [link.lengthMeters] + kept
    let ends = kept + [0]
    return zip(starts, ends).map { start, end in
      Section(
        start: start, end: end, laneFor: lanesFor(link, at: start),
        endsInMidblock: isCutInMidblock && end > 0 && abs(end - middle) < shortest)
    }
  }

  /// The lane at `distance` from the stop line that leads to each lane there: itself, or the nearest beside it.
  private func lanesFor(_ link: Link, at distance: Double) -> [Int] {
    let exists = link.lanes.map { lane in
      guard let pocket = lane.pocketMeters else { return true }
      return pocket >= link.lengthMeters - constants.carSpacingMeters
        || pocket > distance - constants.carSpacingMeters
    }
    return link.lanes.indices.map { lane in
      link.lanes.indices.filter { exists[$0] }
        .min { abs($0 - lane) < abs($1 - lane) } ?? lane
    }
  }

  private func segment(
    of link: LinkID, lane: Int, from start: Double, to end: Double, isLast: Bool,
    to layout: inout StreetLayout
  ) -> LaneSegment {
    let road = network[link]
    let length = max(start - end, 0.01)
    var connector: Int32 = -1
    if !isLast {
      connector = Int32(layout.connectors.count)
      layout.connectors.append(through(road, lane: lane))
    }
    let headway = road.lanes[lane].saturationHeadwaySeconds ?? constants.saturationHeadwaySeconds
    let reaction =
      constants.reactionSeconds
      ?? max(0.3, headway - constants.carSpacingMeters / road.speedLimitMetersPerSecond)
    return LaneSegment(
      kind: isLast ? .stopLine : .section, lane: Int32(numbering.laneID(link, lane: lane).index),
      link: Int32(link.index), connector: connector, lengthCentimeters: Int32((length * 100).rounded()),
      speedLimit: Float(road.speedLimitMetersPerSecond),
      waveMilliseconds: Int32((length * reaction / constants.carSpacingMeters * 1000).rounded()),
      distanceToStopLine: Int32((end * 100).rounded()), firstNext: 0)
  }

  /// The connector of vehicles that drive straight on within a link.
  private func through(_ link: Link, lane: Int) -> Connector {
    let discharge = Discharge(
      headway: link.lanes[lane].saturationHeadwaySeconds ?? constants.saturationHeadwaySeconds,
      crossingSpeed: link.speedLimitMetersPerSecond, constants: constants)
    return discharge.connector
  }

  /// The connector of vehicles that come or go: nothing but the road itself holds them back.
  private func unlimited(_ link: Link, lane: Int) -> Connector {
    var connector = through(link, lane: lane)
    connector.carReaction = 0
    connector.heavyReaction = 0
    connector.startDelayMilliseconds = 0
    return connector
  }

  private func addExits(of link: Link, isCutInMidblock: Bool, to layout: inout StreetLayout) {
    layout.exitConnector.append(Int32(layout.connectors.count))
    layout.connectors.append(unlimited(link, lane: 0))
    if isCutInMidblock {
      layout.midblockConnector.append(Int32(layout.connectors.count))
      layout.connectors.append(unlimited(link, lane: 0))
    } else {
      layout.midblockConnector.append(-1)
    }
  }

  mutating func addMovements(to layout: inout StreetLayout) {
    let junctions = JunctionTables(network, numbering)
    for (index, movement) in network.movements.enumerated() {
      layout.firstLaneOfMovement.append(Int32(layout.movementLanes.count))
      var waitingPlace: Int32 = -1
      // Who turns on red stops at the stop line and not further on.
      if movement.waitingPlaceMeters > 0 && !movement.permittedGroups.isEmpty && !movement.turnsOnRed {
        waitingPlace = addWaitingPlace(of: index, junctions, to: &layout)
      }
      for lane in movement.lanes {
        layout.movementLanes.append(UInt8(lane))
        let first = layout.firstSegmentOfLane[numbering.laneID(movement.from, lane: lane).index]
        layout.movementSegments.append(layout.laneSegments[Int(first)])
        layout.movementConnectors.append(Int32(layout.connectors.count))
        var connector = stopLine(movement, index: index, lane: lane, junctions, to: &layout)
        connector.waitingPlace = waitingPlace
        connector.naturalLane = naturalLane(movement, from: lane)
        layout.connectors.append(connector)
      }
    }
    layout.firstLaneOfMovement.append(Int32(layout.movementLanes.count))
  }

  private func stopLine(
    _ movement: Movement, index: Int, lane: Int, _ junctions: JunctionTables, to layout: inout StreetLayout
  ) -> Connector {
    let link = network[movement.from]
    let next = network[movement.to]
    var headway = link.lanes[lane].saturationHeadwaySeconds ?? constants.saturationHeadwaySeconds
    switch movement.turn {
    case .left, .uTurn: headway *= constants.leftTurnFactor
    case .right: headway *= constants.rightTurnFactor
    case .through: break
    }
    let limit = min(link.speedLimitMetersPerSecond, next.speedLimitMetersPerSecond)
    let crossing = min(
      limit, movement.turningSpeedMetersPerSecond ?? (movement.turn == .uTurn ? constants.uTurnSpeed : limit))
    var connector = Discharge(headway: headway, crossingSpeed: crossing, constants: constants).connector
    connector.movement = Int32(index)
    connector.targetLink = Int32(movement.to.index)
    connector.innerCentimeters = Int32((movement.innerLengthMeters * 100).rounded())
    connector.crossingSpeed = Float(crossing)
    connector.firstFoe = Int32(layout.foes.count)
    connector.foeCount = Int32(movement.yieldsTo.count)
    for foe in movement.yieldsTo { layout.foes.append(Int32(foe.index)) }
    junctions.addRightOfWay(of: MovementID(index), constants, to: &connector, &layout)
    return connector
  }

  /// Turns to the left keep their order from the median, all others from the kerb.
  private func naturalLane(_ movement: Movement, from lane: Int) -> Int32 {
    let target = network[movement.to]
    let entries = Set(lanesFor(target, at: target.lengthMeters)).sorted()
    let position = movement.lanes.firstIndex(of: lane) ?? 0
    let isLeft = movement.turn == .left || movement.turn == .uTurn
    let wanted = isLeft ? entries.count - movement.lanes.count + position : position
    let entry = entries[min(max(wanted, 0), entries.count - 1)]
    return Int32(numbering.laneID(movement.to, lane: entry).index)
  }

  /// The waiting place of a movement: the first part of its way through the junction, as a segment of its own.
  private func addWaitingPlace(
    of index: Int, _ junctions: JunctionTables, to layout: inout StreetLayout
  ) -> Int32 {
    let movement = network.movements[index]
    let vehicles = max(1, (movement.waitingPlaceMeters / constants.carSpacingMeters).rounded())
    let length = vehicles * constants.carSpacingMeters
    var connector = stopLine(
      movement, index: index, lane: movement.lanes[0], junctions, to: &layout)
    connector.innerCentimeters = max(
      connector.innerCentimeters / 4, connector.innerCentimeters - Int32((length * 100).rounded()))
    let speed = Double(connector.crossingSpeed)
    let number = Int32(layout.segments.count)
    layout.segments.append(
      LaneSegment(
        kind: .waitingPlace, lane: -1, link: Int32(movement.from.index),
        connector: Int32(layout.connectors.count), lengthCentimeters: Int32((length * 100).rounded()),
        speedLimit: Float(speed), waveMilliseconds: 0, distanceToStopLine: 0, firstNext: 0))
    layout.connectors.append(connector)
    return number
  }

  mutating func addSources(_ sources: [VehicleSource], to layout: inout StreetLayout) {
    for source in sources {
      layout.firstOutside.append(Int32(layout.outsideSegments.count))
      let link = network[source.link]
      let sections = sections(
        of: link, isCutInMidblock: layout.midblockConnector[source.link.index] >= 0)
      let number =
        source.isMidblock ? 1 + (sections.firstIndex { $0.endsInMidblock } ?? -1) : 0
      let laneFor = sections[number].laneFor
      for lane in Set(laneFor).sorted() {
        addOutside(of: source.link, lane: lane, at: sections[number].start, laneFor: laneFor, to: &layout)
      }
    }
    layout.firstOutside.append(Int32(layout.outsideSegments.count))
  }

  private func addOutside(
    of link: LinkID, lane: Int, at distance: Double, laneFor: [Int], to layout: inout StreetLayout
  ) {
    let laneNumber = numbering.laneID(link, lane: lane)
    // From the stop line upstream: the last segment that ends before the entry begins there.
    var entry: Int32 = -1
    let range = layout.segments(ofLane: laneNumber.index)
    for index in range {
      let segment = layout.laneSegments[index]
      if Double(layout.segments[Int(segment)].distanceToStopLine) / 100 < distance - 0.005 { entry = segment }
    }
    layout.outsideSegments.append(Int32(layout.segments.count))
    var outside = LaneSegment(
      kind: .outside, lane: Int32(laneNumber.index), link: Int32(link.index),
      connector: Int32(layout.connectors.count), lengthCentimeters: 0,
      speedLimit: Float(network[link].speedLimitMetersPerSecond), waveMilliseconds: 0, distanceToStopLine: 0,
      firstNext: Int32(layout.nextSegments.count))
    outside.platoonSpeed = .infinity
    for final in laneFor.indices { layout.nextSegments.append(laneFor[final] == lane ? entry : -1) }
    layout.connectors.append(unlimited(network[link], lane: lane))
    layout.segments.append(outside)
  }
}
