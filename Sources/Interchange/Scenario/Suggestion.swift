/// Finds the word that somebody probably meant.
enum Suggestion {
  /// The candidate nearest to `word`, if it is near enough to be a slip: a third of the letters at most.
  ///
  /// Longer lists than 5,000 are not searched. - Complexity: O(candidates × length²)
  static func nearest(to word: String, among candidates: [String]) -> String? {
    if candidates.count > 5000 || word.utf8.count > 60 { return nil }
    let letters = Array(word.lowercased().utf8)
    var best: (distance: Int, word: String)?
    for candidate in candidates {
      let distance = self.distance(letters, Array(candidate.lowercased().utf8))
      let bound = max(1, max(letters.count, candidate.utf8.count) / 3)
      if distance <= bound && distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        row.append(cost)
      }
      beforePrevious = previous
      previous = row
    }
    return previous[b.count]
  }
}
