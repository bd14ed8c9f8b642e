import TrafficModel

/// A run with the queues of its lanes, whose percentiles several scopes ask for.
struct MeasuredRun {
  let measures: RunMeasures
  /// By lane.
  let queue95: [Double]

  init(_ measures: RunMeasures) {
    self.measures = measures
    queue95 = measures.lanes.map(\.queue95Meters)
  }
}

/// Which movements, lanes and crosswalks belong to which junction, and the measures of each scope.
///
/// A junction is a node with a signal or with priority rules. Bends and changes of lanes delay vehicles too, but
/// their passages would thin out every mean, so they count in the network only.
struct StudyScopes {
  /// In the order of the network.
  let junctionNodes: [NodeID]
  /// The movements of the junctions, junction by junction.
  let movementOrder: [MovementID]
  /// By junction.
  private let movementsOfJunction: [[MovementID]]
  private let crosswalksOfJunction: [[Int]]
  /// By movement of the network, as indices of lane measures.
  let lanesOfMovement: [[Int]]
  /// By lane.
  let storageMeters: [Double]

  init(_ network: Network) {
    var movements = [[MovementID]](repeating: [], count: network.nodes.count)
    for (index, movement) in network.movements.enumerated() {
      movements[movement.node.index].append(MovementID(index))
    }
    var crosswalks = [[Int]](repeating: [], count: network.nodes.count)
    for (index, crosswalk) in network.crosswalks.enumerated() {
      crosswalks[crosswalk.node.index].append(index)
    }
    let nodes = network.nodes.indices.filter {
      let control = network.nodes[$0].control
      return control.isJunction && !movements[$0].isEmpty
    }
    junctionNodes = nodes.map { NodeID($0) }
    movementsOfJunction = nodes.map { movements[$0] }
    crosswalksOfJunction = nodes.map { crosswalks[$0] }
    movementOrder = nodes.flatMap { movements[$0] }
    let numbering = LaneNumbering(network)
    lanesOfMovement = network.movements.map { movement in
      movement.lanes.map { numbering.laneID(movement.from, lane: $0).index }
    }
    storageMeters = network.links.flatMap { link in
      link.lanes.map { $0.pocketMeters ?? link.lengthMeters }
    }
  }

  func junctionRecords(in network: Network) -> [JunctionRecord] {
    junctionNodes.map {
      JunctionRecord(node: network[$0].name, title: network[$0].title, control: network[$0].control)
    }
  }

  func movementRecords(in network: Network) -> [MovementRecord] {
    let approaches = ApproachNames(network)
    return movementOrder.map { id in
      let movement = network[id]
      return MovementRecord(
        node: network[movement.node].name, approach: approaches[movement.from], turn: movement.turn,
        from: network[movement.from].name, to: network[movement.to].name, lanes: movement.lanes.count,
        storageMeters: rounded(lanesOfMovement[id.index].map { storageMeters[$0] }.min() ?? 0))
    }
  }

  // MARK: Tables

  func networkTable(_ runs: [MeasuredRun]) -> MeasureTable {
    table(StudyMeasure.network, runs.map(networkRow))
  }

  func junctionTables(_ runs: [MeasuredRun]) -> [MeasureTable] {
    junctionNodes.indices.map { index in
      table(
        StudyMeasure.junction,
        runs.map {
          junctionRow($0, movements: movementsOfJunction[index], crosswalks: crosswalksOfJunction[index])
        })
    }
  }

  func movementTables(_ runs: [MeasuredRun]) -> [MeasureTable] {
    movementOrder.map { id in table(StudyMeasure.movement, runs.map { movementRow($0, id) }) }
  }

  /// Turns rows by replication into rows by measure and rounds.
  func table(_ measures: [StudyMeasure], _ rows: [[Double?]]) -> MeasureTable {
    let columns = measures.indices.map { index in rows.map { row in row[index].map { rounded($0) } } }
    return MeasureTable(measures: measures, values: columns)
  }

  // MARK: One replication

