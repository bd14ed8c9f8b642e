import TrafficModel

/// What happens to one lane's sensor from some time on.
public enum SensorFault: UInt8, Sendable, CaseIterable {
  /// Sees nothing any more.
  case silent
  /// Reports one vehicle that stands at the stop line for ever.
  case stuck
  /// Invents a vehicle every few seconds.
  case flicker
}

/// A strategy behind sensors some of which are broken: for measuring what a loss of sensors costs.
///
/// Faults belong to lanes, are drawn by seed, and begin at random times of the first `spread`.
public struct FaultySensors: Strategy {
  private struct Broken: Sendable {
    var fault: SensorFault
    var since: SimTime
  }

  private var inner: any Strategy
  /// By lane.
  private let broken: ContiguousArray<Broken?>
  public var name: String { inner.name }
  public var sensors: SensorPreset { inner.sensors }
  public var remarks: [String] { inner.remarks }

  /// - Parameters:
  ///   - share: Of lanes whose sensor breaks, 0 to 1.
  ///   - kinds: Which faults are drawn from.
  public init(
    _ inner: any Strategy, _ scenario: Scenario, share: Double, seed: UInt64,
    kinds: [SensorFault] = SensorFault.allCases, spread: TimeSpan = .zero
  ) {
    self.inner = inner
    var stream = RandomStream(state: seed &+ 0x5EED_0F_FA_17)
    broken = ContiguousArray(
      (0..<LaneNumbering(scenario.network).count).map { _ in
        let draw = stream.uniform()
        let kind = kinds[min(kinds.count - 1, Int(stream.uniform() * Double(kinds.count)))]
        let since = SimTime(seconds: stream.uniform() * spread.seconds)
        return draw < share ? Broken(fault: kind, since: since) : nil
      })
  }

  public mutating func decide(
    at now: SimTime, seeing view: RegionalView, into commands: inout [AddressedCommand]
  ) -> SimTime? {
    var seen = view
    seen.observations.removeAll { observation in
      guard let fault = broken[observation.lane.index] else { return false }
      return fault.since <= now
    }
    if sensors != .none {
      for (lane, fault) in broken.enumerated() {
        guard let fault, fault.since <= now, let phantom = phantom(lane, fault.fault, at: now) else {
          continue
        }
        seen.observations.append(phantom)
      }
    }
    return inner.decide(at: now, seeing: seen, into: &commands)
  }

  private func phantom(_ lane: Int, _ fault: SensorFault, at now: SimTime) -> VehicleObservation? {
    let base: UInt32 = 0xF000_0000 &+ UInt32(truncatingIfNeeded: lane)
    switch fault {
    case .silent: return nil
    case .stuck:
      return VehicleObservation(lane: LaneID(lane), distanceMeters: 1, speedMetersPerSecond: 0, vehicle: base)
    case .flicker:
      let count = now.milliseconds / 2_000
      if now.milliseconds % 2_000 >= 1_000 { return nil }
      return VehicleObservation(
        lane: LaneID(lane), distanceMeters: 3, speedMetersPerSecond: 0,
        vehicle: base &+ UInt32(truncatingIfNeeded: count) &* 4_096)
    }
  }
}
