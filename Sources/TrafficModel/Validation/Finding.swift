/// Something that a validator has to say: what rule, where, with which numbers, and how to mend it.
public struct Finding: Hashable, Sendable {
  public enum Severity: String, Sendable, CaseIterable {
    /// The model cannot be run.
    case error
    /// It can be run, but an engineer should look.
    case warning
  }

  public var severity: Severity
  /// A short stable name of the rule, such as `ring-sum` or `lane-unserved`.
  public var rule: String
  /// Where, in the author's own names: "controller 501, pattern 1, ring 2, side 1".
  public var place: String
  /// What was found and what was expected, with numbers and units.
  public var message: String
  /// What to change.
  public var mend: String

  public init(
    _ severity: Severity, rule: String, place: String, message: String, mend: String
  ) {
    self.severity = severity
    self.rule = rule
    self.place = place
    self.message = message
    self.mend = mend
  }
}
