/// What the lamps of a signal group show.
///
/// For pedestrians green is "walk", and flashing red (America) or flashing green (China) the clearance.
public enum Indication: UInt8, Sendable, CaseIterable {
  case dark
  case red
  case redYellow
  case green
  case flashingGreen
  case yellow
  case flashingYellow
  case flashingRed

  /// Whether a vehicle or a pedestrian may start to cross under it.
  public var isGreen: Bool { self == .green }
}

/// One colour of a gaining or losing sequence, and how long it is shown.
public struct TimedIndication: Hashable, Sendable {
  public var indication: Indication
  public var duration: TimeSpan

  public init(_ indication: Indication, _ duration: TimeSpan) {
    self.indication = indication
    self.duration = duration
  }
}
