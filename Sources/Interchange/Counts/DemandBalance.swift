import TrafficModel

/// Turns volumes of movements, interval by interval, into sources and turning shares that fit together.
///
/// A link from the edge gets a source of what the junction downstream sends on. Between two junctions the volume
/// that the upstream one sends and the one that the downstream one receives mostly differ: a shortfall becomes a
/// mid-block source and an excess a share that leaves in mid-block, both on the longest link of the way, each one
/// told with its numbers. Bends carry on what reaches them.
struct DemandBalance: Sendable {
  /// Links one behind the other with nothing but bends between them.
  private struct Chain: Sendable {
    var links: [Int]
    /// Movements of the bends between them.
    var bends: [Int] = []
  }

  /// What a mid-block remark needs, over all intervals.
  private struct Remark: Sendable {
    var chain: Int
    var link: Int
    var intervals = 0
    var sent = 0.0
    var received = 0.0
    var midblock = 0.0
    var leaving = 0.0
  }

  private let network: Network
  private let isBend: [Bool]
  private let chains: [Chain]
  /// Longest link of each chain, as a position in it.
  private let places: [Int]
  private let heavyShares: [Double]
  private let midblockShares: [Double]
  private var starts: [Double] = []
  private var edgeFlows: [[Double]]
  private var midblockFlows: [[Double]]
  private var turning: [TurningStep] = []
  private var remarks: [Remark?]
  private var branchingNodes: Set<Int> = []

  /// - Parameters:
  ///   - heavyShares: share of heavy vehicles on each link.
  ///   - midblockShares: part of each link's volume that starts in mid-block in any case.
  init(_ network: Network, heavyShares: [Double], midblockShares: [Double]? = nil) {
    self.network = network
    self.heavyShares = heavyShares
    self.midblockShares = midblockShares ?? [Double](repeating: 0, count: network.links.count)
    isBend = network.nodes.map { $0.control == .uncontrolled }
    chains = Self.chains(of: network)
    places = chains.map { chain in
      chain.links.indices.max {
        network.links[chain.links[$0]].lengthMeters < network.links[chain.links[$1]].lengthMeters
      } ?? 0
    }
    edgeFlows = [[Double]](repeating: [], count: chains.count)
    midblockFlows = [[Double]](repeating: [], count: chains.count)
    remarks = [Remark?](repeating: nil, count: chains.count)
  }

  // MARK: - Chains

  private static func chains(of network: Network) -> [Chain] {
    var neighbours = [Set<Int>](repeating: [], count: network.nodes.count)
    for link in network.links {
      neighbours[link.from.index].insert(link.to.index)
      neighbours[link.to.index].insert(link.from.index)
    }
    // The only way on from a link through a bend with two legs: next link and movement.
    var wayOn = [(link: Int, movement: Int)?](repeating: nil, count: network.links.count)
    var isContinuation = [Bool](repeating: false, count: network.links.count)
    for (index, movement) in network.movements.enumerated()
    where network[movement.node].control == .uncontrolled && neighbours[movement.node.index].count == 2 {
      wayOn[movement.from.index] = (movement.to.index, index)
      isContinuation[movement.to.index] = true
    }
    var result: [Chain] = []
    var visited = [Bool](repeating: false, count: network.links.count)
    // Starts first; what is left then are rings of bends.
    let all = network.links.indices
    for start in all.filter({ !isContinuation[$0] }) + all.filter({ isContinuation[$0] })
    where !visited[start] {
      var chain = Chain(links: [start])
      visited[start] = true
      while let next = wayOn[chain.links[chain.links.count - 1]], !visited[next.link] {
        visited[next.link] = true
        chain.links.append(next.link)
        chain.bends.append(next.movement)
      }
      result.append(chain)
    }
    return result
  }

  // MARK: - Intervals

  /// Adds an interval with the volumes of all movements in vehicles per hour; those of bends are found here.
  mutating func add(start: Double, flows: [Double]) {
    var flows = flows
    var sent = [Double](repeating: 0, count: network.links.count)
    var received = [Double](repeating: 0, count: network.links.count)
    for (index, movement) in network.movements.enumerated() where !isBend[movement.node.index] {
      sent[movement.to.index] += flows[index]
      received[movement.from.index] += flows[index]
    }
    var exits = [Double](repeating: 0, count: network.links.count)
    starts.append(start)
    for chain in chains.indices {
      balance(chain, sent: sent, received: received, flows: &flows, exits: &exits)
    }
    turning.append(TurningStep(startSeconds: start, vehiclesPerHour: flows, midblockExitShare: exits))
  }

