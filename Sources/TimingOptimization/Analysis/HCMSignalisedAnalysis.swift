import TrafficModel

/// The signalised junctions of a scenario by the method of the Highway Capacity Manual, 6th edition, chapter 19.
///
/// Volumes are ``ExpectedVolumes``; greens are those of each controller's first pattern. Saturation flow per lane is
/// the base flow (or the lane's measured one) times f_HV times the turn factor; lane width, grade, parking, buses
/// and area type are taken as ideal, because the road model knows no such effects either, and so are pedestrians,
/// for whom turning vehicles do wait on the simulated road. d₃ is zero
/// unless initial queues are given. A shared group's lanes are used so that their degrees of saturation are equal; a turn
/// that needs more than its part of them gets its lanes as a group of its own (a de facto turn lane).
public struct HCMSignalisedAnalysis: Sendable {
  public let scenario: Scenario
  public let parameters: AnalysisParameters
  public let volumes: ExpectedVolumes
  /// By controller; `nil` where the first pattern cannot be run.
  public let timelines: [CycleTimeline?]
  /// Measured shares of arrivals on green by movement; where `nil` or missing, arrivals are spread evenly. They
  /// count for lane groups with a single green only.
  public let arrivalsOnGreen: [Double?]
  /// Vehicles that wait when the period begins, by movement; missing ones are 0.
  public var initialQueues: [Double] = []
  private let controllerOfNode: [ControllerID?]

  public init(
    _ scenario: Scenario, timelines: [CycleTimeline?], parameters: AnalysisParameters = AnalysisParameters(),
    arrivalsOnGreen: [Double?] = []
  ) {
    self.scenario = scenario
    self.parameters = parameters
    self.timelines = timelines
    self.arrivalsOnGreen = arrivalsOnGreen
    volumes = ExpectedVolumes(scenario)
    controllerOfNode = scenario.controllerOfNode
  }

  /// The analysis with the greens of each controller's first pattern.
  public init(
    _ scenario: Scenario, parameters: AnalysisParameters = AnalysisParameters(),
    arrivalsOnGreen: [Double?] = []
  ) {
    let timelines = scenario.controllers.map { controller in
      controller.patterns.first.flatMap { try? controller.timeline(of: $0) }
    }
    self.init(
      scenario, timelines: timelines, parameters: parameters, arrivalsOnGreen: arrivalsOnGreen)
  }

  /// The lane groups of a node, by link and from the kerb; empty without signals or without a plan that runs.
  public func laneGroups(of node: NodeID) -> [LaneGroupAnalysis] {
    guard scenario.network[node].control == .signal, let controller = controllerOfNode[node.index],
      controller.index < timelines.count, let timeline = timelines[controller.index],
      timeline.cycle > .zero
    else { return [] }
    let links = scenario.network.links.indices.map { LinkID($0) }.filter { scenario.network[$0].to == node }
    let groups = links.flatMap { LaneGroup.groups(of: $0, in: scenario.network) }
    let junction = Junction(analysis: self, timeline: timeline, groups: groups)
    return groups.flatMap { junction.analyses(of: $0) }
  }

  /// The volume-weighted control delay of several lane groups, in seconds per vehicle: an approach or a junction.
  public static func controlDelay(of groups: [LaneGroupAnalysis]) -> Double {
    let volume = groups.reduce(0) { $0 + $1.volume }
    if volume <= 0 { return 0 }
    return groups.reduce(0) { $0 + ($1.volume > 0 ? $1.volume * $1.controlDelay : 0) } / volume
  }

  /// Vehicles that wait in a lane group when the period begins; see ``initialQueues``.
  func initialQueue(_ group: LaneGroup) -> Double {
    group.movements.reduce(0) { $0 + ($1.index < initialQueues.count ? initialQueues[$1.index] : 0) }
  }

  func hours() -> Double {
    max(parameters.hours ?? scenario.run.duration.seconds / 3600, 1.0 / 3600)
  }
}

/// One node with the plan that it runs.
private struct Junction {
  let analysis: HCMSignalisedAnalysis
  let timeline: CycleTimeline
  let groups: [LaneGroup]

  var network: Network { analysis.scenario.network }
  var parameters: AnalysisParameters { analysis.parameters }

  func volume(_ movement: MovementID) -> Double { analysis.volumes.vehiclesPerHour[movement.index] }

  /// Vehicles per hour of green and lane for a movement with the right of way on some lanes of its link.
  func saturationFlow(_ id: MovementID, lanes: [Int]) -> Double {
    let movement = network[id]
    let link = network[movement.from]
    let used = lanes.isEmpty ? movement.lanes : lanes
    let base =
      used.reduce(0.0) { sum, lane in
        sum + (link.lanes[lane].saturationHeadwaySeconds.map { 3600 / $0 } ?? parameters.baseSaturationFlow)
      } / Double(max(used.count, 1))
    return base * AnalysisParameters.heavyVehicleFactor(share: analysis.volumes.heavyVehicleShare[id.index])
      / parameters.turnEquivalent(movement.turn)
  }

