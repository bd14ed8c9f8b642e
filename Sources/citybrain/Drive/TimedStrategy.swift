import Synchronization
import TrafficModel

/// How long decisions took, in the order in which they were made.
final class DecisionTimes: Sendable {
  private let times = Mutex<[Duration]>([])

  func note(_ time: Duration) { times.withLock { $0.append(time) } }

  var count: Int { times.withLock { $0.count } }

  /// The time that so many percent of the decisions stayed below or at, in milliseconds (nearest rank).
  func percentile(_ percent: Int) -> Double {
    times.withLock { times in
      if times.isEmpty { return 0 }
      let sorted = times.sorted()
      let time = sorted[max((sorted.count * percent + 99) / 100, 1) - 1]
      return Double(time.components.seconds) * 1000 + Double(time.components.attoseconds) / 1e15
    }
  }
}

/// A strategy with a stop-watch beside it, and with the sensors that the user has chosen.
struct TimedStrategy: Strategy {
  private var inner: any Strategy
  private let chosen: SensorPreset?
  private let times: DecisionTimes

  init(_ inner: any Strategy, sensors: SensorPreset?, times: DecisionTimes) {
    self.inner = inner
    chosen = sensors
    self.times = times
  }

  var name: String { inner.name }
  var sensors: SensorPreset { chosen ?? inner.sensors }
  var remarks: [String] { inner.remarks }

  mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    let clock = ContinuousClock()
    let start = clock.now
    defer { times.note(clock.now - start) }
    return inner.decide(at: now, seeing: view, into: &commands)
  }
}
