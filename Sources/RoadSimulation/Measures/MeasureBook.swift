import TrafficModel

/// What is added up of the vehicles that cross a stop line, beside what ``MovementState`` holds: half a cache line.
struct PassageSums: Sendable {
  var travelMilliseconds: Int64 = 0
  var delaySeconds = 0.0
  var persons = 0.0
  var personDelaySeconds = 0.0

  @inline(__always)
  mutating func note(delay: Double, travel: Int32, persons people: Double) {
    travelMilliseconds += Int64(travel)
    delaySeconds += delay
    persons += people
    personDelaySeconds += delay * people
  }
}

/// The accounts of one run.
struct MeasureBook: Sendable {
  var measures: RunMeasures
  var trace: RunTrace?
  var events = 0
  var demanded = 0
  var inserted = 0
  var finished = 0
  var crossingsOnRed = 0
  /// Vehicle-milliseconds on the road of finished vehicles.
  var roadMilliseconds: Int64 = 0
  var lanes: Table<LaneAccount>
  /// The cycles of all lanes as they ended: appending to one list touches less memory than a list per lane.
  private var cycles = Table<(lane: Int32, centimeters: Int32)>()
  private let measuredFrom: Int32
  private var greenSince: [[Double?]] = []
  /// Vehicles that had decided to cross a stop line before the end of the run, and do so after it.
  private var lateCrossers: [UInt32] = []
  private let personsByClass: ContiguousArray<Double>
  private let personsByLine: ContiguousArray<Double>
  private let routes: RouteTable
  /// By movement, of the vehicles that crossed its stop line within the measured time.
  private var passages: Table<PassageSums>

  init(
    scenario: Scenario, routes: RouteTable, options: RunOptions
  ) {
    let network = scenario.network
    measures = RunMeasures(
      replication: options.replication, measuredSeconds: scenario.run.duration.seconds, network: network,
      demand: scenario.demand)
    personsByClass = ContiguousArray(
      VehicleClass.builtInPersons + scenario.demand.vehicleClasses.map(\.personsPerVehicle))
    personsByLine = ContiguousArray(scenario.demand.busLines.map(\.personsPerVehicle))
    self.routes = routes
    passages = Table(repeating: PassageSums(), count: network.movements.count)
    measuredFrom = Int32(scenario.run.warmUp.milliseconds)
    let numbering = LaneNumbering(network)
    lanes = Table(repeating: LaneAccount(), count: numbering.count)
    if options.tracesVehicles {
      var trace = RunTrace()
      trace.queuesMeters = Array(repeating: [], count: numbering.count)
      trace.greens = scenario.controllers.map { Array(repeating: [], count: $0.groups.count) }
      greenSince = scenario.controllers.map { Array(repeating: nil, count: $0.groups.count) }
      self.trace = trace
    }
  }

  /// A lane's cycle is that of the busiest signalled movement it serves.
  static func cycleMovements(_ scenario: Scenario, _ numbering: LaneNumbering) -> ContiguousArray<
    Int32
  > {
    let network = scenario.network
    var chosen = ContiguousArray<Int32>(repeating: -1, count: numbering.count)
    var volume = [Double](repeating: -1, count: numbering.count)
    let controllers = scenario.controllerOfNode
    let routed = RoutedVolumes(
      scenario.demand, in: network, from: scenario.run.warmUp.seconds, to: scenario.run.end.seconds)
    let hours = scenario.run.duration.seconds / 3600
    for (index, movement) in network.movements.enumerated() {
      if controllers[movement.node.index] == nil { continue }
      if movement.protectedGroups.isEmpty && movement.permittedGroups.isEmpty { continue }
      let flow =
        (scenario.demand.turning.first?.vehiclesPerHour[index] ?? 0) + routed.vehicles[index] / hours
      for lane in movement.lanes {
        let number = numbering.laneID(movement.from, lane: lane).index
        if flow > volume[number] {
          volume[number] = flow
          chosen[number] = Int32(index)
        }
      }
    }
    return chosen
  }

  mutating func makeUnique() {
    lanes.makeUnique()
    cycles.makeUnique()
    passages.makeUnique()
  }

  // MARK: Vehicles

  /// The number of a vehicle's route, which it knows by where that begins.
  private func route(of vehicle: Vehicle) -> Int? {
    vehicle.route < 0 ? nil : routes.number(start: vehicle.route)
  }

  /// Mean number of persons in a vehicle of its kind.
  private func persons(in vehicle: Vehicle) -> Double {
    vehicle.busLine >= 0 ? personsByLine[Int(vehicle.busLine)] : personsByClass[Int(vehicle.kind)]
  }

