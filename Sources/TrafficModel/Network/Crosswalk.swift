/// A marked place where pedestrians cross one leg of a node.
public struct Crosswalk: Hashable, Sendable {
  public var name: String
  public var node: NodeID
  public var lengthMeters: Double
  /// The pedestrian group of the node's controller that governs it; `nil` where nothing does.
  public var group: Int?

  public init(name: String, node: NodeID, lengthMeters: Double, group: Int?) {
    self.name = name
    self.node = node
    self.lengthMeters = lengthMeters
    self.group = group
  }
}
