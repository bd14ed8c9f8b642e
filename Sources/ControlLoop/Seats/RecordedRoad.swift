import TrafficModel

/// A road in the Road seat that only repeats recorded inputs: the other side of a replay.
public struct RecordedRoad: RoadSeat {
  private let script: ContiguousArray<TimedInput>
  private var next = 0

  /// - Parameter inputs: In order of time; those at a tick act at that tick.
  public init(_ inputs: ContiguousArray<TimedInput>) { script = inputs }

  public mutating func advance(to time: SimTime, inputs: inout ContiguousArray<TimedInput>) -> SimTime {
    var reached = time
    if next < script.count { reached = min(reached, script[next].time.firstTick()) }
    while next < script.count, script[next].time <= reached {
      inputs.append(script[next])
      next += 1
    }
    return reached
  }

  /// Nobody is there to look.
  public mutating func show(_ changes: ContiguousArray<IndicationChange>, at time: SimTime) {}

  /// A log knows no vehicles.
  public func observe(
    _ preset: SensorPreset, at time: SimTime, into observations: inout [VehicleObservation]
  ) {}
}
