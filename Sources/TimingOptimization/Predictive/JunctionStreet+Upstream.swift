import TrafficModel

/// What lies before the links of a junction.
extension JunctionStreet {
  /// A link without signals at its end whose vehicles come to a link of the junction.
  ///
  /// Many stop lines have only a few metres of link of their own before them; behind it, at a mere change of the lanes or
  /// a side street, the approach goes on. Without it half of the approach would not be seen.
  struct UpstreamLink: Sendable {
    /// Number in the network, and what is taken at its end.
    var link: Int32
    var movement: Int32
    /// Of the junction, as a number in the network.
    var target: Int32
    /// The link that follows on the way there, as a place in `upstream`; −1 if that is the target.
    var next: Int32
    /// From its end to the stop line.
    var offsetMeters: Float
    /// Numbers in the network of the lanes that take the movement.
    var lanes: ContiguousArray<Int32>
    /// Whether all links on the way have the same lanes, so that vehicles stay where they are.
    var keepsLanes: Bool
  }

  /// Farther back nothing is looked for, in metres.
  static let upstreamMeters: Float = 150

  static func findUpstream(
    of links: [Int], _ network: Network, _ numbering: LaneNumbering, isControlled: [Bool]
  ) -> ContiguousArray<UpstreamLink> {
    var result: ContiguousArray<UpstreamLink> = []
    func laneCount(_ link: Int) -> Int { network.links[link].lanes.count }
    func add(before link: Int, target: Int, next: Int, offset: Float, keeps: Bool) {
      let node = network.links[link].from
      if isControlled[node.index] || offset >= Self.upstreamMeters { return }
      for index in network.movements.indices where network.movements[index].to.index == link {
        let movement = network.movements[index]
        result.append(
          UpstreamLink(
            link: Int32(movement.from.index), movement: Int32(index), target: Int32(target),
            next: Int32(next), offsetMeters: offset + Float(movement.innerLengthMeters),
            lanes: ContiguousArray(
              movement.lanes.map { Int32(numbering.laneID(movement.from, lane: $0).index) }),
            keepsLanes: keeps && movement.turn == .through
              && laneCount(movement.from.index) == laneCount(link)))
      }
    }
    for link in links {
      add(
        before: link, target: link, next: -1, offset: Float(network.links[link].lengthMeters), keeps: true)
    }
    var place = 0
    while place < result.count && result.count < 64 {
      let data = result[place]
      add(
        before: Int(data.link), target: Int(data.target), next: place,
        offset: data.offsetMeters + Float(network.links[Int(data.link)].lengthMeters), keeps: data.keepsLanes)
      place += 1
    }
    return result
  }
}
