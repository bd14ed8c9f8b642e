import TrafficModel

/// The lamps of one channel that are lit: what a conflict monitor senses at the field terminals.
///
/// A channel is a signal group. For pedestrians green is "walk" and red "don't walk". A flashing lamp counts as lit
/// all the time: monitors bridge the dark halves of a flash.
public struct LampOutputs: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let red = LampOutputs(rawValue: 1 << 0)
  public static let yellow = LampOutputs(rawValue: 1 << 1)
  public static let green = LampOutputs(rawValue: 1 << 2)
  public static let flashingRed = LampOutputs(rawValue: 1 << 3)
  public static let flashingYellow = LampOutputs(rawValue: 1 << 4)
  public static let flashingGreen = LampOutputs(rawValue: 1 << 5)
  public static let dark: LampOutputs = []

  public init(_ indication: Indication) {
    switch indication {
    case .dark: self = .dark
    case .red: self = .red
    case .redYellow: self = [.red, .yellow]
    case .green: self = .green
    case .flashingGreen: self = .flashingGreen
    case .yellow: self = .yellow
    case .flashingYellow: self = .flashingYellow
    case .flashingRed: self = .flashingRed
    }
  }

  public var hasRed: Bool { !isDisjoint(with: [.red, .flashingRed]) }
  public var hasYellow: Bool { !isDisjoint(with: [.yellow, .flashingYellow]) }
  public var hasGreen: Bool { !isDisjoint(with: [.green, .flashingGreen]) }

  /// What somebody in front of these lamps does best to believe: of several colours the most restrictive.
  public var believed: Indication {
    if contains([.red, .yellow]) && !hasGreen { return .redYellow }
    if contains(.red) { return .red }
    if contains(.flashingRed) { return .flashingRed }
    if contains(.yellow) { return .yellow }
    if contains(.flashingYellow) { return .flashingYellow }
    if contains(.flashingGreen) { return .flashingGreen }
    return contains(.green) ? .green : .dark
  }
}

/// The three outputs that a load switch has.
public enum LampColour: UInt8, Sendable, CaseIterable {
  case red
  case yellow
  case green

  var steady: LampOutputs { LampOutputs(rawValue: 1 << rawValue) }
  var flashing: LampOutputs { LampOutputs(rawValue: 8 << rawValue) }
  var both: LampOutputs { steady.union(flashing) }
}

/// One output of the cabinet: a colour of a channel.
public struct LampOutput: Hashable, Sendable {
  public var channel: Int
  public var colour: LampColour

  public init(channel: Int, colour: LampColour) {
    self.channel = channel
    self.colour = colour
  }
}

/// A change at the field terminals.
public struct OutputChange: Hashable, Sendable {
  public var channel: Int
  public var outputs: LampOutputs

  public init(channel: Int, outputs: LampOutputs) {
    self.channel = channel
    self.outputs = outputs
  }
}