  private mutating func balance(
    _ index: Int, sent: [Double], received: [Double], flows: inout [Double], exits: inout [Double]
  ) {
    let chain = chains[index]
    let first = network.links[chain.links[0]]
    let lastIndex = chain.links[chain.links.count - 1]
    let origin = network[first.from].control
    let end = network[network.links[lastIndex].to].control
    edgeFlows[index].append(0)
    midblockFlows[index].append(0)
    if origin == .uncontrolled || end == .uncontrolled {
      spreadAtBranches(chain, &flows)
      branchingNodes.insert(origin == .uncontrolled ? first.from.index : network.links[lastIndex].to.index)
      return
    }
    let step = edgeFlows[index].count - 1
    if origin == .external {
      let flow = end == .external ? 0 : received[lastIndex]
      edgeFlows[index][step] = flow
      for bend in chain.bends { flows[bend] = flow }
      return
    }
    let before = sent[chain.links[0]]
    if end == .external {
      for bend in chain.bends { flows[bend] = before }
      return
    }
    let after = received[lastIndex]
    for (position, bend) in chain.bends.enumerated() {
      flows[bend] = position < places[index] ? before : after
    }
    let link = chain.links[places[index]]
    var midblock = after * midblockShares[lastIndex]
    let needed = after - midblock
    if after == 0 && before > 0 {
      // Nobody is let through downstream, so nobody may get there.
      exits[link] = 1
    } else if before - needed >= 0.5 {
      exits[link] = (before - needed) / before
    } else if needed - before >= 0.5 {
      midblock += needed - before
    }
    midblockFlows[index][step] = midblock
    if midblock > 0 || exits[link] > 0 {
      remark(index, link, before: before, after: after, midblock: midblock, leaving: exits[link] * before)
    }
  }

  private func spreadAtBranches(_ chain: Chain, _ flows: inout [Double]) {
    for bend in chain.bends { flows[bend] = max(flows[bend], 1) }
    let last = chain.links[chain.links.count - 1]
    for (index, movement) in network.movements.enumerated()
    where movement.from.index == last && isBend[movement.node.index] {
      flows[index] = max(flows[index], 1)
    }
  }

  private mutating func remark(
    _ chain: Int, _ link: Int, before: Double, after: Double, midblock: Double, leaving: Double
  ) {
    var entry = remarks[chain] ?? Remark(chain: chain, link: link)
    entry.intervals += 1
    if max(midblock, leaving) >= max(entry.midblock, entry.leaving) {
      entry.sent = before
      entry.received = after
      entry.midblock = midblock
      entry.leaving = leaving
    }
    remarks[chain] = entry
  }

  // MARK: - Result

  /// Sources by link and turning shares of all intervals. Vehicles arrive as a Poisson stream.
  func demand(pedestrians: [PedestrianFlow]) -> Demand {
    var sources: [VehicleSource] = []
    for (index, chain) in chains.enumerated() {
      let link = chain.links[0]
      let last = chain.links[chain.links.count - 1]
      if edgeFlows[index].contains(where: { $0 > 0 }) {
        sources.append(
          VehicleSource(
            name: "from \(network[network.links[link].from].name)", link: LinkID(link),
            flow: steps(edgeFlows[index]), heavyVehicleShare: heavyShares[last]))
      }
      if midblockFlows[index].contains(where: { $0 > 0 }) {
        let place = chain.links[places[index]]
        sources.append(
          VehicleSource(
            name: "mid-block on \(network.links[place].name)", link: LinkID(place), isMidblock: true,
            flow: steps(midblockFlows[index]), heavyVehicleShare: heavyShares[last]))
      }
    }
    return Demand(sources: sources, turning: turning, pedestrians: pedestrians)
  }

  private func steps(_ flows: [Double]) -> [FlowStep] {
    zip(starts, flows).map { FlowStep(startSeconds: $0, vehiclesPerHour: $1) }
  }

  /// One finding per way on which vehicles had to come or go, and one for bends with branches.
  var findings: [Finding] {
    var result: [Finding] = []
    for entry in remarks.compactMap(\.self) { result.append(finding(entry)) }
    if !branchingNodes.isEmpty {
      result.append(
        Finding(
          .warning, rule: "bend-with-branches",
          place: branchingNodes.sorted().map { "node \(network.nodes[$0].name)" }.joined(separator: ", "),
          message: "Traffic spreads evenly over the ways of a bend with more than two legs; volumes are not "
            + "balanced there.",
          mend: "make it an unsignalised node with volumes"))
    }
    return result
  }

  private func finding(_ entry: Remark) -> Finding {
    func flow(_ value: Double) -> String { "\(Int(value.rounded())) veh/h" }
    let chain = chains[entry.chain]
    let from = network[network.links[chain.links[0]].from].name
    let to = network[network.links[chain.links[chain.links.count - 1]].to].name
    var parts: [String] = []
    if entry.leaving > 0 {
      let percent = Int((entry.leaving / entry.sent * 100).rounded())
      parts.append("\(flow(entry.leaving)) (\(percent) %) leave in mid-block")
    }
    if entry.midblock > 0 { parts.append("\(flow(entry.midblock)) come in mid-block") }
    let when = starts.count > 1 ? " at most, in \(entry.intervals) of \(starts.count) intervals" : ""
    return Finding(
      .warning, rule: "volume-balance", place: "link \(network.links[entry.link].name)",
      message: "Node \(from) sends \(flow(entry.sent)), node \(to) receives \(flow(entry.received)): "
        + parts.joined(separator: " and ") + when + ".",
      mend: "balance the counts of the two junctions if there are no drives between them")
  }
}
