/// A number that is an index: identifiers of one kind run from 0 without gaps, so arrays replace dictionaries.
public protocol DenseIdentifier: Hashable, Comparable, Sendable {
  var rawValue: UInt32 { get }
  init(rawValue: UInt32)
}

extension DenseIdentifier {
  public init(_ index: Int) { self.init(rawValue: UInt32(index)) }

  public var index: Int { Int(rawValue) }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A place where links meet.
public struct NodeID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A one-way carriageway between two nodes.
public struct LinkID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A lane, numbered through the whole network; see ``Network/laneID(_:lane:)``.
public struct LaneID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A way through a node, from one link to another.
public struct MovementID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A marked place where pedestrians cross one leg of a node.
public struct CrosswalkID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A vehicle detector.
public struct DetectorID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A signal controller; it may steer several nodes.
public struct ControllerID: DenseIdentifier {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}
