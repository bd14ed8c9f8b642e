import Interchange
import TrafficModel

/// What a high-resolution log says about how signals work, in the measures that agencies know from ATSPM.
///
/// Everything is counted in bins that start at whole multiples of their length, and a bin without anything to count has
/// no row. Lines that stand twice in a log count once.
public struct SignalPerformance: Hashable, Sendable {
  /// Where a row belongs; rows of each measure are in this order.
  public struct Place: Hashable, Comparable, Sendable {
    /// Start of the bin.
    public var bin: LocalTimestamp
    /// Index into ``SignalPerformance/devices``.
    public var device: Int
    /// Number of the phase, or of the detector channel.
    public var number: Int

    public init(bin: LocalTimestamp, device: Int, number: Int) {
      self.bin = bin
      self.device = device
      self.number = number
    }

    public static func < (a: Place, b: Place) -> Bool {
      (a.bin, a.device, a.number) < (b.bin, b.device, b.number)
    }
  }

  /// How the greens of a phase ended (codes 4, 5 and 6).
  public struct Terminations: Hashable, Sendable {
    public var place: Place
    public var gapOuts = 0
    public var maxOuts = 0
    public var forceOffs = 0
  }

  /// How often a detector channel went on (code 82).
  public struct Actuations: Hashable, Sendable {
    public var place: Place
    public var total = 0
  }

  /// How many vehicles met green at a phase's advance detectors.
  public struct Arrivals: Hashable, Sendable {
    public var place: Place
    public var total = 0
    public var onGreen = 0

    public var share: Double { total == 0 ? 0 : Double(onGreen) / Double(total) }
  }

  /// Greens that did not clear the queue: occupied in 80 % of green and in 80 % of the first seconds of red.
  public struct SplitFailures: Hashable, Sendable {
    public var place: Place
    /// Cycles that could be judged.
    public var cycles = 0
    public var failures = 0
    /// Means over the cycles.
    public var greenSeconds = 0.0
    public var greenOccupancy = 0.0
    public var redOccupancy = 0.0
  }

  /// What a phase's intervals lasted on average (those that began in the bin).
  public struct Splits: Hashable, Sendable {
    public var place: Place
    public var kind: PhaseInterval.Kind
    public var count = 0
    public var meanSeconds = 0.0
  }

  /// From the first call of pedestrians (code 45) to their walk (code 21), by the bin of the walk.
  public struct PedestrianDelays: Hashable, Sendable {
    public var place: Place
    public var services = 0
    public var meanSeconds = 0.0
    public var longestSeconds = 0.0
  }

  public var devices: [String]
  public var binLength: TimeSpan
  public var terminations: [Terminations] = []
  public var actuations: [Actuations] = []
  public var arrivals: [Arrivals] = []
  public var splitFailures: [SplitFailures] = []
  public var splits: [Splits] = []
  public var pedestrianDelays: [PedestrianDelays] = []

  /// - Parameters:
  ///   - detectors: Says which channels see queues and which see arrivals; without it nothing can be said of both.
  ///   - binLength: Usually 15 minutes; must be longer than zero.
  public init(
    _ log: HighResolutionLog, detectors: DetectorTable, binLength: TimeSpan = TimeSpan(tenths: 9000)
  ) {
    precondition(binLength > .zero, "a bin has a length")
    devices = log.devices
    self.binLength = binLength
    for device in log.devices.indices {
      let analysis = DeviceAnalysis(
        log, device: device, rows: detectors.rows.filter { $0.device == log.devices[device] },
        binLength: binLength)
      terminations += analysis.terminations()
      actuations += analysis.actuations()
      arrivals += analysis.arrivals()
      splitFailures += analysis.splitFailures()
      splits += analysis.splits(log.intervals(of: device))
      pedestrianDelays += analysis.pedestrianDelays()
    }
    terminations.sort { $0.place < $1.place }
    actuations.sort { $0.place < $1.place }
    arrivals.sort { $0.place < $1.place }
    splitFailures.sort { $0.place < $1.place }
    splits.sort { ($0.place, $0.kind.rawValue) < ($1.place, $1.kind.rawValue) }
    pedestrianDelays.sort { $0.place < $1.place }
  }
}
