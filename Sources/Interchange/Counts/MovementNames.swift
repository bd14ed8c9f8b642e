import TrafficModel

/// The names that count sheets would give to the movements of a network.
public struct MovementNames: Hashable, Sendable {
  /// By movement; `nil` at bends, which nobody counts.
  public let names: [CountedMovement?]
  private var indexOf: [CountedMovement: Int] = [:]

  /// The approach is the direction at the end of the link's name ("39 NB", as UTDF import names links), else the
  /// compass direction in which the link runs into the node. Of two turns of one kind from one link the sharper
  /// one is L2 or R2.
  public init(_ network: Network) {
    var names: [CountedMovement?] = []
    for movement in network.movements {
      guard network[movement.node].control != .uncontrolled else {
        names.append(nil)
        continue
      }
      let letter =
        switch movement.turn {
        case .left: "L"
        case .through: "T"
        case .right: "R"
        case .uTurn: "U"
        }
      names.append(
        CountedMovement(
          site: network[movement.node].name, approach: Self.approach(of: network[movement.from], in: network),
          turn: letter))
    }
    var sameName: [CountedMovement: [Int]] = [:]
    for (index, name) in names.enumerated() {
      if let name, name.turn == "L" || name.turn == "R" { sameName[name, default: []].append(index) }
    }
    for (index, name) in names.enumerated() {
      guard let name, let members = sameName[name], members.count > 1 else { continue }
      let own = Self.bend(network.movements[index], network)
      let isSharpest = members.allSatisfy { $0 == index || own > Self.bend(network.movements[$0], network) }
      if isSharpest { names[index]?.turn += "2" }
    }
    self.names = names
    for (index, name) in names.enumerated() {
      if let name, indexOf[name] == nil { indexOf[name] = index }
    }
  }

  private static func approach(of link: Link, in network: Network) -> String {
    if let last = link.name.split(separator: " ").last, UTDFHeading(rawValue: String(last)) != nil {
      return String(last)
    }
    // The direction back along the link, in quarter turns anticlockwise from the east; travel is the opposite.
    let back = MovementConflicts.direction(of: link, at: link.to, in: network)
    let travel = (back + 2).truncatingRemainder(dividingBy: 4)
    return ["EB", "NB", "WB", "SB"][Int((travel + 0.5).rounded(.down)) % 4]
  }

  /// How far a movement turns from straight on, 0 to 2 quarter turns.
  private static func bend(_ movement: Movement, _ network: Network) -> Double {
    let from = MovementConflicts.direction(of: network[movement.from], at: movement.node, in: network)
    let to = MovementConflicts.direction(of: network[movement.to], at: movement.node, in: network)
    let difference = (to - from - 2).truncatingRemainder(dividingBy: 4)
    let magnitude = difference.magnitude
    return min(magnitude, 4 - magnitude)
  }

  /// The movement that a sheet means; L2 and R2 also match the only turn of their kind.
  public func movement(_ counted: CountedMovement) -> MovementID? {
    if let index = indexOf[counted] { return MovementID(index) }
    var plain = counted
    guard plain.turn.hasSuffix("2") else { return nil }
    plain.turn.removeLast()
    return indexOf[plain].map { MovementID($0) }
  }
}
