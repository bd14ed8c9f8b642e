import TrafficModel

/// A network compiled to flat tables: what stays the same in all replications of a scenario.
struct StreetLayout: Sendable {
  /// Segments in their state before the first vehicle; links in order, from upstream to the stop line.
  var segments: ContiguousArray<LaneSegment> = []
  var connectors: ContiguousArray<Connector> = []
  /// For each segment inside a link, by lane at the stop line: the segment that follows; −1 if it leads elsewhere.
  var nextSegments: ContiguousArray<Int32> = []
  /// Movements that others yield to, by `Connector.firstFoe`.
  var foes: ContiguousArray<Int32> = []
  /// By `Connector.junctionRule`.
  var junctionRules: ContiguousArray<JunctionRule> = []
  /// Stop lines that share an all-way stop, by `JunctionRule.firstRival`.
  var rivals: ContiguousArray<Rival> = []
  /// Parts of crosswalks, by `JunctionRule.firstZone`.
  var crossedZones: ContiguousArray<CrossedZone> = []
  /// By link: first entry of ``entries``, one per lane at the stop line.
  var firstEntry: ContiguousArray<Int32> = []
  /// The segment by which a link is entered for each of its lanes at the stop line.
  var entries: ContiguousArray<Int32> = []
  /// By movement: where its lanes begin in ``movementLanes`` and the two tables beside it.
  var firstLaneOfMovement: ContiguousArray<Int32> = []
  var movementLanes: ContiguousArray<UInt8> = []
  var movementSegments: ContiguousArray<Int32> = []
  var movementConnectors: ContiguousArray<Int32> = []
  /// By link: the connector of vehicles that leave the network at its end, and in mid-block; −1 for none.
  var exitConnector: ContiguousArray<Int32> = []
  var midblockConnector: ContiguousArray<Int32> = []
  /// By lane number: its segments, as a range of ``laneSegments`` from the stop line upstream.
  var firstSegmentOfLane: ContiguousArray<Int32> = []
  var laneSegments: ContiguousArray<Int32> = []
  /// By source: the outside queues, one per lane at the entry, as a range of ``outsideSegments``.
  var firstOutside: ContiguousArray<Int32> = []
  var outsideSegments: ContiguousArray<Int32> = []
  var turning: TurningTable
  var constants: DriverConstants

  /// Passenger cars and heavy vehicles, in centimetres.
  var spacing: (car: Int32, heavy: Int32) {
    (
      Int32((constants.carSpacingMeters * 100).rounded()),
      Int32((constants.heavySpacingMeters * 100).rounded())
    )
  }

  init(_ scenario: Scenario, constants: DriverConstants) {
    self.constants = constants
    turning = TurningTable(scenario)
    let numbering = LaneNumbering(scenario.network)
    var builder = LayoutBuilder(network: scenario.network, constants: constants, numbering: numbering)
    let midblock = Self.linksCutInMidblock(scenario)
    for link in scenario.network.links.indices {
      builder.addLink(link, isCutInMidblock: midblock[link], to: &self)
    }
    builder.addMovements(to: &self)
    builder.addSources(scenario.demand.sources, to: &self)
  }

  private static func linksCutInMidblock(_ scenario: Scenario) -> [Bool] {
    var cut = [Bool](repeating: false, count: scenario.network.links.count)
    for source in scenario.demand.sources where source.isMidblock { cut[source.link.index] = true }
    for step in scenario.demand.turning {
      for (link, share) in step.midblockExitShare.enumerated() where share > 0 { cut[link] = true }
    }
    return cut
  }

  func lanes(ofMovement movement: Int) -> Range<Int> {
    Int(firstLaneOfMovement[movement])..<Int(firstLaneOfMovement[movement + 1])
  }

  func segments(ofLane lane: Int) -> Range<Int> {
    Int(firstSegmentOfLane[lane])..<Int(firstSegmentOfLane[lane + 1])
  }
}
