import TrafficModel

extension Finding {
  /// The finding in the two halves of an error message: what was found, with its place in the author's names, and
  /// what was expected.
  ///
  /// Findings of roads and demand say both themselves; those of signal data say what is wrong, and the rule says
  /// what was expected.
  public var foundAndExpected: (found: String, expected: String) {
    let separator = "; expected "
    var message = message
    while message.hasSuffix(".") { message.removeLast() }
    if let range = message.firstRange(of: separator) {
      return (
        message[..<range.lowerBound] + (place.isEmpty ? "" : " (\(place))"),
        String(message[range.upperBound...])
      )
    }
    return (
      (place.isEmpty ? "" : "\(place): ") + message,
      Self.expectations[rule] ?? "data that pass the rule \(rule)"
    )
  }

  /// What the rules of signal data ask for.
  private static let expectations: [String: String] = [
    "concurrent-conflict": "phases that may run together to have groups that do not exclude each other",
    "cycle-bounds": "a cycle of a length that practice uses",
    "cycle-sum": "splits or stages that sum to the cycle",
    "detector-missing": "a detector of the network",
    "detector-phase": "phases of the controller",
    "diagram-once": "each phase once in the diagram of rings",
    "duplicate-name": "a name of its own for each",
    "duplicate-number": "a number of its own for each",
    "exclusion-mutual": "exclusion in both directions",
    "group-kind": "vehicle groups and pedestrian groups each in their place",
    "group-missing": "a group of the controller",
    "intergreen-short": "an intergreen as long as the colours that it contains",
    "matrix-size": "a matrix made for the controller's groups",
    "minimum-green": "at least the minimum green",
    "minimum-maximum": "a maximum green not below the minimum",
    "movement-unserved": "a green for each movement",
    "negative-time": "times of 0 or more",
    "never-called": "a detector or a recall for each phase",
    "no-pattern": "at least one pattern",
    "offset-range": "an offset from 0 to less than the cycle",
    "pedestrians-fit": "a split that holds walk and pedestrian clearance before yellow",
    "permitted-yields": "somebody that a permitted movement yields to",
    "phase-conflict": "phases whose groups may be green together",
    "phase-count": "at most 32 phases or stages",
    "phase-missing": "a phase of the controller",
    "plan-green": "a green in the plan for each phase or stage",
    "plan-intergreen": "the whole intergreen between excluded groups",
    "protected-crossing": "that movements which cross are never protected together",
    "red-clearance": "a red clearance of a length that practice uses",
    "reference-pedestrians": "a reference phase with pedestrians",
    "ring-sides": "the same number of barrier sides in each ring",
    "ring-sum": "rings that sum to the same time between barriers",
    "split-short": "a split that holds minimum green, yellow and red clearance",
    "stage-conflict": "stages whose groups may be green together",
    "whole-tenths": "times in whole tenths of a second",
    "yellow-bounds": "a yellow of a length that practice uses",
    "yellow-differs": "the same yellow in phase and group",
  ]
}
