import Foundation
import TrafficModel

/// CPU time of this process since the value was made.
public struct ProcessorTime: Sendable {
  private let start = Self.now()

  public init() {}

  public var elapsedSeconds: Double { Self.now() - start }

  private static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

public enum ProcessFigures {
  /// The largest resident size of this process so far, in megabytes of 10⁶ bytes.
  public static var peakMegabytes: Double {
    var usage = rusage()
    #if os(macOS)
      unsafe getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1e6
    #else
      unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Double(usage.ru_maxrss) * 1024 / 1e6
    #endif
  }

  /// CPU seconds of a loop that never changes: what else runs on the machine shows here, and figures of different
  /// days can be divided by it.
  ///
  /// Half of it is arithmetic (a chain of 2·10⁷ SplitMix64 steps), half waits for memory (10⁶ dependent reads
  /// over 8 MB).
  public static func referenceLoop() -> (seconds: Double, checksum: UInt64) {
    let count = 1 << 20
    var next = [UInt64](repeating: 0, count: count)
    // A full cycle over all entries (Hull and Dobell 1962: odd step, multiplier 1 modulo 4).
    for index in 0..<count { next[index] = (UInt64(index) &* 1_664_525 &+ 1_013_904_223) & UInt64(count - 1) }
    let time = ProcessorTime()
    var stream = RandomStream(state: 1)
    var sum: UInt64 = 0
    for _ in 0..<20_000_000 { sum &+= stream.next() }
    var position: UInt64 = 0
    for _ in 0..<1_000_000 {
      position = next[Int(position)]
      sum ^= position
    }
    return (time.elapsedSeconds, sum)
  }
}

/// The middle of a few measurements; the mean of the middle two if their number is even.
public func median(_ values: [Double]) -> Double {
  if values.isEmpty { return 0 }
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