  private func networkRow(_ run: MeasuredRun) -> [Double?] {
    let network = run.measures.network
    let demanded = Double(network.demanded)
    let hours = run.measures.measuredSeconds / 3600
    var arrivals = 0
    var onGreen = 0
    for id in movementOrder {
      arrivals += run.measures.movements[id.index].vehicles
      onGreen += run.measures.movements[id.index].arrivedOnGreen
    }
    var pedestrians = 0
    var pedestrianDelay = 0.0
    for crosswalk in run.measures.crosswalks {
      pedestrians += crosswalk.pedestrians
      pedestrianDelay += crosswalk.delaySeconds
    }
    return [
      ratio(network.delaySeconds, demanded),
      ratio(network.finishedTravelSeconds, Double(network.finished)),
      ratio(Double(network.stops), demanded),
      ratio(Double(network.leftNetwork), hours),
      run.queue95.max() ?? 0,
      ratio(pedestrianDelay, Double(pedestrians)),
      Double(network.neverInserted),
      ratio(Double(onGreen), Double(arrivals)),
      ratio(Double(network.crossingsOnRed), hours),
      Double(network.locks),
      demanded,
      Double(network.finished),
      Double(network.driving),
      ratio(network.personDelaySeconds, network.persons),
      splitFailures(run, run.measures.lanes.indices),
      Double(network.locksResolved),
    ]
  }

  private func junctionRow(_ run: MeasuredRun, movements: [MovementID], crosswalks: [Int]) -> [Double?] {
    var sum = MovementMeasures()
    var queue = 0.0
    var overflow = 0.0
    for id in movements {
      let movement = run.measures.movements[id.index]
      sum.passed += movement.passed
      sum.unfinished += movement.unfinished
      sum.delaySeconds += movement.delaySeconds
      sum.stops += movement.stops
      sum.arrivedOnGreen += movement.arrivedOnGreen
      sum.persons += movement.persons
      sum.personDelaySeconds += movement.personDelaySeconds
      for lane in lanesOfMovement[id.index] {
        queue = max(queue, run.queue95[lane])
        overflow = max(overflow, run.measures.lanes[lane].overflowSeconds)
      }
    }
    var pedestrians = 0
    var pedestrianDelay = 0.0
    for index in crosswalks {
      pedestrians += run.measures.crosswalks[index].pedestrians
      pedestrianDelay += run.measures.crosswalks[index].delaySeconds
    }
    let vehicles = Double(sum.vehicles)
    return [
      ratio(sum.delaySeconds, vehicles),
      ratio(Double(sum.stops), vehicles),
      ratio(Double(sum.passed), run.measures.measuredSeconds / 3600),
      queue,
      ratio(pedestrianDelay, Double(pedestrians)),
      ratio(Double(sum.arrivedOnGreen), vehicles),
      Double(sum.unfinished),
      ratio(sum.personDelaySeconds, sum.persons),
      splitFailures(run, Set(movements.flatMap { lanesOfMovement[$0.index] }).sorted()),
      overflow,
    ]
  }

  private func movementRow(_ run: MeasuredRun, _ id: MovementID) -> [Double?] {
    let movement = run.measures.movements[id.index]
    let vehicles = Double(movement.vehicles)
    var queue = 0.0
    var fullness = 0.0
    var overflow = 0.0
    var longest = 0.0
    var failures: Double?
    for lane in lanesOfMovement[id.index] {
      longest = max(longest, run.measures.lanes[lane].queueMaximumMeters)
      if let share = splitFailures(run, [lane]) { failures = max(failures ?? 0, share) }
      let laneQueue = run.queue95[lane]
      queue = max(queue, laneQueue)
      fullness = max(fullness, ratio(laneQueue, storageMeters[lane]) ?? 0)
      overflow = max(overflow, run.measures.lanes[lane].overflowSeconds)
    }
    return [
      ratio(Double(movement.passed), run.measures.measuredSeconds / 3600),
      ratio(movement.delaySeconds, vehicles),
      ratio(Double(movement.stops), vehicles),
      ratio(Double(movement.arrivedOnGreen), vehicles),
      queue,
      fullness,
      overflow,
      Double(movement.unfinished),
      ratio(movement.travelSeconds, Double(movement.passed)),
      ratio(movement.personDelaySeconds, movement.persons),
      longest,
      failures,
    ]
  }

  /// Share of split failures among the greens of some lanes; `nil` without greens.
  func splitFailures(_ run: MeasuredRun, _ lanes: some Sequence<Int>) -> Double? {
    var greens = 0
    var failures = 0
    for lane in lanes {
      greens += run.measures.lanes[lane].greens
      failures += run.measures.lanes[lane].splitFailures
    }
    return ratio(Double(failures), Double(greens))
  }

  /// `nil` where there is nothing to divide by.
  func ratio(_ numerator: Double, _ denominator: Double) -> Double? {
    denominator > 0 ? numerator / denominator : nil
  }
}
