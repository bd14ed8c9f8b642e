import TrafficModel

/// Makes segments of the sections of links and joins them by connectors.
struct LayoutBuilder {
  let network: Network
  let constants: DriverConstants
  let numbering: LaneNumbering
  /// By link.
  private var cuts: [LinkSections]

  init(
    _ scenario: Scenario, constants: DriverConstants, numbering: LaneNumbering, busStops: [BusStop]
  ) {
    network = scenario.network
    self.constants = constants
    self.numbering = numbering
    cuts = network.links.map { LinkSections(link: $0, shortestMeters: constants.carSpacingMeters) }
    for source in scenario.demand.sources where source.isMidblock {
      cuts[source.link.index].isCutInMidblock = true
    }
    for step in scenario.demand.turning {
      for (link, share) in step.midblockExitShare.enumerated() where share > 0 {
        cuts[link].isCutInMidblock = true
      }
    }
    for incident in scenario.incidents { cuts[incident.link.index].incidents.append(incident) }
    for (number, stop) in busStops.enumerated() {
      cuts[stop.link.index].busStops.append((stop.distanceMeters, number))
    }
  }

  mutating func addLink(_ index: Int, to layout: inout StreetLayout) {
    let link = network.links[index]
    let sections = cuts[index].sections
    var segmentOf = Array(
      repeating: [Int32](repeating: -1, count: link.lanes.count), count: sections.count)
    for (number, section) in sections.enumerated() {
      let lanes = Set(section.laneFor).sorted()
      let first = Int32(layout.segments.count)
      for lane in lanes {
        segmentOf[number][lane] = Int32(layout.segments.count)
        let isLast = number == sections.count - 1
        let outline = outline(
          of: LinkID(index), lane: lane, from: section.start, to: section.end, isLast: isLast, to: &layout)
        var made = LaneSegment(
          kind: isLast ? .stopLine : .section, lane: Int32(numbering.laneID(LinkID(index), lane: lane).index),
          link: Int32(index), platoonSpeed: outline.shape.speedLimit)
        made.endsInMidblock = section.endsInMidblock
        made.hasBusStop = section.busStop != nil
        made.hasIncident = section.hasIncident
        var more = RareSegmentData()
        more.busStop = Int32(section.busStop ?? -1)
        if section.hasIncident {
          more.firstSibling = first
          more.siblingCount = Int32(lanes.count)
        }
        layout.append(made, outline, more)
      }
    }
    join(sections, segmentOf, to: &layout)
    layout.firstEntry.append(Int32(layout.entries.count))
    for final in link.lanes.indices {
      let way = sections.indices.map { segmentOf[$0][sections[$0].laneFor[final]] }
      var rest: Int32 = -1
      if way.count == 2 { rest = way[1] }
      if way.count > 2 {
        rest = Int32(layout.waySegments.count)
        layout.waySegments.append(contentsOf: way)
      }
      let entry = layout.outlines[Int(way[0])].shape
      layout.entries.append(
        LaneWay(
          entry: way[0], entryLane: layout.segments[Int(way[0])].lane, rest: rest,
          lengthCentimeters: entry.distanceToStopLine + entry.lengthCentimeters,
          count: UInt8(clamping: way.count)))
    }
    for lane in link.lanes.indices {
      layout.firstSegmentOfLane.append(Int32(layout.laneSegments.count))
      for number in sections.indices.reversed() where segmentOf[number][lane] >= 0 {
        layout.laneSegments.append(segmentOf[number][lane])
      }
    }
    addExits(of: link, isCutInMidblock: cuts[index].isCutInMidblock, to: &layout)
  }

