import TrafficModel

/// Where a controller unit writes its event log; its owner takes the lines away.
///
/// Off by default, and then a line costs one comparison. The buffer keeps its capacity, so that nothing is allocated
/// in steady state.
public struct ControllerEventRecorder: Sendable {
  public var isRecording = false
  public private(set) var events: ContiguousArray<ControllerEvent> = []

  public init() {}

  @inline(__always)
  mutating func record(_ code: ControllerEventCode, _ parameter: Int, at tick: SimTime) {
    guard isRecording else { return }
    events.append(ControllerEvent(time: tick, code: code, parameter: Int16(truncatingIfNeeded: parameter)))
  }

  /// Forgets the lines, after the owner has copied them.
  public mutating func removeAll() { events.removeAll(keepingCapacity: true) }
}
