import ControlLoop
import SignalControl
import TrafficModel

extension Loop {
  /// An interruption is looked for, and the progress shown, so often in simulated time.
  private static var sliceSeconds: Double { 10 }

  /// Runs to `end` with a progress before the user's eyes.
  ///
  /// - Parameter check: Throws why a road, a cabinet or a strategy has failed; asked after every slice.
  /// - Returns: how long it took, in seconds on the wall.
  mutating func run(
    until end: SimTime, titled title: String, in context: CommandContext,
    checking check: (Road) throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let progress = Progress(
      context.console, title: title, total: Int((end.seconds / Self.sliceSeconds).rounded(.up)))
    defer { progress.finish() }
    while now < end {
      try context.interruption.check()
      do throws(SafetyViolation) {
        try run(until: min(end, now + TimeSpan(seconds: Self.sliceSeconds)))
      } catch {
        throw CommandFailure(.safetyViolation, "\(error)")
      }
      try check(road)
      progress.advance()
    }
    return (clock.now - start).inSeconds
  }
}
