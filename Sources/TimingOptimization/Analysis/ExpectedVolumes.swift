import TrafficModel

/// The volumes that the demand sends over each movement when no signal holds anything back.
///
/// Sources feed links, turning shares hand the flow on, mid-block exits take their part; the balance of all links
/// is solved together. Where the turning volumes of the file balance, the result repeats them. Vehicles with routes,
/// buses among them, are added along their ways. The values are means over the measured time, travel times neglected.
public struct ExpectedVolumes: Hashable, Sendable {
  /// Vehicles per hour by movement.
  public private(set) var vehiclesPerHour: [Double]
  /// Share of heavy vehicles among them, heavy classes included, 0 to 1, by movement.
  public private(set) var heavyVehicleShare: [Double]

  public init(_ scenario: Scenario) {
    let count = scenario.network.movements.count
    var all = [Double](repeating: 0, count: count)
    var heavy = [Double](repeating: 0, count: count)
    let begin = scenario.run.warmUp.seconds
    let end = begin + scenario.run.duration.seconds
    let cuts = Self.cuts(scenario.demand, from: begin, to: end)
    for (start, stop) in zip(cuts, cuts.dropFirst()) {
      let weight = end > begin ? (stop - start) / (end - begin) : 1
      let flows = Self.balance(scenario, at: start)
      for index in 0..<count {
        all[index] += weight * flows.all[index]
        heavy[index] += weight * flows.heavy[index]
      }
    }
    if end > begin {
      let routed = RoutedVolumes(scenario.demand, in: scenario.network, from: begin, to: end)
      let hours = (end - begin) / 3600
      for index in 0..<count {
        all[index] += routed.vehicles[index] / hours
        heavy[index] += routed.heavyVehicles[index] / hours
      }
    }
    vehiclesPerHour = all
    heavyVehicleShare = zip(all, heavy).map { $0 > 0 ? $1 / $0 : 0 }
  }

  /// The times at which a flow or a turning share changes, the measured time's ends included.
  private static func cuts(_ demand: Demand, from begin: Double, to end: Double) -> [Double] {
    var times = [begin, max(begin, end)]
    for source in demand.sources { times += source.flow.map(\.startSeconds) }
    times += demand.turning.map(\.startSeconds)
    let inside = times.filter { $0 > begin && $0 < end }.sorted()
    var result = [begin]
    for time in inside where time > result[result.count - 1] { result.append(time) }
    result.append(max(begin, end))
    return result
  }

  private struct Flows {
    var all: [Double]
    var heavy: [Double]
  }

  /// Flows by movement while sources and shares stand as they do at `time`.
  private static func balance(_ scenario: Scenario, at time: Double) -> Flows {
    let network = scenario.network
    let turning = scenario.demand.turning.last { $0.startSeconds <= time }
    let shares = turningShares(network, turning)
    let exits = turning?.midblockExitShare ?? []
    var feed = Feed(links: network.links.count)
    for source in scenario.demand.sources {
      let flow = source.flow.last { $0.startSeconds <= time }?.vehiclesPerHour ?? 0
      feed.add(flow, heavyShare: scenario.demand.heavyShare(of: source), to: source)
    }
    let all = solve(network, shares: shares, exits: exits, entering: feed.entering, joining: feed.joining)
    let heavy = solve(
      network, shares: shares, exits: exits, entering: feed.enteringHeavy, joining: feed.joiningHeavy)
    return Flows(all: all, heavy: heavy)
  }

  /// What sources put on each link: at its start, and half way.
  private struct Feed {
    var entering: [Double]
    var joining: [Double]
    var enteringHeavy: [Double]
    var joiningHeavy: [Double]

    init(links: Int) {
      entering = [Double](repeating: 0, count: links)
      joining = entering
      enteringHeavy = entering
      joiningHeavy = entering
    }

    mutating func add(_ flow: Double, heavyShare: Double, to source: VehicleSource) {
      let link = source.link.index
      if source.isMidblock {
        joining[link] += flow
        joiningHeavy[link] += flow * heavyShare
      } else {
        entering[link] += flow
        enteringHeavy[link] += flow * heavyShare
      }
    }
  }

  /// Each movement's share of the flow that reaches the stop line of its link; equal shares where all are zero.
  private static func turningShares(_ network: Network, _ turning: TurningStep?) -> [Double] {
    var sums = [Double](repeating: 0, count: network.links.count)
    var counts = [Double](repeating: 0, count: network.links.count)
    let volumes = turning?.vehiclesPerHour ?? []
    for (index, movement) in network.movements.enumerated() {
      if index < volumes.count { sums[movement.from.index] += volumes[index] }
      counts[movement.from.index] += 1
    }
    return network.movements.indices.map { index in
      let link = network.movements[index].from.index
      return sums[link] > 0 && index < volumes.count ? volumes[index] / sums[link] : 1 / counts[link]
    }
  }

  /// Repeats "what enters a link is its source plus what movements hand over" until nothing changes.
  ///
  /// Each pass carries the flow one link further, so a network without loops is exact after as many passes as its
  /// longest path has links; with loops the remainder shrinks with every turn. The number of passes is bounded
  /// because shares that keep all flow inside a loop for ever have no solution.
  private static func solve(
    _ network: Network, shares: [Double], exits: [Double], entering: [Double], joining: [Double]
  ) -> [Double] {
    var movements = [Double](repeating: 0, count: network.movements.count)
    for _ in 0..<max(1000, network.links.count) {
      var inflow = entering
      for (index, movement) in network.movements.enumerated() {
        inflow[movement.to.index] += movements[index]
      }
      var change = 0.0
      for (index, movement) in network.movements.enumerated() {
        let link = movement.from.index
        let staying = 1 - (link < exits.count ? exits[link] : 0)
        let flow = (inflow[link] * staying + joining[link]) * shares[index]
        change = max(change, abs(flow - movements[index]))
        movements[index] = flow
      }
      if change < 1e-9 { break }
    }
    return movements
  }
}
