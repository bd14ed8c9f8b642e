import TrafficModel

/// How long a controller had to live on one command, at most.
public struct RenewalTimes: Hashable, Sendable {
  /// From the sending of a command to the confirmation of the next one; the controller itself waited no longer.
  public private(set) var longestGap = TimeSpan.zero
  private var last: SimTime?

  public init() {}

  /// A command that was sent at a time is confirmed.
  public mutating func note(sentAt: SimTime, confirmedAt now: SimTime) {
    if let last { longestGap = max(longestGap, now - last) }
    last = sentAt
  }

  /// Commanding has ended: what follows is no renewal.
  public mutating func interrupt() { last = nil }
}
