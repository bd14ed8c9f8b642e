/// The movement between two links, for things that name links only.
public struct MovementsByLinks: Sendable {
  private var movements: [Pair: MovementID] = [:]

  public init(_ network: Network) {
    movements.reserveCapacity(network.movements.count)
    for (index, movement) in network.movements.enumerated() {
      let pair = Pair(from: movement.from, to: movement.to)
      if movements[pair] == nil { movements[pair] = MovementID(index) }
    }
  }

  /// `nil` where no movement leads from one to the other.
  public subscript(from: LinkID, to: LinkID) -> MovementID? { movements[Pair(from: from, to: to)] }

  private struct Pair: Hashable {
    var from: LinkID
    var to: LinkID
  }
}

/// The fastest ways from one link to all others on empty roads, lamps and gaps not counted (E. W. Dijkstra,
/// Numerische Mathematik 1, 1959, 269–271).
///
/// Times are whole milliseconds, so that ways of equal length tie; of two that tie the one whose last link but one has
/// the smaller number is taken, and so on back to the origin.
/// - Complexity: O(n log n) for n links and movements.
public struct FastestRoutes: Sendable {
  public let origin: LinkID
  /// By link: the link before it on the way; −1 for the origin and for links out of reach.
  private var before: [Int32]
  private var isReached: [Bool]

  public init(_ network: Network, from origin: LinkID) {
    self.init(network, from: origin, movementsFrom: Self.movementsByOrigin(network))
  }

  /// With the movements by the link that they come from, for many origins in one network.
  public init(_ network: Network, from origin: LinkID, movementsFrom: [[MovementID]]) {
    self.origin = origin
    before = Array(repeating: -1, count: network.links.count)
    isReached = Array(repeating: false, count: network.links.count)
    var best = [Int64](repeating: .max, count: network.links.count)
    var open = EarliestFirst()
    best[origin.index] = 0
    open.insert(Stop(milliseconds: 0, link: Int32(origin.index)))
    while let stop = open.removeFirst() {
      let link = Int(stop.link)
      if isReached[link] { continue }
      isReached[link] = true
      for id in movementsFrom[link] {
        let movement = network[id]
        let next = movement.to.index
        let time = stop.milliseconds + Self.milliseconds(movement, network)
        if isReached[next] || time > best[next] { continue }
        if time < best[next] {
          best[next] = time
          before[next] = stop.link
          open.insert(Stop(milliseconds: time, link: Int32(next)))
        } else {
          before[next] = min(before[next], stop.link)
        }
      }
    }
  }

  /// The links from the origin to `destination`, both included; `nil` if no way leads there.
  public func links(to destination: LinkID) -> [LinkID]? {
    if !isReached[destination.index] { return nil }
    var links = [destination]
    while let last = links.last, last != origin { links.append(LinkID(Int(before[last.index]))) }
    return links.reversed()
  }

  public static func movementsByOrigin(_ network: Network) -> [[MovementID]] {
    var result = [[MovementID]](repeating: [], count: network.links.count)
    for (index, movement) in network.movements.enumerated() {
      result[movement.from.index].append(MovementID(index))
    }
    return result
  }

  /// Through the junction and along the link behind it; at least one, so that no way is free.
  private static func milliseconds(_ movement: Movement, _ network: Network) -> Int64 {
    let seconds = network.freeFlowSeconds(through: movement) + network.freeFlowSeconds(along: movement.to)
    return max(1, Int64((seconds * 1000).rounded()))
  }
}

extension Network {
  /// Time along a link at the speed limit.
  public func freeFlowSeconds(along link: LinkID) -> Double {
    self[link].lengthMeters / self[link].speedLimitMetersPerSecond
  }

  /// Time through the junction at the speed of the movement.
  public func freeFlowSeconds(through movement: Movement) -> Double {
    let limit = min(
      self[movement.from].speedLimitMetersPerSecond, self[movement.to].speedLimitMetersPerSecond)
    return movement.innerLengthMeters / min(limit, movement.turningSpeedMetersPerSecond ?? limit)
  }
}

/// A link to look at, and when it is reached.
private struct Stop: Comparable {
  var milliseconds: Int64
  var link: Int32

  static func < (a: Stop, b: Stop) -> Bool { (a.milliseconds, a.link) < (b.milliseconds, b.link) }
}

/// A binary heap.
private struct EarliestFirst {
  private var entries: [Stop] = []

  mutating func insert(_ stop: Stop) {
    var index = entries.count
    entries.append(stop)
    while index > 0, entries[index] < entries[(index - 1) / 2] {
      entries.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeFirst() -> Stop? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    if entries.isEmpty { return first }
    entries[0] = last
    var index = 0
    while true {
      let left = 2 * index + 1
      if left >= entries.count { return first }
      let right = left + 1
      let child = right < entries.count && entries[right] < entries[left] ? right : left
      if entries[index] <= entries[child] { return first }
      entries.swapAt(index, child)
      index = child
    }
  }
}
