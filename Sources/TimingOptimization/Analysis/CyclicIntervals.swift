import TrafficModel

/// Parts of a cycle, in order of start; a part that runs over the end of the cycle keeps its end beyond it.
struct CyclicIntervals: Hashable, Sendable {
  var cycle: Double
  /// Starts lie in `0 ..< cycle`; none overlaps or touches the next.
  private(set) var parts: [Range<Double>]

  /// The union of `ranges`, which may begin anywhere and run over the end of the cycle.
  init(cycle: Double, union ranges: [Range<Double>]) {
    self.cycle = cycle
    var pieces: [Range<Double>] = []
    for range in ranges where !range.isEmpty {
      if range.upperBound - range.lowerBound >= cycle {
        parts = [0..<cycle]
        return
      }
      let start = Self.folded(range.lowerBound, cycle)
      let end = start + (range.upperBound - range.lowerBound)
      pieces.append(start..<min(end, cycle))
      if end > cycle { pieces.append(0..<(end - cycle)) }
    }
    parts = Self.joined(pieces, cycle: cycle)
  }

  /// The greens of some groups together.
  init(_ timeline: CycleTimeline, groups: [Int]) {
    let greens = groups.flatMap { $0 < timeline.greens.count ? timeline.greens[$0] : [] }
    self.init(
      cycle: timeline.cycle.seconds,
      union: greens.map { $0.start.seconds..<($0.start + $0.duration).seconds })
  }

  static func folded(_ time: Double, _ cycle: Double) -> Double {
    let rest = time.truncatingRemainder(dividingBy: cycle)
    return rest < 0 ? rest + cycle : rest
  }

  private static func joined(_ pieces: [Range<Double>], cycle: Double) -> [Range<Double>] {
    var result: [Range<Double>] = []
    for piece in pieces.sorted(by: { $0.lowerBound < $1.lowerBound }) where !piece.isEmpty {
      if let last = result.last, piece.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, piece.upperBound)
      } else {
        result.append(piece)
      }
    }
    if result.count > 1, let first = result.first, let last = result.last,
      first.lowerBound == 0, last.upperBound == cycle
    {
      result[result.count - 1] = last.lowerBound..<(cycle + first.upperBound)
      result.removeFirst()
    }
    return result
  }

  var isEmpty: Bool { parts.isEmpty }
  var isWholeCycle: Bool { parts.count == 1 && total >= cycle }
  var total: Double { parts.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

  func contains(_ time: Double) -> Bool {
    let t = Self.folded(time, cycle)
    return parts.contains { $0.contains(t) || $0.contains(t + cycle) }
  }

  /// Every place where a part begins or ends, folded into the cycle.
  var edges: [Double] {
    parts.flatMap { [$0.lowerBound, Self.folded($0.upperBound, cycle)] }
  }

  func union(_ other: CyclicIntervals) -> CyclicIntervals {
    CyclicIntervals(cycle: cycle, union: parts + other.parts)
  }

  /// The parts of this that lie outside `other`.
  func subtracting(_ other: CyclicIntervals) -> CyclicIntervals {
    if other.isWholeCycle { return CyclicIntervals(cycle: cycle, union: []) }
    let cuts = cutPoints(edges + other.edges, cycle: cycle)
    let kept = zip(cuts, cuts.dropFirst()).filter { start, end in
      let middle = (start + end) / 2
      return contains(middle) && !other.contains(middle)
    }
    return CyclicIntervals(cycle: cycle, union: kept.map { $0..<$1 })
  }

  /// Each part without its first `lost` seconds and with `gained` seconds more; what vanishes is left out, and a
  /// green that never ends loses nothing.
  func shifted(lost: Double, gained: Double) -> CyclicIntervals {
    if isWholeCycle { return self }
    return CyclicIntervals(
      cycle: cycle,
      union: parts.compactMap {
        let start = $0.lowerBound + lost
        let end = $0.upperBound + gained
        return start < end ? start..<end : nil
      })
  }
}

/// The edges of a cycle's pieces: `0`, the points inside, and `cycle`, each once.
func cutPoints(_ points: [Double], cycle: Double) -> [Double] {
  var result = [0.0]
  for point in points.sorted() where point > result[result.count - 1] + 1e-9 && point < cycle - 1e-9 {
    result.append(point)
  }
  result.append(cycle)
  return result
}
