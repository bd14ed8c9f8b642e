import TrafficModel

/// Where the links of a corridor and of its opposite direction lie along one axis of distance.
struct CorridorGeometry {
  /// The stretch of one link, in the direction of travel.
  struct Place {
    /// Position in the order of travel.
    var order: Int
    var startMeters: Double
    var endMeters: Double
    var speed: Double
  }

  struct Signal {
    var label: String
    /// Of the forward stop line.
    var meters: Double
    var controller: Int
    /// Groups that are green for the through way, in either direction; `nil` where there is no such way.
    var forward: [Int]?
    var backward: [Int]?
  }

  let lengthMeters: Double
  let name: String
  /// By link of the network.
  private(set) var forward: [Place?]
  private(set) var backward: [Place?]
  private(set) var signals: [Signal] = []
  private(set) var longestCycleSeconds: Double?

  /// `nil` for a scenario without a corridor.
  init?(_ scenario: Scenario) {
    guard let first = scenario.corridor.first, let last = scenario.corridor.last else { return nil }
    let network = scenario.network
    forward = Array(repeating: nil, count: network.links.count)
    backward = forward
    var position = 0.0
    var ends: [Double] = []
    var inners: [Double] = []
    for (order, id) in scenario.corridor.enumerated() {
      let link = network[id]
      let end = position + link.lengthMeters
      forward[id.index] = Place(
        order: order, startMeters: position, endMeters: end, speed: link.speedLimitMetersPerSecond)
      ends.append(end)
      let next = order + 1 < scenario.corridor.count ? scenario.corridor[order + 1] : nil
      let inner = next.flatMap { Self.movement(from: id, to: $0, in: network)?.innerLengthMeters } ?? 0
      inners.append(inner)
      position = end + inner
    }
    lengthMeters = position
    let title = network[first].title
    name = title.isEmpty ? "link \(network[first].name) to link \(network[last].name)" : title
    let opposite = scenario.corridor.map { Self.opposite(of: $0, in: network) }
    for (order, id) in opposite.enumerated() {
      guard let id, let place = forward[scenario.corridor[order].index] else { continue }
      backward[id.index] = Place(
        order: opposite.count - 1 - order, startMeters: place.endMeters, endMeters: place.startMeters,
        speed: network[id].speedLimitMetersPerSecond)
    }
    let controllers = scenario.controllerOfNode
    for (order, id) in scenario.corridor.enumerated() {
      let node = network[id].to
      guard let controller = controllers[node.index] else { continue }
      let next = order + 1 < scenario.corridor.count ? scenario.corridor[order + 1] : nil
      let ahead = next.flatMap { Self.movement(from: id, to: $0, in: network) }
      var back: Movement?
      if order + 1 < opposite.count, let from = opposite[order + 1], let to = opposite[order] {
        back = Self.movement(from: from, to: to, in: network)
      }
      let record = network[node]
      signals.append(
        Signal(
          label: Self.label(record), meters: ends[order], controller: controller.index,
          forward: ahead.map { $0.protectedGroups + $0.permittedGroups },
          backward: back.map { $0.protectedGroups + $0.permittedGroups }))
      if let cycle = scenario.controllers[controller.index].patterns.first?.cycle.seconds {
        longestCycleSeconds = max(longestCycleSeconds ?? 0, cycle)
      }
    }
  }

  /// The corridor's own name is the same at every signal; the crossing street tells them apart.
  private static func label(_ node: Node) -> String {
    let crossing = [" at ", " & ", " and "].lazy.compactMap { node.title.ranges(of: $0).first?.upperBound }
      .first
    let text = crossing.map { "\(node.name) \(node.title[$0...])" } ?? node.name
    return text.count <= 14 ? text : text.prefix(13) + "…"
  }

  private static func movement(from: LinkID, to: LinkID, in network: Network) -> Movement? {
    network.movements.first { $0.from == from && $0.to == to }
  }

  /// The link of the same two nodes in the other direction.
  static func opposite(of id: LinkID, in network: Network) -> LinkID? {
    let link = network[id]
    return network.links.firstIndex { $0.from == link.to && $0.to == link.from }.map { LinkID($0) }
  }
}
