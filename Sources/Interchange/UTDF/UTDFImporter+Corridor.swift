import TrafficModel

extension UTDFImporter {
  /// The longest way straight on along one street: links of one name, each going on from the one before without a
  /// left or right turn of its own name, through at least two signals.
  ///
  /// "Longest" is by number of signals, then by length; empty where no street passes two signals.
  func longestCorridor() -> [LinkID] {
    let titles = network.links.map { $0.title.lowercased() }
    var next = [Int?](repeating: nil, count: network.links.count)
    var hasPredecessor = [Bool](repeating: false, count: network.links.count)
    for movement in network.movements {
      let from = movement.from.index
      let to = movement.to.index
      guard !titles[from].isEmpty, titles[from] == titles[to], movement.turn != .uTurn else { continue }
      if next[from] == nil || movement.turn == .through { next[from] = to }
    }
    for target in next { if let target { hasPredecessor[target] = true } }
    var best: [Int] = []
    var bestSignals = 1
    var bestLength = 0.0
    for start in network.links.indices where !hasPredecessor[start] && !titles[start].isEmpty {
      var way: [Int] = []
      var seen: Set<Int> = []
      var link: Int? = start
      while let here = link, seen.insert(here).inserted {
        way.append(here)
        link = next[here]
      }
      let signals = way.count { network[network.links[$0].to].control == .signal }
      let length = way.reduce(0) { $0 + network.links[$1].lengthMeters }
      if signals > bestSignals || (signals == bestSignals && !best.isEmpty && length > bestLength) {
        best = way
        bestSignals = signals
        bestLength = length
      }
    }
    return best.map { LinkID($0) }
  }
}
