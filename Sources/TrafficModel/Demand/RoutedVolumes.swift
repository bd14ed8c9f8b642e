/// The vehicles of route flows, single trips and bus lines that want to pass each movement within a time, as if nobody
/// needed any time to get there.
public struct RoutedVolumes: Hashable, Sendable {
  /// Vehicles by movement.
  public private(set) var vehicles: [Double]
  /// Heavy vehicles and buses among them.
  public private(set) var heavyVehicles: [Double]

  /// Those who set out from `begin` to before `end`, in seconds since the start of the run.
  public init(_ demand: Demand, in network: Network, from begin: Double, to end: Double) {
    vehicles = Array(repeating: 0, count: network.movements.count)
    heavyVehicles = vehicles
    if demand.routes.isEmpty { return }
    var all = [Double](repeating: 0, count: demand.routes.count)
    var heavy = all
    for flow in demand.routeFlows {
      let count = flow.flow.vehicles(from: begin, to: end)
      all[flow.route] += count
      heavy[flow.route] += count * demand.heavyShare(flow.heavyVehicleShare, flow.classShares)
    }
    for trip in demand.trips where trip.departureSeconds >= begin && trip.departureSeconds < end {
      all[trip.route] += 1
      if demand.isHeavy(trip) { heavy[trip.route] += 1 }
    }
    for line in demand.busLines {
      let count = line.departures(before: end) - line.departures(before: begin)
      all[line.route] += count
      heavy[line.route] += count
    }
    let movements = MovementsByLinks(network)
    for (route, links) in demand.routes.map(\.links).enumerated() where all[route] > 0 {
      for (from, to) in zip(links, links.dropFirst()) {
        guard let movement = movements[from, to] else { continue }
        vehicles[movement.index] += all[route]
        heavyVehicles[movement.index] += heavy[route]
      }
    }
  }
}

extension [FlowStep] {
  /// Vehicles that a flow in steps sends from `begin` to `end`.
  func vehicles(from begin: Double, to end: Double) -> Double {
    var sum = 0.0
    for (index, step) in enumerated() {
      let until = index + 1 < count ? Swift.min(self[index + 1].startSeconds, end) : end
      sum += Swift.max(0, until - Swift.max(step.startSeconds, begin)) * step.vehiclesPerHour / 3600
    }
    return sum
  }
}

extension BusLine {
  /// Buses that set out before a time.
  func departures(before seconds: Double) -> Double {
    max(0, ((seconds - firstSeconds) / headwaySeconds).rounded(.up))
  }
}
