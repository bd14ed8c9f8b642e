/// Holm's step-down correction (1979): keeps the chance of a single false discovery among many tests at the level
/// of one test, and never asks more than Bonferroni.
public enum HolmCorrection {
  /// The adjusted p-values in the order given; `nil` entries are no tests and stay `nil`.
  public static func adjusted(_ pValues: [Double?]) -> [Double?] {
    let tests = pValues.indices.filter { pValues[$0] != nil }
    let order = tests.sorted {
      let first = pValues[$0] ?? 1
      let second = pValues[$1] ?? 1
      return first != second ? first < second : $0 < $1
    }
    var result = [Double?](repeating: nil, count: pValues.count)
    var largest = 0.0
    for (place, index) in order.enumerated() {
      let scaled = min(Double(order.count - place) * (pValues[index] ?? 1), 1)
      largest = max(largest, scaled)
      result[index] = largest
    }
    return result
  }
}