  func opposing(_ movement: Movement) -> [OpposingStream] {
    movement.yieldsTo.compactMap { id in
      guard let group = groups.first(where: { $0.movements.contains(id) }) else { return nil }
      let demand = group.movements.reduce(0.0) { $0 + volume($1) / saturationFlow($1, lanes: group.lanes) }
      return OpposingStream(
        volume: volume(id), flowRatio: demand / Double(group.lanes.count),
        displayed: MovementGreens(network[id], timeline: timeline).displayed, parameters: parameters)
    }
  }

  func service(_ id: MovementID, in group: LaneGroup) -> MovementService {
    let movement = network[id]
    let flow = saturationFlow(id, lanes: movement.lanes.filter(group.lanes.contains))
    let isLeft = movement.turn == .left || movement.turn == .uTurn
    let lanes = Double(max(movement.lanes.count, 1))
    var greens = MovementGreens(movement, timeline: timeline)
    if movement.turnsOnRed { greens.permitted = greens.permitted.union(onRed(greens)) }
    if movement.turn == .right { greens.permitted = notBlocked(greens.permitted, id, in: group) }
    let stops = movement.turnsOnRed && movement.permittedGroups.isEmpty
    let followUp =
      movement.followUpSeconds ?? (stops ? parameters.stopFollowUpSeconds : parameters.followUpSeconds)
    let profile = greens.profile(
      saturationFlow: flow,
      criticalGapSeconds: movement.criticalGapSeconds
        ?? (stops ? parameters.stopCriticalGapSeconds : parameters.criticalGapSeconds),
      followUpSeconds: followUp, unopposedFlow: stops ? min(flow, 3600 / followUp) : flow,
      opposing: opposing(movement), sneakers: isLeft ? parameters.sneakersPerCycle / lanes : 0,
      parameters: parameters)
    return MovementService(movement: id, volume: volume(id), saturationFlow: flow, profile: profile)
  }

  /// The greens of the junction's other groups: when nothing is green, nobody counts on turning.
  private func onRed(_ greens: MovementGreens) -> CyclicIntervals {
    let all = CyclicIntervals(timeline, groups: Array(timeline.greens.indices))
    return all.subtracting(greens.displayed)
  }

  /// Permitted time that a right turn can use: on red only where nobody else waits in its lanes.
  private func notBlocked(
    _ permitted: CyclicIntervals, _ id: MovementID, in group: LaneGroup
  ) -> CyclicIntervals {
    let neighbours = group.movements.filter { other in
      other != id && network[other].lanes.contains { network[id].lanes.contains($0) }
    }
    if neighbours.isEmpty { return permitted }
    let moving = neighbours.map { MovementGreens(network[$0], timeline: timeline).displayed }
    let whole = CyclicIntervals(cycle: permitted.cycle, union: moving.flatMap(\.parts))
    return permitted.subtracting(permitted.subtracting(whole))
  }

  /// One analysis, or several where a turn takes lanes for itself.
  func analyses(of group: LaneGroup) -> [LaneGroupAnalysis] {
    let services = group.movements.map { service($0, in: group) }
    if let taken = deFactoTurn(group, services) {
      let rest = group.movements.filter { $0 != taken }
      let lanes = network[taken].lanes.filter(group.lanes.contains)
      let alone = LaneGroup(link: group.link, lanes: lanes, movements: [taken])
      let others = LaneGroup(
        link: group.link, lanes: group.lanes.filter { !lanes.contains($0) }, movements: rest)
      return [alone, others].sorted { $0.lanes[0] < $1.lanes[0] }.flatMap { analyses(of: $0) }
    }
    return [figures(group, services)]
  }

  /// A movement that saturates its own lanes more than the whole group would be, while all others can go elsewhere.
  private func deFactoTurn(_ group: LaneGroup, _ services: [MovementService]) -> MovementID? {
    if services.count < 2 { return nil }
    let shared = Self.capacity(services, lanes: group.lanes.count)
    let total = services.reduce(0) { $0 + $1.volume }
    guard total > 0 else { return nil }
    let saturation = shared > 0 ? total / shared : .infinity
    for service in services where service.volume > 0 {
      let lanes = network[service.movement].lanes.filter(group.lanes.contains)
      let othersCanLeave = group.movements.allSatisfy { other in
        other == service.movement
          || network[other].lanes.contains { group.lanes.contains($0) && !lanes.contains($0) }
      }
      let own = service.capacity * Double(lanes.count)
      let alone = own > 0 ? service.volume / own : .infinity
      if othersCanLeave && alone >= saturation && lanes.count < group.lanes.count { return service.movement }
    }
    return nil
  }

  /// Capacity of lanes that share their movements in proportion: N·Σv/Σ(vᵢ/cᵢ), the mean weighted by the time that
  /// each vehicle takes of a lane. Without demand all movements weigh the same.
  private static func capacity(_ services: [MovementService], lanes: Int) -> Double {
    mixed(services, lanes: lanes) { $0.capacity }
  }

