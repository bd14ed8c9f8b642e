import Testing
import TrafficModel

@Suite("Fastest routes")
struct FastestRoutesTests {
  /// Links between numbered nodes, each as long as it takes seconds at 10 m/s; movements wherever links meet, without
  /// length, except for those that turn back.
  private func network(_ links: [(from: Int, to: Int, seconds: Double)]) -> Network {
    let count = 1 + (links.flatMap { [$0.from, $0.to] }.max() ?? 0)
    var network = Network(
      nodes: (0..<count).map {
        Node(name: "\($0)", control: .priority, position: Point(xMeters: Double($0), yMeters: 0))
      })
    for (index, link) in links.enumerated() {
      network.links.append(
        Link(
          name: "\(index)", from: NodeID(link.from), to: NodeID(link.to), lengthMeters: link.seconds * 10,
          speedLimitMetersPerSecond: 10, lanes: [Lane()]))
    }
    for (from, first) in links.enumerated() {
      for (to, second) in links.enumerated() where first.to == second.from && first.from != second.to {
        network.movements.append(
          Movement(
            node: NodeID(first.to), from: LinkID(from), to: LinkID(to), turn: .through, lanes: [0],
            innerLengthMeters: 0))
      }
    }
    return network
  }

  private func way(_ network: Network, _ from: Int, _ to: Int) -> [Int]? {
    FastestRoutes(network, from: LinkID(from)).links(to: LinkID(to))?.map(\.index)
  }

  @Test("the way with the least time is found, though another has fewer links")
  func leastTime() {
    // Over node 1 straight to 4: 30 s; over 2 and 3: 6 + 6 + 6 s.
    let network = network([(0, 1, 5), (1, 4, 30), (1, 2, 6), (2, 3, 6), (3, 4, 6), (4, 5, 5)])
    #expect(way(network, 0, 5) == [0, 2, 3, 4, 5])
  }

  @Test("slow turns count")
  func slowTurns() {
    var network = network([(0, 1, 5), (1, 2, 10), (1, 3, 9), (3, 2, 9), (2, 4, 5)])
    #expect(way(network, 0, 4) == [0, 1, 4])
    let turn = network.movements.firstIndex { $0.from.index == 0 && $0.to.index == 1 } ?? 0
    // 40 m at 4 m/s: ten seconds more make 20 s over link 1 and 18 s over links 2 and 3.
    network.movements[turn].innerLengthMeters = 40
    network.movements[turn].turningSpeedMetersPerSecond = 4
    #expect(way(network, 0, 4) == [0, 2, 3, 4])
  }

  @Test("of equal ways the one over the links with smaller numbers is taken, whatever order they stand in")
  func ties() {
    let network = network([(0, 1, 5), (1, 2, 7), (1, 3, 7), (3, 4, 7), (2, 4, 7), (4, 5, 5)])
    // 1 then 4, or 2 then 3: the last but one of them is compared first.
    #expect(way(network, 0, 5) == [0, 2, 3, 5])
  }

  @Test("a link is a way to itself, and where no movements lead there is no way")
  func edges() {
    var network = network([(0, 1, 5), (1, 2, 5), (3, 1, 5)])
    #expect(way(network, 0, 2) == nil)
    #expect(way(network, 0, 0) == [0])
    #expect(way(network, 1, 0) == nil)
    network.movements = []
    #expect(way(network, 0, 1) == nil)
  }

  @Test("the same times as trying all ways, on random networks", arguments: 0..<30 as Range<UInt64>)
  func againstAllPairs(seed: UInt64) {
    var random = RandomStream(state: seed)
    var links: [(from: Int, to: Int, seconds: Double)] = []
    for _ in 0..<40 {
      let from = Int(random.next() % 12)
      let to = Int(random.next() % 12)
      if from != to { links.append((from, to, Double(1 + random.next() % 20))) }
    }
    let network = network(links)
    // Floyd and Warshall over links.
    let count = links.count
    var best = [[Double]](repeating: [Double](repeating: .infinity, count: count), count: count)
    for link in 0..<count { best[link][link] = 0 }
    for movement in network.movements where movement.from != movement.to {
      best[movement.from.index][movement.to.index] = links[movement.to.index].seconds
    }
    for middle in 0..<count {
      for from in 0..<count {
        for to in 0..<count { best[from][to] = min(best[from][to], best[from][middle] + best[middle][to]) }
      }
    }
    let table = MovementsByLinks(network)
    for from in 0..<count {
      let routes = FastestRoutes(network, from: LinkID(from))
      for to in 0..<count {
        let way = routes.links(to: LinkID(to))
        #expect((way == nil) == (best[from][to] == .infinity))
        guard let way else { continue }
        #expect(way.first == LinkID(from) && way.last == LinkID(to))
        #expect(zip(way, way.dropFirst()).allSatisfy { table[$0, $1] != nil })
        #expect(way.dropFirst().reduce(0) { $0 + links[$1.index].seconds } == best[from][to])
      }
    }
  }
}
