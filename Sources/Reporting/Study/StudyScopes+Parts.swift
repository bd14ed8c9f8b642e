import TrafficModel

/// One direction of the corridor: the movements that lead from each of its links to the next.
struct CorridorWay: Hashable, Sendable {
  var name: String
  var movements: [MovementID]

  /// Both directions of a scenario's corridor, without one that lacks a link or a movement.
  static func ways(of scenario: Scenario) -> [CorridorWay] {
    let network = scenario.network
    let forward = scenario.corridor
    let backward = forward.reversed().compactMap { CorridorGeometry.opposite(of: $0, in: network) }
    let approaches = ApproachNames(network)
    var ways: [CorridorWay] = []
    for links in [forward, backward] where links.count == forward.count && links.count > 1 {
      let movements = zip(links, links.dropFirst()).compactMap { from, to in
        network.movements.firstIndex { $0.from == from && $0.to == to }.map { MovementID($0) }
      }
      if movements.count < links.count - 1 { continue }
      let title = network[links[0]].title
      let street =
        title.isEmpty ? "\(network[links[0]].name) to \(network[links[links.count - 1]].name)" : title
      ways.append(CorridorWay(name: "\(street) \(approaches[links[0]])", movements: movements))
    }
    return ways
  }
}

/// The parts of a scenario and their measures.
struct StudyParts {
  /// By kind, then by part.
  let records: [[PartRecord]]
  private let scopes: StudyScopes
  private let laneGroups: [LaneGroup]
  private let ways: [CorridorWay]

  init(_ scenario: Scenario, _ scopes: StudyScopes) {
    self.scopes = scopes
    let network = scenario.network
    let groups = LaneGroup.groups(in: network)
    // Lane groups follow the order of the junctions' movements.
    var placeOfMovement = [Int](repeating: -1, count: network.movements.count)
    for (place, id) in scopes.movementOrder.enumerated() { placeOfMovement[id.index] = place }
    laneGroups = groups.filter { placeOfMovement[$0.movements[0].index] >= 0 }
      .sorted { placeOfMovement[$0.movements[0].index] < placeOfMovement[$1.movements[0].index] }
    ways = CorridorWay.ways(of: scenario)
    let approaches = ApproachNames(network)
    records = [
      scenario.demand.classNames.map { PartRecord(name: $0) },
      scenario.demand.routes.map { PartRecord(name: $0.name) },
      laneGroups.map { group in
        let turns = Turn.allCases.filter { turn in
          group.movements.contains { network[$0].turn == turn }
        }
        return PartRecord(
          name: approaches[group.link] + " " + turns.map(\.title).joined(separator: " + "),
          node: network[network[group.link].to].name,
          movements: group.movements.map { placeOfMovement[$0.index] })
      },
      ways.map { PartRecord(name: $0.name) },
    ]
  }

  /// By kind, then by part.
  func tables(_ runs: [MeasuredRun]) -> [[MeasureTable]] {
    StudyPartKind.allCases.map { kind in
      records[kind.index].indices.map { index in
        scopes.table(kind.measures, runs.map { row(kind, index, $0) })
      }
    }
  }

  private func row(_ kind: StudyPartKind, _ index: Int, _ run: MeasuredRun) -> [Double?] {
    switch kind {
    case .vehicleClasses:
      classRow(run.measures.classes.indices.contains(index) ? run.measures.classes[index] : ClassMeasures())
    case .routes:
      routeRow(run.measures.routes.indices.contains(index) ? run.measures.routes[index] : RouteMeasures())
    case .laneGroups: scopes.laneGroupRow(run, laneGroups[index])
    case .corridors: corridorRow(run, ways[index])
    }
  }

  private func classRow(_ sum: ClassMeasures) -> [Double?] {
    let demanded = Double(sum.demanded)
    return [
      demanded, Double(sum.finished), scopes.ratio(sum.delaySeconds, demanded),
      scopes.ratio(sum.finishedTravelSeconds, Double(sum.finished)),
      scopes.ratio(Double(sum.stops), demanded), sum.persons,
      scopes.ratio(sum.personDelaySeconds, sum.persons),
    ]
  }

  private func routeRow(_ sum: RouteMeasures) -> [Double?] {
    let demanded = Double(sum.demanded)
    return [
      demanded, Double(sum.finished), scopes.ratio(sum.delaySeconds, demanded),
      scopes.ratio(sum.finishedTravelSeconds, Double(sum.finished)),
      scopes.ratio(Double(sum.stops), demanded),
    ]
  }

  /// Sums of means over the way's movements; `nil` where nobody took one of them.
  private func corridorRow(_ run: MeasuredRun, _ way: CorridorWay) -> [Double?] {
    var travel = 0.0
    var delay = 0.0
    var stops = 0.0
    for id in way.movements {
      let movement = run.measures.movements[id.index]
      if movement.passed == 0 { return [nil, nil, nil] }
      travel += movement.travelSeconds / Double(movement.passed)
      delay += movement.delayPerVehicleSeconds
      stops += Double(movement.stops) / Double(movement.vehicles)
    }
    return [travel, delay, stops]
  }
}

extension StudyScopes {
  /// The movements of a lane group together; its queues are those of its worst lane.
  fileprivate func laneGroupRow(_ run: MeasuredRun, _ group: LaneGroup) -> [Double?] {
    let rows = group.movements.map { run.measures.movements[$0.index] }
    let vehicles = Double(rows.reduce(0) { $0 + $1.vehicles })
    let lanes = Set(group.movements.flatMap { lanesOfMovement[$0.index] }).sorted()
    return [
      ratio(Double(rows.reduce(0) { $0 + $1.passed }), run.measures.measuredSeconds / 3600),
      ratio(rows.reduce(0) { $0 + $1.delaySeconds }, vehicles),
      ratio(Double(rows.reduce(0) { $0 + $1.stops }), vehicles),
      ratio(Double(rows.reduce(0) { $0 + $1.arrivedOnGreen }), vehicles),
      lanes.map { run.queue95[$0] }.max() ?? 0,
      lanes.map { run.measures.lanes[$0].queueMaximumMeters }.max() ?? 0,
      lanes.compactMap { ratio(run.queue95[$0], storageMeters[$0]) }.max(),
      lanes.map { run.measures.lanes[$0].overflowSeconds }.max() ?? 0,
      Double(rows.reduce(0) { $0 + $1.unfinished }),
      ratio(rows.reduce(0) { $0 + $1.personDelaySeconds }, rows.reduce(0) { $0 + $1.persons }),
      splitFailures(run, lanes),
    ]
  }
}
