/// How one signal group stands to another while both could be green.
public enum GroupRelation: UInt8, Sendable, CaseIterable {
  /// Both may be green; nobody meets.
  case compatible
  /// Both may be green; traffic of the first yields to traffic of the second.
  case yields
  /// Never green together, and an intergreen between them. Only these pairs trip invariants and the monitor.
  case excluded
}

/// The relation of every ordered pair of groups of a controller; exclusion is always mutual.
public struct ConflictMatrix: Hashable, Sendable {
  public let count: Int
  private var relations: [GroupRelation]

  public init(count: Int, filledWith relation: GroupRelation = .compatible) {
    self.count = count
    relations = [GroupRelation](repeating: relation, count: count * count)
    for group in 0..<count { relations[group * count + group] = .compatible }
  }

  public subscript(first: Int, second: Int) -> GroupRelation {
    get { relations[first * count + second] }
    set {
      relations[first * count + second] = newValue
      if newValue == .excluded || relations[second * count + first] == .excluded {
        relations[second * count + first] = newValue
      }
    }
  }
}

/// The time from the end of one group's green to the start of another's, for every ordered pair.
///
/// Only entries of excluded pairs matter. It contains the losing colours of the first group and the gaining
/// colours of the second.
public struct IntergreenMatrix: Hashable, Sendable {
  public let count: Int
  private var spans: [TimeSpan]

  public init(count: Int) {
    self.count = count
    spans = [TimeSpan](repeating: .zero, count: count * count)
  }

  public subscript(ending: Int, starting: Int) -> TimeSpan {
    get { spans[ending * count + starting] }
    set { spans[ending * count + starting] = newValue }
  }
}