  /// Tells each segment inside a link where it leads, by the lane at the stop line. Behind an incident every lane leads
  /// back to every other.
  private func join(_ sections: [LinkSection], _ segmentOf: [[Int32]], to layout: inout StreetLayout) {
    for number in sections.indices.dropLast() {
      let here = sections[number].laneFor
      let next = sections[number + 1].laneFor
      for lane in Set(here).sorted() {
        let segment = Int(segmentOf[number][lane])
        for final in here.indices {
          let isOwn = here[final] == lane
          let follows = isOwn || sections[number].hasIncident ? segmentOf[number + 1][next[final]] : -1
          layout.outlines[segment].followers.append(follows)
          if isOwn { layout.rare[Int(follows)].feeder = Int32(segment) }
        }
      }
    }
  }

  private func outline(
    of link: LinkID, lane: Int, from start: Double, to end: Double, isLast: Bool,
    to layout: inout StreetLayout
  ) -> SegmentOutline {
    let road = network[link]
    let length = max(start - end, 0.01)
    var connector: Int32 = -1
    if !isLast { connector = layout.connectors.share(through(road, lane: lane), for: .throughLink) }
    let headway = road.lanes[lane].saturationHeadwaySeconds ?? constants.saturationHeadwaySeconds
    let reaction =
      constants.reactionSeconds
      ?? max(0.3, headway - constants.carSpacingMeters / road.speedLimitMetersPerSecond)
    return SegmentOutline(
      shape: SegmentShape(
        lengthCentimeters: Int32((length * 100).rounded()), speedLimit: Float(road.speedLimitMetersPerSecond),
        waveMilliseconds: Int32((length * reaction / constants.carSpacingMeters * 1000).rounded()),
        distanceToStopLine: Int32((end * 100).rounded()), connector: connector))
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
    connector.drive.carReaction = 0
    connector.drive.heavyReaction = 0
    connector.drive.startDelayMilliseconds = 0
    return connector
  }

