import TrafficModel

/// Routes as runs of movements, and buses' stops on the way.
struct RouteTable: Sendable {
  private var first: ContiguousArray<Int32> = []
  /// Each route begins after its number and ends with −1.
  private var movements = Table<Int32>()
  /// By route: position of its origin in the layout's list.
  private(set) var origins: ContiguousArray<Int32> = []

  init(_ scenario: Scenario) {
    let demand = scenario.demand
    if demand.routes.isEmpty { return }
    let table = MovementsByLinks(scenario.network)
    var numbers: [Origin: Int32] = [:]
    for (number, origin) in Origin.all(of: demand).enumerated() { numbers[origin] = Int32(number) }
    for (number, route) in demand.routes.enumerated() {
      movements.append(Int32(number))
      first.append(Int32(movements.count))
      for (from, to) in zip(route.links, route.links.dropFirst()) {
        movements.append(table[from, to].map { Int32($0.index) } ?? -1)
      }
      let origin = Origin(link: route.links[0].index, isMidblock: false)
      movements.append(-1)
      origins.append(numbers[origin] ?? 0)
    }
  }

  /// By position of ``movements``: where the costs of its movement's lanes begin in ``costs``; −1 where lanes do not
  /// differ. Empty where nobody looks ahead.
  private var firstCost: ContiguousArray<Int32> = []
  private var costs: ContiguousArray<Int32> = []

  /// What the lanes of a movement cost further on the route, for ``laneCost(_:_:)``; −1 where they do not differ.
  func laneCosts(start: Int32, hop: Int) -> Int32 {
    firstCost.isEmpty ? -1 : firstCost[Int(start) + hop]
  }

  /// In centimetres of queue.
  func laneCost(_ costs: Int32, _ lane: Int) -> Int32 { self.costs[Int(costs) + lane] }

  mutating func prepareLaneCosts() { firstCost = ContiguousArray(repeating: -1, count: movements.count) }

  mutating func setLaneCosts(_ values: [Int32], start: Int32, hop: Int) {
    firstCost[Int(start) + hop] = Int32(costs.count)
    costs.append(contentsOf: values)
  }

  /// How vehicles name their route.
  func start(of route: Int) -> Int32 { first[route] }

  /// The number of the route that begins there.
  func number(start: Int32) -> Int { Int(movements[Int(start) - 1]) }

  /// The movement at the end of the link that is reached after `hop` others; −1 where the route ends.
  func movement(start: Int32, hop: Int) -> Int32 { movements[Int(start) + hop] }
}

/// Which bus line dwells how long at which stop.
struct BusLineTable: Sendable {
  /// Stops of several lines that lie within a vehicle's length of each other are one.
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
    let near = stops.indices.filter {
      stops[$0].link == stop.link
        && abs(stops[$0].distanceMeters - stop.distanceMeters) < Demand.shortestSectionMeters
    }
    return near.min { distance(stop, to: $0) < distance(stop, to: $1) }
  }

  private func distance(_ stop: BusStop, to number: Int) -> Double {
    abs(stops[number].distanceMeters - stop.distanceMeters)
  }

  /// 0 for a line that passes the stop.
  func meanDwellSeconds(line: Int, stop: Int) -> Double { dwell[line * stops.count + stop] }
}
