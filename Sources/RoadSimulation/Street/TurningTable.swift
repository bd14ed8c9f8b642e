import TrafficModel

/// Where vehicles go at the end of each link: cumulative shares of its movements, by demand step.
struct TurningTable: Sendable {
  /// Begin of each step, ms.
  private var starts: ContiguousArray<Int32> = []
  /// By link: range of ``movements``.
  private var firstMovement: ContiguousArray<Int32> = []
  private var movements: ContiguousArray<Int32> = []
  /// By step, then as ``movements``.
  private var cumulative: ContiguousArray<Double> = []
  /// By step, then by link.
  private var midblockShare: ContiguousArray<Double> = []
  private let linkCount: Int

  init(_ scenario: Scenario) {
    let network = scenario.network
    linkCount = network.links.count
    var byLink = [[Int32]](repeating: [], count: linkCount)
    for (index, movement) in network.movements.enumerated() {
      byLink[movement.from.index].append(Int32(index))
    }
    for link in byLink {
      firstMovement.append(Int32(movements.count))
      movements.append(contentsOf: link)
    }
    firstMovement.append(Int32(movements.count))
    for step in scenario.demand.turning {
      starts.append(Int32((step.startSeconds * 1000).rounded()))
      for link in byLink {
        // Where nobody was counted all ways are equally likely.
        let total = link.reduce(0.0) { $0 + step.vehiclesPerHour[Int($1)] }
        var sum = 0.0
        for movement in link {
          sum += total > 0 ? step.vehiclesPerHour[Int(movement)] / total : 1 / Double(link.count)
          cumulative.append(sum)
        }
      }
      midblockShare.append(contentsOf: step.midblockExitShare)
    }
  }

  /// The demand step of vehicles that want to enter at `milliseconds`.
  func step(at milliseconds: Int32) -> Int {
    var step = 0
    while step + 1 < starts.count, starts[step + 1] <= milliseconds { step += 1 }
    return step
  }

  /// Whether a vehicle with this draw leaves link `link` half way.
  func leavesInMidblock(link: Int, step: Int, draw: Double) -> Bool {
    starts.isEmpty ? false : draw < midblockShare[step * linkCount + link]
  }

  /// The movement that a draw in 0 ..< 1 selects at the end of `link`; −1 where the link leads nowhere.
  func movement(link: Int, step: Int, draw: Double) -> Int32 {
    let first = Int(firstMovement[link])
    let end = Int(firstMovement[link + 1])
    if first == end { return -1 }
    if starts.isEmpty { return movements[first] }
    let base = step * movements.count
    var index = first
    while index + 1 < end, draw >= cumulative[base + index] { index += 1 }
    // Rounding may leave the last sum below the draw; a movement without volume is still not taken.
    while index > first, cumulative[base + index] == cumulative[base + index - 1] { index -= 1 }
    return movements[index]
  }
}
