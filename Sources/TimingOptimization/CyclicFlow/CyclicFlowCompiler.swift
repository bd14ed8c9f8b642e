import TrafficModel

/// Builds the junctions of a ``CyclicFlowModel``.
struct CyclicFlowCompiler {
  private let scenario: Scenario
  private let parameters: CyclicFlowParameters
  private let volumes: ExpectedVolumes
  private let controllerOfNode: [ControllerID?]
  private let laneGroups: [LaneGroup]
  /// By movement: its place among the streams of its controller.
  private var streamOfMovement: [Int?]
  private var movementsInto: [[Int]]
  private var movementsFrom: [[Int]]
  /// By link: vehicles per second that reach its stop line.
  private var linkVolume: [Double]

  init(_ scenario: Scenario, _ parameters: CyclicFlowParameters, _ volumes: ExpectedVolumes) {
    self.scenario = scenario
    self.parameters = parameters
    self.volumes = volumes
    controllerOfNode = scenario.controllerOfNode
    laneGroups = LaneGroup.groups(in: scenario.network)
    let network = scenario.network
    streamOfMovement = [Int?](repeating: nil, count: network.movements.count)
    movementsInto = [[Int]](repeating: [], count: network.links.count)
    movementsFrom = movementsInto
    linkVolume = [Double](repeating: 0, count: network.links.count)
    for (index, movement) in network.movements.enumerated() {
      movementsInto[movement.to.index].append(index)
      movementsFrom[movement.from.index].append(index)
      linkVolume[movement.from.index] += volumes.vehiclesPerHour[index] / 3600
    }
  }

  private var network: Network { scenario.network }
  private func volume(_ movement: Int) -> Double { volumes.vehiclesPerHour[movement] / 3600 }

  /// Vehicles per second that come from outside or from between the junctions.
  var entering: Double {
    var total = 0.0
    for link in network.links.indices {
      let handed = movementsInto[link].reduce(0) { $0 + volume($1) }
      total += max(0, linkVolume[link] - handed)
    }
    return total
  }

  mutating func junctions() -> [CyclicFlowModel.Junction] {
    var grouped = [[LaneGroup]](repeating: [], count: scenario.controllers.count)
    for group in laneGroups {
      let node = network[group.link].to
      guard network[node].control == .signal, let controller = controllerOfNode[node.index] else { continue }
      for movement in group.movements {
        streamOfMovement[movement.index] =
          grouped[controller.index].reduce(0) { $0 + $1.movements.count }
          + (group.movements.firstIndex(of: movement) ?? 0)
      }
      grouped[controller.index].append(group)
    }
    var result = grouped.indices.map { junction($0, groups: grouped[$0]) }
    for index in result.indices {
      let feeds = result[index].approaches.flatMap { $0.platoons.flatMap(\.feeds) }
      for upstream in Set(feeds.map(\.junction)).sorted() { result[upstream].downstream.append(index) }
    }
    return result
  }

  // MARK: - One junction

  private func junction(_ controller: Int, groups: [LaneGroup]) -> CyclicFlowModel.Junction {
    var links: [LinkID] = []
    for group in groups where !links.contains(group.link) { links.append(group.link) }
    var streams: [CyclicFlowModel.Stream] = []
    var result: [CyclicFlowModel.Group] = []
    for group in groups {
      let first = streams.count
      let total = group.movements.reduce(0) { $0 + volume($1.index) }
      for movement in group.movements {
        let share = total > 0 ? volume(movement.index) / total : 1 / Double(group.movements.count)
        streams.append(stream(movement, in: group, of: groups, share: share, first: first))
      }
      let reaching = linkVolume[group.link.index]
      let members = streams[first...]
      result.append(
        CyclicFlowModel.Group(
          approach: links.firstIndex(of: group.link) ?? 0, lanes: Double(group.lanes.count),
          streams: first..<streams.count, share: reaching > 0 ? total / reaching : 0, volume: total,
          storage: storage(group), persons: persons(group),
          isYielding: members.contains { !$0.opponents.isEmpty && $0.volume > 0 }))
    }
    return CyclicFlowModel.Junction(
      approaches: links.map(approach), groups: result, streams: streams, crosswalks: crosswalks(controller),
      order: order(result, streams), downstream: [])
  }

