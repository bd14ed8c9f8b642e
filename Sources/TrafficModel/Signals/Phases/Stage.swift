/// An interval with a constant right of way, as in European and Chinese practice (GB/T 20999 class 06).
public struct Stage: Hashable, Sendable {
  /// Unique within the controller.
  public var name: String
  /// Groups that are green in it, as indices of the controller's groups.
  public var groups: [Int]
  public var minimumDuration: TimeSpan
  public var maximumDuration: TimeSpan
  /// Left out of the chain where nobody calls it (GB/T 20999 stage appearance type "demand").
  public var isOnDemand: Bool
  /// Green starts this much after the stage does, by group index.
  public var lateStart: [Int: TimeSpan]
  /// Green ends this much earlier than it would, by group index.
  public var earlyEnd: [Int: TimeSpan]

  public init(
    name: String, groups: [Int], minimumDuration: TimeSpan, maximumDuration: TimeSpan,
    isOnDemand: Bool = false, lateStart: [Int: TimeSpan] = [:], earlyEnd: [Int: TimeSpan] = [:]
  ) {
    self.name = name
    self.groups = groups
    self.minimumDuration = minimumDuration
    self.maximumDuration = maximumDuration
    self.isOnDemand = isOnDemand
    self.lateStart = lateStart
    self.earlyEnd = earlyEnd
  }
}
