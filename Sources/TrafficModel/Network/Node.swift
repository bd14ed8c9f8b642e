/// How the movements of a node share it.
public enum NodeControl: String, Sendable, CaseIterable {
  /// Lamps of a signal controller.
  case signal
  /// Minor movements yield to major ones; who yields to whom stands in ``Movement/yieldsTo``.
  case priority
  /// Every vehicle stops; who came first goes first.
  case allWayStop
  /// Nobody has priority: one yields to those who come from the right, and turning left to those who come towards one.
  case rightBeforeLeft
  /// Nothing crosses: a bend, a change of lanes or of speed.
  case uncontrolled
  /// The edge of the modelled area, where vehicles appear and leave.
  case external

  /// Ways through the node meet, and something says who goes first.
  public var isJunction: Bool {
    switch self {
    case .signal, .priority, .allWayStop, .rightBeforeLeft: true
    case .uncontrolled, .external: false
    }
  }
}

/// A place where links meet, or where the modelled area ends.
public struct Node: Hashable, Sendable {
  /// The author's own name for it, unique among nodes: a number in UTDF.
  public var name: String
  /// What people call it: the crossing street, say.
  public var title: String
  public var control: NodeControl
  public var position: Point

  public init(name: String, title: String = "", control: NodeControl, position: Point) {
    self.name = name
    self.title = title
    self.control = control
    self.position = position
  }
}
