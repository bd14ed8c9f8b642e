import TrafficModel

/// A movement as a count sheet names it: where, from which side, which way.
public struct CountedMovement: Hashable, Sendable {
  /// Name of the junction's node; in UTDF its number.
  public var site: String
  /// Direction of travel on the approach: NB, SB, EB, WB, NE, NW, SE or SW.
  public var approach: String
  /// L, T, R or U; L2 and R2 for a second, sharper turn of the same kind.
  public var turn: String

  public init(site: String, approach: String, turn: String) {
    self.site = site
    self.approach = approach
    self.turn = turn
  }

  /// "39 NBT".
  public var label: String { "\(site) \(approach)\(turn)" }
}

/// Vehicles of one movement in one interval.
public struct TurningCount: Hashable, Sendable {
  public var movement: CountedMovement
  /// As it stands in the sheet; empty where sheets have none.
  public var date: String
  /// Seconds since midnight.
  public var startSeconds: Int
  public var intervalSeconds: Int
  /// Whether only heavy vehicles were counted here (tidy form, class "heavy" and the like).
  public var isHeavy: Bool
  /// `nil` for a missing count (`*`).
  public var vehicles: Double?

  public init(
    movement: CountedMovement, date: String = "", startSeconds: Int, intervalSeconds: Int = 900,
    isHeavy: Bool = false, vehicles: Double?
  ) {
    self.movement = movement
    self.date = date
    self.startSeconds = startSeconds
    self.intervalSeconds = intervalSeconds
    self.isHeavy = isHeavy
    self.vehicles = vehicles
  }
}

/// The busiest hour of a junction, out of consecutive intervals.
public struct PeakHour: Hashable, Sendable {
  public var site: String
  /// Seconds since midnight.
  public var startSeconds: Int
  /// Vehicles in the hour.
  public var volume: Double
  /// V₆₀ / (4 · V₁₅ max) for quarter hours, 1 for an even flow.
  public var peakHourFactor: Double
}

/// Turning counts of one or more junctions.
public struct TurningCounts: Hashable, Sendable {
  /// In the order of the file.
  public var counts: [TurningCount]
  public var warnings: [Finding]

  public init(counts: [TurningCount], warnings: [Finding] = []) {
    self.counts = counts
    self.warnings = warnings
  }

  /// Sites in order of appearance.
  public var sites: [String] { unique(counts.map(\.movement.site)) }

  /// Movements in order of appearance.
  public var movements: [CountedMovement] { unique(counts.map(\.movement)) }

  /// Dates in order of appearance.
  public var dates: [String] { unique(counts.map(\.date)) }

  private func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// The hour of consecutive intervals with the largest volume at a site, the first one of equals. Missing counts
  /// count as none. `nil` where no full hour was counted.
  public func peakHour(site: String, date: String? = nil) -> PeakHour? {
    let day = date ?? dates.first ?? ""
    var totals: [Int: Double] = [:]
    var step = 900
    for count in counts where count.movement.site == site && count.date == day {
      totals[count.startSeconds, default: 0] += count.vehicles ?? 0
      step = count.intervalSeconds
    }
    guard step > 0, 3600 % step == 0 else { return nil }
    let perHour = 3600 / step
    var best: PeakHour?
    for start in totals.keys.sorted() {
      let parts = (0..<perHour).compactMap { totals[start + $0 * step] }
      guard parts.count == perHour else { continue }
      let volume = parts.reduce(0, +)
      if volume <= best?.volume ?? -1 { continue }
      let largest = parts.max() ?? 0
      best = PeakHour(
        site: site, startSeconds: start, volume: volume,
        peakHourFactor: largest > 0 ? volume / (Double(perHour) * largest) : 1)
    }
    return best
  }

  /// Mean hourly flow of each movement between two times, in the order of ``movements``: for a GEH table.
  ///
  /// - Returns: `nil` for movements without any count in the window.
  public func hourlyFlows(from start: Int, until end: Int, date: String? = nil) -> [Double?] {
    let day = date ?? dates.first ?? ""
    var vehicles: [CountedMovement: Double] = [:]
    var seconds: [CountedMovement: Set<Int>] = [:]
    var step = 900
    for count in counts
    where count.date == day && count.startSeconds >= start
      && count.startSeconds + count.intervalSeconds <= end
    {
      guard let number = count.vehicles else { continue }
      vehicles[count.movement, default: 0] += number
      seconds[count.movement, default: []].insert(count.startSeconds)
      step = count.intervalSeconds
    }
    return movements.map { movement in
      guard let number = vehicles[movement], let intervals = seconds[movement]?.count else { return nil }
      return number * 3600 / Double(intervals * step)
    }
  }
}
