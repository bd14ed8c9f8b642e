import TrafficModel

/// The vehicles of a scenario with their routes, drawn once: arrivals by their process, turns by their shares.
struct SUMODemandWriter {
  private let exporter: SUMOExporter
  private let demand: Demand
  private let seed: UInt64
  private var vehicles: [Vehicle] = []

  /// Longer ways than this go in circles.
  private static let longestWay = 1000

  private struct Vehicle {
    var seconds: Double
    var type: String
    var links: [LinkID]
  }

  init(_ exporter: SUMOExporter, seed: UInt64, replication: Int) {
    self.exporter = exporter
    demand = exporter.scenario.demand
    self.seed = RandomStream.hash(seed &+ UInt64(bitPattern: Int64(replication)) &* 0x9E37_79B9_7F4A_7C15)
    drawSources()
    drawFlows()
    for trip in demand.trips {
      let type = trip.vehicleClass.map { self.type($0) } ?? (trip.isHeavy ? "heavy" : "car")
      vehicles.append(
        Vehicle(seconds: trip.departureSeconds, type: type, links: demand.routes[trip.route].links))
    }
    for line in demand.busLines {
      var time = line.firstSeconds
      while time < end {
        vehicles.append(
          Vehicle(
            seconds: time, type: line.vehicleClass.map { type($0) } ?? "heavy",
            links: demand.routes[line.route].links))
        time += line.headwaySeconds
      }
    }
  }

  private var end: Double { exporter.scenario.run.end.seconds }
  private var network: Network { exporter.network }

  private func type(_ number: Int) -> String { "class_\(number + 1)" }

  // MARK: - Drawing

  private mutating func drawSources() {
    let movementsFrom = FastestRoutes.movementsByOrigin(network)
    for (index, source) in demand.sources.enumerated() {
      var stream = RandomStream(seed: seed, purpose: .arrivalTimes, place: UInt64(index))
      for time in times(source.flow, source.process, &stream) {
        let type = type(source.heavyVehicleShare, source.classShares, &stream)
        let links = way(from: source.link, at: time, movementsFrom, &stream)
        vehicles.append(Vehicle(seconds: time, type: type, links: links))
      }
    }
  }

  private mutating func drawFlows() {
    for (index, flow) in demand.routeFlows.enumerated() {
      var stream = RandomStream(
        seed: seed, purpose: .arrivalTimes, place: UInt64(demand.sources.count + index))
      for time in times(flow.flow, flow.process, &stream) {
        let type = type(flow.heavyVehicleShare, flow.classShares, &stream)
        vehicles.append(Vehicle(seconds: time, type: type, links: demand.routes[flow.route].links))
      }
    }
  }

  private func times(_ flow: [FlowStep], _ process: ArrivalProcess, _ stream: inout RandomStream) -> [Double]
  {
    var result: [Double] = []
    for (index, step) in flow.enumerated() where step.vehiclesPerHour > 0 {
      let until = min(index + 1 < flow.count ? flow[index + 1].startSeconds : end, end)
      let headway = 3600 / step.vehiclesPerHour
      var time = step.startSeconds
      time += process == .uniform ? headway / 2 : stream.exponential(mean: headway)
      while time < until {
        result.append(time)
        time += process == .uniform ? headway : stream.exponential(mean: headway)
      }
    }
    return result
  }

  private func type(_ heavy: Double, _ shares: [ClassShare], _ stream: inout RandomStream) -> String {
    var value = stream.uniform()
    if value < heavy { return "heavy" }
    value -= heavy
    for share in shares {
      if value < share.share { return type(share.vehicleClass) }
      value -= share.share
    }
    return "car"
  }

  /// Turn by turn until the edge of the network, or a mid-block exit.
  private func way(
    from link: LinkID, at time: Double, _ movementsFrom: [[MovementID]], _ stream: inout RandomStream
  ) -> [LinkID] {
    var links = [link]
    let step = demand.turning.last { $0.startSeconds <= time } ?? demand.turning.first
    guard let step else { return links }
    while let last = links.last, links.count < Self.longestWay {
      if stream.uniform() < step.midblockExitShare[last.index] { break }
      let choices = movementsFrom[last.index]
      let sum = choices.reduce(0) { $0 + step.vehiclesPerHour[$1.index] }
      if sum <= 0 { break }
      var value = stream.uniform() * sum
      var next = choices[choices.count - 1]
      for choice in choices {
        value -= step.vehiclesPerHour[choice.index]
        if value < 0 {
          next = choice
          break
        }
      }
      links.append(network[next].to)
    }
    return links
  }

  // MARK: - Text

  func text() -> String {
    var text = "<routes>\n" + types()
    let order = vehicles.indices.sorted { (vehicles[$0].seconds, $0) < (vehicles[$1].seconds, $1) }
    for (number, index) in order.enumerated() {
      let vehicle = vehicles[index]
      let edges = vehicle.links.flatMap { exporter.edgesOfLink[$0.index].map(\.id) }
      text +=
        "  <vehicle id=\"\(number + 1)\" type=\"\(vehicle.type)\" depart=\"\(SUMOText.number(vehicle.seconds))\" "
        + "departLane=\"best\" departSpeed=\"max\"><route edges=\"\(edges.joined(separator: " "))\"/></vehicle>\n"
    }
    return text + "</routes>\n"
  }

  private func types() -> String {
    var text = "  <vType id=\"car\"/>\n  <vType id=\"heavy\" vClass=\"truck\" length=\"12\"/>\n"
    for (index, own) in demand.vehicleClasses.enumerated() {
      // SUMO's drivers dawdle: σ = 0.5 takes a quarter of the acceleration.
      let acceleration = own.acceleration.map { " accel=\"\(SUMOText.number($0 / 0.75))\"" } ?? ""
      let deceleration = own.deceleration.map { " decel=\"\(SUMOText.number($0))\"" } ?? ""
      let speed = own.maximumSpeedMetersPerSecond.map { " maxSpeed=\"\(SUMOText.number($0))\"" } ?? ""
      text +=
        "  <vType id=\"\(type(index))\" length=\"\(SUMOText.number(own.lengthMeters))\" "
        + "minGap=\"\(SUMOText.number(own.minimumGapMeters))\" tau=\"\(SUMOText.number(own.headwayFactor))\""
        + "\(acceleration)\(deceleration)\(speed)/>\n"
    }
    return text
  }
}
