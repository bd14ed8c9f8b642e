/// Movements of one approach that share lanes, with those lanes.
public struct LaneGroup: Hashable, Sendable {
  public var link: LinkID
  /// Ascending from the kerb.
  public var lanes: [Int]
  public var movements: [MovementID]

  public init(link: LinkID, lanes: [Int], movements: [MovementID]) {
    self.link = link
    self.lanes = lanes
    self.movements = movements
  }

  /// The lane groups of all movements that leave `link`: a lane that serves two movements joins them in one group
  /// with all lanes of both.
  public static func groups(of link: LinkID, in network: Network) -> [LaneGroup] {
    groups(of: network.movements.indices.filter { network.movements[$0].from == link }, in: network)
  }

  /// The lane groups of all links, link by link.
  public static func groups(in network: Network) -> [LaneGroup] {
    var movements = [[Int]](repeating: [], count: network.links.count)
    for (index, movement) in network.movements.enumerated() { movements[movement.from.index].append(index) }
    return movements.flatMap { groups(of: $0, in: network) }
  }

  /// - Parameter movements: of one link, ascending.
  private static func groups(of movements: [Int], in network: Network) -> [LaneGroup] {
    var result: [LaneGroup] = []
    for index in movements {
      let movement = network.movements[index]
      var joined = LaneGroup(link: movement.from, lanes: movement.lanes, movements: [MovementID(index)])
      var others: [LaneGroup] = []
      for group in result {
        if group.lanes.contains(where: joined.lanes.contains) {
          joined.lanes += group.lanes
          joined.movements += group.movements
        } else {
          others.append(group)
        }
      }
      joined.lanes = Set(joined.lanes).sorted()
      joined.movements.sort()
      result = others + [joined]
    }
    return result.sorted { $0.lanes[0] < $1.lanes[0] }
  }
}
