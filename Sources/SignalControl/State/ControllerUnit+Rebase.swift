import TrafficModel

/// A unit whose zero of time lies elsewhere, so that equal situations at different times can be compared.
extension ControllerUnit {
  /// Subtracts `shift` from every time that the unit keeps; ``status``, ``nextDeadline`` and everything it does
  /// afterwards are as before, `shift` earlier. Lines of the event log that have been written keep their times.
  ///
  /// - Parameter shift: A whole number of ticks; may be negative. What was never and what is never to come stay so.
  public mutating func rebase(by shift: TimeSpan) {
    lastTick = lastTick - shift
    nextDeadline = nextDeadline.rebased(by: shift)
    leaseEnd = leaseEnd.rebased(by: shift)
    interlock.move(by: shift)
    detection.rebase(by: shift)
    actuated?.rebase(by: shift)
    commandControl.rebase(by: shift)
    for index in fixed.indices { fixed[index]?.rebase(by: shift) }
    changedPattern?.sequencer.rebase(by: shift)
    coordination.rebase(by: shift)
    overlaps.rebase(by: shift)
    preemption.rebase(by: shift)
    priority.rebase(by: shift)
    flash.rebase(by: shift)
    panel.rebase(by: shift)
  }
}
