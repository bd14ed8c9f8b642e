/// The movements and crosswalks of each node, listed once, so that what looks at every controller of a large network
/// need not look through all of them each time.
struct NodeContents: Sendable {
  private var movementsOfNode: [[Int]]
  private var crosswalksOfNode: [[Int]]

  /// Those that name a node which does not exist are left out.
  init(_ network: Network) {
    movementsOfNode = Array(repeating: [], count: network.nodes.count)
    crosswalksOfNode = movementsOfNode
    for (index, movement) in network.movements.enumerated()
    where network.nodes.indices.contains(movement.node.index) {
      movementsOfNode[movement.node.index].append(index)
    }
    for (index, crosswalk) in network.crosswalks.enumerated()
    where network.nodes.indices.contains(crosswalk.node.index) {
      crosswalksOfNode[crosswalk.node.index].append(index)
    }
  }

  /// In the order of the network's list.
  func movements(of nodes: [NodeID]) -> [Int] { merged(movementsOfNode, nodes) }

  /// In the order of the network's list.
  func crosswalks(of nodes: [NodeID]) -> [Int] { merged(crosswalksOfNode, nodes) }

  private func merged(_ table: [[Int]], _ nodes: [NodeID]) -> [Int] {
    let known = nodes.filter { table.indices.contains($0.index) }
    if known.count == 1 { return table[known[0].index] }
    return Set(known).flatMap { table[$0.index] }.sorted()
  }
}
