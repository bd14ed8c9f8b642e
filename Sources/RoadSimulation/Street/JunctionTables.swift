import TrafficModel

/// What movements of one node have to do with each other and with its crosswalks, while a network is compiled.
struct JunctionTables {
  private let network: Network
  private let numbering: LaneNumbering
  private let geometry: MovementConflicts
  /// By node.
  private var movementsOfNode: [[MovementID]]
  /// By node; only for nodes that need it, an all-way stop or right before left.
  private var approachesOfNode: [[LinkID]]
  private let paths: ContiguousArray<WalkingPath>

  init(_ network: Network, _ numbering: LaneNumbering) {
    self.network = network
    self.numbering = numbering
    paths = WalkingPath.paths(of: network)
    let needsThem = network.nodes.map { $0.control == .allWayStop || $0.control == .rightBeforeLeft }
    geometry = MovementConflicts(network)
    movementsOfNode = Array(repeating: [], count: network.nodes.count)
    approachesOfNode = movementsOfNode.map { _ in [] }
    for (index, movement) in network.movements.enumerated() {
      let node = movement.node.index
      movementsOfNode[node].append(MovementID(index))
      if needsThem[node] && !approachesOfNode[node].contains(movement.from) {
        approachesOfNode[node].append(movement.from)
      }
    }
  }

  /// Gaps, stops and the rule by which a movement without protection goes. Its foes stand in the table already.
  func addRightOfWay(
    of id: MovementID, _ constants: DriverConstants, to connector: inout Connector,
    _ layout: inout StreetLayout
  ) {
    var rule = JunctionRule()
    let movement = network[id]
    let control = network[movement.node].control
    connector.crossesOthers = movementsOfNode[movement.node.index].contains {
      geometry.kind(id, $0) == .crossing
    }
    connector.stopsFirst = movement.stopsFirst || control == .allWayStop
    connector.turnsOnRed = movement.turnsOnRed
    let stops = movement.stopsFirst || movement.turnsOnRed
    // The sumo profile knows one gap for all.
    let usual =
      stops && constants.reactionSeconds == nil
      ? constants.stopCriticalGapSeconds[movement.turn] : constants.criticalGapSeconds
    connector.drive.criticalGapMilliseconds = milliseconds(movement.criticalGapSeconds ?? usual)
    connector.drive.followUp = milliseconds(movement.followUpSeconds ?? constants.followUpSeconds)
    rule.stopFollowUp = milliseconds(
      movement.followUpSeconds ?? constants.stopFollowUpSeconds[movement.turn])
    if control == .allWayStop {
      connector.rule = .firstCome
      rule.turnHeadway = milliseconds(constants.allWayStop.turnSeconds[movement.turn])
      rule.firstRival = Int32(layout.rivals.count)
      addRivals(of: movement, to: &layout)
      rule.rivalCount = Int32(layout.rivals.count) - rule.firstRival
    } else if control == .rightBeforeLeft {
      connector.rule = .rightFirst
      for other in movementsOfNode[movement.node.index]
      where geometry.kind(id, other) != .none && !movement.yieldsTo.contains(other) {
        layout.foes.append(Int32(other.index))
        rule.metCount += 1
      }
    }
    addZones(of: movement, constants, speed: Double(connector.crossingSpeed), to: &rule, &layout)
    connector.crossesPeople = rule.zoneCount > 0
    if connector.rule == .gaps && !stops && !connector.crossesPeople { return }
    connector.junctionRule = Int32(layout.junctionRules.count)
    layout.junctionRules.append(rule)
  }

  private func milliseconds(_ seconds: Double) -> Int32 { Int32((seconds * 1000).rounded()) }

  /// All stop lines of the other approaches: the one most nearly opposite, and the crossing ones.
  private func addRivals(of movement: Movement, to layout: inout StreetLayout) {
    let own = MovementConflicts.direction(of: network[movement.from], at: movement.node, in: network)
    var crossingSide: UInt8 = 2
    for approach in approachesOfNode[movement.node.index] where approach != movement.from {
      let its = MovementConflicts.direction(of: network[approach], at: movement.node, in: network)
      let turn = its < own ? its - own + 4 : its - own
      let isOpposite = turn >= 1.5 && turn <= 2.5
      for lane in numbering.lanes(of: approach) {
        let segment = layout.laneSegments[Int(layout.firstSegmentOfLane[lane])]
        layout.rivals.append(Rival(segment: segment, side: isOpposite ? 1 : crossingSide))
      }
      // More than two crossing approaches count as two.
      if !isOpposite { crossingSide = 4 }
    }
  }

  /// The parts of crosswalks on a movement's path: its own lanes towards the node on the leg by which it comes; on the
  /// leg by which it goes the lanes beside the kerb for a right turn, those beside the middle for a left turn. People
  /// elsewhere on the crosswalk are not in its way.
  private func addZones(
    of movement: Movement, _ constants: DriverConstants, speed: Double, to rule: inout JunctionRule,
    _ layout: inout StreetLayout
  ) {
    rule.firstZone = Int32(layout.crossedZones.count)
    if movement.crosses.isEmpty { return }
    let clearance = milliseconds((Self.crosswalkWidthMeters + constants.carLengthMeters) / speed)
    let away = milliseconds(movement.innerLengthMeters / speed)
    var behind: [CrossedZone] = []
    for crosswalk in movement.crosses {
      guard let leg = network[crosswalk].leg, paths[crosswalk.index].isInTheWay else { continue }
      let path = paths[crosswalk.index]
      let neighbour = network[leg].to == movement.node ? network[leg].from : network[leg].to
      func zone(_ lanes: ClosedRange<Double>, lead: Int32) -> CrossedZone {
        CrossedZone(
          crosswalk: Int32(crosswalk.index),
          near: Float(lanes.lowerBound * path.laneMeters - Self.distanceKeptMeters),
          far: Float(lanes.upperBound * path.laneMeters + Self.distanceKeptMeters), lead: lead,
          clearance: clearance)
      }
      let first = Double(movement.lanes.first ?? 0)
      let last = Double((movement.lanes.last ?? 0) + 1)
      if network[movement.from].from == neighbour {
        // Seen from the other kerb, lanes towards the node are counted backwards.
        layout.crossedZones.append(zone(path.lanes - last...path.lanes - first, lead: 0))
        rule.nearZoneCount += 1
        if network[movement.to].to != neighbour { continue }
      }
      // A crosswalk that the scenario puts on the path though it lies on another leg is met behind the junction.
      let width = min(Double(movement.lanes.count), path.lanesAway)
      switch movement.turn {
      case .right: behind.append(zone(0...width, lead: away))
      case .left, .uTurn: behind.append(zone(path.lanesAway - width...path.lanesAway, lead: away))
      case .through: behind.append(zone(min(first, path.lanesAway)...min(last, path.lanesAway), lead: away))
      }
    }
    layout.crossedZones.append(contentsOf: behind)
    rule.zoneCount = rule.nearZoneCount + Int32(behind.count)
  }

  private static let crosswalkWidthMeters = 4.0
  /// From the side of a lane to the people for whom a driver waits.
  private static let distanceKeptMeters = 1.0
}
