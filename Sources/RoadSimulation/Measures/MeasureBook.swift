import TrafficModel

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
  /// By lane: furthest back of queue in the present cycle, cm.
  private var cycleMaximum: ContiguousArray<Int32>
  /// By lane: the movement whose red ends a cycle, −1 for lanes without a signal.
  /// The cycles of all lanes as they ended: appending to one list touches less memory than a list per lane.
  private var cycles: ContiguousArray<(lane: Int32, centimeters: Int32)> = []
  private let cycleMovement: ContiguousArray<Int32>
  private let measuredFrom: Int32
  private var greenSince: [[Double?]] = []

  init(scenario: Scenario, cycleMovement: ContiguousArray<Int32>, options: RunOptions) {
    let network = scenario.network
    measures = RunMeasures(
      replication: options.replication, measuredSeconds: scenario.run.duration.seconds, network: network)
    measuredFrom = Int32(scenario.run.warmUp.milliseconds)
    let numbering = LaneNumbering(network)
    cycleMaximum = ContiguousArray(repeating: 0, count: numbering.count)
    self.cycleMovement = cycleMovement
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

  // MARK: Vehicles

  mutating func noteDemand(_ now: Int32, measuredFrom: Int32) {
    demanded += 1
    if now >= measuredFrom { measures.network.demanded += 1 }
  }

  mutating func noteStops(_ count: Int, of vehicle: Vehicle) {
    if vehicle.demanded >= measuredFrom { measures.network.stops += count }
  }

  mutating func noteFinish(_ vehicle: Vehicle, at time: Int32, measuredFrom: Int32) {
    finished += 1
    if time >= measuredFrom { measures.network.leftNetwork += 1 }
    if vehicle.demanded < measuredFrom { return }
    measures.network.finished += 1
    measures.network.delaySeconds += Double(vehicle.tripDelay) / 1000
    measures.network.finishedTravelSeconds += Double(time - vehicle.demanded) / 1000
  }

  /// A vehicle that is still there at the end.
  mutating func noteUnfinished(_ vehicle: Vehicle, isOutside: Bool, movement: Int, delay: Int32) {
    if vehicle.demanded >= measuredFrom {
      measures.network.delaySeconds += Double(vehicle.tripDelay + delay) / 1000
      if isOutside { measures.network.neverInserted += 1 } else { measures.network.driving += 1 }
    }
    if movement < 0 { return }
    measures.movements[movement].unfinished += 1
    measures.movements[movement].delaySeconds += Double(delay) / 1000
    measures.movements[movement].outsideDelaySeconds +=
      Double(isOutside ? delay : vehicle.outsideDelay) / 1000
    measures.movements[movement].stops += Int(vehicle.stopsOnLink)
  }

  mutating func notePiece(_ vehicle: Vehicle, _ times: VehicleTimes, link: Int32, leftAt time: Int32) {
    trace?.trajectories.append(
      TrajectoryPiece(
        vehicle: vehicle.serial, link: LinkID(Int(link)), enteredSeconds: Double(times.enteredLink) / 1000,
        stoppedAtMeters: vehicle.stoodAt < 0 ? nil : Double(vehicle.stoodAt) / 100,
        stoppedSeconds: Double(times.stoodSince) / 1000, leftSeconds: Double(time) / 1000))
  }

  /// What was counted of a movement while it ran.
  mutating func take(_ state: MovementState, of movement: Int) {
    measures.movements[movement].passed = Int(state.passed)
    measures.movements[movement].stops = Int(state.stops)
    measures.movements[movement].arrivedOnGreen = Int(state.arrivedOnGreen)
    measures.movements[movement].delaySeconds = state.delaySeconds
    measures.movements[movement].greenSeconds = state.greenSeconds
  }

  mutating func noteOutsideDelay(_ movement: Int, _ milliseconds: Int32) {
    measures.movements[movement].outsideDelaySeconds += Double(milliseconds) / 1000
  }

  // MARK: Queues

  mutating func noteQueue(lane: Int32, backCentimeters: Int32) {
    if lane >= 0 { cycleMaximum[Int(lane)] = max(cycleMaximum[Int(lane)], backCentimeters) }
  }

  func hasSignal(lane: Int) -> Bool { cycleMovement[lane] >= 0 }

  mutating func closeCycle(ofLane lane: Int) {
    cycles.append((lane: Int32(lane), centimeters: cycleMaximum[lane]))
    cycleMaximum[lane] = 0
  }

  /// Gives each lane its cycles.
  mutating func closeCycles() {
    for cycle in cycles {
      measures.lanes[Int(cycle.lane)].queueMaximaMeters.append(Double(cycle.centimeters) / 100)
    }
    cycles = []
  }

  /// Closes the accounts of a lane that has had no whole cycle, whose lamp never turned red: its queue is the one that
  /// is there.
  mutating func closeLane(_ lane: Int, backMeters: Double) {
    if !measures.lanes[lane].queueMaximaMeters.isEmpty { return }
    measures.lanes[lane].queueMaximaMeters.append(max(backMeters, Double(cycleMaximum[lane]) / 100))
  }
  mutating func forgetCycle(ofLane lane: Int) { cycleMaximum[lane] = 0 }

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