  mutating func noteDemand(_ vehicle: Vehicle, at now: Int32) {
    demanded += 1
    if now < measuredFrom { return }
    let persons = persons(in: vehicle)
    measures.network.demanded += 1
    measures.network.persons += persons
    measures.classes[Int(vehicle.kind)].demanded += 1
    measures.classes[Int(vehicle.kind)].persons += persons
    if let route = route(of: vehicle) { measures.routes[route].demanded += 1 }
  }

  /// A vehicle crosses a stop line within the measured time.
  ///
  /// - Parameters:
  ///   - travel: since it entered the link until it enters the next, ms.
  mutating func notePassage(_ movement: Int, _ vehicle: Vehicle, travel: Int32) {
    let persons = persons(in: vehicle)
    let delay = Double(vehicle.linkDelay) / 1000
    passages[movement].note(delay: delay, travel: travel, persons: persons)
  }

  /// All stops of a vehicle that has left or is there at the end.
  mutating func noteStops(_ stops: Int32, of vehicle: Vehicle) {
    if vehicle.demanded < measuredFrom || stops == 0 { return }
    let count = Int(stops)
    measures.network.stops += count
    measures.classes[Int(vehicle.kind)].stops += count
    if let route = route(of: vehicle) { measures.routes[route].stops += count }
  }

  mutating func noteFinish(_ vehicle: Vehicle, at time: Int32, until end: Int32) {
    finished += 1
    if time >= end {
      // It leaves after the run: it is still on the road.
      if vehicle.demanded < measuredFrom { return }
      measures.network.driving += 1
      return noteTripDelay(vehicle, seconds: Double(vehicle.tripDelay) / 1000)
    }
    if time >= measuredFrom { measures.network.leftNetwork += 1 }
    if vehicle.demanded < measuredFrom { return }
    let travel = Double(time - vehicle.demanded) / 1000
    measures.network.finished += 1
    measures.network.finishedTravelSeconds += travel
    measures.classes[Int(vehicle.kind)].finished += 1
    measures.classes[Int(vehicle.kind)].finishedTravelSeconds += travel
    if let route = route(of: vehicle) {
      measures.routes[route].finished += 1
      measures.routes[route].finishedTravelSeconds += travel
    }
    noteTripDelay(vehicle, seconds: Double(vehicle.tripDelay) / 1000)
  }

  /// The delay of a trip that has ended, or that the run's end interrupts.
  private mutating func noteTripDelay(_ vehicle: Vehicle, seconds: Double) {
    let persons = persons(in: vehicle)
    measures.network.delaySeconds += seconds
    measures.network.personDelaySeconds += seconds * persons
    measures.classes[Int(vehicle.kind)].delaySeconds += seconds
    measures.classes[Int(vehicle.kind)].personDelaySeconds += seconds * persons
    if let route = route(of: vehicle) { measures.routes[route].delaySeconds += seconds }
  }

  /// A vehicle that crosses a stop line after the end of the run.
  mutating func noteUnpassed(_ movement: Int, _ vehicle: Vehicle, outsideDelay: Int32) {
    lateCrossers.append(vehicle.serial)
    noteWaiting(
      vehicle, isOutside: false, movement: movement, delay: vehicle.linkDelay, outsideDelay: outsideDelay)
  }

  func isLateCrosser(_ vehicle: Vehicle) -> Bool { lateCrossers.contains(vehicle.serial) }

  /// A vehicle that is still there at the end.
  mutating func noteUnfinished(
    _ vehicle: Vehicle, isOutside: Bool, movement: Int, delay: Int32, outsideDelay: Int32
  ) {
    if vehicle.demanded >= measuredFrom {
      noteTripDelay(vehicle, seconds: Double(vehicle.tripDelay + delay) / 1000)
      if isOutside { measures.network.neverInserted += 1 } else { measures.network.driving += 1 }
    }
    if movement >= 0 {
      noteWaiting(
        vehicle, isOutside: isOutside, movement: movement, delay: delay, outsideDelay: outsideDelay)
    }
  }

  private mutating func noteWaiting(
    _ vehicle: Vehicle, isOutside: Bool, movement: Int, delay: Int32, outsideDelay: Int32
  ) {
    let persons = persons(in: vehicle)
    measures.movements[movement].persons += persons
    measures.movements[movement].personDelaySeconds += Double(delay) / 1000 * persons
    measures.movements[movement].unfinished += 1
    measures.movements[movement].delaySeconds += Double(delay) / 1000
    measures.movements[movement].outsideDelaySeconds +=
      Double(isOutside ? delay : outsideDelay) / 1000
    measures.movements[movement].stops += Int(vehicle.stopsOnLink)
  }

  mutating func notePiece(_ vehicle: Vehicle, _ times: VehicleTimes, link: Int32, leftAt time: Int32) {
    trace?.trajectories.append(
      TrajectoryPiece(
        vehicle: vehicle.serial, link: LinkID(Int(link)), enteredSeconds: Double(vehicle.enteredLink) / 1000,
        stoppedAtMeters: vehicle.stoodAt < 0 ? nil : Double(vehicle.stoodAt) / 100,
        stoppedSeconds: Double(times.stoodSince) / 1000, leftSeconds: Double(time) / 1000))
  }

