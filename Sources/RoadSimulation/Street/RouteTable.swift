import TrafficModel

/// Routes as runs of movements, and buses' stops on the way.
struct RouteTable: Sendable {
  private var first: ContiguousArray<Int32> = []
  private var movements: ContiguousArray<Int32> = []
  /// By route: position of its origin in the layout's list.
  private(set) var origins: ContiguousArray<Int32> = []

  init(_ scenario: Scenario) {
    let demand = scenario.demand
    if demand.routes.isEmpty { return }
    var movementOfLinks: [LinkPair: Int32] = [:]
    for (index, movement) in scenario.network.movements.enumerated() {
      let pair = LinkPair(from: movement.from, to: movement.to)
      if movementOfLinks[pair] == nil { movementOfLinks[pair] = Int32(index) }
    }
    let all = Origin.all(of: demand)
    for route in demand.routes {
      first.append(Int32(movements.count))
      for (from, to) in zip(route.links, route.links.dropFirst()) {
        movements.append(movementOfLinks[LinkPair(from: from, to: to)] ?? -1)
      }
      let origin = Origin(link: route.links[0].index, isMidblock: false)
      origins.append(Int32(all.firstIndex(of: origin) ?? 0))
    }
    first.append(Int32(movements.count))
  }

  /// The movement at the end of the link that is reached after `hop` others; −1 where the route ends.
  func movement(route: Int32, hop: Int) -> Int32 {
    let position = Int(first[Int(route)]) + hop
    return position < Int(first[Int(route) + 1]) ? movements[position] : -1
  }

  private struct LinkPair: Hashable {
    var from: LinkID
    var to: LinkID
  }
}

/// Which bus line dwells how long at which stop.
struct BusLineTable: Sendable {
  /// Stops that lie at the same place are one.
  private(set) var stops: [BusStop] = []
  /// By line, then by stop: mean dwell in seconds, 0 where a line does not stop.
  private var dwell: ContiguousArray<Double> = []

  init(_ lines: [BusLine]) {
    for stop in lines.flatMap(\.stops) where number(of: stop) == nil { stops.append(stop) }
    for line in lines {
      var means = [Double](repeating: 0, count: stops.count)
      for stop in line.stops {
        if let number = number(of: stop) { means[number] = stop.dwellSeconds }
      }
      dwell.append(contentsOf: means)
    }
  }

  private func number(of stop: BusStop) -> Int? {
    stops.firstIndex { $0.link == stop.link && $0.distanceMeters == stop.distanceMeters }
  }

  func meanDwellSeconds(line: Int, stop: Int) -> Double { dwell[line * stops.count + stop] }
}
