import TrafficModel

/// The green band of a progression: how long a platoon may be that meets no red along a street.
public struct Bandwidth: Hashable, Sendable {
  /// Seconds.
  public var width: Double
  /// When the band leaves the first stop line, in seconds of the cycle; 0 without a band.
  public var start: Double
  /// The shortest green along the way, which no band can be wider than.
  public var shortestGreen: Double
  public var cycleSeconds: Double

  /// Width over cycle; the mean of both directions is the efficiency of a progression.
  public var efficiency: Double { width / cycleSeconds }
  /// Width over the shortest green.
  public var attainability: Double { shortestGreen > 0 ? width / shortestGreen : 0 }

  /// The widest band through a row of greens.
  ///
  /// - Parameters:
  ///   - greens: at each stop line in order of travel, in seconds of the common cycle.
  ///   - travelSeconds: from each stop line to the next; one less than the greens.
  public init(greens: [[Range<Double>]], travelSeconds: [Double], cycleSeconds: Double) {
    self.cycleSeconds = cycleSeconds
    var open = CyclicIntervals(cycle: cycleSeconds, union: [0..<cycleSeconds])
    var travelled = 0.0
    var shortest = Double.infinity
    for (index, ranges) in greens.enumerated() {
      let own = CyclicIntervals(
        cycle: cycleSeconds,
        union: ranges.map { ($0.lowerBound - travelled)..<($0.upperBound - travelled) })
      shortest = min(shortest, own.parts.map { $0.upperBound - $0.lowerBound }.max() ?? 0)
      open = open.subtracting(open.subtracting(own))
      if index < travelSeconds.count { travelled += travelSeconds[index] }
    }
    shortestGreen = shortest.isFinite ? shortest : 0
    let widest = open.parts.max { $0.upperBound - $0.lowerBound < $1.upperBound - $1.lowerBound }
    width = widest.map { $0.upperBound - $0.lowerBound } ?? 0
    start = widest?.lowerBound ?? 0
  }
}

extension Bandwidth {
  /// The bands of a scenario's corridor with the plans on the street: in its direction and against it.
  ///
  /// - Returns: `nil` for a direction whose links or greens are missing, or whose signals have different cycles.
  public static func ofCorridor(_ scenario: Scenario) -> (along: Bandwidth?, against: Bandwidth?) {
    let network = scenario.network
    var reversed: [LinkID] = []
    for link in scenario.corridor.reversed() {
      guard
        let back = network.links.firstIndex(where: {
          $0.from == network[link].to && $0.to == network[link].from
        })
      else { return (band(scenario.corridor, scenario), nil) }
      reversed.append(LinkID(back))
    }
    return (band(scenario.corridor, scenario), band(reversed, scenario))
  }

  private static func band(_ links: [LinkID], _ scenario: Scenario) -> Bandwidth? {
    let network = scenario.network
    let controllers = scenario.controllerOfNode
    var greens: [[Range<Double>]] = []
    var travel: [Double] = []
    var cycle: TimeSpan?
    var sinceLast = 0.0
    for (index, link) in links.enumerated() {
      let data = network[link]
      if !greens.isEmpty || index == 0 { sinceLast += data.lengthMeters / data.speedLimitMetersPerSecond }
      guard network[data.to].control == .signal, let controller = controllers[data.to.index] else { continue }
      let signals = scenario.controllers[controller.index]
      guard let pattern = signals.patterns.first, let timeline = try? signals.timeline(of: pattern),
        timeline.cycle == cycle ?? timeline.cycle
      else { return nil }
      let next = index + 1 < links.count ? links[index + 1] : nil
      let ways = network.movements.filter { movement in
        movement.from == link && (next.map { movement.to == $0 } ?? (movement.turn == .through))
      }
      guard let way = ways.first else { continue }
      cycle = timeline.cycle
      if !greens.isEmpty { travel.append(sinceLast) }
      sinceLast = 0
      let own = CyclicIntervals(timeline, groups: way.protectedGroups + way.permittedGroups)
      greens.append(own.parts)
    }
    guard let cycle, greens.count > 1 else { return nil }
    return Bandwidth(greens: greens, travelSeconds: travel, cycleSeconds: cycle.seconds)
  }
}