  /// What was counted of a movement while it ran.
  mutating func take(_ state: MovementState, of movement: Int) {
    measures.movements[movement].passed = Int(state.passed)
    measures.movements[movement].stops = Int(state.stops)
    measures.movements[movement].arrivedOnGreen = Int(state.arrivedOnGreen)
    measures.movements[movement].delaySeconds = passages[movement].delaySeconds
    measures.movements[movement].greenSeconds = state.greenSeconds
    measures.movements[movement].travelSeconds = Double(passages[movement].travelMilliseconds) / 1000
    measures.movements[movement].persons = passages[movement].persons
    measures.movements[movement].personDelaySeconds = passages[movement].personDelaySeconds
  }

  mutating func noteOutsideDelay(_ movement: Int, _ milliseconds: Int32) {
    measures.movements[movement].outsideDelaySeconds += Double(milliseconds) / 1000
  }

  /// Looks at what a passage will change.
  func look(atPassagesOf movement: Int) -> Int32 {
    Int32(truncatingIfNeeded: passages[movement].travelMilliseconds)
  }

  // MARK: Queues

  mutating func noteQueue(lane: Int32, backCentimeters: Int32) {
    if lane >= 0 { lanes[Int(lane)].cycleMaximum = max(lanes[Int(lane)].cycleMaximum, backCentimeters) }
  }

  mutating func closeCycle(ofLane lane: Int) {
    cycles.append((lane: Int32(lane), centimeters: lanes[lane].cycleMaximum))
    lanes[lane].cycleMaximum = 0
  }

  /// Gives each lane its cycles and greens.
  mutating func closeCycles() {
    for lane in lanes.indices {
      measures.lanes[lane].greens = Int(lanes[lane].greens)
      measures.lanes[lane].splitFailures = Int(lanes[lane].splitFailures)
    }
    // By lane: behind the last of its cycles in a list in which each lane's stand together.
    var ends = ContiguousArray<Int>(repeating: 0, count: lanes.count + 1)
    for index in cycles.indices { ends[Int(cycles[index].lane) + 1] += 1 }
    for lane in lanes.indices { ends[lane + 1] += ends[lane] }
    let starts = ends
    var maxima = ContiguousArray<Int32>(repeating: 0, count: cycles.count)
    for index in cycles.indices {
      let lane = Int(cycles[index].lane)
      maxima[ends[lane]] = cycles[index].centimeters
      ends[lane] += 1
    }
    for lane in lanes.indices {
      measures.lanes[lane].queueMaximaMeters = (starts[lane]..<ends[lane]).map { Double(maxima[$0]) / 100 }
    }
    cycles = Table()
  }

  /// Closes the accounts of a lane that has had no whole cycle, whose lamp never turned red: its queue is the one that
  /// is there.
  mutating func closeLane(_ lane: Int, backMeters: Double) {
    if !measures.lanes[lane].queueMaximaMeters.isEmpty { return }
    measures.lanes[lane].queueMaximaMeters.append(max(backMeters, Double(lanes[lane].cycleMaximum) / 100))
  }
  mutating func forgetCycle(ofLane lane: Int) { lanes[lane].cycleMaximum = 0 }

  mutating func noteFull(_ lane: Int32, since: Int32, until now: Int32) {
    let from = max(since, measuredFrom)
    if lane >= 0 && now > from {
      measures.lanes[Int(lane)].overflowSeconds += Double(now - from) / 1000
    }
  }

  // MARK: Signals and pedestrians

  mutating func notePedestrians(_ waits: [PedestrianWaits]) {
    for wait in waits { measures.crosswalks[wait.crosswalk].delaySeconds += wait.seconds }
  }

  mutating func noteIndication(_ change: IndicationChange, at now: Int32) {
    if trace == nil { return }
    let controller = change.controller.index
    let seconds = Double(now) / 1000
    if let start = greenSince[controller][change.group], !change.indication.isGreen {
      trace?.greens[controller][change.group].append(start...seconds)
      greenSince[controller][change.group] = nil
    } else if change.indication.isGreen && greenSince[controller][change.group] == nil {
      greenSince[controller][change.group] = seconds
    }
  }

  /// Closes greens that are still shown at the end.
  mutating func closeTrace(at now: Int32) {
    if trace == nil { return }
    let seconds = Double(now) / 1000
    for controller in greenSince.indices {
      for group in greenSince[controller].indices {
        if let start = greenSince[controller][group] {
          trace?.greens[controller][group].append(start...max(start, seconds))
        }
      }
    }
  }
}