  private func addExits(of link: Link, isCutInMidblock: Bool, to layout: inout StreetLayout) {
    var connector = unlimited(link, lane: 0)
    layout.exitConnector.append(layout.connectors.share(connector, for: .exit))
    if isCutInMidblock {
      connector.endsInMidblock = true
      layout.midblockConnector.append(layout.connectors.share(connector, for: .midblockExit))
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
      let mayYield =
        !movement.permittedGroups.isEmpty || constants.hasMovingWaitingPlaces && !movement.yieldsTo.isEmpty
      if movement.waitingPlaceMeters > 0 && mayYield && !movement.turnsOnRed {
        waitingPlace = addWaitingPlace(of: index, junctions, to: &layout)
      }
      for lane in movement.lanes {
        let number = numbering.laneID(movement.from, lane: lane).index
        let first = layout.firstSegmentOfLane[number]
        var connector = stopLine(movement, index: index, lane: lane, junctions, to: &layout)
        connector.waitingPlace = waitingPlace
        connector.naturalLane = naturalLane(movement, from: lane)
        connector.naturalSpan = naturalSpan(movement, from: lane)
        layout.movementLanes.append(
          MovementLane(
            way: layout.entries[Int(layout.firstEntry[movement.from.index]) + lane],
            lane: UInt8(lane), endsCycle: layout.cycleMovement[number] == Int32(index),
            hasWaitingPlace: waitingPlace >= 0, segment: layout.laneSegments[Int(first)],
            connector: layout.connectors.append(connector), number: Int32(number)))
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
    connector.drive.innerCentimeters = Int32((movement.innerLengthMeters * 100).rounded())
    connector.drive.crossingSpeed = Float(crossing)
    connector.firstFoe = Int32(layout.foes.count)
    connector.foeCount = UInt8(clamping: movement.yieldsTo.count)
    for foe in movement.yieldsTo { layout.foes.append(Int32(foe.index)) }
    junctions.addRightOfWay(of: MovementID(index), constants, to: &connector, &layout)
    return connector
  }

  /// Where the network says it, the lane that it says; else turns to the left keep their order from the median, all
  /// others from the kerb.
  private func naturalLane(_ movement: Movement, from lane: Int) -> Int32 {
    if let range = targetLanes(movement, from: lane) {
      return Int32(numbering.laneID(movement.to, lane: range.lowerBound).index)
    }
    let target = network[movement.to]
    let entries = Set(cuts[movement.to.index].lanes(at: target.lengthMeters)).sorted()
    let position = movement.lanes.firstIndex(of: lane) ?? 0
    let isLeft = movement.turn == .left || movement.turn == .uTurn
    let wanted = isLeft ? entries.count - movement.lanes.count + position : position
    let entry = entries[min(max(wanted, 0), entries.count - 1)]
    return Int32(numbering.laneID(movement.to, lane: entry).index)
  }

  private func naturalSpan(_ movement: Movement, from lane: Int) -> UInt8 {
    UInt8(clamping: targetLanes(movement, from: lane).map { $0.count - 1 } ?? 0)
  }

  private func targetLanes(_ movement: Movement, from lane: Int) -> ClosedRange<Int>? {
    guard let position = movement.lanes.firstIndex(of: lane), position < movement.targetLanes.count else {
      return nil
    }
    return movement.targetLanes[position]
  }

  /// The waiting place of a movement: the first part of its way through the junction, as a segment of its own.
  private func addWaitingPlace(
    of index: Int, _ junctions: JunctionTables, to layout: inout StreetLayout
  ) -> Int32 {
    let movement = network.movements[index]
    let vehicles = max(1, (movement.waitingPlaceMeters / constants.carSpacingMeters).rounded())
    let length =
      constants.hasMovingWaitingPlaces ? movement.waitingPlaceMeters : vehicles * constants.carSpacingMeters
    var connector = stopLine(
      movement, index: index, lane: movement.lanes[0], junctions, to: &layout)
    connector.drive.innerCentimeters = max(
      connector.innerCentimeters / 4, connector.innerCentimeters - Int32((length * 100).rounded()))
    let speed = Double(connector.crossingSpeed)
    let number = Int32(layout.segments.count)
    let shape = SegmentShape(
      lengthCentimeters: Int32((length * 100).rounded()), speedLimit: Float(speed), waveMilliseconds: 0,
      distanceToStopLine: 0, connector: layout.connectors.append(connector))
    layout.append(
      LaneSegment(
        kind: .waitingPlace, lane: -1, link: Int32(movement.from.index), platoonSpeed: shape.speedLimit),
      SegmentOutline(shape: shape), RareSegmentData())
    return number
  }

  /// Adds the queues outside of a place where vehicles come in: one per lane there.
  mutating func addOrigin(_ origin: Origin, to layout: inout StreetLayout) {
    layout.firstOutside.append(Int32(layout.outsideSegments.count))
    let sections = cuts[origin.link].sections
    let number = origin.isMidblock ? 1 + (sections.firstIndex { $0.endsInMidblock } ?? -1) : 0
    let laneFor = sections[number].laneFor
    for lane in Set(laneFor).sorted() {
      addOutside(
        of: LinkID(origin.link), lane: lane, at: sections[number].start, laneFor: laneFor, to: &layout)
    }
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
      let end = layout.outlines[Int(segment)].shape.distanceToStopLine
      if Double(end) / 100 < distance - 0.005 { entry = segment }
    }
    layout.outsideSegments.append(Int32(layout.segments.count))
    let shape = SegmentShape(
      lengthCentimeters: 0, speedLimit: Float(network[link].speedLimitMetersPerSecond), waveMilliseconds: 0,
      distanceToStopLine: 0,
      connector: layout.connectors.share(unlimited(network[link], lane: lane), for: .entry))
    layout.append(
      LaneSegment(
        kind: .outside, lane: Int32(laneNumber.index), link: Int32(link.index), platoonSpeed: .infinity),
      SegmentOutline(shape: shape, followers: laneFor.map { $0 == lane ? entry : -1 }), RareSegmentData())
  }
}
