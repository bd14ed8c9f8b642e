/// The plan of one junction as the search sees it: whole tenths of a second.
public struct JunctionPlan: Hashable, Sendable {
  /// Index into the sequences of its ``JunctionSpace``.
  public var sequence: Int
  /// Splits by phase index, or durations by position in the stage chain on the street, in tenths of a second.
  public var durations: [Int]
  /// Tenths of a second.
  public var cycle: Int
  /// Of the pattern's reference point, in `0 ..< cycle`, tenths of a second.
  public var offset: Int
}

/// What of a plan the search has to leave as it is.
public struct PlanLocks: OptionSet, Hashable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  public static let cycle = PlanLocks(rawValue: 1)
  /// Locks the cycle too: splits add up to it.
  public static let splits = PlanLocks(rawValue: 2)
  public static let sequence = PlanLocks(rawValue: 4)
  public static let offsets = PlanLocks(rawValue: 8)

  /// By the name that a user writes.
  public static let named: [(name: String, lock: PlanLocks)] = [
    ("cycle", .cycle), ("splits", .splits), ("sequence", .sequence), ("offsets", .offsets),
  ]
}

/// The limits of plans: what the device can hold and what the engineer wants.
public struct PlanLimits: Hashable, Sendable {
  /// Seconds.
  public var cycleSeconds: ClosedRange<Int>
  /// Splits, stages, offsets and cycles are multiples of it, in tenths of a second: 10 for units that store whole
  /// seconds, as NTCIP 1202 does.
  public var gridTenths: Int
  public var locks: PlanLocks

  public init(cycleSeconds: ClosedRange<Int> = 40...150, gridTenths: Int = 10, locks: PlanLocks = []) {
    self.cycleSeconds = cycleSeconds
    self.gridTenths = gridTenths
    self.locks = locks
  }
}

/// Why nothing can be planned.
public enum PlanningFailure: Error, Hashable, Sendable, CustomStringConvertible {
  case noController
  /// The pattern on the street of a controller does not lay out.
  case unusablePattern(controller: String, reason: String)
  /// The minimum times of a controller need a longer cycle than allowed.
  case cycleTooShort(controller: String, neededSeconds: Double, allowedSeconds: Double)

  public var description: String {
    switch self {
    case .noController: "the scenario has no signal controller; there is nothing to plan"
    case .unusablePattern(let controller, let reason):
      "controller \(controller): its first pattern cannot be run: \(reason)"
    case .cycleTooShort(let controller, let needed, let allowed):
      """
      controller \(controller): minimum greens, pedestrian times and clearances take \(needed) s, and the cycle may \
      be \(allowed) s at most; raise the upper limit of the cycle
      """
    }
  }
}

/// Shares `total` among places in proportion to weights, in multiples of `grid`, none below its minimum or above its
/// maximum; what rounding leaves goes to the largest remainders, the first of equals.
///
/// - Returns: `nil` if the bounds allow no such shares.
func apportioned(
  _ total: Int, weights: [Double], minima: [Int], maxima: [Int], grid: Int
) -> [Int]? {
  var result = minima
  var left = total - minima.reduce(0, +)
  if left < 0 || maxima.reduce(0, +) < total || left % grid != 0 { return nil }
  let sum = max(weights.reduce(0, +), 1e-9)
  let wishes = weights.indices.map { max(0, weights[$0] / sum * Double(total) - Double(minima[$0])) }
  let wished = wishes.reduce(0, +)
  var remainders = [Double](repeating: 0, count: weights.count)
  let available = Double(left)
  for index in wishes.indices {
    let exact = wished > 0 ? available * wishes[index] / wished : available / Double(wishes.count)
    let whole = min(Int(exact / Double(grid)) * grid, maxima[index] - minima[index], left)
    let units = max(0, whole / grid) * grid
    result[index] += units
    left -= units
    remainders[index] = exact - Double(units)
  }
  while left > 0 {
    let open = result.indices.filter { result[$0] + grid <= maxima[$0] }
    guard let next = open.max(by: { (remainders[$0], $1) < (remainders[$1], $0) }) else { return nil }
    result[next] += grid
    remainders[next] -= Double(grid)
    left -= grid
  }
  return result
}
