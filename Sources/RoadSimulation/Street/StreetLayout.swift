import TrafficModel

/// A network compiled to flat tables: what stays the same in all replications of a scenario.
struct StreetLayout: Sendable {
  /// Segments in their state before the first vehicle; links in order, from upstream to the stop line.
  var segments: ContiguousArray<LaneSegment> = []
  var rare: ContiguousArray<RareSegmentData> = []
  var connectors = ConnectorTable()
  private(set) var shapes = ShapeTable()
  /// By segment, while the network is compiled.
  var outlines: ContiguousArray<SegmentOutline> = []
  /// Movements that others yield to, by `Connector.firstFoe`.
  var foes: ContiguousArray<Int32> = []
  /// By `Connector.junctionRule`.
  var junctionRules: ContiguousArray<JunctionRule> = []
  /// Stop lines that share an all-way stop, by `JunctionRule.firstRival`.
  var rivals: ContiguousArray<Rival> = []
  /// Parts of crosswalks, by `JunctionRule.firstZone`.
  var crossedZones: ContiguousArray<CrossedZone> = []
  /// By link: first entry of ``entries``, one per lane at the stop line.
  var firstEntry = Table<Int32>()
  /// How each lane at the stop line of a link is reached.
  var entries = Table<LaneWay>()
  /// The segments of ways of more than two, by `LaneWay.rest`.
  var waySegments: ContiguousArray<Int32> = []
  /// By movement: where its lanes begin in ``movementLanes``.
  var firstLaneOfMovement = Table<Int32>()
  var movementLanes = Table<MovementLane>()
  /// By lane number: the movements that leave from it, as a range of ``movementsOfLanes``.
  private var firstMovementOfLane = Table<Int32>()
  private(set) var movementsOfLanes = Table<Int32>()
  /// By link: the connector of vehicles that leave the network at its end, and in mid-block; −1 for none.
  var exitConnector: ContiguousArray<Int32> = []
  var midblockConnector: ContiguousArray<Int32> = []
  /// By lane number: its segments, as a range of ``laneSegments`` from the stop line upstream.
  var firstSegmentOfLane = Table<Int32>()
  var laneSegments = Table<Int32>()
  /// By lane number: the movement whose red ends a cycle there, −1 for lanes without a signal.
  var cycleMovement: Table<Int32>
  let lanesWithoutSignal: [Int]
  /// Where vehicles come in.
  var origins: [Origin] = []
  /// By origin: the outside queues, one per lane at the entry, as a range of ``outsideSegments``.
  var firstOutside: ContiguousArray<Int32> = []
  var outsideSegments: ContiguousArray<Int32> = []
  /// Stop lines that lead to each link.
  var feeders = LinkFeeders()
  var turning: TurningTable
  var routes: RouteTable
  var busLines: BusLineTable
  var constants: DriverConstants

  init(_ scenario: Scenario, constants: DriverConstants) {
    self.constants = constants
    turning = TurningTable(scenario)
    routes = RouteTable(scenario)
    busLines = BusLineTable(scenario.demand.busLines)
    let numbering = LaneNumbering(scenario.network)
    let cycles = MeasureBook.cycleMovements(scenario, numbering)
    cycleMovement = Table(cycles)
    lanesWithoutSignal = cycles.indices.filter { cycles[$0] < 0 }
    var builder = LayoutBuilder(
      scenario, constants: constants, numbering: numbering, busStops: busLines.stops)
    for link in scenario.network.links.indices { builder.addLink(link, to: &self) }
    firstEntry.append(Int32(entries.count))
    firstSegmentOfLane.append(Int32(laneSegments.count))
    builder.addMovements(to: &self)
    addMovementsOfLanes(count: numbering.count)
    feeders = LinkFeeders(scenario.network, self)
    if constants.laneLookAheadMeters > 0 { routes.setLaneCosts(scenario, self) }
    origins = Origin.all(of: scenario.demand)
    for origin in origins { builder.addOrigin(origin, to: &self) }
    firstOutside.append(Int32(outsideSegments.count))
    connectors.close()
    for segment in segments.indices {
      segments[segment].shape = shapes.share(outlines[segment], of: segment)
    }
    outlines = []
    shapes.close()
  }

  mutating func append(_ segment: LaneSegment, _ outline: SegmentOutline, _ more: RareSegmentData) {
    segments.append(segment)
    outlines.append(outline)
    rare.append(more)
  }

  private mutating func addMovementsOfLanes(count: Int) {
    var lists = [[Int32]](repeating: [], count: count)
    for movement in 0..<firstLaneOfMovement.count - 1 {
      for position in lanes(ofMovement: movement) {
        lists[Int(movementLanes[position].number)].append(Int32(movement))
      }
    }
    for list in lists {
      firstMovementOfLane.append(Int32(movementsOfLanes.count))
      movementsOfLanes.append(contentsOf: list)
    }
    firstMovementOfLane.append(Int32(movementsOfLanes.count))
  }

  @inline(__always)
  func movements(ofLane lane: Int) -> Range<Int> {
    Int(firstMovementOfLane[lane])..<Int(firstMovementOfLane[lane + 1])
  }

  // Called from the module's hottest loops: a plain method gets a copy of this value, half a kilobyte, each time.
  @inline(__always)
  func lanes(ofMovement movement: Int) -> Range<Int> {
    Int(firstLaneOfMovement[movement])..<Int(firstLaneOfMovement[movement + 1])
  }

  @inline(__always)
  func segments(ofLane lane: Int) -> Range<Int> {
    Int(firstSegmentOfLane[lane])..<Int(firstSegmentOfLane[lane + 1])
  }
}

/// The way from the entry of a link to one of its lanes at the stop line.
struct LaneWay: Sendable {
  /// The segment by which one enters, and the lane it is part of, by number in the network.
  var entry: Int32
  var entryLane: Int32
  /// Of two segments the second; of more the place of all of them in the table `waySegments`.
  var rest: Int32
  /// From there to the stop line.
  var lengthCentimeters: Int32
  /// How many segments it has.
  var count: UInt8
}

/// A lane that a movement leaves from: half a cache line.
struct MovementLane: Sendable {
  var way: LaneWay
  /// Its number on its link.
  var lane: UInt8
  /// A red of the movement ends a cycle of the lane.
  var endsCycle: Bool
  var hasWaitingPlace: Bool
  /// The segment at the stop line, and what happens at its end.
  var segment: Int32
  var connector: Int32
  /// Its number in the network.
  var number: Int32
}

/// A place where vehicles come in; everything that sends vehicles to the same place shares its queues outside.
struct Origin: Hashable, Sendable {
  var link: Int
  var isMidblock: Bool

  /// In order of first mention.
  static func all(of demand: Demand) -> [Origin] {
    var seen: Set<Origin> = []
    let mentioned =
      demand.sources.map { Origin(link: $0.link.index, isMidblock: $0.isMidblock) }
      + demand.routes.map { Origin(link: $0.links[0].index, isMidblock: false) }
    return mentioned.filter { seen.insert($0).inserted }
  }
}
