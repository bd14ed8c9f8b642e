/// Which ways through a node touch each other, from the angles of its legs alone.
///
/// Traffic keeps right. Seen from the middle of the node and going round anticlockwise, each leg shows first its
/// outbound carriageway, then its inbound one. Two movements with different origins cross if their chords on
/// that circle interleave, and merge if they leave by the same link. Movements from one link only diverge.
public struct MovementConflicts: Sendable {
  /// A position on the circle for each end of each movement: inbound and outbound.
  private var inbound: [Double] = []
  private var outbound: [Double] = []
  private var movements: [Movement] = []

  public enum Kind: Sendable {
    case none
    case crossing
    case merging
  }

  public init(_ network: Network) {
    movements = network.movements
    for movement in network.movements {
      inbound.append(Self.direction(of: network[movement.from], at: movement.node, in: network) + 0.02)
      outbound.append(Self.direction(of: network[movement.to], at: movement.node, in: network) - 0.02)
    }
  }

  /// Where a link leaves the circle round a node, in turns anticlockwise from the east (0 ..< 4, one per quadrant).
  ///
  /// The "diamond angle" orders directions as the true angle does and needs no trigonometry.
  public static func direction(of link: Link, at node: NodeID, in network: Network) -> Double {
    let centre = network[node].position
    let other: Point
    if link.to == node {
      other = link.shape.last ?? network[link.from].position
    } else {
      other = link.shape.first ?? network[link.to].position
    }
    return diamondAngle(other.xMeters - centre.xMeters, other.yMeters - centre.yMeters)
  }

  static func diamondAngle(_ x: Double, _ y: Double) -> Double {
    if x == 0 && y == 0 { return 0 }
    if y >= 0 { return x >= 0 ? y / (x + y) : 1 - x / (-x + y) }
    return x < 0 ? 2 - y / (-x - y) : 3 + x / (x - y)
  }

  public func kind(_ a: MovementID, _ b: MovementID) -> Kind {
    let first = movements[a.index]
    let second = movements[b.index]
    if first.node != second.node || first.from == second.from { return .none }
    if first.to == second.to { return .merging }
    let start = inbound[a.index]
    let end = outbound[a.index]
    let insideIn = Self.isBetween(inbound[b.index], start, end)
    let insideOut = Self.isBetween(outbound[b.index], start, end)
    return insideIn != insideOut ? .crossing : .none
  }

  /// Whether `value` is met on the way anticlockwise from `start` to `end`.
  private static func isBetween(_ value: Double, _ start: Double, _ end: Double) -> Bool {
    let span = forward(start, end)
    let reach = forward(start, value)
    return reach < span
  }

  private static func forward(_ from: Double, _ to: Double) -> Double {
    let difference = to - from
    return difference < 0 ? difference + 4 : difference
  }
}
