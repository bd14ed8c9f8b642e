/// A name in the tree of all managed objects, as numbers from the root; ordered as a walk visits it.
public struct ObjectIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var arcs: [UInt32]

  public init(_ arcs: [UInt32]) { self.arcs = arcs }

  /// Reads `1.3.6.1`, with or without a point in front.
  public init?(_ text: String) {
    let parts = text.split(separator: ".")
    let arcs = parts.compactMap { UInt32($0) }
    if arcs.count != parts.count || arcs.isEmpty { return nil }
    self.arcs = arcs
  }

  public var description: String { arcs.map { "\($0)" }.joined(separator: ".") }

  public static func + (prefix: ObjectIdentifier, rest: [UInt32]) -> ObjectIdentifier {
    ObjectIdentifier(prefix.arcs + rest)
  }

  public func hasPrefix(_ prefix: ObjectIdentifier) -> Bool {
    arcs.count >= prefix.arcs.count && arcs[..<prefix.arcs.count] == prefix.arcs[...]
  }

  public static func < (a: ObjectIdentifier, b: ObjectIdentifier) -> Bool {
    a.arcs.lexicographicallyPrecedes(b.arcs)
  }

  /// Arcs that an identifier may have (RFC 2578, section 3.5).
  public static let arcLimit = 128
}
