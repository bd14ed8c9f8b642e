import TrafficModel

/// What a detector or a push button changes at once, so that many callers can be tried on one unit without a copy of all
/// of it for each.
extension ControllerUnit {
  package struct CallState {
    fileprivate var detection: Detection
    fileprivate var nextDeadline: SimTime
  }

  package var callState: CallState {
    get { CallState(detection: detection, nextDeadline: nextDeadline) }
    set {
      detection = newValue.detection
      nextDeadline = newValue.nextDeadline
    }
  }

  /// Does as ``restartClocks()`` and ``forgetPast()`` would after an input of a detector or a push button, if both had
  /// been called before it.
  package mutating func settleCalls() {
    if nextDeadline == coordination.faults.nextDeadline { restartClocks() }
    forgetPastOfCalls()
  }
}
