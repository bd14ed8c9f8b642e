import Foundation
import Synchronization
import TrafficModel

/// Ties simulated time to the real clock, so that a device that has a clock of its own can take part.
///
/// Two times go along with it: the device's, from when this was made, and the simulation's, from ``begin()``.
public final class Pace: Sendable {
  /// Simulated seconds per real second.
  public let speed: Double
  private let origin = MonotonicClock.seconds
  private let start = Mutex<TimeSpan?>(nil)

  /// - Parameter speed: 1 is real time; more only with devices that run as fast.
  public init(speed: Double = 1) { self.speed = speed }

  /// Since this was made, in the device's time.
  var deviceTime: SimTime { SimTime(milliseconds: Int64((MonotonicClock.seconds - origin) * 1000 * speed)) }

  /// The simulation starts now; asked again, it has started already.
  func begin() {
    let now = deviceTime - SimTime.zero
    start.withLock { if $0 == nil { $0 = now } }
  }

  /// How far the device's time is ahead of the simulation's.
  var offset: TimeSpan { start.withLock { $0 } ?? .zero }

  /// Real milliseconds until the simulation reaches `tick`; negative if it is late.
  func milliseconds(until tick: SimTime) -> Int {
    Int((Double((tick + offset - deviceTime).milliseconds) / speed).rounded(.up))
  }
}
