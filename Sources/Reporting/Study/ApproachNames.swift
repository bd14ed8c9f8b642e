import TrafficModel

/// Names approaches by their direction of travel, as engineers do: NB for traffic that drives north.
///
/// The four main directions where they tell all approaches of a node apart, else the eight, else with a number.
public struct ApproachNames: Sendable {
  /// By link; empty for links into nodes without movements.
  public private(set) var names: [String]

  public init(_ network: Network) {
    names = Array(repeating: "", count: network.links.count)
    var approaches = [[LinkID]](repeating: [], count: network.nodes.count)
    for index in network.links.indices { approaches[network.links[index].to.index].append(LinkID(index)) }
    for node in network.nodes.indices {
      let links = approaches[node]
      let headings = links.map { Self.heading(of: network[$0], in: network) }
      var chosen = headings.map { Self.name($0, of: ["EB", "NB", "WB", "SB"]) }
      if Set(chosen).count < chosen.count {
        chosen = headings.map { Self.name($0, of: ["EB", "NE", "NB", "NW", "WB", "SW", "SB", "SE"]) }
      }
      var seen: [String: Int] = [:]
      for (link, name) in zip(links, chosen) {
        let count = (seen[name] ?? 0) + 1
        seen[name] = count
        names[link.index] = count == 1 ? name : "\(name)\(count)"
      }
    }
  }

  public subscript(link: LinkID) -> String { names[link.index] }

  /// The direction of travel at the link's end, in quadrants anticlockwise from the east (0 ..< 4).
  private static func heading(of link: Link, in network: Network) -> Double {
    // Seen from the node the link lies behind the driver, so the heading is the opposite direction.
    let behind = MovementConflicts.direction(of: link, at: link.to, in: network)
    return behind >= 2 ? behind - 2 : behind + 2
  }

  private static func name(_ heading: Double, of directions: [String]) -> String {
    let sector = heading / 4 * Double(directions.count)
    return directions[Int((sector + 0.5).rounded(.down)) % directions.count]
  }
}
