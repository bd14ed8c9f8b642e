/// Patterns for some controllers of a scenario: what an optimizer makes, and what a plan file holds.
public struct TimingPlan: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    public var controller: ControllerID
    /// Takes the place of the controller's pattern with the same number, or is added where there is none.
    public var pattern: Pattern

    public init(controller: ControllerID, pattern: Pattern) {
      self.controller = controller
      self.pattern = pattern
    }
  }

  public var name: String
  /// Ascending by controller; at most one for each.
  public var entries: [Entry]

  public init(name: String = "", entries: [Entry]) {
    self.name = name
    self.entries = entries
  }

  /// The plan on the street: the first pattern of every controller.
  public init(onTheStreetOf scenario: Scenario) {
    self.init(
      name: "on the street",
      entries: scenario.controllers.enumerated().compactMap { index, controller in
        controller.patterns.first.map { Entry(controller: ControllerID(index), pattern: $0) }
      })
  }

  /// The scenario with these patterns on the street: each becomes the first of its controller, which then runs it by
  /// itself. A schedule that names other patterns keeps them.
  public func applied(to scenario: Scenario) -> Scenario {
    var result = scenario
    for entry in entries where scenario.controllers.indices.contains(entry.controller.index) {
      result.controllers[entry.controller.index].patterns.removeAll { $0.number == entry.pattern.number }
      result.controllers[entry.controller.index].patterns.insert(entry.pattern, at: 0)
    }
    return result
  }
}
