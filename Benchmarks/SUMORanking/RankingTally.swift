/// Differences of the same runs under two plans.
struct PairedSample {
  let mean: Double
  let standardError: Double

  init(_ values: [Double]) {
    let count = Double(max(1, values.count))
    let average = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - average) * ($1 - average) }
    mean = average
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity
  }

  var text: String { "\(Self.tenths(mean)) ± \(Self.tenths(standardError))" }

  /// Two roads agree about a difference that is worth the name.
  var isClear: Bool { mean.magnitude > 2 * standardError }

  private static func tenths(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "+")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}

/// How often the roads agree on the sign of a difference, among those that SUMO is sure of.
struct RankingTally {
  private var compared = 0
  private var clear = 0
  private var agreeing = 0
  private var misses: [String] = []

  /// - Returns: the verdict in a word.
  mutating func add(_ name: String, _ theirs: PairedSample, _ ours: PairedSample) -> String {
    compared += 1
    if !theirs.isClear { return "not clear in SUMO" }
    clear += 1
    if (theirs.mean > 0) == (ours.mean > 0) && ours.mean != 0 {
      agreeing += 1
      return "agree"
    }
    misses.append("\(name): SUMO \(theirs.text), here \(ours.text)")
    return "MISS"
  }

  func text() -> String {
    let share = clear > 0 ? 100 * Double(agreeing) / Double(clear) : 0
    var lines = [
      "\(compared) variants, \(clear) with a clear difference in SUMO, the sign agrees in \(agreeing) "
        + "(\(Int(share.rounded())) %)"
    ]
    lines += misses.map { "  miss: \($0)" }
    return lines.joined(separator: "\n")
  }
}
