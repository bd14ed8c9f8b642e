import TrafficModel

/// Something that sends vehicles, as it runs.
struct SourceState: Sendable {
  var stream: RandomStream
  var flow: [FlowStep]
  var process: ArrivalProcess
  var mix: VehicleMix
  /// Where its vehicles come in: a position in the layout's list of origins.
  var origin: Int
  /// The route of all its vehicles; −1 where they turn by shares.
  var route: Int32 = -1
  /// Bus line, −1 for others.
  var busLine: Int16 = -1
  /// Single trips in order of departure; then `flow` is not used.
  var trips: [Trip] = []
  var step = 0
  /// Vehicles so far; numbers the draws of each vehicle's class and driver.
  var count: UInt64 = 0
  /// Exact time of the next vehicle, before rounding to milliseconds.
  var nextSeconds: Double = 0

  /// From when the first headway of a step runs.
  ///
  /// The exponential law has no memory: its wait begins anew at the change. Of equal headways the first is half over
  /// then, so that a step holds its whole flow.
  func begin(ofStep step: Int, at seconds: Double) -> Double {
    if process != .uniform || step >= flow.count || flow[step].vehiclesPerHour <= 0 { return seconds }
    return seconds - 1800 / flow[step].vehiclesPerHour
  }
}

/// The classes of a source's vehicles.
struct VehicleMix: Sendable {
  /// The classes before the scenario's own: the profile's passenger car and heavy vehicle.
  static let builtIn = VehicleClass.builtInNames.count

  /// Cumulative shares, the heavy vehicles first; whoever is beyond the last drives a passenger car.
  private var bounds: [(limit: Double, kind: UInt8)] = []

  init() {}

  /// Everybody is of one class.
  init(only kind: Int) { bounds = [(1, UInt8(kind))] }

  init(heavy: Double, _ shares: [ClassShare]) {
    var sum = heavy
    bounds = [(sum, 1)]
    for share in shares {
      sum += share.share
      bounds.append((sum, UInt8(share.vehicleClass + Self.builtIn)))
    }
  }

  /// The class that a draw in 0 ..< 1 selects.
  func kind(_ draw: Double) -> UInt8 { bounds.first { draw < $0.limit }?.kind ?? 0 }
}

/// Vehicles want to enter; those that cannot wait outside, and their wait counts.
extension RoadSimulation {
  /// Sources come first, then flows along routes, bus lines and trips: so their numbers, and with them their random
  /// streams, do not change when something is added behind them.
  mutating func startSources(_ demand: Demand) {
    for source in demand.sources {
      let origin = Origin(link: source.link.index, isMidblock: source.isMidblock)
      start(
        SourceState(
          stream: stream(ofSource: sources.count), flow: source.flow, process: source.process,
          mix: VehicleMix(heavy: source.heavyVehicleShare, source.classShares),
          origin: layout.origins.firstIndex(of: origin) ?? 0))
    }
    for flow in demand.routeFlows {
      start(
        SourceState(
          stream: stream(ofSource: sources.count), flow: flow.flow, process: flow.process,
          mix: VehicleMix(heavy: flow.heavyVehicleShare, flow.classShares),
          origin: Int(layout.routes.origins[flow.route]), route: layout.routes.start(of: flow.route)))
    }
    for (number, line) in demand.busLines.enumerated() {
      var state = SourceState(
        stream: stream(ofSource: sources.count),
        flow: [FlowStep(vehiclesPerHour: 3600 / line.headwaySeconds)], process: .uniform,
        mix: VehicleMix(only: line.vehicleClass.map { $0 + VehicleMix.builtIn } ?? 1),
        origin: Int(layout.routes.origins[line.route]), route: layout.routes.start(of: line.route),
        busLine: Int16(number))
      state.nextSeconds = line.firstSeconds - line.headwaySeconds
      sources.append(state)
      scheduleDemand(ofSource: sources.count - 1)
    }
    startTrips(demand.trips)
  }

  /// The trips that begin on the same link share one source.
  private mutating func startTrips(_ trips: [Trip]) {
    var byOrigin = [[Trip]](repeating: [], count: layout.origins.count)
    let order = trips.indices.sorted { (trips[$0].departureSeconds, $0) < (trips[$1].departureSeconds, $1) }
    for index in order { byOrigin[Int(layout.routes.origins[trips[index].route])].append(trips[index]) }
    for (origin, own) in byOrigin.enumerated() where !own.isEmpty {
      start(
        SourceState(
          stream: stream(ofSource: sources.count), flow: [], process: .poisson, mix: VehicleMix(),
          origin: origin,
          trips: own))
    }
  }

  private func stream(ofSource index: Int) -> RandomStream {
    RandomStream(seed: seed, purpose: .arrivalTimes, place: UInt64(index))
  }

  private mutating func start(_ source: SourceState) {
    var state = source
    state.nextSeconds = state.begin(ofStep: 0, at: 0)
    sources.append(state)
    scheduleDemand(ofSource: sources.count - 1)
  }

