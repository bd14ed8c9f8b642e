/// Mean and spread of a sample, summed in the order of the sample so that the bits are the same everywhere.
public struct SampleMoments: Hashable, Sendable {
  public let count: Int
  /// 0 for an empty sample.
  public let mean: Double
  /// With `count − 1` in the denominator; 0 for fewer than two values.
  public let standardDeviation: Double

  public init(_ values: [Double]) {
    count = values.count
    guard !values.isEmpty else {
      mean = 0
      standardDeviation = 0
      return
    }
    var sum = 0.0
    for value in values { sum += value }
    let average = sum / Double(values.count)
    mean = average
    guard values.count > 1, !values.allSatisfy({ $0 == values[0] }) else {
      // Equal values have no spread, even where their average is not exactly one of them.
      standardDeviation = 0
      return
    }
    var squares = 0.0
    for value in values { squares += (value - average) * (value - average) }
    standardDeviation = (squares / Double(values.count - 1)).squareRoot()
  }
}
