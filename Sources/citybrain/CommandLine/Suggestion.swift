/// Finds what a mistyped word may have meant.
enum Suggestion {
  /// The candidate with the fewest edits, if they are few for the word's length; the first of equals.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    var best: (candidate: String, edits: Int)?
    for candidate in candidates {
      let edits = editDistance(Array(word.utf8), Array(candidate.utf8))
      if edits < (best?.edits ?? Int.max) { best = (candidate, edits) }
    }
    guard let best, best.edits <= max(1, word.utf8.count / 3) else { return nil }
    return best.candidate
  }

  /// ` (did you mean X?)`, or nothing.
  static func phrase(for word: String, among candidates: [String]) -> String {
    nearest(to: word, among: candidates).map { " (did you mean \($0)?)" } ?? ""
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
  /// alignment).
  static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { table[i][0] = i }
    for j in 0...b.count { table[0][j] = j }
    for i in 0..<a.count {
      for j in 0..<b.count {
        let replaced = table[i][j] + (a[i] == b[j] ? 0 : 1)
        var edits = min(replaced, table[i][j + 1] + 1, table[i + 1][j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, table[i - 1][j - 1] + 1) }
        table[i + 1][j + 1] = edits
      }
    }
    return table[a.count][b.count]
  }
}
