import TrafficModel

/// Which stop lines lead to a link.
struct LinkFeeders: Sendable {
  /// By link: range of ``positions``.
  private var first: ContiguousArray<Int32> = [0]
  /// Positions in the layout's table of movements' lanes.
  private var positions: ContiguousArray<Int32> = []

  init() {}

  init(_ network: Network, _ layout: StreetLayout) {
    var byLink = [[Int32]](repeating: [], count: network.links.count)
    for (index, movement) in network.movements.enumerated() {
      byLink[movement.to.index] += layout.lanes(ofMovement: index).map { Int32($0) }
    }
    for list in byLink {
      positions.append(contentsOf: list)
      first.append(Int32(positions.count))
    }
  }

  func range(of link: Int) -> Range<Int> { Int(first[link])..<Int(first[link + 1]) }

  subscript(position: Int) -> Int { Int(positions[position]) }
}

/// Gaps on short links: a driver who waits sees past the beginning of the link before him to those who are about to
/// cross the junction there.
extension RoadSimulation {
  /// When the streams that feed `link` next leave a gap for those who yield to `foe` at its end.
  ///
  /// - Parameter lead: free-flow time over the link. Only the first vehicle of each stop line is looked at; those that
  ///   cross already are on the link.
  mutating func freeTimeBefore(link: Int, foe: Int, lead: Int32, gap: Int32) -> Int32 {
    var free = now
    for index in layout.feeders.range(of: link) {
      let position = layout.feeders[index]
      let segment = Int(layout.movementLanes[position].segment)
      let head = segments[segment].head
      if head < 0 || segments[segment].hindrance != .none { continue }
      let vehicle = vehicles[Int(head)]
      if vehicle.connector != layout.movementLanes[position].connector { continue }
      let connector = layout.connectors[Int(vehicle.connector)]
      settleLamps(Int(connector.movement))
      if !lamps.goes(Int(connector.movement)) { continue }
      let inner = Int32(Float(connector.innerCentimeters) * 10 / connector.crossingSpeed)
      let passage = max(segments[segment].ready, now) + inner + lead
      if passage >= now + gap { continue }
      if nextMovement(vehicle, on: link) == Int32(foe) { free = max(free, max(passage, now + 100)) }
    }
    return free
  }

  /// The movement that a vehicle which has not come to `link` yet will take at its end; −1 if it leaves there.
  private mutating func nextMovement(_ vehicle: Vehicle, on link: Int) -> Int32 {
    let hop = Int(vehicle.hops) + 1
    if vehicle.route >= 0 { return layout.routes.movement(start: vehicle.route, hop: hop) }
    let step = layout.turning.step(at: vehicle.demanded)
    var draws = turningDraws(vehicle, hop: hop)
    if layout.midblockConnector[link] >= 0,
      layout.turning.leavesInMidblock(link: link, step: step, draw: draws.uniform())
    {
      return -1
    }
    return layout.turning.movement(link: link, step: step, draw: draws.uniform())
  }

  /// The draws that decide what a vehicle does on the link that it reaches after `hop` others.
  mutating func turningDraws(_ vehicle: Vehicle, hop: Int) -> RandomStream {
    RandomStream(
      seed: seed, purpose: .turning, place: UInt64(vehicle.serial) << 16 | UInt64(hop & 0xFFFF))
  }
}
