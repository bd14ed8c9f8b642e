import TrafficModel

extension UTDFImporter {
  /// Room for two cars that wait inside the junction for a gap, in metres.
  static let waitingPlaceMeters = 14.0

  /// Sets who yields to whom at junctions without signals, who stops first there, the critical gap of all who yield
  /// without stopping, and the waiting place inside signal junctions for permitted left turns.
  ///
  /// SignControl 0 is stop, 1 free, 2 yield. Stop approaches go after yield and free ones, yield after free. Between
  /// approaches of one rank left turns go after opposing traffic, and what still crosses is settled by volume, the
  /// smaller one going second. Where all approaches have a stop sign the junction is an all-way stop; where they have
  /// another rank in common the heaviest street is taken as free. At a
  /// roundabout every movement goes after those that pass its entry on their way round.
  mutating func setRightOfWay() {
    let geometry = MovementConflicts(network)
    for node in nodes.indices where control(of: node) == .priority {
      let members = nodes[node].approaches.flatMap { approach in
        approaches[approach].groups.indices.filter { approaches[approach].groups[$0].movement != nil }
          .map { (approach: approach, group: $0) }
      }
      if nodes[node].kind == .roundabout {
        notes.collect(
          "roundabout", at: name(node),
          "The roundabout is a priority junction: each movement yields to those that pass its entry; its ring has no "
            + "storage of its own.", mend: "expect less delay than in the field at high volumes")
      }
      let ranks = ranks(of: node)
      for member in members where nodes[node].kind != .roundabout && ranks[member.approach] == 0 {
        if let movement = approaches[member.approach].groups[member.group].movement {
          network[movement].stopsFirst = true
        }
      }
      for one in members {
        for other in members {
          guard let a = approaches[one.approach].groups[one.group].movement,
            let b = approaches[other.approach].groups[other.group].movement, one.approach != other.approach
          else { continue }
          if nodes[node].kind == .roundabout {
            if passes(b, theEntryOf: a) { network[a].yieldsTo.append(b) }
          } else if geometry.kind(a, b) != .none, goesAfter(one, other, ranks: ranks) {
            network[a].yieldsTo.append(b)
          }
        }
      }
    }
    network.deriveYieldingWithoutSigns(
      of: network.movements.indices.map { MovementID($0) }, geometry: geometry)
    let crossed = network.crosswalksOnPaths()
    for movement in network.movements.indices { network.movements[movement].crosses = crossed[movement] }
    for movement in network.movements.indices where !network.movements[movement].yieldsTo.isEmpty {
      // Who stops first needs the longer gaps of a start from standstill, which the driver profile knows.
      let data = network.movements[movement]
      if !data.stopsFirst && !(data.turnsOnRed && data.permittedGroups.isEmpty) {
        network.movements[movement].criticalGapSeconds = defaults.criticalGapSeconds
      }
      if network.movements[movement].turn == .left && !network.movements[movement].permittedGroups.isEmpty {
        network.movements[movement].waitingPlaceMeters = Self.waitingPlaceMeters
      }
    }
  }

  /// 2 free, 1 yield, 0 stop, by approach.
  private mutating func ranks(of node: Int) -> [Int: Int] {
    let members = nodes[node].approaches.filter { !approaches[$0].lanes.isEmpty }
    var ranks: [Int: Int] = [:]
    for approach in members {
      let sign = approaches[approach].groups.compactMap(\.signControl).first
      ranks[approach] = sign == 1 ? 2 : sign == 2 ? 1 : sign == 0 ? 0 : 2
    }
    if nodes[node].kind == .roundabout || Set(ranks.values).count > 1 || members.count < 2 { return ranks }
    guard
      let heaviest = members.max(by: {
        approaches[$0].flowVehiclesPerHour < approaches[$1].flowVehiclesPerHour
      })
    else { return ranks }
    let through = approaches[heaviest].groups.first { $0.turn == .through }?.destination
    for approach in members {
      let isMain = approach == heaviest || nodes[approaches[approach].upstream].number == through
      ranks[approach] = isMain ? 2 : 0
    }
    notes.collect(
      "all-way-control", at: name(node),
      "All approaches have the same right of way and no stop signs: the heaviest street goes first.",
      mend: "expect less delay on the heaviest street and more on the other than in the field")
    return ranks
  }

  /// Whether every approach has a stop sign.
  func isAllWayStop(_ node: Int) -> Bool {
    let members = nodes[node].approaches.filter { !approaches[$0].lanes.isEmpty }
    return members.count > 1
      && members.allSatisfy { approaches[$0].groups.compactMap(\.signControl).first == 0 }
  }

  private func goesAfter(
    _ one: (approach: Int, group: Int), _ other: (approach: Int, group: Int), ranks: [Int: Int]
  ) -> Bool {
    let a = approaches[one.approach].groups[one.group]
    let b = approaches[other.approach].groups[other.group]
    let first = ranks[one.approach] ?? 2
    let second = ranks[other.approach] ?? 2
    if first != second { return first < second }
    let isFirstLeft = a.turn.turn == .left || a.turn.turn == .uTurn
    let isSecondLeft = b.turn.turn == .left || b.turn.turn == .uTurn
    if isFirstLeft != isSecondLeft { return isFirstLeft }
    if a.flowVehiclesPerHour != b.flowVehiclesPerHour { return a.flowVehiclesPerHour < b.flowVehiclesPerHour }
    return one.approach > other.approach
  }

  /// Whether one movement goes by the entry of another on its way round: traffic keeps right and goes round
  /// anticlockwise.
  private func passes(_ movement: MovementID, theEntryOf other: MovementID) -> Bool {
    func direction(_ link: LinkID) -> Double {
      MovementConflicts.direction(of: network[link], at: network[movement].node, in: network)
    }
    func round(_ from: Double, _ to: Double) -> Double { to - from <= 0 ? to - from + 4 : to - from }
    let start = direction(network[movement].from)
    let entry = round(start, direction(network[other].from))
    return entry < round(start, direction(network[movement].to))
  }
}
