import TrafficModel

/// What a reader has to tell about a file: every substitution, repair and omission, in the order found.
struct ImportNotes: Sendable {
  private(set) var findings: [Finding] = []
  private var groups: [Group] = []

  /// The same remark about many places, told once.
  private struct Group: Sendable {
    var rule: String
    var message: String
    var mend: String
    var places: [String]
  }

  mutating func note(_ rule: String, at place: String, _ message: String, mend: String) {
    findings.append(Finding(.warning, rule: rule, place: place, message: message, mend: mend))
  }

  /// Collects places of one remark into one finding; rule and message decide what "one" is.
  mutating func collect(_ rule: String, at place: String, _ message: String, mend: String) {
    if let index = groups.firstIndex(where: { $0.rule == rule && $0.message == message }) {
      if groups[index].places.last != place { groups[index].places.append(place) }
    } else {
      groups.append(Group(rule: rule, message: message, mend: mend, places: [place]))
    }
  }

  /// All findings, the collected ones last; a long list of places is shortened to its number and first ones.
  func all() -> [Finding] {
    findings
      + groups.map { group in
        let shown = group.places.prefix(12).joined(separator: ", ")
        let rest = group.places.count - 12
        return Finding(
          .warning, rule: group.rule, place: rest > 0 ? "\(shown) and \(rest) more" : shown,
          message: group.places.count > 1 ? "\(group.message) (\(group.places.count) places)" : group.message,
          mend: group.mend)
      }
  }
}
