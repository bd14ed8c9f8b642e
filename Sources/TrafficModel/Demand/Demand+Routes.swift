extension Demand {
  /// Follows the vehicles of all sources through one step's volumes: every link that they reach must lead on, and
  /// from every one of them the edge of the network must be within reach.
  func routeFindings(in network: Network, step: Int) -> [Finding] {
    let volumes = turning[step].vehiclesPerHour
    let exits = turning[step].midblockExitShare
    var movementsFrom = [[Int]](repeating: [], count: network.links.count)
    var movementsTo = [[Int]](repeating: [], count: network.links.count)
    for (id, movement) in network.movements.enumerated() where volumes[id] > 0 {
      movementsFrom[movement.from.index].append(id)
      movementsTo[movement.to.index].append(id)
    }
    let starts = sources.filter { $0.flow.contains { $0.vehiclesPerHour > 0 } }.map(\.link.index)
    let reached = Self.reached(from: starts, count: network.links.count) { link in
      movementsFrom[link].map { network.movements[$0].to.index }
    }
    let isExit = network.links.indices.map { link in
      network[network.links[link].to].control == .external || exits[link] > 0
    }
    let leaving = Self.reached(
      from: network.links.indices.filter { isExit[$0] }, count: network.links.count
    ) { link in movementsTo[link].map { network.movements[$0].from.index } }

    var findings: [Finding] = []
    for (index, link) in network.links.enumerated() where reached[index] {
      let place = "turning step \(step + 1), link \(link.name)"
      let isEdge = network[link.to].control == .external
      if movementsFrom[index].isEmpty && !isEdge && exits[index] < 1 {
        findings.append(
          Finding(
            .error, rule: "demand-into-nowhere", place: place,
            message:
              "vehicles reach link \(link.name), and no movement from it has a volume; expected at least one",
            mend: "give a volume to the movements that they take there"))
      } else if !leaving[index] {
        findings.append(
          Finding(
            .error, rule: "demand-trapped", place: place,
            message: "vehicles on link \(link.name) can never leave the network; expected a way to its edge",
            mend: "give a volume to a movement that leads out, or a mid-block exit share"))
      }
    }
    return findings
  }

  /// Marks everything that can be reached over `next`.
  private static func reached(from starts: [Int], count: Int, next: (Int) -> [Int]) -> [Bool] {
    var isReached = [Bool](repeating: false, count: count)
    var open: [Int] = []
    for start in starts where !isReached[start] {
      isReached[start] = true
      open.append(start)
    }
    while let index = open.popLast() {
      for neighbour in next(index) where !isReached[neighbour] {
        isReached[neighbour] = true
        open.append(neighbour)
      }
    }
    return isReached
  }
}
