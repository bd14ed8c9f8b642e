/// An interval with a constant right of way, as in European and Chinese practice (GB/T 20999 class 06).
public struct Stage: Hashable, Sendable {
  /// Unique within the controller.
  public var name: String
  /// Groups that are green in it, as indices of the controller's groups.
  public var groups: [Int]
  public var minimumDuration: TimeSpan
  public var maximumDuration: TimeSpan
  /// Green starts this much after the stage does, by group index.
  public var lateStart: [Int: TimeSpan]
  /// Green ends this much earlier than it would, by group index.
  public var earlyEnd: [Int: TimeSpan]

  public init(
    name: String, groups: [Int], minimumDuration: TimeSpan, maximumDuration: TimeSpan,
    lateStart: [Int: TimeSpan] = [:], earlyEnd: [Int: TimeSpan] = [:]
  ) {
    self.name = name
    self.groups = groups
    self.minimumDuration = minimumDuration
    self.maximumDuration = maximumDuration
    self.lateStart = lateStart
    self.earlyEnd = earlyEnd
  }
}
