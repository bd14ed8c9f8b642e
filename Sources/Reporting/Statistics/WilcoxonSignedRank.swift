/// The signed-rank test of paired differences: the robust companion of the paired t test, which one extreme
/// replication cannot sway (Wilcoxon 1945).
public enum WilcoxonSignedRank {
  /// Up to this many non-zero differences the p-value is exact.
  public static let exactLimit = 25

  /// The two-sided p-value of "the differences are symmetric about zero".
  ///
  /// Zero differences are left out; equal magnitudes share their mean rank. Up to ``exactLimit`` differences the
  /// distribution is counted over all sign patterns of the actual ranks, so ties are exact too; beyond, the normal
  /// approximation with tie and continuity correction. Returns 1 if no difference is left.
  public static func twoSidedP(_ differences: [Double]) -> Double {
    let values = differences.filter { $0 != 0 }
    if values.isEmpty { return 1 }
    let ranks = doubledRanks(of: values.map { abs($0) })
    var positive = 0
    var total = 0
    for (value, rank) in zip(values, ranks) {
      total += rank
      if value > 0 { positive += rank }
    }
    let smaller = min(positive, total - positive)
    return values.count <= exactLimit
      ? exactP(ranks: ranks, smallerSum: smaller, total: total)
      : approximateP(ranks: ranks, smallerSum: smaller, total: total)
  }

  /// Ranks from 1, doubled so that the mean rank of a tie is a whole number.
  private static func doubledRanks(of magnitudes: [Double]) -> [Int] {
    let order = magnitudes.indices.sorted {
      magnitudes[$0] != magnitudes[$1] ? magnitudes[$0] < magnitudes[$1] : $0 < $1
    }
    var ranks = [Int](repeating: 0, count: magnitudes.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count && magnitudes[order[end]] == magnitudes[order[start]] { end += 1 }
      // Ranks start+1 … end have the mean (start + 1 + end)/2.
      for place in start..<end { ranks[order[place]] = start + 1 + end }
      start = end
    }
    return ranks
  }

  private static func exactP(ranks: [Int], smallerSum: Int, total: Int) -> Double {
    // patterns[s] counts the sign patterns whose positive ranks sum to s; at most 2²⁵ in all.
    var patterns = [Int](repeating: 0, count: total + 1)
    patterns[0] = 1
    var reach = 0
    for rank in ranks {
      reach += rank
      for sum in stride(from: reach, through: rank, by: -1) { patterns[sum] += patterns[sum - rank] }
    }
    var tail = 0
    for sum in 0...smallerSum { tail += patterns[sum] }
    return min(2 * Double(tail) / Double(1 << ranks.count), 1)
  }

  private static func approximateP(ranks: [Int], smallerSum: Int, total: Int) -> Double {
    // With ranks r the sum of the positive ones has mean Σr/2 and variance Σr²/4; ranks here are doubled.
    var squares = 0.0
    for rank in ranks { squares += Double(rank) * Double(rank) / 4 }
    let distance = Double(total) / 4 - Double(smallerSum) / 2
    let z = max(distance - 0.5, 0) / (squares / 4).squareRoot()
    return NormalDistribution.twoSidedP(z)
  }
}