  private static func mixed(
    _ services: [MovementService], lanes: Int, _ rate: (MovementService) -> Double
  ) -> Double {
    let total = services.reduce(0) { $0 + $1.volume }
    var need = 0.0
    for service in services {
      let weight = total > 0 ? service.volume / total : 1 / Double(services.count)
      if weight == 0 { continue }
      let value = rate(service)
      if value <= 0 { return 0 }
      need += weight / value
    }
    return need > 0 ? Double(lanes) / need : 0
  }

  private func figures(_ group: LaneGroup, _ services: [MovementService]) -> LaneGroupAnalysis {
    let lanes = group.lanes.count
    let volume = services.reduce(0) { $0 + $1.volume }
    let capacity = Self.capacity(services, lanes: lanes)
    let saturation = capacity > 0 ? volume / capacity : (volume > 0 ? .infinity : 0)
    // The queue of shared lanes follows the green of the stream that fills them.
    let leading = services.max { $0.volume < $1.volume } ?? services[0]
    let perLane = capacity / Double(lanes)
    let green = leading.profile.serviceSeconds
    let profile = leading.profile.scaled(by: leading.capacity > 0 ? perLane / leading.capacity : 0)
    let cycle = timeline.cycle.seconds
    let share = arrivalsOnGreen(services)
    var result = LaneGroupAnalysis(
      link: group.link, lanes: group.lanes, movements: group.movements, volume: volume,
      saturationFlow: Self.mixed(services, lanes: lanes) { $0.saturationFlow }, cycleSeconds: cycle,
      effectiveGreenSeconds: green, capacity: capacity, degreeOfSaturation: saturation,
      progressionFactor: share.map {
        ControlDelay.progressionFactor(
          arrivalsOnGreen: $0, cycleSeconds: cycle, greenSeconds: green, degreeOfSaturation: saturation)
      } ?? 1,
      uniformDelay: profile.uniformDelay(arrivalsPerHour: volume / Double(lanes)),
      incrementalDelay: capacity > 0
        ? ControlDelay.incremental(
          degreeOfSaturation: saturation, capacityVehiclesPerHour: capacity, hours: analysis.hours(),
          incrementalDelayFactor: parameters.incrementalDelayFactor,
          upstreamFilteringFactor: parameters.upstreamFilteringFactor)
        : .infinity)
    result.initialQueueDelay = ControlDelay.initialQueue(
      vehicles: analysis.initialQueue(group), vehiclesPerHour: volume, capacityVehiclesPerHour: capacity,
      hours: analysis.hours())
    result.details = details(group, services, profile: profile, result)
    return result
  }

  private func details(
    _ group: LaneGroup, _ services: [MovementService], profile: ServiceProfile, _ figures: LaneGroupAnalysis
  ) -> LaneGroupDetails {
    let perLane = figures.volume / Double(group.lanes.count)
    var details = LaneGroupDetails()
    details.saturations = services.map { service in
      let movement = network[service.movement]
      let heavy = analysis.volumes.heavyVehicleShare[service.movement.index]
      let heavyFactor = AnalysisParameters.heavyVehicleFactor(share: heavy)
      let turnFactor = 1 / parameters.turnEquivalent(movement.turn)
      return LaneGroupDetails.Saturation(
        movement: service.movement, volume: service.volume,
        lanes: movement.lanes.count { group.lanes.contains($0) },
        base: service.saturationFlow / heavyFactor / turnFactor, heavyShare: heavy, heavyFactor: heavyFactor,
        turnFactor: turnFactor, flow: service.saturationFlow, capacityPerLane: service.capacity)
    }
    details.services = profile.pieces.filter { $0.rate > 0 }.map {
      LaneGroupDetails.Service(startSeconds: $0.start, endSeconds: $0.end, rate: $0.rate)
    }
    details.polygon = profile.queuePolygon(arrivalsPerHour: perLane)
    details.backOfQueue = profile.backOfQueue(arrivalsPerHour: perLane)
    details.randomQueue =
      figures.capacity > 0
      ? figures.capacity / Double(group.lanes.count) * figures.incrementalDelay / 3600 : 0
    return details
  }

  /// The volume-weighted measured share, if any movement with demand has one; none for groups with several greens
  /// or permitted service, to which the progression factor does not apply.
  private func arrivalsOnGreen(_ services: [MovementService]) -> Double? {
    if !services.allSatisfy({ $0.profile.isSingleGreen }) { return nil }
    var weight = 0.0
    var sum = 0.0
    for service in services where service.movement.index < analysis.arrivalsOnGreen.count {
      guard let share = analysis.arrivalsOnGreen[service.movement.index] else { continue }
      weight += service.volume
      sum += service.volume * share
    }
    return weight > 0 ? sum / weight : nil
  }
}
