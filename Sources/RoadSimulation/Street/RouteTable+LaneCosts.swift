import TrafficModel

/// Lanes that lead on: what each lane of a route costs because of the changes of lanes that it asks for further on.
///
/// On a short link a driver cannot change lanes, so he takes the right one before. The costs are worked out from the end
/// of each route backwards, once for each network: a change of n lanes on a link that is shorter than n stretches of
/// ``DriverConstants/laneLookAheadMeters`` costs as much of n times ``fullCost`` as it lacks of them.
extension RouteTable {
  /// More than a queue is worth on most lanes, cm.
  private static var fullCost: Double { 6000 }

  mutating func setLaneCosts(_ scenario: Scenario, _ layout: StreetLayout) {
    let stretch = layout.constants.laneLookAheadMeters * 100
    prepareLaneCosts()
    for (number, route) in scenario.demand.routes.enumerated() {
      let start = self.start(of: number)
      var following = -1
      var further: [Int32] = []
      for hop in route.links.indices.reversed() {
        let movement = Int(self.movement(start: start, hop: hop))
        if movement < 0 {
          following = -1
          continue
        }
        let costs = layout.lanes(ofMovement: movement).map { position in
          following < 0
            ? 0 : Self.cost(layout.movementLanes[position].connector, following, further, stretch, layout)
        }
        if let first = costs.first, costs.contains(where: { $0 != first }) {
          setLaneCosts(costs, start: start, hop: hop)
        }
        further = costs
        following = movement
      }
    }
  }

  /// The cheapest way on from where a connector leads, through the lanes of the movement that follows.
  private static func cost(
    _ connector: Int32, _ following: Int, _ further: [Int32], _ stretch: Double, _ layout: StreetLayout
  ) -> Int32 {
    let natural = layout.connectors.naturalLane(of: connector)
    let span = Int32(layout.connectors.naturalSpan(of: connector))
    var least = Int32.max
    for (place, position) in layout.lanes(ofMovement: following).enumerated() {
      let way = layout.movementLanes[position].way
      let lanes = Double(max(0, max(natural - way.entryLane, way.entryLane - natural - span)))
      var cost = further[place]
      if lanes > 0 {
        let missing = max(0, lanes * stretch - Double(way.lengthCentimeters)) / (lanes * stretch)
        cost += Int32((lanes * fullCost * missing).rounded())
      }
      least = min(least, cost)
    }
    return least == .max ? 0 : least
  }
}