  private mutating func scheduleDemand(ofSource index: Int) {
    guard let seconds = nextDemand(ofSource: index) else { return }
    sources[index].nextSeconds = seconds
    // Compared before it becomes an integer: a flow next to nothing comes later than any integer can tell.
    let time = (seconds * 1000).rounded()
    if !(time < Double(measuredUntil)) { return }
    events.insert(EventKey(milliseconds: Int32(time), kind: .vehicleDemand, entity: Int32(index)))
  }

  /// Draws the next arrival, step by step where the flow changes; `nil` when nobody comes any more.
  private mutating func nextDemand(ofSource index: Int) -> Double? {
    if !sources[index].trips.isEmpty {
      let count = Int(sources[index].count)
      return count < sources[index].trips.count ? sources[index].trips[count].departureSeconds : nil
    }
    var seconds = sources[index].nextSeconds
    while true {
      let step = sources[index].step
      let last = step + 1 == sources[index].flow.count
      let end = last ? .infinity : sources[index].flow[step + 1].startSeconds
      let rate = sources[index].flow[step].vehiclesPerHour
      if rate > 0 {
        let headway = 3600 / rate
        let wait =
          sources[index].process == .uniform
          ? headway : sources[index].stream.exponential(mean: headway)
        if seconds + wait < end || last { return seconds + wait }
      } else if last {
        return nil
      }
      sources[index].step += 1
      seconds = sources[index].begin(ofStep: step + 1, at: end)
    }
  }

  mutating func handleDemand(ofSource index: Int) {
    let serial = nextSerial
    nextSerial += 1
    let vehicle = drawVehicle(ofSource: index, serial: serial)
    let origin = sources[index].origin
    let queues = Int(layout.firstOutside[origin])..<Int(layout.firstOutside[origin + 1])
    let link = layout.origins[origin].link
    // Who appears half way along the link is past the place where others leave it.
    let way = nextConnector(
      vehicle, on: link, hop: 0, comingFrom: -1, mayLeaveInMidblock: !layout.origins[origin].isMidblock)
    var placed = vehicle
    placed.connector = way.connector
    placed.lane = way.lane
    book.noteDemand(vehicle, at: now)
    log.append(now, .vehicleDemanded, serial, Int32(link))
    for position in queues {
      let outside = Int(layout.outsideSegments[position])
      if follower(of: outside, lane: way.lane) < 0 { continue }
      enterOutside(outside, store(placed))
      break
    }
    sources[index].count += 1
    scheduleDemand(ofSource: index)
  }

  private mutating func drawVehicle(ofSource index: Int, serial: UInt32) -> Vehicle {
    let count = sources[index].count
    var draws = RandomStream(seed: seed, purpose: .driver, place: UInt64(index) << 40 | count)
    var vehicle = Vehicle()
    vehicle.serial = serial
    vehicle.demanded = now
    vehicle.kind = sources[index].mix.kind(draws.uniform())
    vehicle.route = sources[index].route
    vehicle.busLine = sources[index].busLine
    if !sources[index].trips.isEmpty {
      let trip = sources[index].trips[Int(count)]
      vehicle.route = layout.routes.start(of: trip.route)
      vehicle.kind = UInt8(trip.vehicleClass.map { $0 + VehicleMix.builtIn } ?? (trip.isHeavy ? 1 : 0))
    }
    let constants = layout.constants
    if constants.speedFactorDeviation > 0 {
      let factor = 1 + constants.speedFactorDeviation * draws.standardNormal()
      let range = constants.speedFactorRange
      vehicle.speedFactor = Float(min(max(factor, range.lowerBound), range.upperBound))
    }
    return vehicle
  }

  private mutating func store(_ vehicle: Vehicle) -> Int {
    if freeVehicle >= 0 {
      let index = Int(freeVehicle)
      freeVehicle = vehicles[index].next
      vehicles[index] = vehicle
      times[index] = VehicleTimes()
      return index
    }
    vehicles.append(vehicle)
    times.append(VehicleTimes())
    return vehicles.count - 1
  }

  private mutating func enterOutside(_ outside: Int, _ index: Int) {
    vehicles[index].entered = now
    vehicles[index].arrival = now
    vehicles[index].next = -1
    vehicles[index].entrySpeed = driver.freeSpeed(vehicles[index], limit: shape(outside).speedLimit)
    let before = segments[outside].append(Int32(index))
    if before >= 0 {
      vehicles[Int(before)].next = Int32(index)
    } else {
      beginHead(outside)
    }
  }

  /// When the first vehicle of a queue outside may enter: a headway behind the one before, at a whole second.
  mutating func insertionTime(_ outside: Int, into target: Int) -> Int32 {
    let vehicle = vehicles[Int(segments[outside].head)]
    let speed = driver.freeSpeed(vehicle, limit: shape(outside).speedLimit)
    let headway = driver.insertionHeadway + Int32(Float(driver.spacing(vehicle)) * 10 / speed)
    let earliest = max(now, segments[target].lastEntry + headway)
    return (earliest + 999) / 1000 * 1000
  }
}
