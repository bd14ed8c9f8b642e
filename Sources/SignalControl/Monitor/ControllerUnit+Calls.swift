import TrafficModel

extension ControllerUnit {
  /// Phases that somebody waits for, by detector or push button: all that invariants want between changes of lamps.
  public var calls: PhaseSet { detection.vehicleCalls.union(detection.pedestrianCalls) }
}