  /// Who yields to nobody first, then left turns, then whoever may turn on red.
  private func order(_ groups: [CyclicFlowModel.Group], _ streams: [CyclicFlowModel.Stream]) -> [Int] {
    func rank(_ index: Int) -> Int {
      if !groups[index].isYielding { return 0 }
      return streams[groups[index].streams].contains { $0.turnsOnRed } ? 2 : 1
    }
    return groups.indices.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  private func stream(
    _ id: MovementID, in group: LaneGroup, of groups: [LaneGroup], share: Double, first: Int
  ) -> CyclicFlowModel.Stream {
    let movement = network[id]
    let analysis = parameters.analysis
    let lanes = movement.lanes.filter(group.lanes.contains)
    let saturation = saturationFlow(id, lanes: lanes)
    let isGoverned = !(movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty)
    let stops = movement.turnsOnRed && movement.permittedGroups.isEmpty
    let followUp =
      movement.followUpSeconds ?? (stops ? analysis.stopFollowUpSeconds : analysis.followUpSeconds)
    let isLeft = movement.turn == .left || movement.turn == .uTurn
    let room = movement.waitingPlaceMeters > 0 ? movement.waitingPlaceMeters / parameters.spacingMeters : 0
    var opponents: [Int] = []
    for other in movement.yieldsTo {
      guard let index = groups.firstIndex(where: { $0.movements.contains(other) }),
        !group.movements.contains(other), !opponents.contains(index), volume(other.index) > 0
      else { continue }
      opponents.append(index)
    }
    let neighbours = group.movements.indices.filter { position in
      let other = group.movements[position]
      return other != id && volume(other.index) > 0
        && network[other].lanes.contains { movement.lanes.contains($0) }
    }
    return CyclicFlowModel.Stream(
      movement: id, share: share, volume: volume(id.index), saturation: saturation,
      lanes: Double(max(lanes.count, 1)),
      criticalGap: movement.criticalGapSeconds
        ?? (stops ? analysis.stopCriticalGapSeconds : analysis.criticalGapSeconds),
      followUp: followUp, unopposed: stops ? min(saturation, 1 / followUp) : saturation,
      opponents: opponents,
      sneakers: isLeft ? min(max(1, room), analysis.sneakersPerCycle) / Double(max(lanes.count, 1)) : 0,
      isGoverned: isGoverned, turnsOnRed: movement.turnsOnRed, neighbours: neighbours.map { first + $0 })
  }

  /// Vehicles per second of green and lane.
  private func saturationFlow(_ id: MovementID, lanes: [Int]) -> Double {
    let movement = network[id]
    let link = network[movement.from]
    let base = lanes.reduce(0.0) { sum, lane in
      sum
        + (link.lanes[lane].saturationHeadwaySeconds.map { 3600 / $0 }
          ?? parameters.analysis.baseSaturationFlow)
    }
    return base / Double(max(lanes.count, 1)) / 3600
      * AnalysisParameters.heavyVehicleFactor(share: volumes.heavyVehicleShare[id.index])
      / parameters.analysis.turnEquivalent(movement.turn)
  }

  private func storage(_ group: LaneGroup) -> Double {
    let link = network[group.link]
    return group.lanes.reduce(0.0) { sum, lane in
      sum + (link.lanes[lane].pocketMeters ?? link.lengthMeters) / parameters.spacingMeters
    }
  }

  private func persons(_ group: LaneGroup) -> Double {
    var weight = 0.0
    var sum = 0.0
    for movement in group.movements {
      let heavy = volumes.heavyVehicleShare[movement.index]
      weight += volume(movement.index)
      sum +=
        volume(movement.index)
        * (VehicleClass.builtInPersons[0] * (1 - heavy) + VehicleClass.builtInPersons[1] * heavy)
    }
    return weight > 0 ? sum / weight : VehicleClass.builtInPersons[0]
  }

  private func crosswalks(_ controller: Int) -> [CyclicFlowModel.Crosswalk] {
    scenario.demand.pedestrians.compactMap { flow in
      let crosswalk = network[flow.crosswalk]
      guard let group = crosswalk.group, controllerOfNode[crosswalk.node.index]?.index == controller else {
        return nil
      }
      return CyclicFlowModel.Crosswalk(group: group, flow: flow.pedestriansPerHour / 3600)
    }
  }

  // MARK: - Where the vehicles come from

  /// Nodes without signals in a row that a platoon is followed through.
  private static let longestWay = 12

  private func approach(_ link: LinkID) -> CyclicFlowModel.Approach {
    var platoons: [CyclicFlowModel.Platoon] = []
    follow(link, share: 1, seconds: 0, depth: 0, into: &platoons)
    let patterned = platoons.reduce(0.0) { sum, platoon in
      sum
        + platoon.feeds.reduce(0) { part, feed in
          part + feed.share * volume(feed.movement.index)
        }
    }
    return CyclicFlowModel.Approach(
      link: link, flat: max(0, linkVolume[link.index] - patterned), platoons: platoons)
  }

  /// Adds the platoons that reach the end of `link`; `share` of them goes on from there.
  private func follow(
    _ link: LinkID, share: Double, seconds: Double, depth: Int, into platoons: inout [CyclicFlowModel.Platoon]
  ) {
    let travel = seconds + network[link].lengthMeters / network[link].speedLimitMetersPerSecond
    let handed = movementsInto[link.index].reduce(0) { $0 + volume($1) }
    // What leaves in mid-block does not arrive; what joins there has no pattern.
    let staying = handed > 0 ? min(1, linkVolume[link.index] / handed) : 0
    var feeds: [CyclicFlowModel.Feed] = []
    for index in movementsInto[link.index] where volume(index) > 0 && staying > 0 {
      let node = network.movements[index].node
      if network[node].control == .signal, let controller = controllerOfNode[node.index],
        let stream = streamOfMovement[index]
      {
        feeds.append(
          CyclicFlowModel.Feed(
            junction: controller.index, stream: stream, movement: MovementID(index), share: share * staying))
      } else if depth < Self.longestWay {
        let from = network.movements[index].from
        let part = linkVolume[from.index] > 0 ? volume(index) / linkVolume[from.index] : 0
        follow(from, share: share * staying * part, seconds: travel, depth: depth + 1, into: &platoons)
      }
    }
    if !feeds.isEmpty { platoons.append(CyclicFlowModel.Platoon(seconds: travel, feeds: feeds)) }
  }
}
